"""How heavy a first view is, by kind of page, and that a page does not grow with the site."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import shutil
from pathlib import Path

import content
from conftest import ROOT, build

# Bytes, gzipped, of everything a first view loads, and the number of requests. Raise a bound only with a
# reason in the commit; a page that outgrows it is better divided.
ORDINARY = (26_000, 5)
# Complete without JavaScript: works in a line each, whose whole references are on ordinary pages by letter.
LISTS = {"bibliography/": (45_000, 5)}
# What a page lists in full, how many there were when its bound was set, and the bytes that each further one may take:
# for these nobody who adds one has to divide a page first.
GROWING = {
    "bibliography/": ("work", 432, 70),
    "doubts/": ("work", 438, 70),
    "glossary/": ("term", 85, 220),
    "definitions/compare/": ("definition", 67, 200),
    "definitions/compare-health/": ("definition", 67, 200),
    "definitions/by-year/": ("definition", 67, 100),
    "challenges/": ("challenge", 22, 250),
    "spectrum/models/": ("model", 35, 250),
    "spectrum/": ("model", 35, 250),
    "spectrum/compare/": ("model", 35, 250),
    "embed/spectrum/": ("model", 35, 250),
    "spectrum/lines/": ("model", 35, 250),
    "cases/": ("case", 36, 250),
    "spectrum/phases/": ("case", 36, 250),
    "spectrum/place/": ("case", 36, 250),
    "teach/case-cards/": ("case", 36, 450),
    "teach/case-cards-other/": ("case", 36, 450),
}
# Bytes of a question with its reasons, in the set that is fetched when a reader begins.
EACH_QUESTION = 400
# The diagram and the parts of it that have a page of their own.
SPECTRUM = {
    "spectrum/": (48_000, 6),
    "spectrum/compare/": (40_000, 6),
    "spectrum/phases/": (37_000, 6),
    "spectrum/place/": (38_500, 7),
    "spectrum/own/": (37_500, 7),
    "spectrum/test/": (36_000, 7),
    "embed/spectrum/": (45_500, 6),
}
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


def budgets() -> dict[str, tuple[int, int]]:
    """Bounds of pages that are not ordinary ones, raised by what has been added since."""
    metas = [page.meta for page in content.load_pages(ROOT / "docs")[0]]
    kinds = ("case", "model", "challenge", "definition")
    counts = {kind: sum(bool(meta.get(kind)) for meta in metas) for kind in kinds}
    counts["work"] = len(list((ROOT / "bib" / "works").glob("*.yaml")))
    counts["term"] = sum(len(meta.get("terms") or []) for meta in metas)
    found = {**SPECTRUM, **LISTS}
    for name, (kind, then, each) in GROWING.items():
        heaviest, requests = found.get(name, ORDINARY)
        found[name] = (heaviest + each * max(0, counts[kind] - then), requests)
    return found


def test_first_view_is_within_its_budget(site: Path) -> None:
    """Bytes and requests of every page; a page that is not named is an ordinary one."""
    named, names = budgets(), addresses(site)
    assert set(named) <= set(names)
    heavy = {}
    for name in names:
        heaviest, requests = named.get(name, ORDINARY)
        files = loaded(site, f"{name}index.html")
        if weight(files) > heaviest or len(files) > requests:
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


def test_revision_set_is_not_loaded_before_it_is_wanted(site: Path) -> None:
    """The questions of all pages are a file that the page's script asks for; it grows with them and no faster."""
    file = site / "practise" / "questions.js"
    questions = file.read_text(encoding="utf-8").count("data-question=")
    assert questions > 80
    assert zipped(file) < EACH_QUESTION * questions
    assert file.resolve() not in loaded(site, "practise/index.html")


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
