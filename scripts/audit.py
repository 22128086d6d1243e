"""The accessibility audit: every tool on every page, and every state a reader may put a page in, as a table.

`python3 scripts/dev.py audit` takes some ten minutes; 1 when something is found that is not in
tests/accessibility.yml. With `--record` the counts are written to tests/audit.yml, for the statement.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import functools
import gzip
import http.server
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import baseline
import engines
import yaml
from baseline import ROOT
from engines import Finding
from playwright.sync_api import Page, sync_playwright

LIGHTHOUSE_PAGES = {
    "home": "",
    "a challenge": "challenges/trust/",
    "a case": "cases/octet/",
    "the spectrum": "spectrum/",
    "the glossary": "glossary/",
}

# What a reader's own style may ask for, WCAG 1.4.12.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((n) => document.documentElement.scrollWidth > innerWidth && n.getBoundingClientRect().right > innerWidth + 1)
  .map((n) => n.outerHTML.slice(0, 120))"""
# Text that its own box cuts off; what is clipped as a whole is there for screen readers.
CUT = """() => [...document.querySelectorAll('body *')].filter((n) => {
    const style = getComputedStyle(n);
    return /hidden|clip/.test(style.overflowY) && style.clipPath === 'none' && n.clientHeight > 2 && n.scrollHeight > n.clientHeight + 1 && n.innerText && n.innerText.trim();
  }).map((n) => n.outerHTML.slice(0, 120))"""
MOVES = """() => [...document.getAnimations().map((a) => a.animationName || 'transition'),
  ...(getComputedStyle(document.documentElement).scrollBehavior === 'smooth' ? ['smooth scrolling'] : [])]"""
# With the system's colours a control without a border or a filled part is not seen as one.
BARE = """() => [...document.querySelectorAll('button, select, textarea, input:not([type=hidden])')].filter((n) => {
    const style = getComputedStyle(n, n.type === 'file' ? '::file-selector-button' : null);
    return n.checkVisibility() && style.appearance === 'none' && style.borderTopStyle === 'none' && style.outlineStyle === 'none';
  }).map((n) => n.outerHTML.slice(0, 120))"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that keeps its log to itself."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Zipped(Quiet):
    """A server that compresses all but pictures, as hosts do, and keeps a connection open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, or the index of a folder."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        if file.suffix != ".png":
            data = gzip.compress(data, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{self.guess_type(str(file))}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextlib.contextmanager
def served(folder: Path, server_of: type[Quiet] = Quiet) -> Iterator[str]:
    """A folder's address while it is served."""
    handler = functools.partial(server_of, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def fit(page: Page, name: str, width: int, height: int) -> list[str]:
    """What reaches beyond the window."""
    page.set_viewport_size({"width": width, "height": height})
    return list(page.evaluate(WIDE))


def spaced(page: Page, name: str) -> list[str]:
    """What reaches beyond a narrow window, or is cut off, with the reader's own spacing."""
    style = page.add_style_tag(content=SPACING)
    found = [*fit(page, name, 320, 800), *page.evaluate(CUT)]
    style.evaluate("(node) => node.remove()")
    return found


def forced(page: Page, name: str) -> list[Finding | str]:
    """Contrast with the system's own colours, and controls that cannot be seen there."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(forced_colors="active", color_scheme="light")
    found = [*engines.axe(page, name, engines.AXE_COLOUR), *page.evaluate(BARE)]
    page.emulate_media(forced_colors="none")
    return found


def still(page: Page, name: str) -> list[str]:
    """What moves although the reader wants less motion."""
    page.emulate_media(reduced_motion="reduce")
    found = list(page.evaluate(MOVES))
    page.emulate_media(reduced_motion="no-preference")
    return found


def in_scheme(scheme: Any, rules: list[str] | None, page: Page, name: str) -> list[Finding]:
    """What axe finds in light or dark."""
    page.emulate_media(color_scheme=scheme)
    return engines.axe(page, name, rules)


# In this order: each leaves the page as the next needs it.
STATES: dict[str, Callable[[Page, str], Sequence[Finding | str]]] = {
    "axe-core, light, all rules": functools.partial(in_scheme, "light", None),
    "axe-core, dark, rules about colour": functools.partial(in_scheme, "dark", engines.AXE_COLOUR),
    "IBM Equal Access": engines.ibm,
    "forced colours": forced,
    "reduced motion: nothing moves": still,
    "320 px wide: nothing beyond": lambda page, name: fit(page, name, 320, 800),
    "400 % zoom: nothing beyond": lambda page, name: fit(page, name, 320, 256),
    "text spacing at 320 px: nothing cut": spaced,
}


def look(part: tuple[str, list[str]]) -> dict[str, list[Finding]]:
    """All states of some pages, everything on them opened."""
    address, names = part
    found: dict[str, list[Finding]] = {state: [] for state in STATES}
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True)
        page.set_default_timeout(600_000)
        for name in names:
            page.set_viewport_size({"width": 1280, "height": 900})
            answer = page.goto(address + name)
            assert answer and answer.ok, name
            page.evaluate(engines.OPEN_ALL)
            for state, function in STATES.items():
                for hit in function(page, name):
                    plain = Finding("state", "fail", state, name, str(hit), "")
                    found[state].append(hit if isinstance(hit, Finding) else plain)
        browser.close()
    return found


def look_at_all(
    address: str, site: Path, like: str, every: int
) -> tuple[int, dict[str, list[Finding]]]:
    """The number of pages, and what every state shows; pages are shared among the processor's cores."""
    found_files = sorted(site.rglob("*.html"), key=lambda path: -path.stat().st_size)
    names = [path.relative_to(site).as_posix() for path in found_files]
    # The short addresses only lead elsewhere; the printable page repeats all the others.
    names = [name for name in names if not name.startswith(("go/", "all/")) and like in name]
    names = names[every - 1 :: every]
    count = os.cpu_count() or 1
    found: dict[str, list[Finding]] = {state: [] for state in STATES}
    with ProcessPoolExecutor(count) as pool:
        for part in pool.map(look, [(address, names[i::count]) for i in range(count)]):
            for state, hits in part.items():
                found[state] += hits
    return len(names), found


def lighthouse(address: str) -> list[tuple[str, ...]]:
    """Lighthouse's scores, of 100, for a page of five kinds; a loud line where it cannot run."""
    if not engines.LIGHTHOUSE.exists():
        return [("NOT TESTED with Lighthouse: it could not be fetched", "", "")]
    rows: list[tuple[str, ...]] = []
    for kind, path in LIGHTHOUSE_PAGES.items():
        try:
            scores = engines.scores(engines.lighthouse(address + path))
        except RuntimeError as error:
            rows.append((f"NOT TESTED with Lighthouse: {kind}", "", str(error)))
            continue
        shown = ", ".join(f"{title.lower()} {score}" for title, score in scores.items())
        rows.append((f"Lighthouse, {kind}", "1", shown))
    return rows


def build(folder: Path) -> None:
    """Build the site. Raises SystemExit with the reason."""
    words = ["-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"The site could not be built:\n{done.stderr[-2000:]}")


def show(rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table with aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    for first, second, third in rows:
        print(f"{first.ljust(widths[0])}  {second.rjust(widths[1])}  {third}".rstrip(), flush=True)


def row(what: str, count: int, hits: list[Finding], kept: list[baseline.Kept]) -> tuple[str, ...]:
    """A line of the table: how much is new, and how much the list keeps."""
    new = engines.beyond(hits, kept)
    listed = Counter(hit.level for hit in hits) - Counter(hit.level for hit in new)
    shown = [f"{len(new)} to mend"]
    shown += [f"{listed['fail']} listed"] if listed["fail"] else []
    shown += [f"{listed['review']} looked at"] if listed["review"] else []
    return (what, f"{count:,}", ", ".join(shown))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something is to be mended."""
    parser = argparse.ArgumentParser(prog="dev.py audit", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the counts for the statement")
    parser.add_argument("--like", default="", help="only pages whose address holds this")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth page")
    options = parser.parse_args(argv)
    if engines.missing():
        print("NOT TESTED: the checkers could not be fetched (see above)", file=sys.stderr)
        return 1
    kept = baseline.read()
    with tempfile.TemporaryDirectory() as folder:
        settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
        # Under the path of its address, so that the 404 page finds its style.
        site = Path(folder) / settings["address"].split("/", 3)[3].strip("/")
        build(site)
        with served(Path(folder), Zipped) as root:
            address = f"{root}{site.name}/"
            count, found = look_at_all(address, site, options.like, options.every)
            scores = lighthouse(address)
        found["Nu HTML checker"] = engines.nu(site)
        files = sum(1 for _ in site.rglob("*.html"))
    every = [hit for hits in found.values() for hit in hits]
    rows: list[tuple[str, ...]] = [("what", "pages", "found")]
    rows += [
        row(what, files if what.startswith("Nu") else count, hits, kept)
        for what, hits in found.items()
    ]
    show(rows + scores)
    new = engines.beyond(every, kept)
    for hit in new:
        print(hit)
    unused = (
        []
        if options.like or options.every > 1
        else [line for line in kept if line.tool != "person"]
    )
    unused = [line for line in unused if not any(engines.keeps(line, hit) for hit in every)]
    for line in unused:
        print(
            f"tests/accessibility.yml: nothing is found for {line.rule} on {line.where}; strike it"
        )
    if options.record:
        record(rows[1:] + scores)
    return 1 if new or unused else 0


def record(rows: Sequence[tuple[str, ...]]) -> None:
    """Write the counts, with the day, for the accessibility statement."""
    lines = [{"what": what, "pages": pages, "found": found} for what, pages, found in rows]
    text = yaml.safe_dump(
        {"date": datetime.date.today(), "rows": lines}, allow_unicode=True, sort_keys=False
    )
    head = (
        "# Written by `python3 scripts/dev.py audit --record`; shown on the accessibility page.\n"
    )
    baseline.AUDIT.write_text(head + text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
