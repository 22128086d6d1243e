"""The chapter's printed reference list against our records: every difference is a known erratum.

`parse_list` reads the list as it was printed, residue of the web page and all; `compare_list` pairs
each item with the record that bears its number. What is only house style (initials for given names,
capitals, kinds of dash and quotation mark, & for and) is no difference; anything else is a mistake
unless an erratum, put in place of the printed words, gives what the record has.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from problems import Problem
from records import Library
from work_schema import Erratum, Name, Work

ITEM = re.compile(r"\s*(\d+)\.\s+(\S.*)")
RESIDUE = re.compile(r"\s*(?:CrossRef)?\s*(?:Google)?\s*Scholar$|\s*CrossRef$")
LINK = re.compile(r"\s*(Available at\b.*?)\.?$")
PARTS = re.compile(r"(?P<author>.+?) \((?P<issued>\d{4})\)\.\s+(?P<rest>.+)")
JOURNAL = re.compile(
    r"(?P<title>.+[.?!])\s+(?P<container>[^.?!]+?), (?P<volume>\d+)"
    r"(?:\((?P<issue>[^)]+)\))?(?:, (?P<page>[^,]+?))?\."
)
BOOK = re.compile(r"(?P<title>.+[.?!])\s+(?P<place>[^.:]+): (?P<publisher>[^.]+)\.")
# Item 1 has a comma where its title ends: "..., Australian Journal of Public Administration."
RUN_ON = re.compile(
    r"(?P<title>.+), (?P<container>[A-Z]\w+(?: (?:[A-Z]\w+|of|and|in|for|the|&))* [A-Z]\w+)\."
)
AUTHOR = re.compile(r"(?P<family>[^,&]+), (?P<given>(?:\w\.[ -]?)+)(?:, & |, |$)")

# Fields that the list prints, in its order, by their names in a record.
COMPARED = (
    "author",
    "issued",
    "title",
    "container-title",
    "volume",
    "issue",
    "page",
    "number",
    "publisher",
    "publisher-place",
    "URL",
)


@dataclass(frozen=True)
class Item:
    """One item of the printed list: its number, its line, and its fields as printed."""

    number: int
    line: int
    fields: dict[str, str]


def parse_list(text: str, file: str) -> tuple[list[Item], list[Problem]]:
    """Read the printed list, one item a line."""
    items: list[Item] = []
    problems: list[Problem] = []
    for line, printed in enumerate(text.splitlines(), 1):
        item = parse_item(printed, line) if printed.strip() else None
        if item and item.number == len(items) + 1:
            items.append(item)
        elif printed.strip():
            message, fix = "is not the next item of the list", "restore the list as printed"
            problems.append(Problem(file, line, "", message, fix))
    return items, problems


def parse_item(printed: str, line: int) -> Item | None:
    """Split one printed item into fields; None when it cannot be read."""
    numbered = ITEM.fullmatch(printed.rstrip())
    if not numbered:
        return None
    text = RESIDUE.sub("", numbered[2])
    link = LINK.search(text)
    parts = PARTS.fullmatch(text[: link.start()] if link else text)
    publication = parse_publication(parts["rest"]) if parts else None
    if not parts or publication is None:
        return None
    fields = {"author": end_of_body(parts["author"]), "issued": parts["issued"], **publication}
    return Item(int(numbered[1]), line, fields | ({"URL": link[1]} if link else {}))


def end_of_body(author: str) -> str:
    """Return printed authors without the full stop after a body's name."""
    return author.rstrip(".") if split_authors(author)[-1].literal else author


PRINTED_NAMES = {"container": "container-title", "place": "publisher-place"}


def parse_publication(rest: str) -> dict[str, str] | None:
    """Split what follows the year: an article, a book or report, or a title that runs on."""
    for form in (JOURNAL, BOOK, RUN_ON):
        match = form.fullmatch(rest)
        if match:
            found = {name: text for name, text in match.groupdict().items() if text}
            found["title"] = found["title"].removesuffix(".")
            return {PRINTED_NAMES.get(name, name): text for name, text in found.items()}
    return None


def split_authors(printed: str) -> list[Name]:
    """Return the names of a printed list of authors: people, and then what bodies there are."""
    names, end = [], 0
    for match in AUTHOR.finditer(printed):
        if match.start() != end:
            break
        names.append(Name(family=match["family"], given=match["given"].strip()))
        end = match.end()
    bodies = printed[end:].split(", & ") if end < len(printed) else []
    return names + [Name(literal=body) for body in bodies]


def compare_list(items: list[Item], library: Library, file: str) -> list[Problem]:
    """Pair items with records; return every difference that no erratum explains, and the rest."""
    by_number = {work.custom.chapter_list: work for work in library.works.values()}
    paired = by_number.keys() | claimed_numbers(library)
    unreadable = any(document.data is None for document in library.unsound)
    problems = [
        Problem(file, item.line, "", f"item {item.number} has no record", fix_pairing(item))
        for item in items
        if item.number not in paired and not unreadable
    ]
    for item in items:
        if item.number in by_number:
            problems += compare_item(item, by_number[item.number], library)
    for work in library.works.values():
        problems += check_number(work, len(items), library)
    return problems


def claimed_numbers(library: Library) -> set[object]:
    """Return the numbers in records that are not sound, whose mistakes are reported already."""
    customs = [(document.data or {}).get("custom") for document in library.unsound]
    return {custom.get("chapter-list") for custom in customs if isinstance(custom, dict)}


def fix_pairing(item: Item) -> str:
    """Say how an item gets its record."""
    return f"give its record in bib/works `custom: chapter-list: {item.number}`"


def check_number(work: Work, last: int, library: Library) -> list[Problem]:
    """Report a number that the list has not, and errata of a work outside the list."""
    number, errata = work.custom.chapter_list, work.custom.errata
    if number is not None and number > last:
        route = ("custom", "chapter-list")
        return [library.problem(work, route, f"the list has no item {number}", "mend the number")]
    if number is None and errata:
        message, fix = "has errata but is not in the printed list", "take them away"
        return [library.problem(work, ("custom", "errata"), message, fix)]
    return []


def compare_item(item: Item, work: Work, library: Library) -> list[Problem]:
    """Compare all printed fields of an item with its record."""
    problems = []
    for field in COMPARED:
        errata = {n: e for n, e in enumerate(work.custom.errata) if e.field == field}
        problems += compare_field(item, work, field, errata, library)
    for n, erratum in enumerate(work.custom.errata):
        if erratum.field not in COMPARED:
            fix = f"the list prints only {', '.join(COMPARED)}"
            problems.append(useless(work, n, f"is about `{erratum.field}`", fix, library))
    return problems


def compare_field(
    item: Item, work: Work, field: str, errata: dict[int, Erratum], library: Library
) -> list[Problem]:
    """Compare one field: errata applied, print and record must agree, and none may be idle."""
    printed, recorded = item.fields.get(field), recorded_text(work, field)
    problems = []
    for n, erratum in errata.items():
        if not found_in(printed, erratum):
            message = f"quotes what item {item.number} does not print ({show(erratum.printed)})"
            problems.append(useless(work, n, message, f"it prints {show(printed)}", library))
        elif agree(field, apply(printed, errata, without=n), recorded):
            message = "explains nothing: print and record agree without it"
            problems.append(useless(work, n, message, "take it away", library))
    corrected = apply(printed, errata)
    if not problems and not agree(field, corrected, recorded):
        message = f"item {item.number} prints {show(corrected)}, the record has {show(recorded)}"
        fix = "mend the record, or add an erratum that says what is right and how it is known"
        problems.append(library.problem(work, (field,), message, fix))
    return problems


def useless(work: Work, n: int, message: str, fix: str, library: Library) -> Problem:
    """Return the mistake of an erratum that does no work."""
    return library.problem(work, ("custom", "errata", n), message, fix)


def show(text: str | None) -> str:
    """Return a value for a message."""
    return "nothing" if text is None else f'"{text}"'


def recorded_text(work: Work, field: str) -> str | None:
    """Return a field of the record in the form in which the list prints it."""
    if field == "author":
        return join_names(work.author or [])
    if field == "URL":
        return f"https://doi.org/{work.doi}" if work.doi else work.url
    value = work.fields.get(field)
    return None if value is None else str(value)


def join_names(names: list[Name]) -> str:
    """Return names as the list prints them, `Boyle, D., & Harris, M.`."""
    texts = [name.literal or f"{name.family}, {initials(name.given or '')}" for name in names]
    return ", & ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def initials(given: str) -> str:
    """Return the initials of given names: `Ja-Shen` is `J.-S.`."""
    parts = re.findall(r"[\s-]|[^\s.-]+", unicodedata.normalize("NFC", given).strip())
    return "".join(part if part in " -" else f"{part[0]}." for part in parts)


def found_in(printed: str | None, erratum: Erratum) -> bool:
    """Say whether the words an erratum is about are really in print."""
    if erratum.printed is None or printed is None:
        return erratum.printed is printed is None
    return plain_signs(erratum.printed) in plain_signs(printed)


def apply(
    printed: str | None, errata: dict[int, Erratum], without: int | None = None
) -> str | None:
    """Return the printed text with the errata (but for one) put in place."""
    text = printed
    for n, erratum in errata.items():
        if n == without or not found_in(text, erratum):
            continue
        if text is None or erratum.printed is None or erratum.correct is None:
            text = erratum.correct
        else:
            old, new = plain_signs(erratum.printed), plain_signs(erratum.correct)
            text = plain_signs(text).replace(old, new)
    return text


def agree(field: str, printed: str | None, recorded: str | None) -> bool:
    """Say whether print and record mean the same, house style apart."""
    if field == "URL" and printed is None:
        return True  # the list prints addresses for some items only, and has lost all of them
    if printed is None or recorded is None:
        return printed is recorded is None
    if field == "author":
        return same_authors(split_authors(printed), split_authors(recorded))
    return fold(printed) == fold(recorded)


def same_authors(printed: list[Name], recorded: list[Name]) -> bool:
    """Say whether two lists name the same people in the same order."""
    return len(printed) == len(recorded) and all(map(same_name, printed, recorded))


def same_name(printed: Name, recorded: Name) -> bool:
    """Say whether two names are one: the list may leave out middle initials."""
    if printed.literal or recorded.literal:
        return fold(printed.literal or "") == fold(recorded.literal or "")
    shorter, longer = (re.findall(r"\w", name.given or "") for name in (printed, recorded))
    same_family = fold(printed.family or "") == fold(recorded.family or "")
    return same_family and longer[: len(shorter)] == shorter


SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "‑": "-", "\xa0": " "})


def plain_signs(text: str) -> str:
    """Return a text with typewriter quotation marks and hyphens."""
    return unicodedata.normalize("NFC", text).translate(SIGNS)


def fold(text: str) -> str:
    """Return a text without what is only house style: capitals, signs, & and the last stop."""
    plain = plain_signs(text).casefold().replace("&", "and")
    parted = re.sub(r"\s*—\s*|\s+-+\s+", ": ", plain)
    return re.sub(r"\s+", " ", parted).strip().rstrip(".")
