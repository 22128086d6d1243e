"""Worksheets as .docx and slides as .pptx, to be changed by whoever teaches: from the site's own pages.

The text is Markdown made of docs/teach/worksheets.md, the stages of the line and the stories of some
cases; pandoc, which the site needs anyway, turns it into files. They are remembered by content.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import posixpath
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import citations
import permalinks
import pypandoc
import questions
from files import write_atomically
from tables import SiteData

LUA_FILE = Path(__file__).with_name("handouts.lua")
WORKSHEETS = "teach/worksheets.md"
LINE = "spectrum/index.md"
# Cases for the slides: none with a content note, and spread along the line.
SLIDE_CASES = ("cleanyourhands", "vennik", "canada_priorities", "fledderus", "holland_hart")
WORDS_ON_A_SLIDE = 55
# Pandoc's tables have no lines; a sheet to write on needs them.
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
# A4 with margins of 2 cm, in twentieths of a point; without it a word processor takes its own page.
PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" '
    'w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)
# What the page's style sheet draws: a box with the names of a line's two ends, and lines to write on.
DRAW = re.compile(r'^<div class="draw" markdown>\n\n- (.+)\n- (.+)\n\n</div>\n', re.MULTILINE)
LINE_TO_WRITE_ON = " " + "_" * 30
SHEET = re.compile(r'<w:pStyle w:val="Heading2" ?/>')


# Markdown ------------------------------------------------------------------------------------------


def line_table(data: SiteData) -> str:
    """The seven stages with the question that tells each from the one before."""
    stages = data.pages[LINE].meta["stages"]
    rows = [
        f"| {chr(ord('A') + i)} | {stage['name']} | {stage['question']} |"
        for i, stage in enumerate(stages)
    ]
    return "\n".join(["| | Stage | Ask |", "|--|----------|------------|", *rows])


def cannot_show(data: SiteData) -> list[str]:
    """What stands under every picture of the line."""
    return [entry["text"] for entry in data.pages[LINE].meta["spectrum"]["cannot_show"]]


def worksheets(data: SiteData, settings: dict[str, Any]) -> str:
    """The page of worksheets as Markdown for pandoc: full addresses, no containers of ours."""
    page = data.pages[WORKSHEETS]
    limits = "".join(f"- {text}\n" for text in cannot_show(data))
    line = f"{line_table(data)}\n\nWhat this line cannot show:\n\n{limits}"
    body = page.body.replace("<!-- table: line-sheet -->", line)
    # The files' own section is of no use inside one of them.
    body = re.sub(r"^## [^\n]*\{ #files \}\n.*?(?=^## )", "", body, flags=re.MULTILINE | re.DOTALL)
    body = DRAW.sub(r"| \1 … \2 |\n|---|\n| |\n", body).replace("\n{ .write }", LINE_TO_WRITE_ON)
    body = re.sub(r"^(</?div[^>]*>|<!-- .* -->)\n", "", body, flags=re.MULTILINE)
    body = re.sub(r"\]\((?!https?:)([^)]+)\)", lambda m: f"]({full(m.group(1), settings)})", body)
    return front(settings, str(page.meta["title"])) + body + credit(settings, WORKSHEETS)


def full(target: str, settings: dict[str, Any]) -> str:
    """A link of the page as a full address."""
    path, _, anchor = target.partition("#")
    folder = posixpath.dirname(WORKSHEETS)
    src = posixpath.normpath(posixpath.join(folder, path)) if path else WORKSHEETS
    return address_of(src, settings) + (f"#{anchor}" if anchor else "")


def address_of(src: str, settings: dict[str, Any]) -> str:
    """A page's full address."""
    return str(settings["address"]) + permalinks.address(src)


def front(settings: dict[str, Any], title: str) -> str:
    """Title, site, version and language."""
    return (
        f"---\ntitle: {title}\nsubtitle: {settings['name']}, version {settings['version']}\n"
        f"lang: {settings['language']}\n---\n\n"
    )


def credit(settings: dict[str, Any], src: str) -> str:
    """The line that the licence asks for."""
    licence = settings["licence"]["text"]
    return (
        f"\n\nFrom {settings['name']}, {address_of(src, settings)}, "
        f"[{licence['name']}]({licence['url']}). Change it as you like, and say that you did.\n"
    )


def slides(data: SiteData, settings: dict[str, Any]) -> str:
    """A deck: the line, what it cannot show, five cases without our readings."""
    first = (
        "## Before we start\n\n- Nobody is asked to say what services they use.\n"
        "- You may sit out any part, without a reason.\n- Right on the line is not better.\n\n"
    )
    line = f"## Who settles it?\n\n{line_table(data)}\n\n"
    limits = bullets("What this line cannot show", cannot_show(data))
    cases = "\n".join(case_slides(name, data, settings) for name in SLIDE_CASES)
    end = f"\n## Use these slides\n{credit(settings, LINE)}"
    return front(settings, "Who settles it?") + first + line + limits + "\n" + cases + end


def case_slides(name: str, data: SiteData, settings: dict[str, Any]) -> str:
    """A case told on one slide or more, then its question; our reading is left on the site."""
    page = data.pages[f"cases/{name}.md"]
    story = questions.plain(questions.foreign_html(page.meta["case"]["story"], data, settings))
    told = bullets(str(page.meta["title"]), re.split(r"(?<=[.?!]) (?=[A-Z])", story))
    where = address_of(page.src, settings)
    asked = (
        f"\n## Who settled it?\n\n- Which decision are you placing?\n"
        f"- Which stage, or from which to which?\n- What speaks against you?\n\n"
        f"{page.meta['case']['question']}\n\n::: notes\nOur readings: {where}\n:::\n"
    )
    return told + asked


def bullets(title: str, lines: list[str]) -> str:
    """As many slides of that title as the lines need."""
    return "\n".join(
        f"## {title}\n\n" + "".join(f"- {line}\n" for line in part) for part in portions(lines)
    )


def portions(sentences: list[str]) -> list[list[str]]:
    """Sentences dealt out so that a slide has room for them."""
    parts: list[list[str]] = [[]]
    for sentence in sentences:
        words = len(" ".join([*parts[-1], sentence]).split())
        if parts[-1] and words > WORDS_ON_A_SLIDE:
            parts.append([])
        parts[-1].append(sentence)
    return parts


# Files ---------------------------------------------------------------------------------------------


def convert(markdown: str, kind: str, day: datetime.date, cache: Path) -> bytes:
    """A file of that kind; made by pandoc unless the same text was made before."""
    name = citations.digest(markdown, kind, str(day), LUA_FILE.read_text("utf-8"), BORDERS, PAGE)
    kept = cache / f"{name}.{kind}"
    with contextlib.suppress(FileNotFoundError):
        return kept.read_bytes()
    made = repacked(run_pandoc(markdown, kind), day)
    for old in cache.glob(f"*.{kind}"):
        old.unlink(missing_ok=True)
    write_atomically(kept, made)
    return made


def run_pandoc(markdown: str, kind: str) -> bytes:
    """Pandoc's file. Raises RuntimeError with pandoc's own words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"made.{kind}"
        command = [str(pypandoc.get_pandoc_path()), "--from", "markdown-smart", "--output"]
        command += [str(file), "--lua-filter", str(LUA_FILE), "--slide-level", "2"]
        done = subprocess.run(command, input=markdown.encode(), capture_output=True)
        if done.returncode:
            raise RuntimeError(f"pandoc made no .{kind}: {done.stderr.decode('utf-8', 'replace')}")
        return file.read_bytes()


def repacked(content: bytes, day: datetime.date) -> bytes:
    """The same file with the release as its only date, on A4, with lines in its tables."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, mended(name, old.read(name), day))
    return buffer.getvalue()


def mended(name: str, content: bytes, day: datetime.date) -> bytes:
    """One part of the file."""
    if name == "docProps/core.xml":
        stamp = f"{day.isoformat()}T00:00:00Z".encode()
        return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
    if name == "word/document.xml":
        return sheets_on_pages(content.decode()).encode()
    if name == "word/styles.xml":
        text = content.decode()
        style = re.compile(r'(w:styleId="Table"[^>]*>.*?<w:tblInd [^>]*>)', re.DOTALL)
        return style.sub(rf"\1<w:tblBorders>{BORDERS}</w:tblBorders>", text, count=1).encode()
    return content


def sheets_on_pages(text: str) -> str:
    """The document's XML on A4, each sheet but the first on a page of its own."""
    first = SHEET.search(text)
    at = first.end() if first else len(text)
    rest = SHEET.sub(lambda match: match.group(0) + "<w:pageBreakBefore/>", text[at:])
    return re.sub(r"<w:sectPr\b(?:[^>]*/>|.*?</w:sectPr>)", PAGE, text[:at] + rest, flags=re.DOTALL)


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """The worksheets and the slides; nothing where the site has no page of worksheets."""
    if WORKSHEETS not in data.pages:
        return {}
    cache = data.root / ".cache" / "handouts"
    day = settings["released"]
    return {
        f"{questions.FOLDER}/worksheets.docx": convert(
            worksheets(data, settings), "docx", day, cache
        ),
        f"{questions.FOLDER}/slides.pptx": convert(slides(data, settings), "pptx", day, cache),
    }
