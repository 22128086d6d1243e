"""Paragraphs of teaching pages that state findings without a source: a reminder, never an error.

Whoever has a reason says it in the page's front matter:
  uncited: [{begins: "The first words of the paragraph", because: our own count}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from content import SourcePage
from problems import Problem
from safety import without_code

# What only a source can know: findings, figures, what others say.
FINDING = re.compile(
    r"\b(?:per cent|percentage points?|according to|statistically|[1-9]\d{0,2},\d{3}\b|"
    r"(?:study|studies|trials?|reviews?|surveys?|research(?:ers)?|evidence|scholars|authors|critics) "
    r"(?:\w+ ){0,3}(?:found|finds?|show(?:s|ed)?|report(?:s|ed)?|suggest(?:s|ed)?|tested|conclude[sd]?)|"
    r"(?:argue|claim|report|conclude|suggest|estimate)[sd] that|(?:found|showed) that)",
    re.IGNORECASE,
)
# Parts of a page that ask or sum up, and what is no paragraph.
QUIET = frozenset({"key points", "for discussion", "further reading", "references"})
NO_PARAGRAPH = re.compile(r"\s*(?:[#|>!<:]|\?\?\?|\d+\. |[-*] |\\|```|~~~)")


def paragraphs(page: SourcePage) -> Iterator[tuple[int, str]]:
    """The paragraphs of a page that may state something, with their lines."""
    quiet, held, start = False, [], 0
    lines = without_code(page.body).splitlines()
    for number, line in enumerate([*lines, ""], start=page.body_line):
        if heading := re.match(r"#{2,3} +([^{]*)", line):
            quiet = heading[1].strip().lower() in QUIET
        if line.strip() and not NO_PARAGRAPH.match(line) and not quiet:
            start = start or number
            held.append(line)
        elif held:
            yield start, "\n".join(held)
            held, start = [], 0


def check(page: SourcePage) -> list[Problem]:
    """Findings without a source on a page that teaches (that is, which names outcomes)."""
    if not page.meta.get("outcomes"):
        return []
    excused = [str(item["begins"]) for item in page.meta.get("uncited") or []]
    fix = "cite it, or say why not under `uncited:` at the top of the page"
    return [
        Problem(f"docs/{page.src}", line, "source", f"“{found[0]}” has no source", fix, "warning")
        for line, text in paragraphs(page)
        if "[@" not in text and "[-@" not in text and not text.startswith(tuple(excused) or ("\0",))
        if (found := FINDING.search(text))
    ]
