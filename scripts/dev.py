#!/usr/bin/env python3
"""The one command: serve, build, check and test the site. Needs Python 3.11.5 to 3.14 and nothing else.

Everything it installs goes into `.venv`, from lock files with hashes, as ready-made wheels only.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from files import only_one

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SITE_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "tests" / "requirements.txt"
NPM_LOCK = ROOT / "tests" / "tools" / "package-lock.json"
OLDEST, NEWEST = (3, 11, 5), (3, 14)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)

# Commands with a script of their own, which takes all further words.
TOOLS = {
    "add": "add a work, case, model, definition or term; `add --help` says how",
    "verify": "hold the records against Crossref; needs the network",
    "edition": "freeze a tag as an edition, and say what has changed since; `edition --help` says how",
    "links": "try every address that the site links to; needs the network",
    "exit": "the built site as a project that Zensical builds",
    "changes": "what readers would see change between two commits or built sites",
}


class Stop(Exception):  # noqa: N818 - it stops the command; it is not a fault of ours
    """Something the reader has to mend; its text says what and how."""


def say(text: str) -> None:
    """A line of progress, at once."""
    print(text, flush=True)


# The machine ---------------------------------------------------------------------------------------


def check_python(version: tuple[int, int, int] = sys.version_info[:3]) -> None:
    """Raise Stop for a Python that the locked packages do not support."""
    shown = ".".join(map(str, version))
    if version < OLDEST:
        raise Stop(f"This is Python {shown}; install Python 3.11.5 to 3.14 and run it again.")
    if version[:2] > NEWEST:
        raise Stop(
            f"This is Python {shown}, newer than the site is tested with; use 3.11.5 to 3.14."
        )


def check_platform(system: str, machine: str, bits: int, libc: str) -> None:
    """Raise Stop where pandoc has no ready-made wheel."""
    reasons = {
        "32-bit Python": bits == 32,
        "Windows on Arm": system == "Windows" and machine.lower() in ("arm64", "aarch64"),
        "Linux with musl (Alpine)": system == "Linux" and "musl" in libc,
    }
    for name, hit in reasons.items():
        if hit:
            raise Stop(
                f"{name} is not supported: pandoc has no package for it; use another machine."
            )


def check_machine() -> None:
    """Raise Stop when this Python or platform cannot build the site."""
    check_python()
    bits = 64 if sys.maxsize > 2**32 else 32
    libc = " ".join(platform.libc_ver()) + str(sysconfig.get_config_var("HOST_GNU_TYPE"))
    check_platform(platform.system(), platform.machine(), bits, libc)


# The virtual environment ---------------------------------------------------------------------------


def venv_python() -> Path:
    """The environment's Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def lock_digest(lock: Path) -> str:
    """What an installation depends on: the lock file and the Python that installs."""
    text = lock.read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def works(python: Path) -> bool:
    """Whether the environment's Python starts and has pip."""
    try:
        # `pip --version` would say the same ten times as slowly, before every command.
        done = subprocess.run([str(python), "-c", "import pip"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def make_venv() -> None:
    """Make `.venv` anew. Raises Stop when Python lacks what that takes."""
    say("Making .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr:
            raise Stop(
                "This Python cannot make virtual environments (no ensurepip); on Debian or Ubuntu: "
                f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            )
        raise Stop(f"Python could not make .venv: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def install(lock: Path) -> None:
    """Install a lock file's packages unless they are there already. Raises Stop with the reason."""
    stamp = VENV / f"installed-{lock.parent.name if lock != SITE_LOCK else 'site'}"
    wanted = lock_digest(lock)
    if VENV.exists() and not works(venv_python()):
        say(".venv is broken; making it again.")
        shutil.rmtree(VENV, ignore_errors=True)
    if not VENV.exists():
        make_venv()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of {lock.relative_to(ROOT)} (once; about a minute) …")
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    pip += ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    done = subprocess.run(pip, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Stop(install_reason(done.stderr))
    stamp.write_text(wanted)


def install_reason(text: str) -> str:
    """What pip failed at, in a line: no network, or its own last words."""
    signs = ("NewConnectionError", "Temporary failure", "getaddrinfo", "timed out", "ProxyError")
    if any(sign in text for sign in signs):
        return "The packages could not be fetched: no network. Connect once; later runs need none."
    return f"The packages could not be installed: {last_line(text)}"


def fetch_tools(everything: bool = False) -> None:
    """Fetch the checkers that only npm has into `.venv/tools`; a line says so where that fails.

    No script of theirs is run. `everything` fetches Lighthouse too, which only the audit needs.
    """
    folder = VENV / "tools"
    wanted = hashlib.sha256(NPM_LOCK.read_bytes()).hexdigest()
    stamps = [folder / "installed-all"] + ([] if everything else [folder / "installed"])
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return
    say("Fetching the accessibility checkers (once) …")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NPM_LOCK.parent / name, folder)
    npm = [str(venv_python().with_name("npm")), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    npm += [] if everything else ["--omit=dev"]
    try:
        subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = last_line(getattr(error, "stderr", "") or str(error))
        say(f"NOT TESTED with IBM Equal Access and the Nu checker: {reason}")
        return
    stamps[-1].write_text(wanted)


def prepare(*locks: Path) -> None:
    """Everything the next command needs, installed."""
    check_machine()
    with only_one(ROOT / ".venv.lock"):
        for lock in locks:
            install(lock)


def run(*words: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    """Run a Python module or script of the environment and give back its exit code."""
    return subprocess.run(
        [str(venv_python()), *words], cwd=cwd, env={**environment(), **(env or {})}
    ).returncode


def environment() -> dict[str, str]:
    """The environment of every command: UTF-8 everywhere, no notice that is not about the site."""
    return {**os.environ, "PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1"}


# Commands ------------------------------------------------------------------------------------------


def serve(port: int, open_browser: bool) -> int:
    """Build, serve with live reload, and print the address."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Stop(
                f"Port {port} is in use; try: python3 scripts/dev.py serve --port {port + 1}"
            )
    prepare(SITE_LOCK)
    words = ["-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with contextlib.suppress(KeyboardInterrupt):
        return run(*words, *(["--open"] if open_browser else []))
    return 0


def check_folder(folder: Path) -> None:
    """Raise Stop where a build would empty a folder that holds something else."""
    if folder.is_file():
        raise Stop(f"{folder} is a file; name a folder.")
    built = folder == ROOT / "site" or (folder / "sitemap.xml").exists()
    if folder.is_dir() and any(folder.iterdir()) and not built:
        raise Stop(f"{folder} holds other files, which a build would delete; name an empty folder.")


def build(folder: str) -> int:
    """Build the site beside its folder, and put it there when it is whole."""
    site = Path(folder).resolve()
    check_folder(site)
    prepare(SITE_LOCK)
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{site.name}.", dir=site.parent) as scratch:
        fresh = Path(scratch) / site.name
        code = run("-m", "mkdocs", "build", "--strict", "--site-dir", str(fresh))
        if code == 0:
            put_in_place(fresh, site, Path(scratch) / "before")
            say(f"The site is in {site}")
    return code


def put_in_place(fresh: Path, site: Path, before: Path) -> None:
    """Let a whole site take the place of the one before. Raises Stop where another program holds that."""
    try:
        if site.exists():
            site.rename(before)
        fresh.rename(site)
    except OSError as error:
        raise Stop(f"{site} cannot be replaced ({error.strerror}); close what uses it.") from None


def check(release: bool) -> int:
    """All checks that need no browser."""
    prepare(TEST_LOCK)
    return run("scripts/checks.py", *(["--release"] if release else []))


def record() -> int:
    """Write what is made from other files: references.bib, docs/permalinks.yml, CITATION.cff, metadata.yml."""
    prepare(SITE_LOCK)
    scripts = ("build_bib", "permalinks", "about_site")
    return max(run(f"scripts/{name}.py") for name in scripts)


def tool(name: str, words: Sequence[str]) -> int:
    """One of the commands that have a script of their own; it names files as its user does."""
    prepare(TEST_LOCK)
    return run(str(ROOT / "scripts" / f"{name}.py"), *words, cwd=Path.cwd())


def browser() -> str | None:
    """An installed Chromium, Chrome or Edge."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in BROWSERS]
    found += [place for place in BROWSER_PLACES if Path(place).exists()]
    return next((path for path in found if path), None)


def get_browser() -> str:
    """An installed browser, else Playwright's own. Raises Stop when neither can be had."""
    found = browser()
    if found:
        return found
    say("No Chromium found; fetching Playwright's …")
    if run("-m", "playwright", "install", "chromium-headless-shell"):
        raise Stop(
            "No browser for the tests: install Chromium or Chrome, or set CHROMIUM to its path."
        )
    return ""


def test(words: Sequence[str]) -> int:
    """The whole suite, or what pytest is told in `words`."""
    prepare(TEST_LOCK)
    with only_one(ROOT / ".venv.lock"):
        fetch_tools()
    return run("-m", "pytest", *words, env={"CHROMIUM": get_browser()})


def audit(words: Sequence[str]) -> int:
    """Every accessibility tool on every page, and the site in every state a reader may put it in."""
    prepare(TEST_LOCK)
    with only_one(ROOT / ".venv.lock"):
        fetch_tools(everything=True)
    return run("scripts/audit.py", *words, env={"CHROMIUM": get_browser()})


def bench(words: Sequence[str]) -> int:
    """Measure weights and times, and with `--lighthouse` what a phone waits for."""
    prepare(TEST_LOCK)
    if "--lighthouse" not in words:
        return run("scripts/bench.py", *words)
    with only_one(ROOT / ".venv.lock"):
        fetch_tools(everything=True)
    return run("scripts/bench.py", *words, env={"CHROMIUM": get_browser()})


# Commands that hand on all further words.
REST = {"test": test, "audit": audit, "bench": bench}


def port_number(text: str) -> int:
    """A port that exists, as does the next one. Raises ValueError, which argparse turns into a line."""
    if not 0 < int(text) < 65535:
        raise ValueError
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="scripts/dev.py", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser("serve", help="show the site on this machine, live")
    one.add_argument("--port", type=port_number, default=8000)
    one.add_argument("--open", action="store_true", help="open it in a browser")
    one = commands.add_parser("build", help="build into site/")
    one.add_argument("--site-dir", default=str(ROOT / "site"))
    one = commands.add_parser("check", help="all checks that need no browser")
    one.add_argument("--release", action="store_true", help="placeholders are mistakes too")
    commands.add_parser(
        "record", help="write references.bib, CITATION.cff and metadata.yml; record new addresses"
    )
    for name, purpose in TOOLS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    commands.add_parser("test", help="the whole test suite; further words go to pytest")
    commands.add_parser("audit", help="accessibility: all tools on all pages; some ten minutes")
    commands.add_parser("bench", help="weights and times")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 1 with a line of reason when something is to be mended."""
    options, rest = parser().parse_known_args(argv)
    # Whoever ends the command so gets it tidied up too, as with Ctrl+C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.command in TOOLS:
            return tool(options.command, rest)
        if rest and options.command not in REST:
            raise Stop(f"`{options.command}` does not know {' '.join(rest)}; see --help.")
        if options.command == "serve":
            return serve(options.port, options.open)
        if options.command == "build":
            return build(options.site_dir)
        if options.command == "check":
            return check(options.release)
        if options.command == "record":
            return record()
        return REST[options.command](rest)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
