"""What readers see on a bad day: a missing page, an old browser, a frame, a slow line, very long names."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Quiet
from playwright.sync_api import Browser, Page, Route, expect

KINDS = ("", "challenges/trust/", "spectrum/", "cases/octet/", "bibliography/", "glossary/")


class Host(Quiet):
    """A host that shows the site's own 404.html for what is not there, and a course with a page in a frame."""

    def do_GET(self) -> None:  # noqa: N802 - the name that the base class calls
        """`?course=` and an address: that page in a low frame. All else as it lies there."""
        _, asked, shown = self.path.partition("?course=")
        if not asked:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        frame = f'<iframe src="{shown}" title="The page" width="700" height="400"></iframe>'
        self.wfile.write(frame.encode())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's page for a missing one."""
        root = Path(str(self.directory))
        text = next(root.glob("*/404.html")).read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    """The site on such a host, under its sub-path."""
    handler = functools.partial(Host, directory=str(site.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("cases/octett/", "octett"),
        ("a/b/c/co-production_trust.html", "co production trust"),
        ("%E0%A4%A", ""),
    ],
)
def test_a_missing_page_searches(browser_page: Page, host: str, wrong: str, words: str) -> None:
    """At any depth the page has its style, the last words of the address, and a search that arrives."""
    browser_page.goto(f"{host}{wrong}")
    expect(browser_page.locator("h1")).to_have_text("Page not found")
    box = browser_page.get_by_role("searchbox")
    expect(box).to_have_value(words)
    box.fill("consultation")
    box.press("Enter")
    expect(browser_page.locator(".search-status")).to_contain_text("found")
    expect(browser_page).to_have_url(re.compile(f"^{re.escape(host)}search/"))


def test_an_old_browser_can_read(chromium: Browser, address: str) -> None:
    """Where the style sheets' newer words mean nothing, every text still stands out from its ground."""
    context = chromium.new_context()
    page = context.new_page()

    def age(route: Route) -> None:
        text = route.fetch().text()
        for new in ("light-dark(", ":has(", "@container", "color-mix(", ":popover-open"):
            text = text.replace(new, re.sub(r"[a-z]", "x", new))
        route.fulfill(body=text, content_type="text/css")

    page.route("**/*.css", age)
    for kind in KINDS:
        page.goto(address + kind)
        expect(page.locator("h1")).to_be_visible()
        found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
        assert [node["html"][:100] for item in found for node in item["nodes"]] == [], kind
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, kind
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_low_frame_is_usable_and_has_a_way_out(chromium: Browser, host: str, kind: str) -> None:
    """In a frame of another site, 400 px high: heading and link are in sight, and the link leaves the frame."""
    page = chromium.new_context(viewport={"width": 800, "height": 600}).new_page()
    page.goto(f"{host.replace('127.0.0.1', 'localhost')}?course={host}{kind}")
    frame = page.frame_locator("iframe")
    way = frame.get_by_role("link", name="Open this page in a new tab")
    for seen in (frame.locator("h1").first, way):
        expect(seen).to_be_visible()
        box, edge = seen.bounding_box(), page.locator("iframe").bounding_box()
        assert box and edge and box["y"] + box["height"] <= edge["y"] + edge["height"], kind
    with page.context.expect_page() as opened:
        way.click()
    expect(opened.value).to_have_url(f"{host}{kind}")
    expect(opened.value.get_by_role("link", name="Open this page in a new tab")).to_have_count(0)
    page.context.close()


def test_text_is_there_before_anything_else_arrives(chromium: Browser, address: str) -> None:
    """On a line so slow that no script and no picture comes, the whole text is there to read."""
    context = chromium.new_context()
    page = context.new_page()
    page.route(re.compile(r"\.(?:js|svg|png)$"), lambda route: None)  # it never answers
    page.goto(f"{address}challenges/trust/", wait_until="commit")
    expect(page.locator("#references")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    context.close()


def test_a_very_long_name_stays_in_its_place(browser_page: Page, address: str) -> None:
    """A word without a break in a title, a citation and a reference never widens the page."""
    browser_page.set_viewport_size({"width": 320, "height": 600})
    for kind in ("challenges/trust/", "bibliography/", "cases/octet/"):
        browser_page.goto(address + kind)
        browser_page.evaluate(
            """() => { for (const s of ["h1", ".crumbs span", "[role=doc-biblioref]", ".references li",
                 ".work__reference", "h2", "dd", "td", "summary"])
                 for (const e of [...document.querySelectorAll(s)].slice(0, 2)) e.append("Keihanaikukauakahihuliheekahaunaele".repeat(3)); }"""
        )
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser_page.evaluate(wide) <= 0, kind
