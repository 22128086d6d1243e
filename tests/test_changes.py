"""The summary of a pull request: what a reader would see change, and nothing that acts by itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import changes
import pytest
from conftest import ROOT, run

PAGE = """<!doctype html><html><head><title>{title}</title><script>let x = 1;</script></head><body>
<nav><a href="https://menu.example/">menu</a></nav>
<article class="md-content__inner"><h1>{title}</h1><h2 id="{id}">Part</h2>
<p>The first sentence stays. {text}</p><ul><li><p>An item.</p></li></ul>
<table><tr><th>Year</th><td>{cell}</td></tr></table>
<p>See <a href="{link}">there</a>.</p></article><footer>{footer}</footer></body></html>"""
BEFORE = {
    "title": "Trust",
    "id": "what",
    "text": "It is asked for first.",
    "cell": "2016",
    "link": "https://one.example/a",
    "footer": "old",
}
WORK = {"id": "brandsen2016", "title": "Types", "volume": "41"}


def make(folder: Path, *works: dict[str, str], **pages: dict[str, str]) -> Path:
    """A small built site."""
    for name, values in {"index": BEFORE, **pages}.items():
        path = folder / ("index.html" if name == "index" else f"{name}/index.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(**values), encoding="utf-8")
    (folder / "bibliography").mkdir()
    (folder / "bibliography" / "references.json").write_text(json.dumps(works), encoding="utf-8")
    (folder / "assets").mkdir()
    (folder / "assets" / "site.1a2b3c4d.css").write_text(f"/* {len(pages)} */", encoding="utf-8")
    return folder


def compared(old: Path, new: Path) -> str:
    """The report on two folders."""
    return changes.report(changes.read_site(old), changes.read_site(new))


def test_every_kind_of_change_is_told(tmp_path: Path) -> None:
    """Text by sentence, cells, ids, links, records field by field, pages and style; not the frame."""
    after = BEFORE | {"text": "It comes later.", "cell": "2017", "id": "which", "footer": "new"}
    old = make(tmp_path / "old", WORK, trust=BEFORE, gone=BEFORE)
    new = make(
        tmp_path / "new",
        {**WORK, "volume": "40"},
        {"id": "new2020"},
        trust=after | {"link": "https://two.example/b"},
    )
    text = compared(old, new)

    assert "1 page changed, 0 new, 1 gone, 1 as before." in text
    for line in (
        "-It is asked for first.",
        "+It comes later.",
        "-| Year | 2016",
        "+| Year | 2017",
        "- `trust/#what`",
        "- `brandsen2016`: volume: `41` → `40`",
        "- `new2020`: new",
        "- new: `https://two.example/b` on `trust/`",
        "- `assets/site.css`: changed",
    ):
        assert line in text.splitlines(), line
    assert " - An item." in text.splitlines()
    assert "menu.example" not in text and "+new" not in text


def test_nothing_changed_is_said_in_a_line(tmp_path: Path) -> None:
    """A site beside itself, also under another hash of the same style."""
    old, new = make(tmp_path / "old", WORK), make(tmp_path / "new", WORK)
    (new / "assets" / "site.1a2b3c4d.css").rename(new / "assets" / "site.00000000.css")

    text = compared(old, new)

    assert text.strip().splitlines()[1:] == ["", "0 pages changed, 0 new, 0 gone, 1 as before."]


def test_text_of_a_stranger_stays_text(tmp_path: Path) -> None:
    """No mention, link, image or HTML of a changed page acts in the summary."""
    hostile = "``` ```` </details> @everyone [x](javascript:alert(1)) &lt;img src=x&gt;"
    old = make(tmp_path / "old", trust=BEFORE)
    new = make(tmp_path / "new", trust=BEFORE | {"text": hostile, "title": f"`{hostile}`"})

    outside, inside = [], False
    fence = ""
    for line in compared(old, new).splitlines():
        if line.startswith("```") and (not inside or line == fence):
            fence = line.removesuffix("diff")
            inside = not inside
        elif not inside:
            outside.append(line)
    # What stands outside of the fences stands in a span of code, in which no other backtick is.
    left = "".join("".join(line.split("`")[::2]) for line in outside)
    assert not inside and "everyone" not in left and "javascript" not in left


def test_a_folder_or_commit_that_is_none_is_told(tmp_path: Path) -> None:
    """In a line, without a traceback."""
    for words in ([str(tmp_path), str(tmp_path)], ["no-such-thing"], ["--", "--output=x"]):
        done = run(str(ROOT / "scripts" / "changes.py"), *words)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "no built site" in done.stderr or "neither a folder nor a commit" in done.stderr


def test_a_commit_is_built_and_compared(site: Path) -> None:
    """The commit that is checked out beside this copy's site: as one does before a pull request."""
    if subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip("not a git repository")
    done = run(str(ROOT / "scripts" / "changes.py"), "HEAD", str(site))

    assert done.returncode == 0, done.stderr
    assert "What readers would see change" in done.stdout
