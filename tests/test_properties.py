"""Whatever text goes in comes out the same, or is refused in a line; malformed input gives no traceback.

A few dozen examples, the same ones each time, so that a pull request fails for what it changed;
EXAMPLES=10000 tries that many others of each.
"""

from __future__ import annotations

import functools
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import add as add_command
import attacks
import build_bib
import checks
import claims
import content
import crosslinks
import drafts
import foreign
import forms
import messy_entries as messy
import records
import safety
import spelling
import strict_yaml
import tidy
import verify
from conftest import ROOT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from problems import Problem, format_problem
from test_safety import harm_in

EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
many = settings(
    max_examples=EXAMPLES,
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# Signs that mean something in one of our formats, beside any others.
SIGNS = st.sampled_from(list("{}[]()<>\"'`~^$%&#@\\:;,|!?*-_=+/.\n\t \0\x85\u2028\ue000\ud800é漢"))
TEXTS = st.text(st.characters() | SIGNS, max_size=60)
# Words without signs of markup: what a person means as text.
PLAIN = (
    st.text(
        st.characters(categories=["L", "Nd"], exclude_characters="ŉǆǅ")
        | st.sampled_from(" .,;:!?()–’é"),
        min_size=1,
        max_size=50,
    )
    .map(lambda text: " ".join(unicodedata.normalize("NFC", text).split()))
    .filter(lambda text: bool(re.search(r"[^\W\d]{3}", text)))
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def told(problems: list[Problem]) -> None:
    """Each problem can be said in one line that is not empty."""
    for problem in problems:
        line = format_problem(problem)
        assert problem.line >= 1 and problem.message and "\n" not in line, line


@st.composite
def spoilt(draw: st.DrawFn, source: list[str]) -> str:
    """One of some texts with a few parts cut out, put in twice or replaced."""
    text = draw(st.sampled_from(source))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        put = draw(TEXTS | st.just("") | st.just(text[start:end] * 2))
        text = text[:start] + put + text[end:]
    return text


# Records -----------------------------------------------------------------------------------------


@many
@given(st.text(st.characters(exclude_categories=["Cs"]) | SIGNS.filter(lambda s: s != "\ud800")))
def test_yaml_gives_back_every_text(text: str) -> None:
    """A text that we write is read as that text, by our reader; control characters are refused."""
    document = strict_yaml.read_document("x", f"x: {drafts.quoted(text)}\n".encode())
    controls = strict_yaml.CONTROL.search(text)
    assert bool(document.problems) == bool(controls)
    assert controls or document.data == {"x": text}
    document = strict_yaml.read_document("x", f"x: {drafts.scalar(text)}\n".encode())
    assert bool(document.problems) == bool(controls)
    assert controls or document.data == {"x": text}


@many
@given(PLAIN, PLAIN, PLAIN, st.integers(1500, 2026), st.integers(1, 999), st.integers(1, 999))
def test_a_plain_work_comes_out_the_same(
    title: str, family: str, journal: str, year: int, volume: int, page: int
) -> None:
    """Through CSL-JSON, and through the .bib that we make of the record, nothing changes."""
    item = {
        "type": "article-journal",
        "title": title,
        "author": [{"family": re.sub(r"\W", "", family), "given": "Tina"}],
        "issued": {"date-parts": [[year]]},
        "container-title": journal,
        "volume": str(volume),
        "page": f"{page}-{page + 9}",
    }
    draft = drafts.make_draft(foreign.csl_entry(item, "x"))
    ours = drafts.Ours("What it is about.", ("power",), "other")
    text, problems = drafts.finish("key", draft, ours, {"note": "made up"})
    if problems:
        told(problems)
        return
    document = strict_yaml.read_document("bib/works/key.yaml", text.encode())
    work, _ = records.check_document(document)
    assert work is not None and {"type": work.type, **work.fields} == draft.fields
    calm = drafts.is_shouted(title) or re.search(r"[^\W\d_]{3,}\.$", title)
    assert calm or draft.fields["title"] == title
    again = foreign.read_bibtex(build_bib.format_entry(work), "x")
    back = drafts.make_draft(again[0]).fields
    assert {name: back.get(name) for name in ("title", "volume", "page", "issued")} == {
        name: work.fields[name] for name in ("title", "volume", "page", "issued")
    }


CSL_KEYS = st.sampled_from([*foreign.CSL_TEXTS, *foreign.CSL_NAMES, "type", "issued", "x"])


@many
@given(st.dictionaries(CSL_KEYS, JSON, max_size=8))
def test_any_item_gives_a_record_or_a_reason(item: dict[str, Any]) -> None:
    """Values of any kind anywhere: what is written can be read, and what is wrong is said."""
    found = foreign.csl_entry(item, "x")
    draft = drafts.make_draft(found)
    text, problems = drafts.finish("key", draft, drafts.Ours(), {"note": "made up"})
    told(problems)
    document = strict_yaml.read_document("bib/works/key.yaml", text.encode())
    assert document.data is not None, document.problems
    assert add_command.report("x", "key", draft, problems, None)
    assert re.fullmatch(r"[a-z][a-z0-9_-]*", tidy.free_key(tidy.key_stem(draft.fields), {"work"}))


ENTRIES = [*messy.bibtex(), *(text for text, _, _ in messy.BLOCKS), *messy.ris()]
ITEMS = [json.dumps(item) for item in messy.csl()]


@many
@given(spoilt(ENTRIES) | spoilt(ITEMS) | TEXTS)
def test_any_file_is_read_or_refused(text: str) -> None:
    """Broken BibTeX, RIS and JSON: every entry has an item or a reason, or the file a reason."""
    try:
        found = foreign.read_any(text, "x")
    except foreign.UnreadableError as error:
        assert str(error)
        return
    for entry in found:
        assert entry.label and (entry.item is not None or entry.refusal)
        if entry.item is not None:
            drafts.finish("key", drafts.make_draft(entry), drafts.Ours(), {})


@functools.cache
def good_records() -> list[str]:
    """Some of our own records."""
    return [p.read_text("utf-8") for p in sorted((ROOT / "bib" / "works").glob("[a-d]*.yaml"))]


@many
@given(st.data())
def test_a_spoilt_record_is_told(data: st.DataObject) -> None:
    """Any change to a record leaves it sound or gives problems with lines; generating goes on."""
    text = data.draw(spoilt(good_records()))
    raw = text.encode("utf-8", "surrogatepass")
    document = strict_yaml.read_document("bib/works/x.yaml", raw)
    work, problems = records.check_document(document)
    told(problems)
    if work:
        entry = build_bib.format_entry(work)
        assert entry.startswith("@") and entry.endswith("}\n")
        assert len(foreign.read_bibtex(entry, "x")) == 1


@many
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "title",
                "subtitle",
                "author",
                "editor",
                "issued",
                "volume",
                "issue",
                "page",
                "ISBN",
                "DOI",
                "publisher",
                "article-number",
                "updated-by",
                "container-title",
                "published-print",
            ]
        ),
        JSON,
    )
)
def test_any_answer_of_crossref_can_be_compared(answer: dict[str, Any]) -> None:
    """Each field gets a verdict, whatever the answer holds."""
    library = records.read_library(ROOT / "tests" / "data" / "bib" / "works")
    work = next(iter(library.works.values()))
    assert all(f.verdict in ("agrees", "differs", "unknown") for f in verify.compare(work, answer))
    assert isinstance(verify.notices(answer), list)


@many
@given(st.data())
def test_noting_agreement_changes_nothing_else(data: st.DataObject) -> None:
    """Lines outside `verified`, and other fields' lines in it, stay as they are."""
    text = data.draw(st.sampled_from(good_records()))
    name = data.draw(st.sampled_from(["title", "DOI", "container-title", "nothing"]))
    after = verify.note_agreement(text, [name], "10.5555/x")
    before, now = (
        strict_yaml.read_document("x", text.encode()),
        strict_yaml.read_document("x", after.encode()),
    )
    known = before.data["custom"]["verified"]
    if name in known:
        known[name] = {"how": "seen", "url": "https://api.crossref.org/works/10.5555/x"}
    assert now.data == before.data


# Pages -------------------------------------------------------------------------------------------

PAGES = [text for path, text in forms.all_forms().items() if path.startswith("docs/")]
BODIES = [
    "---\ntitle: x\ndescription: A page that is spoilt here.\ndate: 2026-11-23\n---\n" + body
    for body, _ in attacks.BODY.values()
]


@many
@given(spoilt(PAGES) | spoilt(BODIES))
def test_any_page_is_read_or_told(text: str) -> None:
    """Front matter and Markdown of any kind pass all the checks without a traceback."""
    document = strict_yaml.Document("docs/x.md")
    whole = strict_yaml.decode(document, text.encode("utf-8", "surrogatepass"))
    told(document.problems)
    if whole is None:
        return
    page = content.read_page("x.md", whole)
    told(page.source.problems)
    if page.source.data is None:
        return
    page, problems = content.check_meta(page)
    told(problems + checks.page_problems(page) + forms.unfilled(page) + claims.check(page))
    told(crosslinks.check([page], set()))


@example("<![<![CDATA[<script>alert(1)</script>]]>")
@many
@given(spoilt([body for body, _ in attacks.BODY.values()]))
def test_what_was_cleaned_is_harmless_and_stays(text: str) -> None:
    """The sanitiser's output has nothing in it that does harm, and cleaning it again changes nothing."""
    after = safety.clean(text)
    assert harm_in(after) == [] and safety.clean(after) == after
    safety.taken_out(text, after)


@many
@given(spoilt(list(attacks.SVG.values())) | TEXTS)
def test_any_drawing_is_judged(text: str) -> None:
    """Sound or refused, never a traceback."""
    told(safety.svg_problems("docs/x.svg", text.encode("utf-8", "surrogatepass")))


@many
@given(TEXTS)
def test_any_text_can_be_checked_for_spelling(text: str) -> None:
    """Lines and words of what is wrong."""
    for line, word, right in spelling.in_text(text, 1, set()):
        assert line >= 1 and word and right


GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


@many
@given(PLAIN, PLAIN, st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True))
def test_a_term_goes_in_and_nothing_else_changes(term: str, definition: str, key: str) -> None:
    """Whatever the words, the other terms and the text below stay as they were."""
    page = content.read_page("glossary.md", GLOSSARY)
    entry = f"  - id: {key}\n    term: {drafts.quoted(term)}\n    definition: {drafts.quoted(definition)}\n"
    match = content.FRONT_MATTER.match(GLOSSARY)
    assert match
    after = content.read_page(
        "glossary.md", add_command.insert_term(GLOSSARY, match.end(1), entry, key)
    )
    new = {"id": key, "term": term, "definition": definition}
    assert [t for t in after.meta["terms"] if t != new] == [
        t for t in page.meta["terms"] if t != new
    ]
    assert new in after.meta["terms"] and after.body == page.body


def test_files_of_any_bytes_are_told(tmp_path: Path) -> None:
    """A file that is no text is refused by the command in a line."""
    for number, raw in enumerate((b"\0\1\2", b"\xff\xfe\0", bytes(range(256)) * 3)):
        path = tmp_path / f"{number}.bib"
        path.write_bytes(raw)
        try:
            add_command.entries_of(str(path))
        except add_command.Stop as reason:
            assert "\n" not in str(reason)
