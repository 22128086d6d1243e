"""All records of `bib/works`, read and checked at once: sound works out, and every mistake."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from field_checks import NO_DATE
from problems import Problem
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from strict_yaml import Document, Route, field_name, read_document
from work_schema import (
    NO_AUTHOR,
    Custom,
    Erratum,
    Name,
    Strict,
    Verified,
    Work,
    csl_json,
    field_table,
)

HTML = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
LATEX = re.compile(r"\\[A-Za-z]+|\\.|[{}\\~^]|\$[^$]+\$|`|''|--")
DOI_PREFIX = re.compile(r"^\s*(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


@dataclass(frozen=True)
class Library:
    """All records of a folder: sound works and their files by id, the others, what is wrong."""

    works: dict[str, Work]
    documents: dict[str, Document]
    unsound: list[Document]
    problems: list[Problem]

    def problem(self, work: Work, route: Route, message: str, fix: str) -> Problem:
        """Return a mistake at a place in a work's file."""
        document = self.documents[work.id]
        return Problem(document.file, document.line(route), field_name(route), message, fix)


class Checked(NamedTuple):
    """One record: its file, the work if it is sound, and what is wrong or worth a warning."""

    document: Document
    work: Work | None
    problems: list[Problem]


def load_works(folder: Path) -> tuple[dict[str, Work], list[Problem]]:
    """Read every record of a folder; return the sound ones by id, and everything that is wrong."""
    library = read_library(folder)
    return library.works, library.problems


def read_library(folder: Path) -> Library:
    """Read every record of a folder, keeping the place of every value."""
    # Hidden files are an editor's or a system's (`.#x.yaml`, `._x.yaml`), not a contributor's.
    every = sorted(folder.glob("*")) if folder.is_dir() else []
    paths = [path for path in every if not path.name.startswith(".")]
    library = join([read_record(path) for path in paths if path.suffix == ".yaml"])
    library.problems.extend(
        Problem(shown(path), 1, "", "is not read", "call the file <id>.yaml")
        for path in paths
        if path.suffix.lower() in (".yml", ".yaml", ".json") and path.suffix != ".yaml"
    )
    library.problems.sort()
    return library


def read_record(path: Path) -> Checked:
    """Read and check one record; a file that cannot be read, or a folder, is a mistake like any other."""
    try:
        return checked(shown(path), path.read_bytes())
    except OSError as error:
        document = Document(shown(path))
        document.report((), f"cannot be read ({error.strerror})", "restore it or take it away")
        return Checked(document, *check_document(document))


@functools.cache
def checked(file: str, raw: bytes) -> Checked:
    """Check the bytes of a record; `serve` reads again only what has changed."""
    document = read_document(file, raw)
    return Checked(document, *check_document(document))


def shown(path: Path) -> str:
    """Return a path as it is shown: `bib/works/x.yaml`, on every system."""
    return "/".join(path.parts[-3:])


def join(records: list[Checked]) -> Library:
    """Hold checked records against each other."""
    sound = [(record.document, record.work) for record in records if record.work]
    unsound = [record.document for record in records if not record.work]
    problems = [problem for record in records for problem in record.problems]
    problems += find_twice(sound, "id", lambda work: work.id)
    problems += find_twice(sound, "DOI", lambda work: work.doi and work.doi.lower())
    problems += find_twice(sound, "custom.chapter-list", lambda work: work.custom.chapter_list)
    sound.sort(key=lambda pair: pair[1].id)
    works = {work.id: work for _, work in sound}
    places = {work.id: document for document, work in sound}
    return Library(works, places, unsound, problems)


def find_twice(
    works: list[tuple[Document, Work]], name: str, value_of: Callable[[Work], object]
) -> list[Problem]:
    """Report every work whose value of a field another work already has."""
    first: dict[object, Document] = {}
    problems = []
    for document, work in works:
        value = value_of(work)
        if value is None:
            continue
        if value in first:
            message = f"{value} is also in {first[value].file}"
            fix = "merge the two records, or mend the one that is wrong"
            problems.append(
                Problem(document.file, document.line(tuple(name.split("."))), name, message, fix)
            )
        first.setdefault(value, document)
    return problems


def check_document(document: Document) -> tuple[Work | None, list[Problem]]:
    """Check one record; return it if it is sound, with all errors and warnings."""
    if document.data is None:
        return None, document.problems
    warnings = normalise(document)
    check_texts(document)
    work = validate(document)
    if work:
        check_file_name(document, work)
        check_verified(document, work)
    return (None if document.problems else work), [*document.problems, *warnings]


def normalise(document: Document) -> list[Problem]:
    """Put right in the data what is only a matter of form, and say so."""
    warnings = []
    for name, mend, should in NORMALISED:
        value = document.data.get(name)
        mended = mend(value) if isinstance(value, str) else value
        if mended != value:
            document.data[name] = mended
            message, fix = f'"{value}" was read as "{mended}"', should
            warnings.append(
                Problem(document.file, document.line((name,)), name, message, fix, "warning")
            )
    return warnings


def bare_doi(value: str) -> str:
    """Return a DOI without address, `doi:` and trailing full stop."""
    return DOI_PREFIX.sub("", value).strip().rstrip(".")


def plain_range(value: str) -> str:
    """Return pages with a hyphen in place of a dash."""
    return re.sub(r"\s*(?:–|—|--)\s*", "-", value)


NORMALISED: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("DOI", bare_doi, "write the bare DOI, without https://doi.org/ and without a full stop"),
    ("page", plain_range, "write a hyphen between pages"),
)


def check_texts(document: Document) -> None:
    """Report markup and emptiness in every text of a record."""
    for route, text in texts(document.data, ()):
        if not text.strip():
            document.report(route, "is empty", "fill it or take the field away")
        elif text != text.strip(" \t"):
            document.report(route, "starts or ends with a space", "take the space away")
        if not is_address(route):
            check_markup(document, route, text)


def is_address(route: Route) -> bool:
    """Say whether a value is an address or identifier, where signs such as _ and ~ are normal."""
    return route[-1] in ("URL", "url", "DOI", "open-access") or "evidence" in route


def check_markup(document: Document, route: Route, text: str) -> None:
    """Report HTML and LaTeX in a text."""
    html, latex = HTML.search(text), LATEX.search(text)
    if html:
        document.report(
            route, f"has HTML ({html[0]})", "write plain text: ≤ for &le;, – for &ndash;, no tags"
        )
    if latex:
        fix = "write the sign itself: é, –, “ ”; no commands, braces, ~, ^ or `"
        document.report(route, f"has LaTeX ({latex[0]})", fix)


def texts(value: object, route: Route) -> Iterable[tuple[Route, str]]:
    """Yield every text of the data with its place."""
    if isinstance(value, str):
        yield route, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, (*route, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from texts(inner, (*route, place))


def validate(document: Document) -> Work | None:
    """Hold the data against the schema; report what does not fit."""
    try:
        return Work.model_validate(document.data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            report_mismatch(document, details)
        report_nobody(document)
        return None


def report_nobody(document: Document) -> None:
    """Report a work without author or editor beside other mistakes, which keep the schema from asking."""
    lawful = document.data.get("type") in NO_AUTHOR
    if not lawful and not {"author", "editor"} & set(document.data):
        message, fix = "has neither author nor editor", "name the people or the body that wrote it"
        if all(problem.message != message for problem in document.problems):
            document.report((), message, fix)


def report_mismatch(document: Document, details: ErrorDetails) -> None:
    """Report one mismatch with the schema in plain words."""
    route = details["loc"]
    context = details.get("ctx", {})
    if details["type"] == "record":
        message, fix = context["message"], context["fix"]
    elif details["type"] == "missing":
        message, fix = "is missing", f"add it: {description(route)}"
    elif details["type"] == "extra_forbidden":
        message, fix = "is not a field of a record", suggestion(route)
    else:
        message, fix = f"is {kind(details['input'])}", expected(details)
    if not (details["type"] == "record" and is_empty(details["input"])):
        document.report(route, message, fix)


def is_empty(value: object) -> bool:
    """Say whether a value is an empty text, which is reported as such already."""
    return isinstance(value, str) and not value.strip()


KINDS: dict[type, str] = {
    type(None): "empty",
    bool: "a truth value, not text",
    int: "a number, not text",
    float: "a number, not text",
    str: "text",
    list: "a list",
    dict: "a group of fields",
}


def kind(value: object) -> str:
    """Say in plain words what a value is."""
    if isinstance(value, str) and value:
        return f'"{value}"'
    return KINDS.get(type(value), type(value).__name__)


def expected(details: ErrorDetails) -> str:
    """Say what should stand there instead."""
    route, sort = details["loc"], details["type"]
    if sort == "literal_error":
        return f"choose one of {details['ctx']['expected'].replace(' or ', ', ')}"
    if route and str(route[-1]) in ("author", "editor", "translator", "container-author"):
        return "write a list, one line a name: `- {family: Brandsen, given: Taco}`"
    if sort == "model_type" and MODELS.get(str(route[0])) is Name:
        return "write `{family: Brandsen, given: Taco}` or `{literal: name of the body}`"
    if sort == "string_type" and isinstance(details["input"], (int, float)):
        return f'put it in quotes: "{details["input"]}"'
    return f"it should be: {description(route)}"


MODELS: dict[str, type[Strict]] = {
    "author": Name,
    "editor": Name,
    "translator": Name,
    "container-author": Name,
    "custom": Custom,
    "errata": Erratum,
    "verified": Verified,
}


def model_at(route: Route) -> type[Strict]:
    """Return the part of the schema that a field belongs to."""
    around = [str(part) for part in route[:-1] if part in MODELS]
    return MODELS[around[-1]] if around else Work


def names_of(model: type[Strict]) -> dict[str, str]:
    """Return the fields of a part of the schema as they are written, with their descriptions."""
    return {
        field.alias or name: field.description or "" for name, field in model.model_fields.items()
    }


def description(route: Route) -> str:
    """Return the description of the field at `route`."""
    named = [part for part in route if isinstance(part, str)]
    return names_of(model_at(tuple(named))).get(named[-1], "") if named else ""


def suggestion(route: Route) -> str:
    """Return what an unknown field was probably meant to be."""
    names = list(names_of(model_at(route)))
    lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(str(route[-1]).lower(), lower, n=1, cutoff=0.6)
    known = OTHER_NAMES.get(str(route[-1]).lower())
    if known or close:
        return f"did you mean `{known or lower[close[0]]}`?"
    return f"the fields are {', '.join(names)}"


# What other formats call our fields.
OTHER_NAMES = {
    "journal": "container-title",
    "booktitle": "container-title",
    "year": "issued",
    "date": "issued",
    "pages": "page",
    "address": "publisher-place",
    "article_number": "number",
    "series": "collection-title",
    "institution": "publisher",
    "key": "id",
}


def check_file_name(document: Document, work: Work) -> None:
    """Report a record whose file is not called after its id."""
    name = document.file.rpartition("/")[2].removesuffix(".yaml")
    if name != work.id:
        document.report(
            ("id",), f"{work.id} is not the file's name", f"call the file {work.id}.yaml"
        )


def check_verified(document: Document, work: Work) -> None:
    """Report fields without a note of how they are known, and notes without a field."""
    filled = set(work.fields) - ({"issued"} if work.issued == NO_DATE else set())
    if work.custom.open_access:
        filled.add("open-access")
    route = ("custom", "verified")
    for name in sorted(filled - {"open-access", "title-short"} - set(work.custom.verified)):
        document.report(
            (*route, name), "is missing", f"say how `{name}` is known: {{how: recalled}}"
        )
    for name in sorted(set(work.custom.verified) - filled):
        document.report((*route, name), "is about a field that the record has not", "take it away")


__all__ = [
    "Custom",
    "Erratum",
    "Library",
    "Name",
    "Problem",
    "Verified",
    "Work",
    "csl_json",
    "field_table",
    "load_works",
    "read_library",
]
