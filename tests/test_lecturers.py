"""What lecturers take away: cartridges, question bank, short addresses, metadata, citations."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import bibtexparser
import cartridge
import citations
import content
import go
import handouts
import lecturers
import lxml.html
import metadata
import permalinks
import pytest
import questions
import records
import rispy
import tables
import yaml
from conftest import ROOT, Pages, printed
from lxml import etree
from playwright.sync_api import Browser, expect
from pybtex.database import parse_file

SCHEMAS = ROOT / "tests" / "data"
NS = {
    "cp": cartridge.MANIFEST_NAMESPACE,
    "wl": cartridge.LINK_NAMESPACE,
    "qti": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
    "lomr": f"{cartridge.LOM}/resource",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tables.SiteData:
    """The site's data as the build reads them."""
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    pages, _ = content.load_pages(ROOT / "docs")
    works, _ = records.load_works(ROOT / "bib" / "works")
    found = tables.load_site(ROOT, pages, settings, works)
    bib = ROOT / "bib" / "references.bib"
    cache = tmp_path_factory.mktemp("cache") / "citations.json"
    registry = citations.SiteRegistry(bib, parse_file(bib), citations.Formatter(cache))
    for page in pages:
        found.cites[page.src] = tables.cited_blocks(page, registry)[0]
    registry.prepare([block for blocks in found.cites.values() for block in blocks])
    found.registry = registry
    return found


@pytest.fixture(scope="module")
def settings(data: tables.SiteData) -> dict[str, Any]:
    """Name, address, licence."""
    return data.settings


# Cartridges ------------------------------------------------------------------------------------------


class Cartridge:
    """A cartridge opened with tools that are not ours."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        self.names = self.archive.namelist()
        self.bytes = self.archive.read("imsmanifest.xml")
        self.manifest = etree.fromstring(self.bytes)

    def find(self, path: str) -> Any:
        """What an XPath finds in the manifest."""
        return self.manifest.xpath(path, namespaces=NS)

    def xml(self, name: str) -> Any:
        """One of its files, parsed."""
        return etree.fromstring(self.archive.read(name))

    def links(self) -> dict[str, str]:
        """The address of each link, by its file."""
        return {
            name: self.xml(name).xpath("string(/wl:webLink/wl:url/@href)", namespaces=NS)
            for name in self.names
            if name.startswith("links/")
        }


@pytest.fixture(scope="module")
def cartridges(site: Path) -> dict[str, Cartridge]:
    """All cartridges of the built site."""
    return {path.stem: Cartridge(path) for path in sorted((site / "teach/files").glob("*.imscc"))}


@pytest.fixture(scope="module")
def whole(cartridges: dict[str, Cartridge]) -> Cartridge:
    """The cartridge that holds everything."""
    return cartridges["defining-co-production"]


def schema(name: str) -> etree.XMLSchema:
    """One of Moodle's own schemas for Common Cartridge 1.1."""
    return etree.XMLSchema(etree.parse(SCHEMAS / "cc11" / name))


def test_manifests_are_valid_for_moodle(cartridges: dict[str, Cartridge]) -> None:
    """Moodle checks the manifest against these schemas and refuses what they refuse."""
    moodle = schema("cc11libxml2validator.xsd")
    for name, one in cartridges.items():
        assert moodle.validate(one.manifest), (name, list(moodle.error_log)[:3])
    assert len(cartridges) > 5


def test_links_and_quizzes_are_valid_for_moodle(cartridges: dict[str, Cartridge]) -> None:
    """Every file in every cartridge is valid by the schema of its kind."""
    schemas = {
        "links": schema("ccv1p1_imswl_v1p1.xsd"),
        "quizzes": schema("ccv1p1_qtiasiv1p2p1_v1p0.xsd"),
    }
    for name, one in cartridges.items():
        for file in one.names[1:]:
            judge = schemas[file.partition("/")[0]]
            assert judge.validate(one.xml(file)), (name, file, list(judge.error_log)[:2])


def test_schemas_refuse_what_they_should(whole: Cartridge) -> None:
    """The schemas bite: a manifest with a wrong version, role or a nameless leaf is not valid."""
    moodle = schema("cc11libxml2validator.xsd")
    for old, new in (
        (b"<schemaversion>1.1.0", b"<schemaversion>1.3.0"),
        (b">Instructor<", b">Teacher<"),
        (b' structure="rooted-hierarchy"', b""),
    ):
        assert old in whole.bytes
        assert not moodle.validate(etree.fromstring(whole.bytes.replace(old, new))), new


def test_moodle_recognises_the_version(cartridges: dict[str, Cartridge]) -> None:
    """Moodle looks for the namespace in the first 500 bytes, without a byte order mark."""
    wanted = f'xmlns="{cartridge.MANIFEST_NAMESPACE}"'.encode()
    for name, one in cartridges.items():
        assert one.bytes.startswith(b"<?xml"), name
        assert wanted in one.bytes[:500], name
        assert one.names[0] == "imsmanifest.xml"


def test_nothing_dangles(cartridges: dict[str, Cartridge]) -> None:
    """Each leaf has a resource, each resource a leaf and a file, each file a resource."""
    for name, one in cartridges.items():
        wanted = one.find("//cp:item/@identifierref")
        assert sorted(wanted) == sorted(one.find("//cp:resource/@identifier")), name
        assert len(wanted) == len(set(wanted)), name
        files = one.find("//cp:resource/cp:file/@href")
        assert sorted(files) == sorted(one.names[1:]), name


# The form that Moodle accepts is narrower than that of an address.
MOODLE_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)(#[\w.-]+)?"
)


def test_every_link_arrives(
    cartridges: dict[str, Cartridge], site: Path, pages: Pages, settings: dict[str, Any]
) -> None:
    """Every link leads to a built page and an id on it, at the address of the settings."""
    lost = []
    for one in cartridges.values():
        for file, link in one.links().items():
            assert MOODLE_ADDRESS.fullmatch(link), link
            assert link.startswith(settings["address"]), link
            place, fragment = urldefrag(link.removeprefix(settings["address"]))
            name = f"{place}index.html"
            built = (site / name).is_file()
            if not built or (fragment and fragment not in pages[name].xpath("//@id")):
                lost.append((file, link))
    assert lost == []


def test_every_page_section_case_and_model_is_linked(
    whole: Cartridge, data: tables.SiteData, settings: dict[str, Any]
) -> None:
    """Nothing that can be linked is left out."""
    links = {link.removeprefix(settings["address"]) for link in whole.links().values()}
    kinds = {"page", "section", "case", "model", "definition"}
    wanted = {target.url for target in go.targets(data) if target.kind in kinds}
    assert links == wanted
    assert len(wanted) > 500


def test_every_page_with_questions_has_a_quiz(whole: Cartridge, data: tables.SiteData) -> None:
    """As many questions in quizzes as on pages."""
    asked = [q["id"] for page in data.pages.values() for q in page.meta.get("questions") or []]
    found = [
        ident
        for name in whole.names
        if name.startswith("quizzes/")
        for ident in whole.xml(name).xpath("//qti:item/@ident", namespaces=NS)
    ]
    assert sorted(found) == sorted(asked)


def test_quizzes_score_one_option_and_answer_each(whole: Cartridge) -> None:
    """One option scores; every option leads to feedback that is there and says something."""
    seen = 0
    for name in whole.names:
        if not name.startswith("quizzes/"):
            continue
        for item in whole.xml(name).xpath("//qti:item[.//qti:response_lid]", namespaces=NS):
            labels = item.xpath(".//qti:response_label/@ident", namespaces=NS)
            judged = item.xpath(".//qti:varequal/text()", namespaces=NS)
            scoring = item.xpath(".//qti:respcondition[qti:setvar]", namespaces=NS)
            asked = item.xpath(".//qti:displayfeedback/@linkrefid", namespaces=NS)
            given = {
                said.get("ident"): "".join(said.itertext()).strip()
                for said in item.xpath("qti:itemfeedback", namespaces=NS)
            }
            assert sorted(judged) == labels and len(scoring) == 1, name
            assert sorted(asked) == list(given) and all(given.values()), name
            # The right one comes first, and ends the processing: some readers stop there.
            first = item.find(".//qti:respcondition", NS)
            assert first is scoring[0] and first.get("continue") == "No", name
            seen += 1
    assert seen > 40


def test_notes_for_lecturers_are_hidden_from_students(whole: Cartridge) -> None:
    """Pages of teach/ carry the role Instructor, worksheets and everything else do not."""
    roles = {
        resource.get("identifier"): resource.xpath(
            "string(.//lomr:intendedEndUserRole/lomr:value)", namespaces=NS
        )
        for resource in whole.find("//cp:resource")
    }
    links = whole.links()
    for identifier, role in roles.items():
        link = links.get(f"links/{identifier.removeprefix('r_')}.xml", "")
        hidden = "/teach/" in link and "/teach/worksheets/" not in link
        assert role == ("Instructor" if hidden else ""), identifier
    assert "Instructor" in roles.values()


def test_identifiers_come_from_addresses(whole: Cartridge) -> None:
    """A second import finds the same identifiers, so they are made of what lasts."""
    identifiers = set(whole.find("//cp:item/@identifier"))
    assert {"i_c-octet", "i_c-octet..result", "i_m-iap2", "i_home", "m_cases"} <= identifiers


def test_parts_do_not_overlap(cartridges: dict[str, Cartridge], whole: Cartridge) -> None:
    """The cartridges of the parts hold pieces of the whole, each once; one without sections."""
    others = [one for name, one in cartridges.items() if one is not whole and "-pages" not in name]
    pieces = [name for one in others for name in one.names[1:]]
    assert len(pieces) == len(set(pieces)) and set(pieces) < set(whole.names)
    assert len(others) > 4
    pages_only = cartridges["defining-co-production-pages"]
    assert not any("#" in link for link in pages_only.links().values())


def test_address_is_a_setting(data: tables.SiteData, settings: dict[str, Any]) -> None:
    """Another address in the settings, and every link has it."""
    moved = {**settings, "address": "https://co.example.ac.uk/x/"}
    made = cartridge.files(data, ROOT / "docs", moved)["teach/files/defining-co-production.imscc"]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert settings["address"] not in text
    assert "https://co.example.ac.uk/x/cases/octet/" in text


def test_made_twice_is_the_same_to_the_byte(
    data: tables.SiteData, settings: dict[str, Any], site: Path
) -> None:
    """The same content gives the same files, here and in the built site."""
    first = lecturers.files(data, ROOT / "docs", settings)
    second = lecturers.files(data, ROOT / "docs", settings)
    assert first == second
    assert {n: (site / n).read_bytes() for n in first} == first


def test_another_release_day_changes_the_stamp_only(settings: dict[str, Any]) -> None:
    """The zip's times are those of the release, not of the build."""
    texts = {"imsmanifest.xml": "<x/>", "links/a.xml": "<y/>"}
    packed = cartridge.pack(texts, datetime.date(2026, 9, 1))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 9, 1, 0, 0, 0)}


# Questions -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(data: tables.SiteData, settings: dict[str, Any]) -> list[questions.BankQuestion]:
    """The bank's questions."""
    return questions.bank(data, settings)


def test_gift_is_read_by_a_parser_that_is_not_ours(
    site: Path, asked: list[questions.BankQuestion]
) -> None:
    """As many questions as on the pages, one right option in each, feedback for every option."""
    gift = pytest.importorskip("pygiftparser.parser")
    with (site / "teach/files/questions.gift").open(encoding="utf-8") as file:
        found = gift.parseFile(file)
    assert all(question.valid for question in found)
    assert [q.title for q in found] == [questions.gift_text(q.title) for q in asked]
    for mine, theirs in zip(asked, found, strict=True):
        options = getattr(theirs.answers, "answers", [])
        right = [option for option in options if option.fraction == 100]
        assert len(options) == len(mine.options)
        assert len(right) == bool(mine.options)
        assert all(option.feedback for option in options)
        assert theirs.generalFeedback


def gift_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Head and answers of each question, split at the signs of GIFT that are not escaped."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("//"):
            match = re.fullmatch(r"(.*?)(?<!\\)\{(.*)(?<!\\)\}", block, re.DOTALL)
            assert match, block[:80]
            yield match.group(1), match.group(2)


def test_gift_has_no_sign_that_is_not_escaped(
    site: Path, asked: list[questions.BankQuestion]
) -> None:
    """Each question splits into its head and as many options as it has, and no more."""
    text = (site / "teach/files/questions.gift").read_text(encoding="utf-8")
    blocks = list(gift_blocks(text))
    assert len(blocks) == len(asked)
    for mine, (head, answers) in zip(asked, blocks, strict=True):
        assert f"[id:{mine.id}]" in head
        options, _, last = answers.partition("####")
        signs = re.findall(r"(?<!\\)[=~]", options)
        assert signs.count("=") == bool(mine.options)
        assert len(signs) == len(mine.options)
        assert len(re.findall(r"(?<!\\)#", options)) == len(mine.options)
        assert not re.search(r"(?<!\\)[=~#{}]", last)


def test_moodle_xml_has_the_structure_of_its_kind(
    site: Path, asked: list[questions.BankQuestion]
) -> None:
    """Parsed by lxml: names, kinds, one full score, feedback, ids that do not repeat, categories."""
    quiz = etree.parse(site / "teach/files/questions-moodle.xml").getroot()
    assert quiz.tag == "quiz"
    found = quiz.xpath("question[@type!='category']")
    assert [q.findtext("idnumber") for q in found] == [q.id for q in asked]
    assert len({q.id for q in asked}) == len(asked)
    for mine, question in zip(asked, found, strict=True):
        assert question.get("type") == ("multichoice" if mine.options else "essay")
        assert question.findtext("name/text") == mine.title
        assert mine.stem in question.findtext("questiontext/text")
        fractions = [answer.get("fraction") for answer in question.findall("answer")]
        assert fractions.count("100") == bool(mine.options)
        assert len(fractions) == len(mine.options)
        assert all(a.findtext("feedback/text") for a in question.findall("answer"))
        if not mine.options:
            assert all(name in question.findtext("graderinfo/text") for name, _ in mine.levels)
    categories = quiz.xpath("question[@type='category']/category/text/text()")
    assert categories and all(c.startswith("$course$/Defining Co-production/") for c in categories)


def test_questions_stand_on_their_own(
    asked: list[questions.BankQuestion], pages: Pages, settings: dict[str, Any]
) -> None:
    """No syntax of ours, no link that needs our page; every cited work is linked by its short address, and found."""
    seen = 0
    for question in asked:
        texts = [question.stem, question.read, *(looks for _, looks in question.levels)]
        texts += [t for option in question.options for t in (option.text, option.feedback)]
        for text in texts:
            assert not re.search(r"\[@|\{recalled\}|class=|role=", text), text
            for link in lxml.html.fromstring(f"<p>{text}</p>").xpath(".//@href"):
                assert link.startswith(settings["address"]), link
                place, fragment = urldefrag(link.removeprefix(settings["address"]))
                assert (pages.folder / place / "index.html").exists(), link
                assert not fragment.startswith("ref-"), link
                seen += place.startswith("go/w-")
    assert seen > 100


# A question is also met in the mixed set, in a frame and in a course system, where no page stands round it.
POINTS_AWAY = re.compile(
    r"\bthis (?:page|site|section|line|table|list|chart|figure)\b"
    r"|\bthe (?:diagram|chart|figure)\b"
    r"|\b(?:the end|the foot|the top) of (?:the|this|that) page\b"
    r"|\bon (?:the|our|that) (?:page|site)\b(?! (?:“|Defining))"
    r"|\b(?:above|below)\b(?! (?:the|all)\b)"
    r"|\b(?:as we saw|overleaf|see here)\b",
    re.IGNORECASE,
)


def asked_in_words(question: questions.BankQuestion) -> list[str]:
    """What a student reads before answering or comparing: stem, options, levels of an essay."""
    texts = [question.stem, *(option.text for option in question.options)]
    return [questions.plain(text) for text in texts + [looks for _, looks in question.levels]]


def test_no_question_points_to_what_is_not_there(asked: list[questions.BankQuestion]) -> None:
    """No stem, option or level speaks of a page, a diagram or a place above it."""
    lost = [
        f"{question.id}: {found.group()}"
        for question in asked
        for text in asked_in_words(question)
        if (found := POINTS_AWAY.search(text))
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Which rewording follows this page?", True),
        ("The diagram shows a bar. Whose judgement is that?", True),
        ("Goes through the questions at the end of the page", True),
        ("Which word on the page fits best?", True),
        ("Choose one of the cases above.", True),
        ("Why can this line not show it?", True),
        ("Why can a line that asks who settles a matter not show it?", False),
        ("The spectrum on the site Defining Co-production shows a bar.", False),
        ("Co-design is one rung below the top", False),
    ],
)
def test_words_that_point_away_are_known(text: str, points: bool) -> None:
    """Stems that were lost without their page are found, and those that name the thing are not."""
    assert bool(POINTS_AWAY.search(text)) == points


def told_by_length(asked: Iterable[questions.BankQuestion]) -> dict[str, bool]:
    """Whether the right option is the shortest, or the longest, clearly more or less often than by chance."""
    by_length = [
        [(len(questions.plain(option.text)), option.correct) for option in question.options]
        for question in asked
        if question.options
    ]
    chance = sum(1 / len(options) for options in by_length)
    return {
        pick.__name__: not 0.6 * chance
        <= sum((pick(options)[0], True) in options for options in by_length)
        <= 1.2 * chance
        for pick in (min, max)
    }


def test_length_does_not_tell_the_answer(asked: list[questions.BankQuestion]) -> None:
    """Neither the shortest nor the longest option is a good guess, nor a bad one; stages to sort keep their names."""
    written = [question for question in asked if question.category != "Practise"]
    assert told_by_length(written) == {"min": False, "max": False}
    wordy = [
        replace(q, options=tuple(replace(o, text=o.text * (1 + o.correct)) for o in q.options))
        for q in written
    ]
    assert told_by_length(wordy) == {"min": True, "max": True}


def test_each_mistake_that_students_make_has_a_question(
    asked: list[questions.BankQuestion],
) -> None:
    """Every misconception of the schema is met by a question."""
    wanted = set(content.Misconception.__args__)  # type: ignore[attr-defined]
    assert wanted <= {tag for question in asked for tag in question.tags}


# Short addresses -------------------------------------------------------------------------------------


def test_every_target_has_a_short_address(site: Path, data: tables.SiteData) -> None:
    """Pages, sections, cases, models and works: each has a page that leads to it, and an entry."""
    table = json.loads((site / "go/index.json").read_text(encoding="utf-8"))["go"]
    made = {p.parent.relative_to(site / "go").as_posix() for p in site.glob("go/**/index.html")}
    assert {entry["id"] for entry in table} == made
    by_kind: dict[str, int] = {}
    for entry in table:
        by_kind[entry["kind"]] = by_kind.get(entry["kind"], 0) + 1
    assert by_kind["case"] == len(data.having("case"))
    assert by_kind["model"] == len(data.having("model"))
    assert by_kind["definition"] == len(data.having("definition"))
    assert by_kind["work"] == len(data.works)
    sections = sum(len(go.sections(page)) for page in go.linkable(data))
    moved = [old.partition("#")[2] for old in permalinks.moves(permalinks.read_record(ROOT))]
    gone = [anchor for anchor in moved if anchor and not anchor.startswith("q-")]
    assert by_kind["section"] == sections + len(gone) and sections > 300


def test_short_addresses_lead_where_they_say(site: Path, pages: Pages) -> None:
    """The refresh, the link and the table agree, and the place exists."""
    table = json.loads((site / "go/index.json").read_text(encoding="utf-8"))["go"]
    for entry in table:
        name = f"go/{entry['id']}/index.html"
        page = pages[name]
        refresh = page.xpath('string(//meta[@http-equiv="refresh"]/@content)')
        link = page.xpath("string(//main//a/@href)")
        assert refresh == f"0; url={link}", name
        assert page.xpath("//script") == []
        place, fragment = urldefrag(entry["url"])
        depth = name.count("/")
        assert link == "../" * depth + entry["url"] or entry["url"] == "", name
        target = pages[f"{place}index.html"]
        assert not fragment or target.xpath(f'//*[@id="{fragment}"]'), entry
        canonical = page.xpath('string(//link[@rel="canonical"]/@href)')
        assert canonical == target.xpath('string(//link[@rel="canonical"]/@href)'), name


def page_of(src: str, **meta: Any) -> content.SourcePage:
    """A page made up for a test."""
    fields = {"title": "T", "description": "D" * 30, "date": datetime.date(2026, 1, 2), **meta}
    return content.SourcePage(src, fields, "", "", 1)


def test_short_ids_are_short_for_families() -> None:
    """Cases, models and definitions have a letter; other pages their address."""
    assert go.page_id("cases/octet.md", {"case": {"x": 1}}) == ("c-octet", "case")
    assert go.page_id("spectrum/models/iap2.md", {"model": {"x": 1}}) == ("m-iap2", "model")
    assert go.page_id("cases/pairs.md", {}) == ("cases-pairs", "page")
    assert go.page_id("index.md", {}) == ("home", "page")


def test_two_places_with_one_short_id_stop_the_build(
    data: tables.SiteData, settings: dict[str, Any]
) -> None:
    """The message names both."""
    pages = {p.src: p for p in (page_of("teach/a.md"), page_of("teach-a.md"))}
    both = tables.SiteData(ROOT, settings, pages, {})
    with pytest.raises(ValueError, match=r"/go/teach-a/ would lead to teach"):
        go.targets(both)


def test_what_was_renamed_keeps_its_short_address(settings: dict[str, Any]) -> None:
    """The old id leads to the new place, for pages and for sections."""
    known = [go.Target("c-octet", "case", "Orders", "cases/octet/")]
    moved = {"cases/old/": "cases/octet/", "cases/old/#end": "cases/octet/#result"}
    found = go.moved_targets(moved, known)
    assert [(t.id, t.kind, t.title, t.url) for t in found] == [
        ("c-old", "case", "Orders", "cases/octet/"),
        ("c-old/end", "section", "cases/octet/#result", "cases/octet/#result"),
    ]


# Metadata --------------------------------------------------------------------------------------------

# Zotero's translator "Embedded Metadata" (HIGHWIRE_MAPPINGS): name of the meta tag to Zotero's field.
HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_book_title": "bookTitle",
    "citation_publisher": "publisher",
    "citation_abstract": "abstractNote",
    "citation_public_url": "url",
    "citation_language": "language",
}
# Names that make it decide on a type by themselves.
TYPES = {"citation_journal_title": "journalArticle", "citation_book_title": "bookSection"}


def zotero_creator(text: str) -> dict[str, str]:
    """A name as Zotero's `cleanAuthor` splits it: at the comma, or before the last word."""
    name = text.strip().rstrip(" .,/[]:")
    if "," in text:
        last, _, first = name.partition(",")
        return {"lastName": last, "firstName": first.strip()}
    first, _, last = name.rpartition(" ")
    return {"lastName": last, "firstName": first}


def zotero_item(page: lxml.html.HtmlElement) -> dict[str, Any]:
    """What Zotero makes of a page's meta tags, by the rules of its translators."""
    tags = [
        (meta.get("name") or meta.get("property"), meta.get("content"))
        for meta in page.xpath("/html/head/meta[@content][@name or @property]")
    ]
    item: dict[str, Any] = {"creators": [], "itemType": None}
    guess = None
    for name, value in tags:
        if name == "z:itemType":
            item["itemType"] = value
        elif name == "citation_author":
            item["creators"].append(zotero_creator(value))
        elif name == "og:site_name":
            item.setdefault("publicationTitle", value)
        elif name.lower() in ("dc.rights", "dcterms.rights"):
            item["rights"] = value
        elif name in HIGHWIRE:
            item[HIGHWIRE[name]] = value
        guess = TYPES.get(name, guess)
    item["itemType"] = item["itemType"] or guess or "journalArticle"
    return item


@pytest.mark.parametrize("name", ["challenges/trust/index.html", "cases/octet/index.html"])
def test_zotero_saves_a_page_as_a_section_of_the_site(
    name: str, pages: Pages, settings: dict[str, Any]
) -> None:
    """Type, title, book, authors, date, publisher, address, language, abstract and licence."""
    page = pages[name]
    item = zotero_item(page)
    assert item["itemType"] == "bookSection"
    assert item["title"] == page.xpath("string(//h1)")
    assert item["bookTitle"] == settings["name"]
    assert item["creators"] == [
        {"lastName": "Defining Co-production contributors", "firstName": ""}
    ]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d", item["date"])
    assert item["publisher"] == settings["publisher"]
    assert item["url"] == page.xpath('string(//link[@rel="canonical"]/@href)')
    assert item["language"] == "en-GB"
    assert item["abstractNote"] == page.xpath('string(//meta[@name="description"]/@content)')
    assert item["rights"] == "CC BY 4.0"


def test_zotero_saves_the_start_page_as_the_site(pages: Pages, settings: dict[str, Any]) -> None:
    """A web page with the site's name, not a section of itself."""
    item = zotero_item(pages["index.html"])
    assert (item["itemType"], item["title"]) == ("webpage", settings["name"])
    assert "bookTitle" not in item


def test_type_does_not_hang_on_one_tag(pages: Pages) -> None:
    """Without `z:itemType` the names of Highwire still give a section of a book."""
    page = lxml.html.fromstring(lxml.html.tostring(pages["challenges/trust/index.html"]))
    for meta in page.xpath('//meta[@name="z:itemType"]'):
        meta.getparent().remove(meta)
    assert zotero_item(page)["itemType"] == "bookSection"
    assert page.xpath('string(//meta[@property="og:type"]/@content)') != "website"


def test_every_page_has_its_metadata(pages: Pages, data: tables.SiteData) -> None:
    """Every page of the site proper has tags, JSON-LD and links to its citation files."""
    for page in go.linkable(data):
        built = pages[f"{permalinks.address(page.src)}index.html"]
        assert built.xpath('//meta[@name="citation_title"]'), page.src
        assert len(built.xpath('//script[@type="application/ld+json"]')) == 1, page.src
        assert len(built.xpath('//link[@rel="alternate"][starts-with(@type, "application/")]')) == 3


def json_ld_of(page: lxml.html.HtmlElement, url: str) -> dict[str, Any]:
    """A page's JSON-LD as extruct reads it, or as plain JSON where extruct cannot be had as a wheel."""
    try:
        import extruct
    except ImportError:
        found: dict[str, Any] = json.loads(
            page.xpath('string(//script[@type="application/ld+json"])')
        )
        return found
    text = lxml.html.tostring(page, encoding="unicode")
    every: list[dict[str, Any]] = extruct.extract(text, base_url=url, syntaxes=["json-ld"])[
        "json-ld"
    ]
    return every[0]


def test_json_ld_says_what_a_course_wants_to_know(pages: Pages, settings: dict[str, Any]) -> None:
    """A LearningResource with outcomes, time, level, audience, licence and what it cites."""
    url = settings["address"] + "challenges/trust/"
    found = json_ld_of(pages["challenges/trust/index.html"], url)
    assert found["@type"] == ["LearningResource", "WebPage"]
    assert (found["@id"], found["inLanguage"]) == (url, "en-GB")
    assert found["license"] == settings["licence"]["text"]["url"]
    assert found["educationalLevel"] == settings["level"]
    assert len(found["teaches"]) == 2
    assert re.fullmatch(r"PT\d+M", found["timeRequired"])
    assert found["isPartOf"]["name"] == settings["name"]
    assert found["audience"]["educationalRole"] == "student"
    assert "https://doi.org/10.1108/IJPSM-06-2015-0118" in {c.get("@id") for c in found["citation"]}
    teacher = json_ld_of(pages["teach/index.html"], settings["address"] + "teach/")
    assert teacher["audience"]["educationalRole"] == "teacher"


def test_json_ld_of_every_page_is_json(pages: Pages) -> None:
    """No page's JSON-LD is broken, and none can end its script element."""
    for name in pages.names:
        for script in pages[name].xpath('//script[@type="application/ld+json"]'):
            found = json.loads(script.text)
            assert found["dateModified"] >= found["datePublished"], name
            assert "<" not in script.text


@pytest.fixture(scope="module")
def amb_judge() -> Any:
    """AMB's own schemas, with dates and addresses really checked."""
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    files = sorted((SCHEMAS / "amb").glob("*.json"))
    schemas = {s["$id"]: s for s in (json.loads(f.read_text(encoding="utf-8")) for f in files)}
    resources = [(n, referencing.Resource.from_contents(s)) for n, s in schemas.items()]
    registry = referencing.Registry().with_resources(resources)
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    assert {"uri", "date"} <= set(checker.checkers)
    main = next(s for name, s in schemas.items() if name.endswith("/schema.json"))
    return jsonschema.Draft7Validator(main, registry=registry, format_checker=checker)


def test_amb_records_are_valid_with_formats(site: Path, amb_judge: Any) -> None:
    """The site's record and the repository's are valid; the schemas refuse what they should."""
    record = json.loads((site / "amb.json").read_text(encoding="utf-8"))
    of_repository = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    for one in (record, of_repository):
        assert [error.message for error in amb_judge.iter_errors(one)] == []
    assert not amb_judge.is_valid({**record, "id": "no address"})
    assert not amb_judge.is_valid({**record, "datePublished": "yesterday"})
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert not amb_judge.is_valid({**record, "license": licence})
    assert yaml.safe_load((site / "metadata.yml").read_text(encoding="utf-8")) == record


def test_parts_of_the_amb_record_exist(site: Path, settings: dict[str, Any]) -> None:
    """Every page that the record names is built."""
    record = json.loads((site / "amb.json").read_text(encoding="utf-8"))
    for part in record["hasPart"]:
        place = part["id"].removeprefix(settings["address"])
        assert (site / place / "index.html").is_file(), part


# Citations -------------------------------------------------------------------------------------------


def test_citation_files_are_read_by_others(
    site: Path, data: tables.SiteData, settings: dict[str, Any]
) -> None:
    """BibTeX, RIS and CSL-JSON of every page, by libraries that are not ours."""
    for facts in metadata.all_facts(data, settings):
        file = site / "cite" / facts.name
        bib = bibtexparser.parse_string(file.with_suffix(".bib").read_text(encoding="utf-8"))
        assert len(bib.entries) == 1 and not bib.failed_blocks, facts.src
        assert bib.entries[0].fields_dict["url"].value == facts.url
        assert str(facts.date.year) == bib.entries[0].fields_dict["year"].value
        ris = rispy.loads(file.with_suffix(".ris").read_text(encoding="utf-8"))
        assert [(e["title"], e["urls"]) for e in ris] == [(facts.title, [facts.url])]
        csl = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        assert [(i["title"], i["URL"]) for i in csl] == [(facts.title, facts.url)]
        assert csl[0]["type"] == ("webpage" if facts.is_site else "chapter")


def made_up(settings: dict[str, Any], authors: list[dict[str, str]], **more: Any) -> metadata.Facts:
    """Facts of a page by these authors."""
    return metadata.Facts(
        src="challenges/trust.md",
        title=more.get("title", "Trust"),
        description="About trust.",
        url="https://x.example/challenges/trust/",
        date=datetime.date(2026, 11, 3),
        first=datetime.date(2026, 9, 1),
        settings={**settings, "authors": authors, "version": "1.2.0"},
    )


def text_of(markup: str) -> str:
    """HTML without its tags."""
    return str(lxml.html.fromstring(f"<p>{markup}</p>").text_content())


ANN = {"family": "Able", "given": "Ann Mary"}
BEN = {"family": "Baker", "given": "B."}
BODY = {"literal": "The Collective"}


@pytest.mark.parametrize(
    ("authors", "title", "cited"),
    [
        ([ANN], "Trust", "Able, A. M. (2026). Trust. In Site (Version 1.2.0)."),
        ([ANN, BEN], "Trust", "Able, A. M., & Baker, B. (2026). Trust. In Site (Version 1.2.0)."),
        ([BODY], "Why?", "The Collective. (2026). Why? In Site (Version 1.2.0)."),
        (
            [ANN, BEN, BODY],
            "Trust",
            "Able, A. M., Baker, B., & The Collective. (2026). Trust. In Site (Version 1.2.0).",
        ),
    ],
)
def test_apa(
    authors: list[dict[str, str]], title: str, cited: str, settings: dict[str, Any]
) -> None:
    """One author, two, a body, three; a title that is a question keeps its mark."""
    facts = made_up({**settings, "name": "Site"}, authors, title=title)
    assert text_of(metadata.apa(facts)) == f"{cited} https://x.example/challenges/trust/"


def test_harvard(settings: dict[str, Any]) -> None:
    """Quotation marks for the part, the date of reading left to fill in."""
    facts = made_up({**settings, "name": "Site"}, [ANN, BEN])
    assert text_of(metadata.harvard(facts)) == (
        "Able, A.M. and Baker, B. (2026) ‘Trust’, in Site. Version 1.2.0. Available at: "
        "https://x.example/challenges/trust/ (Accessed: day month year)."
    )


def test_section_is_cited_by_its_own_title_and_address(settings: dict[str, Any]) -> None:
    """A section's title stands before the page's."""
    facts = made_up({**settings, "name": "Site"}, [BODY])
    section = go.Section("coping", 2, "Coping")
    assert text_of(metadata.apa(facts, section)) == (
        "The Collective. (2026). Coping (Trust). In Site (Version 1.2.0). "
        "https://x.example/challenges/trust/#coping"
    )


def test_attribution_names_title_author_source_and_licence(settings: dict[str, Any]) -> None:
    """What CC BY 4.0 asks for, ready to paste."""
    line = text_of(metadata.attribution(made_up(settings, [ANN])))
    for part in ("“Trust”", "Ann Mary Able", "https://x.example/challenges/trust/", "CC BY 4.0"):
        assert part in line


def test_signs_of_bibtex_and_html_do_no_harm(settings: dict[str, Any]) -> None:
    """A title with signs comes back as it was."""
    facts = made_up(settings, [BODY], title="50 % of <us> & _them_ #1")
    parsed = bibtexparser.parse_string(metadata.bibtex(facts))
    assert not parsed.failed_blocks and len(parsed.entries) == 1
    assert "<us>" in text_of(metadata.apa(facts))
    assert "<" not in metadata.script_text(metadata.json_ld(replace(facts, src="x.md")))


def test_pages_offer_their_citations(pages: Pages) -> None:
    """The fold at the end of a page has APA, Harvard, three files, a credit line and short addresses."""
    fold = pages["challenges/trust/index.html"].get_element_by_id("cite-this-page")
    assert fold.tag == "details"
    text = fold.text_content()
    for part in (
        "APA",
        "Harvard",
        "BibTeX",
        "RIS",
        "CSL-JSON",
        "CC BY 4.0",
        "go/challenges-trust/",
    ):
        assert part in text
    assert len(fold.xpath('.//ul[@class="cite__sections"]/li')) > 3


def test_a_section_is_shared_by_keyboard(chromium: Browser, address: str) -> None:
    """One stop beside each heading; it opens the link and the two citations, which copy."""
    page = chromium.new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{address}challenges/trust/")
    row = page.locator(".heading-row", has=page.locator("#what-it-is"))
    expect(row.get_by_role("button")).to_have_count(1)

    row.get_by_role("button", name="Share section: What it is").press("Enter")
    row.get_by_role("button", name="Copy link to: What it is").press("Enter")
    expect(page.get_by_role("status").filter(has_text="copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/challenges/trust/#what-it-is")
    row.get_by_role("button", name="Copy citation in Harvard style").press("Enter")
    page.wait_for_function(
        "() => navigator.clipboard.readText().then((text) => text.includes('Accessed: '))"
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "What it is (" in copied and copied.count("#what-it-is") == 1
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(row.get_by_role("button")).to_have_count(1)
    page.close()


# Handouts --------------------------------------------------------------------------------------------


def parts_of(path: Path, pattern: str) -> list[tuple[str, etree._Element]]:
    """The XML files of an Office file whose names match."""
    with zipfile.ZipFile(path) as archive:
        return [
            (name, etree.fromstring(archive.read(name)))
            for name in archive.namelist()
            if re.fullmatch(pattern, name)
        ]


def test_worksheets_hold_every_sheet(site: Path, data: tables.SiteData) -> None:
    """Each sheet of the page is in the document, with its tables, room to write, and no answers."""
    document = parts_of(site / "teach/files/worksheets.docx", "word/document.xml")[0][1]
    text = "".join(document.itertext())
    for section in go.sections(data.pages[handouts.WORKSHEETS]):
        assert (section.title in text) == (section.id != "files"), section.title
    word = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    body = data.pages[handouts.WORKSHEETS].body
    boxes, lines = body.count('class="draw"'), body.count("\n{ .write }")
    assert boxes == 2
    tables_there = len(document.xpath("//w:tbl", namespaces=word))
    assert tables_there == body.count("|---|\n") + boxes + 1
    assert text.count(handouts.LINE_TO_WRITE_ON) == lines > 10
    assert "{ ." not in text
    assert len(document.xpath("//w:tc//w:br", namespaces=word)) > 60
    sheets = document.xpath('//w:pStyle[@w:val="Heading2"]', namespaces=word)
    breaks = document.xpath("//w:pageBreakBefore", namespaces=word)
    assert len(breaks) == len(sheets) - 1 > 4
    assert document.xpath("//w:pgSz/@w:h", namespaces=word) == ["16838"]
    assert "<!--" not in text and "<div" not in text and "](" not in text


def test_slides_tell_and_do_not_answer(site: Path, data: tables.SiteData) -> None:
    """Each case is on the slides; its readings, flags and result are not."""
    slides = parts_of(site / "teach/files/slides.pptx", r"ppt/slides/slide\d+\.xml")
    text = " ".join("".join(slide.itertext()) for _, slide in slides)
    assert len(slides) > 15
    for name in handouts.SLIDE_CASES:
        case = data.pages[f"cases/{name}.md"].meta
        assert case["title"] in text
        assert case["case"]["content_note"] is None
        found = re.sub(r"\s*\[@[^\]]*\]", "", case["case"]["found"]).rstrip(".")
        assert found not in text
    assert "What this line cannot show" in text
    assert "[@" not in text
    for name, slide in slides:
        assert len("".join(slide.itertext()).split()) < 110, name


def test_handouts_bear_the_day_of_the_release(site: Path, settings: dict[str, Any]) -> None:
    """No clock in them: the only date is that of the release."""
    day = settings["released"]
    for name in ("worksheets.docx", "slides.pptx"):
        with zipfile.ZipFile(site / "teach/files" / name) as archive:
            assert {e.date_time[:3] for e in archive.infolist()} == {(day.year, day.month, day.day)}
            core = archive.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {f"{day}T00:00:00Z"}


def test_a_handout_is_made_once(data: tables.SiteData, tmp_path: Path) -> None:
    """The same text comes from the store, another text does not."""
    day = datetime.date(2026, 9, 1)
    first = handouts.convert("# A\n", "docx", day, tmp_path)
    assert len(list(tmp_path.glob("*.docx"))) == 1
    assert handouts.convert("# A\n", "docx", day, tmp_path) == first
    assert handouts.convert("# B\n", "docx", day, tmp_path) != first
    assert len(list(tmp_path.glob("*.docx"))) == 1


# Pages -----------------------------------------------------------------------------------------------


def test_reading_pack_says_truly_what_is_free(data: tables.SiteData) -> None:
    """*Free* stands where the record knows a legal copy, *library* where it knows none."""
    items = re.findall(
        r"^- .+ \[-@([a-z0-9_-]+)\]\. \*\*(Free|Library)\.\*\*",
        data.pages["teach/reading-pack.md"].body,
        re.MULTILINE,
    )
    assert len(items) > 10
    for key, access in items:
        assert (access == "Free") == bool(data.works[key].custom.open_access), key


def test_alignment_table_is_complete(pages: Pages, data: tables.SiteData) -> None:
    """Every outcome of every page stands in the table, with the questions that serve it."""
    table = pages["teach/alignment/index.html"].xpath("//table")[0]
    shown = [cell.text_content() for cell in table.xpath(".//tbody//th")]
    outcomes = [o["text"] for p in data.pages.values() for o in p.meta.get("outcomes") or []]
    assert sorted(shown) == sorted(map(printed, outcomes))
    links = {
        link.rpartition("#q-")[2] for link in table.xpath('.//a[contains(@href, "#q-")]/@href')
    }
    assert links == {q["id"] for p in data.pages.values() for q in p.meta.get("questions") or []}


def test_lists_of_reading_name_the_author(data: tables.SiteData) -> None:
    """An item that begins with a bracket hides the name that a reader looks for."""
    found = {s: re.findall(r"^[-*] \[@[^\n]*", p.body, re.MULTILINE) for s, p in data.pages.items()}
    assert {src: items for src, items in found.items() if items} == {}


def test_download_table_is_true(pages: Pages, cartridges: dict[str, Cartridge]) -> None:
    """The table of files names each file, with as many links and quizzes as are in it."""
    page = pages["teach/import/index.html"]
    rows = page.xpath('//table[.//a[contains(@href, ".imscc")]]//tbody/tr')
    assert len(rows) == len(cartridges)
    for row in rows:
        one = cartridges[Path(row.xpath("string(.//a/@href)")).stem]
        links, quizzes, _ = [int(re.sub(r"\D", "", c.text_content())) for c in row.xpath("td")]
        assert links == sum(name.startswith("links/") for name in one.names)
        assert quizzes == sum(name.startswith("quizzes/") for name in one.names)


def test_case_cards_hold_no_answer(pages: Pages, data: tables.SiteData) -> None:
    """A card for each case, on one of two pages by its sector, with its story and question and without a reading."""
    cases = data.having("case")
    health = [page for page in cases if page.meta["case"]["sector"] == "health"]
    others = [page for page in cases if page not in health]
    sheets = ("teach/case-cards/index.html", "teach/case-cards-other/index.html")
    cards = [pages[sheet].xpath('//section[@class="card"]') for sheet in sheets]
    assert [len(found) for found in cards] == [len(health), len(others)]
    for card, page in zip(cards[0] + cards[1], health + others, strict=True):
        text = card.text_content()
        assert (
            printed(page.meta["title"]) in text and printed(page.meta["case"]["question"]) in text
        )
        assert not card.xpath(".//table | .//details")


def test_embed_code_has_title_address_and_credit(
    pages: Pages, site: Path, settings: dict[str, Any]
) -> None:
    """What a lecturer copies is a frame with a title, onto a view that is built, and a credit line."""
    code = pages["teach/embed/index.html"].xpath("string(//pre)")
    frame, credit = lxml.html.fragments_fromstring(code)
    assert frame.tag == "iframe" and frame.get("title") and frame.get("loading") == "lazy"
    place = frame.get("src").removeprefix(settings["address"])
    assert (site / place / "index.html").is_file()
    assert settings["licence"]["text"]["url"] in credit.xpath(".//@href")
    assert "published models keep their own terms" in credit.text_content()
