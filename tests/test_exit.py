"""The ways out of MkDocs are open: ProperDocs and Zensical make the same site from what we have.

Neither is among our packages. Name the commands to try them: PROPERDOCS=…/properdocs ZENSICAL=…/zensical.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import exit
import lxml.html
import pytest
from conftest import ROOT, Pages, run

OTHERS = ("go/", "all/", "embed/", "search/", "404.html")


def command(name: str) -> str:
    """The command that the environment names; without one the test is left out."""
    path = os.environ.get(name)
    if not path:
        pytest.skip(f"{name} is not set")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def words(page: lxml.html.HtmlElement) -> str:
    """What one reads in the article of a page."""
    body = page.xpath("//*[contains(@class, 'md-content__inner')]")[-1]
    unseen = body.xpath(".//script | .//style | .//template | .//a[@class='headerlink']")
    for unread in [*unseen, *body.find_class("js-only")]:
        unread.drop_tree()
    return " ".join(body.text_content().split())


def test_properdocs_builds_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """All files, hooks and mkdocs-bibtex included."""
    build = [command("PROPERDOCS"), "build", "--strict", "-f", str(ROOT / "mkdocs.yml")]
    done = subprocess.run([*build, "-d", str(tmp_path / "site")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    ours, theirs = contents(site), contents(tmp_path / "site")

    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.fixture(scope="module")
def project(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site as a project for another generator."""
    folder = tmp_path_factory.mktemp("exit") / "project"
    assert exit.main([str(folder), "--site", str(site)]) == 0
    return folder


def test_no_syntax_of_ours_is_in_the_exit(project: Path, pages: Pages) -> None:
    """One file for each page, with its front matter; citations and tables are finished, and nothing waits for a script."""
    written = sorted((project / "docs").rglob("*.md"))
    kept = [name for name in pages.names if not name.startswith(OTHERS)]
    assert len(written) == len(kept)
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("---\ndescription: "), path
        shown = re.sub(r"<(code|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
        assert not re.search(r"\[-?@[a-z]|\\bibliography|<!-- (?:table|references)", shown), path
        assert "js-only" not in text and "<noscript" not in text, path


def test_zensical_shows_the_same_pages(project: Path, site: Path, pages: Pages) -> None:
    """The same text and ids at the same addresses, and every link within the site arrives."""
    tool = command("ZENSICAL")
    done = subprocess.run([tool, "build", "--strict"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    for name in pages.names:
        if name.startswith(OTHERS):
            continue
        other = project / "site" / name
        theirs = lxml.html.fromstring(other.read_text(encoding="utf-8"))
        ours = lxml.html.fromstring((site / name).read_text(encoding="utf-8"))
        article = "//article[contains(@class, 'md-content__inner')]"
        for needless in ours.find_class("js-only"):
            needless.drop_tree()
        assert set(ours.xpath(f"{article}//@id")) <= set(theirs.xpath("//@id")), name
        for link in theirs.xpath("//*[contains(@class, 'md-content__inner')]//a/@href"):
            if not re.match(r"[a-z]+:", link):
                place = urlsplit(urljoin(f"/{name}", link)).path.lstrip("/")
                target = project / "site" / place
                assert (target / "index.html" if target.is_dir() else target).exists(), (name, link)
        assert words(ours) == words(theirs), name


def test_a_folder_with_files_is_left_alone(site: Path, tmp_path: Path) -> None:
    """And without a built site there is nothing to write."""
    (tmp_path / "mine.txt").write_text("mine")
    script = str(ROOT / "scripts" / "exit.py")
    for arguments, said in (
        ([str(tmp_path), "--site", str(site)], "other files"),
        ([str(tmp_path / "new"), "--site", str(tmp_path)], "no built site"),
    ):
        done = run(script, *arguments)
        assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
