"""Commands that are broken off at any moment, or run two at once, leave nothing half-written."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import add
import dev
import files
import messy_entries as messy
import pytest
import records
import strict_yaml
import yaml
from conftest import ROOT

BIB = "\n".join(messy.bibtex()[:120])
# The commands on a project in another folder, as their users start them.
ADD = "import sys, add, pathlib; sys.exit(add.main(sys.argv[2:], pathlib.Path(sys.argv[1])))"
RECORD = """
import sys, pathlib, content, permalinks, build_bib
from files import write_atomically
root = pathlib.Path(sys.argv[1])
build_bib.main(["--root", str(root)])
pages, _ = content.load_pages(root / "docs")
write_atomically(root / permalinks.FILE, permalinks.record_text(root, pages, "2026-11-23"))
"""
BUILD = """
import sys, pathlib, dev
dev.ROOT = pathlib.Path(sys.argv[1])
dev.prepare = lambda *locks: None
dev.venv_python = lambda: pathlib.Path(sys.executable)
dev.run.__kwdefaults__ = {"cwd": dev.ROOT, "env": None}
sys.exit(dev.main(["build", "--site-dir", str(dev.ROOT / "site")]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the real scripts and templates, a few records and two pages."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "data" / "bib", root / "bib")
    for name in ("scripts", "overrides", "docs/assets"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("settings.yml", "docs/glossary.md"):
        shutil.copy(ROOT / name, root / name)
    front = (
        "---\ntitle: Home\ndescription: A page that is here to be built.\ndate: 2026-11-23\n---\n"
    )
    (root / "docs" / "index.md").write_text(f"{front}\n## Part {{ #part }}\n\nText.\n")
    shutil.rmtree(root / "docs" / "assets" / "pictures", ignore_errors=True)
    return root


def start(code: str, root: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command in a group of its own, so that it can be ended with all that it started."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), *words],
        cwd=root,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def broken_off(code: str, root: Path, seconds: float, *words: str) -> None:
    """Start a command, and end it and all that it started without a warning."""
    process = start(code, root, *words)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def seconds_of(code: str, root: Path, *words: str) -> float:
    """How long a command takes when it is left alone; it has to succeed."""
    begun = time.monotonic()
    process = start(code, root, *words)
    said, _ = process.communicate()
    assert process.returncode in (0, 1) and b"Traceback" not in said, said.decode()[-2000:]
    return time.monotonic() - begun


def all_said(running: list[subprocess.Popen[bytes]]) -> list[str]:
    """What commands that run at once say, all read at once: one that nobody reads would stop the others."""
    with ThreadPoolExecutor(len(running)) as readers:
        return list(readers.map(lambda process: process.communicate()[0].decode(), running))


def sound_records(root: Path) -> dict[str, str]:
    """The records in a folder by key; each can be read to its end."""
    found = {}
    for path in (root / "bib" / "works").glob("*.yaml"):
        document = strict_yaml.read_document(path.name, path.read_bytes())
        assert document.problems == [] and document.data["id"] == path.stem, path.read_text()
        assert "verified" in document.data["custom"], path.read_text()
        found[path.stem] = path.read_text(encoding="utf-8")
    return found


posix = pytest.mark.skipif(os.name == "nt", reason="ends whole groups of processes")


@posix
def test_adding_may_be_broken_off(project: Path, tmp_path: Path) -> None:
    """Whatever was written is whole, and doing it again gives what doing it once gives."""
    (tmp_path / "many.bib").write_text(BIB, encoding="utf-8")
    other = Path(shutil.copytree(project, tmp_path / "other"))
    words = ("work", str(tmp_path / "many.bib"))
    whole = seconds_of(ADD, other, *words)
    expected = sound_records(other)

    chance = random.Random(7)
    for _ in range(8):
        broken_off(ADD, project, chance.uniform(0.2, whole), *words)
        sound_records(project)
    seconds_of(ADD, project, *words)
    assert sound_records(project) == expected


@posix
def test_recording_may_be_broken_off(project: Path) -> None:
    """Both files can be read at any moment, and nothing that was recorded is lost."""
    whole = seconds_of(RECORD, project)
    bib = (project / "bib" / "references.bib").read_bytes()
    before = yaml.safe_load((project / "docs" / "permalinks.yml").read_bytes())
    page = project / "docs" / "index.md"
    chance = random.Random(7)
    for place in range(8):
        page.write_text(f"{page.read_text()}\n## More {{ #more-{place} }}\n")
        broken_off(RECORD, project, chance.uniform(0.1, whole))
        assert (project / "bib" / "references.bib").read_bytes() == bib
        after = yaml.safe_load((project / "docs" / "permalinks.yml").read_bytes())
        assert set(before["pages"][""]["ids"]) <= set(after["pages"][""]["ids"])
        before = after


def digest(site: Path) -> str:
    """What a built site holds."""
    text = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        text.update(path.relative_to(site).as_posix().encode() + path.read_bytes())
    return text.hexdigest()


@pytest.fixture
def buildable(project: Path) -> Path:
    """The project with a configuration and an up-to-date .bib."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = yaml.load(text, Loader=yaml.BaseLoader)
    config["nav"] = [{"Home": "index.md"}, {"Glossary": "glossary.md"}]
    config["theme"].update(font=False, features=[], static_templates=[])
    config["plugins"][0]["bibtex"].update(enable_inline_citations=False, bib_by_default=False)
    config["strict"] = True
    (project / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    glossary = project / "docs" / "glossary.md"
    head = glossary.read_text(encoding="utf-8").partition("terms:")[0]
    glossary.write_text(head.rstrip() + "\n---\nText.\n", encoding="utf-8")
    seconds_of(RECORD, project)
    return project


@posix
def test_building_may_be_broken_off(buildable: Path) -> None:
    """The site is the one before or the new one, each whole; a later build is as ever."""
    page, site = buildable / "docs" / "index.md", buildable / "site"
    text = page.read_text()
    whole = seconds_of(BUILD, buildable)
    assert (site / "index.html").exists()
    known = {digest(site)}
    chance = random.Random(7)
    for place in range(4):
        page.write_text(text.replace("Text.", f"Text {place}."))
        broken_off(BUILD, buildable, chance.uniform(0.3, whole))
        left = digest(site)
        seconds_of(BUILD, buildable)
        known.add(digest(site))
        assert left in known
        assert f"Text {place}." in (site / "index.html").read_text(encoding="utf-8")


def test_two_builds_at_once_give_one_whole_site(buildable: Path) -> None:
    """Into the same folder, with an empty memory of citations."""
    seconds_of(BUILD, buildable)
    expected = digest(buildable / "site")
    shutil.rmtree(buildable / ".cache", ignore_errors=True)
    both = [start(BUILD, buildable) for _ in range(2)]
    said = all_said(both)
    assert [process.returncode for process in both] == [0, 0], said
    assert digest(buildable / "site") == expected


def test_two_that_add_at_once_take_turns(project: Path, tmp_path: Path) -> None:
    """The same file twice: no record is there twice, none is lost; two terms: both are there."""
    (tmp_path / "many.bib").write_text(BIB, encoding="utf-8")
    other = Path(shutil.copytree(project, tmp_path / "other"))
    seconds_of(ADD, other, "work", str(tmp_path / "many.bib"))
    both = [start(ADD, project, "work", str(tmp_path / "many.bib")) for _ in range(2)]
    key = next(iter(records.read_library(project / "bib" / "works").works))
    for name in ("Zebra", "Yak"):
        words = ("term", "--term", name, "--definition", f"An animal [@{key}].")
        both.append(start(ADD, project, *words))
    said = all_said(both)
    assert not any("Traceback" in text for text in said), said

    assert sound_records(project) == sound_records(other)
    text = (project / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert "  - id: zebra\n" in text and "  - id: yak\n" in text


def test_a_file_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    """When writing fails, the old content is there and no temporary file is left."""
    path = tmp_path / "page.md"
    files.write_atomically(path, "old")
    with pytest.raises(FileExistsError):
        files.write_new(path, "new")
    with pytest.raises(UnicodeEncodeError):
        files.write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["page.md"]


def test_a_site_that_is_in_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a folder that a program holds cannot be renamed."""

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    (tmp_path / "site").mkdir()
    with pytest.raises(dev.Stop, match="close what uses it"):
        dev.put_in_place(tmp_path / "fresh", tmp_path / "site", tmp_path / "before")


def test_a_term_is_not_put_in_twice(project: Path) -> None:
    """Not even when somebody else was quicker while one was asked."""
    path = project / "docs" / "glossary.md"
    entry = '  - id: zebra\n    term: "Zebra"\n    definition: "An animal."\n'
    add.write_term(path, entry, "zebra")
    with pytest.raises(add.Stop, match="already"):
        add.write_term(path, entry, "zebra")
