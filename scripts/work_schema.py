"""The schema of a record of a work: CSL's fields, and ours under `custom`.

Field names are those of CSL 1.0.2. The descriptions are what contributors see, in error messages
and in the table of fields.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from field_checks import (
    ET_AL,
    NO_DATE,
    check_date,
    check_doi,
    check_id,
    check_isbn,
    check_issued,
    check_one_line,
    check_page,
    check_unique,
    check_url,
    number_or_text,
    wrong,
)
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Type = Literal[
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "book",
    "chapter",
    "dataset",
    "legal_case",
    "legislation",
    "manuscript",
    "motion_picture",
    "paper-conference",
    "report",
    "software",
    "speech",
    "thesis",
    "webpage",
]
Theme = Literal[
    "origins",
    "definitions",
    "types",
    "spectrum",
    "consultation",
    "health-care",
    "social-care",
    "public-administration",
    "service-management",
    "value",
    "rhetoric-and-reality",
    "aims",
    "advantage-and-inertia",
    "purpose",
    "membership",
    "trust",
    "power",
    "capability",
    "dark-side",
    "resources",
    "emotions",
    "visibility",
    "boundaries",
    "knowledge",
    "voice",
    "racism",
    "pay",
    "harm",
    "accountability",
    "endings",
    "staff",
    "law",
    "research",
    "evaluation",
    "groups",
]
Standpoint = Literal["user-authored", "jointly", "about-users", "other"]
How = Literal["seen", "seen-in-part", "inferred", "recalled"]

# Laws and judgments are cited by their titles.
NO_AUTHOR = frozenset({"legal_case", "legislation"})


Text = Annotated[str, AfterValidator(check_one_line)]
NumberText = Annotated[str, BeforeValidator(number_or_text), AfterValidator(check_one_line)]
Address = Annotated[str, AfterValidator(check_url)]


class Strict(BaseModel):
    """A part of a record: unknown fields refused, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Name(Strict):
    """A person ({family, given}) or a body ({literal})."""

    family: Text | None = Field(
        default=None, description="family name with its particles: van de Bovenkamp"
    )
    given: Text | None = Field(
        default=None, description='given names or initials: Taco, or "S. P."'
    )
    suffix: Text | None = Field(default=None, description="what follows the name: Jr., III")
    literal: Text | None = Field(
        default=None, description="the name of a body, in place of all others"
    )

    @model_validator(mode="after")
    def check_parts(self) -> Name:
        """Accept either a body or a person, and no leftover such as `et al.`."""
        if (self.family is None) == (self.literal is None):
            raise wrong(
                "is neither a person nor a body",
                "write {family: ..., given: ...} or {literal: ...}",
            )
        if self.literal and (self.given or self.suffix):
            raise wrong("is a body with a given name", "a body has {literal: ...} only")
        if ET_AL.search(" ".join(filter(None, (self.family, self.given, self.literal)))):
            raise wrong('"et al." is not a name', "name every author; the style shortens the list")
        if self.family and "," in self.family:
            raise wrong("has a comma in the family name", "put what follows it into `given`")
        return self

    @property
    def short(self) -> str:
        """The name as a citation has it: `Brandsen`, or the body's."""
        return self.family or str(self.literal)

    @property
    def text(self) -> str:
        """The name as a reader knows it: `Taco Brandsen`."""
        return self.literal or " ".join(filter(None, (self.given, self.family, self.suffix)))


class Erratum(Strict):
    """One thing that the chapter's printed list has otherwise than the work itself."""

    field: Text = Field(description="the field it is about, by its name in the record")
    printed: NumberText | None = Field(
        description="the printed words in question; null when the list leaves it out"
    )
    correct: NumberText | None = Field(
        description="what is right; null when it should not be there"
    )
    evidence: list[Address] = Field(
        description="addresses where it can be seen; [] when none can be linked"
    )
    note: Text | None = Field(
        default=None, description="how it is known, or why it is so, in a sentence"
    )

    @model_validator(mode="after")
    def check_difference(self) -> Erratum:
        """Accept an erratum that says something and says how it is known."""
        if self.printed == self.correct:
            raise wrong("prints what is correct", "take the erratum away, or say what differs")
        if not self.evidence and not self.note:
            raise wrong(
                "has neither evidence nor a note",
                "link a page that shows it, or say how it is known",
            )
        return self


class Verified(Strict):
    """How one field is known."""

    how: How = Field(
        description="seen on a page, seen-in-part, inferred from what was seen, or recalled"
    )
    url: Address | None = Field(
        default=None, description="the page; left out when it is a copy that we do not link"
    )
    note: Text | None = Field(default=None, description="what was seen, in a few words")


class Custom(Strict):
    """What this site adds to a record."""

    chapter_list: int | None = Field(
        default=None,
        alias="chapter-list",
        ge=1,
        description="the number in the chapter's printed list",
    )
    about: Text = Field(description="one line in our own words: what the work is about")
    open_access: Address | None = Field(
        default=None,
        alias="open-access",
        description="a free, legal copy: publisher, repository, PMC, government",
    )
    themes: Annotated[list[Theme], AfterValidator(check_unique)] = Field(
        description="what it is used for here, from the list of themes"
    )
    standpoint: Standpoint = Field(
        description="who speaks: user-authored, jointly, about-users or other (not about them)"
    )
    errata: list[Erratum] = Field(
        default_factory=list,
        description="every difference between the printed list and this record",
    )
    doubts: list[Text] = Field(
        default_factory=list, description="what is still open, in our own words"
    )
    verified: dict[str, Verified] = Field(description="for every field above, how it is known")


Names = Annotated[list[Name], Field(min_length=1)]


def csl(name: str, description: str) -> Any:
    """Return an optional field that is called `name` in a record."""
    return Field(default=None, alias=name, description=description)


class Work(Strict):
    """One work: CSL's fields, and ours under `custom`."""

    id: Annotated[str, AfterValidator(check_id)] = Field(
        description="the citation key, also the file's name: first author and year, brandsen2016"
    )
    type: Type = Field(
        description="CSL's type: article-journal, book, chapter, report, webpage, legislation ..."
    )
    title: Text = Field(
        description="as published, with the capitals of a sentence, without a full stop"
    )
    title_short: Text | None = csl(
        "title-short", "a short title, for laws and judgments in a citation"
    )
    author: Names | None = csl("author", "all authors in the order of the work: people or bodies")
    editor: Names | None = csl("editor", "editors of the book or report")
    translator: Names | None = csl("translator", "translators")
    container_author: Names | None = csl("container-author", "authors of the book a chapter is in")
    issued: Annotated[str, BeforeValidator(number_or_text), AfterValidator(check_issued)] = Field(
        description="the year, or an ISO date where the day matters; n.d. for a page without a date"
    )
    container_title: Text | None = csl(
        "container-title", "the journal, or the book a chapter is in"
    )
    collection_title: Text | None = csl("collection-title", "the series")
    collection_number: NumberText | None = csl("collection-number", "the number in the series")
    genre: Text | None = csl(
        "genre", "the kind of report or thesis: Discussion paper, Doctoral thesis"
    )
    edition: NumberText | None = csl("edition", "the edition, if not the first")
    volume: NumberText | None = csl("volume", "the volume")
    issue: NumberText | None = csl("issue", "the issue: 3, 11/12, S1")
    page: Annotated[NumberText, AfterValidator(check_page)] | None = csl("page", "pages: 427-435")
    number: NumberText | None = csl(
        "number", "the number of an article, a report, an Act, a judgment"
    )
    chapter_number: NumberText | None = csl("chapter-number", "the number of the chapter")
    authority: Text | None = csl("authority", "the court or parliament")
    publisher: Text | None = csl("publisher", "the publisher, university or institution")
    publisher_place: Text | None = csl("publisher-place", "where it was published")
    isbn: Annotated[NumberText, AfterValidator(check_isbn)] | None = csl("ISBN", "one ISBN")
    doi: Annotated[Text, AfterValidator(check_doi)] | None = csl("DOI", "bare: 10.1111/puar.12465")
    url: Address | None = csl("URL", "where it can be read; only if there is no DOI")
    accessed: Annotated[str, AfterValidator(check_date)] | None = csl(
        "accessed", "the day a page that changes was read"
    )
    custom: Custom = Field(description="what is ours: see below")

    @model_validator(mode="after")
    def check_author(self) -> Work:
        """Accept a work without author or editor only if it is a law or a judgment."""
        if not self.author and not self.editor and self.type not in NO_AUTHOR:
            raise wrong(
                "has neither author nor editor", "name the people or the body that wrote it"
            )
        return self

    @property
    def makers(self) -> list[Name]:
        """Who made it: its authors, without any its editors; nobody for a law."""
        return self.author or self.editor or []

    @property
    def by(self) -> str:
        """Who made it, as a citation in APA says: `Huxham & Vangen`, `Pestoff et al.`; without anybody its title."""
        names = [name.short for name in self.makers]
        if len(names) > 2:
            return f"{names[0]} et al."
        return " & ".join(names) or self.title

    @property
    def year(self) -> int | None:
        """The year of publication; None when the work shows no date."""
        return None if self.issued == NO_DATE else int(self.issued[:4])

    @property
    def fields(self) -> dict[str, Any]:
        """The bibliographic fields that are filled, by CSL's names, without id, type and ours."""
        filled = self.model_dump(by_alias=True, exclude_none=True)
        return {name: filled[name] for name in filled if name not in ("id", "type", "custom")}


DATE_FIELDS = ("issued", "accessed")


def csl_json(work: Work) -> dict[str, Any]:
    """Return the work as a CSL-JSON item, without what is ours."""
    item: dict[str, Any] = {"id": work.id, "type": work.type, **work.fields}
    if work.issued == NO_DATE:
        del item["issued"]
    for name in DATE_FIELDS:
        if name in item:
            item[name] = {"date-parts": [[int(part) for part in item[name].split("-")]]}
    return item


def field_table() -> list[tuple[str, str, bool, str]]:
    """Return every field for contributors: part of the record, name, required, description."""
    parts = (
        ("record", Work),
        ("name", Name),
        ("custom", Custom),
        ("erratum", Erratum),
        ("verified", Verified),
    )
    return [
        (part, field.alias or name, field.is_required(), field.description or "")
        for part, model in parts
        for name, field in model.model_fields.items()
    ]
