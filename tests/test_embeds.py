"""Views for other pages' frames: all of them by their HTML, some of each kind in a real frame."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import content
import embeds
import lxml.html
import pytest
import tables
import yaml
from conftest import ROOT, Pages, printed
from playwright.sync_api import Browser
from test_spectrum_browser import StrictServer


@pytest.fixture(scope="module")
def data() -> tables.SiteData:
    """The pages and settings; no citations are needed here."""
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    pages, _ = content.load_pages(ROOT / "docs")
    return tables.load_site(ROOT, pages, settings, {})


@pytest.fixture(scope="module")
def views(data: tables.SiteData) -> list[embeds.View]:
    """All views."""
    return embeds.views(data)


def test_each_case_model_and_question_has_a_view(
    data: tables.SiteData, views: list[embeds.View], site: Path
) -> None:
    """As many views as there are of these, each at an address of its own, each built."""
    wanted = len(data.having("case")) + len(data.having("model"))
    wanted += sum(len(page.meta.get("questions") or []) for page in data.pages.values())
    assert len({view.place for view in views}) == len(views) == wanted > 150
    assert all((site / view.place / "index.html").is_file() for view in views)


def test_views_say_where_they_come_from_and_nothing_more(
    views: list[embeds.View], pages: Pages, data: tables.SiteData
) -> None:
    """No site around them, no search engine, the full page, how to cite, the licence; a light page."""
    address = data.settings["address"]
    for view in views:
        page = pages[f"{view.place}index.html"]
        assert page.xpath("//header | //nav | //footer | //aside") == [], view.place
        assert page.xpath('//meta[@name="robots"]/@content') == ["noindex"], view.place
        canonical = page.xpath('//link[@rel="canonical"]/@href')
        assert canonical == [address + view.url.partition("#")[0]], view.place
        (full,) = page.xpath('//a[text()="Open the full page"]/@href')
        assert urljoin(address + view.place, full) == address + view.url
        assert page.xpath("string(//h1)").endswith(printed(view.title)), view.place
        cited = page.xpath('string(//p[@class="embed__cite"])')
        assert address + view.url in cited and "CC BY 4.0" in cited, view.place
        assert len(lxml.html.tostring(page)) < 16_000, view.place


def test_links_of_views_leave_the_frame_and_arrive(
    views: list[embeds.View], pages: Pages, site: Path
) -> None:
    """Each link opens outside the frame; inside the site it leads to a page and an id that exist."""
    for view in views:
        for link in pages[f"{view.place}index.html"].xpath("//a"):
            assert link.get("target") == "_blank", (view.place, link.get("href"))
            there, fragment = urldefrag(urljoin(f"x:/{view.place}", link.get("href")))
            if there.startswith("x:/"):
                name = f"{there.removeprefix('x:/')}index.html"
                assert (site / name).is_file(), (view.place, name)
                assert not fragment or pages[name].xpath("//@id").count(fragment) == 1


def test_a_case_shows_its_story_and_folds_its_answer_away(
    views: list[embeds.View], pages: Pages
) -> None:
    """What was found, and our reading, are in details that are shut; a note of content comes first."""
    for view in views:
        if view.place.startswith("embed/c-"):
            page = pages[f"{view.place}index.html"]
            assert page.xpath("//details[@open]") == []
            assert len(page.xpath("//details//dl/dt")) == 5, view.place
    octet = pages["embed/c-octet/index.html"].text_content()
    assert octet.index("This case is about detention") < octet.index("Since 2008")


def test_views_weigh_on_nothing_else(site: Path) -> None:
    """Neither search, nor the site map, nor the printable page, nor the copy for offline use has them."""
    assert "embed/c-" not in (site / "search" / "index.js").read_text(encoding="utf-8")
    assert "embed/c-" not in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert (site / "all/index.html").read_text(encoding="utf-8").count("<iframe") == 0
    assert (site / "all/index.html").read_text(encoding="utf-8").count("&lt;iframe") <= 1
    with zipfile.ZipFile(site / "downloads" / "defining-co-production.zip") as archive:
        held = [name for name in archive.namelist() if name.split("/")[1] == "embed"]
    assert [name.partition("/embed/")[2] for name in held] == ["spectrum/index.html"]


def test_pages_have_the_code_of_their_views(
    views: list[embeds.View], pages: Pages, data: tables.SiteData
) -> None:
    """In the fold at the end: a frame with a title, onto the view, and under it link and licence."""
    for view in views:
        fold = pages[content_file(view.src)].get_element_by_id("cite-this-page")
        found = [code for code in fold.xpath(".//code/text()") if f"/{view.place}" in code]
        assert len(found) == 1, view.place
        frame, credit = [
            part for part in lxml.html.fragments_fromstring(found[0]) if part.tag in ("iframe", "p")
        ]
        assert frame.get("src") == data.settings["address"] + view.place
        assert frame.get("title") == view.title and int(frame.get("height")) >= 400
        links = credit.xpath(".//@href")
        assert links == [
            data.settings["address"] + view.url,
            data.settings["licence"]["text"]["url"],
        ]
        assert ("keeps its own terms" in found[0]) == view.place.startswith("embed/m-")


def content_file(src: str) -> str:
    """The built file of a Markdown file."""
    place = re.sub(r"(^|/)index\.md$", r"\1", src)
    return f"{place.removesuffix('.md')}/index.html" if place == src else f"{place}index.html"


def test_table_of_short_addresses_lists_the_views(views: list[embeds.View], site: Path) -> None:
    """Whoever moves the site finds each view beside the short address of what it shows."""
    table = json.loads((site / "go" / "index.json").read_text(encoding="utf-8"))["go"]
    listed = {entry["embed"]: entry["url"] for entry in table if "embed" in entry}
    assert listed == {view.place: view.url for view in views}


@pytest.fixture
def strict(site: Path) -> Iterator[str]:
    """The site under a policy that allows nothing inline and no other host."""
    handler = functools.partial(StrictServer, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("c-octet", "Since 2008 a person"),
        ("c-keyring", "KeyRing"),
        ("m-tlap_ladder", "Coercion"),
        ("m-arnstein", "Its steps measure"),
        ("q-trust-1", "What happened"),
        ("q-accountability-1", "Who should answer"),
    ],
)
def test_view_is_useful_in_a_small_frame_with_storage_blocked(
    place: str, first: str, width: int, chromium: Browser, strict: str, tmp_path: Path
) -> None:
    """Title, full page and first words within 400 px, no sideways scrolling, silence in the console."""
    host = tmp_path / "course.html"
    host.write_text(
        f'<!doctype html><title>A course</title><iframe sandbox="allow-scripts allow-popups" width="{width}" '
        f'height="400" style="border:0" title="A view" src="{strict}embed/{place}/"></iframe>',
        encoding="utf-8",
    )
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda m: m.type == "error" and said.append(m.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(host.as_uri())
    frame = page.frames[-1]

    for shown in (frame.locator("h1"), frame.get_by_role("link", name="Open the full page")):
        box = frame.evaluate("e => e.getBoundingClientRect().bottom", shown.element_handle())
        assert 0 < box < 400, place
    words = frame.get_by_text(first).first
    assert frame.evaluate("e => e.getBoundingClientRect().top", words.element_handle()) < 380
    assert frame.evaluate("document.documentElement.scrollWidth") <= width
    blocked = "(() => { try { return !localStorage; } catch (e) { return true; } })()"
    assert frame.evaluate(blocked)
    if place == "q-trust-1":
        frame.locator("input[type=radio]").nth(1).check()
        frame.get_by_role("button", name="Check").click()
        assert "You chose B" in frame.locator("[role=status]").inner_text()
    assert [text for text in said if "favicon" not in text] == []
    page.close()


def test_a_view_without_script_still_has_its_answers(chromium: Browser, strict: str) -> None:
    """The question, its options and the reasons are HTML."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{strict}embed/q-trust-1/")
    assert page.locator(".question__options li").count() >= 3
    page.locator("summary").click()
    assert page.locator(".question__answers li").first.is_visible()
    context.close()
