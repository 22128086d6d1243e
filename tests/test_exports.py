"""Files for reference managers: each kind of work and each field arrives, by a parser that is not ours."""

from __future__ import annotations

from typing import Any, get_args

import exports
import pytest
import rispy
from work_schema import Custom, Name, Type, Work


def a_work(**fields: Any) -> Work:
    """A made-up work."""
    custom = Custom(about="x", themes=[], standpoint="other", verified={})
    known = {"id": "x2020", "type": "book", "title": "T", "issued": "2020", "custom": custom}
    return Work(**{**known, "author": [Name(family="Able", given="A.")], **fields})


def read_back(work: Work) -> dict[str, Any]:
    """The work as rispy reads it from our RIS."""
    entry: dict[str, Any] = rispy.loads(exports.ris([work]))[0]
    return entry


@pytest.mark.parametrize("kind", get_args(Type))
def test_every_kind_of_work_has_its_ris_type(kind: str) -> None:
    """No kind that the schema allows falls through, and RIS knows what we call it."""
    entry = read_back(a_work(type=kind))

    assert entry["type_of_reference"] in rispy.TYPE_OF_REFERENCE_MAPPING
    assert (entry["type_of_reference"] == "GEN") == (kind == "speech")


def test_a_book_keeps_edition_series_and_day_of_reading() -> None:
    """What tells one edition or reading from another is not lost."""
    work = a_work(
        edition="2", collection_title="Series", genre="Handbook", accessed="2026-11-23", isbn=None
    )

    entry = read_back(work)

    assert (entry["edition"], entry["tertiary_title"]) == ("2", "Series")
    assert (entry["type_of_work"], entry["access_date"]) == ("Handbook", "2026/11/23")


@pytest.mark.parametrize(
    ("page", "first", "last"),
    [("427-435", "427", "435"), ("S31", "S31", None), ("12, 15-18", "12, 15-18", None)],
)
def test_pages_are_split_only_where_they_are_one_range(
    page: str, first: str, last: str | None
) -> None:
    """A range has a first and a last page; anything else stays whole."""
    entry = read_back(a_work(page=page))

    assert (entry["start_page"], entry.get("end_page")) == (first, last)


@pytest.mark.parametrize(
    ("issued", "year", "date"),
    [("2020", "2020", None), ("2020-05-31", "2020", "2020/05/31"), ("n.d.", None, None)],
)
def test_dates(issued: str, year: str | None, date: str | None) -> None:
    """The year, the day where it is known, nothing for a page without a date."""
    entry = read_back(a_work(issued=issued))

    assert (entry.get("year"), entry.get("date")) == (year, date)


def test_forty_authors_all_arrive() -> None:
    """No format shortens a list of authors; that is the style's business."""
    people = [Name(family=f"Able{n}", given="A.") for n in range(40)]

    assert len(read_back(a_work(author=people))["authors"]) == 40
