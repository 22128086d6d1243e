"""Try every address that pages and records link to, and say which are gone, with an archived copy of each.

Run by hand (`python3 scripts/dev.py links`) and on a schedule, never by the build. A server that refuses
robots is not held against a link: only what is said to be gone, or has no server any more, is reported.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import content
import net
import records
from field_checks import check_url
from safety import without_code
from tidy import is_sound

ROOT = Path(__file__).resolve().parent.parent
# Which DOIs exist, and what was archived; the tests put a server of their own here.
HANDLES = os.environ.get("DOI_HANDLES", "https://doi.org/api/handles/")
ARCHIVE = os.environ.get("ARCHIVE", "https://archive.org/wayback/available?url=")
ADDRESS = re.compile(r"https?://[^\s<>\"')\]}]+")
AT_ONCE = 8
GONE = (404, 410, 451)
# Addresses that stand for others.
MADE_UP = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:example\.(?:org|com|net)|localhost|127\.0\.0\.1)\b"
)


@dataclass(frozen=True)
class Link:
    """An address, and the first place that has it."""

    address: str
    place: str


@dataclass(frozen=True)
class Result:
    """What became of an address."""

    link: Link
    state: str  # works | gone | refused | unreachable
    reason: str = ""
    archived: str = ""


def all_links(root: Path) -> list[Link]:
    """Every address of pages and records, each once."""
    first: dict[str, str] = {}
    for address, place in (*page_links(root), *record_links(root)):
        address = address.rstrip(".,;:")
        if not MADE_UP.match(address):
            first.setdefault(address, place)
    return [Link(address, place) for address, place in sorted(first.items())]


def page_links(root: Path) -> Iterator[tuple[str, str]]:
    """The addresses of all pages, with file and line."""
    pages, _ = content.load_pages(root / "docs")
    for page in pages:
        text = "\n" * (page.body_line - 1) + without_code(page.body)
        for number, line in enumerate(text.split("\n"), start=1):
            for match in ADDRESS.finditer(line):
                yield match[0], f"docs/{page.src}:{number}"


def record_links(root: Path) -> Iterator[tuple[str, str]]:
    """The addresses of all records, with file and line; a DOI as an address."""
    library = records.read_library(root / "bib" / "works")
    for key, work in library.works.items():
        document = library.documents[key]
        if work.doi:
            yield f"https://doi.org/{work.doi}", f"{document.file}:{document.line(('DOI',))}"
        for route, text in records.texts(document.data, ()):
            if records.is_address(route) and is_sound(check_url, text):
                yield text, f"{document.file}:{document.line(route)}"


def try_link(link: Link) -> Result:
    """Whether an address works, politely: without its text first, with it if that is refused."""
    doi = re.match(r"https?://(?:dx\.)?doi\.org/(10\..+)", link.address)
    if doi:
        answer = net.fetch(HANDLES + urllib.parse.quote(urllib.parse.unquote(doi[1]), safe="/"))
    else:
        answer = net.fetch(link.address, method="HEAD")
        if answer.status in (0, 400, 403, 404, 405, 429, 500, 501, 503):
            answer = net.fetch(link.address)
    if answer.offline:
        return Result(link, "unreachable", answer.reason)
    if answer.status in GONE:
        return Result(link, "gone", str(answer.status))
    return Result(link, "works" if answer.status < 400 else "refused", str(answer.status))


def archived(address: str) -> str:
    """The address of an archived copy, if there is one."""
    answer = net.fetch(ARCHIVE + urllib.parse.quote(address, safe=""))
    try:
        closest = json.loads(answer.text)["archived_snapshots"]["closest"]
        return str(closest["url"]).replace("http://", "https://", 1) if closest["available"] else ""
    except (ValueError, KeyError, TypeError):
        return ""


def try_all(links: Sequence[Link]) -> list[Result]:
    """Every address, several at once. Raises ConnectionError when the first ones reach nothing."""
    hosts: dict[str, Link] = {}
    for link in links:
        hosts.setdefault(urllib.parse.urlsplit(link.address).netloc, link)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = list(pool.map(try_link, list(hosts.values())[:AT_ONCE]))
        if first and all(result.state == "unreachable" for result in first):
            raise ConnectionError(first[0].reason)
        known = {result.link: result for result in first}
        rest = [link for link in links if link not in known]
        known |= {result.link: result for result in pool.map(try_link, rest)}
    return [known[link] for link in links]


def lines_of(results: Sequence[Result]) -> list[str]:
    """What is to be mended, with an archived copy where there is one."""
    lines = []
    for result in results:
        if result.state in ("gone", "unreachable"):
            copy = archived(result.link.address)
            more = f"; an archived copy: {copy}" if copy else ""
            what = f"{result.link.address} is {result.state} ({result.reason}){more}"
            lines.append(f"{result.link.place}: {what}")
    return lines


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Report on all addresses; 1 when one is gone, 2 when nothing could be reached."""
    top = argparse.ArgumentParser(prog="dev.py links", description="Try every address.")
    top.add_argument("--report", type=Path, help="write what is to be mended to this file, too")
    top.add_argument("--list", action="store_true", help="only list the addresses; fetch nothing")
    options = top.parse_args(argv)
    links = all_links(root)
    if options.list:
        print("\n".join(f"{link.place}: {link.address}" for link in links))
        return 0
    try:
        results = try_all(links)
    except ConnectionError as reason:
        print(f"{reason}. {net.OFFLINE}", file=sys.stderr)
        return 2
    lines = lines_of(results)
    if lines:
        print("\n".join(lines))
    states = [result.state for result in results]
    told = ", ".join(
        f"{states.count(s)} {what}"
        for s, what in (
            ("works", "work"),
            ("gone", "gone"),
            ("unreachable", "unreachable"),
            ("refused", "refuse robots and were not judged"),
        )
    )
    print(f"{len(links)} addresses: {told}.")
    if options.report and lines:
        options.report.write_text("\n".join(f"- {line}" for line in lines) + "\n", "utf-8")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
