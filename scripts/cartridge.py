"""The site as Common Cartridge 1.1, for course systems: links in modules, and questions as quizzes.

Version 1.1 because Moodle refuses what is newer. The order of modules and pages is that of `nav` in
mkdocs.yml. Identifiers come from addresses, so that a second import can know what it has seen before,
and the bytes change only when the content does.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import go
import permalinks
import questions
import yaml
from content import SourcePage
from tables import SiteData

MANIFEST_NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LINK_NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM"
LINK_TYPE = "imswl_xmlv1p1"
QUIZ_TYPE = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
# Pages of teach/ are for lecturers: course systems hide them from students. These are not hidden.
FOR_STUDENTS = {"teach/worksheets.md"}
# A part with fewer pages needs no file of its own.
PAGES_OF_A_PART = 3


@dataclass(frozen=True)
class Resource:
    """What the cartridge holds of one link or quiz: its identifier's stem, its title, its file."""

    id: str
    title: str
    type: str
    text: str
    for_lecturers: bool = False

    @property
    def file(self) -> str:
        """The file's name in the cartridge."""
        return f"{'links' if self.type == LINK_TYPE else 'quizzes'}/{self.id}.xml"


@dataclass(frozen=True)
class Folder:
    """A page with its sections and its quiz, as one group of a module."""

    id: str
    title: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class Module:
    """A part of the site, as one module of a course."""

    id: str
    title: str
    folders: tuple[Folder, ...]


@dataclass(frozen=True)
class Edition:
    """One cartridge: its file's name, its title, what it holds, its modules."""

    name: str
    title: str
    holds: str
    modules: tuple[Module, ...]


# The order of the site -----------------------------------------------------------------------------


class NavLoader(permalinks.LOADER):  # type: ignore[misc]
    """Reads mkdocs.yml whatever tags its other parts use."""


NavLoader.add_multi_constructor("", lambda loader, suffix, node: None)


def nav_files(nav: Any, data: SiteData, taken: set[str]) -> list[str]:
    """The pages of a part of `nav`, each once; `folder/*` stands for what is not named elsewhere."""
    if isinstance(nav, dict):
        return [name for item in nav.values() for name in nav_files(item, data, taken)]
    if isinstance(nav, list):
        return [name for item in nav for name in nav_files(item, data, taken)]
    if not nav.endswith("/*"):
        return [nav]
    folder = nav.removesuffix("*")
    found = [s for s in data.pages if s.rpartition("/")[0] + "/" == folder and s not in taken]
    return sorted(found, key=lambda src: (order_of(data.pages[src]), src))


def order_of(page: SourcePage) -> int:
    """A page's place among its like."""
    for kind in ("case", "model", "challenge"):
        if page.meta.get(kind):
            return int(page.meta[kind]["order"])
    return 0


def named_in(nav: Any) -> set[str]:
    """The pages that `nav` names one by one."""
    if isinstance(nav, str):
        return {nav}
    items = nav.values() if isinstance(nav, dict) else nav
    return {name for item in items for name in named_in(item)}


def parts(data: SiteData) -> list[tuple[str, list[SourcePage]]]:
    """The site's parts with their pages, in the order of `nav`; what it leaves out comes last."""
    nav = yaml.load((data.root / "mkdocs.yml").read_text(encoding="utf-8"), NavLoader)["nav"]
    taken = named_in(nav)
    found = []
    for entry in nav:
        for title, item in entry.items():
            pages = [data.pages[s] for s in nav_files(item, data, taken) if s in data.pages]
            found.append((str(title), pages))
    seen = {page.src for _, pages in found for page in pages}
    rest = [page for page in go.linkable(data) if page.src not in seen]
    return [part for part in [*found, ("More", rest)] if part[1]]


# Links and quizzes ---------------------------------------------------------------------------------


def link(identifier: str, title: str, address: str, for_lecturers: bool) -> Resource:
    """A web link."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<webLink xmlns="{LINK_NAMESPACE}">\n  <title>{escape(title)}</title>\n'
        f'  <url href={quoteattr(address)} target="_blank"/>\n</webLink>\n'
    )
    return Resource(identifier, title, LINK_TYPE, text, for_lecturers)


def page_folder(
    page: SourcePage, data: SiteData, settings: dict[str, Any], with_sections: bool
) -> Folder:
    """A page as links to itself and its sections, and its questions as a quiz."""
    name, _ = go.page_id(page.src, page.meta)
    title = str(page.meta["title"])
    address = settings["address"] + permalinks.address(page.src)
    hidden = page.src.startswith("teach/") and page.src not in FOR_STUDENTS
    found = [link(name, title, address, hidden)]
    if with_sections:
        found += [
            link(f"{name}..{s.id}", f"{title}: {s.title}", f"{address}#{s.id}", hidden)
            for s in go.sections(page)
        ]
    asked = questions.page_questions(page, data, settings)
    if asked:
        found.append(quiz(f"{name}..quiz", f"Check yourself: {title}", asked))
    return Folder(name, title, tuple(found))


def modules(
    data: SiteData, settings: dict[str, Any], with_sections: bool = True
) -> tuple[Module, ...]:
    """The whole site as modules."""
    return tuple(
        Module(
            re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"),
            title,
            tuple(page_folder(page, data, settings, with_sections) for page in pages),
        )
        for title, pages in parts(data)
    )


# Questions in the Common Cartridge profile of QTI 1.2.1 --------------------------------------------


def field(label: str, entry: str) -> str:
    """A line of QTI's metadata."""
    return (
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel>"
        f"<fieldentry>{entry}</fieldentry></qtimetadatafield>"
    )


def material(text: str) -> str:
    """A text as QTI wants it."""
    return f'<material><mattext texttype="text/html">{escape(text)}</mattext></material>'


def feedback(identifier: str, text: str) -> str:
    """What is said after an answer."""
    return (
        f'<itemfeedback ident="{identifier}"><flow_mat>{material(text)}</flow_mat></itemfeedback>'
    )


def item(question: questions.BankQuestion, profile: str, body: str) -> str:
    """A question around its presentation and processing."""
    return (
        f'<item ident="{question.id}" title={quoteattr(question.title)}>\n'
        f"<itemmetadata><qtimetadata>{field('cc_profile', profile)}</qtimetadata></itemmetadata>\n"
        f"{body}\n</item>"
    )


def choice_item(question: questions.BankQuestion) -> str:
    """A question with one right answer and feedback for each option."""
    letters = [chr(ord("a") + i) for i in range(len(question.options))]
    pairs = list(zip(letters, question.options, strict=True))
    labels = "".join(
        f'<response_label ident="{letter}">{material(option.text)}</response_label>'
        for letter, option in pairs
    )

    def condition(letter: str, correct: bool) -> str:
        score = '<setvar action="Set" varname="SCORE">100</setvar>' if correct else ""
        return (
            f'<respcondition continue="{"No" if correct else "Yes"}"><conditionvar>'
            f'<varequal respident="answer">{letter}</varequal></conditionvar>{score}'
            f'<displayfeedback feedbacktype="Response" linkrefid="{letter}_fb"/></respcondition>'
        )

    # The right answer first: Open edX's reader takes what comes before it for right as well.
    ordered = sorted(pairs, key=lambda pair: not pair[1].correct)
    conditions = "".join(condition(letter, option.correct) for letter, option in ordered)
    said = "".join(feedback(f"{letter}_fb", o.feedback) for letter, o in pairs)
    return item(
        question,
        "cc.multiple_choice.v0p1",
        f"<presentation>{material(f'<p>{question.stem}</p>')}"
        f'<response_lid ident="answer" rcardinality="Single"><render_choice>{labels}'
        "</render_choice></response_lid></presentation>\n<resprocessing><outcomes>"
        '<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f"{conditions}</resprocessing>\n{said}",
    )


def essay_item(question: questions.BankQuestion) -> str:
    """A question answered in prose; a person marks it with the levels in its solution."""
    solution = (
        '<itemfeedback ident="solution"><solution><solutionmaterial>'
        f"{material(questions.levels_html(question))}"
        "</solutionmaterial></solution></itemfeedback>"
    )
    return item(
        question,
        "cc.essay.v0p1",
        f"<presentation>{material(f'<p>{question.stem}</p>')}"
        '<response_str ident="answer" rcardinality="Single"><render_fib>'
        '<response_label ident="text" rshuffle="No"/></render_fib></response_str>'
        f"</presentation>\n{solution}",
    )


def quiz(identifier: str, title: str, asked: list[questions.BankQuestion]) -> Resource:
    """A page's questions as an assessment."""
    items = "\n".join(choice_item(q) if q.options else essay_item(q) for q in asked)
    fields = (
        field("cc_profile", "cc.exam.v0p1")
        + field("qmd_assessmenttype", "Examination")
        + field("qmd_scoretype", "Percentage")
        + field("cc_maxattempts", "unlimited")
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">\n'
        f'<assessment ident="{identifier}" title={quoteattr(title)}>\n'
        f"<qtimetadata>{fields}</qtimetadata>\n"
        f'<section ident="root_section">\n{items}\n</section>\n</assessment>\n'
        "</questestinterop>\n"
    )
    return Resource(identifier, title, QUIZ_TYPE, text)


# The manifest --------------------------------------------------------------------------------------


def lom(settings: dict[str, Any], title: str) -> str:
    """What the cartridge says of itself."""
    language = settings["language"]

    def string(tag: str, text: str) -> str:
        words = escape(" ".join(text.split()))
        return f'<lomm:{tag}><lomm:string language="{language}">{words}</lomm:string></lomm:{tag}>'

    licence = settings["licence"]["text"]
    terms = f"{licence['name']} {licence['url']}"
    return (
        "<lomm:lom>\n<lomm:general>"
        f"{string('title', title)}<lomm:language>{language}</lomm:language>"
        f"{string('description', settings['description'])}"
        f"{''.join(string('keyword', word) for word in settings['keywords'])}</lomm:general>\n"
        "<lomm:rights><lomm:copyrightAndOtherRestrictions><lomm:value>yes</lomm:value>"
        "</lomm:copyrightAndOtherRestrictions>"
        f"{string('description', terms)}</lomm:rights>\n"
        "</lomm:lom>"
    )


def item_xml(resource: Resource) -> str:
    """A leaf of the tree."""
    return (
        f'<item identifier="i_{resource.id}" identifierref="r_{resource.id}">'
        f"<title>{escape(resource.title)}</title></item>"
    )


def folder_xml(folder: Folder) -> str:
    """A page: a leaf if it is alone, else a folder with its sections and quiz."""
    leaves = "\n".join(item_xml(resource) for resource in folder.resources)
    if len(folder.resources) == 1:
        return leaves
    title = escape(folder.title)
    return f'<item identifier="f_{folder.id}"><title>{title}</title>\n{leaves}\n</item>'


def module_xml(module: Module) -> str:
    """A part of the site."""
    folders = "\n".join(folder_xml(folder) for folder in module.folders)
    title = escape(module.title)
    return f'<item identifier="m_{module.id}"><title>{title}</title>\n{folders}\n</item>'


def resource_xml(resource: Resource) -> str:
    """The entry of one file; what is for lecturers says so."""
    role = (
        "<metadata><lomr:lom><lomr:educational><lomr:intendedEndUserRole>"
        "<lomr:source>IMSGLC_CC_Rolesv1p1</lomr:source><lomr:value>Instructor</lomr:value>"
        "</lomr:intendedEndUserRole></lomr:educational></lomr:lom></metadata>"
    )
    return (
        f'<resource identifier="r_{resource.id}" type="{resource.type}">'
        f'{role if resource.for_lecturers else ""}<file href="{resource.file}"/></resource>'
    )


def manifest(edition: Edition, settings: dict[str, Any]) -> str:
    """The cartridge's table of contents. Moodle looks for the namespace in the first 500 bytes."""
    tree = "\n".join(module_xml(module) for module in edition.modules)
    resources = "\n".join(resource_xml(r) for r in all_resources(edition.modules))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest xmlns="{MANIFEST_NAMESPACE}" xmlns:lomr="{LOM}/resource" '
        f'xmlns:lomm="{LOM}/manifest" identifier="{edition.name}">\n'
        "<metadata>\n<schema>IMS Common Cartridge</schema>\n<schemaversion>1.1.0</schemaversion>\n"
        f"{lom(settings, edition.title)}\n</metadata>\n"
        '<organizations>\n<organization identifier="org" structure="rooted-hierarchy">\n'
        f'<item identifier="root">\n{tree}\n</item>\n</organization>\n</organizations>\n'
        f"<resources>\n{resources}\n</resources>\n</manifest>\n"
    )


def all_resources(found: tuple[Module, ...]) -> list[Resource]:
    """Every link and quiz of some modules, in order."""
    return [r for module in found for folder in module.folders for r in folder.resources]


def pack(texts: dict[str, str], day: datetime.date) -> bytes:
    """A zip whose bytes depend on the texts and the day of release alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


def cartridge(edition: Edition, settings: dict[str, Any]) -> bytes:
    """The file of one edition."""
    texts = {"imsmanifest.xml": manifest(edition, settings)}
    texts.update({r.file: r.text for r in all_resources(edition.modules)})
    return pack(texts, settings["released"])


def editions(data: SiteData, settings: dict[str, Any]) -> list[Edition]:
    """The whole site without sections, the whole site, and each part of some size by itself."""
    site = str(settings["name"])
    stem = re.sub(r"[^a-z0-9]+", "-", site.lower()).strip("-")
    every = modules(data, settings)
    pages = modules(data, settings, with_sections=False)
    return [
        # What most will want comes first: the other would swamp a course.
        Edition(f"{stem}-pages", f"{site}: pages and quizzes", "Pages and quizzes", pages),
        Edition(stem, f"{site}: everything", "Everything", every),
        *(
            Edition(f"{stem}-{module.id}", f"{site}: {module.title}", module.title, (module,))
            for module in every
            if len(module.folders) >= PAGES_OF_A_PART
        ),
    ]


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """The file of each edition."""
    return {
        f"{questions.FOLDER}/{edition.name}.imscc": cartridge(edition, settings)
        for edition in editions(data, settings)
    }
