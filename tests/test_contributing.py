"""What contributors meet: CONTRIBUTING.md tells the truth, forms can be filled in, workflows hold no power."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import checks
import citations
import content
import lxml.html
import pytest
import records
import work_schema
import yaml
from conftest import ROOT
from pybtex.database import parse_file

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`((?:bib|docs)/[^`]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FRAGMENT = re.compile(r"^```yaml\n( +.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"\[[^\]]*@[^\]]*\]")
CITED = re.compile(r"^\| (`.*@.*`) \| (.+) \|$", re.MULTILINE)
EXAMPLES = dict(FILE.findall(TEXT))
RECORD = "bib/works/author2024.yaml"
PAGES = {path: text for path, text in EXAMPLES.items() if path != RECORD}


def test_the_example_record_is_sound() -> None:
    """The record to copy passes, without a warning."""
    library = records.join([records.checked(RECORD, EXAMPLES[RECORD].encode())])
    assert library.problems == []
    assert set(library.works) == {"author2024"}


@pytest.mark.parametrize("path", sorted(PAGES))
def test_an_example_page_is_sound(path: str) -> None:
    """The pages to copy pass the schema and the checks of Markdown."""
    page = content.read_page(path.removeprefix("docs/"), PAGES[path])
    page, problems = content.check_meta(page)
    assert problems + checks.page_problems(page) == []
    assert len(page.meta["description"]) <= 160


def test_the_fragments_are_sound() -> None:
    """So do the erratum and the glossary term."""
    erratum, term = (yaml.safe_load(text) for text in FRAGMENT.findall(TEXT))
    work_schema.Erratum.model_validate(erratum["errata"][0])
    content.Term.model_validate(term[0])


def test_citations_look_as_the_table_says(tmp_path: Path) -> None:
    """Each line of the table of citations gives what stands beside it."""
    bib = ROOT / "bib" / "references.bib"
    formatter = citations.Formatter(tmp_path / "cache.json")
    registry = citations.SiteRegistry(bib, parse_file(bib), formatter)
    rows = [(written.replace("`", ""), shown) for written, shown in CITED.findall(TEXT)]
    assert len(rows) > 5
    registry.prepare(BLOCK.findall(" ".join(written for written, _ in rows)))
    for written, shown in rows:
        html = BLOCK.sub(lambda m: registry.html[m[0]], written)
        html = html.replace(citations.RECALLED, citations.RECALLED_MARK)
        for hidden in (body := lxml.html.fromstring(html)).xpath('//*[@class="visually-hidden"]'):
            hidden.drop_tree()
        assert " ".join(body.text_content().split()) == shown.replace("*", ""), written


def test_the_table_of_fields_is_the_schemas() -> None:
    """Every field stands there with the description that messages give, and every allowed value."""
    for _, name, required, description in work_schema.field_table():
        assert f"| `{name}` | {'yes' if required else ''} | {description} |" in TEXT
    for name in ("Type", "Theme", "Standpoint", "How"):
        values = ", ".join(f"`{value}`" for value in typing.get_args(getattr(work_schema, name)))
        assert f" {values}." in TEXT, name


def test_other_names_lead_to_the_right_field() -> None:
    """What the messages suggest for a foreign field name is what the table says."""
    rows = re.findall(r"^\| (.*?) \| `([\w-]+)`.* \|.*\|$", TEXT, re.MULTILINE)
    for foreign, ours in records.OTHER_NAMES.items():
        assert any(f"`{foreign}`" in there and here == ours for there, here in rows), foreign


def test_misconceptions_and_choices_are_those_of_the_schema() -> None:
    """The choices that the recipes name are all there are."""
    for name in ("Misconception", "Stage"):
        for value in typing.get_args(getattr(content, name)):
            assert re.search(rf"[` ]{value}`", TEXT), value


# What GitHub takes for each kind of question: what must be there, and what may be.
QUESTIONS = {
    "markdown": ({"value"}, {"value"}),
    "input": ({"label"}, {"label", "description", "placeholder", "value"}),
    "textarea": ({"label"}, {"label", "description", "placeholder", "value", "render"}),
    "dropdown": ({"label", "options"}, {"label", "description", "multiple", "options", "default"}),
    "checkboxes": ({"label", "options"}, {"label", "description", "options"}),
}
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_github_takes(path: Path) -> None:
    """Known kinds of questions with known parts; ids and labels unlike; options that are texts."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) == {"name", "description", "title", "labels", "body"}
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    for names in ([part["id"] for part in asked], [p["attributes"]["label"] for p in asked]):
        assert names and len(set(names)) == len(names)
    for part in form["body"]:
        needed, allowed = QUESTIONS[part["type"]]
        assert needed <= set(part["attributes"]) <= allowed, part
        options = part["attributes"].get("options", [])
        assert all(isinstance(option, str) for option in options)
        assert "None" not in options and len(set(options)) == len(options)


def test_there_is_a_form_for_each_recipe() -> None:
    """Who has no way to make the change can tell somebody who has."""
    names = {path.stem for path in FORMS}
    assert {"correct-a-citation", "accessibility-problem"} <= names
    assert {"new-work", "new-definition", "new-case", "new-model"} <= names


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_gives_strangers_no_power(path: Path) -> None:
    """Pinned actions, no kept credentials; where strangers' code runs, no secret and no right to write."""
    text = path.read_text(encoding="utf-8")
    workflow = yaml.load(text, Loader=yaml.BaseLoader)
    assert "pull_request_target" not in workflow["on"] and "workflow_run" not in workflow["on"]
    for used in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used), used
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
    assert set(workflow["permissions"] or {}) <= {"contents"}
    if "pull_request" in workflow["on"]:
        assert "secrets." not in text and "github.token" not in text
        assert ": write" not in text
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        for step in job["steps"]:
            assert "${{" not in step.get("run", "") or "github.event" not in step["run"]


def test_the_map_of_the_scripts_is_whole() -> None:
    """scripts/README.md names every module there is, each once, and no other."""
    text = (ROOT / "scripts" / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+\.(?:py|lua|txt))` \|", text, re.MULTILINE)
    folder = ROOT / "scripts"
    there = [path.name for path in folder.iterdir() if path.suffix in (".py", ".lua", ".txt")]
    assert sorted(named) == sorted(there)
