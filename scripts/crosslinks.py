"""Links from page to page: files and headings that do not exist, with the line and a guess.

The build finds the same, but without the line. What templates put into a page (references, tables) it
alone can see, so anchors that look like theirs are left to it.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Sequence

import permalinks
from content import SourcePage
from problems import Problem
from safety import LINK, without_code
from tables import MARKER

MADE = re.compile(r"(?:ref|cite|fn|fnref|q|sp|t)[-:]")


def check(pages: Sequence[SourcePage], files: set[str]) -> list[Problem]:
    """Every link of every page that leads to no file, or to no heading of a page."""
    known = {page.src: ids(page) for page in pages}
    open_ended = {
        page.src for page in pages if page.meta.get("template") or MARKER.search(page.body)
    }
    problems = []
    for page in pages:
        text = without_code(page.body)
        for match in LINK.finditer(text):
            found = fault(page.src, match[2].split(' "')[0].strip(), known, files, open_ended)
            if found:
                line = page.body_line + text[: match.start()].count("\n")
                problems.append(Problem(f"docs/{page.src}", line, "link", *found))
    return problems


def ids(page: SourcePage) -> set[str]:
    """The ids of a page that its source shows."""
    given = set(permalinks.ids_of(page))
    plain = {
        text.lower().replace(" ", "-") for _, _, text, name in permalinks.headings(page) if not name
    }
    braces = set(re.findall(r"\{[^}\n]*#([\w-]+)[^}\n]*\}", page.body))
    return given | plain | braces | {"check-yourself"}


def fault(
    src: str, link: str, known: dict[str, set[str]], files: set[str], open_ended: set[str]
) -> tuple[str, str] | None:
    """What is wrong with a link, and what was probably meant."""
    path, _, anchor = link.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:|//|/|\?", path, re.IGNORECASE):
        return None
    place = posixpath.normpath(posixpath.join(posixpath.dirname(src), path)) if path else src
    if place not in known and place not in files:
        if not path.endswith(".md"):
            return None  # a folder or a file that the build makes
        near = difflib.get_close_matches(place, known, n=1, cutoff=0.6)
        guess = posixpath.relpath(near[0], posixpath.dirname(src) or ".") if near else ""
        return (
            f"there is no {path}",
            f"did you mean {guess}?" if near else "name a page that exists",
        )
    sure = place in known and place not in open_ended and anchor and not MADE.match(anchor)
    if sure and anchor not in known[place]:
        near = difflib.get_close_matches(anchor, known[place], n=1, cutoff=0.5)
        fix = f"did you mean #{near[0]}?" if near else f"it has {', '.join(sorted(known[place]))}"
        return f"{path or 'this page'} has no heading #{anchor}", fix
    return None
