"""The bibliography: all works in one list, a line each, and their whole references on pages by letter.

A page's letters are in its file's name: docs/bibliography/a.md, d-e.md; a letter that has outgrown its page
is split as in sa-sl.md and sm-sz.md. Together they cover a to z exactly once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from string import ascii_letters, ascii_lowercase

from citations import sort_name
from problems import Problem
from work_schema import Work

INDEX = "bibliography.md"
FOLDER = "bibliography/"
PAGE = re.compile(rf"{FOLDER}([a-z]{{1,2}})(?:-([a-z]{{1,2}}))?\.md")
# What a reference begins with, as far as pages tell references apart.
STARTS = [first + second for first in ascii_lowercase for second in ascii_lowercase]
# The names and the year that a reference in APA begins with; of a date the year alone.
WHO = re.compile(r"(.*?)( \((?:\d{4}|n\.d\.)[^,)]*)[^)]*\)\. ", re.DOTALL)
ADDRESS = re.compile(r"\s*<a .*", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
KINDS = {
    "article-journal": "article",
    "book": "book",
    "chapter": "chapter",
    "report": "report",
    "webpage": "web page",
    "legislation": "law",
    "legal_case": "judgment",
    "thesis": "thesis",
}
# One for each kind and theme that the list can be filtered by.
SIGNS = ascii_letters + "".join(map(chr, range(0x100, 0x250)))


def start_of(reference: str) -> str:
    """The two letters that decide on a reference's page; what sorts before all letters goes with the first."""
    name = sort_name(TAG.sub("", reference))
    letters = re.sub(r"[^a-z]", "", name) if name[:1].isalpha() else ""
    return letters[:2].ljust(2, "a")


def starts_on(src: str) -> list[str]:
    """The starts that a page covers by its file's name; none when the name says no letters."""
    match = PAGE.fullmatch(src)
    if not match:
        return []
    first, last = match[1].ljust(2, "a"), (match[2] or match[1]).ljust(2, "z")
    return [start for start in STARTS if first <= start <= last]


def label(src: str) -> str:
    """A page's letters as they are shown: `D–E`."""
    return src.removeprefix(FOLDER).removesuffix(".md").title().replace("-", "–")


def letter_pages(sources: Iterable[str]) -> dict[str, str]:
    """The pages with whole references, in order: file and letters as they are shown."""
    return {src: label(src) for src in sorted(sources) if starts_on(src)}


def homes(references: Mapping[str, str], sources: Iterable[str]) -> dict[str, str]:
    """For each work the page that has its whole reference; in a site without such pages the list of all."""
    by_start = {start: src for src in sources for start in starts_on(src)}
    return {key: by_start.get(start_of(text), INDEX) for key, text in references.items()}


def problems(sources: Iterable[str]) -> list[Problem]:
    """Letters that no page covers or two do, and pages whose name says no letters."""
    sources = sorted(sources)
    if INDEX not in sources:
        return []
    found = []
    first: dict[str, str] = {}
    missing = set(STARTS)
    for src in sources:
        starts = starts_on(src)
        if src.startswith(FOLDER) and not starts:
            fix = "name the page after the letters that it holds, such as d-e.md"
            found.append(Problem(f"docs/{src}", 1, "", "its name says no letters", fix))
        twice = [start for start in starts if start in first]
        if twice:
            what = f"{spoken(twice)} is on docs/{first[twice[0]]} too"
            fix = "change one of the two names: each letter belongs on one page"
            found.append(Problem(f"docs/{src}", 1, "", what, fix))
        missing -= set(starts)
        first.update(dict.fromkeys(starts, src))
    if missing:
        what = f"works that begin with {spoken(sorted(missing))} have no page in docs/{FOLDER}"
        fix = "copy another page there and name it after the letters, such as d-e.md, then run `record`"
        found.append(Problem(f"docs/{INDEX}", 1, "", what, fix))
    return found


def spoken(starts: list[str]) -> str:
    """Starts in words: a whole letter by itself (`q`), parts of one by their ends (`sa to sl`)."""
    whole = [x for x in ascii_lowercase if {x + y for y in ascii_lowercase} <= set(starts)]
    rest = [start for start in starts if start[0] not in whole]
    parts = [f"{rest[0]} to {rest[-1]}"] if rest else []
    return ", ".join(whole + parts)


def line(reference: str, work: Work) -> tuple[str, str]:
    """A work in a line: names and year as its reference has them (HTML), and its title.

    Of three authors and more the family names, or long lists would be a twentieth of the page. A law's or
    judgment's reference begins with its title, and is short.
    """
    text = TAG.sub("", ADDRESS.sub("", reference))
    who = WHO.match(text)
    if not who or not work.makers:
        return text.removesuffix("."), ""
    *others, last = (escape(name.short) for name in work.makers)
    names = who[1] if len(work.makers) < 3 else f"{', '.join(others)} &amp; {last}"
    return f"{names}{who[2]})", work.title


def filters(works: Iterable[Work]) -> tuple[str, str]:
    """What each sign stands for, and the signs of each work: for tables.js.

    As attributes of 400 rows the same would be a tenth of the page.
    """
    rows = [
        [f"type={KINDS.get(work.type, 'other')}", *(f"theme={x}" for x in work.custom.themes)]
        for work in works
    ]
    often = Counter(value for row in rows for value in row)
    sign = dict(zip(sorted(often, key=lambda value: (-often[value], value)), SIGNS, strict=False))
    meaning = "|".join(f"{letter}{value}" for value, letter in sign.items())
    return meaning, " ".join("".join(sorted(sign[value] for value in row)) for row in rows)
