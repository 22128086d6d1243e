"""Front matter: what is written is what is read, and every mistake is said with line and mending."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path

import content
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import Problem, format_problem

GOOD = """\
---
title: A page
description: A page that is here to be spoilt by a test.
date: 2026-11-23
outcomes:
  - {id: tell, text: Tell one from another}
---

Text.
"""
DATE = "date: 2026-11-23"


def load(folder: Path, raw: str | bytes) -> tuple[list[content.SourcePage], list[Problem]]:
    """Read this one page as the build reads all."""
    page = folder / "docs" / "page.md"
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return content.load_pages(page.parent)


def test_a_good_page_is_read(tmp_path: Path) -> None:
    """Fields, text, the line where the text begins; what is not written is filled in `meta` only."""
    pages, problems = load(tmp_path, GOOD)

    assert problems == []
    assert (pages[0].src, pages[0].body, pages[0].body_line) == ("page.md", "\nText.\n", 8)
    assert pages[0].meta["date"] == datetime.date(2026, 11, 23)
    assert pages[0].meta["questions"] == []
    assert sorted(pages[0].given) == ["date", "description", "outcomes", "title"]


# What is wrong: old words, new words, line of the report, words of the report.
BAD = {
    "field twice": ("title: A page\n", "title: A page\ntitle: B\n", 3, "is there twice"),
    "alias": ("outcomes:\n  - {", "outcomes:\n  - *a\n  - {", 6, "is a YAML alias (*a)"),
    "anchor": ("  - {id", "  - &a {id", 6, "anchor (&a)"),
    "tag": ("title: A page", "title: !!python/name:os.getcwd ''", 2, "has a YAML tag"),
    "tab": ("  - {id", "\t- {id", 6, "is not valid YAML"),
    "colon": ("title: A page", "title: A: page", 2, "is not valid YAML"),
    "quotation mark": ("title: A page", 'title: "A page', 2, "a quotation mark is missing"),
    "no end": ("---\n\nText", "Text", 1, "has no front matter"),
    "no beginning": ("---\ntitle", "title", 1, "has no front matter"),
    "a list": (GOOD[4:-11], "- a\n- b\n", 2, "is not front matter"),
    "a text": (GOOD[4:-11], "hello\n", 2, "is not front matter"),
    "nothing": (GOOD[4:-11], "", 1, "is not front matter"),
    "empty file": (GOOD, "", 1, "has no front matter"),
    "NUL": ("Text.", "Te\0xt.", 9, "NUL"),
    "control character": ("A page", "A\x1bpage", 2, "U+001B"),
    "line separator": ("Text.", "Te\u2028xt.", 9, "U+2028"),
    "sign of our own": ("Text.", "\ue0000\ue001", 9, "U+E000"),
    "no title": ("title: A page\n", "", 2, "title: is missing; add it"),
    "title of spaces": ("title: A page", 'title: " "', 2, "the text is empty"),
    "number for a title": ("title: A page", "title: 2020", 2, "between quotation marks"),
    "no such day": (DATE, "date: 2026-13-40", 4, "is not a day: write it as 2026-11-23"),
    "day in words": (DATE, "date: tomorrow", 4, "is not a day"),
    "day as a number": (DATE, "date: 20261123", 4, "is not a day"),
    "day and time": (DATE, "date: 2026-11-23 10:00:00", 4, "is not a day"),
    "no minutes": (DATE, f"{DATE}\nactivity_minutes: 0", 5, "greater than or equal to 1"),
    "name of no field": (DATE, f"{DATE}\nsummary: x", 5, "summary: is not a field here"),
    "number for a field": (DATE, f"{DATE}\n1: x", 5, "1: is not a field here"),
    "list for a field": (DATE, f"{DATE}\n? [a]\n: x", 5, "whose name is not a word"),
    "too deep": (DATE, f"{DATE}\nspectrum: {'[' * 300}{']' * 300}", 5, "nested too deeply"),
    "template": (DATE, f"{DATE}\ntemplate: ../x.html", 5, "there is no template `../x.html`"),
    "term twice": (
        DATE,
        f"{DATE}\nterms: [{{id: a, term: A, definition: A}}, {{id: a, term: A, definition: A}}]",
        2,
        "the term `a` is there twice",
    ),
    "term of no page": (
        DATE,
        f"{DATE}\nterms: [{{id: a, term: A, definition: A, see: [b]}}]",
        2,
        "refers to `b`, which is not a term",
    ),
    "span backwards": (
        DATE,
        f"{DATE}\nmodel:\n  lines:\n    - {{span: [users, told]}}",
        7,
        "model.lines[1].span: the span runs backwards: write [told, users]",
    ),
    "one reader twice": (
        DATE,
        f"{DATE}\ncase:\n  placements:\n    - {{phase: start, readings: [{{reader: a}}, {{reader: a}}]}}",
        7,
        "both readings bear the same letter",
    ),
    "stages out of order": (DATE, f"{DATE}\nstages: [{{slug: told}}]", 2, "`stages` are, by"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BAD.values(), ids=BAD.keys())
def test_mistake_is_reported(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    """A page with one mistake is refused; the report names its line and the mending."""
    assert old in GOOD
    _, problems = load(tmp_path, GOOD.replace(old, new, 1))

    said = [format_problem(p) for p in problems if p.line == line]
    assert any(words in text for text in said), "\n".join(map(format_problem, problems))
    assert all(p.fix and p.file == "docs/page.md" for p in problems)


BYTES = {
    "Latin-1": (GOOD.replace("Text", "Téxt").encode("latin-1"), 9, "is not UTF-8 (byte 0xe9"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), 1, "byte order mark"),
    "UTF-16": (GOOD.encode("utf-16"), 1, "is not UTF-8"),
}


@pytest.mark.parametrize(("raw", "line", "words"), BYTES.values(), ids=BYTES.keys())
def test_bad_bytes_are_reported(tmp_path: Path, raw: bytes, line: int, words: str) -> None:
    """A page that is not plain UTF-8 is refused at its line."""
    _, problems = load(tmp_path, raw)

    assert [p.line for p in problems if words in p.message] == [line]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace("---\n", "--- \n"),
        GOOD.removesuffix("\n\nText.\n"),
    ],
    ids=["Windows line ends", "old Mac line ends", "space after the dashes", "nothing else"],
)
def test_harmless_differences_are_read(tmp_path: Path, raw: str) -> None:
    """What an editor may do to a page without being asked changes nothing."""
    pages, problems = load(tmp_path, raw)

    assert problems == []
    assert pages[0].given == load(tmp_path, GOOD)[0][0].given


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    """Ten lines that would unfold into a thousand million texts ("billion laughs") are not unfolded."""
    lines = ["spectrum:", "  a0: &a0 [lol]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    _, problems = load(tmp_path, GOOD.replace(DATE, "\n".join([DATE, *lines])))

    assert any("alias (*a0)" in problem.message for problem in problems)


def test_plain_words_are_read_as_written(tmp_path: Path) -> None:
    """`no` (Norwegian, say) stays a word, as in records; a truth value may be written yes or true."""
    terms = "terms: [{id: a, term: A, definition: A, lang: no}]\nembed: yes"
    pages, problems = load(tmp_path, GOOD.replace(DATE, f"{DATE}\n{terms}"))

    assert problems == []
    assert (pages[0].meta["terms"][0]["lang"], pages[0].meta["embed"]) == ("no", True)


def test_fields_with_a_mistake_are_left_out(tmp_path: Path) -> None:
    """Later checks can trust the shape of what they get."""
    text = GOOD.replace(DATE, f"{DATE}\nquestions: none\ndefinition: x\nterms: [a]")
    pages, problems = load(tmp_path, text)

    assert {problem.field for problem in problems} == {"questions", "definition", "terms[1]"}
    assert sorted(pages[0].meta) == ["date", "description", "outcomes", "title"]


def test_folders_and_hidden_files_are_no_pages(tmp_path: Path) -> None:
    """A folder called x.md, and the files that editors and MkDocs keep out of sight."""
    docs = tmp_path / "docs"
    (docs / "folder.md").mkdir(parents=True)
    (docs / ".hidden").mkdir()
    (docs / ".hidden" / "page.md").write_text("x", encoding="utf-8")
    with contextlib.suppress(OSError):  # Windows keeps links for administrators
        (docs / ".#lock.md").symlink_to(tmp_path / "nowhere")
    pages, problems = load(tmp_path, GOOD)

    assert ([page.src for page in pages], problems) == (["page.md"], [])


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_no_damage_raises(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    """Whatever is put into a page, it is read or reported."""
    raw = GOOD.encode()
    pages, problems = load(tmp_path_factory.mktemp("damage"), raw[:at] + junk + raw[at:])

    assert pages or problems
