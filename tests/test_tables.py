"""What is put into pages and looked for in them: tables for phones, left-overs, citations of front matter."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import citations
import content
import pytest
import tables
from bib_project import ROOT
from markupsafe import Markup
from pybtex.database import parse_string

BIB = """\
@book{able2020,
  author = {Able, A.},
  title = {{One}},
  year = {2020},
}

@book{baker2021,
  author = {Baker, B.},
  title = {{Two}},
  year = {2021},
}
"""


@pytest.fixture
def registry(tmp_path: Path) -> citations.SiteRegistry:
    """Two works, nothing formatted yet."""
    bib = tmp_path / "references.bib"
    bib.write_text(BIB, encoding="utf-8")
    formatter = citations.Formatter(tmp_path / ".cache" / "citations.json")
    return citations.SiteRegistry(bib, parse_string(BIB, "bibtex"), formatter)


def page_of(body: str) -> content.SourcePage:
    """A page with this text."""
    return content.SourcePage("page.md", {}, body, "", 5)


LEFT = {
    "[@able2020, p. 3]": "[@able2020, p. 3]",
    "&#91;-@able2020]": "[-@able2020]",
    "x[^1]": "[^1]",
    "\\bibliography": "\\bibliography",
    '--8&lt;-- "x.md"': '--8<-- "x.md"',
    "pp. 427--430": "--430",
    "claim {recalled}": "{recalled}",
    "<!-- table: glossary -->": "<!-- table: glossary -->",
    "\ue0000\ue001": "[@able2020]",
}


@pytest.mark.parametrize(("html", "what"), LEFT.items())
def test_syntax_that_a_reader_would_see_is_found(html: str, what: str) -> None:
    """Citations, notes, markers and placeholders in the built page, escaped or not."""
    data: Any = SimpleNamespace(registry=SimpleNamespace(blocks=["[@able2020]"]), pages={})

    problems = tables.left_overs(f"<p>{html}</p>", "page.md", data)

    assert [p.message for p in problems] == [f"`{what}` is left in it"]


@pytest.mark.parametrize(
    "html",
    [
        '<p title="[@able2020]">x</p>',
        "<code data-literal>[@able2020]</code>",
        "<script>var x = [@y]</script>",
        "a--b, 1 -- 2",
        "contact@example.org",
    ],
)
def test_what_no_reader_sees_is_left_alone(html: str) -> None:
    """Attributes, scripts, elements marked as examples, and dashes that are no range."""
    data: Any = SimpleNamespace(registry=SimpleNamespace(blocks=[]), pages={})

    assert tables.left_overs(html, "page.md", data) == []


def test_markdown_tables_are_read_on_a_phone() -> None:
    """Caption from the heading before, row headers, and each cell's label."""
    table = (
        "<table>\n<thead>\n<tr>\n<th>Who</th>\n<th>What</th>\n</tr>\n</thead>\n"
        "<tbody>\n<tr>\n<td>A</td>\n<td>B</td>\n</tr>\n</tbody>\n</table>"
    )
    html = tables.accessible_tables(f'<h2 id="x">First <b>one</b></h2>{table}<h2>Later</h2>')

    assert '<caption class="visually-hidden">First one</caption>' in html
    assert '<th scope="row">A</th>' in html
    assert '<span class="label narrow-only">What:</span> B</td>' in html


BAD = {
    "[@nobody2020]": "no work has the key `nobody2020`",
    "[@able202]": "did you mean able2020",
    "[@able2020 p. 3]": "cannot be read",
    "[@able2020, p. 3; and more]": "cannot be read",
    "[see <b>x</b> @able2020]": "cannot be read",
    "[see `x` @able2020]": "cannot be read",
    "[see \\emph{x} @able2020]": "cannot be read",
    "[see [x](y) @able2020]": "stands loose",
    "@able2020 says": "stands loose",
    "## So [@able2020]": "a heading cannot hold a citation",
}


@pytest.mark.parametrize(("text", "words"), BAD.items())
def test_a_citation_that_cannot_be_formatted_is_reported(
    registry: citations.SiteRegistry, text: str, words: str
) -> None:
    """Unknown keys, text that would be lost, markup that pandoc would let through, loose keys."""
    _, problems = tables.cited_blocks(page_of(f"{text}\n\n\\bibliography"), registry)

    said = [f"{p.message}; {p.fix}" for p in problems if p.line == 5]
    assert any(words in text for text in said), problems


def test_front_matter_is_escaped_and_its_citations_formatted(
    registry: citations.SiteRegistry,
) -> None:
    """A text with a citation becomes HTML, of which only the citation is ours."""
    registry.prepare(["[@able2020]"])

    cited = tables.cite_meta({"a": ["<b> & [@able2020]"], "b": "<b>"}, registry)

    assert isinstance(cited["a"][0], Markup)
    assert cited["a"][0].startswith("&lt;b&gt; &amp; (<a href=")
    assert (cited["b"], isinstance(cited["b"], Markup)) == ("<b>", False)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"x": 1}', "null", "\udcff"])
def test_a_spoilt_cache_is_made_anew(registry: citations.SiteRegistry, text: str) -> None:
    """Whatever stands in the cache, the build goes on as if it were not there."""
    file = registry.formatter.cache_file
    file.parent.mkdir()
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    registry.formatter = citations.Formatter(file)

    registry.prepare(["[@able2020]"])

    assert "Able, 2020" in registry.html["[@able2020]"]
    assert citations.Formatter(file).cache == registry.formatter.cache != {}


def test_a_cache_that_cannot_be_written_stops_nothing(
    registry: citations.SiteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only folder, or another build that reads the file just now on Windows."""

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    registry.prepare(["[@able2020]"])

    assert "Able, 2020" in registry.html["[@able2020]"]
    assert list(registry.formatter.cache_file.parent.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind there")
def test_the_cache_can_be_read_by_others(registry: citations.SiteRegistry) -> None:
    """A file made by one account (a container's root, say) serves the next."""
    registry.prepare(["[@able2020]"])

    assert registry.formatter.cache_file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("years", "rows"),
    [
        ([], []),
        ([1980], [0]),
        ([1980, 1980, 1980], [0, 1, -1]),
        ([1980, 1981], [0, 1]),
        ([1980, 1982], [0, 0]),
        ([2015, 2015, 2016, 2016, 2017], [0, 1, -1, 2, 0]),
    ],
)
def test_discs_of_neighbouring_years_lie_in_rows_of_their_own(
    years: list[int], rows: list[int]
) -> None:
    """Nearest to the middle, and never where this year or the one before has a disc already."""
    assert tables.beside(years) == rows


def test_every_table_that_a_page_asks_for_has_a_template() -> None:
    """A marker without a template is reported with its line."""
    known = sorted(path.stem for path in (ROOT / "overrides/partials/data").glob("*.html"))
    body = "".join(f"<!-- table: {name} -->\n" for name in [*known, "nothing"])

    problems = tables.marker_problems(page_of(body))

    assert [(p.line, p.message) for p in problems] == [
        (5 + len(known), "there is no table `nothing`")
    ]
