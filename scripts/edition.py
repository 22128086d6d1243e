"""Frozen editions: the site as it was at a tag, at an address of its own, and what has changed since.

`make` unpacks a tag, builds it as `<address>editions/<name>/` and marks each page as frozen; `join` puts
editions into a built site and compares each with it; `since` compares any two commits in the same way.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import changes
import policy
import since
import yaml
from changes import Stop

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"edition-([a-z0-9][a-z0-9.-]*)")
SNAPSHOT = "snapshot.json"
# Served for the whole host, or not wanted from an edition, which search engines leave out.
NOT_FROZEN = ("404.html", "_headers", "sitemap.xml", "sitemap.xml.gz")
ARTICLE = re.compile(r'<article class="md-content__inner[^>]*>')
STYLE = """\
/* The note on each page of a frozen edition, and the pages that compare and list editions. */
.editions { max-width: 46rem; margin: auto; padding: 1rem }
.frozen { border: .15rem solid var(--edge); border-radius: .35rem; padding: .5rem .8rem; max-width: 42rem; background: var(--raised) }
"""


# Sources -------------------------------------------------------------------------------------------


@contextmanager
def unpacked(ref: str) -> Iterator[Path]:
    """The files of a tag or commit in a folder that goes away afterwards. Raises Stop without such a one."""
    packed = changes.git("archive", "--format=tar", changes.commit(ref))
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def settings_of(root: Path) -> dict[str, Any]:
    """The settings of a folder. Raises Stop when it is none of ours."""
    try:
        found: dict[str, Any] = yaml.safe_load((root / "settings.yml").read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop("that commit has no settings.yml: it is older than the site.") from error
    return found


def with_address(text: str, address: str) -> str:
    """settings.yml with another address."""
    return re.sub(r"^address:.*$", f"address: {address}", text, count=1, flags=re.MULTILINE)


def name_of(ref: str) -> str:
    """The edition's name: `2026` for the tag `edition-2026`. Raises Stop for any other name."""
    match = TAG.fullmatch(ref)
    if not match:
        raise Stop(f"`{ref}` is not called edition-…; name the edition with --name.")
    return match.group(1)


# Building ------------------------------------------------------------------------------------------


def build(root: Path, site: Path) -> None:
    """Build an unpacked commit with the packages it was locked with. Raises Stop when that fails."""
    same = lock_digest(root) == lock_digest(ROOT)
    # Packages that are the same are here already; others get an environment of their own.
    words = ["-m", "mkdocs", "build", "--strict"] if same else ["scripts/dev.py", "build"]
    done = subprocess.run([sys.executable, *words, "--site-dir", str(site)], cwd=root)
    if done.returncode:
        raise Stop("the edition could not be built (see above).")


def lock_digest(root: Path) -> str:
    """A digest of the locked packages."""
    return hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest()


def make(ref: str, site: Path, name: str) -> None:
    """Build the edition of a tag into a folder of its own."""
    with unpacked(ref) as source:
        settings = settings_of(source)
        living = settings["address"]
        file = source / "settings.yml"
        address = f"{living}editions/{name}/"
        file.write_text(with_address(file.read_text(encoding="utf-8"), address), encoding="utf-8")
        state = since.snapshot(source)
        build(source, site)
    for left in NOT_FROZEN:
        (site / left).unlink(missing_ok=True)
    state |= {"name": name, "address": address, "living": living}
    (site / SNAPSHOT).write_text(json.dumps(state, ensure_ascii=False, indent=0), encoding="utf-8")
    for page in site.rglob("*.html"):
        place = page.relative_to(site).as_posix().removesuffix("index.html")
        text = page.read_text(encoding="utf-8")
        page.write_text(frozen(text, place, state), encoding="utf-8", newline="\n")
    write_changes(site, state, state, settings)


def frozen(page: str, place: str, state: since.Snapshot) -> str:
    """A page that says that it is frozen, for readers and for search engines.

    Its canonical address stays its own: what is copied, cited or saved from it must lead to these words.
    `noindex` keeps search engines to the living page, which `latest-version` names (RFC 5829).
    """
    up = "../" * place.count("/")
    living = html.escape(state["living"] + place)
    head = f'<link rel="latest-version" href="{living}">'
    if 'name="robots"' not in page:
        head += '<meta name="robots" content="noindex">'
    note = (
        f'<p class="frozen" role="note">This is the <b>edition {html.escape(state["name"])}</b>, frozen: '
        f"version {html.escape(state['version'])} of {html.escape(state['released'])}. "
        f'<a href="{living}">The living page</a> may say something else; '
        f'<a href="{up}changes/">what has changed since</a>.</p>'
    )
    # Views for frames and short addresses have no room for it; what they lead to says it.
    if ARTICLE.search(page):
        head += f'<link rel="stylesheet" href="{up}assets/edition.css">'
        page = ARTICLE.sub(lambda match: match.group(0) + note, page, count=1)
    return page.replace("</head>", f"{head}\n</head>", 1)


# Pages of our own ----------------------------------------------------------------------------------


def document(title: str, body: str, site: Path, up: str, name: str) -> str:
    """A page in the style of the site in `site`, which lies `up` from it."""
    assets = site / "assets"
    assets.mkdir(exist_ok=True)
    (assets / "edition.css").write_text(STYLE, encoding="utf-8", newline="\n")
    styles = "".join(
        f'<link rel="stylesheet" href="{up}{path.relative_to(site).as_posix()}">\n'
        for stem in ("tokens", "site", "edition")
        for path in sorted(assets.glob(f"{stem}*.css"))
    )
    return f"""<!doctype html>
<html lang="en-GB">
<head>
{policy.CHARSET}{policy.META}
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{html.escape(title)} · {html.escape(name)}</title>
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
{styles}</head>
<body>
<main class="md-content editions">
<h1>{html.escape(title)}</h1>
{body}
</main>
</body>
</html>
"""


def write_changes(
    site: Path, old: since.Snapshot, new: since.Snapshot, settings: dict[str, Any]
) -> since.Report:
    """Put `changes/` into an edition: what the living site says otherwise, as a page and as Markdown."""
    report = since.compare(old, new)
    title = f"What has changed since edition {old['name']}"
    until = f"Compared with version {new['version']} of {new['released']}."
    listed = since.as_html(report, old["address"], old["living"])
    body = f'<p>{html.escape(until)} <a href="changes.md">The same as text</a>.</p>\n{listed}'
    folder = site / "changes"
    folder.mkdir(exist_ok=True)
    page = document(title, body, site, "../", settings["name"])
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
    text = since.markdown(report, title, old["address"], old["living"])
    (folder / "changes.md").write_text(text, encoding="utf-8", newline="\n")
    return report


def join(site: Path, packed: Sequence[Path], root: Path = ROOT) -> None:
    """Put editions (folders, or zips of them) into a built site, compare each, and list them."""
    settings, now, items = settings_of(root), since.snapshot(root), []
    for source in sorted(packed):
        with tempfile.TemporaryDirectory() as folder:
            if source.is_file():
                with zipfile.ZipFile(source) as archive:
                    archive.extractall(folder)
            held = Path(folder) if source.is_file() else source
            if not (held / SNAPSHOT).is_file():
                raise Stop(f"{source} is no edition: it holds no {SNAPSHOT}; make it with `make`.")
            old = json.loads((held / SNAPSHOT).read_text(encoding="utf-8"))
            to = site / "editions" / old["name"]
            shutil.copytree(held, to, dirs_exist_ok=True)
        report = write_changes(to, old, now, settings)
        items.append(
            f'<li><a href="{old["name"]}/">Edition {old["name"]}</a>, version {old["version"]} of '
            f'{old["released"]}. <a href="{old["name"]}/changes/">What has changed since</a>: '
            f"{html.escape(since.summary(report))}</li>"
        )
    body = (
        "<p>Each edition stays as it is, so that a course does not shift under its students. "
        f'<a href="../">The living site</a> goes on.</p>\n<ul>{"".join(items) or "<li>There is none yet.</li>"}</ul>'
    )
    page = document("Frozen editions", body, site, "../", settings["name"])
    (site / "editions").mkdir(exist_ok=True)
    (site / "editions" / "index.html").write_text(page, encoding="utf-8", newline="\n")


def state_of(ref: str) -> since.Snapshot:
    """The state at a tag or commit; `.` is the working folder."""
    if ref == ".":
        return since.snapshot(ROOT)
    with unpacked(ref) as source:
        settings_of(source)
        return since.snapshot(source)


# The command ---------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """Three commands."""
    top = argparse.ArgumentParser(prog="scripts/dev.py edition", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser("make", help="build the edition of a tag such as edition-2026")
    one.add_argument("ref")
    one.add_argument("--name", help="the edition's name; the tag gives it if left out")
    one.add_argument("--site-dir", type=Path, help="an empty folder; else editions/<name>")
    one = commands.add_parser("join", help="put editions into a built site, and list them")
    one.add_argument("site", type=Path)
    one.add_argument("editions", type=Path, nargs="*", help="folders or zips that `make` made")
    one = commands.add_parser("since", help="which pages and sections have changed, as Markdown")
    one.add_argument("old")
    one.add_argument("new", nargs="?", default=".", help="the working folder if left out")
    return top


def run(options: argparse.Namespace) -> None:
    """Do what was asked. Raises Stop."""
    if options.command == "make":
        name = options.name or name_of(options.ref)
        site = (options.site_dir or Path("editions") / name).resolve()
        if site.is_dir() and any(site.iterdir()):
            raise Stop(f"{site} holds files already; name an empty folder with --site-dir.")
        make(options.ref, site, name)
        print(f"Edition {name} is in {site}.")
    elif options.command == "join":
        if not (options.site / "index.html").is_file():
            raise Stop(f"{options.site} holds no built site; run `python3 scripts/dev.py build`.")
        join(options.site, options.editions)
    else:
        old, new = state_of(options.old), state_of(options.new)
        address = settings_of(ROOT)["address"]
        title = f"What has changed from {options.old} to {options.new.replace('.', 'now')}"
        report = since.markdown(since.compare(old, new), title, "", address)
        print(re.sub(r" \(\[before\]\([^)]*\)\)", "", report))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 1 with a line of reason when something is to be mended."""
    try:
        run(parser().parse_args(argv))
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
