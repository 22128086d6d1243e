"""What `dev.py check` says of a page's Markdown, of questions and of addresses that were published."""

from __future__ import annotations

from pathlib import Path

import checks
import content
import permalinks
import pytest
import yaml
from problems import format_problem

TOP = "---\ntitle: A page\ndescription: A page that is here to be spoilt by a test.\ndate: 2026-11-23\n---\n"


def page_of(body: str, src: str = "page.md", front: str = "") -> content.SourcePage:
    """A page with this text, read as the build reads it."""
    text = TOP.replace("---\n", f"---\n{front}", 1) + body
    page, problems = content.check_meta(content.read_page(src, text))
    assert problems == []
    return page


GOOD = """\
## What it is { #what }

Text with `# code` and `<b>`.

### More { #more }

```sh
# a comment in code, no heading
<b>
```

## Key points

- One
"""


def test_a_good_page_passes() -> None:
    """Author-set ids, furniture without, code left alone."""
    assert checks.page_problems(page_of(GOOD)) == []


BAD = {
    "no id": ("## What it is { #what }", "## What it is", 6, "has no id of its own"),
    "id twice": ("{ #more }", "{ #what }", 10, "the id `what` stands twice"),
    "second h1": ("Text with", "# Text with", 8, "a second main heading"),
    "level skipped": (
        "## What it is { #what }",
        "### What it is { #what }",
        6,
        "skips a level",
    ),
    "script": ("Text", "<script>x</script>Text", 8, "<script> is not allowed"),
    "event": ("Text", '<a onclick="x()">Text</a>', 8, "is not allowed"),
    "style": ("Text", '<div style="x">Text</div>', 8, "is not allowed"),
    "attribute list": (
        "## Key",
        '[x](y.md){ onclick="x" }\n\n## Key',
        17,
        "take the attribute out",
    ),
    "comment": ("Text", "<!-- later -->Text", 8, "a comment would be published"),
    "picture": ("Text", "![](x.svg) Text", 8, "has no text alternative"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BAD.values(), ids=BAD.keys())
def test_mistake_is_reported(old: str, new: str, line: int, words: str) -> None:
    """A page with one mistake in its text: line, what is wrong, and the mending."""
    assert old in GOOD
    problems = checks.page_problems(page_of(GOOD.replace(old, new, 1)))

    said = [format_problem(p) for p in problems if p.line == line]
    assert any(words in text for text in said), "\n".join(map(format_problem, problems))
    assert all(p.fix for p in problems)


QUESTION = "outcomes: [{id: o, text: t}]\nquestions: [{id: q, outcome: o, stem: s, essay: [{level: a, looks_like: b}]}]\n"


def test_a_question_id_that_another_page_has() -> None:
    """Question banks know a question by its id, so it stands once in the site."""
    pages = [page_of("", "a.md", QUESTION), page_of("", "b.md", QUESTION)]

    problems = checks.question_problems(pages)

    assert [(p.file, "docs/a.md" in p.message) for p in problems] == [("docs/b.md", True)]


@pytest.mark.parametrize(
    ("src", "address"),
    [
        ("index.md", ""),
        ("about.md", "about/"),
        ("cases/index.md", "cases/"),
        ("cases/octet.md", "cases/octet/"),
        ("cases/reindex.md", "cases/reindex/"),
    ],
)
def test_address_of_a_page(src: str, address: str) -> None:
    """As MkDocs has it; a name that only ends like `index` is a name."""
    assert permalinks.address(src) == address


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose one page is recorded."""
    (tmp_path / "docs").mkdir()
    text = permalinks.record_text(tmp_path, [page_of(GOOD)], "2026-11-23")
    (tmp_path / permalinks.FILE).write_text(text, encoding="utf-8")
    return tmp_path


def said(root: Path, *pages: content.SourcePage) -> list[str]:
    """What the check of addresses says, without the mending."""
    return [f"{p.file}: {p.message}" for p in permalinks.check(root, list(pages))]


def test_recorded_addresses_that_exist_pass(root: Path) -> None:
    """Nothing is said of what is recorded and there."""
    assert said(root, page_of(GOOD)) == []


def test_what_disappears_is_reported_unless_it_moved(root: Path) -> None:
    """A heading or page that is gone fails; an alias to what exists mends it, to what does not does not."""
    page = page_of(GOOD.replace("#more", "#further"))
    gone, new = f"{permalinks.FILE}: page/#more is gone", "docs/page.md: not recorded yet: further"
    assert said(root, page) == [gone, new]

    record = permalinks.read_record(root)
    for target, problem in (
        ("page/#further", []),
        ("page/#nowhere", ["it leads to page/#nowhere"]),
    ):
        record["moved"] = {"page/#more": target}
        (root / permalinks.FILE).write_text(yaml.safe_dump(record), encoding="utf-8")
        rest = [text for text in said(root, page) if text != new]
        assert len(rest) == len(problem) and all(a in b for a, b in zip(problem, rest, strict=True))

    assert f"{permalinks.FILE}: page/ is gone" in said(root)


def test_recording_keeps_what_was_recorded(root: Path) -> None:
    """What is gone stays in the record with its day, and so does what is there."""
    page = page_of(GOOD.replace("#more", "#further"))

    record = yaml.safe_load(permalinks.record_text(root, [page], "2027-01-01"))

    ids = {name: str(day) for name, day in record["pages"]["page/"]["ids"].items()}
    assert ids == {"what": "2026-11-23", "more": "2026-11-23", "further": "2027-01-01"}


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\npages: {}\n=======\n", "- a list\n", "a text"])
def test_a_record_that_git_could_not_merge_is_reported(root: Path, text: str) -> None:
    """Each pull request adds to this file, so conflicts are to be expected; no traceback."""
    (root / permalinks.FILE).write_text(text, encoding="utf-8")

    problems = permalinks.check(root, [page_of(GOOD)])

    assert [(p.file, p.message) for p in problems] == [(permalinks.FILE, "cannot be read")]
