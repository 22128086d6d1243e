"""How heavy a first view is, by kind of page, and that a page does not grow with the site."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, build

# Bytes, gzipped, of everything a first view loads, and the number of requests. Raise a bound only with a
# reason in the commit.
BUDGETS = {
    "ordinary": (26_000, 6),
    # The glossary and the longest read: their text, its sources and the terms at hand are two thirds of it.
    "long": (37_000, 6),
    "spectrum": (80_000, 8),
    "bibliography": (122_000, 6),
}
PAGES = {
    "index.html": "ordinary",
    "challenges/trust/index.html": "ordinary",
    "definitions/neighbours/index.html": "long",
    "definitions/all/brandsen2016/index.html": "ordinary",
    "cases/octet/index.html": "ordinary",
    "spectrum/models/tlap_ladder/index.html": "ordinary",
    "glossary/index.html": "long",
    "spectrum/index.html": "spectrum",
    "bibliography/index.html": "bibliography",
}


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
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


@pytest.mark.parametrize(("name", "kind"), PAGES.items())
def test_first_view_is_within_its_budget(site: Path, name: str, kind: str) -> None:
    """Bytes and requests of each kind of page."""
    most, requests = BUDGETS[kind]
    files = loaded(site, name)
    assert all(file.is_file() for file in files)
    assert weight(files) <= most, {file.name: weight([file]) for file in files}
    assert len(files) <= requests, [file.name for file in files]


def test_search_is_not_loaded_before_it_is_wanted(site: Path) -> None:
    """Neither the index nor the library is part of another page's first view; opening search is bounded."""
    scripts = [f for f in loaded(site, "challenges/trust/index.html") if f.suffix == ".js"]
    names = {file.name.split(".")[0] for file in scripts}
    assert "site" in names
    assert not names & {"index", "minisearch", "search"}
    index = site / "search" / "index.js"
    (library,) = (site / "assets" / "vendor").glob("minisearch.*.js")
    assert weight([index, library]) < 256_000


def test_assets_have_the_digest_of_their_content_in_their_name(site: Path) -> None:
    """So that a returning reader may keep them, and gets a changed one at once."""
    found = [f for f in (site / "assets").rglob("*") if f.suffix in (".css", ".js", ".svg")]
    assert len(found) >= 7
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
