"""How fast the diagram answers: forty interactions on a slowed processor, and how much the page shifts.

Not a test, since times differ from machine to machine: `python tests/bench_spectrum.py SITE_FOLDER [ROUNDS]`.
Event Timing measures from the press to the next paint; the processor is slowed six-fold; all cases are shown,
and all models, then 30, then 24. The best of the rounds counts, since other work on the machine can only add
to a time. Layout shifts that nobody asked for are named.
"""

from __future__ import annotations

import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

SLOWDOWN = 6
OBSERVE = """
window.timings = []; window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => e.interactionId && timings.push([e.interactionId, e.name, e.duration]))).observe({ type: 'event', durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((e) => shifts.push([e.value, e.hadRecentInput, e.sources.map((s) => s.node && (s.node.className || s.node.nodeName))]))).observe({ type: 'layout-shift', buffered: true });
"""
COUNT = """['[data-sp-lanes] .sp-lane', 'tr[data-case]', '*'].map((s) => document.querySelectorAll(s).length)"""
PHASES = ("start", "commission", "design", "deliver", "assess")


def presses(page: Page) -> Iterator[tuple[str, str, str]]:
    """Forty things to press: the page they stand on, a name, a selector."""
    for turn, n in enumerate((1, 4, 7, 2, 6, 3, 5, 1), 1):
        yield "", f"stage {n}, press {turn}", f".sp-stage:nth-child({n}) .sp-name"
    for side in ("user", "provider", "both", "neither"):
        yield "", f"seen {side}", f"label:has(#sp-seen-{side})"
    yield "", "show all stages", "label:has(#sp-all)"
    for n in (35, 34, 30, 25, 20, 15, 9, 6):
        yield "compare/", f"model {n}", f".sp-picker label:nth-child({n})"
    for phase in (*PHASES, "all"):
        yield "phases/", f"phase {phase}", f"label:has(#sp-phase-{phase})"
    for n in (1, 3, 5):
        yield "phases/", f"case {n}", f".sp-case-table tbody tr:nth-of-type({n}) [data-sp-open]"
    for phase in PHASES:
        yield "place/", f"place {phase}", f"label:has([name=sp-place-{phase}][value=told])"
    for phase in PHASES[:4]:
        yield "own/", f"own {phase}", f"label:has([name=sp-own-provider-{phase}][value=agreed])"
    yield "test/", "test a definition", "[data-sp=test]"


def measure(page: Page, address: str, models: int) -> tuple[dict[str, float], list[str]]:
    """Milliseconds from each press to the next paint, with so many models shown; and what was on each page."""
    page.add_init_script(OBSERVE)
    session = page.context.new_cdp_session(page)
    found: dict[str, float] = {}
    counts: list[str] = []
    at = None
    for folder, name, selector in presses(page):
        if folder != at:
            at = folder
            session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            page.goto(address + folder)
            page.wait_for_load_state("load")
            if folder == "compare/":
                keys = page.eval_on_selector_all(".sp-picker input", "all => all.map(b => b.value)")
                page.goto(f"{address}{folder}?models={','.join(keys[:models])}")
                page.wait_for_load_state("load")
                page.locator(".sp-picker summary").click()
                page.wait_for_timeout(500)
            counts.append(folder + "{} lanes, {} cases, {} elements".format(*page.evaluate(COUNT)))
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        target = page.locator(selector).first
        target.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        page.evaluate("timings.length = 0")
        box = target.bounding_box()
        assert box, selector
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)
        found[name] = max([t[2] for t in page.evaluate("timings")], default=0)
        shifts = [s for s in page.evaluate("shifts.splice(0)") if not s[1]]
        counts += [f"{folder}: shift {s[0]:.4f} {s[2]}" for s in shifts]
    return found, counts


def floor(page: Page) -> float:
    """What a press costs on this machine, slowed alike, on a page that has one checkbox and nothing else."""
    page.add_init_script(OBSERVE)
    page.goto(
        "data:text/html,<!doctype html><title>x</title><label><input type=checkbox> One</label>"
    )
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    found = []
    for _ in range(10):
        page.evaluate("timings.length = 0")
        page.mouse.click(15, 15)
        page.wait_for_timeout(500)
        found.append(max([t[2] for t in page.evaluate("timings")], default=0))
    return float(sorted(found)[5])


def report(title: str, found: dict[str, float]) -> None:
    """A line for the whole and the slowest few."""
    values = sorted(found.values())
    fast = sum(value <= 100 for value in values)
    print(
        f"{title}: {len(values)} interactions, median {values[len(values) // 2]:.0f} ms, ", end=""
    )
    print(
        f"95th {values[int(len(values) * 0.95) - 1]:.0f} ms, at most 100 ms: {fast / len(values):.0%}"
    )
    for name, value in sorted(found.items(), key=lambda item: -item[1])[:6]:
        print(f"    {value:4.0f} ms  {name}")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main(argv: list[str]) -> int:
    """Serve the folder, measure, print."""
    handler = functools.partial(Quiet, directory=argv[0])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/spectrum/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"]
        )
        empty = browser.new_page(viewport={"width": 1280, "height": 900})
        print(f"an empty page with one checkbox: median {floor(empty):.0f} ms")
        empty.close()
        rounds = int(argv[1]) if len(argv) > 1 else 1
        for models in (99, 30, 24):
            found: dict[str, float] = {}
            counts: list[str] = []
            for _ in range(rounds):
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                values, counts = measure(page, address, models)
                for name, value in values.items():
                    found[name] = min(found.get(name, value), value)
                page.close()
            report("all models shown" if models == 99 else f"{models} models shown", found)
            print("    " + "; ".join(counts))
        browser.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
