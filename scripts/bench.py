"""Weights of pages and times of builds, as tables, beside plain pages and plain builds of the same run.

`python3 scripts/dev.py bench` takes some five minutes on a quiet machine, and with `--lighthouse` five more. Times
are processor seconds, the best of a few, and depend on the machine, so the ratios are what to read; weights are
bytes and stay as they are.
"""

from __future__ import annotations

import argparse
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
from collections.abc import Callable, Sequence
from pathlib import Path

import audit
import citations
import engines
import sample_records
from files import write_all
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
    "works of a letter": "bibliography/b/index.html",
}
# What a reader waits for, by Lighthouse's names, in milliseconds but for the last.
WAITS = {
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
}
PLAIN_CONFIG = "site_name: Plain\nplugins: []\nmarkdown_extensions: [attr_list, footnotes]\n"
# What somebody who writes one page by hand would put into its head.
PLAIN_STYLE = (
    "body{max-width:42rem;margin:1rem auto;padding:0 1rem;font:1.05rem/1.6 system-ui,sans-serif}"
    "td,th{padding:.5rem;text-align:left;vertical-align:top;border-bottom:1px solid #ccc}"
)
PAGE = "---\ntitle: {title}\ndescription: A page made up to measure how builds grow.\ndate: 2026-01-01\n---\n"
NAV = """
nav: [{Home: index.md}, {Pages: ["pages/*"]}, {Reference: [bibliography.md, "bibliography/*"]}]
"""


def spent() -> float:
    """Processor seconds of this process and its children, which hardly count what else the machine does.

    Windows does not count children: there it is the clock.
    """
    return time.perf_counter() if os.name == "nt" else sum(os.times()[:4])


def seconds(action: Callable[[], object], times: int = 1) -> float:
    """The shortest time of an action."""
    taken = []
    for _ in range(times):
        start = spent()
        action()
        taken.append(spent() - start)
    return min(taken)


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


def zipped(data: bytes) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(data, 9))


def by_hand(text: str) -> bytes:
    """The same article as one page without scripts, classes and navigation, its style within."""
    article = text[text.index("<article") : text.rindex("</article>")]
    article = re.sub(r"<(script|template|button|form)\b.*?</\1>", "", article, flags=re.DOTALL)
    article = re.sub(
        r'(?<=[\w"]) (?:class|role|hidden|(?:data|aria)-[\w-]+)(?:="[^"]*")?', "", article
    )
    head = f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><style>{PLAIN_STYLE}</style>'
    return f"{head}<main>{article}</article></main>".encode()


def weights(site: Path) -> None:
    """What a first view of each kind of page loads."""
    rows: list[tuple[str, ...]] = [
        ("page", "HTML", "style", "script", "icon", "gzipped", "requests", "times one by hand")
    ]
    for kind, name in KINDS.items():
        page = site / name
        text = page.read_text(encoding="utf-8")
        links = re.findall(
            r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*(?:href|src)="([^"]+)"', text
        )
        files = sorted({(page.parent / link).resolve() for link in links})
        parts = [
            sum(zipped(f.read_bytes()) for f in files if f.suffix == end)
            for end in (".css", ".js", ".svg")
        ]
        parts.insert(0, zipped(text.encode()))
        total = sum(parts)
        ratio = f"{total / zipped(by_hand(text)):.1f}"
        rows.append((kind, *(f"{n:,}" for n in (*parts, total)), str(1 + len(files)), ratio))
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


def grown_by(cases: int, folder: Path) -> Path:
    """A copy of this site with so many more cases."""
    shutil.copytree(ROOT, folder, ignore=LEAVE)
    model = (ROOT / "docs" / "cases" / "octet.md").read_text(encoding="utf-8")
    for number in range(cases):
        text = model.replace("title: ", f"title: Copy {number} of ", 1)
        (folder / "docs" / "cases" / f"copy_{number}.md").write_text(text, encoding="utf-8")
    return folder


def sample(folder: Path, pages: int, cites: int, works: int, notes: bool = False) -> Path:
    """A site of so many pages with so many citations each, of so many works; or with footnotes instead."""
    for name in ("scripts", "overrides", "docs/assets", "docs/bibliography"):
        shutil.copytree(ROOT / name, folder / name, ignore=LEAVE)
    shutil.copy(ROOT / "settings.yml", folder)
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[0] + NAV
    # The spectrum's data need a spectrum.
    config = re.sub(r"static_templates: .*", "", config)
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    sample_records.write_records(folder, works)
    run(str(ROOT / "scripts" / "build_bib.py"), "--root", str(folder), cwd=ROOT)
    keys = sorted(path.stem for path in (folder / "bib" / "works").glob("*.yaml"))
    made = {
        "index": PAGE.format(title="Sample") + "Words.\n",
        "bibliography": PAGE.format(title="Bibliography") + "<!-- table: bibliography -->\n",
    }
    for number in range(pages):
        cited = [keys[(number * cites + i) % len(keys)] for i in range(cites)]
        made[f"pages/p{number}"] = PAGE.format(title=f"Page {number}") + body(cited, notes)
    write_all(folder / "docs", {f"{name}.md": text for name, text in made.items()})
    return folder


def body(keys: list[str], notes: bool) -> str:
    """A page's text: a sentence for each work, with the work cited or in a footnote."""
    signs = [f"[^{i}]" if notes else f" [@{key}, p. {i + 1}]" for i, key in enumerate(keys)]
    lines = [f"A sentence says what a source says of the matter{sign}.\n" for sign in signs]
    if not notes:
        return "\n".join([*lines, "## References\n", "\\bibliography\n"])
    reference = (
        "Sample, S. Q. (2020). A work made up: Its title. *Journal of Samples*, *3*(2), 1-9."
    )
    return "\n".join(lines + [f"[^{i}]: {reference} {key}" for i, key in enumerate(keys)]) + "\n"


def cold(root: Path, site: Path) -> None:
    """A build that finds nothing kept."""
    shutil.rmtree(root / ".cache", ignore_errors=True)
    build(root, site)


def builds(work: Path) -> None:
    """Cold and warm builds of the site, and of the site grown, beside a plain one of the same pages."""
    root, site = grown_by(0, work / "copy"), work / "site"
    plain = plain_copy(root, work / "plain")
    more = grown_by(300, work / "more")
    base = seconds(lambda: build(plain, work / "plain-site"), 3)
    cold(more, work / "more-site")
    rows: list[tuple[str, ...]] = [("build", "seconds", "times a plain MkDocs build")]
    rows.append(("plain MkDocs, same pages without citations", f"{base:.1f}", "1.0"))
    for name, action, times in (
        ("cold (nothing kept)", lambda: cold(root, site), 2),
        ("warm", lambda: build(root, site), 3),
        ("warm, with 300 more cases", lambda: build(more, work / "more-site"), 1),
    ):
        taken = seconds(action, times)
        rows.append((name, f"{taken:.1f}", f"{taken / base:.1f}"))
    show(rows)
    weights(site)


def cited(work: Path) -> None:
    """Many pages with many citations, beside the same pages with footnotes."""
    notes, root = sample(work / "notes", 500, 20, 500, notes=True), sample(work / "c", 500, 20, 500)
    site = work / "cited-site"
    cold(notes, site)
    base = seconds(lambda: build(notes, site), 2)
    first = seconds(lambda: cold(root, site))
    page = root / "docs" / "pages" / "p7.md"
    page.write_text(page.read_text("utf-8").replace("A sentence", "One sentence", 1), "utf-8")
    again = seconds(lambda: build(root, site), 2)
    rows: list[tuple[str, ...]] = [
        ("500 pages, 20 citations each, 500 works", "seconds", "times footnotes")
    ]
    rows.append(("plain Markdown footnotes", f"{base:.1f}", "1.0"))
    rows.append(("citations, cold", f"{first:.1f}", f"{first / base:.1f}"))
    rows.append(("citations, after an edit of the text", f"{again:.1f}", f"{again / base:.1f}"))
    show(rows)


def records(work: Path) -> None:
    """How the formatter, and a whole build of 50 pages with 10 citations each, grow with the records."""
    rows: list[tuple[str, ...]] = [
        ("records", "formatted cold", "from the cache", "build cold, seconds", "warm")
    ]
    for count in (80, 500, 2000, 5000):
        root = sample(work / f"records-{count}", 50, 10, count)
        site = work / "records-site"
        first, again = formatting(root, count)
        times = (
            first,
            again,
            seconds(functools.partial(cold, root, site)),
            seconds(functools.partial(build, root, site)),
        )
        rows.append((f"{count:,}", *(f"{taken:.1f}" for taken in times)))
    show(rows)


def formatting(root: Path, count: int) -> tuple[float, float]:
    """Seconds to format every work and two citations of each, cold and again."""
    bib = root / "bib" / "references.bib"
    data = parse_file(bib)
    keys = list(data.entries)
    blocks = [f"[@{key}]" for key in keys] + [f"[see @{key}, p. 3]" for key in keys]

    def form() -> None:
        formatter = citations.Formatter(root / "cache.json")
        citations.SiteRegistry(bib, data, formatter).prepare(blocks)

    return seconds(form), seconds(form)


def phones(work: Path) -> None:
    """Lighthouse's figures for each kind of page, and for the same page by hand: medians of three runs."""
    rows: list[tuple[str, ...]] = [
        ("Lighthouse, simulated phone", "performance", *WAITS.values(), "times one by hand")
    ]
    site, hand = work / "pages", work / "pages" / "by-hand"
    build(ROOT, site)
    with audit.served(site, audit.Zipped) as address:
        for kind, name in KINDS.items():
            page = hand / name
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(by_hand((site / name).read_text(encoding="utf-8")))
            ours, plain = (medians(f"{address}{at}{name}") for at in ("", "by-hand/"))
            ratio = f"{ours[1] / plain[1]:.2f}"
            rows.append((kind, *(f"{n:,.0f}" for n in ours[:3]), f"{ours[3]:.3f}", ratio))
    show(rows)


def medians(address: str, runs: int = 3) -> list[float]:
    """Lighthouse's score for performance, and what a reader waits for, of a page."""
    reports = [engines.lighthouse(address) for _ in range(runs)]
    values = [
        [engines.scores(report)["Performance"]]
        + [report["audits"][name]["numericValue"] for name in WAITS]
        for report in reports
    ]
    return [statistics.median(column) for column in zip(*values, strict=True)]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; 1 where Lighthouse is asked for and is not there."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--lighthouse", action="store_true", help="what a phone waits for too")
    options = parser.parse_args(argv)
    parts = [builds, cited, records, *([phones] if options.lighthouse else [])]
    if options.lighthouse and not engines.LIGHTHOUSE.exists():
        print("Lighthouse could not be fetched (see above)", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory() as folder:
            for part in parts:
                part(Path(folder))
    except RuntimeError as error:
        print(f"A page could not be measured: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
