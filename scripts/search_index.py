"""The search index as a script: a section of the site for each entry, from the search plugin's own parser.

A script, not JSON, because a page opened from a folder on disk may load the one and not the other.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

import tables

SHOWN = 110  # characters of a section's beginning that a result shows
WORD = re.compile(r"[^\W_][\w-]+")
# Words that are in nearly every section find nothing.
COMMON_WORDS = """
the of and to in is are was were that this it its as for on with by from or be not who what which their
they people have has had at but than into may one two more other some can so do does did when where there
these those he she his her them we our you your an
"""
COMMON = frozenset(COMMON_WORDS.split())


def plain(text: str) -> str:
    """A text without tags, entities and line breaks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def entry(url: str, title: str, page: str, text: str) -> dict[str, str]:
    """A section: its beginning to show, and each further word once to find it by.

    Kept so, the index of the site takes three quarters of the bytes of the whole text.
    """
    shown = text if len(text) <= SHOWN else text[:SHOWN].rpartition(" ")[0] + " …"
    seen = set(WORD.findall(shown.lower())) | COMMON
    words = dict.fromkeys(word for word in WORD.findall(text.lower()) if word not in seen)
    return {"url": url, "title": title, "page": page, "text": shown, "words": " ".join(words)}


def page_sections(docs: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The plugin's sections; each knows the title of its page."""
    titles = {doc["location"]: plain(doc["title"]) for doc in docs if "#" not in doc["location"]}
    sections = []
    for doc in docs:
        page = doc["location"].partition("#")[0]
        text = plain(doc["text"])
        if text and plain(doc["title"]) != "References":
            title = plain(doc["title"])
            sections.append(entry(doc["location"], title, titles.get(page, title), text))
    return sections


def work_sections(data: tables.SiteData) -> list[dict[str, str]]:
    """One entry for each work, which leads to its place in the bibliography."""
    assert data.registry is not None
    return [
        entry(
            f"bibliography/#ref-{key}",
            work.title,
            "Bibliography",
            f"{plain(data.registry.references[key])} {work.custom.about}",
        )
        for key, work in sorted(data.works.items())
    ]


def term_sections(data: tables.SiteData) -> list[dict[str, str]]:
    """One entry for each glossary term."""
    return [
        entry(
            f"glossary/#{term['id']}",
            term["term"],
            "Glossary",
            re.sub(r"\[[^\]]*@[^\]]*\](\{recalled\})?", "", term["definition"]),
        )
        for term in data.terms.values()
    ]


def script(docs: list[dict[str, Any]], data: tables.SiteData) -> str:
    """The whole index as a classic script."""
    entries = page_sections(docs) + term_sections(data) + work_sections(data)
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    # Harmless in a file of its own; escaped so that nothing can end a script wherever it may be copied to.
    return f"window.siteIndex={text};\n".replace("</", "<\\/")
