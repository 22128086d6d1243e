"""Style sheets, scripts and drawings: small, and under names that hold a digest of their content.

A returning reader keeps them for a year (`_headers` says so to hosts that listen), and gets a changed one
at once, because its name has changed. Comments and white space stay behind, and a style sheet that another
imports becomes part of it: one request less. `serve` keeps the plain names and the files as they are.
"""

from __future__ import annotations

import hashlib
import re

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

SUFFIXES = (".css", ".js", ".svg")
IMPORT = re.compile(r'^@import "([\w.-]+)";\n', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# In a script only comments that fill their lines: others could stand in a string.
LINE_COMMENT = re.compile(
    r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.DOTALL | re.MULTILINE
)
MARGIN = re.compile(r"^\s+", re.MULTILINE)
# White space and last semicolons that a style sheet can do without; strings are passed over.
ROOM = re.compile(r"""("[^"]*"|'[^']*')|;?\s*(\})\s*|\s*([{;,>])\s*|(:)\s+""")
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
    """Make each asset small and give it its hashed name; old names to new ones."""
    assets = [f for f in files if f.src_uri.startswith("assets/") and f.src_uri.endswith(SUFFIXES)]
    imported = set[str]()
    for file in assets:
        file.content_bytes = small(file, files, imported)
    renamed = {}
    for file in assets:
        if file.src_uri in imported:
            files.remove(file)
            continue
        renamed[file.src_uri] = hashed_name(file.src_uri, file.content_bytes)
        file.dest_uri = file.url = renamed[file.src_uri]
    return renamed


def small(file: File, files: Files, imported: set[str]) -> bytes:
    """An asset as it is sent; the names of style sheets that become part of it go into `imported`.

    By rule of thumb, not by a parser. Of the maintained ones for Python, minify-html keeps scripts larger than this,
    and tdewolff-minify, tried with 2.24.12, has no wheel for Apple's chip, leaves `@container` as it is and takes
    apart a destructuring in MiniSearch so that search fails; it would have saved 0.9 kB a page. Raises PluginError
    for an import that is not there.
    """
    if file.src_uri.endswith(".svg"):
        return file.content_bytes
    if file.src_uri.endswith(".js"):
        return MARGIN.sub("", LINE_COMMENT.sub("", file.content_string)).encode()

    def part(match: re.Match[str]) -> str:
        name = f"{file.src_uri.rpartition('/')[0]}/{match.group(1)}"
        found = files.get_file_from_path(name)
        if found is None:
            raise PluginError(f"docs/{file.src_uri} imports {match.group(1)}, which is not there")
        imported.add(name)
        return found.content_string

    text = COMMENT.sub("", IMPORT.sub(part, file.content_string))
    return ROOM.sub(lambda match: "".join(filter(None, match.groups())), text).strip().encode()


def refer(html: str, renamed: dict[str, str]) -> str:
    """A page that asks for the assets by their new names."""

    def new(match: re.Match[str]) -> str:
        return renamed.get(match.group(0), match.group(0))

    return re.sub(r"assets/[\w./-]+?\.(?:css|js|svg)\b", new, html)
