"""Name, authors, licence, version and date are written once; every other file follows or is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import about_site
import pytest
import yaml
from conftest import ROOT

FILES = ("settings.yml", "mkdocs.yml", "README.md", "CHANGELOG.md", "CITATION.cff", "metadata.yml")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The files that speak of the site."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_every_file_says_the_same() -> None:
    """As it stands, nothing differs from settings.yml."""
    assert about_site.check(ROOT) == []


@pytest.mark.parametrize(
    ("old", "new", "files"),
    [
        ("version: 0.1.0", "version: 0.2.0", {*FILES[2:5]}),
        ("name: Defining Co-production\n", "name: Another\n", {*FILES[1:3], *FILES[4:]}),
        ("address: https://example.org/", "address: https://x.example/", {*FILES[1:3], *FILES[4:]}),
        ("released: 2026-11-23", "released: 2027-01-02", {*FILES[2:]}),
        ("literal: Defining", "literal: The", {"README.md", *FILES[4:]}),
        ("id: CC-BY-4.0", "id: CC-BY-SA-4.0", {"CITATION.cff"}),
    ],
)
def test_a_change_of_settings_is_missed_in_each_file(
    old: str, new: str, files: set[str], repository: Path
) -> None:
    """Each file that still says the old is named, with what to do; the generated ones can be written."""
    settings = repository / "settings.yml"
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")
    problems = about_site.check(repository)
    assert {problem.file for problem in problems} == files
    assert all("record`" in p.fix or "write the line" in p.fix for p in problems)
    for name, made in about_site.texts(about_site.read_settings(repository)).items():
        (repository / name).write_text(made, encoding="utf-8")
    left = {problem.file for problem in about_site.check(repository)}
    assert left == files - {"CITATION.cff", "metadata.yml"}


def judged(record: dict[str, Any]) -> list[str]:
    """What the Citation File Format's own schema (1.2.0), formats asserted, has against a record."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "tests/data/cff-1.2.0.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    judge = jsonschema.Draft7Validator(schema, format_checker=checker)
    # The schema is about JSON, which has no dates.
    plain = json.loads(json.dumps(record, default=str))
    return [error.message for error in judge.iter_errors(plain)]


def test_citation_file_is_valid() -> None:
    """By the format's own schema, with a body as author and with people; the schema refuses a slip."""
    record = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert judged(record) == []
    assert judged({**record, "license": "CC BY"}) != []
    assert judged({**record, "date-released": "yesterday"}) != []
    settings = about_site.read_settings(ROOT)
    people = [
        {"family": "Able", "given": "Ann", "orcid": "https://orcid.org/0000-0001-2345-6789"},
        {"literal": "The Collective"},
    ]
    assert judged(about_site.cff({**settings, "authors": people})) == []


def test_generated_files_need_no_references(repository: Path) -> None:
    """Some readers of YAML know no anchors; and they say that they are generated."""
    for text in about_site.texts(about_site.read_settings(repository)).values():
        assert "&id" not in text and text.startswith("# Generated from settings.yml")
