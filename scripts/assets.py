"""Style sheets, scripts and drawings under names that hold a digest of their content.

A returning reader keeps them for a year (`_headers` says so to hosts that listen), and gets a changed one
at once, because its name has changed. `serve` keeps the plain names.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from mkdocs.structure.files import Files

SUFFIXES = (".css", ".js", ".svg")
# The theme's own style, scripts and pictures: no page asks for them.
UNUSED = ("assets/javascripts/", "assets/stylesheets/", "assets/images/")


def drop_unused(files: Files) -> None:
    """Leave the theme's assets out of the site."""
    for file in list(files):
        if file.src_uri.startswith(UNUSED):
            files.remove(file)


def hashed_name(name: str, content: bytes) -> str:
    """`assets/site.css` as `assets/site.1a2b3c4d.css`."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"


def rename(files: Files) -> dict[str, str]:
    """Give each asset its hashed name; old names to new ones."""
    renamed = {}
    for file in files:
        if file.src_uri.startswith("assets/") and file.src_uri.endswith(SUFFIXES):
            content = Path(file.abs_src_path or "").read_bytes()
            renamed[file.src_uri] = hashed_name(file.src_uri, content)
            file.dest_uri = file.url = renamed[file.src_uri]
    return renamed


def refer(html: str, renamed: dict[str, str]) -> str:
    """A page that asks for the assets by their new names."""

    def new(match: re.Match[str]) -> str:
        return renamed.get(match.group(0), match.group(0))

    return re.sub(r"assets/[\w./-]+?\.(?:css|js|svg)\b", new, html)
