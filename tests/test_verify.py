"""Records against Crossref, and addresses against the web: recorded answers, and none at all."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import records
import strict_yaml
import verify
import yaml
from conftest import ROOT

ANSWERS = Path(__file__).parent / "data" / "crossref"
RECORD = """\
id: {key}
type: article-journal
title: "Made-up work: {title}"
author:
  - {{family: Brandt, given: Tina}}
  - {{family: Hong, given: Max}}
issued: 2016
container-title: Journal of Made-up Works
volume: 76
issue: 3
page: "427-435"
DOI: 10.5555/{key}
custom:
  about: "A made-up work."
  themes: [definitions]
  standpoint: other
  verified:
    title: {{how: recalled}}
    author: {{how: seen, url: "https://doi.org/10.5555/{key}"}}
    issued: {{how: inferred, note: "from a list: not seen"}}
    container-title:
      how: seen-in-part
      note: in a table of contents
    volume: {{how: recalled}}
    issue: {{how: recalled}}
    page: {{how: recalled}}
    DOI: {{how: recalled}}
"""
TITLES = {
    "agrees": "What agrees",
    "differs": "What differs",
    "sparse": "What is unknown",
    "retracted": "What was taken back",
    "missing": "Nobody knows it",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of five made-up records with DOIs."""
    works = tmp_path / "bib" / "works"
    works.mkdir(parents=True)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__p*"))
    shutil.copy(ROOT / "settings.yml", tmp_path)
    (tmp_path / "docs").mkdir()
    for key, title in TITLES.items():
        (works / f"{key}.yaml").write_text(RECORD.format(key=key, title=title), encoding="utf-8")
    return tmp_path


class Web(http.server.BaseHTTPRequestHandler):
    """Crossref, doi.org, an archive and some pages, as far as these tests need them."""

    def do_GET(self) -> None:
        """A recorded answer for a known DOI; states of pages by their names."""
        name = self.path.rpartition("/")[2]
        status, body = 404, ""
        if self.path.startswith("/works/") and (ANSWERS / f"{name}.json").exists():
            status, body = 200, (ANSWERS / f"{name}.json").read_text("utf-8")
        elif self.path.startswith("/handles/"):
            status, body = (200, '{"responseCode":1}') if "known" in self.path else (404, "")
        elif self.path.startswith("/archive"):
            copy = "http://web.archive.org/web/2020/x"
            closest = {"available": True, "url": copy, "status": "200"}
            known = {"closest": closest} if "gone" in self.path else {}
            status, body = 200, json.dumps({"archived_snapshots": known})
        elif name in ("fine", "no-head"):
            status = 200
        elif name == "robots":
            status = 403
        if name == "no-head" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body.encode())

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    """The address of all of them."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def run(root: Path, name: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A script of the copy, as `dev.py` runs it."""
    command = [sys.executable, str(root / "scripts" / f"{name}.py"), *words]
    env = {**os.environ, "PYTHONUTF8": "1", **env}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)


def verdicts(key: str, answer: str) -> dict[str, str]:
    """What Crossref's recorded answer says of a made-up record."""
    text = RECORD.format(key=key, title=TITLES.get(key, "x"))
    work = records.Work.model_validate(strict(text))
    message = json.loads((ANSWERS / f"{answer}.json").read_text("utf-8"))["message"]
    return {finding.field: finding.verdict for finding in verify.compare(work, message)}


def strict(text: str) -> Any:
    """A record's data as the records' reader gives it."""
    return strict_yaml.read_document("x.yaml", text.encode()).data


def test_everything_may_agree() -> None:
    """Initials, subtitle, year in print: other ways of saying the same."""
    assert set(verdicts("agrees", "agrees").values()) == {"agrees"}
    assert len(verdicts("agrees", "agrees")) == 8


def test_what_differs_and_what_is_unknown_are_told_apart() -> None:
    """Other values differ; absent ones are unknown."""
    found = verdicts("differs", "differs")
    assert {n for n, v in found.items() if v == "differs"} == {"author", "issued", "volume", "page"}
    found = verdicts("sparse", "sparse")
    assert {n for n, v in found.items() if v == "unknown"} == {
        "author",
        "container-title",
        "volume",
        "issue",
    }
    assert found["title"] == found["page"] == "agrees"


def test_chapters_and_numbered_articles_are_read() -> None:
    """ISBN, editors with particles, a publisher's longer name, an article's number."""
    text = (
        RECORD.format(key="chapter", title="x")
        .replace("article-journal", "chapter")
        .replace('"Made-up work: x"', "A made-up chapter")
        .replace("Journal of", "The")
        .replace("Made-up Works", "made-up book")
        .replace("volume: 76\nissue: 3\n", "publisher: Made-up Press\nISBN: 978-0-19-852663-6\n")
        .replace("issued: 2016", "editor:\n  - {family: van der Doe, given: J.}\nissued: 2016")
        .replace(
            "    volume: {how: recalled}\n    issue", "    publisher: {how: recalled}\n    ISBN"
        )
        .replace("    page:", "    editor: {how: recalled}\n    page:")
    )
    work = records.Work.model_validate(strict(text))
    message = json.loads((ANSWERS / "chapter.json").read_text("utf-8"))["message"]
    found = {f.field: f.verdict for f in verify.compare(work, message)}
    assert {found[n] for n in ("title", "editor", "publisher", "ISBN", "container-title")} == {
        "agrees"
    }
    numbered = strict(
        RECORD.format(key="number", title="x").replace('page: "427-435"', "number: e38")
    )
    message = json.loads((ANSWERS / "number.json").read_text("utf-8"))["message"]
    found = {
        f.field: f.verdict for f in verify.compare(records.Work.model_validate(numbered), message)
    }
    assert found["number"] == "agrees"


def test_a_report_names_what_is_to_be_settled(project: Path, web: str) -> None:
    """File, field, both values; retractions; unknown DOIs; the count. Nothing is written."""
    before = {path.name: path.read_bytes() for path in (project / "bib" / "works").iterdir()}
    done = run(project, "verify", "--report", "report.md", CROSSREF=web + "works/")
    report = (project / "report.md").read_text("utf-8")

    assert done.returncode == 1 and "Traceback" not in done.stderr
    for line in (
        "bib/works/differs.yaml: volume: ours “76”, Crossref “41”",
        "bib/works/differs.yaml: author: ours “Brandt, Tina; Hong, Max”, Crossref “Brand, Tina”",
        "bib/works/retracted.yaml: retraction: https://doi.org/10.5555/notice",
        "bib/works/missing.yaml: Crossref does not know this DOI",
    ):
        assert line in done.stdout and line in report
    assert "5 records with a DOI: 24 fields agree, 4 differ, 4 unknown." in done.stdout
    assert before == {p.name: p.read_bytes() for p in (project / "bib" / "works").iterdir()}


def test_what_agrees_is_noted(project: Path, web: str) -> None:
    """With --write, weaker knowledge becomes `seen`; what was seen already, and what differs, stays."""
    done = run(project, "verify", "agrees", "differs", "--write", CROSSREF=web + "works/")
    noted = yaml.safe_load((project / "bib" / "works" / "agrees.yaml").read_text("utf-8"))
    kept = yaml.safe_load((project / "bib" / "works" / "differs.yaml").read_text("utf-8"))
    seen = {"how": "seen", "url": "https://api.crossref.org/works/10.5555/agrees"}

    assert "agrees.yaml: noted as seen: title, issued, container-title, volume" in done.stdout
    known = noted["custom"]["verified"]
    assert [known[n] for n in ("title", "issued", "container-title", "volume")] == [seen] * 4
    assert known["author"]["url"] == "https://doi.org/10.5555/agrees"
    assert kept["custom"]["verified"]["volume"] == {"how": "recalled"}
    library = records.read_library(project / "bib" / "works")
    assert library.problems == []
    plain = (project / "bib" / "works" / "agrees.yaml").read_text("utf-8")
    assert plain.startswith(
        RECORD.format(key="agrees", title="What agrees").split("  verified:")[0]
    )
    again = run(project, "verify", "agrees", "--write", CROSSREF=web + "works/")
    assert (again.returncode, "noted" in again.stdout) == (0, False)


@pytest.mark.parametrize("name", ["verify", "links"])
def test_offline_is_told_in_a_line(project: Path, name: str) -> None:
    """At once, not once for each record."""
    (project / "docs" / "index.md").write_text(
        "---\ntitle: A page\n---\n\n[x](http://127.0.0.2:9/x) [y](http://127.0.0.3:9/)\n", "utf-8"
    )
    begun = time.monotonic()
    nowhere = "http://127.0.0.1:9/"
    done = run(project, name, CROSSREF=nowhere, DOI_HANDLES=nowhere, ARCHIVE=nowhere)
    assert done.returncode == 2
    assert "no connection: nothing could be fetched" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and time.monotonic() - begun < 30


def test_a_nonsense_answer_is_no_traceback(project: Path, web: str) -> None:
    """Crossref may answer with a page about its maintenance."""
    done = run(project, "verify", "agrees", CROSSREF=web + "archive?")
    assert done.returncode == 1 and "could not be read" in done.stdout
    assert "Traceback" not in done.stderr
    done = run(project, "verify", "nobody", CROSSREF=web + "works/")
    assert done.returncode == 1 and "no work has the key nobody" in done.stderr


def test_links_that_are_gone_are_named_with_a_copy(
    project: Path, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone, refused and working addresses are told apart; a DOI is asked for where it is registered."""
    import links

    text = (
        "---\ntitle: A page\ndescription: A page with links to many places.\ndate: 2026-11-23\n---\n\n"
        f"[a]({web}fine) [b]({web}no-head)\n[c]({web}gone) [d]({web}robots)\n"
        "[e](https://example.org/not-tried) [f](https://doi.org/10.5555/known)\n"
    )
    (project / "docs" / "index.md").write_text(text, encoding="utf-8")
    for path in (project / "bib" / "works").iterdir():
        path.unlink()
    monkeypatch.setattr(links, "MADE_UP", links.re.compile(r"https://example\.org"))
    monkeypatch.setattr(links, "HANDLES", web + "handles/")
    monkeypatch.setattr(links, "ARCHIVE", web + "archive?url=")
    found = links.try_all(links.all_links(project))
    states = {result.link.address.rpartition("/")[2]: result.state for result in found}

    assert states == {
        "fine": "works",
        "no-head": "works",
        "gone": "gone",
        "robots": "refused",
        "known": "works",
    }
    copy = "https://web.archive.org/web/2020/x"
    assert links.lines_of(found) == [
        f"docs/index.md:8: {web}gone is gone (404); an archived copy: {copy}"
    ]


def test_every_address_of_the_site_is_known_to_the_check() -> None:
    """Each has a file and a line."""
    import links

    found = links.all_links(ROOT)
    assert len(found) > 300
    assert all(link.place.split(":")[1].isdigit() for link in found)
