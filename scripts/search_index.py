"""The search index as a script: a section of the site for each entry, from the search plugin's own parser.

A script, not JSON, because a page opened from a folder on disk may load the one and not the other.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

import tables


def plain(text: str) -> str:
    """A text without tags, entities and line breaks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def page_sections(docs: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The plugin's sections; each knows the title of its page."""
    titles = {doc["location"]: plain(doc["title"]) for doc in docs if "#" not in doc["location"]}
    sections = []
    for doc in docs:
        page = doc["location"].partition("#")[0]
        text = plain(doc["text"])
        if text and plain(doc["title"]) != "References":
            title = plain(doc["title"])
            sections.append(
                {
                    "url": doc["location"],
                    "title": title,
                    "page": titles.get(page, title),
                    "text": text,
                }
            )
    return sections


def work_sections(data: tables.SiteData) -> list[dict[str, str]]:
    """One entry for each work, which leads to its place in the bibliography."""
    assert data.registry is not None
    return [
        {
            "url": f"bibliography/#ref-{key}",
            "title": work.title,
            "page": "Bibliography",
            "text": f"{plain(data.registry.references[key])} {work.custom.about}",
        }
        for key, work in sorted(data.works.items())
    ]


def term_sections(data: tables.SiteData) -> list[dict[str, str]]:
    """One entry for each glossary term."""
    terms = [term for page in data.pages.values() for term in page.meta.get("terms") or []]
    return [
        {
            "url": f"glossary/#{term['id']}",
            "title": term["term"],
            "page": "Glossary",
            "text": re.sub(r"\[[^\]]*@[^\]]*\](\{recalled\})?", "", term["definition"]),
        }
        for term in terms
    ]


def script(docs: list[dict[str, Any]], data: tables.SiteData) -> str:
    """The whole index as a classic script."""
    entries = page_sections(docs) + term_sections(data) + work_sections(data)
    return f"window.siteIndex={json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n"
