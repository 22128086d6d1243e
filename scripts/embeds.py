"""Views to be shown in a frame of another page: `/embed/<id>/` for each case, model and self-check.

They are drawn by a light template after the site is built, so that neither search, navigation, the
printable page nor the record of addresses knows them. The ids are those of `/go/`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import go
import metadata
import permalinks
from content import SourcePage
from jinja2 import Environment
from tables import SiteData

TEMPLATE = "embed-part.html"
KINDS = {"case": "Case", "model": "Model"}
# Links that leave the frame: a course's frame is no place to read on.
LEAVING = re.compile(r'<a (?=[^>]*\bhref="(?!#))')


@dataclass(frozen=True)
class View:
    """One view: its address in the site, and the page that it is taken from with its place there."""

    place: str
    title: str
    src: str
    url: str
    # Of the frame that the code proposes, in CSS pixels.
    height: int
    # The question's id, if the view shows one.
    question: str = ""


def page_views(page: SourcePage) -> list[View]:
    """The views of a page: itself if it is a case or a model, and each of its questions."""
    found = []
    for target in go.page_targets(page):
        question = target.kind == "question"
        title = target.title if question else f"{KINDS.get(target.kind)}: {target.title}"
        name = target.url.partition("#q-")[2] if question else ""
        if place := go.embed_place(target):
            height = 560 if question else 480
            found.append(View(place, title, page.src, target.url, height, name))
    return found


def views(data: SiteData) -> list[View]:
    """All views, in the order of the pages' names."""
    return [view for page in go.linkable(data) for view in page_views(page)]


def code(view: View, settings: Mapping[str, Any]) -> str:
    """What is pasted into another page: the frame, and a line with link and licence under it."""
    licence = settings["licence"]["text"]
    title = html.escape(view.title, quote=True)
    terms = "; the model keeps its own terms" if view.title.startswith(KINDS["model"]) else ""
    return (
        f'<iframe src="{settings["address"]}{view.place}" title="{title}" '
        f'width="100%" height="{view.height}" loading="lazy"></iframe>\n'
        f'<p>From <a href="{settings["address"]}{view.url}">{html.escape(settings["name"])}</a>, '
        f'<a href="{licence["url"]}">{metadata.licence_short(licence)}</a>{terms}.</p>'
    )


def codes(page: SourcePage, settings: Mapping[str, Any]) -> list[dict[str, str]]:
    """For the fold at the end of a page: what each code shows, and the code."""
    return [
        {
            "shows": f"question {view.title.rpartition(' ')[2]}" if view.question else "this page",
            "code": code(view, settings),
        }
        for view in page_views(page)
    ]


def draw(
    view: View, meta: Mapping[str, Any], facts: metadata.Facts, env: Environment, config: Any
) -> str:
    """A view as HTML. `meta` is the page's front matter with its citations formatted."""
    question = next((q for q in meta.get("questions") or [] if q["id"] == view.question), None)
    part = view.title.rpartition(": ")[2].capitalize()
    section = go.Section(view.url.partition("#")[2], 3, part) if question else None
    shown = {
        "title": view.title,
        "description": facts.description,
        "url": view.url,
        "canonical": facts.url,
        "case": None if question else meta.get("case"),
        "model": None if question else meta.get("model"),
        "question": question,
        "apa": metadata.apa(facts, section),
        "licence": metadata.licence_short(facts.settings["licence"]["text"]),
    }
    template = env.get_template(TEMPLATE)
    return template.render(view=shown, config=config, page=None, base_url="../..").lstrip()


def moved(data: SiteData, known: list[View]) -> dict[str, go.Target]:
    """Views of what was renamed: their old address, and where it leads now."""
    by_url = {view.url: view for view in known}
    found = {}
    for old, new in permalinks.moves(permalinks.read_record(data.root)).items():
        view = by_url.get(new)
        if view:
            place = go.embed_place(go.old_target(old, view.title, new))
            found[place] = go.Target(place, "embed", view.title, view.place)
    return {place: target for place, target in found.items() if place and place != target.url}


def files(
    data: SiteData,
    metas: Mapping[str, Mapping[str, Any]],
    env: Environment,
    config: Any,
    finish: Callable[[str, str], str],
) -> dict[str, bytes]:
    """The page of each view. `finish` gives it the last touches of every page of the site."""
    facts = {page.src: page for page in metadata.all_facts(data, data.settings)}
    every = views(data)
    made = {}
    for view in every:
        page = finish(draw(view, metas[view.src], facts[view.src], env, config), view.place)
        made[view.place] = LEAVING.sub('<a target="_blank" ', page)
    for place, target in moved(data, every).items():
        made[place] = go.redirect(target, place, data.settings)
    return {f"{place}index.html": text.encode() for place, text in made.items()}
