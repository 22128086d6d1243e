"""What a reader would see change: two built sites in, Markdown out, with pages, addresses, records and links.

`python3 scripts/dev.py changes OLD [NEW]`: each is a folder that holds a built site, or a commit, which is
built first; NEW is this working copy unless it is named. On a pull request the summary of the run shows it.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
from since import counted

ROOT = Path(__file__).resolve().parent.parent
# Short addresses that only lead on, and the one page that repeats all the others.
REPEATED = ("go/", "all/")
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "hr"}
    | {"legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table"}
    | {"tbody", "text", "thead", "tr", "ul"}
)
SIGNS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "tr": "| "}
UNREAD = frozenset({"script", "style", "template", "head", "noscript"})
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z“‘(])")
HASHED = re.compile(r"\.[0-9a-f]{8}(?=\.\w+$)")
# GitHub shows a summary of one mebibyte and no more; a page changed from end to end is better read itself.
LONGEST, MOST = 900_000, 200


class Stop(Exception):  # noqa: N818 - it stops the command; it is not a fault of ours
    """Something that its user has to mend; its text says what and how."""


@dataclass
class PageText:
    """A page as it is read: its title, its lines, where it can be linked to and where it leads."""

    title: str
    lines: list[str]
    ids: set[str]
    links: set[str]


@dataclass
class Site:
    """A built site: pages by address, records by key, and what the style and scripts hold."""

    pages: dict[str, PageText] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)


# Reading -----------------------------------------------------------------------------------------


def read_site(folder: Path) -> Site:
    """Everything of a built site that can be compared. Raises Stop when it is none."""
    if not (folder / "index.html").exists():
        raise Stop(f"{folder} holds no built site; build one with `build --site-dir {folder}`")
    site = Site()
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(REPEATED):
            address = re.sub(r"(^|/)index\.html$", r"\1", name)
            site.pages[address] = read_page(path.read_text(encoding="utf-8"))
    works = folder / "bibliography" / "references.json"
    if works.exists():
        site.records = {item["id"]: item for item in json.loads(works.read_text(encoding="utf-8"))}
    for path in sorted((folder / "assets").rglob("*")):
        if path.is_file():
            site.assets[HASHED.sub("", path.relative_to(folder).as_posix())] = path.read_bytes()
    return site


def read_page(text: str) -> PageText:
    """The part of a page that is its own, without menus and footer."""
    page = lxml.html.fromstring(text)
    own = page.xpath("//article[contains(@class, 'md-content__inner')]") or page.xpath("//main")
    body = own[0] if own else page
    title = " ".join((page.findtext(".//title") or "").split())
    links = {str(link) for link in body.xpath(".//a/@href") if re.match(r"https?:|mailto:", link)}
    ids = {str(name) for name in body.xpath(".//h2/@id | .//h3/@id | .//dt/@id | .//article/@id")}
    return PageText(title, list(lines_of(body)), ids, links)


def lines_of(element: Any) -> Iterator[str]:
    """The text of an element, a sentence, heading, item or row of a table on each line."""
    sign, held = "", ""
    for kind, value in pieces(element):
        if kind == "text":
            held += value
            continue
        words = " ".join(held.split()).strip(" |")
        yield from (f"{sign}{line}" for line in SENTENCE.split(words) if line)
        # The sign stays until there is text to stand before: an item may begin with a paragraph.
        sign = value if value or words else sign
        held = ""


def pieces(element: Any) -> Iterator[tuple[str, str]]:
    """Pieces of text, and the bounds of blocks with the sign that the next line begins with."""
    if not isinstance(element.tag, str) or element.tag in UNREAD:
        return
    tag = element.tag.rpartition("}")[2]
    if tag in BLOCKS:
        yield "bound", SIGNS.get(tag, "")
    if tag == "img" and element.get("alt"):
        yield "text", f" [picture: {element.get('alt')}] "
    yield "text", element.text or ""
    for child in element:
        yield from pieces(child)
        yield "text", child.tail or ""
    if tag in BLOCKS:
        yield "bound", ""
    elif tag in ("td", "th"):
        yield "text", " | "


# Comparing ---------------------------------------------------------------------------------------


def report(old: Site, new: Site) -> str:
    """All differences as Markdown. Whatever comes from the sites stands where it is neither link nor HTML."""
    both = [address for address in new.pages if address in old.pages]
    added = [address for address in new.pages if address not in old.pages]
    lost = [address for address in old.pages if address not in new.pages]
    changed = [address for address in both if old.pages[address] != new.pages[address]]
    parts = [
        "## What readers would see change\n",
        counted(len(changed), "page changed", "pages changed")
        + f", {len(added)} new, {len(lost)} gone, {len(both) - len(changed)} as before.\n",
        listed("New pages", [page_line(address, new) for address in added]),
        listed("Pages that are gone", [page_line(address, old) for address in lost]),
        listed("Addresses that are gone", gone_ids(old, new)),
        listed("Records", record_lines(old.records, new.records)),
        listed("Links to other sites", link_lines(old, new)),
        listed("Style, scripts and pictures", asset_lines(old.assets, new.assets)),
    ]
    text = "\n".join(part for part in parts if part)
    left = 0
    for address in changed + added:
        before = old.pages[address].lines if address in old.pages else []
        part = text_difference(page_line(address, new), before, new.pages[address].lines)
        if len((text + part).encode()) < LONGEST:
            text += part
        else:
            left += 1
    if left:
        text += f"\nThere is no room here for {left} more; `dev.py changes` shows them.\n"
    return text


def plain(text: str) -> str:
    """A text as code: in Markdown nothing in it is a link, a name that is called, or HTML."""
    return f"`{' '.join(text.replace('`', '’').split())}`"


def listed(title: str, lines: Sequence[str]) -> str:
    """A heading and its list, or nothing."""
    if not lines:
        return ""
    shown = [f"- {line}" for line in lines[:MOST]]
    more = [f"- and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return "\n".join([f"### {title}\n", *shown, *more, ""])


def page_line(address: str, site: Site) -> str:
    """A page's address and title."""
    return f"{plain(address or 'the home page')}: {plain(site.pages[address].title)}"


def gone_ids(old: Site, new: Site) -> list[str]:
    """Headings, terms and questions that a link can no longer lead to."""
    found = []
    for address, page in old.pages.items():
        if address in new.pages:
            found += [plain(f"{address}#{i}") for i in sorted(page.ids - new.pages[address].ids)]
    return found


def record_lines(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> list[str]:
    """Works that came, went or changed, field by field."""
    lines = [f"{plain(key)}: new" for key in new if key not in old]
    lines += [f"{plain(key)}: gone" for key in old if key not in new]
    for key in sorted(old.keys() & new.keys()):
        for name in sorted(old[key].keys() | new[key].keys()):
            before, after = (value_text(works[key].get(name)) for works in (old, new))
            if before != after:
                lines.append(f"{plain(key)}: {name}: {plain(before)} → {plain(after)}")
    return lines


def value_text(value: Any) -> str:
    """A field of a record on one line."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def link_lines(old: Site, new: Site) -> list[str]:
    """Addresses of other sites that came or went, with a page that has them."""
    before, after = (first_links(site) for site in (old, new))
    lines = [f"new: {plain(a)} on {plain(after[a] or '/')}" for a in after if a not in before]
    return lines + [
        f"gone: {plain(a)} from {plain(before[a] or '/')}" for a in before if a not in after
    ]


def first_links(site: Site) -> dict[str, str]:
    """Every address of another site, with the first page that links to it."""
    first: dict[str, str] = {}
    for address, page in site.pages.items():
        for link in sorted(page.links):
            first.setdefault(link, address)
    return first


def asset_lines(old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """Files of the look that came, went or changed."""
    names = sorted(old.keys() | new.keys())
    return [
        f"{plain(name)}: {'new' if name not in old else 'gone' if name not in new else 'changed'}"
        for name in names
        if old.get(name) != new.get(name)
    ]


def text_difference(name: str, old: Sequence[str], new: Sequence[str]) -> str:
    """What a page's text lost and gained, folded away under its name; nothing if only links changed."""
    found = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    lines = ["…" if line.startswith("@@") else line for line in found]
    if not lines:
        return ""
    more = [f"… and {len(lines) - MOST} more lines"] if len(lines) > MOST else []
    body = "\n".join(lines[:MOST] + more)
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", body)), default=0))
    gained = sum(line.startswith("+") for line in lines)
    lost = sum(line.startswith("-") for line in lines)
    head = f"\n#### {name} (+{gained} −{lost})\n"
    return (
        f"{head}\n<details><summary>Lines</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"
    )


# Building ----------------------------------------------------------------------------------------


def site_of(name: str | None, scratch: Path) -> Path:
    """The folder of a built site: the one named, or one built from a commit or this copy. Raises Stop."""
    if name is None:
        return built(ROOT, scratch / "here")
    if Path(name).is_dir():
        return Path(name)
    copy = scratch / "commit"
    copy.mkdir()
    done = git("archive", "--format=tar", commit(name))
    with tarfile.open(fileobj=io.BytesIO(done)) as archive:
        archive.extractall(copy, filter="data")
    if (ROOT / ".cache").exists():
        shutil.copytree(ROOT / ".cache", copy / ".cache")
    folder = built(copy, scratch / "before")
    shutil.rmtree(copy)
    return folder


def commit(name: str) -> str:
    """The full name of a commit. Raises Stop when there is none."""
    try:
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except subprocess.CalledProcessError:
        raise Stop(f"{name} is neither a folder nor a commit that git knows here") from None
    return found.decode().strip()


def git(*words: str) -> bytes:
    """What git prints. Raises CalledProcessError, and Stop where there is no git."""
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise Stop("git is not installed; name two folders with built sites") from None


def built(root: Path, folder: Path) -> Path:
    """A project's site, built with the packages that are installed here. Raises Stop."""
    words = ["-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(root / "mkdocs.yml")]
    done = subprocess.run(
        [sys.executable, *words, "-d", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        which = "this copy" if root == ROOT else "the commit"
        raise Stop(f"{which} does not build:\n{done.stderr.strip()[-2000:]}")
    return folder


def main(argv: Sequence[str] | None = None) -> int:
    """Print the differences; 1 when a site cannot be had."""
    top = argparse.ArgumentParser(prog="dev.py changes", description=__doc__)
    top.add_argument("old", help="a folder with a built site, or a commit, such as main")
    top.add_argument("new", nargs="?", help="the same; this working copy unless named")
    top.add_argument("--report", type=Path, help="add it to this file, too")
    options = top.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as name:
            scratch = Path(name)
            (scratch / "a").mkdir()
            old = read_site(site_of(options.old, scratch / "a"))
            new = read_site(site_of(options.new, scratch))
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    text = report(old, new)
    print(text, end="")
    if options.report:
        with options.report.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
