"""The record of addresses that were published: `docs/permalinks.yml`, and what became of each.

A link given to a student has to work for years, so no recorded page or heading may disappear unless
`moved:` says where it went.
"""

from __future__ import annotations

import copy
import datetime
import functools
import html
import re
import sys
from pathlib import Path
from typing import Any

import yaml
from content import SourcePage, load_pages
from files import write_atomically
from mkdocs.utils import get_relative_url
from problems import Problem, format_problems

HEADING = re.compile(r"^(#{2,3}) +(.*?)(?:\s*\{ *#([a-z0-9][a-z0-9-]*)[^}]*\})?\s*$")
ARTICLE = re.compile(r'<article class="md-content__inner[^>]*>')
FENCE = re.compile(r"^\s*(```|~~~)")
FURNITURE = ("Key points", "For discussion", "Further reading", "References")
FILE = "docs/permalinks.yml"
# The C parser where it is built in: some thousand lines take a third of a second without.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HEADER = """\
# Every page and heading that was ever published, with the day it first was. Written by
# `python3 scripts/dev.py record`; never taken away from by hand. When a page or heading has to go,
# say under `moved` where its readers should arrive:
#   moved: {"challenges/trust/#coping": "challenges/trust/#what-it-is"}
"""


def headings(page: SourcePage) -> list[tuple[int, str, str, str | None]]:
    """The h2 and h3 of a page: line, marks, text, author-set id or None."""
    found, fenced = [], False
    for number, line in enumerate(page.body.splitlines(), start=page.body_line):
        fenced ^= bool(FENCE.match(line))
        match = None if fenced else HEADING.match(line)
        if match:
            found.append((number, match.group(1), match.group(2), match.group(3)))
    return found


def address(src: str) -> str:
    """A page's address in the site: `cases/octet/` for `cases/octet.md`, empty for the home page."""
    folder = re.sub(r"(^|/)index\.md$", r"\1", src)
    return folder if folder != src else src.removesuffix(".md") + "/"


def ids_of(page: SourcePage) -> list[str]:
    """The ids that a page promises: of its headings, its terms and its questions."""
    ids = [name for _, _, _, name in headings(page) if name]
    ids += [str(term["id"]) for term in page.meta.get("terms") or []]
    return ids + [f"q-{question['id']}" for question in page.meta.get("questions") or []]


def read_record(root: Path) -> dict[str, Any]:
    """What has been recorded: `pages` and `moved`."""
    path = root / FILE
    return parsed(path.read_bytes() if path.exists() else b"")


@functools.lru_cache(maxsize=1)
def parsed(raw: bytes) -> dict[str, Any]:
    """The record from its bytes, which a build asks for four times; nobody may change what it gets."""
    return {"pages": {}, "moved": {}, **(yaml.load(raw, Loader=LOADER) or {})}


def moves(record: dict[str, Any]) -> dict[str, str]:
    """Every address that has moved and where to; with a page all its recorded ids, unless one went elsewhere."""
    found = {str(old): str(new) for old, new in record["moved"].items()}
    for old, new in list(found.items()):
        ids = record["pages"].get(old, {}).get("ids", {}) if "#" not in old else {}
        for name in ids:
            found.setdefault(f"{old}#{name}", f"{new}#{name}")
    return found


def aliases(record: dict[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    """For each page the ids that it had and has no more, where each leads now, and that page's title.

    A link with such an id lands at its new heading if that is on the page, else at a line that leads there.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for old, new in moves(record).items():
        place, _, name = old.partition("#")
        now = str(record["moved"].get(place, place)).partition("#")[0]
        if name:
            # A page that is not recorded yet has no title here; the check says so.
            title = record["pages"].get(new.partition("#")[0], {}).get("title", "another page")
            found.setdefault(now, []).append((name, new, title))
    return found


def with_aliases(page: str, place: str, lost: list[tuple[str, str, str]]) -> str:
    """A built page (its HTML) on which the ids that it has lost still lead somewhere."""
    notes = ""
    for name, new, title in lost:
        if f' id="{name}"' in page:
            continue
        there, _, anchor = new.partition("#")
        mark = f'<span id="{name}"></span>'
        heading = re.search(rf'<\w+[^>]* id="{re.escape(anchor)}"[^>]*>', page) if anchor else None
        if there == place and heading:
            page = page[: heading.end()] + mark + page[heading.end() :]
        elif there == place:
            notes += mark
        else:
            link = html.escape(get_relative_url(there, place) + (f"#{anchor}" if anchor else ""))
            words = f'What stood here is now in <a href="{link}">{html.escape(title)}</a>.'
            notes += f'<p class="moved" id="{name}">{words}</p>'
    return ARTICLE.sub(lambda match: match.group(0) + notes, page, count=1) if notes else page


def broken_record(root: Path) -> list[Problem]:
    """Why the record cannot be read: most often two branches wrote it, and git left its marks in it."""
    try:
        read_record(root)
    except (yaml.YAMLError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        fix = "keep the lines of both branches, then run `python3 scripts/dev.py record`"
        return [Problem(FILE, mark.line + 1 if mark else 1, "", "cannot be read", fix)]
    return []


def check(root: Path, pages: list[SourcePage]) -> list[Problem]:
    """Recorded addresses that no longer exist, and new ones that are not recorded."""
    if problems := broken_record(root):
        return problems
    record = read_record(root)
    now = {address(page.src): ids_of(page) for page in pages}
    known = {place: set(entry["ids"]) for place, entry in record["pages"].items()}
    for place, ids in known.items():
        gone = [f"{place}#{name}" for name in sorted(ids - set(now.get(place, [])))]
        gone += [place] if place not in now else []
        for lost in gone:
            if lost not in record["moved"] and place not in record["moved"]:
                fix = f'put it back, or say under `moved` where it went: "{lost}": "…"'
                problems.append(
                    Problem(FILE, 1, "moved", f"{lost or 'the home page'} is gone", fix)
                )
    for page in pages:
        new = set(ids_of(page)) - known.get(address(page.src), set())
        if new or address(page.src) not in known:
            what = f"not recorded yet: {', '.join(sorted(new)) or 'the page'}"
            fix = "run `python3 scripts/dev.py record`"
            problems.append(Problem(f"docs/{page.src}", 1, "permalinks", what, fix))
    problems += moved_problems(record["moved"], now)
    return problems


def moved_problems(moved: dict[str, str], now: dict[str, list[str]]) -> list[Problem]:
    """Aliases that lead nowhere."""
    problems = []
    for old, new in moved.items():
        place, _, name = new.partition("#")
        if place not in now or (name and name not in now[place]):
            fix = "name a page or heading that exists"
            problems.append(Problem(FILE, 1, old, f"it leads to {new}, which does not exist", fix))
    return problems


def record_text(root: Path, pages: list[SourcePage], today: str) -> str:
    """The record with everything that is new today added; nothing is ever taken away."""
    old = copy.deepcopy(read_record(root))
    for page in pages:
        entry = old["pages"].setdefault(address(page.src), {"first": today, "ids": {}})
        entry["title"] = str(page.meta.get("title", ""))
        for name in ids_of(page):
            entry["ids"].setdefault(name, today)
    body = yaml.safe_dump(old, allow_unicode=True, sort_keys=True, width=100)
    return HEADER + body


def main() -> int:
    """Record what is new today. Returns 1 when a page cannot be read."""
    root = Path(__file__).resolve().parent.parent
    pages, problems = load_pages(root / "docs")
    problems = problems or broken_record(root)
    if problems:
        print(format_problems(problems))
        return 1
    write_atomically(root / FILE, record_text(root, pages, datetime.date.today().isoformat()))
    print(f"{FILE}: {len(pages)} pages recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
