"""MkDocs hooks: the site's data goes in, cited pages come out. Each hook only joins what other modules do.

The order of a build: settings and nav (`on_config`), all pages read, checked and their citations
formatted in one go (`on_files`), the pages of the navigation kept (`on_nav`), mkdocs-bibtex's placeholders
handed out (`on_page_markdown`), tables put into pages, ids and back-links (`on_page_content`), front
matter made safe for templates (`on_env`), last repairs and the search for left-overs (`on_post_page`).
"""

from __future__ import annotations

import datetime
import gc
import itertools
import json
import logging
import os
import re
from collections.abc import MutableMapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import assets
import baseline
import bibliography
import build_bib
import citations
import content
import embeds
import exports
import glossary
import lecturers
import offline
import one_page
import permalinks
import policy
import records
import rendering
import safety
import search_index
import tables
import yaml
from files import write_all
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from problems import Problem, format_problem, format_problems
from watchdog.observers.polling import PollingObserver

log = logging.getLogger("mkdocs.hooks.site")

ROOT = Path(__file__).resolve().parent.parent
CACHE_FILE = ROOT / ".cache" / "citations.json"
SKIP = re.compile(r'(<div data-md-component="skip">).*?</div>', re.DOTALL)
# The theme's checkboxes for its drawer and search, what they cover the page with, its dialog, its empty bar for news.
UNUSED = re.compile(
    r'<input class="md-toggle"[^>]*>\n?|<label class="md-overlay"[^>]*></label>\n?'
    r'|<div class="md-dialog">\n<div class="md-dialog__inner md-typeset"></div>\n</div>\n?|<div>\n</div>\n?'
)
# ROOM, STRAIGHT and TOGETHER look at every letter of every page: each begins with the few that matter, and looks back.
# Room between the lines of templates; what keeps its lines as they are is passed over.
ROOM = re.compile(r"[<\n](?:(?<=<)(pre|textarea)\b.*?</\1>|(?<=\n)\s+)", re.DOTALL)
# Typewriters' marks in the words of a page; code stays what can be copied and run, and tags what they are.
STRAIGHT = re.compile(
    r"""[<'&"](?:(?<=<)(code|pre|script|textarea)\b.*?</\1>|(?:(?<=')|(?<=&)(?:#39|#x27);)(?![^<]*>)"""
    r"""|(?:(?<=[\s>(]")|(?<=[\s>(]&)(?:#34|quot);)(\w[^"<]*?)(?:"|&#34;|&quot;)(?![^<]*>))""",
    re.DOTALL,
)
# The same as Jinja's tojson writes it, in what scripts show.
STRAIGHT_IN_DATA = r"\u0027"
# "p. 848" and "S. J. Williams" stay in one line.
TOGETHER = re.compile(
    r" (?=[A-Z\d])(?:(?<=(?<![\w’])[psA-Z]\. )|(?<=(?<![\w’])pp\. )|(?<=(?<![\w’])chap\. )"
    r"|(?<=(?<![\w’])[Tt]able )|(?<=(?<![\w’])[Aa]rticle )|(?<=(?<![\w’])[Cc]hapter ))"
)
# What a page's script asks for when the reader wants it: the name it gets there, and the file beside the page.
APART = re.compile(
    r'<template data-apart="(\w+)" data-file="([\w.-]+)">(.*?)</template>\n?', re.DOTALL
)
# Where a word that breaks at its hyphen looks like a slip: titles, heads of tables, ways to other pages.
WHOLE = re.compile(
    r'<(?:(h[1-3]|th|caption)|(nav) class="(?:pager|section-nav)"|(ul) class="practise-pages"|(span) class="see")[ >]'
    r".*?</(?:\1|\2|\3|\4)>",
    re.DOTALL,
)
# With the marks around it, since a line may break between them.
HYPHENATED = re.compile(r"[(“‘]*\b(?:[^\W\d_]\w*(?:-\w+)+|\w+–\w+)\b[,;:.?!)”’]*(?![^<]*>)")
# An undated work's letter stays with it, as in "n.d.-a".
UNDATED = re.compile(r"(<script\b.*?</script>)|(\bn\.d\.-[a-z]\b)(?![^<]*>)", re.DOTALL)
# With the year where a link is nothing but that, as in "Huxham and Vangen (2005)".
CITED = re.compile(r'<a href="#ref-([a-z0-9_-]+)" role="doc-biblioref"(?=>(\d{4}[a-z]?)</a>)?')


class State:
    """What one build knows; made anew for each, while what was formatted and rendered stays."""

    serving = False
    formatter = citations.Formatter(CACHE_FILE)
    rendered: ClassVar[rendering.Known] = {}
    surroundings: Any
    library: records.Library
    pages: list[content.SourcePage]
    problems: list[Problem]
    data: tables.SiteData
    registry: citations.SiteRegistry
    contents: dict[str, str]
    renamed: dict[str, str]
    lost_ids: dict[str, list[tuple[str, str, str]]]
    metas: dict[str, MutableMapping[str, Any]]
    nav_pages: list[Page]
    env: Any
    apart: dict[str, bytes]


def on_startup(*, command: str, dirty: bool) -> None:
    """Under `serve` a changed record rewrites the .bib; any other build only checks it."""
    # A build makes hundreds of thousands of objects and keeps them: to look for garbage so often took a tenth of it.
    gc.set_threshold(50_000, 20, 50)
    State.serving = command == "serve"


def on_serve(server: Any, *, config: MkDocsConfig, builder: Any) -> Any:
    """Look for saved files four times a second, where MkDocs looks twice."""
    watched = (config.docs_dir, config.config_file_path)
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserver(timeout=0.25)
    for path in watched:
        server.watch(path)
    return server


def fail(problems: list[Problem]) -> None:
    """Stop the build with everything that is wrong. Raises PluginError."""
    if problems:
        raise PluginError(f"{len(problems)} thing(s) to mend:\n" + format_problems(problems))


@event_priority(100)
def _settings(config: MkDocsConfig) -> MkDocsConfig:
    """Name and address from settings.yml; the .bib in step with the records; nav's folders."""
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    config.site_name = settings["name"]
    config.site_url = settings["address"]
    config.site_description = " ".join(settings["description"].split())
    config.extra["site"] = settings
    # Nothing in the output depends on the day of the build: two builds are the same to the byte.
    os.environ["SOURCE_DATE_EPOCH"] = str(release_time(settings["released"]))
    State.library = records.read_library(ROOT / build_bib.WORKS)
    if build_bib.update(ROOT, State.library, only_check=not State.serving):
        raise PluginError("bib/references.bib is not what bib/works gives (see above)")
    State.pages, State.problems = content.load_pages(Path(config.docs_dir))
    listed = {name for name in nav_names(config.nav) if not name.endswith("/*")}
    config.nav = expand_nav(config.nav, State.pages, listed)
    return config


@event_priority(-100)
def _registry(config: MkDocsConfig) -> MkDocsConfig:
    """Give mkdocs-bibtex our registry, and Markdown the extension that prints its citations."""
    plugin: Any = config.plugins["bibtex"]
    bib_file = Path(config.config_file_path).parent / plugin.config.bib_file
    State.registry = citations.SiteRegistry(bib_file, plugin.registry.bib_data, State.formatter)
    plugin.registry = State.registry
    extension = citations.CitationExtension()
    extension.registry = State.registry
    config.markdown_extensions.append(extension)  # type: ignore[arg-type]
    return config


on_config = CombinedEvent(_settings, _registry)


def release_time(day: datetime.date) -> int:
    """Midnight UTC of the release, in seconds since 1970."""
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())


def nav_names(nav: Any) -> list[str]:
    """All file names in a nav."""
    if isinstance(nav, str):
        return [nav]
    items = nav.values() if isinstance(nav, dict) else nav or []
    return [name for item in items for name in nav_names(item)]


def expand_nav(nav: Any, pages: list[content.SourcePage], listed: set[str]) -> Any:
    """A nav in which `folder/*` is replaced by that folder's pages that are not listed elsewhere."""
    if isinstance(nav, dict):
        return {title: expand_nav(item, pages, listed) for title, item in nav.items()}
    if not isinstance(nav, list):
        return nav
    expanded: list[Any] = []
    for item in nav:
        if isinstance(item, str) and item.endswith("/*"):
            found = [page for page in pages if page.src.rpartition("/")[0] == item[:-2]]
            found.sort(key=lambda page: (page.order, page.src))
            expanded.extend(page.src for page in found if page.src not in listed)
        else:
            expanded.append(expand_nav(item, pages, listed))
    return expanded


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Check every page, then format all citations of the site together."""
    State.data = tables.load_site(ROOT, State.pages, config.extra["site"], State.library.works)
    problems = State.problems + safety.file_problems(Path(config.docs_dir))
    problems += bibliography.problems(State.data.pages)
    blocks: list[str] = []
    for page in State.pages:
        found, wrong = tables.cited_blocks(page, State.registry)
        State.data.cites[page.src] = found
        blocks += found
        problems += wrong
    fail([p for p in problems if p.severity == "error"])
    for problem in baseline.overdue(State.pages, datetime.date.today()):
        log.info(format_problem(problem))  # a strict build stops at MkDocs' own warnings
    try:
        State.registry.prepare(blocks)
    except (OSError, RuntimeError, ValueError) as error:
        raise PluginError(f"the citations could not be formatted: {error}") from error
    State.data.registry = State.registry
    State.contents, State.apart = {}, {}
    State.lost_ids = permalinks.aliases(permalinks.read_record(ROOT))
    assets.drop_unused(files)
    State.renamed = {} if State.serving else assets.rename(files)
    State.surroundings = rendering.surroundings(config, files)
    return files


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Keep the pages of the navigation for templates that are drawn once for all pages."""
    State.nav_pages = nav.pages
    return nav


def on_page_read_source(*, page: Page, config: MkDocsConfig) -> str | None:
    """The text alone: front matter is read once, by content.py, which lets less pass than MkDocs."""
    source = State.data.pages.get(page.file.src_uri)
    # After an empty line MkDocs does not look for front matter, as in a first line `Note: …`.
    return f"\n{source.body}" if source else None


@event_priority(100)
def _before_bibtex(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    r"""Front matter; `\bibliography` becomes our list: sorted, with the works that front matter cites."""
    if source := State.data.pages.get(page.file.src_uri):
        page.meta = dict(source.given)
    return markdown.replace("\\bibliography", tables.REFERENCES)


@event_priority(-100)
def _after_bibtex(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Under `serve` Markdown reads a page again only if that can change anything."""
    if State.serving:
        made_of = (State.registry.filled_in(markdown), State.surroundings)
        rendering.remember(page, made_of, State.rendered)
    return markdown


on_page_markdown = CombinedEvent(_before_bibtex, _after_bibtex)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Markers become tables; citations get numbers, so that references can link back; only what is allowed gets through."""
    places: dict[str, list[int]] = {}
    numbers = itertools.count(1)

    def number(match: re.Match[str]) -> str:
        key, place = match.group(1), next(numbers)
        places.setdefault(key, []).append(place)
        named = f' aria-label="{escape(State.data.works[key].by)}, {match[2]}"' if match[2] else ""
        return f'<a id="cite-{place}" href="#ref-{key}" role="doc-biblioref"{named}'

    # Not before, as Markdown would read through each table twice to leave it as it is.
    html = tables.expand(html, page, State.data)
    html = tables.accessible_tables(CITED.sub(number, html))
    html = tables.two_sides(html) if page.meta.get("challenge") else html
    page.update_date = str(page.meta.get("date", ""))
    page.meta["minutes"] = tables.reading_minutes(html)
    page.meta["unread"] = bool(tables.UNREAD.search(html))
    page.meta["at_hand"] = glossary.at_hand(html, State.data.terms)
    html = re.sub(
        r"<!-- back ([a-z0-9_-]+) -->",
        lambda m: tables.back_links(places.get(m[1], []), State.data.works[m[1]]),
        html,
    )
    clean = safety.clean(html)
    fail(safety.rendered_problems(State.data.pages[page.file.src_uri], html, clean))
    State.contents[page.file.src_uri] = clean
    return clean


def on_env(env: Any, *, config: MkDocsConfig, files: Files) -> Any:
    """Templates get front matter whose citations are formatted and whose text is safe."""
    for file in files.documentation_pages():
        if file.page:
            file.page.meta = tables.cite_meta(file.page.meta, State.registry)
    State.env = env
    State.metas = {f.src_uri: f.page.meta for f in files.documentation_pages() if f.page}
    tables.remember_templates(env)
    env.globals["site_data"] = State.data
    env.globals["nav_pages"] = State.nav_pages
    env.globals["page_metadata"] = lecturers.reader(State.data)
    return env


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Point citations of other pages to the bibliography; find what was left over; set apart what is fetched later."""
    fail(tables.left_overs(output, page.file.src_uri, State.data))
    output = set_apart(finish(output, page.url), page.url)
    return permalinks.with_aliases(output, page.url, State.lost_ids.get(page.url, []))


def on_post_template(output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
    """The 404 page is drawn by a template and needs the same last touches; so do the words that a script shows."""
    if template_name.endswith(".js"):
        return output_content.replace(STRAIGHT_IN_DATA, "’")
    return finish(output_content, "") if template_name.endswith(".html") else output_content


def on_post_build(*, config: MkDocsConfig) -> None:
    """Files beside the pages. `serve` makes only those that pages need, and is quicker after each edit."""
    site = Path(config.site_dir)
    write_all(site, {"search/index.js": search_index.script(State.contents, State.data)})
    write_all(site, State.apart)
    write_all(site, embeds.files(State.data, State.metas, State.env, config, finish))
    if State.serving:
        return
    write_all(site, exports.library(State.data.works, State.registry.bib))
    write_all(site, {"_headers": policy.HEADERS})
    lecturers.write(site, State.data, Path(config.docs_dir))
    # Last, since they hold what all the others wrote.
    if "all.md" in State.data.pages:
        one_page.write(site, nav_names(config.nav), State.data)
    offline.write(site, State.data)


def set_apart(output: str, url: str) -> str:
    """A page without the parts that are to be files of their own, which are kept for `on_post_build`.

    They are classic scripts, since a page on disk cannot fetch.
    """
    for name, file, part in APART.findall(output):
        text = json.dumps(part.strip(), ensure_ascii=False)
        State.apart[f"{url}{file}"] = f"window.{name}={text};\n".encode()
    return APART.sub("", output)


def whole_words(match: re.Match[str]) -> str:
    """A title or head whose hyphenated words are kept in one line: `Defining Co-` looks like a slip."""
    # A long one would not fit into the narrow column of a table.
    longest = 14 if match[1] == "th" else len(match[0])
    return HYPHENATED.sub(
        lambda word: word[0] if len(word[0]) > longest else f'<span class="whole">{word[0]}</span>',
        match[0],
    )


def curly(match: re.Match[str]) -> str:
    """An apostrophe and a pair of quotation marks as in print. No page opens a quotation with a single mark."""
    return match[0] if match[1] else f"“{match[2]}”" if match[2] else "’"


def finish(output: str, url: str) -> str:
    """Last repairs of a page's HTML that the theme leaves no other place for."""
    here = set(re.findall(r' id="ref-([a-z0-9_-]+)"', output))
    output = State.data.link_works(output, url, here)
    # Nothing leads back to a citation whose reference is on another page.
    output = re.sub(r' id="cite-[^"]+"(?= href="[^#])', "", output)
    output = WHOLE.sub(whole_words, assets.refer(output, State.renamed))
    output = output.replace(
        'href="#to-check"', f'href="{get_relative_url("how-we-know/", url)}#recalled"'
    )
    # The theme skips to the first heading below the title, and has no link where there is none.
    output = SKIP.sub(r'\1<a href="#content" class="md-skip">Skip to content</a></div>', output, 1)
    # Handles for the theme's scripts, which are not loaded.
    output = re.sub(r' data-md-\w+="[^"]*"', "", output)
    output = STRAIGHT.sub(curly, output).replace(STRAIGHT_IN_DATA, "’")
    output = TOGETHER.sub("\u00a0", output)
    if "n.d.-" in output:
        output = UNDATED.sub(lambda m: m[1] or f'<span class="whole">{m[2]}</span>', output)
    output = ROOM.sub(lambda match: match[0] if match[1] else "\n", output)
    output = UNUSED.sub("", output)
    # The theme knows no en-GB.
    output = output.replace('<html lang="en"', '<html lang="en-GB"', 1)
    # Live reload is a script in the page, which the policy would forbid.
    return output if State.serving else policy.protect(output)
