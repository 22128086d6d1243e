"""Records of works: sound ones are read as written, and every mistake is said with its mending."""

from __future__ import annotations

from pathlib import Path

import pytest
import records
import strict_yaml
from hypothesis import given
from hypothesis import strategies as st
from problems import Problem, format_problem
from work_schema import Work

WORKS = Path(__file__).parent / "data" / "bib" / "works"
GOOD = (WORKS / "baker2017.yaml").read_text(encoding="utf-8")


def check(raw: str | bytes, name: str = "baker2017") -> tuple[Work | None, list[Problem]]:
    """Read and check one record as `load_works` does."""
    data = raw.encode() if isinstance(raw, str) else raw
    return records.check_document(strict_yaml.read_document(f"bib/works/{name}.yaml", data))


def changed(old: str, new: str) -> str:
    """Return the good record with one thing put in place of another."""
    assert GOOD.count(old) >= 1, f"{old!r} is not in the good record"
    return GOOD.replace(old, new, 1)


TITLE = 'title: "The co-production of what? Knowledge, values and relations"'
AUTHOR = "author:\n  - {family: Baker, given: Bo}\n"
PERSON = "{family: Baker, given: Bo}"

# What is wrong: old words, new words, line and field of the report, words of the report.
BAD = {
    "no title": (f"{TITLE}\n", "", 1, "title", ["is missing", "as published"]),
    "no author": (AUTHOR, "", 1, "", ["neither author nor editor", "name the people"]),
    "no year": ("issued: 2017\n", "", 1, "issued", ["is missing", "n.d."]),
    "no about": ("  about: ", "  aboud: ", 14, "custom.aboud", ["did you mean `about`"]),
    "empty author list": (AUTHOR, "author: []\n", 4, "author", ["is a list", "family: Brandsen"]),
    "year too early": ("issued: 2017", "issued: 217", 6, "issued", ['"217"', "2016"]),
    "year out of range": ("issued: 2017", "issued: 1066", 6, "issued", ["1066 is out of range"]),
    "year in the future": ("issued: 2017", "issued: 2917", 6, "issued", ["2917 is out of range"]),
    "no such day": ("issued: 2017", "issued: 2017-02-30", 6, "issued", ["not in the calendar"]),
    "pages reversed": ("number: e2001403", "page: 435-427", 10, "page", ["runs backwards"]),
    "end page cut": ("number: e2001403", "page: 427-35", 10, "page", ["both pages in full"]),
    "page in words": ("number: e2001403", "page: XXXX", 10, "page", ["not a page", "`number`"]),
    "DOI of nothing": ("10.9999/journal", "11.9999/journal", 11, "DOI", ["is not a DOI"]),
    "script address": (
        "https://example.org/baker",
        '"javascript:alert(1)"',
        21,
        "custom.errata[1].evidence[1]",
        ["not a web address", "https://"],
    ),
    "ftp address": ("DOI: ", "URL: ftp://example.org/\nDOI: ", 11, "URL", ["https://"]),
    "address without host": ("DOI: ", "URL: https://\nDOI: ", 11, "URL", ["whole web address"]),
    "address of an upload site": (
        "DOI: ",
        "URL: https://www.scribd.com/doc/1\nDOI: ",
        11,
        "URL",
        ["copies and uploads"],
    ),
    "HTML in a title": ("Knowledge,", "<i>Knowledge</i>,", 3, "title", ["HTML", "<i>", "no tags"]),
    "entity in a title": ("Knowledge,", "Knowledge &amp;", 3, "title", ["HTML", "&amp;"]),
    "LaTeX command": (TITLE, "title: '\\emph{What} for'", 3, "title", ["LaTeX", "\\emph"]),
    "LaTeX accent": (PERSON, "{family: 'Pl\\''e', given: L.}", 5, "author[1].family", ["LaTeX"]),
    "LaTeX brace": ("Knowledge,", "{K}nowledge,", 3, "title", ["LaTeX ({)"]),
    "LaTeX formula": ("Knowledge,", "$x^2$,", 3, "title", ["LaTeX ($x^2$)"]),
    "LaTeX quotes": ("Knowledge,", "``Knowledge'',", 3, "title", ["LaTeX (`)"]),
    "LaTeX dashes": ("Knowledge,", "Knowledge -- and", 3, "title", ["LaTeX (--)"]),
    "author as text": (AUTHOR, "author: Bo Baker\n", 4, "author", ["is", "- {family: Brandsen"]),
    "author item as text": (PERSON, "Bo Baker", 5, "author[1]", ['"Bo Baker"', "{literal:"]),
    "et al.": (PERSON, "{family: Baker, given: Bo et al.}", 5, "author[1]", ["name every author"]),
    "et al. as a body": (PERSON, "{literal: et al}", 5, "author[1]", ["name every author"]),
    "and others": (PERSON, "{family: others}", 5, "author[1]", ["name every author"]),
    "person and body": (PERSON, "{family: B, literal: C}", 5, "author[1]", ["neither a person"]),
    "name turned round": (PERSON, '{family: "Baker, Bo"}', 5, "author[1]", ["comma", "`given`"]),
    "number for a title": (TITLE, "title: 1984", 3, "title", ["is a number", '"1984"']),
    "truth for a title": (TITLE, "title: true", 3, "title", ["is a truth value"]),
    "list for a title": (TITLE, "title: [a]", 3, "title", ["is a list"]),
    "nothing for a title": (TITLE, "title:", 3, "title", ["is empty"]),
    "empty title": (TITLE, 'title: ""', 3, "title", ["is empty", "fill it"]),
    "title of spaces": (TITLE, 'title: "  "', 3, "title", ["is empty"]),
    "space after a title": (TITLE, 'title: "What "', 3, "title", ["starts or ends with a space"]),
    "title on two lines": (TITLE, "title: |\n  What\n  for", 3, "title", ["line break"]),
    "issue 1.10": ("issue: 5", "issue: 1.10", 9, "issue", ["whole number", '"1.10"']),
    "unknown type": ("type: article-journal", "type: blog", 2, "type", ["book", "report"]),
    "unknown field": ("volume: 15", "vol: 15", 8, "vol", ["not a field", "did you mean `volume`"]),
    "BibTeX's field": ("container-title:", "journal:", 7, "journal", ["`container-title`"]),
    "unknown theme": ("[research]", "[reserch]", 15, "custom.themes[1]", ["'research'"]),
    "theme twice": ("[research]", "[pay, pay]", 15, "custom.themes", ["pay twice"]),
    "unknown how": (
        "DOI: {how: seen}",
        "DOI: {how: sure}",
        30,
        "custom.verified.DOI.how",
        ["seen"],
    ),
    "field not verified": (
        "    DOI: {how: seen}\n",
        "",
        22,
        "custom.verified.DOI",
        ["is missing", "how: recalled"],
    ),
    "verified, not there": (
        "    DOI: {how: seen}",
        "    DOI: {how: seen}\n    ISBN: {how: seen}",
        31,
        "custom.verified.ISBN",
        ["the record has not"],
    ),
    "erratum says nothing": (
        "printed: null",
        "printed: e2001403",
        18,
        "custom.errata[1]",
        ["prints"],
    ),
    "erratum unsupported": ("[https://example.org/baker]", "[]", 18, "custom.errata[1]", ["note"]),
    "ISBN with a slip": ("DOI: ", "ISBN: 978-3-030-36497-8\nDOI: ", 11, "ISBN", ["digit is wrong"]),
    "capitals in the id": ("id: baker2017", "id: Baker2017", 1, "id", ["cannot be an id"]),
    "dot in the id": ("id: baker2017", "id: baker.2017", 1, "id", ["no capitals, dots, colons"]),
    "colon in the id": (
        "id: baker2017",
        'id: "baker:2017"',
        1,
        "id",
        ["no capitals, dots, colons"],
    ),
    "digit first in the id": ("id: baker2017", "id: 2017baker", 1, "id", ["cannot be an id"]),
    "another file's id": (
        "id: baker2017",
        "id: baker2016",
        1,
        "id",
        ["call the file baker2016.yaml"],
    ),
    "broken YAML": (TITLE, 'title: "unfinished', 3, "", ["not valid YAML", "quotes"]),
    "quotation mark to the end": (
        TITLE,
        "title: 'unfinished",
        3,
        "",
        ["quotation mark is missing"],
    ),
    "nested too deeply": (TITLE, f"title: {'[' * 600}{']' * 600}", 3, "title", ["too deeply"]),
    "colon in bare text": (TITLE, "title: What: why", 3, "", ["not valid YAML", "quotes"]),
    "tab for indent": ("  about:", "\tabout:", 14, "", ["not valid YAML"]),
    "field twice": ("volume: 15", "volume: 15\nvolume: 16", 9, "volume", ["there twice", "line 8"]),
    "anchor": ("volume: 15", "volume: &v 15", 8, "volume", ["anchor (&v)"]),
    "alias": ("volume: 15\n", "volume: &v 15\nissue: *v\n", 9, "issue", ["alias (*v)"]),
    "tag": ("volume: 15", "volume: !!str 15", 8, "volume", ["tag"]),
    "dangerous tag": (
        "volume: 15",
        "volume: !!python/object/apply:os.getcwd []",
        8,
        "volume",
        ["tag"],
    ),
    "merge key": ("volume: 15", "<<: {volume: 15}", 8, "<<", ["not a field"]),
    "two documents": ("volume: 15", "---\nvolume: 15", 8, "", ["second YAML document"]),
}


@pytest.mark.parametrize(("old", "new", "line", "field", "words"), BAD.values(), ids=BAD.keys())
def test_mistake_is_reported(old: str, new: str, line: int, field: str, words: list[str]) -> None:
    """A record with one mistake is refused; the report names file, line, field, and the mending."""
    work, problems = check(changed(old, new))

    assert work is None
    reports = [p for p in problems if (p.line, p.field, p.severity) == (line, field, "error")]
    assert reports, "\n".join(map(format_problem, problems))
    said = format_problem(reports[0])
    assert said.startswith(f"bib/works/baker2017.yaml:{line}: ")
    assert "; " in said, "how to mend it is missing"
    assert [word for word in words if word not in said] == []


BYTES = {
    "NUL byte": (GOOD.replace("Knowledge", "Know\0ledge").encode(), 3, "NUL"),
    "control character": (GOOD.replace("Knowledge", "Know\x1bledge").encode(), 3, "U+001B"),
    "sign of our own": (GOOD.replace("Knowledge", "Know\ue000ledge").encode(), 3, "U+E000"),
    "C1 control": (GOOD.replace("Knowledge", "Know\x85ledge").encode(), 3, "U+0085"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), 1, "byte order mark"),
    "Windows line ends": (GOOD.replace("\n", "\r\n").encode(), 1, "CRLF"),
    "Latin-1": (GOOD.replace("Bo}", "Zoë}").encode("latin-1"), 5, "not UTF-8 (byte 0xeb"),
    "a quote in the middle": (GOOD.replace("Made up", 'Made "up"').encode(), 14, "not valid YAML"),
    "UTF-16": (GOOD.encode("utf-16-le"), 1, "NUL"),
    "nothing": (b"", 1, "is not a record"),
    "a comment only": (b"# later\n", 1, "is not a record"),
    "a list": (b"- id: x\n", 1, "is not a record"),
    "a text": (b"id\n", 1, "is not a record"),
}


@pytest.mark.parametrize(("raw", "line", "words"), BYTES.values(), ids=BYTES.keys())
def test_bad_file_is_reported(raw: bytes, line: int, words: str) -> None:
    """A file that is not plain UTF-8 with one record is refused, at its line, and never raises."""
    work, problems = check(raw)

    assert work is None
    assert [p.line for p in problems if words in p.message] == [line]
    assert all(p.fix for p in problems)


def test_good_records_are_sound() -> None:
    """The records the other tests start from have no mistake; each is read under its id."""
    works, problems = records.load_works(WORKS)

    assert problems == []
    assert sorted(works) == sorted(path.stem for path in WORKS.glob("*.yaml"))


def test_all_mistakes_of_a_record_at_once() -> None:
    """Mistakes in several fields of one record are all reported, in the order of the lines."""
    text = changed("Knowledge,", "<b>K</b>, $x$,").replace("issued: 2017", "issued: soon")

    _, problems = check(text.replace("volume: 15", "vol: 15").replace("10.9999", "10.9"))

    assert [p.field for p in sorted(problems)] == ["title", "title", "issued", "vol", "DOI"]


DOIS = [
    "https://doi.org/{}",
    "http://dx.doi.org/{}",
    "doi:{}",
    "DOI: {}",
    "{}.",
    "https://doi.org/{}.",
]


@pytest.mark.parametrize("form", DOIS)
def test_doi_is_normalised_and_said(form: str) -> None:
    """A DOI given as an address or with a full stop is read bare, with a warning that shows it."""
    doi = "10.9999/journal.2001403"
    work, problems = check(changed(f"DOI: {doi}", f'DOI: "{form.format(doi)}"'))

    assert work is not None
    assert work.doi == doi
    assert [(p.field, p.line, p.severity) for p in problems] == [("DOI", 11, "warning")]
    assert f'"{form.format(doi)}" was read as "{doi}"' in problems[0].message


def test_dash_between_pages_is_normalised() -> None:
    """A dash between pages is read as a hyphen, with a warning."""
    text = changed("number: e2001403", "page: 427–435").replace("number: {how", "page: {how")
    text = text.replace("field: number", "field: page")

    work, problems = check(text)

    assert work is not None
    assert work.page == "427-435"
    assert [p.severity for p in problems] == ["warning"]


PLAIN = {"no": "no", "yes": "yes", "on": "on", "1e3x": "1e3x", "1:20": "1:20", "0123": "0123"}


@pytest.mark.parametrize(("written", "read"), PLAIN.items())
def test_plain_values_stay_text(written: str, read: str) -> None:
    """Words that older YAML turns into truth values, times or octal numbers stay what they are."""
    work, _ = check(changed("issue: 5", f"issue: {written}"))

    assert work is not None
    assert work.issue == read


def test_dates_stay_text() -> None:
    """An ISO date needs no quotes and keeps its day."""
    work, problems = check(changed("issued: 2017", "issued: 2017-05-31"))

    assert work is not None
    assert (work.issued, work.year, problems) == ("2017-05-31", 2017, [])


def test_file_with_another_ending_is_reported(tmp_path: Path) -> None:
    """A record saved as .yml would be passed over; it is reported instead."""
    (tmp_path / "baker2017.yml").write_text(GOOD, encoding="utf-8")

    works, problems = records.load_works(tmp_path)

    assert works == {}
    assert [p.fix for p in problems] == ["call the file <id>.yaml"]


def test_what_is_no_file_is_reported_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """A folder called x.yaml is a mistake; what editors and systems leave behind is none."""
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "baker2017.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "._baker2017.yaml").write_bytes(b"\x00\x05\x16\x07")

    works, problems = records.load_works(tmp_path)

    assert list(works) == ["baker2017"]
    assert [(Path(p.file).name, p.message[:14]) for p in problems] == [
        ("folder.yaml", "cannot be read")
    ]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("10.9999/journal.2001403", "10.9999/JOURNAL.2001403", "DOI"),
        ("chapter-list: 2", "chapter-list: 2", "custom.chapter-list"),
    ],
)
def test_same_value_in_two_records(tmp_path: Path, old: str, new: str, field: str) -> None:
    """Two records with one DOI (in whatever case) or one place in the list are reported."""
    (tmp_path / "baker2017.yaml").write_text(GOOD, encoding="utf-8")
    second = GOOD.replace("id: baker2017", "id: baker2017b").replace(old, new)
    (tmp_path / "baker2017b.yaml").write_text(second, encoding="utf-8")

    _, problems = records.load_works(tmp_path)

    found = {p.field: p for p in problems}
    assert field in found
    assert found[field].file.endswith("baker2017b.yaml")
    assert "baker2017.yaml" in found[field].message


def test_same_id_in_two_files(tmp_path: Path) -> None:
    """An id that two files bear is reported, besides the file name that does not fit."""
    for name in ("baker2017", "copy"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, encoding="utf-8")

    _, problems = records.load_works(tmp_path)

    assert [(Path(p.file).name, p.field) for p in problems] == [("copy.yaml", "id")]


def test_every_field_is_described() -> None:
    """A contributor finds words on every field, and knows which are required."""
    table = records.field_table()

    assert [row for row in table if len(row[3]) < 8] == []
    required = {name for part, name, needed, _ in table if part == "record" and needed}
    assert required == {"id", "type", "title", "issued", "custom"}


def test_csl_json_holds_what_csl_knows() -> None:
    """A record's CSL-JSON has CSL's names and date parts, and nothing of ours."""
    work = records.load_works(WORKS)[0]["able2014"]

    assert records.csl_json(work) == {
        "id": "able2014",
        "type": "legal_case",
        "title": "R (Able) v Council of Councils",
        "issued": {"date-parts": [[2014, 10, 29]]},
        "number": "[2014] UKSC 56",
        "authority": "UK Supreme Court",
        "URL": "https://example.org/uksc/56",
    }


def test_csl_json_of_an_undated_page_has_no_date() -> None:
    """A page without a date has none in CSL-JSON, so that styles print n.d."""
    assert "issued" not in records.csl_json(records.load_works(WORKS)[0]["fox2021"])


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    """Whatever is in a file, it is reported or read; nothing is raised."""
    work, problems = check(raw)

    assert work is None
    assert problems


JUNK = st.sampled_from(
    ["", "- ", ": ", "{", "}", "[", "]", "'", '"', "&a ", "*a", "!!int ", "|", "#"]
)


@given(st.integers(0, len(GOOD)), st.integers(0, 40), JUNK | st.text(max_size=5))
def test_no_damage_raises(start: int, length: int, junk: str) -> None:
    """A good record with any piece torn out and junk put in is judged, never a traceback."""
    work, problems = check(
        (GOOD[:start] + junk + GOOD[start + length :]).encode("utf-8", "replace")
    )

    assert (work is None) == any(p.severity == "error" for p in problems)
