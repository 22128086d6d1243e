"""Weights of pages and times of builds, as a table; times beside a plain MkDocs build of the same run.

`python3 scripts/dev.py bench` takes a few minutes. Times are medians of three and depend on the machine,
so the ratios are what to read; weights are bytes and do not change by themselves.
"""

from __future__ import annotations

import functools
import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import citations
import sample_records
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parent.parent
LEAVE = shutil.ignore_patterns(".git", ".venv", "site", ".cache", "__pycache__", ".*_cache")
KINDS = {
    "home": "index.html",
    "a challenge": "challenges/trust/index.html",
    "a definition": "definitions/all/brandsen2016/index.html",
    "a case": "cases/octet/index.html",
    "a model": "spectrum/models/tlap_ladder/index.html",
    "the spectrum": "spectrum/index.html",
    "the bibliography": "bibliography/index.html",
}
PLAIN_CONFIG = "site_name: Plain\nplugins: []\nmarkdown_extensions: [attr_list, footnotes]\n"


def seconds(action: Callable[[], object], times: int = 3) -> float:
    """The median time of an action."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def run(*words: str, cwd: Path) -> None:
    """A command that must succeed."""
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")


def build(root: Path, site: Path) -> None:
    """Build a project."""
    run("-m", "mkdocs", "build", "-f", str(root / "mkdocs.yml"), "-d", str(site), cwd=root)


def show(rows: list[tuple[str, ...]]) -> None:
    """Print a table with aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    print(flush=True)


def zipped(file: Path) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(file.read_bytes(), 9))


def weights(site: Path) -> None:
    """What a first view of each kind of page loads."""
    rows: list[tuple[str, ...]] = [
        ("page", "HTML", "style", "script", "icon", "all, gzipped", "requests")
    ]
    for kind, name in KINDS.items():
        page = site / name
        text = page.read_text(encoding="utf-8")
        links = re.findall(
            r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*(?:href|src)="([^"]+)"', text
        )
        files = sorted({(page.parent / link).resolve() for link in links})
        parts = {
            end: sum(zipped(f) for f in files if f.suffix == end) for end in (".css", ".js", ".svg")
        }
        total = zipped(page) + sum(parts.values())
        row = [f"{part:,}" for part in (zipped(page), *parts.values(), total)]
        rows.append((kind, *row, str(1 + len(files))))
    show(rows)


def plain_copy(root: Path, folder: Path) -> Path:
    """The same pages without front matter, theme, plugins and citations."""
    (folder / "docs").mkdir(parents=True)
    for page in (root / "docs").rglob("*.md"):
        text = re.sub(r"\A---\n.*?\n---\n", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        target = folder / "docs" / page.relative_to(root / "docs")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(r"\[[^\]]*@[^\]]*\]", "", text), encoding="utf-8")
    (folder / "mkdocs.yml").write_text(PLAIN_CONFIG, encoding="utf-8")
    return folder


def builds(work: Path) -> None:
    """Cold and warm builds of the site beside a plain one of the same pages."""
    root = work / "copy"
    shutil.copytree(ROOT, root, ignore=LEAVE)
    plain = plain_copy(root, work / "plain")

    def cold() -> None:
        shutil.rmtree(root / ".cache", ignore_errors=True)
        build(root, work / "site")

    base = seconds(lambda: build(plain, work / "plain-site"))
    rows: list[tuple[str, ...]] = [("build", "seconds", "times a plain MkDocs build")]
    rows.append(("plain MkDocs, same pages without citations", f"{base:.1f}", "1.0"))
    for name, action in (
        ("cold (no formatted citations)", cold),
        ("warm", lambda: build(root, work / "site")),
    ):
        taken = seconds(action)
        rows.append((name, f"{taken:.1f}", f"{taken / base:.1f}"))
    show(rows)
    weights(work / "site")


def records(work: Path) -> None:
    """How the generator, and the one call of the formatter, grow with the number of records."""
    rows: list[tuple[str, ...]] = [
        ("records", "references.bib, seconds", "citations", "formatted cold", "from the cache")
    ]
    for count in (80, 500, 2000, 5000):
        folder = work / f"records-{count}"
        sample_records.write_records(folder, count)
        script = str(ROOT / "scripts" / "build_bib.py")
        taken = seconds(functools.partial(run, script, "--root", str(folder), cwd=ROOT), 1)
        cold, warm = formatting(folder, count)
        rows.append((f"{count:,}", f"{taken:.2f}", f"{2 * count:,}", f"{cold:.1f}", f"{warm:.2f}"))
    show(rows)


def formatting(folder: Path, count: int) -> tuple[float, float]:
    """Seconds to format every work and two citations of each, cold and again."""
    bib = folder / "bib" / "references.bib"
    data = parse_file(bib)
    keys = list(data.entries)
    blocks = [f"[@{key}]" for key in keys] + [f"[see @{key}, p. 3]" for key in keys]

    def form() -> None:
        formatter = citations.Formatter(folder / "cache.json")
        citations.SiteRegistry(bib, data, formatter).prepare(blocks)

    return seconds(form, 1), seconds(form, 1)


def main() -> int:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        builds(Path(folder))
        records(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
