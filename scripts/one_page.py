"""The whole site on one page, to print: the built pages one after another, their ids and links made to fit.

Each page's ids get the page's name in front; a link to a page or heading of the site leads to its place on this page;
headings go down one level. What only a screen can use, and lists that would stand there many times, are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import permalinks
from tables import SiteData

FILE = "all/index.html"
# Pages that say nothing on paper, this one itself among them.
NOT_HERE = ("all.md", "search.md")

PLACE = re.compile(r'<p class="whole-site__missing">.*?</p>', re.DOTALL)
TAG = re.compile(r"""<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>""", re.DOTALL)
ATTRIBUTE = re.compile(r'(?<=\s)([\w:-]+)="([^"]*)"')
LABEL = re.compile(r'\saria-label(?:ledby)?="[^"]*"')
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Left out with all that is in them: by tag, by class, by id.
TAGS = {"nav", "form", "script", "template", "noscript", "button", "input", "select", "textarea"}
CLASSES = {
    *("js-only", "sp-js", "sp-nojs", "sp-paper", "cite"),
    *(
        "home-lead__kicker",
        "crumbs",
        "times",
        "outcomes",
        "pager",
        "page-date",
        "page-print",
        "print-only",
    ),
    *("references", "back-links", "cited", "export", "works-index"),
}
IDS = {"references"}
# Attributes that name an id, or several.
NAMES_IDS = {"id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list"}
ID_IN_URL = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class BuiltPage:
    """A page of the site: its address (`cases/octet/`), its title, and the HTML that was built."""

    url: str
    title: str
    html: str

    @property
    def name(self) -> str:
        """What stands before its ids on the one page."""
        return self.url.strip("/").replace("/", "-") or "home"


def article(html: str) -> str:
    """What stands between the tags of a page's article; articles inside it included."""
    start = re.search(r'<article class="md-content__inner[^>]*>', html)
    if not start:
        return ""
    depth = 1
    for match in re.compile(r"<(/?)article\b").finditer(html, start.end()):
        depth += -1 if match.group(1) else 1
        if depth == 0:
            return html[start.end() : match.start()]
    return html[start.end() :]


def attributes_of(text: str) -> dict[str, str]:
    """A tag's attributes; those without a value are not needed here."""
    return dict(ATTRIBUTE.findall(text))


def is_left_out(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element has no place on paper."""
    return (
        tag in TAGS
        or not CLASSES.isdisjoint(attributes.get("class", "").split())
        or attributes.get("id") in IDS
    )


def rewritten(html: str, change: Callable[[str, str], str | None]) -> str:
    """HTML without what is left out, whose headings went down, and whose attributes went through `change`."""
    out: list[str] = []
    at = 0
    skipped, depth = "", 0

    def attribute(match: re.Match[str]) -> str:
        value = change(match.group(1), match.group(2))
        return match.group(0) if value is None else f'{match.group(1)}="{value}"'

    for match in TAG.finditer(html):
        if not skipped:
            out.append(html[at : match.start()])
        at = match.end()
        close, tag, rest = match.group(1), (match.group(2) or "").lower(), match.group(3) or ""
        if not tag:
            continue
        if skipped:
            if tag == skipped:
                depth += -1 if close else 1
            if depth == 0:
                skipped = ""
            continue
        if not close and is_left_out(tag, attributes_of(rest)):
            if tag not in VOID:
                skipped, depth = tag, 1
            continue
        if tag == "section":  # on its own page a landmark; here there would be two hundred
            rest = LABEL.sub("", rest)
        name = f"h{int(tag[1]) + 1}" if re.fullmatch("h[1-5]", tag) else match.group(2)
        out.append(f"<{close}{name}{ATTRIBUTE.sub(attribute, rest)}>")
    out.append("" if skipped else html[at:])
    return "".join(out)


def with_prefix(name: str, attribute: str, value: str) -> str | None:
    """An attribute that names ids of its page, with the page's name before each; None for any other."""
    if attribute in NAMES_IDS:
        return " ".join(f"{name}--{one}" for one in value.split())
    if "url(#" in value:
        return ID_IN_URL.sub(rf"url(#{name}--\1)", value)
    return None


def target(
    page: BuiltPage, link: str, names: dict[str, str], address: str, works: Mapping[str, str]
) -> str | None:
    """Where a link of a page leads on the one page; None when it may stay as it is."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", link):
        return None
    path, _, fragment = link.partition("#")
    if works.get(fragment) in names:
        return f"#{names[works[fragment]]}--{fragment}"
    url = page.url if not path else posixpath.normpath(posixpath.join("/", page.url, path))[1:]
    url += "/" if path and url and not posixpath.splitext(url)[1] else ""
    if url in names:
        return f"#{names[url]}{'--' + fragment if fragment else ''}"
    return urljoin(address, url) + (f"#{fragment}" if fragment else "")


def compose(pages: Sequence[BuiltPage], address: str, works: Mapping[str, str]) -> str:
    """The articles of all pages, as sections of one page.

    `address` is the site's own, for what is not here; `works` the page of each whole reference, by its id.
    """
    names = {page.url: page.name for page in pages}
    sections = []
    for page in pages:

        def change(attribute: str, value: str, page: BuiltPage = page) -> str | None:
            if attribute in ("href", "src", "xlink:href"):
                return target(page, value, names, address, works)
            return with_prefix(page.name, attribute, value)

        body = rewritten(article(page.html), change).strip()
        sections.append(f'<section class="whole-page" id="{page.name}">\n{body}\n</section>')
    return with_links_that_arrive("\n".join(sections))


def with_links_that_arrive(html: str) -> str:
    """A link to something that was left out leads to the page it stood on."""
    ids = set(re.findall(r'\sid="([^"]+)"', html))

    def arrive(match: re.Match[str]) -> str:
        known = match.group(1) in ids
        return match.group(0) if known else f'href="#{match.group(1).partition("--")[0]}"'

    return re.sub(r'href="#([^"]+)"', arrive, html)


def contents(pages: Sequence[BuiltPage]) -> str:
    """A list of the pages, each a link to its place."""
    items = "".join(f'<li><a href="#{page.name}">{escape(page.title)}</a></li>' for page in pages)
    return f'<nav class="whole-site__contents" aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{items}</ol></nav>'


def fill(html: str, pages: Sequence[BuiltPage], address: str, works: Mapping[str, str]) -> str:
    """The one page, from its own HTML and all others."""
    whole = contents(pages) + "\n" + compose(pages, address, works)
    return PLACE.sub(lambda _: whole, html, count=1)


def write(site: Path, sources: Sequence[str], data: SiteData) -> None:
    """Put the pages, in the order of `sources` (the Markdown files' names), on the one page."""
    pages = []
    for src in sources:
        if src not in NOT_HERE:
            url = permalinks.address(src)
            html = (site / url / "index.html").read_text(encoding="utf-8")
            pages.append(BuiltPage(url, data.title_of(src), html))
    file = site / FILE
    works = {f"ref-{key}": permalinks.address(src) for key, src in data.homes.items()}
    html = fill(file.read_text(encoding="utf-8"), pages, str(data.settings["address"]), works)
    file.write_text(html, encoding="utf-8", newline="\n")
