"""Every page before three tools: axe-core in light and dark, IBM Equal Access, the Nu HTML checker."""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
from pathlib import Path

import baseline
import content
import engines
import pytest
from conftest import ROOT, Pages, printed
from playwright.sync_api import Browser
from pydantic import ValidationError

# The pages are dealt out by weight, so that the parts, which run beside each other, take alike.
PARTS = 4


def part_of(pages: Pages, part: int) -> list[str]:
    """Every fourth page, the heaviest first."""
    by_weight = sorted(pages.names, key=lambda name: -(pages.folder / name).stat().st_size)
    return by_weight[part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_and_ibm_find_nothing_on_any_page(
    chromium: Browser, address: str, pages: Pages, part: int
) -> None:
    """Everything open: all rules in light; in dark those of axe that look at colours.

    IBM's engine finds no violation that tests/accessibility.yml does not keep. Where it is not installed the next
    test says so.
    """
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(300_000)
    kept = baseline.read()
    found = []
    for name in part_of(pages, part):
        page.emulate_media(color_scheme="light")
        answer = page.goto(address + name)
        assert answer and answer.ok, name
        page.evaluate(engines.OPEN_ALL)
        found += engines.axe(page, name)
        if not engines.missing():
            # What it only wants looked at is for the audit: a harmless sentence may be enough for it.
            hits = [hit for hit in engines.ibm(page, name) if hit.level == "fail"]
            found += engines.beyond(hits, kept)
        page.emulate_media(color_scheme="dark")
        found += engines.axe(page, f"{name} (dark)", engines.AXE_COLOUR)
    page.close()
    assert [str(finding) for finding in found] == []


def test_light_and_dark_differ_in_colours_alone() -> None:
    """So no other rule of axe can find in dark what it does not find in light."""
    for file in sorted((ROOT / "docs" / "assets").glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "prefers-color-scheme" not in text, file.name
        for rule in re.findall(r"\[data-theme[^{]*\{([^}]*)\}", text):
            assert re.fullmatch(r"\s*color-scheme: ?(light|dark)( !important)?;?\s*", rule), rule


@pytest.fixture(scope="session")
def tools() -> None:
    """The checkers that npm fetches. Without them a test fails where CI is set, and is skipped elsewhere."""
    if missing := engines.missing():
        reason = f"NOT TESTED: {', '.join(missing)} not fetched; `python3 scripts/dev.py test` does"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.mark.usefixtures("tools")
def test_nu_finds_nothing_in_any_file(pages: Pages) -> None:
    """Every HTML file of the site, short addresses, embeds and the printable page too."""
    found = engines.nu(pages.folder)
    assert [str(finding) for finding in engines.beyond(found, baseline.read())] == []


@pytest.mark.usefixtures("tools")
def test_nu_finds_what_is_wrong(tmp_path: Path) -> None:
    """It does read the files."""
    wrong = '<!doctype html><html lang="en"><title>x</title><p id="a"><div id="a">x</div>'
    (tmp_path / "wrong.html").write_text(wrong, encoding="utf-8")
    found = engines.nu(tmp_path)
    assert {(f.page, f.level) for f in found} >= {("wrong.html", "fail")}
    assert any("Duplicate ID" in f.message for f in found)


@pytest.mark.usefixtures("tools")
def test_ibm_finds_what_is_wrong(chromium: Browser) -> None:
    """It does look."""
    page = chromium.new_page()
    page.set_content('<html lang="en"><title>x</title><main><img src="x.png"></main>')
    found = engines.ibm(page, "x")
    page.close()
    assert "img_alt_valid" in {f.rule for f in found if f.level == "fail"}


def test_every_line_of_the_baseline_says_why(tmp_path: Path) -> None:
    """A reason and a day; a line that keeps everything or has no reason is refused."""
    for line in baseline.read():
        assert len(line.reason) > 20, line
        assert line.date <= datetime.date.today(), line
    bare = tmp_path / "bare.yml"
    bare.write_text("- {tool: ibm, rule: x, where: '*', date: 2026-11-23}", encoding="utf-8")
    with pytest.raises(ValidationError, match="reason"):
        baseline.read(bare)


def test_only_what_is_named_is_kept() -> None:
    """Another rule, another page or another element is not covered by a line."""
    line = baseline.Kept(
        tool="ibm", rule="r", where="cases/*", element="<a", reason="x", date=datetime.date.today()
    )
    kept = engines.Finding("ibm", "fail", "r", "cases/octet/index.html", '<a href="#">', "")
    assert engines.beyond([kept], [line]) == []
    for change in ({"rule": "s"}, {"page": "index.html"}, {"where": "<b>"}, {"tool": "nu"}):
        assert engines.beyond([dataclasses.replace(kept, **change)], [line]) != []


def test_statement_lists_the_faults_that_the_tests_keep(pages: Pages) -> None:
    """All of them, with their days, and nothing that is a false alarm of a tool."""
    table = pages["accessibility/index.html"].xpath("//table[caption[contains(., 'Known faults')]]")
    shown = {
        (row.xpath("string(th)"), row.xpath("string(.//time/@datetime)"))
        for row in table[0].xpath(".//tbody/tr")
    }
    assert shown == {
        (printed(line.fault), str(line.date)) for line in baseline.read() if line.fault
    }


def test_statement_says_what_the_law_asks(pages: Pages) -> None:
    """The parts of the model statement, in its order, and a link from every page."""
    page = pages["accessibility/index.html"]
    headings = [heading.text_content() for heading in page.xpath("//article//h2 | //article//h3")]
    model = [
        "How accessible",
        "Feedback and contact",
        "Enforcement procedure",
        "Technical information",
        "Compliance status",
        "Non-accessible content",
        "Preparation of this accessibility statement",
    ]
    places = [next(i for i, h in enumerate(headings) if h.startswith(part)) for part in model]
    assert places == sorted(places)
    for name in pages.names:
        if not name.startswith("embed/"):
            assert pages[name].xpath("//footer//a[. = 'Accessibility']/@href"), name


@pytest.mark.parametrize(("days", "told"), [(0, 0), (365, 0), (366, 1)])
def test_an_old_statement_is_told(days: int, told: int) -> None:
    """After a year the check and the build warn, with the file and the way to mend it."""
    pages, _ = content.load_pages(ROOT / "docs")
    day = next(page.meta["reviewed"] for page in pages if page.src == "accessibility.md")
    found = baseline.overdue(pages, day + datetime.timedelta(days=days))
    assert len(found) == told
    for problem in found:
        assert (problem.file, problem.severity) == ("docs/accessibility.md", "warning")
        assert "audit" in problem.fix
