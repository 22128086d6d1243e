"""What has changed for readers between two states of the site: pages, sections, cases, questions, works.

A state is a `snapshot`: a digest of each part of each page, made from the source files of a folder alone,
so that a new look is no change, and kept with a frozen edition. (changes.py shows contributors every
sentence that differs between two built sites.)
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import content
import go
import permalinks
import records
import yaml

Snapshot = dict[str, Any]
# Parts of front matter that readers see as things of their own, each field by itself.
FACTS = ("case", "model", "definition", "challenge")
WORDS = {
    "placements": "our readings, phase by phase",
    "levels": "its levels, and where we place them",
    "lines": "where its authors draw a line",
}
# A new date or template alone is no change to a reader.
NOT_READ = {
    *("date", "template", "search", "also", "hide", "order", "uncited", "questions", "terms"),
    *FACTS,
}


def digest(value: Any) -> str:
    """A short digest of a text, however its lines are broken, or of front matter."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def part(title: str, value: Any) -> dict[str, str]:
    """A part of a page: what it is called, and its digest."""
    return {"title": title, "digest": digest(value)}


def page_parts(page: content.SourcePage) -> dict[str, dict[str, str]]:
    """The parts of a page by id: its sections, questions, terms and facts."""
    lines = page.body.splitlines()
    starts = [
        (line - page.body_line, name or go.plain_heading(text).lower().replace(" ", "-"), text)
        for line, _, text, name in permalinks.headings(page)
    ]
    cuts = [(0, "", "the beginning"), *starts, (len(lines), "", "")]
    found = {}
    for (start, name, title), (end, _, _) in itertools.pairwise(cuts):
        # A list of references follows from the text.
        if name != "references" and (text := "\n".join(lines[start:end]).strip()):
            found[name] = part(go.plain_heading(title), text)
    for name in FACTS:
        for key, value in (page.meta.get(name) or {}).items():
            if value and key not in NOT_READ:
                found[f"({name} {key})"] = part(WORDS.get(key, key.replace("_", " ")), value)
    for number, question in enumerate(page.meta.get("questions") or [], start=1):
        found[f"q-{question['id']}"] = part(f"question {number}", question)
    for term in page.meta.get("terms") or []:
        found[str(term["id"])] = part(str(term["term"]), term)
    for name, value in page.meta.items():
        if value and name not in NOT_READ:
            found[f"({name})"] = part(name.replace("_", " "), value)
    return found


def snapshot(root: Path) -> Snapshot:
    """The state of the site whose files are in `root`. Pages and records that cannot be read are left out."""
    settings = yaml.safe_load((root / "settings.yml").read_text(encoding="utf-8"))
    pages, _ = content.load_pages(root / "docs")
    works, _ = records.load_works(root / "bib" / "works")
    return {
        "version": str(settings["version"]),
        "released": str(settings["released"]),
        "moved": permalinks.read_record(root)["moved"],
        "pages": {
            permalinks.address(page.src): {
                "title": str(page.meta.get("title", page.src)),
                "date": str(page.meta.get("date", "")),
                "parts": page_parts(page),
            }
            for page in pages
            if not page.meta.get("embed")
        },
        "works": {key: part(work.title, repr(work)) for key, work in sorted(works.items())},
    }


@dataclass
class Changed:
    """A page in both states: its title, where it is now, and the (id, title) of what differs."""

    place: str
    title: str
    added: list[tuple[str, str]] = field(default_factory=list)
    altered: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Report:
    """What differs between two states; pages and works by address or key, with their titles."""

    added: dict[str, str]
    gone: dict[str, str]
    moved: dict[str, str]
    changed: list[Changed]
    works: dict[str, list[str]]


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of what was added, altered and taken away, in the order of the newer, then the older."""
    return {
        "added": [name for name in new if name not in old],
        "altered": [n for n in new if n in old and new[n]["digest"] != old[n]["digest"]],
        "gone": [name for name in old if name not in new],
    }


def compare(old: Snapshot, new: Snapshot) -> Report:
    """What differs; a page that has moved is compared with itself at its new address."""
    before, after = old["pages"], new["pages"]
    moved = {a: b for a, b in new["moved"].items() if a in before and a not in after}
    came_from = {b: a for a, b in moved.items()}
    changed = []
    for place, page in after.items():
        earlier = before.get(came_from.get(place, place))
        if earlier is None:
            continue
        names = difference(earlier["parts"], page["parts"])
        one = Changed(place, page["title"])
        for kind, found in names.items():
            source = earlier if kind == "gone" else page
            setattr(one, kind, [(name, source["parts"][name]["title"]) for name in found])
        if any(names.values()):
            changed.append(one)
    return Report(
        added={p: page["title"] for p, page in after.items() if p not in before | came_from},
        gone={p: page["title"] for p, page in before.items() if p not in after | moved},
        moved=moved,
        changed=changed,
        works=difference(old["works"], new["works"]),
    )


# Said in Markdown and in HTML ------------------------------------------------------------------------


def counted(number: int, one: str, many: str = "") -> str:
    """`1 page`, `3 pages`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def summary(report: Report) -> str:
    """The whole in a sentence."""
    if not any((report.added, report.gone, report.moved, report.changed, *report.works.values())):
        return "Nothing has changed."
    return (
        f"{counted(len(report.added), 'new page')}, {len(report.changed)} with changes, "
        f"{len(report.moved)} moved, {len(report.gone)} taken away. "
        f"{counted(len(report.works['added']), 'new work')}, "
        f"{counted(len(report.works['altered']), 'corrected record')}."
    )


def anchor(place: str, name: str) -> str:
    """The address of a part of a page; what has no id is the page."""
    return place if not name or name.startswith("(") else f"{place}#{name}"


@dataclass
class Line:
    """A line of the report: its words, its address in the newer and in the older state, what belongs to it."""

    words: str
    now: str = ""
    then: str = ""
    below: list[Line] = field(default_factory=list)


def changed_page(one: Changed, then: str, old: str, new: str) -> Line:
    """A page with its parts."""
    line = Line(one.title, new + one.place, old + then)
    for word, parts in (("new", one.added), ("changed", one.altered), ("gone", one.gone)):
        for name, title in parts:
            now = "" if word == "gone" else new + anchor(one.place, name)
            before = "" if word == "new" else old + anchor(then, name)
            line.below.append(Line(f"{word}: {title}", now, before))
    return line


def work_line(key: str, new: str) -> Line:
    """A work, by its short address: which page has its reference is known only after a build."""
    return Line(key, f"{new}go/{go.work_id(key)}/")


def lines_of(report: Report, old: str, new: str) -> list[Line]:
    """The report as headings with lines below; `old` and `new` are the addresses of the two states."""
    came_from = {b: a for a, b in report.moved.items()}
    found = [
        Line("New pages", below=[Line(t, new + place) for place, t in report.added.items()]),
        Line(
            "Pages with changes",
            below=[
                changed_page(one, came_from.get(one.place, one.place), old, new)
                for one in report.changed
            ],
        ),
        Line("Moved", below=[Line(a, new + b, old + a) for a, b in report.moved.items()]),
        Line("Taken away", below=[Line(t, "", old + place) for place, t in report.gone.items()]),
        Line("New works", below=[work_line(key, new) for key in report.works["added"]]),
        Line("Corrected records", below=[work_line(key, new) for key in report.works["altered"]]),
    ]
    return [line for line in found if line.below]


def markdown(report: Report, title: str, old: str, new: str) -> str:
    """The report as Markdown, for a terminal, an issue or a mail to students."""

    def item(line: Line, depth: int) -> list[str]:
        words = re.sub(r"([\[\]*_`])", r"\\\1", line.words)
        shown = f"[{words}]({line.now})" if line.now else words
        shown += f" ([before]({line.then}))" if line.then else ""
        return [f"{'  ' * depth}- {shown}"] + [x for b in line.below for x in item(b, depth + 1)]

    text = [f"# {title}", "", summary(report)]
    for heading in lines_of(report, old, new):
        text += ["", f"## {heading.words} ({len(heading.below)})", ""]
        text += [x for line in heading.below for x in item(line, 0)]
    return "\n".join(text) + "\n"


def as_html(report: Report, old: str, new: str) -> str:
    """The same as HTML, without title and frame."""

    def item(line: Line) -> str:
        words = html.escape(line.words)
        shown = f'<a href="{html.escape(line.now)}">{words}</a>' if line.now else words
        shown += f' (<a href="{html.escape(line.then)}">before</a>)' if line.then else ""
        return f"<li>{shown}{listed(line.below)}</li>"

    def listed(lines: list[Line]) -> str:
        return f"<ul>{''.join(item(line) for line in lines)}</ul>\n" if lines else ""

    text = f"<p>{html.escape(summary(report))}</p>\n"
    for heading in lines_of(report, old, new):
        text += f"<h2>{heading.words} ({len(heading.below)})</h2>\n{listed(heading.below)}"
    return text
