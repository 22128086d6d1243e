"""Add a work, a case, a model, a definition or a term: what is known goes in, a file of the right form comes out.

`python3 scripts/dev.py add work 10.1111/puar.12465` (or a .bib, .ris or .json file, or `-`) writes a record
for each work that is not here yet; the other kinds fill in the forms of CONTRIBUTING.md. Nothing is ever
overwritten, and what is still to be written by hand is said in the words of `check`.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import difflib
import io
import os
import re
import sys
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import drafts
import forms
import net
import records
import strict_yaml
import tidy
import yaml
from content import FRONT_MATTER, SourcePage, Term, read_page
from drafts import Draft, Ours
from files import only_one, write_atomically, write_new
from foreign import Foreign, UnreadableError, read_any, read_csl
from problems import Problem
from pydantic import ValidationError

ROOT = Path(__file__).resolve().parent.parent
# Where a DOI is resolved; the tests put a server of their own here.
RESOLVER = os.environ.get("DOI_RESOLVER", "https://doi.org/")
CSL = "application/vnd.citationstyles.csl+json"
# Held while records or terms are written, so that two at once do not choose the same key.
LOCK = Path(".cache") / "add.lock"
ADVICE = "Then run `python3 scripts/dev.py record` and `python3 scripts/dev.py check`."


class Stop(Exception):  # noqa: N818 - it stops the command; it is not a fault of ours
    """Something that its user has to mend; its text says what and how."""


# Files -------------------------------------------------------------------------------------------


def read_source(name: str) -> str:
    """The text of a file, or of standard input for `-`. Raises Stop when it is no text."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        fix = "give a DOI, or the path of a .bib, .ris or .json file, or - for standard input"
        raise Stop(f"{name}: there is no such file; {fix}") from None
    except OSError as error:
        raise Stop(f"{name}: cannot be read ({error.strerror})") from None
    for encoding in (
        ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    ):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            if encoding == "cp1252":
                print(f"{name}: is not UTF-8; it was read as Windows-1252: look at the accents")
            return text
    raise Stop(f"{name}: is not a text; export it as BibTeX, RIS or CSL-JSON")


# Works -------------------------------------------------------------------------------------------


@dataclass
class Shelf:
    """The works that are here already, by what tells that another is the same."""

    keys: dict[str, str]
    dois: dict[str, str]
    titles: dict[str, list[tuple[str, str, str]]]

    def add(self, key: str, fields: dict[str, Any]) -> None:
        """Put a work on the shelf."""
        self.keys[key.lower()] = key
        if fields.get("DOI"):
            self.dois[str(fields["DOI"]).lower()] = key
        title = plain_title(fields)
        self.titles.setdefault(title, []).append(
            (key, str(fields.get("issued", "")), family(fields))
        )

    def same(self, fields: dict[str, Any]) -> tuple[str, str] | None:
        """The key of the same work, and how that is known."""
        doi = str(fields.get("DOI", "")).lower()
        if doi and doi in self.dois:
            return self.dois[doi], "the same DOI"
        for key, issued, name in self.titles.get(plain_title(fields), []):
            mine = family(fields)
            if near_years(issued, str(fields.get("issued", ""))) and (
                not name or not mine or name == mine
            ):
                return key, "the same title, author and year"
        return None

    def alike(self, fields: dict[str, Any]) -> str | None:
        """The key of a work by the same first author whose title is nearly the same."""
        title = plain_title(fields)
        for other, works in self.titles.items():
            near = abs(len(other) - len(title)) < 12 and len(title) > 15
            if near and difflib.SequenceMatcher(None, other, title).quick_ratio() > 0.9:
                ratio = difflib.SequenceMatcher(None, other, title).ratio()
                for key, _, name in works:
                    if ratio > 0.9 and name == family(fields):
                        return key
        return None


def near_years(one: str, other: str) -> bool:
    """Whether two dates are a year apart at most, as first online and in print; or one is not known."""
    if not one[:4].isdigit() or not other[:4].isdigit():
        return True
    return abs(int(one[:4]) - int(other[:4])) <= 1


def plain_title(fields: dict[str, Any]) -> str:
    """A title without what editors change: capitals, accents, signs, and a word's spelling with z."""
    words = re.split(r"[\W_]+", str(fields.get("title", "")).lower())
    bare = "".join(tidy.ascii_word(word) or word for word in words)
    return re.sub(r"is(e|ing|ation)", r"iz\1", bare)


def family(fields: dict[str, Any]) -> str:
    """The first author's name in small letters."""
    names = fields.get("author") or fields.get("editor") or [{}]
    return tidy.ascii_word(str(names[0].get("family") or names[0].get("literal") or ""))


def shelf(folder: Path) -> Shelf:
    """All records, also those that `check` refuses, by key, DOI and title."""
    library = records.read_library(folder)
    found = Shelf({}, {}, {})
    for path in folder.glob("*.yaml"):
        found.keys[path.stem.lower()] = path.stem
    documents = [*library.documents.values(), *library.unsound]
    for document in documents:
        if isinstance(document.data, dict):
            key = Path(document.file).stem
            try:
                found.add(key, document.data)
            except (AttributeError, TypeError, KeyError, IndexError):
                continue  # a broken record: check speaks of it
    return found


def fetch_doi(doi: str) -> list[Foreign]:
    """What the DOI's registration agency says of it. Raises Stop with a plain reason."""
    answer = net.fetch(RESOLVER + urllib.parse.quote(doi, safe="/:;()<>"), accept=CSL)
    if answer.offline:
        raise Stop(f"{doi}: {answer.reason}. {net.OFFLINE}")
    if answer.status == 404:
        raise Stop(f"{doi}: doi.org does not know it; look for a slip")
    if answer.status != 200:
        raise Stop(f"{doi}: doi.org answered {answer.status} {answer.reason}; try again later")
    try:
        found = read_csl(answer.text, doi)
    except UnreadableError:
        raise Stop(f"{doi}: its agency gives no data on it; write the record by hand") from None
    for foreign in found:
        foreign.label = doi
        if foreign.item is not None:
            foreign.item.setdefault("DOI", doi)
            foreign.item["unused"] = []  # what agencies add to every work is no loss of ours
    return found


def entries_of(source: str) -> tuple[list[Foreign], dict[str, str]]:
    """The entries of a DOI or a file, and how what they say is known. Raises Stop."""
    doi = tidy.bare_doi(source)
    if doi and not Path(source).exists():
        note = "as registered for the DOI"
        return fetch_doi(doi), {"url": f"https://doi.org/{doi}", "note": note}
    text = read_source(source)
    name = "standard input" if source == "-" else Path(source).name
    try:
        return read_any(text, name), {"note": f"from {name}, not held against the work"}
    except UnreadableError as error:
        raise Stop(f"{error}; give BibTeX, RIS or CSL-JSON, as Zotero exports them") from None


def key_of_doi(root: Path, source: str) -> str | None:
    """The key of the record that has this DOI, if the source is one: that needs no network."""
    doi = tidy.bare_doi(source)
    if not doi or Path(source).exists():
        return None
    return shelf(root / "bib" / "works").dois.get(doi.lower())


@dataclass
class Tally:
    """How many entries met which fate."""

    whole: int = 0
    unfinished: int = 0
    here: int = 0
    unread: int = 0

    def line(self) -> str:
        """The closing count, in which every entry is."""
        total = self.whole + self.unfinished + self.here + self.unread
        parts = [
            (self.whole, "written and complete"),
            (self.unfinished, "written, with something still to write"),
            (self.here, "here already"),
            (self.unread, "not taken, for the reason given"),
        ]
        told = ", ".join(f"{count} {what}" for count, what in parts if count)
        return f"{total} {'entry' if total == 1 else 'entries'}: {told or 'nothing to do'}."


def add_works(root: Path, source: str, ours: Ours, ask: Asker | None, dry: bool) -> int:
    """Write a record for each entry that is not here yet. Raises Stop when nothing can be read."""
    if here := key_of_doi(root, source):
        print(f"{source}: here already: bib/works/{here}.yaml (the same DOI)")
        return 0
    entries, known = entries_of(source)
    if len(entries) != 1 and ours.key:
        raise Stop(f"{source} holds {len(entries)} entries; --key is for one")
    tally, asked = Tally(), ask if len(entries) == 1 else None
    # Nobody waits for somebody who is thinking of an answer; what is written is never written over.
    with contextlib.nullcontext() if asked else only_one(root / LOCK):
        found = shelf(root / "bib" / "works")
        for foreign in entries:
            add_work(root, foreign, ours, asked, known, found, tally, dry)
    print(tally.line() + (" (Nothing was written: --dry-run.)" if dry else ""))
    if tally.whole + tally.unfinished and not dry:
        print(ADVICE)
    return 1 if tally.unread else 0


def add_work(
    root: Path,
    foreign: Foreign,
    ours: Ours,
    ask: Asker | None,
    known: dict[str, str],
    found: Shelf,
    tally: Tally,
    dry: bool,
) -> None:
    """Write the record of one entry, or say why not."""
    if foreign.item is None or foreign.refusal:
        tally.unread += 1
        print(f"{foreign.label}: not taken: {foreign.refusal or 'it is empty'}")
        return
    draft = drafts.make_draft(foreign)
    if not draft.fields.get("title"):
        tally.unread += 1
        print(f"{foreign.label}: not taken: it has no title")
        return
    if same := found.same(draft.fields):
        tally.here += 1
        print(f"{foreign.label}: here already: bib/works/{same[0]}.yaml ({same[1]})")
        return
    if ask:
        ours = ask_ours(ask, draft, ours)
    key = ours.key or tidy.free_key(tidy.key_stem(draft.fields), set(found.keys))
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", key):
        raise Stop(f"--key {key}: small letters and digits, as in brandsen2016")
    alike = found.alike(draft.fields)
    text, problems = drafts.finish(key, draft, ours, known)
    if not dry:
        try:
            write_new(root / "bib" / "works" / f"{key}.yaml", text)
        except FileExistsError:
            raise Stop(f"bib/works/{key}.yaml is there already; choose another --key") from None
    found.add(key, draft.fields)
    tally.whole += not problems
    tally.unfinished += bool(problems)
    print(report(foreign.label, key, draft, problems, alike))


def report(
    label: str, key: str, draft: Draft, problems: Sequence[Problem], alike: str | None
) -> str:
    """What was made of an entry, in full."""
    lines = [f"{label}: bib/works/{key}.yaml"]
    lines += [f"  changed: {text}" for text in draft.changed]
    lines += [f"  left out: {text}" for text in draft.left_out]
    lines += [f"  doubt noted: {text}" for text in draft.doubts]
    if draft.unused:
        lines.append(f"  not used: {', '.join(dict.fromkeys(draft.unused))}")
    if alike:
        lines.append(f"  look: bib/works/{alike}.yaml has nearly the same title")
    for problem in problems:
        fix = f"; {problem.fix}" if problem.fix else ""
        field = f"{problem.field}: " if problem.field else ""
        lines.append(f"  still to write: {field}{problem.message}{fix}")
    return "\n".join(lines)


# Questions ---------------------------------------------------------------------------------------

# Asks a question and gives the answer.
Asker = Callable[[str], str]


def asker() -> Asker | None:
    """A way to ask, if somebody sits at a terminal."""
    return input if sys.stdin.isatty() and sys.stdout.isatty() else None


def ask_for(ask: Asker | None, given: str | None, question: str, option: str) -> str:
    """What was given as an option, else what is answered. Raises Stop when nobody can be asked."""
    value = (given or "").strip()
    while not value:
        if ask is None:
            raise Stop(f"{question}: give it with {option}")
        value = ask(f"{question}: ").strip()
    return " ".join(value.split())


def ask_ours(ask: Asker, draft: Draft, ours: Ours) -> Ours:
    """What only a person can say of a work; an empty answer leaves it for later."""
    print(f"{draft.fields['title']} ({draft.fields.get('issued', 'no date')})")
    about = ours.about or ask("What it is about, in one line of your own (Enter: later): ").strip()
    themes = ours.themes
    if not themes:
        print(f"Themes: {', '.join(drafts.THEMES)}")
        while True:
            answer = ask("What it is used for here, themes with commas (Enter: later): ")
            themes = tuple(
                dict.fromkeys(word.strip() for word in answer.split(",") if word.strip())
            )
            wrong = [theme for theme in themes if theme not in drafts.THEMES]
            if not wrong:
                break
            print(f"Not in the list: {', '.join(wrong)}{guess(wrong[0], drafts.THEMES)}")
    standpoint = ours.standpoint
    while not standpoint:
        standpoint = ask(f"Who speaks: {', '.join(drafts.STANDPOINTS)} (Enter: later): ").strip()
        if not standpoint:
            break
        if standpoint not in drafts.STANDPOINTS:
            print(f"Choose one of them{guess(standpoint, drafts.STANDPOINTS)}")
            standpoint = ""
    return Ours(about, themes, standpoint, ours.key)


def guess(word: str, known: Sequence[str]) -> str:
    """What was probably meant."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def ours_of(options: argparse.Namespace) -> Ours:
    """What the options say of a work. Raises Stop for a theme or standpoint that there is not."""
    themes = tuple(
        dict.fromkeys(w.strip() for t in options.theme for w in t.split(",") if w.strip())
    )
    for theme in themes:
        if theme not in drafts.THEMES:
            fix = guess(theme, drafts.THEMES) or f"; there are {', '.join(drafts.THEMES)}"
            raise Stop(f"--theme {theme}: is not in the list{fix}")
    standpoint = options.standpoint or ""
    if standpoint and standpoint not in drafts.STANDPOINTS:
        raise Stop(f"--standpoint {standpoint}: choose {', '.join(drafts.STANDPOINTS)}")
    return Ours(" ".join((options.about or "").split()), themes, standpoint, options.key or "")


# Pages -------------------------------------------------------------------------------------------


def slug(text: str, glue: str) -> str:
    """A short name for a file and an address: small ASCII words."""
    words = [tidy.ascii_word(word) for word in re.split(r"[\W_]+", text)]
    small = [word for word in words if word and word not in tidy.SMALL_WORDS][:4]
    return re.sub(r"^[^a-z]+", "", glue.join(small))


def work_key(root: Path, key: str) -> str:
    """A work's key, if there is such a work. Raises Stop with a guess if not."""
    known = [path.stem for path in (root / "bib" / "works").glob("*.yaml")]
    if key in known:
        return key
    fix = guess(key, known) or "; add it first: python3 scripts/dev.py add work <DOI or file>"
    raise Stop(f"no work has the key {key}{fix}")


def add_page(root: Path, options: argparse.Namespace, ask: Asker | None) -> int:
    """Write a case, a model or a definition from the form. Raises Stop when something is missing."""
    kind = str(options.kind)
    form = forms.all_forms()[forms.FORMS[kind]]
    values: dict[str, str] = {"date": datetime.date.today().isoformat()}
    work = ""
    if kind != "case" or options.work:
        question = "The key of its main source (a file in bib/works)"
        work = work_key(root, ask_for(ask, options.work, question, "--work"))
    if kind == "definition":
        values |= definition_values(root, work, options)
        key = options.key or work
    else:
        title = ask_for(ask, options.title, "Title", "--title")
        values["title"] = drafts.scalar(title)
        key = options.key or slug(title, "_")
    if kind == "model":
        short = options.short or ask_for(ask, None, "Label in the diagram, 22 letters", "--short")
        values["short"] = drafts.scalar(short)
        values |= {"authors": drafts.scalar(authors_of(root, work)), "year": year_of(root, work)}
    if options.description:
        values["description"] = drafts.scalar(" ".join(options.description.split()))
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", key):
        raise Stop(f"{key or 'the key'}: small letters, digits and _; choose it with --key")
    path = Path(forms.FORMS[kind]).parent / f"{key}.md"
    text = forms.fill(form, values, work)
    try:
        write_new(root / path, text)
    except FileExistsError:
        raise Stop(f"{path.as_posix()} is there already; choose another --key") from None
    print(f"{path.as_posix()}: written. Open it and write your own words in place of the form’s;")
    print("`check` names each line that is still the form’s.")
    print(f"With `serve` running, its address is {address(root, path)}")
    print(ADVICE)
    return 0


def load_work(root: Path, key: str) -> dict[str, Any]:
    """A record's data, without judging it."""
    path = root / "bib" / "works" / f"{key}.yaml"
    document = strict_yaml.read_document(path.name, path.read_bytes())
    return document.data if isinstance(document.data, dict) else {}


def authors_of(root: Path, key: str) -> str:
    """A work's authors as a reader names them: `Brandsen & Honingh`."""
    data = load_work(root, key)
    names = data.get("author") or data.get("editor") or []
    shown = [str(n.get("family") or n.get("literal")) for n in names if isinstance(n, dict)]
    if len(shown) > 2:
        return f"{shown[0]} et al."
    return " & ".join(shown) or "Familyname"


def year_of(root: Path, key: str) -> str:
    """A work's year, or n.d."""
    issued = str(load_work(root, key).get("issued", "n.d."))
    return issued[:4] if issued[:4].isdigit() else "n.d."


def definition_values(root: Path, work: str, options: argparse.Namespace) -> dict[str, str]:
    """What the form of a definition can take from its work's record."""
    by, year = options.by or authors_of(root, work), year_of(root, work)
    term = " ".join((options.term or "co-production").split())
    title = options.title or f"{by} ({year}): {term}"
    how = f"How {by} ({year}) define{'s' if '&' not in by and 'et al' not in by else ''} {term}."
    return {
        "title": drafts.scalar(title),
        "description": drafts.scalar(how if len(how) >= 20 else f"{how} In our words."),
        "term": drafts.scalar(term),
        "by": drafts.scalar(by),
        "year": year,
    }


def address(root: Path, path: Path) -> str:
    """Where `serve` shows a page."""
    settings = yaml.safe_load((root / "settings.yml").read_text(encoding="utf-8"))
    base = urllib.parse.urlsplit(str(settings["address"])).path.strip("/")
    place = path.relative_to("docs").as_posix().removesuffix(".md")
    return f"http://127.0.0.1:8000/{base + '/' if base else ''}{place}/"


# Terms -------------------------------------------------------------------------------------------


def add_term(root: Path, options: argparse.Namespace, ask: Asker | None) -> int:
    """Put a term into the glossary, in its place by id. Raises Stop when something is missing."""
    path = root / "docs" / "glossary.md"
    there = terms_of(read_page("glossary.md", path.read_text(encoding="utf-8")))
    term = ask_for(ask, options.term, "The term", "--term")
    key = options.key or slug(term, "-")
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", key):
        raise Stop(f"{key or 'the id'}: small letters, digits and -; choose it with --key")
    if key in there:
        raise Stop(f"docs/glossary.md has {key} already: {there[key].get('term')}")
    question = "What it means, in one or two plain sentences with [@key]"
    definition = ask_for(ask, options.definition, question, "--definition")
    for cited in re.findall(r"@([a-z][\w-]*)", definition):
        work_key(root, cited)
    for other in options.see:
        if other not in there:
            raise Stop(f"--see {other}: the glossary has no such id{guess(other, list(there))}")
    lines = [f"  - id: {key}", f"    term: {drafts.quoted(term)}"]
    lines.append(f"    also: [{', '.join(drafts.quoted(name) for name in options.also)}]")
    lines.append(f"    definition: {drafts.quoted(definition)}")
    lines.append(f"    see: [{', '.join(options.see)}]")
    entry = "\n".join(lines) + "\n"
    Term.model_validate(yaml.safe_load(entry)[0])
    with only_one(root / LOCK):
        line = write_term(path, entry, key)
    print(f"docs/glossary.md:{line}: {term} written")
    print(f"With `serve` running, its address is {address(root, Path('docs/glossary.md'))}#{key}")
    print(ADVICE)
    return 0


def terms_of(page: SourcePage) -> dict[str, dict[str, Any]]:
    """The terms of the glossary by id."""
    return {str(term["id"]): term for term in page.meta.get("terms") or []}


def write_term(path: Path, entry: str, key: str) -> int:
    """Put an entry into the glossary as it is now; its line. Raises Stop where that cannot be done."""
    text = path.read_text(encoding="utf-8")
    match, before = FRONT_MATTER.match(text), read_page("glossary.md", text)
    if key in terms_of(before):
        raise Stop(f"docs/glossary.md has {key} already")
    new = insert_term(text, match.end(1) if match else 0, entry, key)
    after = read_page("glossary.md", new)
    if set(terms_of(after)) != {*terms_of(before), key} or after.body != before.body:
        raise Stop("docs/glossary.md is not laid out as expected; put the term in by hand")
    write_atomically(path, new)
    return new[: new.index(entry)].count("\n") + 1


def insert_term(text: str, end: int, entry: str, key: str) -> str:
    """The glossary with an entry before the first id that comes after it. Raises Stop."""
    start = re.search(r"^terms:\n", text, re.MULTILINE)
    if not start or start.end() > end:
        raise Stop("docs/glossary.md has no list `terms:`; put the term in by hand")
    for match in re.finditer(r"^  - id: (\S+)\n", text[:end], re.MULTILINE):
        if match[1] > key:
            return text[: match.start()] + entry + text[match.start() :]
    return text[:end] + entry + text[end:]


# The command -------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The kinds of thing that can be added, with their options."""
    top = argparse.ArgumentParser(
        prog="dev.py add", description="Add a work, a case, a model, a definition or a term."
    )
    kinds = top.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("work", help="from a DOI, or a BibTeX, RIS or CSL-JSON file")
    one.add_argument("source", help="a DOI, a file, or - for standard input")
    one.add_argument("--about", help="one line in your own words: what the work is about")
    one.add_argument("--theme", action="append", default=[], help="what it is used for here")
    one.add_argument("--standpoint", help=", ".join(drafts.STANDPOINTS))
    one.add_argument("--key", help="the citation key, if not name and year")
    one.add_argument("--dry-run", action="store_true", help="write nothing, only say what would be")
    for kind in ("case", "model", "definition"):
        one = kinds.add_parser(kind, help=f"a page for a {kind}, from the form in CONTRIBUTING.md")
        one.add_argument("--title", help="the page's title")
        one.add_argument("--key", help="the file's name, short and in small letters")
        one.add_argument("--work", help="the key of its main source")
        one.add_argument("--description", help="what the page is about, at most 160 letters")
        if kind == "model":
            one.add_argument("--short", help="its label in the diagram, at most 22 letters")
        if kind == "definition":
            one.add_argument("--by", help="the authors as a reader names them")
            one.add_argument("--term", help="the word as the author spells it")
    one = kinds.add_parser("term", help="an entry of the glossary")
    one.add_argument("--term", help="the term")
    one.add_argument("--key", help="its id, part of its address")
    one.add_argument("--definition", help="what it means, with its source: … [@key]")
    one.add_argument("--also", action="append", default=[], help="another name for it")
    one.add_argument("--see", action="append", default=[], help="the id of another term")
    return top


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Add one thing; 1 with a line of reason when something is to be mended."""
    options = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):  # whatever the console can show
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        if options.kind == "work":
            ask = asker() if options.source != "-" else None
            return add_works(root, options.source, ours_of(options), ask, options.dry_run)
        if options.kind == "term":
            return add_term(root, options, asker())
        return add_page(root, options, asker())
    except Stop as reason:
        print(reason, file=sys.stderr)
    except ValidationError as error:
        first = error.errors()[0]
        print(f"{first['loc'][-1] if first['loc'] else ''}: {first['msg']}", file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print("\nNothing more was written.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
