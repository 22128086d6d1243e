"""The search index as a script: a section of the site for each entry, from the search plugin's own parser.

A script, not JSON, because a page opened from a folder on disk may load the one and not the other. A section's
title, other names and beginning are kept as they are; its further words only as places in a list of all words,
which takes a third less than the words themselves and grows no faster than the text.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

import permalinks
import records
import tables
from content import SourcePage

SHOWN = 110  # characters of a section's beginning that a result shows
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


def remember(index: Any, known: dict[str, tuple[Any, list[Any]]]) -> None:
    """Let the plugin's index (made anew for each build) keep the sections of a page that has not changed.

    Its parser takes a seventh of a build. `known` holds what each page was and gave, by its address.
    """
    parse = index.add_entry_from_context

    def add(page: Any) -> None:
        now = (page.content, page.title, page.meta.get("title"), page.meta.get("search"))
        before, sections = known.get(page.url, (None, []))
        if before == now:
            index.entries += sections
            return
        start = len(index.entries)
        parse(page)
        known[page.url] = (now, index.entries[start:])

    index.add_entry_from_context = add


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
        """What the script needs of it; the page's title where it is not the section's own."""
        page = {"page": self.page} if self.page != self.title else {}
        also = {"also": self.also} if self.also else {}
        return {"url": self.url, "title": self.title, **page, "text": self.text, **also}


def entry(url: str, title: str, page: str, text: str, also: list[str]) -> Entry:
    """A section of the index from its whole text."""
    shown = text if len(text) <= SHOWN else text[:SHOWN].rpartition(" ")[0] + " …"
    words = frozenset(WORD.findall(text.lower())) - COMMON - set(WORD.findall(shown.lower()))
    return Entry(url, title, page, shown, also, words)


def people(work: records.Work) -> list[str]:
    """The full names of those who made a work: a reference has only initials."""
    return [one.text for one in work.author or work.editor or []]


def other_names(page: SourcePage, data: tables.SiteData) -> list[str]:
    """What a page is looked for by: its own `also`, and who made the definition or model that it is about."""
    names = list(page.meta.get("also") or [])
    for kind in ("definition", "model"):
        if subject := page.meta.get(kind):
            names += people(data.works[subject["work"]])
    return names


def page_sections(docs: list[dict[str, Any]], data: tables.SiteData) -> list[Entry]:
    """The plugin's sections; each knows the title of its page. A page that begins with a heading shows what it is about."""
    titles = {doc["location"]: plain(doc["title"]) for doc in docs if "#" not in doc["location"]}
    pages = {permalinks.address(src): page for src, page in data.pages.items()}
    about = {url: str(page.meta.get("description", "")) for url, page in pages.items()}
    also = {url: other_names(page, data) for url, page in pages.items()}
    sections = []
    for doc in docs:
        page = doc["location"].partition("#")[0]
        text = plain(doc["text"]) or about.get(doc["location"], "")
        if text and plain(doc["title"]) != "References":
            title = plain(doc["title"])
            names = also.get(doc["location"], [])
            sections.append(entry(doc["location"], title, titles.get(page, title), text, names))
    return sections


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


def script(docs: list[dict[str, Any]], data: tables.SiteData) -> str:
    """The whole index as a classic script."""
    entries = page_sections(docs, data) + term_sections(data) + work_sections(data)
    index = {
        "sections": [section.shown() for section in entries],
        "words": places(entries),
        "common": sorted(COMMON),
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # Harmless in a file of its own; escaped so that nothing can end a script wherever it may be copied to.
    return f"window.siteIndex={text};\n".replace("</", "<\\/")
