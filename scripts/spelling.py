"""Spelling of our own texts: known misspellings and American forms in, problems with their lines out.

The lists are codespell's: of misspellings that are no word at all, and of British words with their
American forms, read the other way round. Authors' names come from the records; words.txt beside this
file has what else is right here.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from content import SourcePage
from problems import Problem
from records import Library, texts
from safety import without_code

OWN_WORDS = Path(__file__).with_name("words.txt")
OTHER_FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md")
# American forms that are British words too, with another meaning or as another part of speech.
BOTH = frozenset(
    {
        *(
            "acknowledgment",
            "acknowledgments",
            "analog",
            "biased",
            "cognizant",
            "dialog",
            "dialogs",
        ),
        *("focused", "focuses", "focusing", "judgment", "judgments", "license", "licensed"),
        *("licenses", "licensing", "meter", "meters", "practice", "practices", "practicing"),
        *("program", "refocused", "refocuses", "refocusing", "specialties", "specialty"),
        *("stories", "story", "unorganized"),
    }
)
NOT_PROSE = re.compile(
    r"\]\([^)]*\)|https?://\S+|[\w./-]+@[\w.-]+\w|@[\w-]+|\{[^}]*\}|\S+\.(?:md|yaml|yml|py|html|com|org)\b"
    r"|^\s*- \{?id: .*?(?=,|$)|^(?:id|DOI|URL|template|date):.*|<[^>]*>|\b\w*[\d_]\w*"
)
WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][a-z]+)?")


@functools.cache
def corrections() -> dict[str, str]:
    """Every wrong form in small letters, with what is right."""
    data = importlib.resources.files("codespell_lib") / "data"
    wrong: dict[str, str] = {}
    for line in (data / "dictionary.txt").read_text(encoding="utf-8").splitlines():
        form, _, right = line.partition("->")
        wrong[form] = " or ".join(p.strip() for p in right.split(",") if p.strip())
    british = (data / "dictionary_en-GB_to_en-US.txt").read_text(encoding="utf-8")
    for line in british.splitlines():
        right, _, forms = line.partition("->")
        form = forms.split(",")[0].strip()
        if form not in BOTH:
            wrong.setdefault(form, right)
    return wrong


def own_words() -> set[str]:
    """The words of words.txt, in small letters."""
    lines = OWN_WORDS.read_text(encoding="utf-8").splitlines()
    return {line.partition("#")[0].strip().lower() for line in lines} - {""}


def names(library: Library) -> set[str]:
    """Every word of every name in the records."""
    found: set[str] = set()
    for work in library.works.values():
        for person in [*(work.author or []), *(work.editor or []), *(work.container_author or [])]:
            found |= {word.lower() for word in WORD.findall(person.text)}
    return found


def in_text(text: str, first_line: int, known: set[str]) -> Iterator[tuple[int, str, str]]:
    """The wrong words of a text: line, word, what is right."""
    wrong = corrections()
    for number, line in enumerate(text.splitlines(), start=first_line):
        for word in WORD.findall(NOT_PROSE.sub(" ", line)):
            right = wrong.get(word.lower())
            # With a capital it may be a name, or part of one: World Health Organization.
            american = right is not None and right.lower() == word.lower().replace("z", "s")
            if (
                right
                and not word.isupper()
                and word.lower() not in known
                and not (american and word[0].isupper())
            ):
                yield number, word, right


def check(root: Path, pages: Iterable[SourcePage], library: Library) -> list[Problem]:
    """Wrong words on pages, in what records say in our words, and in the guides."""
    known = own_words() | names(library)
    problems = []
    for page in pages:
        found = [*in_text(page.front, 2, known)]
        found += in_text(without_code(page.body), page.body_line, known)
        problems += [problem(f"docs/{page.src}", *hit) for hit in found]
    for document in library.documents.values():
        for route, text in texts(document.data, ()):
            ours = route[:2] in (("custom", "about"), ("custom", "doubts")) or route[-1] == "note"
            for _, word, right in in_text(text, 1, known) if ours else ():
                problems.append(problem(document.file, document.line(route), word, right))
    for name in OTHER_FILES:
        text = without_code((root / name).read_text(encoding="utf-8"))
        problems += [problem(name, *hit) for hit in in_text(text, 1, known)]
    return problems


def problem(file: str, line: int, word: str, right: str) -> Problem:
    """A wrong word, and the two things that can be done about it."""
    fix = "mend it, or put the word into scripts/words.txt if it is right"
    return Problem(file, line, "spelling", f"“{word}”: is {right} meant?", fix)
