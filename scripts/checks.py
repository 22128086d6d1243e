"""All checks that need no browser: code, records, pages, addresses, and a strict build.

`python3 scripts/dev.py check` runs them; every mistake is said with file, line and remedy, all at once.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import about_site
import baseline
import bibliography
import build_bib
import citations
import claims
import content
import crosslinks
import forms
import permalinks
import records
import safety
import spelling
import tables
import yaml
from problems import Problem, format_problems, has_errors
from pybtex.database import BibliographyData

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
IMAGE = re.compile(r"!\[([^\]]*)\]\(")


def page_problems(page: content.SourcePage) -> list[Problem]:
    """What is wrong with a page's Markdown: headings, raw HTML, pictures."""
    return heading_problems(page) + html_problems(page)


def heading_problems(page: content.SourcePage) -> list[Problem]:
    """Headings without an id of their own, twice the same, out of order, or a second h1."""
    problems, seen, level = [], set(), 1
    file = f"docs/{page.src}"
    for line, marks, text, name in permalinks.headings(page):
        if name is None and text not in permalinks.FURNITURE:
            fix = f"write `{marks} {text} {{ #a-short-id }}`; it is meant to last"
            problems.append(Problem(file, line, "heading", f"“{text}” has no id of its own", fix))
        if name in seen:
            problems.append(
                Problem(file, line, "heading", f"the id `{name}` stands twice", "choose another")
            )
        if len(marks) > level + 1:
            problems.append(
                Problem(file, line, "heading", f"“{text}” skips a level", "use one # less")
            )
        seen.add(name or text)
        level = len(marks)
    fenced = False
    for number, text in enumerate(page.body.splitlines(), start=page.body_line):
        fenced ^= bool(permalinks.FENCE.match(text))
        if text.startswith("# ") and not fenced:
            fix = "take it out: the title in the front matter is the page's heading"
            problems.append(Problem(file, number, "heading", "a second main heading", fix))
    return problems


def html_problems(page: content.SourcePage) -> list[Problem]:
    """What could run or load something, and pictures that say nothing to those who cannot see them."""
    problems = safety.source_problems(page)
    text = safety.without_code(page.body)
    for match in IMAGE.finditer(text):
        if not match[1].strip():
            line = page.body_line + text[: match.start()].count("\n")
            fix = "say in the square brackets what the picture shows"
            what = "it has no text alternative"
            problems.append(Problem(f"docs/{page.src}", line, "picture", what, fix))
    return problems


def question_problems(pages: Sequence[content.SourcePage]) -> list[Problem]:
    """Question ids that stand twice in the site."""
    first: dict[str, str] = {}
    problems = []
    for page in pages:
        for question in page.meta.get("questions") or []:
            name = str(question.get("id"))
            if name in first:
                what, fix = f"the id `{name}` is used on docs/{first[name]} too", "choose another"
                problems.append(Problem(f"docs/{page.src}", 1, "questions", what, fix))
            first.setdefault(name, page.src)
    return problems


@functools.cache
def loaded() -> tuple[list[content.SourcePage], list[Problem]]:
    """All pages, read once, with what is wrong with their front matter."""
    return content.load_pages(DOCS)


@functools.cache
def library() -> records.Library:
    """All records, read once."""
    return records.read_library(ROOT / build_bib.WORKS)


def registry() -> citations.SiteRegistry:
    """What says which keys there are: of all records, also of those that are not in references.bib yet."""
    memory = citations.Formatter(ROOT / ".cache" / "citations.json")
    found = citations.SiteRegistry(ROOT / build_bib.OUTPUT, BibliographyData(), memory)
    found.bib = {path.stem: "" for path in (ROOT / build_bib.WORKS).glob("*.yaml")}
    return found


def check_pages() -> list[Problem]:
    """Front matter, Markdown and recorded addresses of every page."""
    pages, found = loaded()
    problems = list(found)
    if not problems:  # a page that cannot be read is not gone
        problems += permalinks.check(ROOT, pages)
    known = registry()
    for page in pages:
        problems += page_problems(page) + forms.unfilled(page) + tables.cited_blocks(page, known)[1]
    problems += safety.file_problems(DOCS)
    problems += bibliography.problems(page.src for page in pages)
    problems += baseline.overdue(pages, datetime.date.today())
    files = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*") if path.is_file()}
    return problems + question_problems(pages) + crosslinks.check(pages, files)


def check_words() -> list[Problem]:
    """Spelling, and as warnings findings without a source."""
    pages, _ = loaded()
    problems = spelling.check(ROOT, pages, library())
    return problems + [problem for page in pages for problem in claims.check(page)]


def check_records() -> list[Problem]:
    """The records of works, and whether references.bib is made from them."""
    problems = list(library().problems)
    if not has_errors(problems) and build_bib.update(ROOT, library(), only_check=True):
        fix = "run `python3 scripts/dev.py record`"
        problems.append(Problem("bib/references.bib", 1, "", "not as the records make it", fix))
    return problems


def check_release() -> list[Problem]:
    """Settings that are still placeholders."""
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    fix = "write the real value, and take its name out of `placeholders`"
    return [
        Problem("settings.yml", 1, name, "still a placeholder", fix)
        for name in settings["placeholders"]
    ]


def run_tool(*words: str) -> list[Problem]:
    """A tool of its own; what it prints is its own message."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return []
    said = (done.stdout + done.stderr).strip()
    return [Problem(words[0], 1, "", f"has found something:\n{said}", "")]


def check_build() -> list[Problem]:
    """A strict build, which checks citations, links and anchors."""
    with tempfile.TemporaryDirectory() as folder:
        return run_tool("mkdocs", "build", "--strict", "--site-dir", str(Path(folder) / "site"))


Check = Callable[[], list[Problem]]
STOPPING: dict[str, Check] = {"records and references.bib": check_records, "pages": check_pages}
WORDS: dict[str, Check] = {
    "what is said of the site": lambda: about_site.check(ROOT),
    "spelling and sources": check_words,
}
# The code; it takes as long as all else together, and runs beside it.
CODE: dict[str, Check] = {
    "ruff": lambda: run_tool("ruff", "check", "scripts", "tests"),
    "format": lambda: run_tool("ruff", "format", "--check", "scripts", "tests"),
    "mypy": lambda: run_tool("mypy"),
}


def told(checks: Mapping[str, Check]) -> bool:
    """Run some checks and say what each found; whether something is to be mended."""
    return sum(tell(name, check) for name, check in checks.items()) > 0


def tell(name: str, check: Check) -> bool:
    """Run a check and say what it found; whether something is to be mended."""
    start = time.monotonic()
    problems = check()
    errors = [problem for problem in problems if problem.severity == "error"]
    state = f"{len(errors)} to mend" if errors else "good"
    print(f"{name}: {state} ({time.monotonic() - start:.1f} s)", flush=True)
    if problems:
        print(format_problems(problems), flush=True)
    return bool(errors)


def main(argv: Sequence[str] | None = None) -> int:
    """Run all checks; 1 when one has found an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", action="store_true", help="placeholders are mistakes too")
    options = parser.parse_args(argv)
    begun = time.monotonic()
    with ThreadPoolExecutor() as pool:
        code = {name: pool.submit(check).result for name, check in CODE.items()}
        failed = told(STOPPING)
        # The build would say the same once more, and then stop at the first.
        built = {} if failed else {"the built site": check_build}
        rest = {**WORDS, **built, **({"release": check_release} if options.release else {})}
        failed |= told(rest)
        if not built:
            print("the built site: not looked at before records and pages are mended")
        failed |= told(code)
    print(
        f"{'Something is to be mended' if failed else 'All good'} ({time.monotonic() - begun:.1f} s)."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
