"""The one command: what it says on a machine that cannot run it, and that `serve` shows every edit."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import dev
import files
import pytest
from conftest import ROOT, run


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ((3, 11, 4), "install Python 3.11.5 to 3.14"),
        ((3, 9, 0), "install Python 3.11.5 to 3.14"),
        ((3, 15, 0), "newer than the site is tested with"),
    ],
)
def test_an_unfit_python_is_told_in_a_line(version: tuple[int, int, int], said: str) -> None:
    """Too old or too new: which it is, and which would do."""
    with pytest.raises(dev.Stop, match=said) as stop:
        dev.check_python(version)
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize("version", [(3, 11, 5), (3, 12, 0), (3, 14, 9)])
def test_a_fit_python_is_taken(version: tuple[int, int, int]) -> None:
    """Both ends of the range are in it."""
    dev.check_python(version)


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (("Linux", "x86_64", 64, "musl-1.2"), "Alpine"),
        (("Windows", "ARM64", 64, ""), "Windows on Arm"),
        (("Windows", "x86", 32, ""), "32-bit"),
    ],
)
def test_an_unfit_machine_is_told(machine: tuple[str, str, int, str], said: str) -> None:
    """Where pandoc has no wheel, the line says so."""
    with pytest.raises(dev.Stop, match=said):
        dev.check_platform(*machine)


def test_a_fit_machine_is_taken() -> None:
    """The systems that the lock files have wheels for."""
    dev.check_platform("Linux", "x86_64", 64, "glibc 2.36")
    dev.check_platform("Linux", "aarch64", 64, "glibc 2.36")
    dev.check_platform("Darwin", "arm64", 64, "")
    dev.check_platform("Windows", "AMD64", 64, "")


def test_no_network_is_told_apart_from_other_failures() -> None:
    """Pip's many words become one line."""
    offline = "WARNING: Retrying\nERROR: <NewConnectionError: Temporary failure in name resolution>"
    assert "no network" in dev.install_reason(offline)
    assert dev.install_reason("x\nERROR: hashes do not match\n").endswith("hashes do not match")


def test_a_port_in_use_is_told() -> None:
    """The line names the port and another that may be free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("scripts/dev.py", "serve", "--port", str(port))
    assert (done.returncode, done.stderr.strip()) == (
        1,
        f"Port {port} is in use; try: python3 scripts/dev.py serve --port {port + 1}",
    )


@pytest.mark.parametrize("port", ["0", "65535", "99999", "-1", "eight"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    """A number that no port has, or no number, is told in a line."""
    done = run("scripts/dev.py", "serve", f"--port={port}")
    assert done.returncode == 2 and f"invalid port_number value: '{port}'" in done.stderr


def test_a_folder_with_other_files_is_not_emptied(tmp_path: Path) -> None:
    """MkDocs empties the folder that it builds into: only a new, an empty or an earlier site's will do."""
    dev.check_folder(tmp_path / "new")
    dev.check_folder(tmp_path)
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(dev.Stop):
            dev.check_folder(folder)
    (tmp_path / "sitemap.xml").write_text("", encoding="utf-8")
    dev.check_folder(tmp_path)


def test_a_second_command_waits_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a lock that is taken raises OSError after ten seconds; an installation takes longer."""
    tries: list[int] = []

    def locking(handle: int, mode: int, size: int) -> None:
        tries.append(mode)
        if len(tries) < 3:
            raise OSError(36, "Resource deadlock avoided")

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_LOCK=1))
    with (tmp_path / "lock").open("a+b") as file:
        files.wait_on_windows(file)
    assert tries == [1, 1, 1]


def test_an_unknown_word_is_refused() -> None:
    """A slip in the command's words is not passed over."""
    done = run("scripts/dev.py", "build", "--prot", "1")
    assert done.returncode == 1 and "--prot" in done.stderr and "Traceback" not in done.stderr


def test_a_broken_environment_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A .venv whose Python is gone is replaced, with a line that says so; nothing is installed twice."""
    lock = tmp_path / "requirements.txt"
    lock.write_text("", encoding="utf-8")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "SITE_LOCK", lock)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)

    dev.install(lock)

    assert ".venv is broken; making it again." in capsys.readouterr().out
    assert dev.works(dev.venv_python())

    dev.install(lock)

    assert capsys.readouterr().out == ""


def test_requirements_are_locked_with_hashes_and_without_addresses() -> None:
    """Every package of the lock files has a version, hashes, and no place of download."""
    for lock in (dev.SITE_LOCK, dev.TEST_LOCK, ROOT / ".github" / "requirements.txt"):
        text = lock.read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line and line.endswith("\\") for line in packages), lock
        assert "http" not in text
    site = {line.split()[0] for line in dev.SITE_LOCK.read_text().splitlines() if "==" in line}
    tests = {line.split()[0] for line in dev.TEST_LOCK.read_text().splitlines() if "==" in line}
    assert site <= tests
    assert {"pypandoc==1.17", "pypandoc-binary==1.17"} <= site


def test_checkers_are_locked_with_hashes_and_without_addresses() -> None:
    """So is every package that npm fetches; npm asks whichever registry it is set up for."""
    lock = json.loads(dev.NPM_LOCK.read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {"node_modules/vnu-jar", "node_modules/accessibility-checker-engine"} <= set(packages)
    for name, package in packages.items():
        assert package["version"] and package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_a_checker_that_cannot_be_fetched_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other tests run all the same; the line says what is not tested, and the next run tries again."""
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "venv_python", lambda: ROOT / ".venv" / "no" / "python")
    for _ in range(2):
        dev.fetch_tools()
        assert "NOT TESTED with IBM Equal Access and the Nu checker" in capsys.readouterr().out


def fetch(address: str) -> str:
    """A page's text, or nothing while the server is not there."""
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode("utf-8"))
    return ""


def wait_for(seen: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen():
            return True
        time.sleep(0.3)
    return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the project, served live; its folder and its address."""
    root = tmp_path / "copy"
    leave = shutil.ignore_patterns(".git", ".venv", "site", ".cache", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=leave)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "log").open("w")
    words = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}", "-f"]
    server = subprocess.Popen([*words, str(root / "mkdocs.yml")], stdout=log, stderr=log)
    yield root, f"http://127.0.0.1:{port}/defining-co-production/"
    server.terminate()
    server.wait(10)
    log.close()


def replace(path: Path, old: str, new: str) -> None:
    """Edit a file as a person would."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_edit_is_seen_without_a_restart(served: tuple[Path, str]) -> None:
    """A page, a template, a record, the style sheet and mkdocs.yml, one after the other."""
    root, address = served
    assert wait_for(lambda: "How it was made" in fetch(f"{address}about/"))

    replace(root / "docs" / "about.md", "## How it was made", "## How it was built")
    assert wait_for(lambda: "How it was built" in fetch(f"{address}about/"))

    replace(root / "overrides" / "partials" / "site-footer.html", "No cookies", "No biscuits")
    assert wait_for(lambda: "No biscuits" in fetch(f"{address}about/"))

    replace(
        root / "bib" / "works" / "arnstein1969.yaml", "ladder of citizen", "staircase of citizen"
    )
    assert wait_for(lambda: "staircase of citizen" in fetch(f"{address}bibliography/a/"))

    replace(root / "docs" / "assets" / "site.css", "margin: 0;", "margin: 0px;")
    assert wait_for(lambda: "margin: 0px;" in fetch(f"{address}assets/site.css"))

    replace(root / "mkdocs.yml", "  - Practise:", "  - Rehearse:")
    assert wait_for(lambda: "Rehearse" in fetch(f"{address}about/"))


def test_a_mistake_is_told_again_until_it_is_mended(served: tuple[Path, str]) -> None:
    """A page with a broken link stops every build, not only the one in which it was read anew."""
    root, address = served
    assert wait_for(lambda: "How it was made" in fetch(f"{address}about/"))
    log, told = root.parent / "log", "contains a link 'nowhere.md'"

    replace(root / "docs" / "about.md", "## How it was made", "[Where](nowhere.md)\n\n## Made")
    assert wait_for(lambda: log.read_text("utf-8").count(told) == 1)
    replace(root / "docs" / "words.md", "title: ", "title: Now ")
    assert wait_for(lambda: log.read_text("utf-8").count(told) == 2)

    replace(root / "docs" / "about.md", "](nowhere.md)", "](words.md)")
    assert wait_for(lambda: "Now " in fetch(f"{address}words/"))


# Builds as `serve` does, one after the other in one process: a folder for each, and an edit before each but the first.
SERVED_BUILDS = """
import sys, pathlib
from mkdocs.commands.build import build
from mkdocs.config import load_config
edits = [line.split("|") for line in sys.stdin.read().splitlines()]
for turn, site in enumerate(sys.argv[1:]):
    config = load_config("mkdocs.yml", site_dir=site)
    if turn == 0:
        config.plugins.on_startup(command="serve", dirty=False)
    else:
        for name, old, new in edits:
            path = pathlib.Path(name)
            text = path.read_text("utf-8")
            assert old in text, name
            path.write_text(text.replace(old, new), "utf-8")
    build(config)
"""
EDITS = """\
docs/challenges/trust.md|Two claims about trust pull|Two claims about trust still pull
docs/challenges/trust.md|title: |title: A new name for
docs/glossary.md|sadness and worry|worry and sadness
bib/works/arnstein1969.yaml|ladder of citizen|staircase of citizen
"""


def test_what_serve_keeps_changes_no_byte(tmp_path: Path) -> None:
    """After edits of pages and a record the site is that of a build which knows of none before it."""
    root = tmp_path / "copy"
    leave = shutil.ignore_patterns(".git", ".venv", "site", ".cache", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=leave)
    for sites in (("first", "edited"), ("fresh",)):
        words = [sys.executable, "-c", SERVED_BUILDS, *(str(tmp_path / name) for name in sites)]
        done = subprocess.run(words, cwd=root, input=EDITS, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]

    def files_of(name: str) -> dict[str, bytes]:
        site = tmp_path / name
        found = [path for path in site.rglob("*") if path.is_file() and path.suffix != ".gz"]
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}

    edited, fresh, first = files_of("edited"), files_of("fresh"), files_of("first")
    assert [name for name in fresh if edited.get(name) != fresh[name]] == []
    assert set(edited) == set(fresh)
    changed = {name for name in first if first[name] != edited[name]}
    derived = ("challenges/trust", "challenges/power", "bibliography", "glossary")
    assert {f"{name}/index.html" for name in derived} | {"search/index.js"} <= changed


def test_the_command_needs_only_the_standard_library() -> None:
    """A bare Python, without any package and from another folder, can show the command's help."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "scripts" / "dev.py"), "--help"],
        cwd="/",
        env=bare,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "serve" in done.stdout
