"""Entries of BibTeX, RIS and CSL-JSON files in, one CSL-like item for each out, none left uncounted.

The formats are read by bibtexparser, pylatexenc, rispy and json. What this module adds is that an entry
which cannot be read is named, with its reason, and does not take the others with it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import bibtexparser
import rispy
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

Item = dict[str, Any]


@dataclass
class Foreign:
    """One entry: how to name it to its owner, what it holds, or why it cannot be read."""

    label: str
    item: Item | None = None
    refusal: str = ""
    notes: list[str] = field(default_factory=list)


class UnreadableError(ValueError):
    """A whole file that is none of the three formats; its text says why."""


def read_any(text: str, name: str) -> list[Foreign]:
    """All entries of a text in one of the three formats. Raises UnreadableError when it is none of them."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise UnreadableError(f"{name} is empty")
    if start[0] in "[{":
        return read_csl(start, name)
    if re.search(r"^\s*TY\s{0,2}-", start, re.MULTILINE):
        return read_ris(start, name)
    if re.search(r"@\s*\w+\s*[{(]", start):
        return read_bibtex(start, name)
    raise UnreadableError(f"{name} is neither BibTeX nor RIS nor CSL-JSON")


# BibTeX ------------------------------------------------------------------------------------------


def latex_decoder() -> LatexNodes2Text:
    """A decoder that keeps what links and formulas say, without their frame."""
    context = get_default_latex_context_db()
    context.add_context_category(
        "records",
        prepend=True,
        macros=[
            MacroTextSpec("url", simplify_repl="%s"),
            MacroTextSpec("href", simplify_repl="%(2)s"),
        ],
    )
    return LatexNodes2Text(latex_context=context, math_mode="text")


DECODER = latex_decoder()
# Characters that LaTeX gives a meaning and that people forget to escape.
FORGOTTEN = re.compile(r"(?<!\\)([%&#])")
# Two sums of money, which LaTeX would take for a formula: “$5 and then $6 million”.
MONEY = re.compile(r"(?<!\\)\$\d[^$]*[a-z]{3}[^$]*(?<!\\)\$\d")


def decode(value: str) -> str:
    """A value in plain Unicode: accents, ligatures, formulas and escapes of LaTeX resolved."""
    value = FORGOTTEN.sub(r"\\\1", value)
    if MONEY.search(value):
        value = re.sub(r"(?<!\\)\$", r"\\$", value)
    if len(re.findall(r"(?<!\\)\$", value)) % 2:
        value = re.sub(r"(?<!\\)\$", r"\\$", value)
    if not re.search(r"[\\{}$~`']|--", value):
        return " ".join(value.split())
    return " ".join(str(DECODER.latex_to_text(value)).split())


def literal(value: str) -> str:
    """An address or identifier: only the escapes that LaTeX forces on it are taken away."""
    value = re.sub(r"\\(?:url|path)\s*\{([^{}]*)\}", r"\1", value)
    value = re.sub(r"\{?\\textasciitilde\s*(?:\{\})?\}?|\\~\{\}|\$\\sim\$|\{\\~\}", "~", value)
    value = re.sub(r"\{?\\textunderscore\s*(?:\{\})?\}?", "_", value)
    return re.sub(r"\\([_%&#$~{}])", r"\1", value).strip().strip("{}")


def read_bibtex(text: str, name: str) -> list[Foreign]:
    """All entries of a .bib; an abbreviation or a cross-reference is resolved within the file."""
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    blocks = bibtexparser.parse_string(text, parse_stack=[]).blocks
    strings = {b.key.lower(): str(b.value) for b in blocks if type(b).__name__ == "String"}
    raw: dict[str, dict[str, str]] = {}
    found: list[tuple[Foreign, Entry | None]] = []
    for block in blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
            entry = block.ignore_error_block
            what = "the key stands twice in the file"
            if isinstance(block, DuplicateFieldKeyBlock):
                what = (
                    f"{', '.join(sorted(block.duplicate_keys))}: given twice, the first was taken"
                )
            found.append((Foreign(label_of(name, line, entry), notes=[what]), entry))
        elif isinstance(block, Entry):
            found.append((Foreign(label_of(name, line, block)), block))
        elif isinstance(block, ParsingFailedBlock):
            what = "it does not end: a brace } or a quotation mark is missing"
            found.append((Foreign(f"{name}:{line} {start_of(block.raw)}", refusal=what), None))
            # What stands in round brackets after it was taken for a part of it.
            rest = re.sub(r"@\s*\w+\s*\{", "", block.raw or "", count=1)
            found += [(lost, None) for lost in round_entries(rest, name, line)]
        elif isinstance(block, ImplicitComment):
            found += [(lost, None) for lost in round_entries(block.comment, name, line)]
    for foreign, entry in found:
        if entry is not None:
            raw.setdefault(entry.key, {}).update(fields_of(entry, strings, foreign))
    for foreign, entry in found:
        if entry is not None:
            fields = inherit(fields_of(entry, strings, Foreign("")), raw)
            foreign.item = bibtex_item(entry.entry_type.lower(), fields, foreign)
    return [foreign for foreign, _ in found]


def label_of(name: str, line: int, entry: Entry) -> str:
    """`refs.bib:12 @article{smith2010}`."""
    return f"{name}:{line} @{entry.entry_type}{{{entry.key}}}"


def start_of(raw: str | None) -> str:
    """The beginning of something unreadable, for its owner to find it."""
    return " ".join((raw or "").split())[:40]


def round_entries(comment: str, name: str, line: int) -> Iterator[Foreign]:
    """Entries that stand in round brackets, or in text, and that the parser takes for remarks."""
    for match in re.finditer(r"@\s*(\w+)\s*([({])", comment):
        if match.group(1).lower() not in ("comment", "string", "preamble"):
            at = line + comment[: match.start()].count("\n")
            what = "it cannot be read; write it as @article{key, …} with braces that close"
            yield Foreign(f"{name}:{at} {start_of(comment[match.start() :])}", refusal=what)


def fields_of(entry: Entry, strings: dict[str, str], foreign: Foreign) -> dict[str, str]:
    """An entry's fields by name in small letters, still in LaTeX."""
    fields: dict[str, str] = {}
    for item in entry.fields:
        value, unknown = resolve(str(item.value), strings)
        fields.setdefault(item.key.strip().lower(), value)
        if unknown and item.key.lower() != "month":
            foreign.notes.append(f"{item.key}: “{unknown}” is an abbreviation that the file lacks")
    return fields


def resolve(value: str, strings: dict[str, str], depth: int = 0) -> tuple[str, str]:
    """A value without its enclosing, its pieces joined at `#`; and an abbreviation that is unknown."""
    done, unknown, rest = "", "", value.strip()
    while rest:
        if rest[0] in '{"':
            end = matching(rest)
            piece, rest = rest[1:end], rest[end + 1 :]
        else:
            piece, _, rest = rest.partition("#")
            piece, rest = piece.strip(), "#" + rest if rest else ""
            if piece.lower() in strings and depth < 5:
                piece, unknown = resolve(strings[piece.lower()], strings, depth + 1)
            elif piece and not re.fullmatch(r"[\d/–-]+", piece):
                unknown = piece
        done += piece
        rest = rest.lstrip()
        if rest and not rest.startswith("#"):
            return value.strip().strip('{}"'), unknown
        rest = rest.removeprefix("#").lstrip()
    return done, unknown


def matching(text: str) -> int:
    """Where the group ends that begins with the first character; the last place if it never does."""
    level, quoted = 0, text[0] == '"'
    for place, sign in enumerate(text):
        if place and text[place - 1] == "\\":
            continue
        if sign == "{":
            level += 1
        elif sign == "}":
            level -= 1
            if level == 0 and not quoted:
                return place
        elif sign == '"' and quoted and place and level == 0:
            return place
    return len(text) - 1 if len(text) > 1 else 1


def inherit(fields: dict[str, str], raw: dict[str, dict[str, str]]) -> dict[str, str]:
    """An entry's fields with those of the entry that `crossref` or `xdata` names."""
    parent = raw.get(fields.get("crossref", "").strip() or fields.get("xdata", "").strip(), {})
    lent = {name: value for name, value in parent.items() if name not in NOT_LENT}
    if "title" in parent and "crossref" in fields:
        lent.setdefault("booktitle", parent["title"])
    return {**lent, **fields}


NOT_LENT = ("title", "shorttitle", "crossref", "ids", "doi", "url", "pages", "abstract", "author")

BIBTEX_TYPES = {
    "article": "article-journal",
    "periodical": "article-journal",
    "suppperiodical": "article-journal",
    "review": "article-journal",
    "book": "book",
    "mvbook": "book",
    "collection": "book",
    "mvcollection": "book",
    "proceedings": "book",
    "mvproceedings": "book",
    "reference": "book",
    "mvreference": "book",
    "booklet": "book",
    "inbook": "chapter",
    "bookinbook": "chapter",
    "suppbook": "chapter",
    "incollection": "chapter",
    "suppcollection": "chapter",
    "inreference": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "techreport": "report",
    "report": "report",
    "manual": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "masterthesis": "thesis",
    "thesis": "thesis",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "webpage": "webpage",
    "misc": "misc",
    "unpublished": "manuscript",
    "dataset": "dataset",
    "software": "software",
    "legislation": "legislation",
    "legal": "legislation",
    "jurisdiction": "legal_case",
    "movie": "motion_picture",
    "video": "motion_picture",
    "newspaper": "article-newspaper",
}
BIBTEX_TEXTS = {
    "title": ("title",),
    "container-title": ("journaltitle", "journal", "booktitle", "maintitle", "shortjournal"),
    "collection-title": ("series",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"),
    "volume": ("volume",),
    "edition": ("edition",),
    "page": ("pages",),
    "number": ("eid", "article-number", "articleno"),
    "chapter-number": ("chapter",),
    "genre": ("type",),
}
GENRES = {"phdthesis": "Doctoral thesis", "mastersthesis": "Master’s thesis"}
UNUSED = frozenset({"crossref", "xdata", "ids", "entrysubtype", "year", "date", "month", "day"})
NAMES = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
}


def bibtex_item(sort: str, fields: dict[str, str], foreign: Foreign) -> Item:
    """An entry in CSL's words; fields that have no place are noted."""
    item: Item = {"type": BIBTEX_TYPES.get(sort, sort)}
    used = set(UNUSED)
    for name, sources in BIBTEX_TEXTS.items():
        for source in sources:
            used.add(source)
            if fields.get(source, "").strip() and name not in item:
                item[name] = decode(fields[source])
    if fields.get("subtitle") and "title" in item:
        item["title"] += f": {decode(fields['subtitle'])}"
    for source, role in NAMES.items():
        if people := bibtex_names(fields.get(source, ""), foreign):
            item[role] = people
    for source, name in (("doi", "DOI"), ("url", "URL"), ("isbn", "ISBN"), ("eprint", "eprint")):
        if value := literal(fields.get(source, "")):
            item[name] = value
    if match := re.search(r"https?://[^\s{}]+", literal(fields.get("howpublished", ""))):
        item.setdefault("URL", match[0])
    if value := literal(fields.get("urldate") or fields.get("lastchecked") or ""):
        item["accessed"] = {"raw": value}
    if number := fields.get("number") or fields.get("issue"):
        article = item["type"].startswith("article") or item["type"] == "paper-conference"
        inside = "collection-title" in item and not article
        item["issue" if article else "collection-number" if inside else "number"] = decode(number)
    date = decode(fields.get("date") or fields.get("year") or fields.get("eventdate") or "")
    month = decode(fields.get("month", ""))
    if date or month:
        item["issued"] = {"raw": f"{date} {month}".strip() if "date" not in fields else date}
    if sort in GENRES:
        item.setdefault("genre", GENRES[sort])
    if fields.get("entrysubtype", "").strip() in ("newspaper", "magazine"):
        item["type"] = f"article-{fields['entrysubtype'].strip()}"
    used |= set(NAMES) | {"subtitle", "doi", "url", "isbn", "urldate", "number", "issue"}
    used |= {"howpublished", "lastchecked", "eprint", "eventdate"}
    item["note"] = decode(fields.get("note") or "")
    item["unused"] = sorted(set(fields) - used - {"note"})
    return item


def bibtex_names(value: str, foreign: Foreign) -> list[dict[str, str]]:
    """The people and bodies of a name field."""
    if not value.strip():
        return []
    people = []
    value = re.sub(r"\b(?:and\s+)+and\b|\bAND\b", "and", " ".join(value.split()))
    for name in split_multiple_persons_names(re.sub(r"^and\b|\band$", "", value).strip()):
        if re.fullmatch(r"\{.*\}", name) and matching(name) == len(name) - 1:
            people.append({"literal": decode(name)})
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        person = {
            "family": decode(" ".join([*parts.von, *parts.last])),
            "given": decode(" ".join(parts.first)),
            "suffix": decode(" ".join(parts.jr)),
        }
        people.append({part: text for part, text in person.items() if text})
    return [person for person in people if person]


# RIS ---------------------------------------------------------------------------------------------

RIS_TYPES = {
    "JOUR": "article-journal",
    "EJOUR": "article-journal",
    "JFULL": "article-journal",
    "ABST": "article-journal",
    "INPR": "article-journal",
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "ENCYC": "chapter",
    "DICT": "chapter",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "GOVDOC": "report",
    "PAMP": "report",
    "STAND": "report",
    "THES": "thesis",
    "ELEC": "webpage",
    "BLOG": "webpage",
    "ICOMM": "webpage",
    "WEB": "webpage",
    "CASE": "legal_case",
    "STAT": "legislation",
    "BILL": "legislation",
    "LEGAL": "legislation",
    "DATA": "dataset",
    "COMP": "software",
    "VIDEO": "motion_picture",
    "MPCT": "motion_picture",
    "UNPB": "manuscript",
    "MANSCPT": "manuscript",
    "SLIDE": "speech",
    "GEN": "misc",
}
RIS_TAGS = {**rispy.config.TAG_KEY_MAPPING, "ED": "editors", "BT": "book_title", "L2": "full_text"}
RIS_LISTS = [*rispy.config.LIST_TYPE_TAGS, "ED"]
RIS_START = re.compile(r"^\s*TY\s{0,2}-", re.MULTILINE)
RIS_LINE = re.compile(r"^\s*([A-Z][A-Z0-9])\s{0,2}-(?: |$)", re.MULTILINE)


def read_ris(text: str, name: str) -> list[Foreign]:
    """All entries of an RIS file, cut at `TY`, since one without its end would swallow the next."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [match.start() for match in RIS_START.finditer(text)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = RIS_LINE.sub(r"\1  - ", text[start:end].strip())
        line = text[:start].count("\n") + 1 + (text[start:] != text[start:].lstrip("\n"))
        foreign = Foreign(f"{name}:{line}")
        if not re.search(r"^ER  -", chunk, re.MULTILINE):
            chunk += "\nER  - "
            foreign.notes.append("its end (ER) is missing")
        try:
            entries = rispy.loads(chunk, mapping=RIS_TAGS, list_tags=RIS_LISTS)
        except Exception as error:  # rispy raises more kinds than it names
            foreign.refusal = f"it cannot be read ({error})"
        else:
            foreign.item = ris_item(entries[0]) if entries else None
            foreign.refusal = "" if entries else "it is empty"
        if foreign.item:
            foreign.label += f" {foreign.item['ris']}"
        found.append(foreign)
    return found


RIS_TEXTS = {
    "title": ("title", "primary_title"),
    "container-title": (
        "journal_name",
        "secondary_title",
        "alternate_title3",
        "book_title",
        "alternate_title2",
        "alternate_title1",
    ),
    "volume": ("volume",),
    "issue": ("number",),
    "publisher": ("publisher",),
    "publisher-place": ("place_published",),
    "edition": ("edition",),
    "genre": ("type_of_work",),
    "collection-title": ("tertiary_title",),
    "DOI": ("doi",),
    "ISBN": ("issn",),
    "number": ("custom7",),
}


def ris_item(entry: dict[str, Any]) -> Item:
    """An RIS entry in CSL's words."""
    sort = str(entry.get("type_of_reference", "")).strip()
    item: Item = {"type": RIS_TYPES.get(sort.upper(), sort.lower()), "ris": sort}
    used = {"type_of_reference", "end_of_reference", "id"}
    for name, sources in RIS_TEXTS.items():
        for source in sources:
            used.add(source)
            if entry.get(source) and name not in item:
                item[name] = str(entry[source])
    pages = [str(entry.get(name, "")).strip() for name in ("start_page", "end_page")]
    if any(pages):
        item["page"] = "-".join(filter(None, pages))
    roles: dict[str, list[str]] = {
        "author": ["authors", "first_authors"],
        "editor": ["editors"],
        "translator": [],
    }
    edited = item["type"] in ("chapter", "paper-conference", "book", "report")
    roles["editor"] += ["secondary_authors"] if edited else []
    roles["translator"] += ["subsidiary_authors"] if item["type"] == "book" else []
    for role, places in roles.items():
        used |= set(places)
        people = [ris_name(name) for source in places for name in entry.get(source) or []]
        if people := [person for person in people if person]:
            item[role] = people
    for name in ("year", "publication_year", "date"):
        if entry.get(name) and "issued" not in item:
            item["issued"] = {"raw": str(entry[name])}
    if entry.get("access_date"):
        item["accessed"] = {"raw": str(entry["access_date"])}
    links = [*(entry.get("urls") or []), entry.get("full_text") or ""]
    if links := [link.strip() for link in links if link.strip()]:
        item["URL"] = links[0]
    if item["type"] not in ("article-journal", "article-magazine", "article-newspaper"):
        if item["type"] == "report" and "issue" in item:
            item.setdefault("number", item.pop("issue"))
        elif "issue" in item and "collection-title" in item:
            item["collection-number"] = item.pop("issue")
    item["note"] = " ".join(str(note) for note in entry.get("notes") or [])
    used |= {"start_page", "end_page", "year", "publication_year", "date", "access_date", "urls"}
    used |= {"full_text", "notes", "unknown_tag"}
    item["unused"] = sorted(set(entry) - used) + sorted(entry.get("unknown_tag") or {})
    return item


def ris_name(name: str) -> dict[str, str]:
    """`Family, Given, Suffix`, or a body."""
    parts = [part.strip() for part in str(name).split(",")]
    if len(parts) == 1:
        return {"literal": parts[0]} if parts[0] else {}
    named = dict(zip(("family", "given", "suffix"), parts, strict=False))
    return {part: text for part, text in named.items() if text}


# CSL-JSON ----------------------------------------------------------------------------------------

CSL_TYPES = {
    "journal-article": "article-journal",
    "proceedings-article": "paper-conference",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "chapter",
    "entry": "chapter",
    "entry-dictionary": "chapter",
    "entry-encyclopedia": "chapter",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-set": "book",
    "collection": "book",
    "classic": "book",
    "proceedings": "book",
    "report-component": "report",
    "report-series": "report",
    "standard": "report",
    "pamphlet": "report",
    "dissertation": "thesis",
    "posted-content": "manuscript",
    "article": "manuscript",
    "review": "article-journal",
    "review-book": "article-journal",
    "peer-review": "article-journal",
    "post": "webpage",
    "post-weblog": "webpage",
    "bill": "legislation",
    "regulation": "legislation",
    "treaty": "legislation",
    "document": "misc",
    "broadcast": "motion_picture",
    "component": "misc",
    "other": "misc",
}
CSL_TEXTS = (
    "title",
    "title-short",
    "container-title",
    "collection-title",
    "collection-number",
    "genre",
    "edition",
    "volume",
    "issue",
    "page",
    "number",
    "chapter-number",
    "authority",
    "publisher",
    "publisher-place",
    "ISBN",
    "DOI",
    "URL",
    "note",
)
CSL_NAMES = ("author", "editor", "translator", "container-author")
CSL_SILENT = frozenset({"type", "id", "issued", "accessed", "citation-key", "subtitle"})


def read_csl(text: str, name: str) -> list[Foreign]:
    """All items of a CSL-JSON file: a list, one item, or what Crossref answers.

    Raises UnreadableError when it is not JSON.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{name} is not JSON ({error})") from None
    if isinstance(data, dict):
        inner = data.get("message") or data.get("items") or data
        data = inner.get("items", inner) if isinstance(inner, dict) else inner
    items = data if isinstance(data, list) else [data]
    return [csl_entry(item, f"{name} no. {number}") for number, item in enumerate(items, start=1)]


def csl_entry(item: Any, label: str) -> Foreign:
    """One item with the types of its values put right."""
    if not isinstance(item, dict):
        return Foreign(label, refusal="it is not a group of fields")
    if item.get("id"):
        label += f" ({item['id']})"
    sort = first(item.get("type")).strip()
    clean: Item = {"type": CSL_TYPES.get(sort, sort)}
    for name in CSL_TEXTS:
        if value := first(item.get(name)):
            clean[name] = value
    if (more := first(item.get("subtitle"))) and more not in clean.get("title", ""):
        clean["title"] = f"{clean.get('title', '')}: {more}"
    for name in CSL_NAMES:
        people = item.get(name)
        named = [csl_name(person) for person in people] if isinstance(people, list) else []
        if named := [person for person in named if person]:
            clean[name] = named
    for name in ("issued", "accessed"):
        if item.get(name):
            clean[name] = item[name]
    if "issued" not in clean:
        for name in ("published-print", "published-online", "published", "created"):
            if item.get(name):
                clean["issued"] = item[name]
                break
    if value := first(item.get("article-number")):
        clean.setdefault("number", value)
    known = {*CSL_TEXTS, *CSL_NAMES, *CSL_SILENT, "article-number"}
    clean["unused"] = sorted(str(name) for name in set(item) - known)
    return Foreign(label, clean)


def first(value: Any) -> str:
    """A value as text; of a list, as Crossref gives titles, the first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def csl_name(person: Any) -> dict[str, str]:
    """A name with its particles in the family name, as our records have it."""
    if isinstance(person, str):
        return ris_name(person)
    if not isinstance(person, dict):
        return {}
    body = first(person.get("literal")) or first(person.get("name"))
    if body:
        return {"literal": body}
    particles = ("dropping-particle", "non-dropping-particle", "family")
    family = " ".join(filter(None, (first(person.get(part)) for part in particles)))
    named = {"family": family, "given": first(person.get("given"))}
    named["suffix"] = first(person.get("suffix"))
    return {part: text for part, text in named.items() if text}
