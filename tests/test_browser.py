"""The site in a real browser: for everybody, without JavaScript, by keyboard and touch, on small screens."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import engines
import pytest
from conftest import Pages
from playwright.sync_api import Browser, Page, Route, expect

# One page of each kind; what holds for a kind is tested on these, the rest on every page.
KINDS = (
    "",
    "definitions/",
    "definitions/compare/",
    "definitions/all/brandsen2016/",
    "spectrum/",
    "spectrum/models/tlap_ladder/",
    "challenges/trust/",
    "cases/octet/",
    "bibliography/",
    "bibliography/b/",
    "glossary/",
    "errata/",
    "search/?q=consultation",
    "404.html",
)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(
    chromium: Browser, address: str, pages: Pages, width: int
) -> None:
    """At 320 pixels (which is 1280 at 400 per cent) and wider, text is never cut or scrolled across."""
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wide = {}
    for name in pages.names:
        page.goto(address + name)
        if name == "practise/index.html":
            page.evaluate(engines.OPEN_ALL)
        if (actual := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[name] = actual
    context.close()
    assert wide == {}


@pytest.mark.parametrize("kind", KINDS)
def test_text_spacing_can_be_widened(chromium: Browser, address: str, kind: str) -> None:
    """WCAG 1.4.12: with the reader's own spacing nothing is lost at 320 pixels."""
    # The reader's own style comes from the browser, which no policy of the page binds.
    context = chromium.new_context(bypass_csp=True, viewport={"width": 320, "height": 800})
    browser_page = context.new_page()
    browser_page.goto(address + kind)
    browser_page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    )
    width = browser_page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= 320


# The 404 page names its style by the site's whole address, which the tests' server has not.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "404.html"])
def test_no_request_leaves_the_site(browser_page: Page, address: str, kind: str) -> None:
    """Nothing is fetched from another host, and nothing fails."""
    hosts, errors = set(), []
    browser_page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    browser_page.goto(address + kind, wait_until="networkidle")
    assert (hosts, errors) == ({urlsplit(address).netloc}, [])


@pytest.mark.parametrize("kind", [k for k in KINDS if not k.startswith("search")])
def test_readable_without_javascript(chromium: Browser, address: str, kind: str) -> None:
    """The text, the navigation and the references are there without any script."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + kind)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#site-nav a").first).to_be_visible()
    assert page.locator(".js-only:visible").count() == 0
    context.close()


def test_menu_opens_without_javascript(chromium: Browser, address: str) -> None:
    """On a phone the menu is opened and closed by HTML alone."""
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{address}challenges/trust/")
    link = page.locator("#site-nav").get_by_role("link", name="Cases")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    context.close()


def test_no_key_does_anything_by_itself(browser_page: Page, address: str) -> None:
    """WCAG 2.1.4: single letters neither leave the page nor move the focus."""
    browser_page.goto(f"{address}challenges/trust/")
    browser_page.get_by_role("button", name="Reading preferences").focus()
    before = browser_page.url
    for key in "np.,sf/?":
        browser_page.keyboard.press(key)
    assert browser_page.evaluate("document.activeElement.className") == "prefs-button"
    assert browser_page.url == before


def test_focus_is_never_hidden(browser_page: Page, address: str) -> None:
    """WCAG 2.4.11: walking through a page by Tab, whatever has the focus can be seen."""
    browser_page.goto(f"{address}challenges/trust/")
    hidden = []
    for _ in range(60):
        browser_page.keyboard.press("Tab")
        seen = browser_page.evaluate(
            """() => { const e = document.activeElement, r = e.getBoundingClientRect();
            if (e === document.body) return true;
            const top = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, r.left + 2)), r.top + r.height / 2);
            return r.bottom > 0 && r.top < innerHeight && !!top && (e.contains(top) || top.contains(e)) || e.outerHTML.slice(0, 80) }"""
        )
        if seen is not True:
            hidden.append(seen)
    assert hidden == []


def test_reference_is_read_where_it_is_cited_by_mouse(browser_page: Page, address: str) -> None:
    """Pointing shows the card; it stays while the pointer is on it; Escape takes it away."""
    browser_page.goto(f"{address}challenges/trust/")
    cite = browser_page.locator('a[role="doc-biblioref"]').first
    cite.hover()
    card = browser_page.locator(".citation-card")
    expect(card).to_be_visible()
    key = (cite.get_attribute("href") or "").removeprefix("#ref-")
    year = re.search(r"\d{4}", cite.inner_text())
    assert key and year and year.group() in card.inner_text()
    card.hover()
    browser_page.wait_for_timeout(500)
    expect(card).to_be_visible()
    browser_page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_reference_is_read_where_it_is_cited_by_keyboard(browser_page: Page, address: str) -> None:
    """Focus shows the card, which is not read out after each citation; Enter goes to the reference, as without script."""
    browser_page.goto(f"{address}challenges/trust/")
    cite = browser_page.locator('a[role="doc-biblioref"]').first
    cite.focus()
    expect(browser_page.locator(".citation-card")).to_be_visible()
    assert cite.get_attribute("aria-describedby") is None
    target = cite.get_attribute("href") or ""
    assert target.startswith("#ref-")
    browser_page.keyboard.press("Enter")
    expect(browser_page).to_have_url(f"{address}challenges/trust/{target}")


def test_reference_is_read_where_it_is_cited_by_touch(chromium: Browser, address: str) -> None:
    """The first tap shows the card and stays; the second goes to the reference."""
    context = chromium.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{address}challenges/trust/")
    cite = page.locator('a[role="doc-biblioref"]').first
    cite.tap()
    expect(page.locator(".citation-card")).to_be_visible()
    page.wait_for_timeout(700)
    assert urlsplit(page.url).fragment == ""
    target = cite.get_attribute("href") or ""
    assert target.startswith("#ref-")
    cite.tap()
    expect(page).to_have_url(f"{address}challenges/trust/{target}")
    context.close()


def test_theme_is_chosen_and_kept(browser_page: Page, address: str) -> None:
    """The system's wish first; the reader's own choice after that, on the next page too."""
    browser_page.emulate_media(color_scheme="dark")
    browser_page.goto(address)
    dark = browser_page.evaluate("getComputedStyle(document.body).backgroundColor")
    browser_page.get_by_role("button", name="Reading preferences").click()
    browser_page.get_by_label("Light", exact=True).check()
    light = browser_page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    browser_page.goto(f"{address}about/")
    assert browser_page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_works_where_storage_is_blocked(chromium: Browser, address: str) -> None:
    """In a frame of a course system storage throws; the page works and nothing is reported."""
    context = chromium.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}challenges/trust/")
    page.get_by_role("button", name="Reading preferences").click()
    page.get_by_label("Dark", exact=True).check()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert errors == []
    context.close()


def test_search_finds_sections(browser_page: Page, address: str) -> None:
    """Typing shows sections with their page; the address keeps the words; a result is a link that arrives."""
    browser_page.goto(f"{address}search/")
    browser_page.get_by_role("searchbox").fill("co-destruction")
    expect(browser_page.locator(".search-status")).to_contain_text("found")
    expect(browser_page).to_have_url(re.compile("q=co-destruction"))
    first = browser_page.locator(".search-results a").first
    target = first.get_attribute("href") or ""
    first.click()
    expect(browser_page).to_have_url(target)
    expect(browser_page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("community treatment order", "cases/octet/"),
        ("trust", "challenges/trust/"),
        ("ostrom 1996", "definitions/all/ostrom1996/"),
    ],
)
def test_search_puts_pages_before_works(
    browser_page: Page, address: str, words: str, first: str
) -> None:
    """What the site says of a matter comes first; the works that it rests on come after."""
    browser_page.goto(f"{address}search/?q={words}")
    links = browser_page.locator(".search-results a")
    expect(links.first).to_have_attribute("href", f"{address}{first}")
    shown = [link.get_attribute("href") or "" for link in links.all()]
    works = ["#ref-" in link for link in shown]
    assert any(works) and not any(works[:3])


def test_search_treats_both_spellings_alike(browser_page: Page, address: str) -> None:
    """With and without the hyphen, as authors differ."""
    counts = []
    for word in ("coproduction", "co-production"):
        browser_page.goto(f"{address}search/?q={word}")
        said = browser_page.locator(".search-status").inner_text()
        assert f"found for “{word}”" in said
        counts.append(said.split()[0])
    assert counts[0] == counts[1]


def test_site_works_from_a_folder_on_disk(browser_page: Page, site: Path) -> None:
    """Opened as a file, style, script and search work (links name folders, which a browser lists)."""
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.goto(f"{(site / 'search' / 'index.html').as_uri()}?q=trust")
    expect(browser_page.locator(".search-status")).to_contain_text("found")
    assert errors == []


def test_old_browser_can_read(chromium: Browser, address: str) -> None:
    """Where the style sheets do not load the text is still in order."""
    context = chromium.new_context()
    page = context.new_page()

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/*.css", refuse)
    page.goto(f"{address}challenges/trust/")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("h1").bounding_box()["y"] < page.locator("h2").first.bounding_box()["y"]  # type: ignore[index]
    context.close()
