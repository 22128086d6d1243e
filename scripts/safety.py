"""What Markdown, front matter and files beside them may hold, so that nothing on a page runs or fetches.

Two walls. The first reads the source and refuses, with the line, whatever could run or load something:
elements, attributes, addresses, templates, files. The second is nh3 (the HTML5 parser and sanitiser that
Firefox and crates.io rely on, in a wheel): it cleans the HTML that Markdown made, by an allow-list, and the
build stops if that took anything away. What the first overlooks, because Markdown reads a text otherwise
than it does, the second finds in the very HTML that a browser would get.
"""

from __future__ import annotations

import functools
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nh3
from content import SourcePage
from problems import Problem
from strict_yaml import Route

# Addresses that a link may have besides relative ones.
SCHEMES = frozenset({"http", "https", "mailto"})

# The second wall: what the HTML of a page may hold. Tables and drawings come from our own templates,
# which may also set data-…: by hand only data-literal can be written.
EVERYWHERE = frozenset({"class", "id", "lang", "role", "title", "tabindex"})
TAGS: dict[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "a": "href download rel hreflang",
        "abbr": "",
        "b": "",
        "blockquote": "cite",
        "br": "",
        "caption": "",
        "cite": "",
        "code": "",
        "dd": "",
        "del": "",
        "details": "open",
        "dfn": "",
        "div": "",
        "dl": "",
        "dt": "",
        "em": "",
        "figcaption": "",
        "figure": "",
        "h2": "",
        "h3": "",
        "h4": "",
        "hr": "",
        "i": "",
        "img": "src alt width height loading decoding",
        "ins": "",
        "kbd": "",
        "li": "value",
        "mark": "",
        "nav": "",
        "ol": "start reversed type",
        "p": "",
        "pre": "",
        "q": "",
        "s": "",
        "section": "",
        "small": "",
        "span": "",
        "strong": "",
        "sub": "",
        "summary": "",
        "sup": "",
        "table": "",
        "tbody": "",
        "td": "colspan rowspan headers",
        "tfoot": "",
        "th": "scope colspan rowspan headers abbr",
        "thead": "",
        "time": "datetime",
        "tr": "",
        "u": "",
        "ul": "",
        "var": "",
    }.items()
}
DRAWN = (
    "class fill fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray "
    "transform opacity x y x1 y1 x2 y2 cx cy r rx ry d points width height viewBox focusable "
    "preserveAspectRatio text-anchor font-size dominant-baseline maskUnits mask clip-path"
)
SHAPES = ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
SVG = {tag: frozenset(DRAWN.split()) for tag in (*SHAPES, "tspan")}
ALLOWED = {
    tag: TAGS.get(tag, frozenset()) | SVG.get(tag, frozenset()) for tag in sorted({*TAGS, *SVG})
}

NH3_TAGS = set(ALLOWED)
NH3_ATTRIBUTES = {tag: set(EVERYWHERE | names) for tag, names in ALLOWED.items()}

# The first wall: the few elements and attributes that a contributor may write by hand.
BY_HAND = frozenset({"div", "figure", "figcaption", "a", "code", "br", "sup", "sub"})
ATTRIBUTES = re.compile(
    r"class|id|lang|title|role|markdown|href|download|scope|colspan|rowspan|start|width|height|"
    r"data-literal|aria-[a-z]+"
)
# Attribute lists in braces set no address: the link itself says where it leads.
IN_BRACES = re.compile(r"class|id|lang|title|role|start|width|height|data-literal|aria-[a-z]+")


# The second wall ---------------------------------------------------------------------------------


def keep_local(tag: str, name: str, value: str) -> str | None:
    """Pictures come from the site itself; all other values stay as they are."""
    return None if name == "src" and is_foreign(value) else value


# Remembered, as `serve` asks again after each edit, for pages that have not changed.
@functools.lru_cache(maxsize=1000)
def clean(text: str) -> str:
    """The HTML of a page with only what is allowed in it."""
    return nh3.clean(
        text,
        tags=NH3_TAGS,
        attributes=NH3_ATTRIBUTES,
        # Asked in Python for each attribute, which takes longer than all the rest.
        attribute_filter=keep_local if "<img" in text else None,
        generic_attribute_prefixes={"aria-", "data-"},
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


class Tokens(HTMLParser):
    """Counts the elements and attributes of some HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, str, str]] = Counter()
        try:
            self.feed(text)
            self.close()
        except AssertionError:  # so this parser says that a marked section is none
            self.handle_decl("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element and each of its attributes."""
        self.seen[tag, "", ""] += 1
        for name, value in attrs:
            self.seen[tag, name, value or ""] += 1

    def handle_pi(self, data: str) -> None:
        """Count what looks like a processing instruction."""
        self.seen["?", "", ""] += 1

    def handle_comment(self, data: str) -> None:
        """Count a comment: browsers do not agree with every parser on where one ends."""
        self.seen["!--", "", ""] += 1

    def handle_decl(self, decl: str) -> None:
        """Count a declaration."""
        self.seen["!", "", ""] += 1


# What the sanitiser spells in its own way, and our templates in theirs. No name or value of anything is in it.
SPELT = re.compile(rf"""=""|"|&#34;|&quot;|'|&#39;| ?/?>|</(?:{"|".join(SVG)})(?=>)""")


@functools.lru_cache(maxsize=1000)
def taken_out(before: str, after: str) -> list[tuple[str, str, str]]:
    """Elements and attributes that the sanitiser took out: element, attribute, value."""
    if SPELT.sub("", before) == SPELT.sub("", after):
        return []
    lost = Tokens(before).seen - Tokens(after).seen
    gone = {tag for tag, name, _ in lost if not name}
    return sorted(item for item in lost if not item[1] or item[0] not in gone)


def rendered_problems(page: SourcePage, before: str, after: str) -> list[Problem]:
    """What was in a page's HTML that may not be there, with the line that it probably comes from."""
    fix = "write it in Markdown; nothing on a page may run, load or change how the site looks"
    problems = []
    for tag, name, value in taken_out(before, after):
        shown = f"<{tag} {name}={value[:40]!r}>" if name else f"<{tag}>"
        line = line_with(page, [value, name, f"<{tag}", tag])
        problems.append(Problem(f"docs/{page.src}", line, "HTML", f"{shown} is not allowed", fix))
    return problems


def line_with(page: SourcePage, needles: Iterable[str]) -> int:
    """The first line of a page's text that holds the first of some texts that is there at all."""
    lines = page.body.splitlines()
    for needle in filter(None, needles):
        for number, line in enumerate(lines, start=page.body_line):
            if needle.lower() in html.unescape(line).lower():
                return number
    return page.body_line


# Addresses ---------------------------------------------------------------------------------------

INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")


def scheme(address: str) -> str:
    """The scheme of an address as a browser sees it: entities resolved, hidden characters ignored."""
    bare = INVISIBLE.sub("", html.unescape(address)).replace("\\", "/")
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return match[1].lower() if match else ""


def is_foreign(address: str) -> bool:
    """Whether an address leads out of the site."""
    bare = INVISIBLE.sub("", html.unescape(address)).replace("\\", "/")
    return bool(scheme(address)) or bare.startswith("//")


# The first wall: Markdown ------------------------------------------------------------------------

FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})([^`\n]*)$")
CODE = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
OPENING = re.compile(r"<(?=[A-Za-z/!?])")
TAG = re.compile(r"""<(/?)([A-Za-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>?""")
AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]+>|<[\w.+-]+@[\w.-]+>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
MARKER = re.compile(r"<!-- (table|figure|picture): [a-z0-9 _-]+ -->")
BRACES = re.compile(r"\{:?([^{}\n]*=[^{}\n]*)\}")
LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)>]*)")
REFERENCE = re.compile(r"^ {0,3}\[(?!\^)([^\]\n]+)\]:\s*<?(\S+)", re.MULTILINE)
BY_REFERENCE = re.compile(r"!\[([^\]]*)\](?:\s?\[([^\]]*)\])?(?!\()")


def without_code(text: str) -> str:
    """A text in which code is blank, every other character in its place."""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        opening = FENCE.match(lines[place])
        end = closing(lines, place, opening) if opening else 0
        if end:
            lines[place + 1 : end] = [" " * len(line) for line in lines[place + 1 : end]]
        place = max(end, place) + 1
    return CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), "\n".join(lines))


def closing(lines: list[str], start: int, opening: re.Match[str]) -> int:
    """The line that closes a fence; 0 if none does, and then it is no fence."""
    sign, length = opening[2][0], len(opening[2])
    for place in range(start + 1, len(lines)):
        line = lines[place]
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if bare and set(bare) == {sign} and len(bare) >= length and indent == len(opening[1]):
            return place
    return 0


def source_problems(page: SourcePage) -> list[Problem]:
    """Everything in a page's Markdown and front matter that could run, load or restyle something."""
    text = without_code(page.body)
    found = [*tag_problems(text), *brace_problems(text), *address_problems(text)]
    problems = [
        Problem(f"docs/{page.src}", page.body_line + text[:place].count("\n"), field, what, fix)
        for place, field, what, fix in found
    ]
    return problems + front_problems(page)


Found = tuple[int, str, str, str]


def tag_problems(text: str) -> Iterator[Found]:
    """Raw HTML beyond what may be written by hand."""
    fix = "write it in Markdown; styles and scripts have their own files"
    for opening in OPENING.finditer(text):
        place = opening.start()
        if AUTOLINK.match(text, place) or MARKER.match(text, place):
            continue
        if text.startswith("<!--", place):
            yield place, "HTML", "a comment would be published", "take it out"
            continue
        tag = TAG.match(text, place)
        if not tag:
            shown = text[place : place + 20].split("\n")[0]
            yield place, "HTML", f"{shown} is not allowed", "take it out, or write &lt; for <"
            continue
        names = [(m[1].lower(), (m[2] or "").strip("\"'")) for m in ATTRIBUTE.finditer(tag[3])]
        bad = [name for name, _ in names if not ATTRIBUTES.fullmatch(name)]
        bad += [f"{n}={v}" for n, v in names if n == "href" and not may_link(v)]
        if tag[2].lower() not in BY_HAND or bad:
            shown = " ".join(tag[0].split())[:60]
            yield place, "HTML", f"{shown} is not allowed", fix


def may_link(address: str) -> bool:
    """Whether a link may have this address."""
    return scheme(address) in SCHEMES | {""}


def brace_problems(text: str) -> Iterator[Found]:
    """Attribute lists that set more than names, classes and descriptions."""
    for match in BRACES.finditer(text):
        names = [m[1].lower() for m in ATTRIBUTE.finditer(match[1]) if m[2] is not None]
        bad = [name for name in names if not IN_BRACES.fullmatch(name.lstrip(":"))]
        if bad:
            what = f"{', '.join(bad)} cannot be set"
            yield match.start(), "attributes", what, "take the attribute out"


def address_problems(text: str) -> Iterator[Found]:
    """Links that run something, and pictures from elsewhere."""
    for match in LINK.finditer(text):
        address = match[2].split(' "')[0].strip()
        yield from address_faults(match.start(), address, bool(match[1]))
    named = {match[1].lower(): match[2] for match in REFERENCE.finditer(text)}
    for match in REFERENCE.finditer(text):
        yield from address_faults(match.start(), match[2], False)
    for match in BY_REFERENCE.finditer(text):
        yield from address_faults(
            match.start(), named.get((match[2] or match[1]).lower(), ""), True
        )


def address_faults(place: int, address: str, picture: bool) -> Iterator[Found]:
    """What is wrong with the address of a link or a picture."""
    if not may_link(address):
        fix = "link to https://…, to mailto:… or to a page of this site"
        yield place, "link", f"{address[:60]} is not allowed", fix
    elif picture and is_foreign(address):
        fix = "put the picture's file beside the page: the site fetches nothing from elsewhere"
        yield place, "picture", f"{address[:60]} is on another site", fix


# The first wall: front matter --------------------------------------------------------------------

MARKUP = re.compile(r"<(?=[A-Za-z/!?])[^>]{0,40}>?")
RUNS = re.compile(r"(?:java|vb|live)script:|data:text|on\w+\s*=\s*[\"']", re.IGNORECASE)
# A cell that begins so is run by a spreadsheet that opens our tables as CSV.
FORMULA = re.compile(r"[=@\t\r]|[+-](?=\D*\()")


def front_problems(page: SourcePage) -> list[Problem]:
    """HTML, code and formulas in front matter; content.py sees to its fields and its template."""
    problems = []
    for route, text in texts(page.meta, ()):
        bare = INVISIBLE.sub("", html.unescape(text))
        if match := MARKUP.search(text) or MARKUP.search(html.unescape(text)):
            fix = "write plain text; write “less than” for <"
            problems.append(page.problem(route, f"{match[0][:40]} is HTML", fix))
        elif match := RUNS.search(bare):
            problems.append(page.problem(route, f"{match[0]} would run", "take it out"))
        elif FORMULA.match(text):
            message = f"{text[:20]} begins as a spreadsheet’s formula does"
            problems.append(page.problem(route, message, "begin with a word"))
    return problems


def texts(value: Any, route: Route) -> Iterator[tuple[Route, str]]:
    """Every text of some front matter, names of fields too, with the way to it."""
    if isinstance(value, str):
        yield route, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(name, route) if isinstance(name, str) else ()
            yield from texts(item, (*route, str(name)))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from texts(item, (*route, place))


# Files -------------------------------------------------------------------------------------------

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
# What may lie in docs/, and what only in docs/assets/, where changes are read as code.
TYPES = frozenset({".md", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".pdf"})
ASSETS = frozenset({".css", ".js", ".txt", ".svg", ".png", ".woff2"})
SINGLE = frozenset({"permalinks.yml"})


def file_problems(docs: Path) -> list[Problem]:
    """Files below docs/ of a kind that is not published, with odd names, or drawings that run."""
    problems = []
    for path in sorted(docs.rglob("*")):
        name = path.relative_to(docs).as_posix()
        file = f"docs/{name}"
        if path.is_symlink():
            problems.append(Problem(file, 1, "file", "is a link to another file", "copy the file"))
        elif not NAME.fullmatch(path.name):
            fix = "use letters without accents, digits, - and _"
            problems.append(Problem(file, 1, "file", "has a name that makes trouble", fix))
        elif path.is_file() and path.suffix == ".svg":
            problems += svg_problems(file, path.read_bytes())
        elif path.is_file() and not may_lie(name, path.suffix):
            fix = f"pages are .md files; beside them lie {', '.join(sorted(TYPES - {'.md'}))}"
            problems.append(Problem(file, 1, "file", "is of a type that is not published", fix))
    return problems


def may_lie(name: str, suffix: str) -> bool:
    """Whether a file of this type may lie there."""
    return suffix in TYPES or name in SINGLE or (name.startswith("assets/") and suffix in ASSETS)


SCRIPTS = ("javascript", "vbscript", "data")
DRAWING = frozenset(
    {*SVG, "defs", "mask", "clipPath", "linearGradient", "radialGradient", "stop", "use", "style"}
    | {"symbol", "marker", "pattern", "title", "desc"}
)


def svg_problems(file: str, raw: bytes) -> list[Problem]:
    """Whatever in a drawing could run or load something."""
    fix = "export it as plain SVG: shapes and text only"
    for sign in (b"<!DOCTYPE", b"<!ENTITY", b"<?xml-stylesheet", b"<![CDATA["):
        if sign.lower() in raw.lower():
            line = raw[: raw.lower().index(sign.lower())].count(b"\n") + 1
            return [Problem(file, line, "SVG", f"{sign.decode()} is not allowed", fix)]
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        return [Problem(file, line, "SVG", f"cannot be read ({error})", fix)]
    problems = []
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        for what in element_faults(element, name):
            line = line_in(raw, what, name)
            problems.append(Problem(file, line, "SVG", f"{what} is not allowed", fix))
    return problems


def element_faults(element: ElementTree.Element, name: str) -> Iterator[str]:
    """What is wrong with one element of a drawing."""
    if name not in DRAWING:
        yield f"<{name}>"
    for attribute, value in element.attrib.items():
        short = attribute.rpartition("}")[2].lower()
        if short.startswith("on") or short == "style":
            yield short
        leads = short in ("href", "src", "from", "to", "values") and not value.startswith("#")
        if leads or re.search(r"url\(\s*[\"']?(?!#)", value) or scheme(value) in SCRIPTS:
            yield f"{short}={value[:40]}"
    if name == "style" and re.search(r"url\(|@import|expression|\\|<", element.text or "", re.I):
        yield "a style that loads something"


def line_in(raw: bytes, what: str, name: str) -> int:
    """The line of a drawing in which something stands."""
    text = raw.decode("utf-8", "replace")
    for needle in (what.partition("=")[2], what.partition("=")[0].strip("<>"), f"<{name}"):
        if needle and needle in text:
            return text[: text.index(needle)].count("\n") + 1
    return 1
