"""The bibliography: every work in a line in one list, and in full on the page of its letter."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import bibliography
import lxml.html
import pytest
import records
from conftest import ROOT, Pages, build, printed
from test_site import resolve
from work_schema import Work

INDEX = "bibliography/index.html"
LETTERS = [path.stem for path in sorted((ROOT / "docs" / "bibliography").glob("*.md"))]


@pytest.fixture(scope="module")
def works() -> dict[str, Work]:
    """All records."""
    return records.load_works(ROOT / "bib" / "works")[0]


def ids(page: lxml.html.HtmlElement) -> list[str]:
    """The works that stand on a page, by the ids of their items."""
    return [str(name) for name in page.xpath('//li[starts-with(@id, "ref-")]/@id')]


def test_every_work_is_in_the_list_once(pages: Pages, works: dict[str, Work]) -> None:
    """Under its old address, with its title, and with every family or body that wrote it."""
    page = pages[INDEX]
    assert Counter(ids(page)) == {f"ref-{key}": 1 for key in works}
    for key, work in works.items():
        text = page.get_element_by_id(f"ref-{key}").text_content().replace("\xa0", " ")
        assert printed(work.title).casefold() in text.casefold(), key
        for name in work.author or work.editor or []:
            assert printed(str(name.family or name.literal)) in text, key


def test_every_work_stands_in_full_where_its_line_leads(
    pages: Pages, works: dict[str, Work]
) -> None:
    """Once in all, on the page that the link of its line names, in the same order."""
    listed = [resolve(INDEX, link) for link in pages[INDEX].xpath("//li[@id]/a[1]/@href")]
    full = [
        (name, work)
        for letters in LETTERS
        for name in [f"bibliography/{letters}/index.html"]
        for work in ids(pages[name])
    ]
    assert listed == full
    assert len(full) == len(works)


def test_a_work_in_full(pages: Pages) -> None:
    """Reference, note, place in the chapter's list, what is unchecked, where it is cited, its files, its key."""
    entry = pages["bibliography/b/index.html"].get_element_by_id("ref-brandsen2016")
    text = entry.text_content()
    for part in ("427–435", "A narrow core definition", "No. 4 in the chapter’s list", "Cited on"):
        assert part in text
    assert "Still to be checked: DOI" in text and "Key brandsen2016" in text
    files = entry.xpath('.//p[@class="export"]/a/@href')
    assert files == [f"../brandsen2016.{end}" for end in ("bib", "ris", "json")]


def test_the_files_of_a_work_are_where_its_entry_says(site: Path, pages: Pages) -> None:
    """Every link to a file is good, and leads to that very work."""
    for letters in LETTERS:
        for entry in pages[f"bibliography/{letters}/index.html"].xpath(
            '//li[starts-with(@id, "ref-")]'
        ):
            key = entry.get("id").removeprefix("ref-")
            for link in entry.xpath('.//p[@class="export"]/a/@href'):
                assert key in (site / "bibliography" / letters / link).read_text("utf-8"), link
    one = json.loads((site / "bibliography" / "brandsen2016.json").read_text("utf-8"))
    assert [item["DOI"] for item in one] == ["10.1111/puar.12465"]


def test_the_pages_by_letter_lead_to_each_other(pages: Pages) -> None:
    """Each, and the list, has a labelled list of all of them, in which the open one is marked."""
    wanted = [f"bibliography/{letters}/index.html" for letters in LETTERS]
    for name in (INDEX, *wanted):
        (nav,) = pages[name].xpath('//nav[@aria-label="Works by letter"]')
        assert [resolve(name, link)[0] for link in nav.xpath(".//a/@href")] == wanted
        current = nav.xpath('.//a[@aria-current="page"]/@href')
        assert [resolve(name, link)[0] for link in current] == [name] * (name != INDEX)


def test_citations_lead_to_the_whole_reference(pages: Pages) -> None:
    """From a page that has no list of its own: never to the line, always to an entry that is there."""
    entries = {
        f"bibliography/{x}/index.html": set(ids(pages[f"bibliography/{x}/index.html"]))
        for x in LETTERS
    }
    seen = 0
    for name in pages.names:
        own = set(pages[name].xpath("//li/@id"))
        for link in pages[name].xpath('//main//a[contains(@href, "#ref-")]/@href'):
            file, work = resolve(name, link)
            if file == name and work in own:
                continue
            assert work in entries.get(file, ()), (name, link)
            seen += 1
    assert seen > 400


def test_the_spectrum_knows_where_works_stand(site: Path, pages: Pages) -> None:
    """What its scripts show later cites works by their page, as seen from the bibliography."""
    text = (site / "spectrum" / "details.js").read_text("utf-8")
    links = re.findall(r'href=\\"([^"]*#ref-[^"\\]*)', text)
    assert len(links) > 100
    for link in set(links):
        file, work = resolve(INDEX, link)
        assert work in pages[file].xpath("//@id"), link


@pytest.mark.parametrize(
    ("reference", "start"),
    [
        ("Ostrom, E. (1996).", "os"),
        ("Plé, L. (2017).", "pl"),
        ("Ö, A. (2001).", "oa"),
        ("de Waardt, D. A. (2021).", "de"),
        ("van Eijk, C. (2016).", "va"),
        ("‘Nothing about us’. (2020).", "no"),
        ("<em>R (Moseley) v London Borough of Haringey</em>, [2014] UKSC 56.", "rm"),
        ("100 voices. (2019).", "aa"),
        ("2gether NHS Foundation Trust. (2012).", "aa"),
        ("Ørum, K. (2001).", "or"),
        ("Я. (2020).", "aa"),
    ],
)
def test_what_a_reference_begins_with(reference: str, start: str) -> None:
    """Accents and signs do not count; particles do; what sorts before all letters is on the first page."""
    assert bibliography.start_of(reference) == start


ALL = ["bibliography.md", *(f"bibliography/{letters}.md" for letters in LETTERS)]


def test_the_pages_cover_the_alphabet() -> None:
    """As they are, and in any other form that does; a site without a bibliography needs none."""
    assert bibliography.problems(ALL) == []
    assert bibliography.problems(["bibliography.md", "bibliography/a-z.md"]) == []
    split = ["bibliography.md", "bibliography/a-ma.md", "bibliography/mb-z.md"]
    assert bibliography.problems(split) == []
    assert bibliography.problems(["index.md"]) == []


@pytest.mark.parametrize(
    ("gone", "new", "file", "said"),
    [
        ("g", "", "docs/bibliography.md", "works that begin with g have no page"),
        ("d-e", "e", "docs/bibliography.md", "works that begin with d have no page"),
        ("si-sz", "sj-sz", "docs/bibliography.md", "works that begin with si to si have no page"),
        ("", "e", "docs/bibliography/e.md", "e is on docs/bibliography/d-e.md too"),
        ("g", "f-g", "docs/bibliography/f.md", "f is on docs/bibliography/f-g.md too"),
        ("", "notes", "docs/bibliography/notes.md", "its name says no letters"),
        ("d-e", "e-d", "docs/bibliography/e-d.md", "its name says no letters"),
        ("a", "A", "docs/bibliography/A.md", "its name says no letters"),
    ],
)
def test_letters_without_a_page_or_with_two(gone: str, new: str, file: str, said: str) -> None:
    """Each is named, with its file."""
    sources = [src for src in ALL if src != f"bibliography/{gone}.md"]
    sources += [f"bibliography/{new}.md"] * bool(new)
    found = {(problem.file, problem.message) for problem in bibliography.problems(sources)}
    assert any(where == file and what.startswith(said) for where, what in found), found


def test_a_build_says_which_letter_has_no_page(tmp_path: Path) -> None:
    """Before anything is drawn, with a remedy, and without a traceback."""
    root = tmp_path / "project"
    leave = shutil.ignore_patterns(".git", ".venv", "site", ".cache", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=leave)
    (root / "docs" / "bibliography" / "g.md").unlink()
    done = build(tmp_path / "site", root=root)
    assert done.returncode == 1
    assert "works that begin with g have no page in docs/bibliography/" in done.stderr
    assert "name it after the letters" in done.stderr and "Traceback" not in done.stderr
