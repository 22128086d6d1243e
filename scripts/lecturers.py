"""Everything the build makes for lecturers and their systems, gathered so that the hooks need two lines.

What the tables of the teaching pages show of it is registered here too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cartridge
import embeds
import go
import handouts
import metadata
import questions
import tables
from files import write_all
from mkdocs.structure.pages import Page
from tables import SiteData


def reader(data: SiteData) -> Callable[[Page], dict[str, Any]]:
    """What metadata.py knows of a page, and the code that shows it inside another."""
    about = metadata.reader(data)
    known: dict[str, dict[str, Any]] = {}

    def read(page: Page) -> dict[str, Any]:
        # Head and foot of a page both ask.
        source = data.pages.get(page.file.src_uri)
        if source and source.src not in known:
            found = about(page)
            known[source.src] = found and {**found, "embeds": embeds.codes(source, data.settings)}
        return known[source.src] if source else {}

    return read


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """Path in the site to content: citations, cartridges, questions, handouts, short addresses."""
    made: dict[str, bytes] = {}
    for module in (metadata, cartridge, questions, handouts, go):
        made.update(module.files(data, docs_dir, settings))
    return made


def write(site: Path, data: SiteData, docs_dir: Path) -> None:
    """Put them into the built site."""
    write_all(site, files(data, docs_dir, data.settings))


@tables.context("downloads")
def downloads(data: SiteData) -> dict[str, Any]:
    """What is in each file for course systems."""
    every = cartridge.editions(data, data.settings)
    return {
        "cartridges": [
            {
                "path": f"{questions.FOLDER}/{edition.name}.imscc",
                "holds": edition.holds,
                **contents(edition.modules),
            }
            for edition in every
        ],
        "questions": contents(every[0].modules)["questions"],
    }


def contents(modules: tuple[cartridge.Module, ...]) -> dict[str, int]:
    """How many links, quizzes and questions some modules hold."""
    found = cartridge.all_resources(modules)
    quizzes = [resource for resource in found if resource.type == cartridge.QUIZ_TYPE]
    return {
        "links": len(found) - len(quizzes),
        "quizzes": len(quizzes),
        "questions": sum(quiz.text.count("<item ") for quiz in quizzes),
    }


@tables.context("alignment")
def alignment(data: SiteData) -> dict[str, Any]:
    """Pages with outcomes in the order of the site, and how far questions cover them."""
    ordered = [page for _, pages in cartridge.parts(data) for page in pages]
    pages = [page for page in ordered if page.meta.get("outcomes")]
    asked = [question for page in pages for question in page.meta["questions"]]
    covered = [
        any(question["outcome"] == outcome["id"] for question in page.meta["questions"])
        for page in pages
        for outcome in page.meta["outcomes"]
    ]
    return {
        "pages": pages,
        "outcomes": len(covered),
        "questions": len(asked),
        "essays": sum(bool(question["essay"]) for question in asked),
        "without": covered.count(False),
    }
