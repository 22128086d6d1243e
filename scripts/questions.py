"""The site's questions for course systems: GIFT and Moodle XML, with feedback for every option.

Questions stand in the front matter of pages. Here each becomes a `BankQuestion` whose texts are HTML
that holds its own in a foreign page (full addresses, no classes of ours); the cartridge uses the same.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import go
import permalinks
from citations import RECALLED_MARK
from content import SourcePage
from tables import SiteData

FOLDER = "teach/files"
GIFT_SIGNS = re.compile(r"([\\~=#{}:])")


@dataclass(frozen=True)
class BankOption:
    """An answer to choose, and what is to be said of it."""

    text: str
    feedback: str
    correct: bool


@dataclass(frozen=True)
class BankQuestion:
    """A question as course systems want it; all texts are HTML."""

    id: str
    title: str
    category: str
    stem: str
    options: tuple[BankOption, ...]
    levels: tuple[tuple[str, str], ...]
    read: str
    tags: tuple[str, ...]


def foreign_html(text: str, data: SiteData, settings: dict[str, Any]) -> str:
    """A text of front matter as HTML for another site: cited works are linked by their short addresses, which stay."""
    assert data.registry is not None
    done = str(data.registry.markup(text)).replace(RECALLED_MARK, " [source to be checked]")
    done = re.sub(
        r'<a href="#ref-([^"]+)"[^>]*>',
        lambda match: f'<a href="{settings["address"]}go/{go.work_id(match[1])}/">',
        done,
    )
    return re.sub(r"\s+", " ", done).strip()


def plain(text: str) -> str:
    """HTML of one paragraph without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def category_of(src: str) -> str:
    """The room of the site that a page stands in: `Definitions` for definitions/origins.md."""
    folder = src.partition("/")[0] if "/" in src else "About"
    return folder.replace("-", " ").capitalize()


def page_questions(
    page: SourcePage, data: SiteData, settings: dict[str, Any]
) -> list[BankQuestion]:
    """The questions of one page."""

    def text(words: str) -> str:
        return foreign_html(words, data, settings)

    address = settings["address"] + permalinks.address(page.src)
    title = html.escape(str(page.meta["title"]))
    return [
        BankQuestion(
            id=question["id"],
            title=f"{page.meta['title']} ({number})",
            category=category_of(page.src),
            stem=text(question["stem"]),
            options=tuple(
                BankOption(text(o["text"]), text(o["feedback"]), o["correct"])
                for o in question["options"]
            ),
            levels=tuple((text(e["level"]), text(e["looks_like"])) for e in question["essay"]),
            read=f'Read: <a href="{html.escape(address)}#q-{question["id"]}">{title}</a>.',
            tags=tuple(filter(None, (question["outcome"], question["misconception"]))),
        )
        for number, question in enumerate(page.meta.get("questions") or [], start=1)
    ]


def bank(data: SiteData, settings: dict[str, Any]) -> list[BankQuestion]:
    """All questions of the site, in the order of its pages."""
    return [q for page in data.pages.values() for q in page_questions(page, data, settings)]


def levels_html(question: BankQuestion) -> str:
    """What answers to an essay question may look like, as a list."""
    items = "".join(f"<li><b>{name}</b>: {looks}</li>" for name, looks in question.levels)
    return f"<p>What an answer may look like:</p><ul>{items}</ul>"


# GIFT ----------------------------------------------------------------------------------------------


def gift_text(text: str) -> str:
    """A text in which the signs of GIFT stand for themselves."""
    return GIFT_SIGNS.sub(r"\\\1", text)


def gift_question(question: BankQuestion) -> str:
    """One question in GIFT; the comment above it carries the id and tags that Moodle keeps."""
    tags = "".join(f" [tag:{tag}]" for tag in question.tags)
    lines = [
        f"// [id:{question.id}]{tags}",
        f"::{gift_text(question.title)}::[html]{gift_text(f'<p>{question.stem}</p>')} {{",
    ]
    for option in question.options:
        sign = "=" if option.correct else "~"
        lines.append(f"{sign}{gift_text(option.text)} #{gift_text(option.feedback)}")
    last = f"<p>{question.read}</p>"
    if question.levels:
        last = levels_html(question) + last
    return "\n".join([*lines, f"####{gift_text(last)}", "}"])


def gift(questions: list[BankQuestion], site: str) -> str:
    """All questions in GIFT, in one category for each room of the site."""
    blocks, category = [], ""
    for question in questions:
        if question.category != category:
            category = question.category
            blocks.append(f"$CATEGORY: $course$/{site}/{category}")
        blocks.append(gift_question(question))
    return "\n\n".join(blocks) + "\n"


# Moodle XML ----------------------------------------------------------------------------------------


def moodle_text(tag: str, text: str, attributes: str = ' format="html"') -> str:
    """An element that holds a text, as Moodle nests them."""
    return f"<{tag}{attributes}><text>{escape(text)}</text></{tag}>"


def moodle_answers(question: BankQuestion) -> str:
    """The options of a question with one right answer, shuffled when shown."""
    answers = "".join(
        f'<answer fraction="{100 if option.correct else 0}" format="html">'
        f"<text>{escape(option.text)}</text>{moodle_text('feedback', option.feedback)}</answer>\n"
        for option in question.options
    )
    return (
        "<single>true</single><shuffleanswers>true</shuffleanswers>"
        f"<answernumbering>ABCD</answernumbering>\n{answers}"
    )


def moodle_essay(question: BankQuestion) -> str:
    """What an essay question adds: an editor, and the levels for whoever marks it."""
    return (
        "<responseformat>editor</responseformat><responserequired>1</responserequired>"
        "<responsefieldlines>15</responsefieldlines><attachments>0</attachments>"
        "<attachmentsrequired>0</attachmentsrequired>\n"
        f"{moodle_text('graderinfo', levels_html(question))}\n"
        f"{moodle_text('responsetemplate', '')}"
    )


def moodle_question(question: BankQuestion) -> str:
    """One question in Moodle XML."""
    kind = "multichoice" if question.options else "essay"
    body = moodle_answers(question) if question.options else moodle_essay(question)
    tags = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in question.tags)
    return (
        f"<question type={quoteattr(kind)}>\n"
        f"{moodle_text('name', question.title, '')}\n"
        f"{moodle_text('questiontext', f'<p>{question.stem}</p>')}\n"
        f"{moodle_text('generalfeedback', f'<p>{question.read}</p>')}\n"
        "<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>"
        f"<idnumber>{escape(question.id)}</idnumber>\n"
        f"{body}\n<tags>{tags}</tags>\n</question>"
    )


def moodle_category(name: str) -> str:
    """The entry that puts what follows it into a category."""
    return f'<question type="category">{moodle_text("category", name, "")}</question>'


def moodle_xml(questions: list[BankQuestion], site: str) -> str:
    """All questions in Moodle XML, in one category for each room of the site."""
    blocks, category = [], ""
    for question in questions:
        if question.category != category:
            category = question.category
            blocks.append(moodle_category(f"$course$/{site}/{category}"))
        blocks.append(moodle_question(question))
    body = "\n".join(blocks)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """The question bank in both formats."""
    questions = bank(data, settings)
    site = str(settings["name"])
    return {
        f"{FOLDER}/questions.gift": gift(questions, site).encode(),
        f"{FOLDER}/questions-moodle.xml": moodle_xml(questions, site).encode(),
    }
