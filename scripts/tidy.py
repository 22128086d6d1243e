"""Values as other formats hold them in, values as our records have them out: texts, names, dates, pages.

Each function is told one value and gives one back; none of them knows of a record.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from field_checks import check_date, latest_year
from pydantic_core import PydanticCustomError
from strict_yaml import CONTROL

# Texts -------------------------------------------------------------------------------------------

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff\ue000-\uf8ff]"
)
SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
SIGNS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"``|,,"), "“"),
    (re.compile(r"''"), "”"),
    (re.compile(r"---"), "—"),
    (re.compile(r"--"), "–"),
    (re.compile(r"`"), "‘"),
    (re.compile(r"\^\{?([0-9n+-]+)\}?"), lambda m: m[1].translate(SUPERSCRIPT)),
    (re.compile(r"\\([&%$#_])"), r"\1"),
    (re.compile(r"[~\\]"), " "),
    (re.compile(r"[{}^]"), ""),
    # Two dollar signs would be read as a formula; as money they are written out.
    (re.compile(r"\$(?=[^$]*\$)(?=\d)"), "USD "),
    (re.compile(r"\$([^$]*)\$"), r"\1"),
)


def unescape(text: str) -> str:
    """A text with entities resolved, `&section=` in an address not being one."""
    return ENTITY.sub(lambda match: html.unescape(match[0]), text)


def plain(text: str) -> str:
    """A text without HTML, LaTeX and unseen characters, on one line."""
    for _ in range(3):
        text = unescape(text)
    text = TAG.sub("", re.sub(r"<(?:br|p|jats:p|/p)\b[^<>]*>", " ", text))
    text = UNSEEN.sub("", CONTROL.sub(" ", text))
    for pattern, put in SIGNS:
        text = pattern.sub(put, text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_shouted(text: str) -> bool:
    """Whether a text of some length is in capitals only."""
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) > 12 and text.upper() == text and text.lower() != text and " " in text


def is_title_case(text: str) -> bool:
    """Whether most of the longer words of a title, after the first, begin with a capital."""
    words = re.findall(r"[^\W\d_]{4,}", text)[1:]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


# Names -------------------------------------------------------------------------------------------

BODY = re.compile(
    r"\b(organi[sz]ation|university|universität|université|universidad|college|department|ministry|"
    r"office|council|foundation|institut\w*|association|trust|nhs|committee|commission|cent(?:re|er)|"
    r"agency|network|society|alliance|government|union|bank|fund|services?|board|federation|programme|"
    r"consortium|collaborative|collaboration|coalition|partnership|authority|forum|hospital|parliament|"
    r"group|team|nations|secretariat|survivors?|executive|academy|project|press|charity|healthwatch)\b",
    re.IGNORECASE,
)
SUFFIX = re.compile(r",?\s+\b(Jr\.?|Sr\.?|II|III|IV)$")
ROLE = re.compile(r"\s*\((?:eds?\.?|editors?|hrsg\.?|author)\)\s*", re.IGNORECASE)


def shown(name: dict[str, str]) -> str:
    """A name as it is written: `Brandsen, Taco`, or a body."""
    person = ", ".join(filter(None, (name.get("family"), name.get("given"), name.get("suffix"))))
    return name.get("literal") or person


def one_name(item: dict[str, str]) -> dict[str, str]:
    """A name with its parts in place: capitals, initials, suffix, bodies; empty if nothing is left."""
    name = {part: ROLE.sub("", plain(text)).strip(" ,;") for part, text in item.items()}
    name = {part: text for part, text in name.items() if text}
    if "literal" in name:
        return split_literal(name["literal"])
    family, given = name.get("family", ""), name.get("given", "")
    if not family:
        return {"literal": given} if given else {}
    if SUFFIX.fullmatch(f" {given}") and " " in family:
        name["suffix"], (given, _, family) = given, family.rpartition(" ")
    whole = f"{given} {family}".strip()
    if not name.get("suffix") and (BODY.search(whole) or (" of " in whole and not given)):
        return {
            "literal": whole
            if re.match(r"\S+$|(?:of|for|and) ", family)
            else shown({"family": family, "given": given})
        }
    if not given and " " not in family:
        return {"literal": family}
    if match := SUFFIX.search(f" {given}") or SUFFIX.search(family):
        name["suffix"] = match[1]
        given, family = SUFFIX.sub("", f" {given}").strip(), SUFFIX.sub("", family)
    if "," in family:
        family, _, rest = family.partition(",")
        given = f"{rest.strip()} {given}".strip()
    parts = {"family": calm(family), "given": initials(given), "suffix": name.get("suffix", "")}
    return {part: text for part, text in parts.items() if text}


def split_literal(text: str) -> dict[str, str]:
    """A body; or the person that somebody wrote as one text, `Smith, J. P.`."""
    match = re.fullmatch(r"([^\W\d_][\w'’ -]*), ((?:[A-Z]\.[ -]?)+)", text)
    if match and not BODY.search(text):
        return {"family": match[1], "given": initials(match[2])}
    return {"literal": text}


def calm(text: str) -> str:
    """A family name that is in capitals only, with the capitals of a name."""
    if len(text) < 3 or text != text.upper() or text == text.lower():
        return text
    text = re.sub(r"[^\W\d_]+", lambda m: m[0][:1] + m[0][1:].lower(), text)
    text = re.sub(r"\b(Mc|O['’])([a-z])", lambda m: m[1] + m[2].upper(), text)
    return re.sub(r"\b(Van|Von|De|Der|Den|La|Le|Du|Di|Da)\b(?= )", lambda m: m[0].lower(), text)


def initials(text: str) -> str:
    """Given names with a full stop and a space after each initial: `SP` and `S.P.` become `S. P.`."""
    text = calm(text) if len(text) > 3 and "." not in text else text
    if re.fullmatch(r"[A-Z]{1,3}", text):
        text = ". ".join(text) + "."
    text = re.sub(r"\b([^\W\d_])\.(?=[^\W\d_])", r"\1. ", text)
    return re.sub(r"\b([A-Z])(?=$|\s)(?!\.)", r"\1.", text)


# Dates, numbers, addresses -----------------------------------------------------------------------

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WITH_DAY = ("webpage", "article-newspaper", "article-magazine", "legal_case", "speech")


def date(value: Any) -> str:
    """A date of any of the formats as `2016`, `2016-05` or `2016-05-31`; empty when there is none."""
    if isinstance(value, dict):
        parts = value.get("date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
            written = [str(part) for part in parts[0] if part is not None]
            return date("-".join(part.zfill(2) for part in written if part.strip("-").isdigit()))
        return date(value.get("raw") or value.get("literal") or "")
    text = re.sub(r"[\[\]?~]", "", plain(str(value or "")))
    text = re.split(r"/\.\.|(?<=\d{4})/(?=\d{4})", text)[0]
    year = re.search(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", text)
    if not year or int(year[0]) > latest_year():
        return ""
    numbers = month_and_day(text)
    if not numbers or not 1 <= numbers[0] <= 12:
        return year[0]
    if len(numbers) > 1 and 1 <= numbers[1] <= 31:
        whole = f"{year[0]}-{numbers[0]:02}-{numbers[1]:02}"
        return whole if is_sound(check_date, whole) else whole[:7]
    return f"{year[0]}-{numbers[0]:02}"


def month_and_day(text: str) -> list[int]:
    """Month and day of `2016-05-31`, `31.5.2016`, `31 May 2016`, `May 31, 2016` or `2016 may`."""
    if match := re.search(r"(?<!\d)\d{4}[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)", text):
        return [int(part) for part in match.groups() if part]
    if match := re.search(r"\b(\d{1,2})[./](\d{1,2})[./]\d{4}", text):
        return [int(match[2]), int(match[1])]
    word = re.search(r"(?i)\b(" + "|".join(MONTHS) + r")[a-z]*\.?", text)
    if not word:
        lone = re.search(r"\d{4} (\d{1,2})\b", text)
        return [int(lone[1])] if lone else []
    month = MONTHS.index(word[1].lower()) + 1
    rest = text[: word.start()] + " " + text[word.end() :]
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", rest)
    return [month, int(day[1])] if day else [month]


def pages(text: str) -> str:
    """Pages with a hyphen, both written in full."""
    text = re.sub(r"(?i)^(?:(?:pp?|pages?)\.?|s\.)\s*(?=\d)", "", plain(text))
    text = re.sub(r"\s*(?:–|—|‐|‑|−|-{1,3})\s*", "-", text).strip(" -.,;+")
    text = re.sub(r"\s*[,;+&]\s*", ", ", text)
    return ", ".join(re.sub(r"^(\w*?)(\d+)-(\d+)$", whole_range, part) for part in text.split(", "))


def whole_range(match: re.Match[str]) -> str:
    """`427-35` is `427-435`."""
    prefix, first, last = match.groups()
    if len(last) < len(first) and not prefix:
        last = first[: len(first) - len(last)] + last
    return f"{prefix}{first}-{last}"


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def edition(text: str) -> str:
    """The number of an edition: `2nd ed.` and `Second edition` are `2`."""
    bare = re.sub(r"(?i)\b(edition|edn?|ed)\b\.?", "", plain(text)).strip(" .,")
    if bare.lower() in ORDINALS:
        return str(ORDINALS.index(bare.lower()) + 1)
    match = re.fullmatch(r"(\d+)\s*(?:st|nd|rd|th)?", bare)
    return match[1] if match else bare


DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\\"“”]+")


def bare_doi(text: str) -> str:
    """The DOI in a text, in small letters, without what stands after it; empty when there is none."""
    match = DOI.search(unescape(re.sub(r"%2[fF]", "/", text)))
    found = match[0].split("?")[0] if match else ""
    found = re.split(r"(?i)/(?:abstract|full|pdf|epdf|summary)$", found)[0]
    while found and (found[-1] in ".,;:" or (found[-1] in ")]>" and not balanced(found))):
        found = found[:-1]
    return found


def plain_address(text: str) -> str:
    """The first address in a text."""
    text = unescape(text).strip().strip("<>")
    if re.match(r"(?i)www\.[\w-]+\.\w", text):
        text = "https://" + text
    match = re.search(r"(?i)https?://[^\s<>\"{}\\]+", text)
    return match[0].rstrip(".,;") if match else text


def balanced(text: str) -> bool:
    """Whether every bracket that closes was opened."""
    return all(text.count(a) >= text.count(b) for a, b in ("()", "[]", "<>"))


def is_sound(check: Callable[[str], str], value: str) -> bool:
    """Whether one of the schema's own checks accepts a value."""
    try:
        check(value)
    except PydanticCustomError:
        return False
    return True


# Keys --------------------------------------------------------------------------------------------

PLAIN_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ŋ": "n",
        "ə": "e",
        "ħ": "h",
    }
)
SMALL_WORDS = {
    "of",
    "for",
    "the",
    "and",
    "in",
    "on",
    "to",
    "a",
    "an",
    "de",
    "la",
    "des",
    "du",
    "der",
}


def ascii_word(text: str) -> str:
    """A text in small ASCII letters and digits, without anything else."""
    text = unicodedata.normalize("NFKD", text.lower().translate(PLAIN_LETTERS))
    return re.sub(r"[^a-z0-9]", "", text)


def key_stem(fields: dict[str, Any]) -> str:
    """The key without its letter: the first name and the year, `brandsen2016`, `scie2013`."""
    names = fields.get("author") or fields.get("editor") or []
    name = names[0] if names else {}
    words = [ascii_word(w) for w in re.split(r"[\s/-]+", name.get("literal", ""))]
    words = [word for word in words if word and word not in SMALL_WORDS]
    body = "".join(words) if len(words) <= 3 else "".join(word[0] for word in words)
    stem = ascii_word(name.get("family", "")) or body
    if not stem and not names:
        stem = "".join(ascii_word(w) for w in str(fields.get("title", "")).split()[:2])
    stem = re.sub(r"^[0-9]+", "", stem)[:24] or "work"
    issued = str(fields.get("issued", ""))
    return stem + (issued[:4] if issued[:4].isdigit() else "")


def free_key(stem: str, taken: set[str]) -> str:
    """The stem, or the stem with the first letter from b on that makes it new."""
    if stem not in taken:
        return stem
    letters = "bcdefghijklmnopqrstuvwxyz"
    glue = "" if stem[-1].isdigit() else "_"
    for letter in letters:
        if f"{stem}{glue}{letter}" not in taken:
            return f"{stem}{glue}{letter}"
    number = next(n for n in range(27, 100000) if f"{stem}_{n}" not in taken)
    return f"{stem}_{number}"
