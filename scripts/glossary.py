"""The glossary terms that a page links to, so that their definitions can stand on that page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LINK = re.compile(r'href="[^"#]*\bglossary/#([a-z][a-z0-9_-]*)"')


def at_hand(html: str, terms: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The terms (by id) to which a page's HTML links, each once, in the order of their first link."""
    linked = dict.fromkeys(LINK.findall(html))
    return [
        {name: terms[key].get(name) for name in ("id", "term", "lang", "definition")}
        for key in linked
        if key in terms
    ]
