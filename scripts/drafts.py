"""An item of another format in, a record of ours out, with everything that was changed or left out said.

The schema is the only judge: what it refuses is left out of the draft, and named, so that nothing wrong is
written and nothing is lost without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import records
from field_checks import NO_DATE, PAGES, check_doi, check_isbn, check_url
from foreign import Foreign, Item
from problems import Problem
from pydantic_core import PydanticCustomError
from strict_yaml import CONTROL, FLOAT, INTEGER, read_document
from tidy import (
    UNSEEN,
    WITH_DAY,
    bare_doi,
    date,
    edition,
    is_shouted,
    is_sound,
    is_title_case,
    one_name,
    pages,
    plain,
    plain_address,
    shown,
)
from work_schema import NO_AUTHOR, Standpoint, Theme, Type, Work

TYPES: tuple[str, ...] = get_args(Type)
THEMES: tuple[str, ...] = get_args(Theme)
STANDPOINTS: tuple[str, ...] = get_args(Standpoint)


@dataclass
class Draft:
    """A record in the making: its fields in our order, and what its owner should know."""

    fields: dict[str, Any]
    changed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def change(self, name: str, old: str, new: str) -> str:
        """Note a change, unless only white space differs; return the new value."""
        if " ".join(old.split()) != " ".join(new.split()):
            self.changed.append(f"{name}: “{shorten(old)}” became “{shorten(new)}”")
        return new

    def drop(self, name: str, value: str, why: str) -> None:
        """Note a value that has no place in the record."""
        self.left_out.append(f"{name}: “{shorten(value)}”: {why}")


@dataclass(frozen=True)
class Ours:
    """What only a person can say about a work; empty where it was not said."""

    about: str = ""
    themes: tuple[str, ...] = ()
    standpoint: str = ""
    key: str = ""


def shorten(text: str, size: int = 90) -> str:
    """A text on one line, cut where it is long."""
    text = " ".join(UNSEEN.sub("", text).split())
    return text if len(text) <= size else text[: size - 1] + "…"


def work_title(draft: Draft, text: str) -> str:
    """A title as our records have it: no full stop, not in capitals."""
    title = plain(text)
    if re.search(r"[^\W\d_]{3,}\.$", title) and not title.endswith(".."):
        title = title[:-1]
    if is_shouted(title):
        title = title[:1] + title[1:].lower()
        draft.doubts.append(
            "The title was in capitals in the file; names in it have to be checked."
        )
    elif is_title_case(title):
        draft.changed.append(
            "title: it has capitals as in a headline; write it with the capitals of a sentence"
        )
    return draft.change("title", text, title)


ET_AL_LAST = re.compile(r"(?i)(?:^|,?\s+)(?:(?:and|&)\s+)?(?:et\.?\s*al\b\.?|others)\s*$")


def people(draft: Draft, role: str, items: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Names as our records have them; what is no name is left out."""
    done: list[dict[str, str]] = []
    for item in items:
        old = shown(item)
        bare = {part: ET_AL_LAST.sub("", text) for part, text in item.items()}
        if bare != item or re.fullmatch(r"(?i)\W*(others?|…|\.\.\.)\W*", old):
            draft.drop(role, old, "name every author, or leave the doubt standing")
            draft.doubts.append(f"The file did not name everybody under {role}.")
        name = one_name({} if re.fullmatch(r"(?i)\W*(others?|…)\W*", old) else bare)
        if not name:
            continue
        if re.fullmatch(r"(?i)anon\.?|anonymous|n\.?a\.?|unknown|no author.*|\W*", shown(name)):
            draft.drop(role, old, "it is not a name")
            continue
        draft.change(role, old, shown(name))
        if "literal" in name and "literal" not in item:
            draft.changed.append(f"{role}: “{shown(name)}” was read as a body, not as a person")
        done.append(name)
    return done


def one_isbn(draft: Draft, text: str) -> str:
    """The first ISBN whose check digit is right."""
    for found in re.findall(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx]", plain(text)):
        if is_sound(check_isbn, found):
            return draft.change("ISBN", text, found.strip())
    if re.fullmatch(r"\W*\d{4}-?\d{3}[\dXx]\W*", text):
        draft.unused.append("ISSN")
    else:
        draft.drop("ISBN", text, "it is not an ISBN; compare it with the book")
    return ""


# The record --------------------------------------------------------------------------------------

TEXTS = (
    "title-short",
    "container-title",
    "collection-title",
    "collection-number",
    "genre",
    "volume",
    "issue",
    "number",
    "chapter-number",
    "authority",
    "publisher",
    "publisher-place",
)
# What a type has no use for, although formats carry it.
POINTLESS = {
    "article-journal": ("publisher", "publisher-place", "collection-title", "genre", "edition"),
    "article-magazine": ("publisher-place", "genre"),
    "article-newspaper": ("genre",),
    "webpage": ("genre", "volume", "issue"),
    "chapter": ("genre",),
    "book": ("genre", "issue", "page"),
    "thesis": ("container-title", "volume", "issue", "page"),
    "paper-conference": ("genre",),
}
# Where the other formats put what laws and judgments have.
LAWFUL = {
    "legal_case": (("publisher", "authority"), ("container-title", "number")),
    "legislation": (("container-title", "number"),),
}
CASE_FREE = ("volume", "issue", "number", "collection-number", "chapter-number")
ORDER = tuple(info.alias or name for name, info in Work.model_fields.items())


def make_draft(foreign: Foreign) -> Draft:
    """A draft from an item; foreign.item has to be there."""
    item = foreign.item or {}
    draft = Draft({}, changed=list(foreign.notes), unused=list(item.get("unused", [])))
    fields = draft.fields
    if title := work_title(draft, str(item.get("title", ""))):
        fields["title"] = title
    set_type(draft, item)
    for role in ("author", "editor", "translator", "container-author"):
        if named := people(draft, role, item.get(role) or []):
            fields[role] = named
    for name in TEXTS:
        set_text(draft, name, str(item.get(name) or ""))
    set_pages(draft, item)
    if item.get("edition") and (value := edition(str(item["edition"]))):
        fields["edition"] = draft.change("edition", str(item["edition"]), value)
    if item.get("ISBN") and (value := one_isbn(draft, str(item["ISBN"]))):
        fields["ISBN"] = value
    set_address(draft, item)
    set_date(draft, item)
    for old, new in LAWFUL.get(fields.get("type", ""), ()):
        if (
            old in fields
            and new not in fields
            and (new != "number" or re.search(r"\d", fields[old]))
        ):
            fields[new] = fields.pop(old)
    for name in POINTLESS.get(fields.get("type", ""), ()):
        if name in fields:
            draft.unused.append(name)
            del fields[name]
    nobody = not {"author", "editor"} & set(fields) and fields.get("type") not in NO_AUTHOR
    if nobody and fields.get("publisher"):
        fields["author"] = [{"literal": fields.pop("publisher")}]
        draft.changed.append(
            f"author: none was given, so the publisher was taken: {shown(fields['author'][0])}"
        )
    if item.get("note"):
        draft.unused.append("note")
    draft.fields = {name: fields[name] for name in ORDER if name in fields}
    return draft


def set_type(draft: Draft, item: Item) -> None:
    """The type; `misc` is judged by what else is there, and a type that we lack is left to be written."""
    sort = str(item.get("type") or "")
    if sort in ("misc", ""):
        guess = "report" if item.get("publisher") else "manuscript"
        guess = "webpage" if item.get("URL") and not item.get("DOI") else guess
        guess = "article-journal" if item.get("container-title") and item.get("volume") else guess
        draft.changed.append(f"type: {sort or 'none'} was read as {guess}")
        sort = guess
    if sort in TYPES:
        draft.fields["type"] = sort
    else:
        draft.drop("type", sort, "we have no such type; choose the nearest one")


def set_text(draft: Draft, name: str, value: str) -> None:
    """A text in plain Unicode."""
    text = plain(value)
    if not text or text.lower() in ("n/a", "none", "null", "nan", "undefined"):
        return
    if is_shouted(text) and name not in CASE_FREE:
        text = " ".join(word.capitalize() for word in text.split())
    if name == "issue" or name == "volume":
        text = re.sub(r"(?i)^(vol(ume)?|no|nr|issue|number)\.?\s*(?=\d)", "", text)
        text = re.sub(r"\s*[–—]\s*|(?<=\d)-{2}(?=\d)", "-", text)
    draft.fields[name] = draft.change(name, value, text)


def set_pages(draft: Draft, item: Item) -> None:
    """Pages; or, where an article has one number instead, that number."""
    value = str(item.get("page") or "")
    if not value:
        return
    text = pages(value)
    numbered = re.fullmatch(r"(?i)e?\d{5,}|e\d+|art(?:icle)?\.?\s*(\w+)", text)
    if numbered and draft.fields.get("type", "").startswith("article"):
        draft.fields.setdefault("number", numbered[1] or text)
        draft.changed.append(f"page: {text} is the number of an article")
    elif PAGES.fullmatch(text):
        draft.fields["page"] = draft.change("page", value.replace("--", "-"), text)
    elif plain(value):
        draft.drop("page", value, "it is not a page or a range")


def set_address(draft: Draft, item: Item) -> None:
    """The DOI, wherever it stands; only without one, the address."""
    url = plain_address(str(item.get("URL") or ""))
    given = str(item.get("DOI") or "")
    doi = bare_doi(given)
    if given and not doi:
        draft.drop("DOI", given, "it is not a DOI")
    note = str(item.get("note") or "")
    if not doi:
        in_url = bare_doi(url) if re.search(r"doi\.org|/doi/", url) else ""
        in_note = bare_doi(note) if "doi" in note.lower() else ""
        doi = in_url or in_note
        if doi:
            draft.changed.append(f"DOI: taken from the {'address' if in_url else 'note'}: {doi}")
    if doi and is_sound(check_doi, doi):
        draft.fields["DOI"] = draft.change("DOI", given, doi) if given else doi
        if url and "doi.org/" not in url:
            draft.unused.append("URL (there is a DOI)")
        return
    if not url:
        return
    try:
        draft.fields["URL"] = check_url(url)
    except PydanticCustomError as error:
        context = error.context or {}
        draft.drop("URL", url, f"{context.get('message')}; {context.get('fix')}")
        return
    if len(accessed := date(item.get("accessed"))) == 10:
        draft.fields["accessed"] = accessed


def set_date(draft: Draft, item: Item) -> None:
    """The year; the whole date where the day matters; `n.d.` for a page without a date."""
    value = date(item.get("issued"))
    fields = draft.fields
    if value:
        fields["issued"] = value if fields.get("type") in WITH_DAY else value[:4]
        return
    given = item.get("issued")
    if isinstance(given, dict):
        given = given.get("raw") or given.get("literal") or ""
    if given and isinstance(given, str):
        draft.drop("issued", given, "it holds no year")
    if fields.get("type") == "webpage":
        fields["issued"] = NO_DATE
        draft.changed.append("issued: no date was given, so n.d. was written")


# YAML --------------------------------------------------------------------------------------------

SAFE = re.compile(r"[^\W\d_][\w .()'’–-]*", re.UNICODE)
UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000\ue001\ufeff\ufffe\uffff]")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}


def scalar(value: str) -> str:
    """A text as YAML that is read as that text: plain where that is safe, else in double quotes."""
    safe = SAFE.fullmatch(value) and value.lower() not in WORDS and value == value.strip()
    return (
        value
        if safe and not (INTEGER.fullmatch(value) or FLOAT.fullmatch(value))
        else quoted(value)
    )


def quoted(value: str) -> str:
    """A text in double quotes, with whatever YAML would not print as it is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def name_line(name: dict[str, str]) -> str:
    """`{family: Brandsen, given: Taco}`."""
    quoted = {part: scalar(text) for part, text in name.items()}
    return "{" + ", ".join(f"{part}: {text}" for part, text in quoted.items()) + "}"


def record_text(key: str, draft: Draft, ours: Ours, source: dict[str, str]) -> str:
    """The record's file. `source` says how its fields are known: a note, perhaps an address."""
    lines = [f"id: {key}"]
    for name, value in draft.fields.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {name_line(person)}" for person in value)]
        elif name in ("title", "page") and isinstance(value, str):
            lines.append(f"{name}: {quoted(value)}")
        else:
            lines.append(f"{name}: {value if str(value).isdigit() else scalar(str(value))}")
    lines += [f"# left out: {comment(text)}" for text in draft.left_out]
    lines.append("custom:")
    lines += own_lines(ours)
    if draft.doubts:
        lines += ["  doubts:", *(f"    - {scalar(doubt)}" for doubt in draft.doubts)]
    known = ", ".join(["how: inferred", *(f"{name}: {scalar(t)}" for name, t in source.items())])
    # How a field is known is true until somebody has held it against the work.
    lines += ["  verified:", *(f"    {name}: {{{known}}}" for name in known_fields(draft))]
    return "\n".join(lines) + "\n"


def known_fields(draft: Draft) -> list[str]:
    """The fields that need a word on how they are known."""
    undated = draft.fields.get("issued") == NO_DATE
    skipped = {"type", "title-short", *(("issued",) if undated else ())}
    return [name for name in draft.fields if name not in skipped]


def own_lines(ours: Ours) -> list[str]:
    """What only a person can say; where it is missing, a remark that says what to write."""
    lines = []
    lines.append(
        f"  about: {scalar(ours.about)}"
        if ours.about
        else "  # about: One line in your own words: what the work is about."
    )
    lines.append(
        f"  themes: [{', '.join(ours.themes)}]"
        if ours.themes
        else "  # themes: [definitions, power]   # from the list in CONTRIBUTING.md"
    )
    lines.append(
        f"  standpoint: {ours.standpoint}"
        if ours.standpoint
        else f"  # standpoint: other   # {' | '.join(STANDPOINTS)}: who speaks"
    )
    return lines


def comment(text: str) -> str:
    """A text that fits into a remark."""
    return " ".join(CONTROL.sub(" ", text).split())


def finish(key: str, draft: Draft, ours: Ours, source: dict[str, str]) -> tuple[str, list[Problem]]:
    """The record's text, and what `check` will still ask for.

    What the schema refuses in a field that may be missing is left out first.
    """
    needed = {"id", "type", "title", "issued", "author", "custom"}
    for _ in range(len(draft.fields) + 1):
        text = record_text(key, draft, ours, source)
        document = read_document(f"bib/works/{key}.yaml", text.encode("utf-8", "replace"))
        _, found = records.check_document(document)
        found = [problem for problem in found if problem.severity == "error"]
        refused = {re.split(r"[.\[]", problem.field)[0]: problem for problem in found}
        wrong = [n for n in draft.fields if n in refused and n not in needed]
        if not wrong:
            return text, found
        for name in wrong:
            why = f"{refused[name].message}; {refused[name].fix}"
            draft.drop(name, str(draft.fields.pop(name)), why)
    return text, found
