"""What every test file shares: the built site, a way to read its pages, and a browser."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import lxml.html
import pytest
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))


import dev  # noqa: E402 - scripts/ has to be on the path first

# A busy machine is no mistake: what a made-up example does counts, not how long it takes.
hypothesis.settings.register_profile("site", deadline=None)
hypothesis.settings.load_profile("site")

# The site is served under the path of its address, so that the 404 page finds its style.
SUB_PATH = urlsplit(
    yaml.safe_load((ROOT / "settings.yml").read_text("utf-8"))["address"]
).path.strip("/")


def run(*words: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """A command of this Python, as a user runs it; its texts are kept."""
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1", **env}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True
    )


def build(folder: Path, root: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """A strict build from another working directory."""
    words = ("-m", "mkdocs", "build", "--strict", "-f", str(root / "mkdocs.yml"), "-d", str(folder))
    return run(*words, cwd=folder.parent, **env)


def printed(text: str) -> str:
    """Words of a source as pages set them, with apostrophes and quotation marks as in print."""
    return re.sub(r'"(\w[^"]*)"', r"“\1”", text).replace("'", "’")


def copy_findings(root: Path) -> None:
    """What the accessibility tools found, of which the statement tells, into a copy of the project."""
    (root / "tests").mkdir()
    for file in (ROOT / "tests").glob("*.yml"):
        shutil.copy(file, root / "tests")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site's folder."""
    folder = tmp_path_factory.mktemp("built") / SUB_PATH
    done = build(folder)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


class Pages:
    """The built pages, parsed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The short addresses only lead elsewhere, and the one printable page repeats all the others:
        # test_lecturers.py and test_students.py look at them by name.
        found = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))
        self.names = [name for name in found if not name.startswith(("go/", "all/"))]

    @functools.cache  # noqa: B019 - one object lives as long as the session
    def __getitem__(self, name: str) -> lxml.html.HtmlElement:
        return lxml.html.fromstring((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def pages(site: Path) -> Pages:
    """The built pages by their path in the site."""
    return Pages(site)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that keeps its log to itself."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site served under a sub-path, as it will be on its host."""
    root = site.parent
    handler = functools.partial(Quiet, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the one that `dev.py test` found, else Playwright's own."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or dev.browser()
        yield playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A fresh page in a fresh profile."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()
