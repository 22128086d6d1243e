"""The search index as a script: a section of the site for each entry.

A script, not JSON, because a page opened from a folder on disk may load the one and not the other. A section's
title, other names and beginning are kept as they are; its further words only as places in a list of all words,
which takes a third less than the words themselves and grows no faster than the text.
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import permalinks
import records
import tables
from content import SourcePage

SHOWN = 110  # characters of a section's beginning that a result shows
ID = re.compile(r'\sid="([^"]+)"')
# What stands in an address is no text: its words would be found, and shown, with hyphens.
ADDRESS = re.compile(r"https?://\S+")
WORD = re.compile(r"[^\W_][\w-]+")
# Signs for steps from one section to the next that has a word: the first is `#`, so that neither a quotation
# mark nor a space is among them. The last one before the surrogates is the longest step.
STEP, LONGEST = 0x22, 0xD7FF - 0x22
# Words that are in nearly every section, or only ask, find nothing: search.js takes them out of what is typed too.
COMMON_WORDS = """
the of and to in is are was were that this it its as for on with by from or be not who what which their
they people have has had at but than into may one two more other some can so do does did when where there
these those he she his her them we our you your an how why between if would could should will just any
me my am been being way get getting
"""
COMMON = frozenset(COMMON_WORDS.split())


# In the HTML that nh3 writes (safety.clean): every value in quotation marks, every element closed.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>')
VOID = frozenset({"br", "hr", "img"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# Tags that may stand within a word; words on both sides of any other are two.
WITHIN = frozenset(
    {"a", "abbr", "b", "cite", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "small"}
    | {"span", "strong", "time", "u", "var"}
)


@dataclass
class Section:
    """A part of a page that begins with a heading, or the beginning of the page before any."""

    id: str
    depth: int
    title: str = ""
    text: str = ""

    def add(self, text: str, to_title: bool = False) -> None:
        """Put some more to its title or its text."""
        if to_title:
            self.title += text
        else:
            self.text += text


@functools.lru_cache(maxsize=1000)
def sections(content: str) -> list[Section]:
    """The sections of a page's HTML. One whose heading stands deeper than others ends with what is around it.

    MkDocs' plugin finds the same with Python's HTML parser, which took a seventh of a build; and it joined the
    last word of a table's cell with the first of the next.
    """
    every = [Section("", 0)]
    around = every[:]  # the last of them is the one that a text belongs to
    depth = at = 0
    # How deep the element began that is not searched, or is a heading; 0 outside.
    unread = heading = 0
    for tag in TAG.finditer(content):
        closing, name, attributes = tag.groups()
        if not unread:
            text = content[at : tag.start()] + ("" if name in WITHIN else " ")
            around[-1].add(text, to_title=bool(heading))
        at = tag.end()
        if name in VOID:
            continue
        if closing:
            unread = 0 if unread == depth else unread
            heading = 0 if heading == depth else heading
            depth -= 1
            while around[-1].depth > depth + 1:
                around.pop()
            continue
        depth += 1
        if "data-search-exclude" in attributes:
            unread = unread or depth
        elif name in HEADINGS and not unread and (found := ID.search(attributes)):
            heading = depth
            around.append(Section(found.group(1), depth))
            every.append(around[-1])
    around[-1].add(content[at:])
    return every


def plain(text: str) -> str:
    """A text without tags, entities and line breaks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@dataclass(frozen=True)
class Entry:
    """A section: what a result shows, other names for it, and the words besides by which it is found, each once."""

    url: str
    title: str
    page: str
    text: str
    also: list[str]
    words: frozenset[str]

    def shown(self) -> dict[str, Any]:
        """What the script needs of it, set as on the pages; the page's title where it is not the section's own."""
        page = {"page": self.page} if self.page != self.title else {}
        text = {"title": self.title, **page, "text": self.text}
        also = {"also": self.also} if self.also else {}
        return {"url": self.url, **{k: v.replace("'", "’") for k, v in text.items()}, **also}


def entry(url: str, title: str, page: str, text: str, also: list[str]) -> Entry:
    """A section of the index from its whole text."""
    text = " ".join(ADDRESS.sub("", text).split())
    shown = text if len(text) <= SHOWN else text[:SHOWN].rpartition(" ")[0] + " …"
    words = frozenset(WORD.findall(text.lower())) - COMMON - set(WORD.findall(shown.lower()))
    return Entry(url, title, page, shown, also, words)


def people(work: records.Work) -> list[str]:
    """The full names of those who made a work: a reference has only initials."""
    return [one.text for one in work.makers]


def other_names(page: SourcePage, data: tables.SiteData) -> list[str]:
    """What a page is looked for by: its own `also`, and who made the definition or model that it is about."""
    names = list(page.meta.get("also") or [])
    for kind in ("definition", "model"):
        if subject := page.meta.get(kind):
            names += people(data.works[subject["work"]])
    return names


def page_sections(contents: Mapping[str, str], data: tables.SiteData) -> list[Entry]:
    """The sections of pages (their HTML by source). A page that begins with a heading shows what it is about."""
    found = []
    for src, content in contents.items():
        meta = data.pages[src].meta
        if (meta.get("search") or {}).get("exclude"):
            continue
        url, page = permalinks.address(src), plain(str(meta["title"]))
        for part in sections(content):
            title = plain(part.title) or page
            text = plain(part.text) or ("" if part.id else str(meta.get("description", "")))
            if text and title != "References":
                names = [] if part.id else other_names(data.pages[src], data)
                place = f"{url}#{part.id}" if part.id else url
                found.append(entry(place, title, page, text, names))
    return found


def work_sections(data: tables.SiteData) -> list[Entry]:
    """One entry for each work, which leads to its whole reference."""
    assert data.registry is not None
    return [
        entry(
            data.work_address(key),
            work.title,
            "Bibliography",
            f"{plain(data.registry.references[key])} {work.custom.about} {' '.join(people(work))}",
            [],
        )
        for key, work in sorted(data.works.items())
    ]


def term_sections(data: tables.SiteData) -> list[Entry]:
    """One entry for each glossary term."""
    return [
        entry(
            f"glossary/#{term['id']}",
            term["term"],
            "Glossary",
            re.sub(r"\[[^\]]*@[^\]]*\](\{recalled\})?", "", term["definition"]),
            term.get("also") or [],
        )
        for term in data.terms.values()
    ]


def places(entries: list[Entry]) -> list[str]:
    """For each word, a space and a sign for each step to the next section that has it.

    Raises ValueError when there are more sections than signs, which is some 55,000.
    """
    if len(entries) > LONGEST:
        raise ValueError(f"the search index has room for {LONGEST} sections")
    last: dict[str, int] = {}
    steps: dict[str, str] = {}
    for number, section in enumerate(entries, start=1):
        for word in section.words:
            steps[word] = steps.get(word, "") + chr(STEP + number - last.get(word, 0))
            last[word] = number
    return [f"{word} {steps[word]}" for word in sorted(steps)]


def script(contents: Mapping[str, str], data: tables.SiteData) -> str:
    """The whole index as a classic script, from the HTML of all pages, by their source."""
    entries = page_sections(contents, data) + term_sections(data) + work_sections(data)
    index = {
        "sections": [section.shown() for section in entries],
        "words": places(entries),
        "common": sorted(COMMON),
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # Harmless in a file of its own; escaped so that nothing can end a script wherever it may be copied to.
    return f"window.siteIndex={text};\n".replace("</", "<\\/")
