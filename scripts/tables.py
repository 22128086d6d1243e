"""Tables, lists and figures that pages show from data: bibliography, glossary, cases, definitions.

A page asks for one with a line such as `<!-- table: glossary -->`; the HTML comes from the template of
that name in overrides/partials/data/. It becomes part of the page's content, so that search finds it.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import itertools
import os
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, get_args

import baseline
import bibliography
import content
import permalinks
import records
from citations import PLACEHOLDER, SiteRegistry, find_blocks, parts_of, stray_text
from content import PHASES, STAGES, SourcePage, strings_in
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from problems import Problem

MARKER = re.compile(r"^<!-- (table|figure|picture): ([a-z][a-z0-9_-]*) -->$", re.MULTILINE)
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "overrides" / "partials" / "data"
COMPILED = ROOT / ".cache" / "templates"
REFERENCES = "<!-- references -->"
REFERENCE = re.compile(r'href="#ref-([a-z0-9_-]+)"')
# The same in what Markdown made of a page.
PLACE = re.compile(rf"{MARKER.pattern}|{REFERENCES}", re.MULTILINE)
PICTURE = re.compile(r"^(<!-- picture: .* -->)\n<p>", re.MULTILINE)
ID = re.compile(r'\sid="([^"]+)"')
WORDS_A_MINUTE = 200
# Tables that are looked something up in, and charts.
UNREAD = re.compile(r'<table class="(?:data|chart|lanes).*?</table>', re.DOTALL)
SOURCE_FIELDS = ("sources", "user_authored", "jointly", "about_users", "other")


@dataclass
class SiteData:
    """All that pages and templates may show, read once."""

    root: Path
    settings: dict[str, Any]
    pages: dict[str, SourcePage]
    works: dict[str, records.Work]
    cites: dict[str, list[str]] = field(default_factory=dict)
    registry: SiteRegistry | None = None

    def keys_of(self, src: str) -> list[str]:
        """The works that a page cites, in its text or its front matter, each once, sorted."""
        return sorted({part.key for block in self.cites[src] for part in parts_of(block)})

    @functools.cached_property
    def cited_on(self) -> dict[str, list[str]]:
        """For each work the pages that cite it."""
        found: dict[str, list[str]] = {key: [] for key in self.works}
        for src in self.pages:
            for key in self.keys_of(src):
                found.setdefault(key, []).append(src)
        return found

    @functools.cached_property
    def letter_pages(self) -> dict[str, str]:
        """The pages with the works' whole references, and the letters of each."""
        return bibliography.letter_pages(self.pages)

    @functools.cached_property
    def homes(self) -> dict[str, str]:
        """For each work the page that has its whole reference."""
        assert self.registry is not None
        return bibliography.homes(self.registry.references, self.pages)

    def work_address(self, key: str) -> str:
        """Where a work's whole reference stands in the site: `bibliography/a/#ref-alford1998`."""
        return f"{permalinks.address(self.homes[key])}#ref-{key}"

    def link_works(self, html: str, url: str, here: Container[str] = ()) -> str:
        """A text, as seen from `url`, whose citations lead to whole references, but for those listed here."""

        def elsewhere(match: re.Match[str]) -> str:
            key = match.group(1)
            if key in here or key not in self.homes:
                return match.group(0)
            return f'href="{get_relative_url(self.work_address(key), url)}"'

        return REFERENCE.sub(elsewhere, html)

    @functools.cached_property
    def unchecked(self) -> dict[str, list[str]]:
        """For each work the bibliographic fields that nobody has seen yet, only recalled."""
        return {
            key: [name for name, known in work.custom.verified.items() if known.how == "recalled"]
            for key, work in self.works.items()
        }

    @functools.cached_property
    def terms(self) -> dict[str, dict[str, Any]]:
        """The glossary's terms by their ids."""
        every = [term for page in self.pages.values() for term in page.meta.get("terms") or []]
        return {term["id"]: term for term in every}

    def title_of(self, src: str) -> str:
        """A page's title."""
        return str(self.pages[src].meta.get("title", src))

    def having(self, name: str) -> list[SourcePage]:
        """Pages whose front matter has a part of that name (model, case …), by its order, then name."""
        found = [page for page in self.pages.values() if page.meta.get(name)]
        return sorted(found, key=lambda page: (page.meta[name].get("order", 0), page.src))

    def definitions(self) -> list[SourcePage]:
        """The definitions by year and author; undated ones last."""

        def key(page: SourcePage) -> tuple[int, str]:
            year = page.meta["definition"]["year"]
            return (year if isinstance(year, int) else 9999, page.meta["definition"]["by"])

        return sorted(self.having("definition"), key=key)


def load_site(
    root: Path,
    pages: list[SourcePage],
    settings: dict[str, Any],
    works: dict[str, records.Work],
) -> SiteData:
    """Pages and records together."""
    return SiteData(root, settings, {page.src: page for page in pages}, works)


# Citations in a page's source ------------------------------------------------------------------


def cited_blocks(page: SourcePage, registry: SiteRegistry) -> tuple[list[str], list[Problem]]:
    """All citation blocks of a page's text and front matter, and what is wrong with them."""
    blocks: list[str] = []
    problems: list[Problem] = []
    file = f"docs/{page.src}"
    for number, line in enumerate(page.body.splitlines(), start=page.body_line):
        found = find_blocks(line)
        blocks += found
        problems += block_problems(found, file, number, registry)
        problems += line_problems(line, found, file, number, registry)
    for text in strings_in(page.meta):
        found = find_blocks(text)
        blocks += found
        if found:
            problems += block_problems(found, file, front_line(page, found[0]), registry)
    if definition := page.meta.get("definition"):
        blocks.append(definition_cite(definition))
    problems += source_problems(page, registry) + marker_problems(page)
    # The glossary's own list would be another bibliography, and most of its weight.
    if blocks and "\\bibliography" not in page.body and not page.meta.get("terms"):
        text = r"the page cites, but has no list of references"
        fix = r"end it with `## References`, a blank line and `\bibliography`"
        problems.append(Problem(file, page.body_line, "references", text, fix))
    return blocks, problems


def definition_cite(definition: dict[str, Any]) -> str:
    """How the table of definitions cites one: its work, and where in it."""
    locator = f", {definition['locator']}" if definition.get("locator") else ""
    return f"[@{definition['work']}{locator}]"


def block_problems(
    blocks: Sequence[str], file: str, line: int, registry: SiteRegistry
) -> list[Problem]:
    """Unknown keys and text that would be dropped."""
    problems = []
    for block in blocks:
        for key in registry.unknown_keys(block):
            problems.append(
                Problem(
                    file, line, "citation", f"no work has the key `{key}`", guess(key, registry)
                )
            )
        if stray_text(block) or re.search(r"[<`\\$\[]", block[1:]):
            fix = "write [@key, p. 3], [see @key] or [@key; @other], with a comma before the page"
            problems.append(Problem(file, line, "citation", f"`{block}` cannot be read", fix))
    return problems


def line_problems(
    line: str, blocks: Sequence[str], file: str, number: int, registry: SiteRegistry
) -> list[Problem]:
    """Citations in headings, and keys that stand outside brackets."""
    if blocks and re.match(r"\s{0,3}#{1,6} ", line):
        fix = "cite in the paragraph below the heading"
        return [Problem(file, number, "heading", "a heading cannot hold a citation", fix)]
    rest = line
    for block in blocks:
        rest = rest.replace(block, "")
    loose = [key for key in re.findall(r"(?<![\w.&;/])@([a-z][\w-]*)", rest) if key in registry.bib]
    fix = "put the citation in square brackets on one line: [@key, p. 3]"
    return [Problem(file, number, "citation", f"`@{k}` stands loose", fix) for k in loose]


def guess(key: str, registry: SiteRegistry) -> str:
    """The nearest keys, or the advice to add one."""
    near = difflib.get_close_matches(key, list(registry.bib), n=2, cutoff=0.75)
    return f"did you mean {' or '.join(near)}?" if near else f"add bib/works/{key}.yaml first"


def front_line(page: SourcePage, block: str) -> int:
    """The line of the front matter in which a citation stands (a folded text may break it)."""
    key = f"@{parts_of(block)[0].key}"
    lines = page.front.splitlines()
    return next((i + 2 for i, line in enumerate(lines) if key in line), 2)


def source_problems(page: SourcePage, registry: SiteRegistry) -> list[Problem]:
    """Keys in `sources:` and its like that no record has."""
    problems = []
    for path, key in source_keys(page.meta, ()):
        if key not in registry.bib:
            what = f"no work has the key `{key}`"
            problems.append(page.problem(path, what, guess(key, registry)))
    return problems


def source_keys(value: Any, path: tuple[int | str, ...]) -> list[tuple[tuple[int | str, ...], str]]:
    """All keys that front matter names outside brackets, with the way to each."""
    if isinstance(value, list):
        return [hit for i, item in enumerate(value) for hit in source_keys(item, (*path, i))]
    if not isinstance(value, dict):
        return []
    hits: list[tuple[tuple[int | str, ...], str]] = []
    for name, item in value.items():
        if name in SOURCE_FIELDS and isinstance(item, list):
            hits += [((*path, name, i), key) for i, key in enumerate(item) if isinstance(key, str)]
        elif name == "work" and path in (("model",), ("definition",)):
            hits.append(((*path, name), str(item)))
        else:
            hits += source_keys(item, (*path, name))
    return hits


# HTML in pages -----------------------------------------------------------------------------------


def remember_templates(env: Environment) -> None:
    """Keep compiled templates from build to build; without a place for them a build is only slower."""
    with contextlib.suppress(OSError):
        COMPILED.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = (
            FileSystemBytecodeCache(str(COMPILED)) if os.access(COMPILED, os.W_OK) else None
        )


@functools.cache
def environment() -> Environment:
    """Templates for page content: everything is escaped, and a misspelt variable is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    remember_templates(env)
    return env


def expand(html: str, page: Page, data: SiteData) -> str:
    """Put the asked-for tables in the place of a page's markers. Raises jinja2.TemplateNotFound."""

    def asked_for(match: re.Match[str]) -> str:
        kind, name = match.groups()
        made = references(page, data) if not kind else render(template_of(kind, name), page, data)
        # MkDocs has looked at the ids of the text before the table came into it.
        page.present_anchor_ids = (page.present_anchor_ids or set()) | set(ID.findall(made))
        return made

    # A picture stands within the paragraph below it.
    return PLACE.sub(asked_for, PICTURE.sub(r"<p>\n\1\n", html))


def references(page: Page, data: SiteData) -> str:
    """The works that a page cites, in the order of the bibliography."""
    assert data.registry is not None
    keys = data.registry.in_order(data.keys_of(page.file.src_uri))
    return render("references", page, data, keys=keys)


def template_of(kind: str, name: str) -> str:
    """The template that a marker asks for; pictures have a folder of their own."""
    return f"pictures/{name}" if kind == "picture" else name


def marker_problems(page: SourcePage) -> list[Problem]:
    """Markers that no template answers."""
    problems = []
    for number, line in enumerate(page.body.splitlines(), start=page.body_line):
        match = MARKER.match(line)
        if match and not (TEMPLATES / f"{template_of(*match.groups())}.html").exists():
            fix = "look for a slip of spelling; overrides/partials/data/ has a file for each"
            what = f"there is no {match.group(1)} `{match.group(2)}`"
            problems.append(Problem(f"docs/{page.src}", number, "marker", what, fix))
    return problems


def render(name: str, page: Page, data: SiteData, **values: Any) -> str:
    """One of the templates in overrides/partials/data/, as a block of HTML without blank lines."""
    template = environment().get_template(f"{name}.html")
    assert data.registry is not None
    html = template.render(
        data=data,
        page=page,
        this=data.pages[page.file.src_uri],
        cite=data.registry.markup,
        definition_cite=definition_cite,
        link=functools.partial(link_to, page),
        link_work=lambda key: get_relative_url(data.work_address(key), page.url),
        context=CONTEXTS[name](data) if name in CONTEXTS else {},
        stages=STAGES,
        phases=PHASES,
        **values,
    )
    return re.sub(r"\n\s*\n+", "\n", html).strip()


def link_to(page: Page, src: str, fragment: str = "") -> str:
    """The address of another page (its Markdown file's name) as seen from this one."""
    address = get_relative_url(permalinks.address(src), page.url)
    return address + (f"#{fragment}" if fragment else "")


SIDES = re.compile(
    r'(<h2 id="provider">.*?)(<h2 id="user">.*?)(?=<h2 |\Z)',
    re.DOTALL,
)


def two_sides(html: str) -> str:
    """A challenge's two sides as a pair, which wide screens show side by side, in the colours of the line."""
    pair = (
        r'<div class="sides wide"><section class="side side--provider">\1</section>'
        r'<section class="side side--user">\2</section></div>'
    )
    return SIDES.sub(pair, html, count=1)


TABLE = re.compile(r"<table>\s*<thead>(.*?)</thead>\s*<tbody>(.*?)</tbody>\s*</table>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
HEADING = re.compile(r"<h[2-4][^>]*>(.*?)</h[2-4]>", re.DOTALL)


def accessible_tables(html: str) -> str:
    """Markdown's tables with caption, scope and row headers, and each cell's label for narrow screens.

    On a narrow screen the style sheet sets rows one below another; roles (site.js) keep them a table then.
    """
    headings = [(match.end(), match.group(1)) for match in HEADING.finditer(html)]

    def better(match: re.Match[str]) -> str:
        labels = CELL.findall(match.group(1))
        before = [text for end, text in headings if end <= match.start()]
        caption = re.sub(r"<[^>]+>", "", before[-1]) if before else "Table"
        head = "".join(
            f'<th scope="col">{label}</th>' if label else "<td></td>" for label in labels
        )
        rows = "".join(table_row(CELL.findall(row), labels) for row in rows_of(match.group(2)))
        return (
            f'<table class="stack"><caption class="visually-hidden">{caption}</caption>'
            f"<thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    return TABLE.sub(better, html)


def rows_of(body: str) -> list[str]:
    """The rows of a table's body."""
    return re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)


def table_row(cells: list[str], labels: list[str]) -> str:
    """A row whose first cell is its header."""
    first, *rest = cells
    # A question has its sign already.
    done = "".join(
        f'<td><span class="label narrow-only">{label}{"" if label.endswith("?") else ":"}</span> {cell}</td>'
        for cell, label in zip(rest, labels[1:], strict=False)
    )
    return f'<tr><th scope="row">{first}</th>{done}</tr>'


def reading_minutes(html: str) -> int:
    """How long a page takes to read, in minutes, without its references and tables of data."""
    text = UNREAD.sub(" ", html)
    text = re.sub(r"<[^>]+>", " ", text.partition('role="doc-bibliography"')[0])
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))


def back_links(places: list[int], work: records.Work) -> str:
    """Links from a reference to the citations of the page that lead to it, by their numbers on the page."""
    if not places:
        return ""
    who, alone = escape(f"{work.by} {work.year or '(no date)'}"), len(places) == 1
    links = [
        f'<a href="#cite-{place}" role="doc-backlink" aria-label="Back to where {who} is cited'
        f'{"" if alone else f", place {i}"}">{"↩" if alone else i}</a>'
        for i, place in enumerate(places, start=1)
    ]
    arrow = "" if alone else '<span aria-hidden="true">↩</span> '
    return f'<span class="back-links">{arrow}{" ".join(links)}</span>'


def cite_meta(value: Any, registry: SiteRegistry) -> Any:
    """Front matter in which every text that cites has become safe HTML."""
    if isinstance(value, dict):
        return {name: cite_meta(item, registry) for name, item in value.items()}
    if isinstance(value, list):
        return [cite_meta(item, registry) for item in value]
    if isinstance(value, str) and not isinstance(value, Markup) and find_blocks(value):
        return registry.markup(value)
    return value


# Left-overs in the built page --------------------------------------------------------------------

# Each begins with a sign of its own, not with a class of signs: three times as fast on a long page.
LEFT_OVER = re.compile(
    r"\[@|\[-@|\[\^|\\bibliography|--8<--|-(?<=\d-)-\d|\{recalled\}|<!-- (?:table|figure|picture): "
)
LITERAL = re.compile(r"<(\w+)[^>]*\bdata-literal\b[^>]*>.*?</\1>", re.DOTALL)
UNSEEN = re.compile(r"<script\b.*?</script>|<(?!!-- (?:table|figure|picture): )[^>]*>", re.DOTALL)


def left_overs(html: str, src: str, data: SiteData) -> list[Problem]:
    """What a reader would see of our syntax: citations in raw HTML, code, a template or a snippet."""
    assert data.registry is not None
    if "data-literal" in html:
        html = LITERAL.sub("", html)
    found = [data.registry.blocks[int(m.group(1))] for m in PLACEHOLDER.finditer(html)]
    seen = unescape(UNSEEN.sub("", html))
    found += [seen[m.start() : m.start() + 40].split("\n")[0] for m in LEFT_OVER.finditer(seen)]
    fix = "cite in plain Markdown text: not in raw HTML, code, a comment, a template or a snippet"
    return [
        Problem(f"docs/{src}", body_line(src, what, data), "page", f"`{what}` is left in it", fix)
        for what in found
    ]


def body_line(src: str, what: str, data: SiteData) -> int:
    """The line of a page in which a text stands; 1 when it came from elsewhere."""
    page = data.pages.get(src)
    lines = page.body.splitlines() if page else []
    found = [i for i, line in enumerate(lines) if what[:12] and what[:12] in line]
    return page.body_line + found[0] if page and found else 1


# What single tables need -------------------------------------------------------------------------

CONTEXTS: dict[str, Callable[[SiteData], dict[str, Any]]] = {}


def context(name: str) -> Callable[[Callable[[SiteData], dict[str, Any]]], Any]:
    """Register what the template of that name is given as `context`."""

    def keep(function: Callable[[SiteData], dict[str, Any]]) -> Any:
        CONTEXTS[name] = function
        return function

    return keep


@context("definition-counts")
def definition_counts(data: SiteData) -> dict[str, Any]:
    """How the definitions spread over what tells them apart."""
    found = [page.meta["definition"] for page in data.having("definition")]
    return {
        "total": len(found),
        "works": len({d["work"] for d in found}),
        "field": Counter(d["field"] for d in found),
        "level": Counter(d["level"] for d in found),
        "voluntary": Counter(d["voluntary"] for d in found),
        "phases": Counter(phase for d in found for phase in d.get("phases") or []),
        "how": Counter(d["how"] for d in found),
    }


@context("bibliography")
def all_works(data: SiteData) -> dict[str, Any]:
    """Each work in a line, and what the list can be filtered by."""
    assert data.registry is not None
    references = data.registry.references
    signs, rows = bibliography.filters(data.works[key] for key in references)
    lines = {key: bibliography.line(html, data.works[key]) for key, html in references.items()}
    return {"lines": lines, "signs": signs, "rows": rows}


@context("doubts")
def doubtful(data: SiteData) -> dict[str, Any]:
    """What is in doubt about which works: names and year of each in the bibliography's order, and what is said.

    What is said of three works or more, such as that no date was seen, stands apart and once.
    """
    assert data.registry is not None
    lines = {
        key: bibliography.line(html, data.works[key])[0]
        for key, html in data.registry.references.items()
        if data.works[key].custom.doubts
    }
    by_doubt: dict[str, list[str]] = {}
    for key in lines:
        for said in data.works[key].custom.doubts:
            by_doubt.setdefault(said, []).append(key)
    shared = {said: keys for said, keys in by_doubt.items() if len(keys) > 2}
    own = {key: [d for d in data.works[key].custom.doubts if d not in shared] for key in lines}
    return {"lines": lines, "shared": shared, "own": {key: own[key] for key in own if own[key]}}


@context("verification")
def verification(data: SiteData) -> dict[str, Any]:
    """How surely the records' fields are known."""
    works = data.works.values()
    unchecked = sum(bool(fields) for fields in data.unchecked.values())
    return {
        "works": len(works),
        "how": Counter(known.how for work in works for known in work.custom.verified.values()),
        "unchecked": unchecked,
        "clean": len(works) - unchecked,
        "errata": sum(len(work.custom.errata) for work in works),
        "doubts": sum(len(work.custom.doubts) for work in works),
    }


# The accessibility statement --------------------------------------------------------------------


@context("known-faults")
def known_faults(data: SiteData) -> dict[str, Any]:
    """The faults that the tests know of."""
    return {"faults": [line for line in baseline.read() if line.fault]}


@context("audit")
def audit_counts(data: SiteData) -> dict[str, Any]:
    """The counts of the last audit that was recorded."""
    return baseline.audit()


@context("statement-dates")
def statement_dates(data: SiteData) -> dict[str, Any]:
    """The day that the statement's own page does not hold."""
    return {"tested": baseline.audit()["date"]}


# Charts ------------------------------------------------------------------------------------------


@context("cases-by-stage")
def cases_by_stage(data: SiteData) -> dict[str, Any]:
    """For each phase the number of cases that a reader places at each stage, and last those not known."""
    cases = [page.meta["case"] for page in data.having("case")]
    rows = {phase: [0] * (len(STAGES) + 1) for phase in PHASES}
    for case in cases:
        for place in case["placements"]:
            says = [reading["say"] for reading in place["readings"] if reading["say"]]
            for i, stage in enumerate(STAGES):
                rows[place["phase"]][i] += any(
                    STAGES.index(first) <= STAGES.index(stage) <= STAGES.index(last)
                    for first, last in says
                )
            rows[place["phase"]][-1] += not says
    return {"total": len(cases), "rows": rows, "most": max(map(max, rows.values()))}


DECADE = 10
# In units of the drawing, which are pixels where it is widest: a year, a disc, the least lane, its edges.
STEP, APART, LANE, EDGE = 12, 24, 54, 10


@context("timeline")
def timeline(data: SiteData) -> dict[str, Any]:
    """The dated definitions as discs in a lane for each field, the earliest field first."""
    found = [p for p in data.definitions() if isinstance(p.meta["definition"]["year"], int)]
    fields: dict[str, list[SourcePage]] = {}
    for page in found:
        fields.setdefault(page.meta["definition"]["field"], []).append(page)
    years = [page.meta["definition"]["year"] for page in found]
    # A decade before the earliest is drawn too: it is empty, and that is worth seeing.
    start = (min(years) // DECADE - 1) * DECADE
    decades = range(start, max(years) + 1, DECADE)
    return {
        "total": len(data.having("definition")),
        "dated": len(found),
        "undated": [p for p in data.definitions() if p.meta["definition"]["year"] == "n.d."],
        "definitions": found,
        "decades": decades,
        "step": STEP,
        "width": len(decades) * DECADE * STEP,
        "lanes": [lane(field, pages, start) for field, pages in fields.items()],
    }


def lane(field: str, pages: list[SourcePage], start: int) -> dict[str, Any]:
    """A field's discs: across by year; up and down only so that none lies on another."""
    years = [page.meta["definition"]["year"] for page in pages]
    rows = beside(years)
    height = max((max(rows) - min(rows) + 1) * APART, LANE) + EDGE
    middle = (height - (max(rows) + min(rows)) * APART) // 2
    return {
        "field": field,
        "first": years[0],
        "last": years[-1],
        "height": height,
        "middle": middle,
        "marks": [
            {"page": page, "x": (year - start) * STEP + STEP // 2, "y": middle + row * APART}
            for page, year, row in zip(pages, years, rows, strict=True)
        ],
    }


def beside(years: list[int]) -> list[int]:
    """For each year, in order, the row nearest to the middle that neither it nor the year before has taken."""
    taken: dict[int, set[int]] = {}
    rows = []
    for year in years:
        near = taken.get(year - 1, set()) | taken.setdefault(year, set())
        row = next(n for i in itertools.count() for n in (i, -i) if n not in near)
        taken[year].add(row)
        rows.append(row)
    return rows


@context("authors-lines-all")
@context("authors-lines-four")
def authors_lines(data: SiteData) -> dict[str, Any]:
    """What authors who use the word say about where it begins, by kind of answer, and four that disagree; apart from them our readings."""
    kinds = get_args(content.Line.model_fields["stance"].annotation)
    models = data.having("model")
    words = data.having("spectrum")[0].meta["spectrum"]
    theirs: list[tuple[SourcePage, dict[str, Any], bool]] = []
    ours = []
    for page in models:
        lines = page.meta["model"]["lines"]
        mine = [line for line in lines if line["uses_word"] and line["basis"] != "ours"]
        # A model counts once, by its first line; what its authors say besides is told apart.
        theirs += [(page, line, line is not mine[0]) for line in mine]
        ours += [(page, line, False) for line in lines if line not in mine]
    first = [one for name in words["open"] for one in theirs if Path(one[0].src).stem == name]
    answers: dict[str, list[str]] = {}
    for page, line, second in theirs:
        if not second:
            answers.setdefault(line["stance"], []).append(page.meta["model"]["short"])
    return {
        "models": len(models),
        "total": sum(map(len, answers.values())),
        "answers": answers,
        "more": [
            (page.meta["model"]["short"], line["stance"]) for page, line, again in theirs if again
        ],
        "first": first,
        "theirs": sorted(theirs, key=lambda one: kinds.index(one[1]["stance"])),
        "ours": ours,
        "cannot_show": words["cannot_show"],
    }
