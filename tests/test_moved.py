"""Addresses of what was renamed or moved still lead there: a copy of the site, built, and a browser."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import permalinks
import pytest
import yaml
from conftest import ROOT, Quiet, build
from playwright.sync_api import Page

LEFT_OUT = (".git", ".venv*", "site", ".cache", "__pycache__", ".*_cache", "editions")
MOVED = {
    "challenges/trust/#what-it-is": "challenges/trust/#meaning",
    "words/#people-first": "about/#what-it-is",
    "cases/octet/": "cases/orders/",
    "cases/octet/#result": "cases/orders/#outcome",
}


def replace(root: Path, old: str, new: str) -> None:
    """Put a text in the place of another in every page."""
    for path in (root / "docs").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with a renamed heading, one that went to another page, and a renamed page with its headings."""
    root = tmp_path_factory.mktemp("moved") / "root"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
    words = root / "docs/words.md"
    text = words.read_text(encoding="utf-8").replace("{ #people-first }", "{ #elsewhere }")
    words.write_text(text, encoding="utf-8")
    trust = root / "docs/challenges/trust.md"
    text = trust.read_text(encoding="utf-8").replace("{ #what-it-is }", "{ #meaning }")
    trust.write_text(text, encoding="utf-8")
    octet = root / "docs/cases/octet.md"
    text = octet.read_text(encoding="utf-8").replace("{ #result }", "{ #outcome }")
    (root / "docs/cases/orders.md").write_text(text, encoding="utf-8")
    octet.unlink()
    for old, new in (("octet.md#result", "octet.md#outcome"), ("octet.md", "orders.md")):
        replace(root, old, new)
    record = permalinks.read_record(root)
    record["moved"] = {**record["moved"], **MOVED}
    (root / permalinks.FILE).write_text(yaml.safe_dump(record), encoding="utf-8")
    done = build(root.parent / "site", root=root)
    assert done.returncode == 0, done.stderr[-3000:]
    return root.parent / "site"


def page_of(site: Path, name: str) -> lxml.html.HtmlElement:
    """A built page."""
    return lxml.html.fromstring((site / name / "index.html").read_text(encoding="utf-8"))


def test_check_is_content_with_what_moved(moved: Path) -> None:
    """Nothing that was recorded is lost."""
    pages, _ = permalinks.load_pages(moved.parent / "root/docs")
    lost = [p for p in permalinks.check(moved.parent / "root", pages) if p.field == "moved"]
    assert lost == []


def test_renamed_heading_keeps_its_old_id(moved: Path) -> None:
    """Inside the heading, so that the browser stops there, and once."""
    (mark,) = page_of(moved, "challenges/trust").xpath('//*[@id="what-it-is"]')
    assert mark.getparent().get("id") == "meaning" and mark.getparent().tag == "h2"


def test_heading_that_left_its_page_says_where_it_went(moved: Path) -> None:
    """A line on the old page leads to the new one."""
    page = page_of(moved, "words")
    (note,) = page.xpath('//p[@class="moved"]')
    assert note.xpath(".//a/@href") == ["../about/#what-it-is"]


def test_short_addresses_and_views_of_what_moved_are_kept(moved: Path) -> None:
    """Old ids, those of the moved page's headings too, lead to the new place."""
    table = {e["id"]: e for e in json.loads((moved / "go/index.json").read_text("utf-8"))["go"]}
    assert table["c-octet"]["url"] == "cases/orders/"
    assert table["c-octet/result"]["url"] == "cases/orders/#outcome"
    assert table["c-octet/counter"]["url"] == "cases/orders/#counter"
    assert table["challenges-trust/what-it-is"]["url"] == "challenges/trust/#meaning"
    refresh = page_of(moved, "embed/c-octet").xpath('//meta[@http-equiv="refresh"]/@content')
    assert refresh == ["0; url=../c-orders/"]


@pytest.fixture
def served(moved: Path) -> Iterator[str]:
    """The copy, served."""
    handler = functools.partial(Quiet, directory=str(moved))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("old", "place", "near"),
    [
        ("challenges/trust/#what-it-is", "challenges/trust/", "meaning"),
        ("cases/octet/#counter", "cases/orders/", "counter"),
        ("cases/octet/#result", "cases/orders/", "outcome"),
        ("go/c-octet/result/", "cases/orders/", "outcome"),
    ],
)
def test_old_link_lands_at_the_heading(
    old: str, place: str, near: str, browser_page: Page, served: str
) -> None:
    """The browser comes to rest with the heading at the top of the window."""
    browser_page.goto(served + old)
    browser_page.wait_for_url(re.compile(re.escape(served + place)))
    browser_page.wait_for_function(
        "id => { const e = document.getElementById(id); return e && Math.abs(e.getBoundingClientRect().top) < 120; }",
        arg=near,
    )


def test_line_on_the_old_page_is_seen_by_those_who_come_for_it(
    browser_page: Page, served: str, moved: Path
) -> None:
    """Hidden to all others."""
    (name,) = page_of(moved, "words").xpath('//p[@class="moved"]/@id')
    browser_page.goto(f"{served}words/")
    assert not browser_page.locator(".moved").is_visible()
    browser_page.goto(f"{served}words/#{name}")
    assert browser_page.locator(".moved").is_visible()
