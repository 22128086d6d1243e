"""What a contributor is told when something in a page is wrong: page, line, what, and how to mend it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, build

GOOD = """\
---
title: A page
description: A page that is here to be spoilt by a test.
date: 2026-11-23
---

A sentence [@brandsen2016, p. 431].

## References

\\bibliography
"""


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two pages with the real scripts, templates and records, built once for its cache."""
    root = tmp_path_factory.mktemp("sound") / "project"
    for name in ("scripts", "overrides", "bib", "docs/assets"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "settings.yml", root)
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    config["nav"] = [{"Home": "index.md"}, {"Pages": ["page.md"]}]
    config["plugins"][0]["bibtex"].update(enable_inline_citations=False, bib_by_default=False)
    config["theme"].update(font=False, features=[], static_templates=[])
    config["strict"] = True
    # The two pages link to no other page, as the templates of the real site do.
    (root / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (root / "docs" / "index.md").write_text(GOOD.replace("A page\n", "Home\n"), encoding="utf-8")
    (root / "docs" / "page.md").write_text(GOOD, encoding="utf-8")
    build(root.parent / "site", root=root)
    return root


@pytest.fixture
def small(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound project to be spoilt."""
    return Path(shutil.copytree(sound, tmp_path / "project"))


def build_page(small: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Build with this text as the second page."""
    (small / "docs" / "page.md").write_text(text, encoding="utf-8")
    return build(small.parent / "site", root=small)


def test_a_good_page_builds(small: Path) -> None:
    """The page that the other tests spoil is sound before."""
    done = build_page(small, GOOD)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        (
            "brandsen2016",
            "brandsn2016",
            "docs/page.md:7: citation: no work has the key `brandsn2016`; did you mean brandsen2016",
        ),
        (
            ", p. 431]",
            " p. 431]",
            "docs/page.md:7: citation: `[@brandsen2016 p. 431]` cannot be read",
        ),
        (
            "[@brandsen2016",
            "[see <img src=x onerror=alert(1)> @brandsen2016",
            "<img src=x onerror=alert(1)> @brandsen2016, p. 431]` cannot be read",
        ),
        (
            "[@brandsen2016, p. 431]",
            "@brandsen2016",
            "docs/page.md:7: citation: `@brandsen2016` stands loose",
        ),
        (
            "[@brandsen2016, p. 431]",
            "[see the work of\n@brandsen2016]",
            "docs/page.md:8: citation: `@brandsen2016` stands loose",
        ),
        (
            "## References",
            "## References [@brandsen2016]",
            "docs/page.md:9: heading: a heading cannot hold a citation",
        ),
        ("A sentence [", "<div>[", "docs/page.md:7: page: `[@brandsen2016, p. 431]` is left in it"),
        (
            "A sentence [@brandsen2016, p. 431].",
            "`[@brandsen2016]`",
            "docs/page.md:7: page: `[@brandsen2016]` is left in it",
        ),
        (
            "A sentence [@brandsen2016, p. 431].",
            "<!-- [@brandsen2016] -->",
            "docs/page.md:7: HTML: <!--> is not allowed",
        ),
        (
            "\\bibliography",
            "",
            "docs/page.md:6: references: the page cites, but has no list of references",
        ),
        ("A sentence", "[^1] A sentence", "docs/page.md:7: page: `[^1]"),
        ("A sentence", '--8<-- "x.md" A sentence', "docs/page.md:7: page: `--8<--"),
        (
            "A sentence",
            "<!-- table: glosary -->\n\nA sentence",
            "docs/page.md:7: marker: there is no table `glosary`",
        ),
        (
            "date: 2026-11-23",
            "date: 2026-11-23\nsources: [nobody1900]",
            "docs/page.md:5: sources: is not a field here; ",
        ),
        ("date: 2026-11-23", "dat: 2026-11-23", "docs/page.md:2: date: is missing; add it"),
        (
            "title: A page",
            "title: A: page",
            "docs/page.md:2: is not valid YAML (mapping values are not allowed in this context)",
        ),
        (
            "date: 2026-11-23",
            "date: 2026-11-23\nquestions:\n  - {id: q, outcome: o, stem: s, sources: [nobody1900], options: [{text: a, feedback: b, correct: true}]}\noutcomes: [{id: o, text: t}]",
            "docs/page.md:6: questions[1].sources[1]: no work has the key `nobody1900`",
        ),
        (
            "date: 2026-11-23",
            "date: 2026-11-23\nquestions:\n  - {id: q, outcome: o, stem: s, options: [{text: a, feedback: b}]}\noutcomes: [{id: o, text: t}]",
            "0 options are marked `correct: true`; mark exactly one",
        ),
        (
            "date: 2026-11-23",
            'date: 2026-11-23\noutcomes:\n  - {id: o, text: "Say it [@nobody1900]"}',
            "citation: no work has the key `nobody1900`",
        ),
    ],
)
def test_a_mistake_is_named(small: Path, find: str, put: str, said: str) -> None:
    """The build fails with page, line and remedy, and without a traceback."""
    assert find in GOOD
    done = build_page(small, GOOD.replace(find, put, 1))
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert said in output
    assert "Traceback" not in output


def test_a_folder_and_a_page_that_cannot_be_read_in_a_folder_of_the_nav(small: Path) -> None:
    """A folder called x.md is no page; a page in Latin-1 is named, though the nav only says `cases/*`."""
    config = yaml.safe_load((small / "mkdocs.yml").read_text(encoding="utf-8"))
    config["nav"].append({"Cases": ["cases/*"]})
    (small / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (small / "docs" / "cases" / "folder.md").mkdir(parents=True)
    (small / "docs" / "cases" / "old.md").write_bytes(
        GOOD.replace("page", "pagé").encode("latin-1")
    )
    done = build_page(small, GOOD)
    assert done.returncode == 1
    assert "docs/cases/old.md:2: is not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_mistakes_are_said_at_once(small: Path) -> None:
    """Two wrong pages, one run, both named."""
    (small / "docs" / "index.md").write_text(
        GOOD.replace("brandsen2016", "nobody1"), encoding="utf-8"
    )
    done = build_page(small, GOOD.replace("brandsen2016", "nobody2"))
    assert "docs/index.md:7: citation: no work has the key `nobody1`" in done.stderr
    assert "docs/page.md:7: citation: no work has the key `nobody2`" in done.stderr


def test_a_citation_in_a_template_is_found(small: Path) -> None:
    """Templates are outside of Markdown, where a citation would be printed as it is written."""
    footer = small / "overrides" / "partials" / "site-footer.html"
    footer.write_text(
        footer.read_text(encoding="utf-8") + "<p>[@brandsen2016]</p>", encoding="utf-8"
    )
    done = build_page(small, GOOD)
    assert done.returncode == 1
    assert "`[@brandsen2016]` is left in it" in done.stderr


def test_a_citation_in_a_snippet_is_found(small: Path) -> None:
    """Snippets are put in after citations are read, so a citation in one stays as it is written."""
    config = yaml.safe_load((small / "mkdocs.yml").read_text(encoding="utf-8"))
    config["markdown_extensions"].append({"pymdownx.snippets": {"base_path": [str(small)]}})
    (small / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (small / "snippet.md").write_text("Said [@brandsen2016].", encoding="utf-8")
    done = build_page(small, GOOD.replace("A sentence", '--8<-- "snippet.md"\n\nA sentence'))
    assert done.returncode == 1
    assert "`[@brandsen2016]" in done.stderr


def test_literal_syntax_is_allowed_where_it_is_marked(small: Path) -> None:
    """A page may show how a citation is written, inside an element marked `data-literal`."""
    text = GOOD.replace("A sentence", "Write <code data-literal>[&#64;key]</code>. A sentence")
    assert build_page(small, text).returncode == 0


def test_a_stale_bib_fails_the_build(small: Path) -> None:
    """A record changed without rebuilding references.bib is told, not built over."""
    record = small / "bib" / "works" / "arnstein1969.yaml"
    text = record.read_text(encoding="utf-8").replace("216-224", "216-225")
    record.write_text(text, encoding="utf-8")
    done = build_page(small, GOOD)
    assert done.returncode == 1
    assert "dev.py record" in done.stdout + done.stderr


def test_real_footnotes_still_work(small: Path) -> None:
    """Notes keep their own numbers beside author-date citations."""
    done = build_page(
        small, GOOD.replace("A sentence", "A sentence[^n]") + "\n[^n]: A real note.\n"
    )
    assert done.returncode == 0, done.stderr
    page = (small.parent / "site" / "page" / "index.html").read_text(encoding="utf-8")
    assert 'class="footnote-ref"' in page and "A real note." in page
