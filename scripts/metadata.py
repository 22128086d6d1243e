"""What a page says of itself to Zotero, search engines and repositories, and how it is cited.

Settings, front matter and the record of addresses go in; out come `Facts` of a page, and from them the
meta tags (Highwire's names, Open Graph), the JSON-LD, the citations and the files for reference
managers. A page is cited as a section of the site; the start page as the site itself.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import go
import permalinks
import records
import rispy
import yaml
from content import SourcePage
from mkdocs.structure.pages import Page
from tables import SiteData

HCRT = "https://w3id.org/kim/hcrt/"
LRMI = "http://purl.org/dcx/lrmi-vocabs/"
# What kind of learning resource a page is, by the part of its front matter that makes it one.
KINDS = {"case": "case study", "model": "reading", "definition": "reading", "terms": "glossary"}


@dataclass(frozen=True)
class Facts:
    """What is known of one page, each fact from one place."""

    src: str
    title: str
    description: str
    url: str
    date: datetime.date
    first: datetime.date
    settings: dict[str, Any]
    kind: str = "reading"
    outcomes: tuple[tuple[str, str], ...] = ()
    # Of the activities; what reading takes is known when the page is drawn.
    minutes: int = 0
    sections: tuple[go.Section, ...] = ()
    has_questions: bool = False
    works: tuple[records.Work, ...] = field(default=(), repr=False)

    @property
    def is_site(self) -> bool:
        """Whether this is the start page, which stands for the whole site."""
        return self.src == "index.md"

    @property
    def name(self) -> str:
        """A name for files and keys: `challenges-trust`."""
        return permalinks.address(self.src).strip("/").replace("/", "-") or "home"


def facts(page: SourcePage, data: SiteData, settings: dict[str, Any], first: str = "") -> Facts:
    """Gather what is known of a page; `first` is the day it was first published, if recorded."""
    meta = page.meta
    kind = next((name for part, name in KINDS.items() if meta.get(part)), "reading")
    # Only where the references stand: beside them they weigh next to nothing, in the glossary a kilobyte.
    cited = data.keys_of(page.src) if "\\bibliography" in page.body else []
    day = as_date(meta["date"])
    return Facts(
        src=page.src,
        title=str(settings["name"] if page.src == "index.md" else meta["title"]),
        description=str(meta["description"]),
        url=settings["address"] + permalinks.address(page.src),
        date=day,
        first=min(as_date(first), day) if first else day,
        settings=settings,
        kind=kind,
        outcomes=tuple((o["id"], o["text"]) for o in meta.get("outcomes") or []),
        minutes=meta.get("activity_minutes") or 0,
        sections=tuple(go.sections(page)),
        has_questions=bool(meta.get("questions")),
        works=tuple(data.works[key] for key in cited if key in data.works),
    )


def as_date(value: Any) -> datetime.date:
    """A date as YAML gives it, or its text."""
    if isinstance(value, datetime.date):
        return value
    return datetime.date.fromisoformat(str(value))


# Names ---------------------------------------------------------------------------------------------


def family_first(author: dict[str, str]) -> str:
    """`Ostrom, Elinor`, or a body's name."""
    return author.get("literal") or f"{author['family']}, {author['given']}"


def full_name(author: dict[str, str]) -> str:
    """`Elinor Ostrom`, or a body's name."""
    return author.get("literal") or f"{author['given']} {author['family']}"


def with_initials(author: dict[str, str], point: str = ". ") -> str:
    """`Ostrom, E.`, or a body's name."""
    if "literal" in author:
        return author["literal"]
    letters = [part[0] for part in re.split(r"[\s.]+", author["given"]) if part]
    return f"{author['family']}, {point.join(letters)}."


def highwire_name(author: dict[str, str]) -> str:
    """A name for `citation_author`: Zotero keeps a body's name whole only if a comma ends it."""
    return f"{author['literal']}," if "literal" in author else family_first(author)


def join_names(names: list[str], last: str) -> str:
    """`A`, `A and B`, `A, B and C`; APA's `&` has a comma before it: `A, & B`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{',' if last == '&' else ''} {last} {names[-1]}"


# Citations -----------------------------------------------------------------------------------------


def edition(settings: dict[str, Any]) -> str:
    """Which state of the site: `Version 1.2.0`."""
    return f"Version {settings['version']}"


def apa(page: Facts, section: go.Section | None = None) -> str:
    """The page, or one of its sections, in APA style (7th edition), as HTML."""
    site = page.settings
    authors = join_names([with_initials(author) for author in site["authors"]], "&")
    head = html.escape(f"{authors}{'' if authors.endswith('.') else '.'} ({page.date.year}).")
    whole = f"<i>{html.escape(site['name'])}</i> ({edition(site)})."
    if page.is_site and section is None:
        return f"{head} {whole} {marked_url(page, section)}"
    title = section_title(page, section)
    end = "" if title.endswith(("?", "!", ".")) else "."
    return f"{head} {marked_title(title)}{end} In {whole} {marked_url(page, section)}"


def harvard(page: Facts, section: go.Section | None = None) -> str:
    """The same in Harvard style (as in Cite Them Right); the day of reading is left to fill in."""
    site = page.settings
    authors = join_names([with_initials(author, ".") for author in site["authors"]], "and")
    head = f"{html.escape(authors)} ({page.date.year})"
    whole = f"<i>{html.escape(site['name'])}</i>. {edition(site)}."
    end = f"Available at: {marked_url(page, section)} (Accessed: day month year)."
    if page.is_site and section is None:
        return f"{head} {whole} {end}"
    return f"{head} ‘{marked_title(section_title(page, section))}’, in {whole} {end}"


def marked_title(title: str) -> str:
    """A title that docs/assets/cite.js finds when it cites a section instead."""
    return f"<span data-cite-title>{html.escape(title)}</span>"


def marked_url(page: Facts, section: go.Section | None) -> str:
    """An address that docs/assets/cite.js finds likewise."""
    return f"<span data-cite-url>{html.escape(section_url(page, section))}</span>"


def section_title(page: Facts, section: go.Section | None) -> str:
    """A page's title; a section's in front of it."""
    return f"{section.title} ({page.title})" if section else page.title


def section_url(page: Facts, section: go.Section | None) -> str:
    """A page's address, or a section's."""
    return f"{page.url}#{section.id}" if section else page.url


def attribution(page: Facts) -> str:
    """What CC BY asks of whoever reuses the page: title, authors, source, licence, as HTML."""
    licence = page.settings["licence"]["text"]
    names = join_names([full_name(author) for author in page.settings["authors"]], "and")
    return (
        f"“{html.escape(page.title)}” by {html.escape(names)}, "
        f"{html.escape(page.settings['name'])} ({edition(page.settings)}), "
        f"{html.escape(page.url)}, {licence_short(licence)}, {html.escape(licence['url'])}"
    )


def licence_short(licence: dict[str, str]) -> str:
    """`CC BY 4.0` for `CC-BY-4.0`."""
    return re.sub(r"-(?=[\d.]+$)", " ", licence["id"]).replace("CC-", "CC ")


# Files for reference managers ------------------------------------------------------------------------


def bib_text(text: str) -> str:
    """A text for BibTeX: its own signs escaped, everything else as it is."""
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def bibtex(page: Facts) -> str:
    """The page in BibTeX, as a part of the site."""
    site = page.settings
    names = [
        f"{{{bib_text(a['literal'])}}}" if "literal" in a else bib_text(family_first(a))
        for a in site["authors"]
    ]
    rows = {
        "author": " and ".join(names),
        "title": f"{{{bib_text(page.title)}}}",
        "booktitle": "" if page.is_site else f"{{{bib_text(site['name'])}}}",
        "edition": edition(site),
        "publisher": f"{{{bib_text(site['publisher'])}}}",
        "year": str(page.date.year),
        "month": str(page.date.month),
        "url": page.url,
        "language": site["language"],
        "note": f"Licence: {licence_short(site['licence']['text'])}",
    }
    kind = "misc" if page.is_site else "incollection"
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in rows.items() if value)
    return f"@{kind}{{{key_of(page)},\n{body}\n}}\n"


def key_of(page: Facts) -> str:
    """A key that tells page and year: `dcp2026challenges-trust`."""
    letters = "".join(
        word[0] for word in re.split(r"[\W_]+", page.settings["name"]) if word
    ).lower()
    return f"{letters}{page.date.year}{page.name}"


def ris(page: Facts) -> str:
    """The page in RIS."""
    site = page.settings
    entry: dict[str, Any] = {
        "type_of_reference": "ELEC" if page.is_site else "CHAP",
        "id": key_of(page),
        "authors": [family_first(author) for author in site["authors"]],
        "title": page.title,
        "year": str(page.date.year),
        "date": page.date.strftime("%Y/%m/%d/"),
        "publisher": site["publisher"],
        "edition": edition(site),
        "language": site["language"],
        "abstract": page.description,
        "keywords": list(site["keywords"]),
        "urls": [page.url],
    }
    if not page.is_site:
        entry["secondary_title"] = site["name"]
    text: str = rispy.dumps([entry])
    # rispy numbers its entries; a single one needs no number, and some readers stumble over it.
    return text[text.index("TY  - ") :] + "\n"


def csl_item(page: Facts) -> dict[str, Any]:
    """The page in CSL's words."""
    site = page.settings
    item: dict[str, Any] = {
        "id": key_of(page),
        "type": "webpage" if page.is_site else "chapter",
        "title": page.title,
        "author": [
            {k: v for k, v in author.items() if k in ("family", "given", "literal")}
            for author in site["authors"]
        ],
        "issued": {"date-parts": [[page.date.year, page.date.month, page.date.day]]},
        "publisher": site["publisher"],
        "version": str(site["version"]),
        "language": site["language"],
        "abstract": page.description,
        "URL": page.url,
    }
    if not page.is_site:
        item["container-title"] = site["name"]
    return item


def csl(page: Facts) -> str:
    """The page in CSL-JSON, a list of one."""
    return json.dumps([csl_item(page)], ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, tuple[str, str, Callable[[Facts], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex", bibtex),
    "ris": ("RIS", "application/x-research-info-systems", ris),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}


# Meta tags -------------------------------------------------------------------------------------------


def meta_tags(page: Facts) -> list[tuple[str, str, str]]:
    """(attribute, name, content) of each tag: Zotero's item type, Highwire, Dublin Core, Open Graph.

    Zotero decides by `z:itemType` first; without it, `citation_title` alone would make a journal article.
    """
    site = page.settings
    tags = [("name", "z:itemType", "webpage" if page.is_site else "bookSection")]
    tags.append(("name", "citation_title", page.title))
    tags += [("name", "citation_author", highwire_name(author)) for author in site["authors"]]
    if not page.is_site:
        tags.append(("name", "citation_book_title", site["name"]))
    tags += [
        ("name", "citation_publication_date", page.date.strftime("%Y/%m/%d")),
        ("name", "citation_publisher", site["publisher"]),
        ("name", "citation_language", site["language"]),
        ("name", "citation_abstract", page.description),
        ("name", "citation_public_url", page.url),
        ("name", "citation_keywords", "; ".join(site["keywords"])),
        ("name", "DC.rights", f"{licence_short(site['licence']['text'])}"),
        # `article`, not `website`: older Zotero would take the second before `citation_book_title`.
        ("property", "og:type", "website" if page.is_site else "article"),
        ("property", "og:title", page.title),
        ("property", "og:description", page.description),
        ("property", "og:url", page.url),
        ("property", "og:site_name", site["name"]),
        ("property", "og:locale", site["language"].replace("-", "_")),
        ("property", "og:image", f"{site['address']}assets/social.png"),
        ("property", "og:image:width", "1200"),
        ("property", "og:image:height", "630"),
        ("property", "og:image:alt", f"{site['name']}: two ribbons of equal weight, woven"),
        # Title, text and picture of the card are those of Open Graph.
        ("name", "twitter:card", "summary_large_image"),
    ]
    return tags


# JSON-LD ---------------------------------------------------------------------------------------------


def agent(author: dict[str, str]) -> dict[str, str]:
    """An author for schema.org and AMB alike, without the `@`."""
    known = {"id": author["orcid"]} if "orcid" in author else {}
    return {"type": "Organization" if "literal" in author else "Person", **known} | {
        "name": full_name(author)
    }


def with_at(value: dict[str, str]) -> dict[str, str]:
    """`id` and `type` as JSON-LD spells them."""
    return {f"@{k}" if k in ("id", "type") else k: v for k, v in value.items()}


def cited_work(work: records.Work) -> dict[str, str]:
    """A cited work by its address, or by its title: the page has the whole reference already."""
    address = f"https://doi.org/{work.doi}" if work.doi else work.url
    return {"@id": address} if address else {"@type": "CreativeWork", "name": work.title}


def json_ld(page: Facts) -> dict[str, Any]:
    """The page as a schema.org LearningResource."""
    site = page.settings
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["LearningResource", "WebSite" if page.is_site else "WebPage"],
        "@id": page.url,
        "url": page.url,
        "name": page.title,
        "description": page.description,
        "inLanguage": site["language"],
        "license": site["licence"]["text"]["url"],
        "author": [with_at(agent(author)) for author in site["authors"]],
        "publisher": {"@type": "Organization", "name": site["publisher"]},
        "datePublished": page.first.isoformat(),
        "dateModified": page.date.isoformat(),
        "version": str(site["version"]),
        "isAccessibleForFree": True,
        "learningResourceType": page.kind,
        "educationalLevel": list(site["level"]),
        "educationalUse": ["reading", "self assessment"] if page.has_questions else ["reading"],
        "audience": {"@type": "EducationalAudience", "educationalRole": audience_of(page)},
        "teaches": [text for _, text in page.outcomes],
        "timeRequired": f"PT{page.minutes}M" if page.minutes else None,
        "keywords": list(site["keywords"]) if page.is_site else None,
        "accessMode": "textual",
        "accessibilityHazard": "none",
        "citation": [cited_work(work) for work in page.works],
    }
    if not page.is_site:
        body["isPartOf"] = {
            "@type": ["LearningResource", "WebSite"],
            "@id": site["address"],
            "name": site["name"],
        }
    return {name: value for name, value in body.items() if value not in (None, [])}


def audience_of(page: Facts) -> str:
    """Who a page is for."""
    return "teacher" if page.src.startswith("teach/") else "student"


def script_text(value: Any) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


# The record for repositories of open educational resources -------------------------------------------


def amb(site: dict[str, Any]) -> dict[str, Any]:
    """The whole site as an AMB record (https://w3id.org/kim/amb/), the form that OERSI harvests."""
    return {
        "@context": ["https://w3id.org/kim/amb/context.jsonld", {"@language": "en"}],
        "id": site["address"],
        "type": ["LearningResource", "WebPage"],
        "name": f"{site['name']}: {site['subtitle']}",
        "description": " ".join(site["description"].split()),
        "inLanguage": ["en"],
        "creator": [agent(author) for author in site["authors"]],
        "publisher": [{"type": "Organization", "name": site["publisher"]}],
        "license": {"id": site["licence"]["text"]["url"]},
        "learningResourceType": [{"id": f"{HCRT}{kind}"} for kind in ("web_page", "text")],
        "educationalLevel": [{"id": "https://w3id.org/kim/educationalLevel/level_A"}],
        "audience": [
            {"id": f"{LRMI}educationalAudienceRole/{role}"} for role in ("student", "teacher")
        ],
        "interactivityType": {"id": f"{LRMI}interactivityType/mixed"},
        "isAccessibleForFree": True,
        "conditionsOfAccess": {"id": "http://w3id.org/kim/conditionsOfAccess/no_login"},
        "dateModified": site["released"].isoformat(),
        "keywords": list(site["keywords"]),
        "mainEntityOfPage": [
            {
                "id": site["address"],
                "type": "WebContent",
                "provider": {"id": site["address"], "type": "Service", "name": site["name"]},
            }
        ],
    }


def amb_with_parts(pages: list[Facts]) -> dict[str, Any]:
    """The same with what only the pages know: outcomes, dates, and the pages themselves."""
    home = next(page for page in pages if page.is_site)
    return {
        **amb(home.settings),
        "teaches": [
            {"id": f"{page.url}#outcome-{name}", "prefLabel": {"en": text}}
            for page in pages
            for name, text in page.outcomes
        ],
        "datePublished": min(page.first for page in pages).isoformat(),
        "dateModified": max(page.date for page in pages).isoformat(),
        "hasPart": [
            {"id": page.url, "type": ["LearningResource", "WebPage"], "name": page.title}
            for page in pages
            if not page.is_site
        ],
    }


# What templates and the build take -------------------------------------------------------------------


def all_facts(data: SiteData, settings: dict[str, Any]) -> list[Facts]:
    """The facts of every page of the site proper."""
    record = permalinks.read_record(data.root)["pages"]

    def first(page: SourcePage) -> str:
        return str(record.get(permalinks.address(page.src), {}).get("first", ""))

    return [facts(page, data, settings, first(page)) for page in go.linkable(data)]


def reader(data: SiteData) -> Callable[[Page], dict[str, Any]]:
    """A function for templates: a page of MkDocs in, all that is drawn of its metadata out."""
    known = {page.src: page for page in all_facts(data, data.settings)}

    def read(page: Page) -> dict[str, Any]:
        found = known.get(page.file.src_uri)
        if found is None:
            return {}
        minutes = int(page.meta.get("minutes") or 0)
        name, _ = go.page_id(found.src, data.pages[found.src].meta)
        return {
            "tags": meta_tags(found),
            "json_ld": script_text(json_ld(with_minutes(found, minutes))),
            "apa": apa(found),
            "harvard": harvard(found),
            "attribution": attribution(found),
            "go": f"go/{name}/",
            "files": [
                {"name": label, "type": kind, "url": f"cite/{found.name}.{ending}"}
                for ending, (label, kind, _) in FORMATS.items()
            ],
            "sections": [
                {"id": s.id, "title": s.title, "go": f"go/{name}/{s.id}/"} for s in found.sections
            ],
        }

    return read


def with_minutes(page: Facts, reading: int) -> Facts:
    """The same page, with the time that reading takes added to that of its activities."""
    return Facts(**{**page.__dict__, "minutes": page.minutes + reading})


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """Citation files of every page, and the record for repositories as JSON and YAML."""
    pages = all_facts(data, settings)
    made = {
        f"cite/{page.name}.{ending}": make(page)
        for page in pages
        for ending, (_, _, make) in FORMATS.items()
    }
    record = amb_with_parts(pages)
    made["amb.json"] = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    made["metadata.yml"] = yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=100)
    return {name: text.encode() for name, text in made.items()}
