"""The chapter's printed list against the records: what is house style, what an erratum, what an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chapter_list
import pytest
import records
from bib_project import ROOT, make_project, replace, run
from work_schema import Erratum, Name, Work


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of ten made-up works, three of them in a printed list."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def printed() -> list[chapter_list.Item]:
    """The forty items of the chapter's list."""
    text = (ROOT / "bib" / "chapter-list.txt").read_text(encoding="utf-8")
    items, problems = chapter_list.parse_list(text, "bib/chapter-list.txt")
    assert problems == []
    return items


@pytest.fixture(scope="module")
def real() -> records.Library:
    """The real records."""
    return records.read_library(ROOT / "bib" / "works")


def compare(items: list[chapter_list.Item], library: records.Library, *works: Work) -> list[str]:
    """Return the fields in which list and records differ once some works are changed."""
    changed = library.works | {work.id: work for work in works}
    other = records.Library(changed, library.documents, [], [])
    return [p.field for p in chapter_list.compare_list(items, other, "bib/chapter-list.txt")]


def test_forty_of_forty(printed: list[chapter_list.Item], real: records.Library) -> None:
    """Every printed item has its record, and every difference is a recorded erratum."""
    numbers = {work.custom.chapter_list: work for work in real.works.values()}

    assert [item.number for item in printed] == list(range(1, 41))
    assert [item.number for item in printed if item.number not in numbers] == []
    assert compare(printed, real) == []


def with_errata(work: Work, errata: list[Erratum]) -> Work:
    """Return a work with other errata."""
    return work.model_copy(update={"custom": work.custom.model_copy(update={"errata": errata})})


def test_no_erratum_can_be_spared(printed: list[chapter_list.Item], real: records.Library) -> None:
    """Without any one of the recorded errata, print and record are found to differ."""
    errata = [(work, n) for work in real.works.values() for n in range(len(work.custom.errata))]

    for work, n in errata:
        rest = [erratum for place, erratum in enumerate(work.custom.errata) if place != n]
        field = work.custom.errata[n].field
        assert field in compare(printed, real, with_errata(work, rest)), (work.id, field)
    assert len(errata) > 25


SLIPS = {
    "alford1998": "co-producers of public, services",
    "chen2011": "Chei",
    "currie2016": "Social Sciences & Medicine",
    "fledderus2015": "Fleddermus",
    "hollandhart2019": "Wood, J.",
    "nutbrown2015": "XXXX",
    "parks1981": "public series",
    "tuckman1965": "Development sequence",
    "vaneijk2016": "28",
    "vargo2008": "Magliob",
    "vennik2016": "Vennick",
}


def test_known_slips_are_recorded(real: records.Library) -> None:
    """The slips that a careful reader finds in the list are among the errata."""
    recorded = [(id_, e.printed) for id_, work in real.works.items() for e in work.custom.errata]

    assert [slip for slip in SLIPS.items() if slip not in recorded] == []


def slips(work: Work) -> Iterator[tuple[str, Work]]:
    """Yield a work with one slip in each of its printed fields in turn."""
    changes: dict[str, tuple[str, Any]] = {
        "title": ("title", work.title.replace("o", "oo", 1)),
        "issued": ("issued", str((work.year or 0) + 1)),
        "author": ("author", (work.author or [])[:-1] or [Name(family="Nobody", given="N.")]),
        "volume": ("volume", f"{work.volume}1"),
        "issue": ("issue", f"{work.issue}1"),
        "page": ("page", f"1{work.page}"),
        "container-title": ("container_title", f"{work.container_title} Review"),
        "publisher": ("publisher", f"{work.publisher} Press"),
    }
    for field, (attribute, value) in changes.items():
        if field in work.fields:
            yield field, work.model_copy(update={attribute: value})


def test_every_slip_in_a_record_is_noticed(
    printed: list[chapter_list.Item], real: records.Library
) -> None:
    """A slip in title, name, year, number, page, journal or publisher of any of the forty is found."""
    forty = [work for work in real.works.values() if work.custom.chapter_list]
    tried = [(work, field, slip) for work in forty for field, slip in slips(work)]

    missed = [
        (work.id, field) for work, field, slip in tried if field not in compare(printed, real, slip)
    ]
    assert missed == []
    assert len(tried) > 250


IDLE = Erratum(field="title", printed="Healthcare", correct="HEALTHCARE", evidence=[], note="x")
WRONG = Erratum(field="title", printed="Health-care", correct="Health", evidence=[], note="x")
NOT_PRINTED = Erratum(field="genre", printed=None, correct="Novel", evidence=[], note="x")


@pytest.mark.parametrize(
    ("erratum", "words"),
    [
        (IDLE, "explains nothing"),
        (WRONG, "quotes what item 12 does not print"),
        (NOT_PRINTED, "is about `genre`"),
    ],
)
def test_idle_erratum_is_an_error(
    printed: list[chapter_list.Item], real: records.Library, erratum: Erratum, words: str
) -> None:
    """An erratum that changes nothing that matters, or misquotes the list, is an error itself."""
    work = with_errata(real.works["hanson2018"], [erratum])
    library = records.Library(real.works | {work.id: work}, real.documents, [], [])

    problems = chapter_list.compare_list(printed, library, "list")

    assert [(p.field, words in p.message) for p in problems] == [("custom.errata[1]", True)]


def test_item_without_record_and_record_without_item(
    printed: list[chapter_list.Item], real: records.Library
) -> None:
    """An item that no record claims is an error at its line; so is a number the list has not."""
    hanson = real.works["hanson2018"]
    moved = hanson.model_copy(
        update={"custom": hanson.custom.model_copy(update={"chapter_list": 41})}
    )
    library = records.Library(real.works | {moved.id: moved}, real.documents, [], [])

    problems = chapter_list.compare_list(printed, library, "list")

    assert [(p.file, p.line, p.field) for p in problems] == [
        ("list", 12, ""),
        ("bib/works/hanson2018.yaml", 10, "custom.chapter-list"),
    ]


def test_errata_of_a_work_outside_the_list(
    printed: list[chapter_list.Item], real: records.Library
) -> None:
    """Errata make sense only for works of the printed list."""
    assert compare(printed, real, with_errata(real.works["arnstein1969"], [WRONG])) == [
        "custom.errata"
    ]


HOUSE_STYLE = {
    "initials": ("Baker, B.", "Baker, B. Q."),
    "capitals": ("The Co-Production of What?", "the co-production of What?"),
    "dash between pages": ("PLoS Samples, 15(5).", "PLoS Samples, 15(5)."),
    "curly quotation marks": ('"users"', "“users”"),
    "ampersand": ("Journal of Care and Cure", "Journal of Care & Cure"),
    "dash before the second part": ("scale—And", "scale – and"),
    "residue": ("15(5).CrossRefGoogle Scholar", "15(5). Scholar"),
}


@pytest.mark.parametrize(("old", "new"), HOUSE_STYLE.values(), ids=HOUSE_STYLE.keys())
def test_house_style_is_no_difference(project: Path, old: str, new: str) -> None:
    """What is only the publisher's style needs no erratum, whichever way it is printed."""
    if new == "Baker, B. Q.":
        replace(project / "bib/works/baker2017.yaml", "given: Bo", "given: Bo Quentin")
    else:
        replace(project / "bib/chapter-list.txt", old, new)

    assert run(project).stderr == ""


REAL_DIFFERENCES = {
    "hyphen": ("The Co-Production", "The Coproduction", "title"),
    "comma": ("Knowledge, values and", "Knowledge, values, and", "title"),
    "accent": ("Chumpitaz Núñez", "Chumpitaz Nunez", "author"),
    "missing author": ("Van de Meer, I., ", "", "author"),
    "other initial": ("Baker, B.", "Baker, C.", "author"),
    "second initial": ("Baker, B.", "Baker, B. X.", "author"),
    "order of authors": (
        "Van de Meer, I., Chumpitaz Núñez, Z.",
        "Chumpitaz Núñez, Z., Van de Meer, I.",
        "author",
    ),
    "year": ("(2017)", "(2018)", "issued"),
    "issue lost": ("15(5)", "15", "issue"),
    "pages": ("15(5).", "15(5), 1–2.", "page"),
    "journal": ("PLoS Samples", "PLoS Sample", "container-title"),
    "publisher": ("Melrose: Council of", "Melrose: Counsel of", "publisher"),
    "place": ("Melrose:", "London:", "publisher-place"),
    "link lost": ("15(5).", "15(5). Available at", "URL"),
}


@pytest.mark.parametrize(("old", "new", "field"), REAL_DIFFERENCES.values(), ids=REAL_DIFFERENCES)
def test_real_difference_is_an_error(project: Path, old: str, new: str, field: str) -> None:
    """A difference of substance without an erratum stops the build and names the field."""
    replace(project / "bib/chapter-list.txt", old, new)

    done = run(project)

    assert done.returncode == 1
    assert re.search(
        rf"^bib/works/\w+\.yaml:\d+: {field}: item \d prints ", done.stderr, re.MULTILINE
    )
    assert "add an erratum" in done.stderr


@pytest.mark.parametrize(
    "line", ["no number", "5. Out of order, O. (2000). T. J, 1.", "4. No year. T. J, 1."]
)
def test_unreadable_item_is_an_error(project: Path, line: str) -> None:
    """A line of the printed list that cannot be read is named; it is never passed over."""
    with (project / "bib/chapter-list.txt").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    done = run(project)

    assert done.returncode == 1
    assert "bib/chapter-list.txt:4: is not the next item of the list" in done.stderr
