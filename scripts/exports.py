"""Files for reference managers: each work, and all of them, as BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
from typing import Any

import records
import rispy

RIS_TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper-conference": "CPAPER",
    "report": "RPRT",
    "thesis": "THES",
    "webpage": "ELEC",
    "legislation": "STAT",
    "legal_case": "CASE",
    "dataset": "DATA",
    "software": "COMP",
    "manuscript": "UNPB",
    "motion_picture": "MPCT",
    "speech": "GEN",  # RIS knows none
}


def ris_name(name: records.Name) -> str:
    """`Family, Given, Suffix`, or a body's name."""
    return name.literal or ", ".join(filter(None, (name.family, name.given, name.suffix)))


def ris_entry(work: records.Work) -> dict[str, Any]:
    """A work in rispy's words."""
    pages = work.page or ""
    first, _, last = pages.partition("-") if "," not in pages else (pages, "", "")
    entry = {
        "type_of_reference": RIS_TYPES[work.type],
        "id": work.id,
        "authors": [ris_name(name) for name in work.author or []],
        "secondary_authors": [ris_name(name) for name in work.editor or []],
        "title": work.title,
        "secondary_title": work.container_title,
        "tertiary_title": work.collection_title,
        "type_of_work": work.genre,
        "edition": work.edition,
        "volume": work.volume,
        "number": work.issue or work.number,
        "start_page": first,
        "end_page": last,
        "year": work.year and str(work.year),
        "date": work.issued.replace("-", "/") if "-" in work.issued else None,
        "access_date": work.accessed and work.accessed.replace("-", "/"),
        "publisher": work.publisher,
        "place_published": work.publisher_place,
        "issn": work.isbn,  # RIS has one tag, SN, for both
        "doi": work.doi,
        "urls": [work.url] if work.url else [],
    }
    return {name: value for name, value in entry.items() if value}


def ris(works: list[records.Work]) -> str:
    """Works in RIS."""
    text: str = rispy.dumps([ris_entry(work) for work in works])
    return text + "\n"


def csl(works: list[records.Work]) -> str:
    """Works in CSL-JSON, a list."""
    items = [records.csl_json(work) for work in works]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def library(works: dict[str, records.Work], bib: dict[str, str]) -> dict[str, str]:
    """All export files: path in the site to text."""
    every = [works[key] for key in sorted(works)]
    files = {
        "bibliography/references.bib": "\n".join(bib[work.id] for work in every),
        "bibliography/references.ris": ris(every),
        "bibliography/references.json": csl(every),
    }
    for work in every:
        files[f"bibliography/{work.id}.bib"] = bib[work.id]
        files[f"bibliography/{work.id}.ris"] = ris([work])
        files[f"bibliography/{work.id}.json"] = csl([work])
    return files
