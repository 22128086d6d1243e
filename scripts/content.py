"""What a page's front matter may hold: the schema of pages, models, cases, definitions and terms.

A contributor meets these classes through the messages of `dev.py check`: each field's description is
the help that is printed when it is missing or wrong.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from problems import Problem
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from strict_yaml import Document, Route, decode, field_name, parse_text


def in_order(span: list[str]) -> list[str]:
    """A span runs from left to right. Raises ValueError otherwise."""
    if STAGES.index(span[0]) > STAGES.index(span[1]):
        raise ValueError(f"the span runs backwards: write [{span[1]}, {span[0]}]")
    return span


def not_blank(text: str) -> str:
    """A text says something. Raises ValueError otherwise."""
    if not text.strip():
        raise ValueError("the text is empty: fill it, or take the field away")
    return text


def iso_day(value: object) -> datetime.date:
    """A day is written as 2026-11-23. Raises ValueError otherwise."""
    text = str(value)
    try:
        # Without hyphens, Python would take 20261123 too, and 2026-W48-1.
        return datetime.date.fromisoformat(text if re.fullmatch(r"[\d-]{10}", text) else "")
    except ValueError:
        raise ValueError(f"“{text}” is not a day: write it as 2026-11-23") from None


Stage = Literal["providers-alone", "told", "asked", "answered", "shaped", "agreed", "users"]
STAGES: tuple[str, ...] = get_args(Stage)
Phase = Literal["start", "commission", "design", "deliver", "assess"]
PHASES: tuple[str, ...] = get_args(Phase)
Span = Annotated[list[Stage], Field(min_length=2, max_length=2), AfterValidator(in_order)]
Flag = Literal["no-choice", "for-show"]
Known = Literal["seen", "part", "recalled"]
Work = Literal["staff", "both", "users", "others"]
Text = Annotated[str, AfterValidator(not_blank)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Misconception = Literal[
    "right-is-better",
    "more-say-better-outcome",
    "positions-are-the-authors",
    "means-committees",
    "consultation-is-bad",
    "huxham-on-patients",
    "more-voices-more-power",
    "nobody-may-decline",
]


class Strict(BaseModel):
    """A part of the front matter; a field that is not listed is a mistake, most often of spelling."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Outcome(Strict):
    """What a reader will be able to do, begun with a verb."""

    id: Key
    text: Text


class Option(Strict):
    """One answer to choose; `feedback` says why it is or is not right."""

    text: Text
    feedback: Text
    correct: bool = False


class Level(Strict):
    """One level of an answer to an essay question."""

    level: Text
    looks_like: Text


class Question(Strict):
    """A self-check question: options with exactly one correct, or an essay with levels.

    With `reason_first` a reason is asked for before the answer is shown.
    """

    id: Key
    outcome: Key
    stem: Text
    options: list[Option] = []
    essay: list[Level] = []
    misconception: Misconception | None = None
    sources: list[Key] = []
    reason_first: bool = False

    @model_validator(mode="after")
    def one_kind(self) -> Question:
        """Choice or essay, not both; one right answer."""
        if bool(self.options) == bool(self.essay):
            raise ValueError("give either `options` or `essay`")
        right = sum(option.correct for option in self.options)
        if self.options and right != 1:
            raise ValueError(f"{right} options are marked `correct: true`; mark exactly one")
        if any(re.search("(all|none) of the above", o.text, re.I) for o in self.options):
            raise ValueError("replace 'all of the above' by an answer that says something")
        return self


class Needs(Strict):
    """What must be so before an author uses the word; null where the author does not say."""

    phases: list[Phase] = []
    work_by_users: bool | None = None
    professional_present: bool | None = None
    voluntary: bool | None = None
    equal_say: bool | None = None


class Line(Strict):
    """Where an author starts to say co-production, or why no place on a line can show it."""

    uses_word: bool
    stance: Literal["point", "everywhere", "condition", "inside_the_word", "rejects_line"]
    basis: Literal["stated", "derived", "ours"]
    how: Known
    says: Text
    locator: str | None = None
    includes: list[Text] = []
    excludes: list[Text] = []
    needs: Needs = Needs()
    span: Span | None = None


class ModelLevel(Strict):
    """One level of a published model, in our words, with its place on our line or the reason for none."""

    id: Key
    label: Text
    meaning: Text
    span: Span | None = None
    flags: list[Flag] = []
    work: Work | None = None
    off_axis: str | None = None
    how: Known
    locator: str | None = None

    @model_validator(mode="after")
    def place_or_reason(self) -> ModelLevel:
        """A level without a span says why."""
        if self.span is None and not self.off_axis:
            raise ValueError("a level without `span` needs `off_axis`: the reason in words")
        return self


class Reuse(Strict):
    """What a reader may do with the model itself (our drawing and words are CC BY)."""

    terms: Literal["permission-needed", "notify", "open-licence", "paraphrase", "not-known"]
    note: Text


class SpectrumModel(Strict):
    """A published ladder, spectrum or typology."""

    short: Annotated[str, Field(min_length=1, max_length=22)]
    authors: Text
    year: int
    work: Key
    sources: list[Key]
    field: Text
    shape: Text
    asks: Text
    levels: Annotated[list[ModelLevel], Field(min_length=1)]
    lines: list[Line] = []
    reuse: Reuse
    order: int


class Reading(Strict):
    """One reader's placing of one phase; null where the case does not tell."""

    reader: Literal["a", "b"]
    say: Span | None = None


class Placement(Strict):
    """One phase of a case: two readings kept apart, with reasons for and against."""

    phase: Phase
    readings: Annotated[list[Reading], Field(min_length=1, max_length=2)]
    work: Work | None = None
    choice: Literal["free", "expected", "required"] | None = None
    flags: list[Flag] = []
    who: list[Text] = []
    rests_on: str | None = None
    because: str | None = None
    against: str | None = None
    would_move: str | None = None

    @model_validator(mode="after")
    def two_readers(self) -> Placement:
        """A second reading is another reader's."""
        if len({reading.reader for reading in self.readings}) < len(self.readings):
            raise ValueError("both readings bear the same letter; the second reader is `b`")
        return self


class Claimed(Strict):
    """What its owners call the case."""

    word: Text
    by: Text
    sources: list[Key] = []


class Case(Strict):
    """A real case, told without its answer first."""

    place: Text
    country: Text
    sector: Text
    when: Annotated[str, Field(coerce_numbers_to_str=True)]
    scale: Literal["own_care", "service", "system"]
    took_part: list[Text]
    strength: Literal["strong", "moderate", "weak"]
    strength_why: Text
    content_note: str | None = None
    story: Text
    claimed: Claimed | None = None
    found: Text
    placements: list[Placement]
    question: Text
    order: int
    outside_the_line: str | None = None

    @model_validator(mode="after")
    def every_phase(self) -> Case:
        """All phases stand there, in order, known or not."""
        if tuple(p.phase for p in self.placements) != PHASES:
            raise ValueError(f"`placements` lists the phases in this order: {', '.join(PHASES)}")
        return self


class Definition(Strict):
    """One published meaning of the word."""

    work: Key
    term: Text
    by: Text
    year: int | Literal["n.d."]
    field: Literal[
        "public-administration",
        "service-management",
        "health-care",
        "social-care",
        "policy-and-practice",
        "research",
        "law",
        "other",
    ]
    paraphrase: Text
    locator: str | None = None
    how: Known
    who: Text
    contributes: Text
    phases: list[Phase] = []
    level: Literal["individual", "group", "collective", "any", "not-said"]
    voluntary: Literal["voluntary", "inherent", "either", "not-said"]
    value: Text
    lines: list[Line] = []


class Standpoint(Strict):
    """Who speaks in a challenge's sources."""

    user_authored: list[Key] = []
    jointly: list[Key] = []
    about_users: list[Key] = []
    other: list[Key] = []


class Challenge(Strict):
    """One challenge, for the table of challenge by side by stage."""

    order: int
    in_short: Text
    standpoint: Standpoint
    stages: list[Stage]
    stages_because: Text
    provider: Text
    user: Text


class Side(Strict):
    """The five questions, answered for one side."""

    who: Literal["provider", "user"]
    gain: Text
    lose: Text
    do: Text
    need: Text
    refuse: Text


class Term(Strict):
    """A glossary term."""

    id: Key
    term: Text
    also: list[Text] = []
    lang: str | None = None
    definition: Text
    see: list[Key] = []


class Uncited(Strict):
    """A paragraph that needs no source, by its first words, and why."""

    begins: Text
    because: Text


class PageMeta(Strict):
    """The front matter of a page."""

    title: Text
    description: Annotated[str, Field(min_length=20, max_length=200)]
    # Words that are not on the page by which readers look for it; only search knows them.
    also: list[Text] = []
    date: Annotated[datetime.date, BeforeValidator(iso_day)]
    # Of the accessibility statement, which has to be looked over once a year.
    prepared: Annotated[datetime.date, BeforeValidator(iso_day)] | None = None
    reviewed: Annotated[datetime.date, BeforeValidator(iso_day)] | None = None
    outcomes: list[Outcome] = []
    activity_minutes: Annotated[int, Field(ge=1)] | None = None
    questions: list[Question] = []
    template: str | None = None
    hide: list[str] = []
    search: dict[str, Any] | None = None
    model: SpectrumModel | None = None
    case: Case | None = None
    definition: Definition | None = None
    challenge: Challenge | None = None
    side: Side | None = None
    terms: list[Term] = []
    stages: list[dict[str, Any]] = []
    phases: list[dict[str, Any]] = []
    spectrum: dict[str, Any] = {}
    # Parts of the diagram that the page holds, each in the section whose heading has that id.
    diagram: list[Literal["line", "models", "cases", "place", "own", "test", "share"]] = []
    embed: bool = False
    session: dict[str, Any] | None = None
    uncited: list[Uncited] = []

    @model_validator(mode="after")
    def outcomes_exist(self) -> PageMeta:
        """A question serves an outcome of its page."""
        known = {outcome.id for outcome in self.outcomes}
        for question in self.questions:
            if question.outcome not in known:
                raise ValueError(
                    f"question `{question.id}` serves the outcome `{question.outcome}`, "
                    f"but the page has {', '.join(sorted(known)) or 'none'}"
                )
        return self

    @model_validator(mode="after")
    def whole_line(self) -> PageMeta:
        """The page of the line has all stages and phases, in the order that all data follow."""
        for name, rows, slugs in (("stages", self.stages, STAGES), ("phases", self.phases, PHASES)):
            if rows and tuple(row.get("slug") for row in rows) != slugs:
                raise ValueError(f"`{name}` are, by `slug` and in this order: {', '.join(slugs)}")
        return self

    @model_validator(mode="after")
    def terms_exist(self) -> PageMeta:
        """No term stands twice, and what a term refers to is there."""
        ids = [term.id for term in self.terms]
        for term in self.terms:
            if ids.count(term.id) > 1:
                raise ValueError(f"the term `{term.id}` is there twice")
            for other in term.see:
                if other not in ids:
                    raise ValueError(f"term `{term.id}` refers to `{other}`, which is not a term")
        return self


@dataclass(frozen=True)
class SourcePage:
    """A Markdown file cut in two; `meta` has every optional field, `given` only those that are written."""

    src: str
    meta: dict[str, Any]
    body: str
    front: str
    body_line: int
    given: dict[str, Any] = field(default_factory=dict)
    source: Document = field(default_factory=lambda: Document(""))

    @property
    def order(self) -> int:
        """The page's place among others of its kind: `order` in its model, case or challenge."""
        parts = [part for part in self.meta.values() if isinstance(part, dict)]
        return next((part["order"] for part in parts if "order" in part), 0)

    def problem(self, route: Route, message: str, fix: str) -> Problem:
        """A mistake at a place in the front matter (if it is not there, at what is around it)."""
        line = self.source.line(route)
        return Problem(f"docs/{self.src}", line, field_name(route), message, fix)


FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:.*\n)*?)---[ \t]*(?:\n|\Z)")


def read_page(src: str, text: str) -> SourcePage:
    """Cut a page into front matter and body; what is wrong with the one is in `source`."""
    document = Document(f"docs/{src}", "front matter")
    match = FRONT_MATTER.match(text)
    if not match:
        fix = "begin the page with a line `---`, its fields, and a second line `---`"
        document.report((), "has no front matter", fix)
        return SourcePage(src, {}, text, "", 1, source=document)
    # An empty line in place of the first `---`: lines are then counted as in the file.
    parse_text(document, "\n" + match[1])
    body_line = match[0].count("\n") + 1
    data, body = document.data or {}, text[match.end() :]
    return SourcePage(src, data, body, match[1], body_line, data, document)


def complaint(item: Any) -> tuple[str, str]:
    """One of pydantic's complaints in plain words: what is wrong, and what to do about it."""
    kind, name = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    if kind == "missing":
        return "is missing", "add it; the recipe in CONTRIBUTING.md shows how it looks"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, field_names(), n=1, cutoff=0.75)
        fix = f"did you mean {near[0]}?" if near else "take it out, or look for a slip of spelling"
        return "is not a field here", fix
    if kind == "literal_error":
        given = "nothing" if item["input"] is None else f"“{str(item['input'])[:40]}”"
        return f"is {given}", f"write one of {item['ctx']['expected']}"
    said = str(item["msg"]).removeprefix("Value error, ")
    if kind.startswith("string_too_"):
        return said.replace("String should have", "has to have"), "write a text of that length"
    if kind.startswith("string"):
        fix = "put it between quotation marks if it holds a colon or looks like a number"
        return "has to be a text", fix
    if kind in ("list_type", "too_short", "too_long"):
        return said, "write a list: [one, two]"
    return said, "mend it as said"


def field_names() -> list[str]:
    """The names of all fields that front matter may have anywhere."""
    return sorted({name for model in Strict.__subclasses__() for name in model.model_fields})


def check_meta(page: SourcePage) -> tuple[SourcePage, list[Problem]]:
    """The page with every optional field filled in, and all that is wrong with its front matter.

    Fields with a mistake are left out of the page, so that later checks need not fear them.
    """
    try:
        sound = PageMeta.model_validate(page.meta)
        given = sound.model_dump(exclude_unset=True)
        return replace(page, meta=sound.model_dump(), given=given), []
    except ValidationError as error:
        wrong = error.errors(include_url=False)
    left_out = {item["loc"][0] for item in wrong if item["loc"]}
    problems = [page.problem(item["loc"], *complaint(item)) for item in wrong]
    rest = {name: value for name, value in page.meta.items() if name not in left_out}
    return replace(page, meta=rest, given=rest), problems


def template_problems(page: SourcePage, overrides: Path) -> list[Problem]:
    """A template of the page's own that is not there."""
    names = sorted(path.name for path in overrides.glob("*.html"))
    if page.meta.get("template") in (None, *names):
        return []
    message = f"there is no template `{page.meta['template']}`"
    return [page.problem(("template",), message, f"write one of {', '.join(names)}")]


def load_page(path: Path, src: str) -> tuple[SourcePage | None, list[Problem]]:
    """One page, or None when it cannot be read, with what is wrong with it."""
    return checked(src, path.read_bytes())


@functools.lru_cache(maxsize=1000)
def checked(src: str, raw: bytes) -> tuple[SourcePage | None, list[Problem]]:
    """The same from a page's bytes; `serve` reads again only what has changed."""
    document = Document(f"docs/{src}")
    # Pages, unlike records, are often edited on Windows: MkDocs takes its line ends, and so do we.
    text = decode(document, raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    if text is None:
        return None, document.problems
    page = read_page(src, text)
    problems = document.problems + page.source.problems
    if page.source.data is None:
        return None, problems
    page, found = check_meta(page)
    return page, problems + found


def load_pages(docs: Path) -> tuple[list[SourcePage], list[Problem]]:
    """All Markdown files below `docs`, in a fixed order, with what is wrong with their front matter."""
    pages, problems = [], []
    for path in sorted(docs.rglob("*.md")):
        src = path.relative_to(docs).as_posix()
        # MkDocs passes over hidden files; an editor's lock or a folder called x.md is no page.
        if not path.is_file() or re.search(r"(^|/)\.", src):
            continue
        page, found = load_page(path, src)
        problems += found
        if page:
            pages.append(page)
            problems += template_problems(page, docs.parent / "overrides")
    return pages, problems


def strings_in(value: Any) -> Iterator[str]:
    """Every text in some front matter, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
