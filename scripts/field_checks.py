"""Checks of single fields of a record: a value in, the same value out, or what is wrong raised."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

NO_DATE = "n.d."
EARLIEST_YEAR = 1500
# Places that hold uploads by readers, or copies, of what others published: evidence, never a link.
UNLINKED_HOSTS = frozenset(
    {
        "123dok.org",
        "5dok.org",
        "abcdocz.com",
        "academia.edu",
        "cloudfront.net",
        "cupdf.com",
        "distantreader.org",
        "docplayer.net",
        "docslib.org",
        "documents.pub",
        "dokumen.pub",
        "dokumen.site",
        "dokumen.tips",
        "ebin.pub",
        "fdocuments.net",
        "fdocuments.us",
        "idoc.pub",
        "issuu.com",
        "lithgow-schmidt.dk",
        "paperexplained.cn",
        "paperzz.com",
        "pdfcoffee.com",
        "pdffox.com",
        "pdfslide.us",
        "pubmedcentralcanada.ca",
        "readkong.com",
        "researchgate.net",
        "sci-hub.se",
        "sciencegate.app",
        "scribd.com",
        "slideshare.net",
        "studylib.net",
        "vdoc.pub",
        "vdocuments.mx",
        "vdocuments.us",
        "zhixidata.com",
    }
)

ET_AL = re.compile(r"\bet\.?\s+al\b|^(?:and )?others$", re.IGNORECASE)
PAGE = r"[A-Za-z]{0,3}\d+[A-Za-z]?|[ivxlc]+"
PAGES = re.compile(rf"(?:{PAGE})(?:-(?:{PAGE}))?(?:, (?:{PAGE})(?:-(?:{PAGE}))?)*")


def wrong(message: str, fix: str) -> PydanticCustomError:
    """Return an error that carries what is wrong and how to mend it."""
    return PydanticCustomError("record", "{message}", {"message": message, "fix": fix})


def number_or_text(value: object) -> object:
    """Read `76` and `"76"` alike as text; other numbers (1.10, 1e5) would lose digits."""
    if isinstance(value, (bool, float)):
        raise wrong("is not text or a whole number", 'put it in quotes, as in "1.10"')
    return str(value) if isinstance(value, int) else value


def latest_year() -> int:
    """Return the last year a work may have: next year (a clock set far back does not count)."""
    return max(date.today().year, 2026) + 1


def check_issued(value: str) -> str:
    """Accept what `check_date` accepts, or the words for a work that shows no date."""
    return value if value == NO_DATE else check_date(value)


def check_date(value: str) -> str:
    """Accept a year or an ISO date in a possible year."""
    match = re.fullmatch(r"(\d{4})(-\d{2})?(-\d{2})?", value)
    if not match:
        raise wrong(f'"{value}" is not a year or a date', "write 2016, 2016-05 or 2016-05-31")
    if not EARLIEST_YEAR <= int(match[1]) <= latest_year():
        raise wrong(
            f"year {match[1]} is out of range", f"a year from {EARLIEST_YEAR} to {latest_year()}"
        )
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        raise wrong(f"{value} is not in the calendar", "write year-month-day") from None
    return value


def check_page(value: str) -> str:
    """Accept pages and page ranges that do not run backwards."""
    if not PAGES.fullmatch(value):
        raise wrong(
            f'"{value}" is not a page or a range',
            "write 427-435; an article number goes in `number`",
        )
    for part in value.split(", "):
        first, _, last = part.partition("-")
        if last and runs_backwards(first, last):
            raise wrong(
                f"page range {part} runs backwards", "write both pages in full, the first one first"
            )
    return value


def runs_backwards(first: str, last: str) -> bool:
    """Say whether a range ends before it starts (Roman numerals are not judged)."""
    numbers = [re.search(r"\d+", page) for page in (first, last)]
    if None in numbers:
        return False
    low, high = (int(number[0]) for number in numbers if number)
    return high < low


def check_doi(value: str) -> str:
    """Accept a bare DOI."""
    if not re.fullmatch(r"10\.\d{4,9}/[^\s{}\\]+", value):
        raise wrong(f'"{value}" is not a DOI', "write it as 10.1111/puar.12465")
    return value


def check_url(value: str) -> str:
    """Accept an http(s) address of a host we may link to."""
    try:
        parts = urlsplit(value)
    except ValueError:
        raise wrong(
            f'"{value}" is not a web address', "copy it from the browser's address bar"
        ) from None
    if parts.scheme not in ("http", "https"):
        raise wrong(f'"{value}" is not a web address', "start it with https://")
    if not parts.hostname or "." not in parts.hostname or re.search(r"[\s<>{}\"\\]", value):
        raise wrong(
            f'"{value}" is not a whole web address', "copy it from the browser's address bar"
        )
    host = parts.hostname.removeprefix("www.")
    if any(host == name or host.endswith("." + name) for name in UNLINKED_HOSTS):
        raise wrong(
            f"{parts.hostname} holds copies and uploads",
            "link the publisher, a repository or nothing",
        )
    return value


def check_isbn(value: str) -> str:
    """Accept an ISBN of 10 or 13 digits whose check digit is right."""
    digits = value.replace("-", "").replace(" ", "").upper()
    if not re.fullmatch(r"\d{9}[\dX]|\d{13}", digits) or not isbn_adds_up(digits):
        raise wrong(
            f'"{value}" is not an ISBN', "compare it with the book; one digit is wrong or missing"
        )
    return value


def isbn_adds_up(digits: str) -> bool:
    """Say whether the check digit of an ISBN fits the others."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 10:
        return sum((10 - place) * value for place, value in enumerate(values)) % 11 == 0
    return sum(value * (3 if place % 2 else 1) for place, value in enumerate(values)) % 10 == 0


def check_one_line(value: str) -> str:
    """Accept a text without line breaks."""
    if "\n" in value:
        raise wrong("has a line break", "write it on one line")
    return value


def check_unique(values: list[str]) -> list[str]:
    """Accept a list in which nothing stands twice."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise wrong(f"names {', '.join(twice)} twice", "keep one")
    return values


def check_id(value: str) -> str:
    """Accept an id that works as a citation key, an address and a file name everywhere."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", value):
        fix = "small letters and digits, as in brandsen2016; no capitals, dots, colons or accents"
        raise wrong(f'"{value}" cannot be an id', fix)
    return value
