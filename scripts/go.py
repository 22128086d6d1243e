"""Short addresses that outlive a move: `/go/<id>/` for every page, section, case, model and work.

Each is a page that sends the reader on without a script; `/go/index.json` lists them all, so that
whoever moves the site can keep them. What was renamed (`moved` in docs/permalinks.yml) keeps its id.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import permalinks
import policy
from content import SourcePage
from mkdocs.utils import get_relative_url
from tables import SiteData

# Pages of one kind have short ids: the case docs/cases/octet.md is c-octet.
FAMILIES = (
    ("case", "cases/", "c-"),
    ("model", "spectrum/models/", "m-"),
    ("definition", "definitions/all/", "d-"),
)
# What has a view to be shown inside other pages (see embeds.py).
EMBEDDED = ("case", "model", "question")
# On the old address of a page: the refresh alone would forget which section was asked for.
KEEP_PLACE = "go/keep-place.js"
KEEP_PLACE_SCRIPT = """\
location.replace(document.querySelector("main a").href.split("#")[0] + location.hash);
"""
MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True)
class Target:
    """A place that can be linked: its short id, what it is, its title, its address in the site."""

    id: str
    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class Section:
    """A heading of a page: its id, its level and its words."""

    id: str
    level: int
    title: str


def page_id(src: str, meta: dict[str, Any]) -> tuple[str, str]:
    """A page's short id and kind: `c-octet` and `case`, or its address with hyphens and `page`."""
    place = permalinks.address(src)
    for kind, folder, letter in FAMILIES:
        if meta.get(kind) and place.startswith(folder):
            return letter + place.removeprefix(folder).strip("/").replace("/", "-"), kind
    return place.strip("/").replace("/", "-") or "home", "page"


def plain_heading(text: str) -> str:
    """A heading's words without Markdown."""
    return MARKS.sub(lambda m: m.group(1) or "", text).strip()


def sections(page: SourcePage) -> list[Section]:
    """The headings of a page that have an id of their own."""
    return [
        Section(name, len(marks), plain_heading(text))
        for _, marks, text, name in permalinks.headings(page)
        if name
    ]


def page_targets(page: SourcePage) -> list[Target]:
    """A page, its sections, its terms and its questions."""
    name, kind = page_id(page.src, page.meta)
    place = permalinks.address(page.src)
    title = str(page.meta["title"])
    found = [Target(name, kind, title, place)]
    for section in sections(page):
        text = f"{title}: {section.title}"
        found.append(Target(f"{name}/{section.id}", "section", text, f"{place}#{section.id}"))
    for term in page.meta.get("terms") or []:
        address = f"{place}#{term['id']}"
        found.append(Target(f"{name}/{term['id']}", "term", f"{title}: {term['term']}", address))
    for number, question in enumerate(page.meta.get("questions") or [], start=1):
        anchor = f"q-{question['id']}"
        text = f"{title}: question {number}"
        found.append(Target(f"{name}/{anchor}", "question", text, f"{place}#{anchor}"))
    return found


def work_id(key: str) -> str:
    """A work's short id."""
    return f"w-{key}"


def linkable(data: SiteData) -> list[SourcePage]:
    """The pages of the site proper; views for embedding are shown inside other pages."""
    return [page for page in data.pages.values() if not page.meta.get("embed")]


def targets(data: SiteData) -> list[Target]:
    """Everything with a short address, by id. Raises ValueError when two would share one."""
    found = [target for page in linkable(data) for target in page_targets(page)]
    found += [
        Target(work_id(key), "work", work.title, data.work_address(key))
        for key, work in data.works.items()
    ]
    first: dict[str, Target] = {}
    for target in found:
        other = first.setdefault(target.id, target)
        if other.url != target.url:
            raise ValueError(f"/go/{target.id}/ would lead to {other.url} and to {target.url}")
    return sorted(first.values(), key=lambda target: target.id)


def old_target(old: str, title: str, new: str) -> Target:
    """The short id that a renamed page, section or question had, leading to where it is now."""
    place, _, anchor = old.partition("#")
    kinds: dict[str, Any] = {kind: place.startswith(folder) for kind, folder, _ in FAMILIES}
    name, kind = page_id(f"{place}index.md", kinds)
    if anchor:
        name, kind = f"{name}/{anchor}", "question" if anchor.startswith("q-") else "section"
    return Target(name, kind, title, new)


def moved_targets(moved: dict[str, str], known: list[Target]) -> list[Target]:
    """Old ids of what was renamed, leading to where it is now."""
    titles = {target.url: target.title for target in known}
    taken = {target.id for target in known}
    found = [old_target(old, titles.get(new, new), new) for old, new in sorted(moved.items())]
    return [target for target in found if target.id not in taken]


def redirect(target: Target, place: str, settings: dict[str, Any], script: str = "") -> str:
    """A page at `place` that sends the reader on to the target; `script`, a file of ours, may do better."""
    site = str(settings["name"])
    to = html.escape(get_relative_url(target.url, place), quote=True)
    canonical = html.escape(settings["address"] + target.url.partition("#")[0], quote=True)
    title = html.escape(target.title)
    name = html.escape(place)
    if script:
        script = f'<script src="{get_relative_url(script, place)}" defer></script>\n'
    return f"""<!doctype html>
<html lang="{settings["language"]}">
<head>
{policy.CHARSET}{policy.META}
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{name} · {html.escape(site)}</title>
<meta name="description" content="Leads from {name} to: {html.escape(target.title, quote=True)}">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={to}">
<link rel="canonical" href="{canonical}">
{script}</head>
<body>
<main>
<h1>{title}</h1>
<p>This short address leads to <a href="{to}">{title}</a>, {html.escape(site)}.</p>
</main>
</body>
</html>
"""


def embed_place(target: Target) -> str:
    """The address of a target's view for frames: `embed/c-octet/`; empty where there is none."""
    return f"embed/{target.id.rpartition('/')[2]}/" if target.kind in EMBEDDED else ""


def entry(target: Target) -> dict[str, str]:
    """A line of the table of short addresses."""
    found = {"id": target.id, "kind": target.kind, "title": target.title, "url": target.url}
    embed = embed_place(target)
    return {**found, "embed": embed} if embed else found


def table(found: list[Target], settings: dict[str, Any]) -> str:
    """All short addresses as JSON."""
    entries = [entry(target) for target in found]
    head = {"site": settings["address"], "version": str(settings["version"])}
    return json.dumps({**head, "go": entries}, ensure_ascii=False, indent=1) + "\n"


def w3id(settings: dict[str, Any]) -> str:
    """A file for w3id.org, whose addresses outlive ours: they lead to the short addresses here."""
    address = settings["address"]
    return f"""\
# For https://w3id.org, so that an address that we do not own leads here, wherever the site is.
# PLACEHOLDERS, to be settled before it is sent to github.com/perma-id/w3id.org as FOLDER/.htaccess:
# the folder's name, and beside this file a README.md that says who looks after it.
# https://w3id.org/FOLDER/c-octet then leads to the case of that short id.
RewriteEngine on
RewriteRule ^$ {address} [R=302,L]
RewriteRule ^editions/(.*)$ {address}editions/$1 [R=302,L]
RewriteRule ^(.+?)/?$ {address}go/$1/ [R=302,L]
"""


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """The redirecting pages of all short addresses and of renamed pages, and their table."""
    known = targets(data)
    moved = permalinks.moves(permalinks.read_record(data.root))
    found = known + moved_targets(moved, known)
    made = {
        f"go/{target.id}/index.html": redirect(target, f"go/{target.id}/", settings)
        for target in found
    }
    here = {permalinks.address(page.src) for page in data.pages.values()}
    for old, new in moved.items():
        if "#" not in old and old not in here:
            title = next((target.title for target in known if target.url == new), new)
            target = Target(old, "page", title, new)
            made[f"{old}index.html"] = redirect(target, old, settings, KEEP_PLACE)
            made[KEEP_PLACE] = KEEP_PLACE_SCRIPT
    made["go/index.json"] = table(found, settings)
    made["go/w3id.htaccess.txt"] = w3id(settings)
    return {name: text.encode() for name, text in made.items()}
