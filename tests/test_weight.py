"""How heavy a first view is, by kind of page, and that a page does not grow with the site."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import shutil
from pathlib import Path

from conftest import ROOT, build

# Bytes, gzipped, of everything a first view loads, and the number of requests. Raise a bound only with a
# reason in the commit.
ORDINARY = (26_000, 5)
# Pages that are longer for a reason, by address.
OWN = {
    # Reads of 20 minutes and more: text, its sources and the terms at hand are two thirds of their bytes.
    "definitions/": (27_000, 5),
    "challenges/providers/": (26_500, 5),
    # Seventeen words with the definitions of each, to be read beside one another.
    "definitions/neighbours/": (34_500, 5),
    # A disc and a row for each definition; a drawn line for each model, in words too.
    "definitions/travels/": (35_000, 5),
    "spectrum/where-consultation-ends/": (37_000, 5),
    # Every term, case, definition or doubt of the site in one list, complete without JavaScript.
    "errata/": (29_000, 5),
    "glossary/": (33_000, 5),
    "cases/": (32_500, 6),
    "definitions/compare/": (37_000, 5),
    # Every case’s story on a card, with a style sheet that only few pages need.
    "teach/case-cards/": (32_000, 5),
    # A chart beside the table.
    "challenges/": (29_500, 5),
    # The line, and the parts of the diagram that have a page of their own.
    "spectrum/": (48_000, 6),
    "spectrum/compare/": (40_000, 6),
    "spectrum/phases/": (37_000, 6),
    "spectrum/place/": (38_500, 7),
    "spectrum/own/": (37_500, 7),
    "spectrum/test/": (36_000, 7),
    "embed/spectrum/": (45_500, 6),
}
# All works in a line each: so many bytes for the works that there were when the list was made, and some for each
# further one. Their whole references are on ordinary pages, by letter.
WORKS, WORKS_THEN, EACH_WORK = 45_000, 432, 70
# Every question of the site with the reasons for each answer, complete without JavaScript.
PRACTISE, EACH_QUESTION = 17_500, 400
# Looked at by those who ask for it, and held to bounds of its own: search (below); the whole site for printing.
APART = ("search/", "all/", "404.html")
# Forwarding addresses, each a few lines.
FORWARDING = ("go/", "cite/")


def loaded(site: Path, name: str) -> list[Path]:
    """The files that a first view of a page asks for: itself, styles, scripts, pictures, the icon."""
    page = site / name
    text = page.read_text(encoding="utf-8")
    tags = re.findall(
        r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]*(?:href|src)="([^"]+)"', text
    )
    return [page, *sorted({(page.parent / link).resolve() for link in tags})]


def weight(files: list[Path]) -> int:
    """Bytes as a server that compresses sends them."""
    return sum(zipped(file) for file in files)


@functools.cache
def zipped(file: Path) -> int:
    """Bytes of a file after gzip."""
    return len(gzip.compress(file.read_bytes(), 9))


def addresses(site: Path) -> list[str]:
    """All pages that are read on a screen."""
    found = (page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    names = sorted(name.removesuffix("index.html") for name in found)
    return [name for name in names if name not in APART and not name.startswith(FORWARDING)]


def test_first_view_is_within_its_budget(site: Path) -> None:
    """Bytes and requests of every page; a page that is not named is an ordinary one."""
    works = len(list((ROOT / "bib" / "works").glob("*.yaml")))
    practise = (site / "practise" / "index.html").read_text(encoding="utf-8")
    questions = practise.count('data-question="')
    budgets = {
        **OWN,
        "bibliography/": (WORKS + EACH_WORK * max(0, works - WORKS_THEN), 5),
        "practise/": (PRACTISE + EACH_QUESTION * questions, 6),
    }
    names = addresses(site)
    assert set(budgets) <= set(names)
    heavy = {}
    for name in names:
        most, requests = budgets.get(name, ORDINARY)
        files = loaded(site, f"{name}index.html")
        if weight(files) > most or len(files) > requests:
            heavy[name] = {file.name: weight([file]) for file in files}
    assert heavy == {}


def test_search_is_not_loaded_before_it_is_wanted(site: Path) -> None:
    """Neither the index nor the library is part of another page's first view; opening search is bounded."""
    scripts = [f for f in loaded(site, "challenges/trust/index.html") if f.suffix == ".js"]
    names = {file.name.split(".")[0] for file in scripts}
    assert "site" in names
    assert not names & {"index", "minisearch", "search"}
    index = site / "search" / "index.js"
    (library,) = (site / "assets" / "vendor").glob("minisearch.*.js")
    assert weight([index, library]) < 250_000


def test_assets_have_the_digest_of_their_content_in_their_name(site: Path) -> None:
    """So that a returning reader may keep them, and gets a changed one at once."""
    found = [f for f in (site / "assets").rglob("*") if f.suffix in (".css", ".js", ".svg")]
    assert len(found) >= 6
    for file in found:
        assert file.name.split(".")[-2] == hashlib.sha256(file.read_bytes()).hexdigest()[:8]


def test_a_page_does_not_grow_with_the_site(site: Path, tmp_path: Path) -> None:
    """With 300 more cases a case page, a definition and a challenge stay as heavy as they were."""
    root = tmp_path / "more"
    leave = shutil.ignore_patterns(".git", ".venv", "site", ".cache", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=leave)
    model = (root / "docs" / "cases" / "octet.md").read_text(encoding="utf-8")
    for i in range(300):
        text = model.replace("title: ", f"title: Copy {i} of ", 1)
        (root / "docs" / "cases" / f"copy_{i}.md").write_text(text, encoding="utf-8")
    done = build(tmp_path / "site", root=root)
    assert done.returncode == 0, done.stderr[-2000:]
    for name in ("cases/octet", "definitions/all/brandsen2016", "challenges/trust"):
        before = (site / name / "index.html").stat().st_size
        after = (tmp_path / "site" / name / "index.html").stat().st_size
        assert after <= before * 1.02, name
