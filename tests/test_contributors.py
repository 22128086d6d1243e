"""Adding things as a contributor does: the commands, what they write, and what they say of bad input."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import add as add_command
import content
import dev
import drafts
import foreign
import forms
import messy_entries as messy
import pytest
import records
import tidy
import yaml
from conftest import ROOT

Row = tuple[Any, ...]


def draft_of(text: str, place: int = 0) -> drafts.Draft:
    """The draft of one entry of a text."""
    found = foreign.read_any(text, "x")[place]
    assert found.item is not None, found.refusal
    draft = drafts.make_draft(found)
    drafts.finish("x", draft, drafts.Ours(), {})
    return draft


def names(draft: drafts.Draft) -> list[str]:
    """The authors of a draft as they are written."""
    return [tidy.shown(name) for name in draft.fields.get("author", [])]


def identifiers(draft: drafts.Draft) -> dict[str, str]:
    """DOI, address and ISBN of a draft."""
    return {name: draft.fields[name] for name in ("DOI", "URL", "ISBN") if name in draft.fields}


def entries(kind: str) -> list[str]:
    """The BibTeX entries of one table."""
    return [text for text in messy.bibtex() if text.partition("{")[2].startswith(kind)]


TABLES: dict[str, tuple[list[Row], Callable[[drafts.Draft], object]]] = {
    "accent": (messy.ACCENTS, lambda draft: draft.fields["title"].split(" accented")[0][1:]),
    "title": (messy.TITLES, lambda draft: draft.fields["title"]),
    "name": (messy.NAMES, names),
    "date": (messy.DATES, lambda draft: draft.fields["issued"].replace("n.d.", "") or None),
    "page": (messy.PAGES, lambda draft: draft.fields.get("page") or draft.fields.get("number")),
    "id": (messy.NUMBERS, identifiers),
    "type": (messy.TYPES, lambda draft: draft.fields.get("type")),
}


@pytest.mark.parametrize("kind", TABLES)
def test_bibtex_is_understood(kind: str) -> None:
    """Accents, titles, names, dates, pages, identifiers and types become what the table says."""
    rows, read = TABLES[kind]
    expected = {str(row[:-1]): row[-1] for row in rows}
    actual = {str(r[:-1]): read(draft_of(t)) for r, t in zip(rows, entries(kind), strict=True)}

    assert actual == expected


def ris_title(text: str) -> str | None:
    """The title of an RIS entry, if it has one."""
    found = foreign.read_any(text, "x")[0]
    return drafts.make_draft(found).fields.get("title") if found.item else None


def test_ris_is_understood() -> None:
    """Dates, types, names and whole entries in RIS."""
    texts = iter(messy.ris())
    dates = {row[0]: draft_of(next(texts)).fields["issued"] for row in messy.RIS_DATES}
    types = {row[0]: draft_of(next(texts)).fields.get("type") for row in messy.RIS_TYPES}
    people = {row[0]: names(draft_of(next(texts))) for row in messy.RIS_NAMES}
    whole = {row[0]: ris_title(next(texts)) for row in messy.RIS_WHOLE}

    assert dates == {text: issued or "n.d." for text, issued in messy.RIS_DATES}
    assert types == dict(messy.RIS_TYPES)
    assert people == dict(messy.RIS_NAMES)
    assert whole == dict(messy.RIS_WHOLE)


def csl_draft(item: object) -> drafts.Draft | None:
    """The draft of a CSL-JSON item, if it is one."""
    found = foreign.csl_entry(item, "x")
    return drafts.make_draft(found) if found.item else None


def test_csl_json_is_understood() -> None:
    """Types, dates, names and whole items in CSL-JSON, with values of the wrong kind among them."""
    made = [csl_draft(item) for item in messy.csl()]
    fields = [draft.fields if draft else {} for draft in made]
    types, dates = len(messy.CSL_TYPES), len(messy.CSL_DATES)
    people = types + dates + len(messy.CSL_NAMES)
    assert [f.get("type") for f in fields[:types]] == [row[1] for row in messy.CSL_TYPES]
    issued = [f["issued"] for f in fields[types : types + dates]]
    assert issued == [row[1] or "n.d." for row in messy.CSL_DATES]
    shown = [names(draft) for draft in made[types + dates : people] if draft]
    assert shown == [row[1] for row in messy.CSL_NAMES]
    assert [f.get("title") for f in fields[people:]] == [row[1] for row in messy.CSL_WHOLE]


# The command -------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what `add` reads and writes."""
    root = tmp_path / "project"
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("scripts", "bib"):
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    (root / "docs").mkdir()
    for name in ("CONTRIBUTING.md", "settings.yml", "docs/glossary.md"):
        shutil.copy(ROOT / name, root / name)
    return root


def add(root: Path, *words: str, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """`dev.py add` in a copy of the project, as its user runs it."""
    command = [sys.executable, str(root / "scripts" / "add.py"), *words]
    env = {**os.environ, "PYTHONUTF8": "1", **env}
    return subprocess.run(command, cwd=root, env=env, input=text, capture_output=True, text=True)


def works(root: Path) -> set[str]:
    """The names of all records."""
    return {path.name for path in (root / "bib" / "works").iterdir()}


def counts(output: str) -> dict[str, int]:
    """The closing count, by its words."""
    line = re.search(r"^(\d+) entr(?:y|ies): (.*)\.", output, re.MULTILINE)
    assert line, output
    parts = dict(reversed(part.split(" ", 1)) for part in line[2].split(", ") if part[0].isdigit())
    return {"all": int(line[1]), **{what.split()[0]: int(n) for what, n in parts.items()}}


def test_every_entry_of_a_messy_file_is_accounted_for(project: Path) -> None:
    """Hundreds of entries in three formats: each is written, known already or refused with a reason."""
    blocks = "\n\n".join(text for text, _, _ in messy.BLOCKS)
    files = {
        "messy.bib": "\n".join(messy.bibtex()) + blocks,
        "messy.ris": "\n".join(messy.ris()),
        "messy.json": messy.csl_text(),
    }
    expected = {
        "messy.bib": len(messy.bibtex()) + sum(count for _, count, _ in messy.BLOCKS),
        "messy.ris": len(messy.ris()),
        "messy.json": len(messy.csl()),
    }
    total = 0
    for name, text in files.items():
        (project / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        before = works(project)
        done = add(project, "work", name)
        told = counts(done.stdout)
        written = works(project) - before
        assert "Traceback" not in done.stderr, done.stderr
        assert told.pop("all") == expected[name] == sum(told.values())
        assert len(written) == told.get("written,", 0) + told.get("written", 0)
        total += expected[name]
    assert total > 400


def test_what_is_written_is_refused_only_for_what_was_said(project: Path) -> None:
    """`check` asks for exactly what `add` said is still to write."""
    (project / "messy.bib").write_text("\n".join(messy.bibtex()), encoding="utf-8")
    before = works(project)
    done = add(project, "work", "messy.bib")
    said = re.findall(r"^  still to write: (.*)$", done.stdout, re.MULTILINE)
    library = records.read_library(project / "bib" / "works")
    new = [p for p in library.problems if p.file.rpartition("/")[2] in works(project) - before]
    asked = [
        f"{p.field}: {p.message}; {p.fix}".removeprefix(": ") for p in new if p.severity == "error"
    ]

    assert sorted(said) == sorted(asked)


def test_own_exports_come_back_the_same(site: Path, tmp_path: Path) -> None:
    """All works of the site, exported and added to an empty shelf, say what our records say."""
    ours, _ = records.load_works(ROOT / "bib" / "works")
    for name in ("references.bib", "references.json"):
        found = foreign.read_any((site / "bibliography" / name).read_text(encoding="utf-8"), name)
        assert len(found) == len(ours)
        same = 0
        for entry, key in zip(
            found,
            json.loads((site / "bibliography" / "references.json").read_text("utf-8")),
            strict=True,
        ):
            fields, mine = drafts.make_draft(entry).fields, ours[key["id"]].fields
            for field in ("title", "author", "container-title", "volume", "page", "DOI", "URL"):
                same += fields.get(field) == mine.get(field)
        assert same > 0.995 * 7 * len(ours), name


def test_a_complete_record_needs_nothing_more(project: Path) -> None:
    """With what only a person can say given as options, the record is whole."""
    text = "@article{x, title={A new view}, author={Brandt, Tina}, journal={J}, year={2011}, doi={10.5555/new}}"
    words = ("--about", "What it is about.", "--theme", "power,trust", "--standpoint", "jointly")
    done = add(project, "work", "-", *words, text=text)

    assert (done.returncode, counts(done.stdout)) == (0, {"all": 1, "written": 1})
    record = yaml.safe_load((project / "bib" / "works" / "brandt2011.yaml").read_text("utf-8"))
    assert record["custom"]["themes"] == ["power", "trust"]
    known = {"how": "inferred", "note": "from standard input, not held against the work"}
    assert record["custom"]["verified"]["DOI"] == known
    _, problems = records.load_works(project / "bib" / "works")
    assert problems == []


def test_nothing_is_written_over(project: Path) -> None:
    """The same DOI, the same title, a key in use: the old record stays as it is."""
    record = project / "bib" / "works" / "brandsen2016.yaml"
    before = record.read_bytes()
    same_doi = (
        "@article{x, title={Another title}, author={B, A}, year={2016}, doi={10.1111/PUAR.12465}}"
    )
    same_title = (
        "@article{x, title={Distinguishing Different Types of Coproduction: A Conceptual Analysis"
        " Based on the Classical Definitions}, author={Brandsen, T. and Honingh, M.}, year={2015}}"
    )
    new = "@article{x, title={Something else}, author={Brandsen, T.}, year={2016}}"
    names = works(project)
    for text, told in ((same_doi, "the same DOI"), (same_title, "the same title")):
        done = add(project, "work", "-", text=text)
        assert f"here already: bib/works/brandsen2016.yaml ({told}" in done.stdout
        assert works(project) == names
    done = add(project, "work", "-", text=new)
    assert "bib/works/brandsen2016b.yaml" in done.stdout
    done = add(project, "work", "-", "--key", "brandsen2016", text=new.replace("else", "different"))
    assert "brandsen2016.yaml is there already" in done.stderr
    assert record.read_bytes() == before


def test_a_dry_run_writes_nothing(project: Path) -> None:
    """It says the same and leaves everything as it is."""
    names = works(project)
    done = add(project, "work", "-", "--dry-run", text="@book{x, title={A new book}, year={2001}}")
    assert "bib/works/anewbook" not in done.stdout and "Nothing was written" in done.stdout
    assert works(project) == names


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("nowhere.bib",), "", "nowhere.bib: there is no such file; give a DOI"),
        (("-",), "", "standard input is empty"),
        (("-",), "hello", "neither BibTeX nor RIS nor CSL-JSON"),
        (("-",), "{nonsense", "is not JSON"),
        (("-",), "[" * 100_000, "is not JSON"),
        (("-", "--theme", "powr"), "", "--theme powr: is not in the list; did you mean power?"),
        (("-", "--standpoint", "me"), "", "--standpoint me: choose user-authored"),
        (("-", "--key", "Bad Key"), "@book{x, title={A new book}}", "--key Bad Key: small letters"),
        (("bib",), "", "bib: cannot be read"),
        (("10.5555/none",), "", "no connection: nothing could be fetched"),
    ],
)
def test_bad_input_is_told_in_a_line(
    project: Path, words: tuple[str, ...], text: str, said: str
) -> None:
    """One line with what to do, exit 1, no traceback."""
    done = add(project, "work", *words, text=text, DOI_RESOLVER="http://127.0.0.1:9/")
    assert done.returncode == 1
    assert said in done.stderr and "Traceback" not in done.stderr


def test_other_encodings_are_read(project: Path) -> None:
    """UTF-16 and Windows-1252 files come from old programs; binary files are refused."""
    entry = "@book{x, title={Über Koproduktion}, author={Plé, Loïc}, year={2001}}"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        (project / "old.bib").write_bytes(entry.encode(encoding))
        done = add(project, "work", "old.bib", "--dry-run")
        assert "bib/works/ple2001.yaml" in done.stdout, encoding
    (project / "old.bib").write_bytes(bytes(range(256)))
    assert "is not a text" in add(project, "work", "old.bib").stderr


class Resolver(http.server.BaseHTTPRequestHandler):
    """Answers as doi.org does for one DOI, and refuses the others."""

    def do_GET(self) -> None:
        """CSL-JSON for 10.5555/known; 404 and nonsense for others."""
        known = {"type": "journal-article", "title": "Known&nbsp;work", "DOI": "10.5555/KNOWN"}
        known |= {
            "author": [{"family": "Brandt", "given": "Tina"}],
            "published-print": {"date-parts": [[2012]]},
        }  # type: ignore[dict-item]
        status = 404 if "none" in self.path else 200
        body = "<html>" if "html" in self.path else json.dumps(known)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def resolver() -> Iterator[str]:
    """The address of a stand-in for doi.org."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Resolver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_doi_becomes_a_record(project: Path, resolver: str) -> None:
    """What the agency says is normalised, and known from the DOI."""
    done = add(project, "work", "https://doi.org/10.5555/known", DOI_RESOLVER=resolver)
    record = yaml.safe_load((project / "bib" / "works" / "brandt2012.yaml").read_text("utf-8"))

    assert done.returncode == 0
    assert (record["title"], record["DOI"], record["issued"]) == (
        "Known work",
        "10.5555/KNOWN",
        2012,
    )
    assert record["custom"]["verified"]["title"]["url"] == "https://doi.org/10.5555/known"


def test_a_doi_that_is_here_needs_no_network(project: Path) -> None:
    """In whatever form it is given."""
    work = project / "bib" / "works" / "brandsen2016.yaml"
    doi = str(yaml.safe_load(work.read_text("utf-8"))["DOI"])
    for given in (doi, f"https://doi.org/{doi.upper()}"):
        done = add(project, "work", given, DOI_RESOLVER="http://127.0.0.1:1/")
        assert done.returncode == 0 and "brandsen2016.yaml" in done.stdout


def test_a_doi_that_leads_nowhere_is_told(project: Path, resolver: str) -> None:
    """Unknown to doi.org, and known but without data."""
    assert "does not know it" in add(project, "work", "10.5555/none", DOI_RESOLVER=resolver).stderr
    assert "by hand" in add(project, "work", "10.5555/html", DOI_RESOLVER=resolver).stderr


PAGES = [
    (
        ("case", "--title", "A market garden", "--work", "brandsen2016"),
        "docs/cases/market_garden.md",
    ),
    (
        ("model", "--title", "Steps (Arnstein)", "--work", "arnstein1969", "--short", "Steps"),
        "docs/spectrum/models/steps_arnstein.md",
    ),
    (("definition", "--work", "brandsen2016", "--key", "bh"), "docs/definitions/all/bh.md"),
]


@pytest.mark.parametrize(("words", "path"), PAGES)
def test_a_page_is_written_from_the_form(project: Path, words: tuple[str, ...], path: str) -> None:
    """It is sound but for the form's own words, which `check` names one by one."""
    done = add(project, *words)
    assert done.returncode == 0, done.stderr
    assert f"{path}: written" in done.stdout and "http://127.0.0.1:8000/" in done.stdout
    page = content.read_page(path.removeprefix("docs/"), (project / path).read_text("utf-8"))
    page, problems = content.check_meta(page)
    left = forms.unfilled(page)

    assert problems == []
    assert len(left) > 5 and all("is still the form’s" in problem.message for problem in left)
    assert "author2024" not in (project / path).read_text("utf-8") and "  # " in page.front
    again = add(project, *words)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("case",), "Title: give it with --title"),
        (("case", "--title", "日本"), "choose it with --key"),
        (("case", "--title", "X", "--key", "../x"), "choose it with --key"),
        (("model", "--title", "X", "--work", "brandsn2016"), "did you mean brandsen2016?"),
        (("definition",), "give it with --work"),
        (("term", "--term", "Co-design", "--definition", "X."), "has co-design already"),
        (("term", "--term", "New"), "give it with --definition"),
        (("term", "--term", "New", "--definition", "X [@nobody1]."), "no work has the key nobody1"),
        (("term", "--term", "New", "--definition", "X.", "--see", "trst"), "no such id"),
    ],
)
def test_what_is_missing_is_asked_for(project: Path, words: tuple[str, ...], said: str) -> None:
    """Without a terminal the option is named; nothing is written."""
    before = (project / "docs" / "glossary.md").read_bytes()
    done = add(project, *words)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert (project / "docs" / "glossary.md").read_bytes() == before


def test_a_term_goes_to_its_place(project: Path) -> None:
    """The glossary has one entry more, in the order of its ids, and nothing else is touched."""
    path = project / "docs" / "glossary.md"
    before = path.read_text("utf-8")
    definition = 'Two words: “one” and "two" [@brandsen2016].'
    done = add(
        project, "term", "--term", "Boundary walk", "--definition", definition, "--also", "edge"
    )
    after = path.read_text("utf-8")
    terms = content.read_page("glossary.md", after).meta["terms"]
    place = [term["id"] for term in terms].index("boundary-walk")

    assert done.returncode == 0 and "glossary/#boundary-walk" in done.stdout
    assert terms[place]["definition"] == definition
    assert terms[place - 1]["id"] < "boundary-walk" < terms[place + 1]["id"]
    assert len(after.splitlines()) == len(before.splitlines()) + 5
    assert set(before.splitlines()) <= set(after.splitlines())


def test_at_a_terminal_one_is_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """About, themes and standpoint are asked for until they can be taken."""
    answers = iter(["My own words.", "powr", "power, trust", "someone", "jointly"])
    monkeypatch.setattr(add_command, "asker", lambda: lambda question: next(answers))
    (project / "one.bib").write_text(
        "@book{x, title={A new book}, author={B, C}, year={2001}}", "utf-8"
    )
    monkeypatch.chdir(project)

    assert add_command.main(["work", "one.bib"], root=project) == 0
    record = yaml.safe_load((project / "bib" / "works" / "b2001.yaml").read_text("utf-8"))
    assert record["custom"]["about"] == "My own words."
    assert (record["custom"]["themes"], record["custom"]["standpoint"]) == (
        ["power", "trust"],
        "jointly",
    )


def test_the_one_command_passes_words_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dev.py add work - --about x` gives all its words to add.py, whatever their order."""
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "prepare", lambda *locks: None)
    monkeypatch.setattr(dev, "run", lambda *words, **more: seen.append(words[1:]) or 0)
    for words in (["work", "-", "--about", "x"], ["--help"], ["term", "--see", "a"]):
        assert dev.main(["add", *words]) == 0
        assert seen.pop() == tuple(words)
