"""The glossary terms that a page links to, so that their definitions can stand on that page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from content import SourcePage

LINK = re.compile(r'href="[^"#]*\bglossary/#([a-z][a-z0-9_-]*)"')


def at_hand(html: str, pages: Mapping[str, SourcePage]) -> list[dict[str, Any]]:
    """The terms to which a page's HTML links, each once, in the order of their first link."""
    known = {term["id"]: term for page in pages.values() for term in page.meta.get("terms") or []}
    linked = dict.fromkeys(LINK.findall(html))
    return [
        {name: known[key].get(name) for name in ("id", "term", "lang", "definition")}
        for key in linked
        if key in known
    ]
