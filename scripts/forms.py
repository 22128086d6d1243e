"""The forms of CONTRIBUTING.md: what `dev.py add` fills in, and what `dev.py check` finds unfilled.

The forms stand only there, where they are read and copied by hand too.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from content import SourcePage, read_page
from problems import Problem
from safety import texts

GUIDE = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
FORM = re.compile(r"^`((?:bib|docs)/[^`]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORMS = {
    "case": "docs/cases/short_name.md",
    "model": "docs/spectrum/models/short_name.md",
    "definition": "docs/definitions/all/author2024.md",
}
# Shorter words than these stand in finished pages too.
SHORTEST = 18
# Words of the forms that are meant to stay.
STAY = re.compile(r"^#{2} |^<!-- |^\\bibliography$|^Each in a sentence or two\. The places")


@functools.cache
def all_forms() -> dict[str, str]:
    """Every form by the path that it is for."""
    return dict(FORM.findall(GUIDE.read_text(encoding="utf-8")))


@functools.cache
def words_of_forms() -> frozenset[str]:
    """Every sentence that a form holds for somebody to replace."""
    words = set()
    for path, text in all_forms().items():
        if path.startswith("docs/"):
            page = read_page(path.removeprefix("docs/"), text)
            words |= {one_line(value) for _, value in texts(page.meta, ())}
            words |= {line.strip() for line in page.body.splitlines() if not STAY.match(line)}
    return frozenset(word for word in words if len(word) >= SHORTEST and word.count(" ") > 1)


def unfilled(page: SourcePage) -> list[Problem]:
    """What a page still holds of a form."""
    problems, known = [], words_of_forms()
    fix = "write your own in its place, or take it out"
    for route, text in texts(page.given, ()):
        if one_line(text) in known:
            problems.append(page.problem(route, f"“{text[:50]}” is still the form’s", fix))
    for number, line in enumerate(page.body.splitlines(), start=page.body_line):
        if line.strip() in known:
            what = f"“{line.strip()[:50]}” is still the form’s"
            problems.append(Problem(f"docs/{page.src}", number, "text", what, fix))
    return problems


def one_line(text: str) -> str:
    """A text with its line breaks and doubled spaces gone."""
    return " ".join(text.split())


def fill(form: str, values: dict[str, str], work: str) -> str:
    """A form with the first line of each field in `values` replaced, remarks kept, and its work named."""
    for name, value in values.items():
        pattern = re.compile(rf"^(\s*(?:- )?){re.escape(name)}: .*?(\s+#.*)?$", re.MULTILINE)

        def put(match: re.Match[str], name: str = name, value: str = value) -> str:
            return f"{match[1]}{name}: {value}{match[2] or ''}"

        form, count = pattern.subn(put, form, count=1)
        assert count == 1, f"the form has no line {name}:"
    return form.replace("author2024", work) if work else form
