"""Made-up records in any number, to measure how the build grows; nothing here is a real work."""

from __future__ import annotations

from pathlib import Path

RECORD = """\
id: {id}
type: {type}
title: "{title}"
author:
  - {{family: {family}, given: "{initial}. Q."}}
  - {{family: van der Sample, given: Única}}
  - {{literal: Sample Body {letter}}}
issued: {year}
{source}
DOI: 10.9999/sample.{number}
custom:
  about: "A made-up record, number {number}, for measuring."
  themes: [definitions, types]
  standpoint: other
  verified:
    title: {{how: recalled}}
    author: {{how: recalled}}
    issued: {{how: recalled}}
    DOI: {{how: seen, url: "https://example.org/sample/{number}"}}
{verified}
"""
ARTICLE = """\
container-title: Journal of Samples & Measures
volume: {volume}
issue: "{issue}/{issue}"
page: {first}-{last}"""
REPORT = """\
genre: Sample paper
number: "{number}"
publisher: Sample Press"""
ARTICLE_FIELDS = ("container-title", "volume", "issue", "page")
REPORT_FIELDS = ("genre", "number", "publisher")
VERIFIED = "    {name}: {{how: inferred, note: made up}}"


def make_record(number: int) -> tuple[str, str]:
    """Return the id and the YAML text of one made-up record."""
    article = number % 3 != 0
    names = ARTICLE_FIELDS if article else REPORT_FIELDS
    first = 1 + number % 700
    counts = {"volume": 1 + number % 90, "issue": 1 + number % 4}
    id_ = f"sample{number}"
    record = RECORD.format(
        id=id_,
        type="article-journal" if article else "report",
        title=f"Sample {number}: what “measuring” 100% of the cases – and more – costs",
        family=f"Sample{chr(97 + number % 26)}{number // 7}",
        initial=chr(65 + number % 26),
        letter=chr(65 + number % 26),
        year=1950 + number % 75,
        source=(ARTICLE if article else REPORT).format(
            number=number, first=first, last=first + 12, **counts
        ),
        number=number,
        verified="\n".join(VERIFIED.format(name=name) for name in names),
    )
    return id_, record


def make_records(count: int) -> dict[str, str]:
    """Return so many made-up records: YAML texts by id, the same on every call."""
    return dict(make_record(number) for number in range(1, count + 1))


def write_records(root: Path, count: int) -> None:
    """Write a project's `bib` folder with so many records and an empty printed list."""
    works = root / "bib" / "works"
    works.mkdir(parents=True)
    (root / "bib" / "chapter-list.txt").write_text("", encoding="utf-8")
    for id_, text in make_records(count).items():
        (works / f"{id_}.yaml").write_text(text, encoding="utf-8", newline="\n")
