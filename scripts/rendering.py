"""What Markdown made of each page, kept while `serve` runs: an edit changes one page, not two hundred.

A page's HTML depends on its text, with the citations put in, on its address and those of all other files, and on
MkDocs' configuration. Where all of these are as before, so is the HTML.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

# What MkDocs' rendering leaves in a page, besides the links to headings.
LEFT = ("content", "toc", "present_anchor_ids", "_title_from_render")

# By a page's address: what it was made of, what that left in it, and the links, which name files of that build.
Known = dict[str, tuple[Any, dict[str, Any], dict[str, dict[str, str]]]]


def surroundings(config: MkDocsConfig, files: Files) -> Any:
    """What the HTML of every page depends on, besides its own text."""
    return Path(config.config_file_path).read_bytes(), {file.src_uri: file.url for file in files}


def remember(page: Page, made_of: Any, known: Known) -> None:
    """Let MkDocs render a page only if it is not known, or had something to say of it."""
    anew = page.render

    def render(config: MkDocsConfig, files: Files) -> None:
        before, left, links = known.get(page.url, (None, {}, {}))
        if before == made_of:
            vars(page).update(left)
            page.links_to_anchors = {files.src_uris[src]: ids for src, ids in links.items()}
            return
        if said_nothing(lambda: anew(config, files)):
            links = {file.src_uri: ids for file, ids in (page.links_to_anchors or {}).items()}
            known[page.url] = (made_of, {name: getattr(page, name) for name in LEFT}, links)

    page.render = render  # type: ignore[method-assign]


def said_nothing(action: Callable[[], None]) -> bool:
    """Do something, and say whether MkDocs had nothing to tell meanwhile."""
    counter = CountHandler(level=logging.INFO)
    log = logging.getLogger("mkdocs")
    log.addHandler(counter)
    try:
        action()
    finally:
        log.removeHandler(counter)
    return not counter.get_counts()
