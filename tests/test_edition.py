"""Frozen editions, and what has changed since: made from a small history of this very site."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import changes
import edition
import lxml.html
import permalinks
import pytest
import since
import yaml
from conftest import ROOT

LEFT_OUT = (".git", ".venv*", "site", ".cache", "__pycache__", ".*_cache", "editions")
TRUST = "docs/challenges/trust.md"


def git(root: Path, *words: str) -> None:
    """A git command in a folder."""
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *name, *words], check=True, capture_output=True)


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Change a text that is there."""
    text = (root / file).read_text(encoding="utf-8")
    assert old in text, (file, old)
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


def first_section(root: Path) -> tuple[str, str]:
    """Id and first words of the text of the first section of a page."""
    text = (root / TRUST).read_text(encoding="utf-8")
    found = re.search(r"^## .*\{ #([a-z-]+) \}\n\n(\w+ \w+)", text, re.MULTILINE)
    assert found
    return found[1], found[2]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site under the tag edition-2026, and after it a changed section, a moved case and a new page."""
    root = tmp_path_factory.mktemp("history") / "site"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "September")
    git(root, "tag", "edition-2026")
    edit(root, TRUST, f"\n\n{first_section(root)[1]}", f"\n\nNewly said. {first_section(root)[1]}")
    (root / "docs/cases/octet.md").rename(root / "docs/cases/orders.md")
    record = permalinks.read_record(root)
    record["moved"]["cases/octet/"] = "cases/orders/"
    (root / permalinks.FILE).write_text(yaml.safe_dump(record), encoding="utf-8")
    about = (root / "docs/about.md").read_text(encoding="utf-8")
    (root / "docs/new.md").write_text(
        re.sub("title: .*", "title: A new page", about, count=1), encoding="utf-8"
    )
    return root


@pytest.fixture(scope="module")
def frozen(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition of the tag, built."""
    folder = tmp_path_factory.mktemp("edition") / "2026"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "ROOT", history)
        edition.make("edition-2026", folder, "2026")
    return folder


def test_edition_is_of_the_tag_and_not_of_the_folder(frozen: Path) -> None:
    """What came after the tag is not in it."""
    assert (frozen / "cases/octet/index.html").is_file()
    assert not (frozen / "new").exists()
    assert "Newly said" not in (frozen / "challenges/trust/index.html").read_text("utf-8")


def test_every_page_says_that_it_is_frozen_and_links_to_the_living_one(frozen: Path) -> None:
    """A note in the text, the living page, what has changed; addresses that are cited stay its own."""
    address = yaml.safe_load((ROOT / "settings.yml").read_text("utf-8"))["address"]
    seen = 0
    for file in frozen.rglob("index.html"):
        place = file.relative_to(frozen).as_posix().removesuffix("index.html")
        page = lxml.html.fromstring(file.read_text(encoding="utf-8"))
        assert page.xpath('//meta[@name="robots"]/@content') == ["noindex"], place
        canonical = page.xpath('//link[@rel="canonical"]/@href')
        assert all(link.startswith(f"{address}editions/2026/") for link in canonical), place
        if not page.xpath("//article[contains(@class, 'md-content__inner')]"):
            continue
        assert page.xpath('//link[@rel="latest-version"]/@href') == [address + place]
        (note,) = page.xpath('//article//p[@class="frozen"]')
        living, since = note.xpath(".//a/@href")
        assert living == address + place
        assert urljoin(f"/{place}", since) == "/changes/"
        cited = page.xpath('//meta[@name="citation_public_url"]/@content')
        assert cited == [f"{address}editions/2026/{place}"], place
        seen += 1
    assert seen > 150


def test_edition_leads_to_itself(frozen: Path) -> None:
    """Its cartridges and short addresses lead into the edition, and it takes nothing of the host's."""
    table = json.loads((frozen / "go" / "index.json").read_text(encoding="utf-8"))
    assert table["site"].endswith("/editions/2026/")
    for name in edition.NOT_FROZEN:
        assert not (frozen / name).exists()
    assert (frozen / "changes/index.html").read_text("utf-8").count("Nothing has changed") == 1


def test_living_site_says_what_has_changed_since(
    history: Path, frozen: Path, tmp_path: Path
) -> None:
    """The changed section, the moved case and the new page, each with its address; and a list of editions."""
    site = tmp_path / "site"
    site.mkdir()
    packed = shutil.make_archive(str(tmp_path / "edition-2026"), "zip", frozen)
    edition.join(site, [Path(packed)], root=history)
    text = (site / "editions/2026/changes/changes.md").read_text(encoding="utf-8")
    section, _ = first_section(history)
    assert f"challenges/trust/#{section})" in text
    assert "1 new page, 1 with changes, 1 moved, 0 taken away. 0 new works" in text
    assert re.search(r"- \[cases/octet/\]\(\S+/cases/orders/\)", text)
    assert "[A new page](" in text
    page = lxml.html.parse(str(site / "editions/2026/changes/index.html"))
    assert page.xpath("string(//h1)") == "What has changed since edition 2026"
    assert page.xpath("//ul/ul") == []
    listed = (site / "editions/index.html").read_text(encoding="utf-8")
    assert 'href="2026/"' in listed and "1 new page" in listed


def test_reflowed_text_and_a_new_date_are_no_change(history: Path) -> None:
    """Only what a reader would see counts."""
    before = since.snapshot(ROOT)
    page = before["pages"]["challenges/trust/"]["parts"]
    assert since.digest("a  b\nc") == since.digest("a b c") != since.digest("a b d")
    assert "(date)" not in page and "(title)" in page
    report = since.compare(before, before)
    assert since.summary(report) == "Nothing has changed."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["make", "no-such-tag", "--name", "x"], "nor a commit that git knows"),
        (["make", "v1"], "is not called edition-"),
        (["join", "/nowhere"], "holds no built site"),
        (["since", "no-such-tag"], "nor a commit that git knows"),
    ],
)
def test_mistakes_are_said_in_a_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A reason and a remedy, exit 1, no traceback."""
    more = ["--site-dir", str(tmp_path / "x")] if words[0] == "make" else []
    assert edition.main([*words, *more]) == 1
    assert said in capsys.readouterr().err


def test_folder_that_holds_something_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edition never mixes with other files."""
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert edition.main(["make", "edition-2026", "--site-dir", str(tmp_path)]) == 1
    assert "holds files already" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").exists()


def test_workflow_is_pinned_and_may_do_little() -> None:
    """Actions by commit; no right for the whole file; only the job that keeps the edition may write."""
    text = (ROOT / ".github/workflows/edition.yml").read_text(encoding="utf-8")
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {}
    assert flow["jobs"]["make"]["permissions"] == {"contents": "read"}
    assert "uses" not in str(flow["jobs"]["keep"]["steps"])
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)
    assert "edition join site" in (ROOT / ".github/workflows/pages.yml").read_text("utf-8")
