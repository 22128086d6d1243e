"""The built site as a reader and a crawler meet it: citations, links, ids, safety, exports."""

from __future__ import annotations

import datetime
import itertools
import json
import re
import shutil
import struct
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import bibtexparser
import citations
import content
import hooks
import lxml.html
import permalinks
import pytest
import records
import rispy
import search_index
import yaml
from conftest import ROOT, Pages, build, copy_findings, printed, run
from pybtex.database import parse_file

SETTINGS = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
SYNTAX = re.compile(r"\[@|\[-@|\[\^|\\bibliography|--8<--|\{recalled\}|\d--\d|\ue000|\ue001")


def visible_text(page: object) -> str:
    """What a reader sees, without scripts and without elements marked `data-literal`."""
    for literal in page.xpath("//script | //style | //*[@data-literal]"):  # type: ignore[attr-defined]
        literal.drop_tree()
    return str(page.text_content())  # type: ignore[attr-defined]


def targets(page: object) -> set[str]:
    """All ids of a page."""
    return set(page.xpath("//@id"))  # type: ignore[attr-defined]


def resolve(name: str, link: str) -> tuple[str, str]:
    """The file of the site and the fragment that a link on page `name` leads to."""
    path, fragment = urldefrag(urljoin(f"/{name}", link))
    path = urlsplit(path).path.lstrip("/")
    return (path + "index.html" if path == "" or path.endswith("/") else path), fragment


def internal_links(pages: Pages) -> list[tuple[str, str]]:
    """Every (page, link) that stays in the site; the 404 page speaks of the site by its full address."""
    return [
        (name, link)
        for name in pages.names
        if name != "404.html"
        for link in pages[name].xpath("//@href | //@src")
        if not urlsplit(link).scheme and not link.startswith("//")
    ]


def test_no_syntax_of_ours_is_left(site: Path, pages: Pages) -> None:
    """No page shows a citation, a footnote or a marker that was not turned into what it means."""
    fresh = Pages(site)
    found = {n: SYNTAX.findall(visible_text(fresh[n])) for n in fresh.names}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_template_left_a_hole(pages: Pages) -> None:
    """No page shows a value that was missing when it was drawn, in its text or in an attribute."""
    syntax = re.compile(r"\bUndefined\b|\{\{|\{%")
    # Elsewhere `None` is a word: a cell of a table, a choice in a form.
    drawn = "//@* | //nav//text() | //h1//text() | //time//text() | //caption//text()"
    for name in pages.names:
        texts = pages[name].xpath("//*[not(self::script)]/text() | //@*")
        assert [text for text in texts if syntax.search(text)] == [], name
        assert [text for text in pages[name].xpath(drawn) if text.strip() == "None"] == [], name


def test_every_internal_link_arrives(site: Path, pages: Pages) -> None:
    """Each link of each page, templates and drawings included, leads to a file and an id that exist."""
    lost = []
    for name, link in internal_links(pages):
        file, fragment = resolve(name, link)
        if not (site / file).is_file():
            lost.append(f"{name}: {link}")
        elif fragment and file.endswith(".html") and fragment not in targets(pages[file]):
            lost.append(f"{name}: {link} (no such id)")
    assert lost == []


def test_ids_are_unique(pages: Pages) -> None:
    """No id stands twice on a page."""
    for name in pages.names:
        ids = pages[name].xpath("//@id")
        assert len(ids) == len(set(ids)), (name, sorted({i for i in ids if ids.count(i) > 1}))


def test_citations_and_references_lead_to_each_other(pages: Pages) -> None:
    """Each reference on a page links back to each place that cites it there, and nowhere else."""
    seen = 0
    for name in pages.names:
        page = pages[name]
        for entry in page.xpath('//li[starts-with(@id, "ref-")][ancestor::*[@class="references"]]'):
            key = entry.get("id").removeprefix("ref-")
            cites = page.xpath(f'//a[@role="doc-biblioref"][@href="#ref-{key}"]')
            backs = entry.xpath('.//a[@role="doc-backlink"]/@href')
            marked = [f"#{cite.get('id')}" for cite in cites if cite.get("id")]
            assert backs == marked, (name, key)
            seen += len(backs)
    assert seen > 500


def test_reference_lists_are_in_order(pages: Pages) -> None:
    """References stand by author, without regard to accents and capitals."""
    lists = 0
    for name in pages.names:
        for listing in pages[name].xpath('//*[@class="references"]/ul'):
            names = [
                citations.sort_name(
                    re.split(r"[,.]|\((?=\d|n\.d)", li.text_content().strip())[0].strip()
                )
                for li in listing
            ]
            assert names == sorted(names), name
            lists += 1
    assert lists > 30


def test_works_of_one_author_and_year_are_told_apart(pages: Pages) -> None:
    """Wherever it is cited, a work is cited by the same name and year."""
    forms: dict[str, set[str]] = {}
    for name in pages.names:
        for link in pages[name].xpath('//a[@role="doc-biblioref"]'):
            key = re.sub(r"^.*#ref-", "", link.get("href"))
            year = re.search(r"(\d{4}[a-z]?|n\.d\.(-[a-z])?)", link.text_content())
            if year:
                forms.setdefault(key, set()).add(year.group(1))
    assert {key: found for key, found in forms.items() if len(found) > 1} == {}


def test_every_work_of_the_chapters_list_is_cited_but_one(pages: Pages) -> None:
    """Each of the forty is cited in context somewhere, Hanson (2018) excepted: nothing is known of it."""
    works, _ = records.load_works(ROOT / "bib" / "works")
    forty = {key for key, work in works.items() if work.custom.chapter_list}
    cited = {
        re.sub(r"^.*#ref-", "", link)
        for name in pages.names
        for link in pages[name].xpath('//a[@role="doc-biblioref"]/@href')
    }
    assert len(forty) == 40
    assert forty - cited == {"hanson2018"}


def test_nothing_runs_or_comes_from_elsewhere(pages: Pages) -> None:
    """No inline style, event handler, inline script, or request to another host."""
    for name in pages.names:
        page = pages[name]
        assert page.xpath("//@style | //style | //base | //iframe | //object | //embed") == [], name
        assert [a for a in page.xpath("//@*") if a.attrname.startswith("on")] == [], name
        scripts = page.xpath('//script[not(@src)][not(@type="application/json")]')
        assert [s for s in scripts if s.get("type") != "application/ld+json"] == [], name
        loaded = page.xpath("//script/@src | //img/@src | //link[@rel!='canonical']/@href")
        hosts = {urlsplit(u).netloc for u in loaded if name != "404.html"} - {""}
        assert hosts == set(), name
        links = page.xpath("//@href")
        assert {urlsplit(u).scheme for u in links} <= {"", "http", "https", "mailto"}, name


def test_scripts_are_classic_and_hold_nothing_up(pages: Pages) -> None:
    """Modules do not run from a folder on disk. Those that wait for nothing may come out of turn, site.js not where others build on it."""
    for name in pages.names:
        found = pages[name].xpath("//script[@src]")
        files = {Path(script.get("src")).name.split(".")[0]: script for script in found}
        for file, script in files.items():
            assert script.get("type") is None, (name, file)
            ways = {"defer", "async"} & set(script.keys())
            assert ways == {"defer"} or (file in ("site", "tables") and ways == {"async"}), (
                name,
                file,
            )
        if files.keys() & {"practise", "spectrum-tools"}:
            assert files["site"].get("defer") is not None, name


def test_headings_are_in_order(pages: Pages) -> None:
    """One h1 on a page, and no level is skipped."""
    for name in pages.names:
        levels = [int(h.tag[1]) for h in pages[name].xpath("//h1 | //h2 | //h3 | //h4 | //h5")]
        assert levels.count(1) == 1, name
        jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
        assert jumps == [], (name, jumps)


def test_recorded_addresses_still_exist(site: Path, pages: Pages) -> None:
    """Every page and heading that was ever recorded is there, or says where it went."""
    record = permalinks.read_record(ROOT)
    gone = []
    for place, entry in record["pages"].items():
        file = f"{place}index.html"
        if not (site / file).is_file():
            gone.append(place)
            continue
        gone += [f"{place}#{i}" for i in entry["ids"] if i not in targets(pages[file])]
    assert [lost for lost in gone if lost not in record["moved"]] == []
    assert sum(len(entry["ids"]) for entry in record["pages"].values()) > 200


def test_every_page_is_in_the_navigation(site: Path, pages: Pages) -> None:
    """Whoever follows *next* from the start page comes to every page."""
    seen, at = [], "index.html"
    while at and at not in seen:
        seen.append(at)
        following = pages[at].xpath('//link[@rel="next"]/@href')
        at = resolve(at, following[0])[0] if following else ""
    outside = set(pages.names) - set(seen) - {"404.html"}
    assert {name for name in outside if not name.startswith(("embed/", "go/"))} == set()


def test_page_describes_itself(pages: Pages) -> None:
    """Language, a title of its own, a description of its own, a canonical address."""
    titles, descriptions = {}, {}
    for name in pages.names:
        page = pages[name]
        assert page.xpath("/html/@lang") == ["en-GB"], name
        if name.startswith("embed/"):
            continue
        titles.setdefault(page.xpath("//title/text()")[0], []).append(name)
        if name != "404.html":
            descriptions.setdefault(
                page.xpath('//meta[@name="description"]/@content')[0], []
            ).append(name)
            assert len(page.xpath('//link[@rel="canonical"]')) == 1, name
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}
    assert {text: names for text, names in descriptions.items() if len(names) > 1} == {}


def test_card_of_every_page(pages: Pages, site: Path) -> None:
    """What other sites show beside a link: the page's own title and description, and the picture."""
    picture = (site / "assets" / "social.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    address = SETTINGS["address"]
    for name in pages.names:
        if name.startswith("embed/") or name == "404.html":
            continue
        page = pages[name]
        said = {m.get("property") or m.get("name"): m.get("content") for m in page.xpath("//meta")}
        title = page.xpath("string(//title)")
        assert printed(said["og:title"]) == title.removesuffix(f" · {SETTINGS['name']}"), name
        assert said["og:description"] == said["description"], name
        assert said["og:url"] == page.xpath('string(//link[@rel="canonical"]/@href)'), name
        assert said["og:image"] == f"{address}assets/social.png", name
        assert said["og:image:alt"] and said["twitter:card"] == "summary_large_image", name


def test_titles_do_not_break_at_hyphens(pages: Pages) -> None:
    """Each hyphenated word of a title is kept whole, and nothing is added to it."""
    title = pages["challenges/co-destruction/index.html"].xpath("//h1")[0]
    kept = [span.text for span in title.xpath('.//span[@class="whole"]')]
    assert kept == re.findall(r"\w+(?:-\w+)+", title.text_content()) != []


def test_undated_works_keep_their_letter(pages: Pages) -> None:
    """In text the letter stands in one line with "n.d.-"; addresses and data keep a plain hyphen."""
    page = pages["cases/lewisham/index.html"]
    letters = page.xpath("//article//text()[contains(., 'n.d.-')]")
    assert letters
    for text in letters:
        assert text.getparent().get("class") == "whole" and re.fullmatch(r"n\.d\.-[a-z]", text)


def test_each_doubt_stands_with_its_work(pages: Pages) -> None:
    """Every doubt of every record, and no two works under the same name."""
    works, _ = records.load_works(ROOT / "bib" / "works")
    entries = pages["doubts/index.html"].xpath('//ul[@class="doubts"]/li')
    found: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for entry in entries:
        for link in entry.xpath("a"):
            place = link.get("href").rpartition("#")[2].removeprefix("ref-")
            text = entry.text_content().replace("\u00a0", " ")
            found[place] = found.get(place, "") + text
            names.setdefault(link.text_content(), set()).add(place)
    doubtful = {key: work for key, work in works.items() if work.custom.doubts}
    assert found.keys() == doubtful.keys()
    for key, work in doubtful.items():
        assert all(printed(doubt) in found[key] for doubt in work.custom.doubts), key
    assert [name for name, places in names.items() if len(places) > 1] == []


def test_side_list_opens_one_group(pages: Pages) -> None:
    """The open group shows its pages; of another there is one link."""
    page = pages["definitions/travels/index.html"]
    (group,) = page.xpath(
        '//nav[@id="section-nav"]//span[@class="section-nav__group"][.="Where the word comes from"]/..'
    )
    assert group.xpath("ul/li/a/@href") == ["../origins/", "./", "../by-year/"]
    assert page.xpath('//nav[@id="section-nav"]//a[.="Neighbouring terms"]/@href') == [
        "../neighbours/"
    ]


def test_words_have_the_marks_of_print(site: Path, pages: Pages) -> None:
    """No typewriter's apostrophe or quotation mark is left in words; code keeps its own."""
    kept = []
    for name in pages.names:
        words = pages[name].xpath(
            "//text()[not(ancestor::code or ancestor::pre or ancestor::script or ancestor::textarea)]"
        )
        kept += [(name, text) for text in words if "'" in text or '"' in text]
    script = (site / "practise" / "questions.js").read_text(encoding="utf-8")
    shown = lxml.html.fromstring(
        f"<div>{json.loads(script.partition('=')[2].rstrip(';' + chr(10)))}</div>"
    )
    kept += [("questions.js", text) for text in shown.itertext() if "'" in text or '"' in text]
    assert kept == []
    code = pages["definitions/index.html"].xpath("//code")  # what shows a question elsewhere
    assert any("'" in node.text_content() or '"' in node.text_content() for node in code)
    assert r"\u0027" not in (site / "spectrum" / "details.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<p>Users' or the user&#39;s</p>", "<p>Users’ or the user’s</p>"),
        ('<p>("so" they said)</p>', "<p>(“so” they said)</p>"),
        ("<p>&#34;so&#34; and &quot;so&quot;</p>", "<p>“so” and “so”</p>"),
        ('<p>6" wide</p>', '<p>6" wide</p>'),
        ("<pre>'a'</pre><code>b'</code>", "<pre>'a'</pre><code>b'</code>"),
        ('<a title="it\'s">a</a>', '<a title="it\'s">a</a>'),
    ],
)
def test_marks_are_set_in_words_alone(typed: str, shown: str) -> None:
    """Not in code, where they are copied, nor within a tag, nor where an inch is meant."""
    assert hooks.STRAIGHT.sub(hooks.curly, typed) == shown


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("p. 8 and pp. 8", 2),
        ("S. J. Williams, chap. 5, s. 3", 4),
        ("Table 2, article 8, Chapter V", 3),
        ("a stop. 8 years; the author’s. What next", 0),
        ("step. 3, tables 2, e.g. this", 0),
    ],
)
def test_short_words_stay_with_what_they_count(typed: str, parts: int) -> None:
    """A page, an initial or a table does not begin a line without its word."""
    assert hooks.TOGETHER.sub("\u00a0", typed).count("\u00a0") == parts


def test_exports_are_read_by_others(site: Path) -> None:
    """BibTeX, RIS and CSL-JSON of all works are parsed by libraries that we did not write."""
    works, _ = records.load_works(ROOT / "bib" / "works")
    folder = site / "bibliography"
    ris = rispy.loads((folder / "references.ris").read_text(encoding="utf-8"))
    csl = json.loads((folder / "references.json").read_text(encoding="utf-8"))
    bib = bibtexparser.parse_string((folder / "references.bib").read_text(encoding="utf-8"))
    assert {entry["id"] for entry in ris} == set(works)
    assert {item["id"] for item in csl} == set(works)
    assert {entry.key for entry in bib.entries} == set(works) and not bib.failed_blocks
    assert set(parse_file(folder / "references.bib").entries) == set(works)
    for entry in ris:
        work = works[entry["id"]]
        assert entry["title"] == work.title
        assert entry.get("doi") == work.doi
        assert len(entry.get("authors", [])) == len(work.author or [])


def test_a_work_has_its_exports(site: Path) -> None:
    """RIS gives first and last page apart."""
    ris = rispy.loads((site / "bibliography" / "brandsen2016.ris").read_text(encoding="utf-8"))
    assert (ris[0]["start_page"], ris[0]["end_page"]) == ("427", "435")


def test_errata_page_says_what_is_recorded(pages: Pages) -> None:
    """Every erratum of every record stands on the page, with what is printed and what is right."""
    works, _ = records.load_works(ROOT / "bib" / "works")
    errata = [erratum for work in works.values() for erratum in work.custom.errata]
    table = pages["errata/index.html"].xpath("//table")[0]
    assert len(table.xpath(".//tbody/tr")) == len(errata) > 30
    text = table.text_content()
    for erratum in errata:
        assert erratum.correct is None or erratum.correct in text


def test_search_index_knows_sections_terms_and_works(site: Path) -> None:
    """The index is a script whose entries lead to sections, glossary terms and works that exist."""
    text = (site / "search" / "index.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("window.siteIndex=").rstrip(";\n"))["sections"]
    # The slug of an address is no text.
    assert not [one for one in entries if "://" in one["text"]]
    urls = [entry["url"] for entry in entries]
    assert len(urls) == len(set(urls))
    lost = []
    fresh = Pages(site)
    for url in urls:
        file, fragment = resolve("index.html", url)
        if file not in fresh.names or (fragment and fragment not in targets(fresh[file])):
            lost.append(url)
    assert lost == []
    assert "bibliography/o/#ref-ostrom1996" in urls


PAGE = """\
<p>Before <em>any</em>&amp;all.</p><h2 id="one" title="a > b">One <a href="x">first</a></h2><p>Of<br>one</p>
<div class="sides"><h3 id="in">In</h3><p>Of in</p><section><h4 id="deep">Deep</h4>Of deep</section>, in again</div>
After <dl data-search-exclude=""><dt id="t">Not</dt><dd><h5 id="no">No</h5>not</dd></dl>one."""


def test_sections_end_where_what_holds_them_ends() -> None:
    """A text belongs to the last heading that is not shut away in an element before it; some is left out."""
    found = [
        (part.id, search_index.plain(part.title), search_index.plain(part.text))
        for part in search_index.sections(PAGE)
    ]
    assert found == [
        ("", "", "Before any&all."),
        ("one", "One first", "Of one After one."),
        ("in", "In", "Of in , in again"),
        ("deep", "Deep", "Of deep"),
    ]


def test_missing_page_helps(site: Path, pages: Pages) -> None:
    """The 404 page is styled and linked from any depth under a sub-path."""
    page = pages["404.html"]
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    path = urlsplit(settings["address"]).path
    links = page.xpath("//link[@rel='stylesheet']/@href | //main//a/@href | //script/@src")
    assert links and all(link.startswith(path) for link in links)


# Read by every Python that starts with its folder on PYTHONPATH: the clock is 500 days on.
LATER = """
import datetime, time
real, local, utc, on = time.time, time.localtime, time.gmtime, 500 * 86400
time.time = lambda: real() + on
time.localtime = lambda seconds=None: local(time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: utc(time.time() if seconds is None else seconds)
class Date(datetime.date):
    @classmethod
    def today(cls): return super().today() + datetime.timedelta(seconds=on)
class Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return super().now(tz) + datetime.timedelta(seconds=on)
    @classmethod
    def utcnow(cls): return cls.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)
datetime.date, datetime.datetime = Date, Datetime
"""


def test_two_builds_are_the_same_to_the_byte(site: Path, tmp_path: Path) -> None:
    """Another hash seed, locale, day, time zone and place give the same files, and so does an empty memory."""
    root = tmp_path / "another place, für uns" / "project"
    for name in ("bib", "docs", "overrides", "scripts"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "settings.yml"):
        shutil.copy(ROOT / name, root)
    copy_findings(root)
    (tmp_path / "sitecustomize.py").write_text(LATER, encoding="utf-8")
    other = root.parent / "site"
    later = {"PYTHONPATH": str(tmp_path), "TZ": "Pacific/Kiritimati"}
    day = run("-c", "import datetime; print(datetime.date.today())", **later).stdout.strip()
    assert day > str(datetime.date.today() + datetime.timedelta(days=498))

    done = build(other, root=root, PYTHONHASHSEED="7", LC_ALL="C", **later)
    assert done.returncode == 0, done.stderr[-2000:]
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(other): p.read_bytes() for p in other.rglob("*") if p.is_file()}
    assert sorted(first) == sorted(second)
    assert [str(name) for name in first if first[name] != second[name]] == []


def test_front_matter_of_all_pages_is_sound() -> None:
    """Every page passes the schema that contributors are told about."""
    _, problems = content.load_pages(ROOT / "docs")
    assert problems == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[@brandsen2016, p. 431]", "(Brandsen & Honingh, 2016, p. 431)"),
        ("[see @ple2010; @boyle2009]", "(see Plé & Chumpitaz Cáceres, 2010; Boyle & Harris, 2009)"),
        ("[@ple2010; @boyle2009]", "(Boyle & Harris, 2009; Plé & Chumpitaz Cáceres, 2010)"),
        ("[-@brandsen2016, pp. 427-430]", "(2016, pp. 427–430)"),
        (
            "[@williams2016; @williams2020b]",
            "(B. N. Williams et al., 2016; O. Williams, Sarre, et al., 2020)",
        ),
    ],
)
def test_citation_forms(written: str, read: str, tmp_path: Path) -> None:
    """Page numbers, affixes, narrative citing, order by author, namesakes, dashes in ranges."""
    bib = ROOT / "bib" / "references.bib"
    formatter = citations.Formatter(tmp_path / "cache.json")
    registry = citations.SiteRegistry(bib, parse_file(bib), formatter)
    registry.prepare([written])
    text = re.sub(r"<[^>]+>", "", registry.html[written]).replace("&amp;", "&")
    assert text == read
    assert formatter.calls == 1

    again = citations.Formatter(tmp_path / "cache.json")
    second = citations.SiteRegistry(bib, parse_file(bib), again)
    second.prepare([written])
    assert (second.html, again.calls) == (registry.html, 0)
