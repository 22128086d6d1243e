"""The templates of the diagram, rendered alone and strictly, the palette, and what the built page holds."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
import yaml
from conftest import ROOT, Pages
from content import PHASES, STAGES, read_page
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ASSETS = ROOT / "docs" / "assets"
PARTIALS = ("line", "stages", "models", "cases", "place", "own", "test", "share", "words")
GOLDEN = Path(__file__).parent / "golden"
SETTINGS = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))


def make_page(src: str, meta: dict[str, Any]) -> SimpleNamespace:
    """What a template sees of a page."""
    url = re.sub(r"(index)?\.md$", "", src).rstrip("/") + "/"
    return SimpleNamespace(
        meta=meta,
        title=meta["title"],
        url=url,
        canonical_url=f"https://example.org/{url}",
        file=SimpleNamespace(name=Path(src).stem, src_uri=src),
    )


def pages_of(*folders: str) -> list[SimpleNamespace]:
    """The site's own pages in some folders."""
    paths = sorted(path for folder in folders for path in (ROOT / "docs" / folder).glob("*.md"))
    found = []
    for path in paths:
        src = path.relative_to(ROOT / "docs").as_posix()
        found.append(make_page(src, read_page(src, path.read_text(encoding="utf-8")).meta))
    return found


SPECTRUM = pages_of("spectrum")
HOME = next(page for page in SPECTRUM if page.meta.get("stages"))
EVERYTHING = [
    *(page for page in SPECTRUM if "diagram" in page.meta),
    *pages_of("spectrum/models", "cases", "definitions/all", "challenges"),
]


def render(name: str, pages: Iterable[SimpleNamespace], page: SimpleNamespace = HOME) -> str:
    """A template of the diagram; a misspelt variable is an error."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "overrides"), undefined=StrictUndefined, autoescape=False
    )
    environment.filters["url"] = lambda path: f"/{path}"
    # Where citations lead is for test_bibliography.py.
    environment.globals["site_data"] = SimpleNamespace(link_works=lambda html, url: html)
    config = {"site_name": SETTINGS["name"], "extra": {"site": SETTINGS}}
    environment.globals["nav_pages"] = list(pages)
    template = environment.get_template(name)
    return template.render(page=page, config=config)


def partial(name: str, pages: Iterable[SimpleNamespace]) -> lxml.html.HtmlElement:
    """A partial, parsed."""
    return lxml.html.fromstring(f"<div>{render(f'partials/spectrum-{name}.html', pages)}</div>")


def a_model(**changes: Any) -> SimpleNamespace:
    """The smallest model that shows every kind of thing."""
    model = {
        "short": "Two steps",
        "authors": "A. Author",
        "year": 2001,
        "work": "x2001",
        "sources": ["x2001"],
        "field": "any",
        "shape": "two steps",
        "asks": "how much",
        "levels": [
            {"id": "a", "label": "Ask", "meaning": "m", "span": ["asked", "answered"], "flags": ["for-show"], "how": "recalled"},
            {"id": "b", "label": "Care", "meaning": "m", "span": None, "off_axis": "about feeling", "how": "seen"},
        ],
        "lines": [
            {"uses_word": "yes", "stance": "point", "basis": "stated", "how": "seen", "says": "It starts there.", "needs": {"phases": ["design"]}, "span": ["agreed", "users"]},
            {"uses_word": "no", "stance": "point", "basis": "ours", "how": "seen", "says": "Perhaps here.", "span": ["asked", "users"]},
        ],
        "reuse": {"terms": "notify", "note": "Tell them."},
        "order": 1,
    }  # fmt: skip
    return make_page(
        "spectrum/models/two_steps.md", {"title": "Two", "model": {**model, **changes}}
    )


def a_case(**changes: Any) -> SimpleNamespace:
    """The smallest case: one phase known and read by two, four not."""
    unknown = {
        "readings": [{"reader": "a", "say": None}],
        "work": None,
        "choice": None,
        "flags": [],
    }
    known = {
        "readings": [{"reader": "a", "say": ["told", "asked"]}, {"reader": "b", "say": ["told", "told"]}],
        "work": "staff", "choice": "required", "flags": ["no-choice"], "because": "So it was.", "against": "Or not.",
    }  # fmt: skip
    placements = [{"phase": phase, **(known if phase == "design" else unknown)} for phase in PHASES]
    for place in placements:
        for name in ("rests_on", "because", "against", "would_move"):
            place.setdefault(name, None)
    case = {
        "country": "Wales", "sector": "social-care", "scale": "service", "took_part": ["tenants"], "strength": "weak",
        "strength_why": "One report.", "content_note": None, "story": "It happened.", "claimed": {"word": "co-production", "by": "them", "sources": []},
        "found": "Little.", "placements": placements, "question": "Why?", "order": 1, "outside_the_line": None,
    }  # fmt: skip
    return make_page("cases/small.md", {"title": "A small case", "case": {**case, **changes}})


# Templates


@pytest.mark.parametrize("name", PARTIALS)
def test_partials_render_strictly_with_all_of_the_site(name: str) -> None:
    """No variable is misspelt and no page lacks what a template reads."""
    assert render(f"partials/spectrum-{name}.html", EVERYTHING).strip()


@pytest.mark.parametrize("name", PARTIALS)
def test_partials_render_with_no_model_and_no_case(name: str) -> None:
    """A site that has only the line still builds."""
    assert render(f"partials/spectrum-{name}.html", [HOME]) is not None


@pytest.mark.parametrize("name", [*PARTIALS, "macros"])
def test_front_matter_cannot_bring_html(name: str) -> None:
    """Every value is escaped, in text and in attributes."""
    nasty = "<b>\"'&</b><script>x()</script>"
    model = a_model(
        short=nasty, authors=nasty, asks=nasty, reuse={"terms": "notify", "note": nasty}
    )
    model.meta["model"]["levels"][0]["label"] = nasty
    model.meta["model"]["lines"][0]["says"] = nasty
    case = a_case(
        story=nasty, country=nasty, sector=nasty, took_part=[nasty], found=nasty, question=nasty
    )
    case.meta["title"] = nasty

    html = render(f"partials/spectrum-{name}.html", [HOME, model, case])

    assert "<script>x" not in html
    assert '<b>"' not in html


def test_a_lane_is_drawn_as_the_golden_file_says() -> None:
    """Bars by span, what is off the line in words, marks with their basis; our own hollow."""
    lane = partial("models", [HOME, a_model()]).find_class("sp-lane")[0]
    drawn = re.sub(r"\s*\n\s*", "\n", lxml.html.tostring(lane, encoding="unicode")).strip() + "\n"
    file = GOLDEN / "spectrum-lane.html"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(drawn, encoding="utf-8")

    assert drawn == file.read_text(encoding="utf-8")


def test_the_sentence_counts_each_author_once() -> None:
    """Stated and derived lines count, ours do not; a second definition is told apart, so that the figures add up."""
    line = a_model().meta["model"]["lines"][0]
    other = a_model(short="No word", lines=[])
    other.file.name = "no_word"
    third = a_model(
        short="All of it",
        lines=[
            {**line, "stance": "everywhere", "span": None, "basis": "derived"},
            {**line, "stance": "condition"},
        ],
    )
    third.file.name = "all"
    sentence = (
        partial("models", [HOME, a_model(), other, third])
        .find_class("sp-sentence")[0]
        .text_content()
    )

    assert sentence == (
        "Of the three models chosen, two use the word co-production in a way that we can report: one starts it at a "
        "point on this line (Two steps); one says that it is everywhere (All of it). A second definition by the makers "
        "of the All of it sets a condition that this line cannot show. For All of it this follows from what the author "
        "says; the others say so."
    )


def test_a_cell_keeps_both_readings_apart() -> None:
    """Reader a and reader b each have a range of their own; what is not known says so."""
    row = partial("cases", [HOME, a_case()]).find_class("sp-case-table")[0].find("tbody/tr")
    cells = {cell.get("data-phase"): cell for cell in row.findall("td")}

    ranges = [one.text_content() for one in cells["design"].find_class("sp-range")]
    assert ranges == ["From told to asked (reader\xa0a)", "Told (reader\xa0b)"]
    assert cells["design"].find_class("sp-flag")[0].text_content() == "no choice"
    assert cells["deliver"].text_content() == "Not known"


def test_every_stage_has_every_row() -> None:
    """No stage lacks what the others have, and none has only good or only bad to say."""
    fields = {name for name in HOME.meta["stages"][0] if name != "words"}

    assert tuple(stage["slug"] for stage in HOME.meta["stages"]) == STAGES
    assert tuple(phase["slug"] for phase in HOME.meta["phases"]) == PHASES
    for stage in HOME.meta["stages"]:
        assert {name for name in fields if stage.get(name)} == fields, stage["slug"]


def test_the_words_of_the_script_are_json_and_complete() -> None:
    """Each name that the script asks for is there, and none is left over."""
    whole = make_page("spectrum/index.md", {**HOME.meta, "diagram": ["line", "place", "share"]})
    html = render("partials/spectrum-words.html", [whole], whole)
    words = json.loads(lxml.html.fromstring(f"<div>{html}</div>").find("script").text)
    script = "".join(file.read_text(encoding="utf-8") for file in ASSETS.glob("spectrum*.js"))

    by_name = {
        "stated",
        "derived",
        "ours",
        "models_in",
        "models_out",
        "models_open",
        "no_choice",
        "for_show",
    }
    unused = [
        n
        for n in words
        if n not in by_name and not re.search(rf"""["'`]{n}["'`]|WORDS\.{n}\b""", script)
    ]
    asked = set(re.findall(r"\bw\(\"(\w+)\"", script))
    assert unused == []
    assert asked - set(words) == set()


def test_data_files_can_be_read() -> None:
    """JSON and CSV parse, with every model and case and text that holds quotation marks."""
    pages = [HOME, a_model(short='Two "steps", no more'), a_case()]
    data = json.loads(render("spectrum/spectrum.json", pages))
    models = list(csv.DictReader(io.StringIO(render("spectrum/models.csv", pages).strip())))
    cases = list(csv.DictReader(io.StringIO(render("spectrum/cases.csv", pages).strip())))
    script = render("spectrum/details.js", pages)

    assert data["models"][0]["model"]["short"] == 'Two "steps", no more'
    assert [row["from"] for row in models] == ["asked", ""]
    assert models[0]["short"] == 'Two "steps", no more'
    assert [(row["phase"], row["reader"]) for row in cases if row["from"]] == [
        ("design", "a"),
        ("design", "b"),
    ]
    assert (
        json.loads(script.partition("=")[2].strip().rstrip(";"))["cases"]["small"]["story"]
        == "It happened."
    )


# Palette and weight


def colours(scheme: int) -> dict[str, tuple[float, float, float]]:
    """The tokens as linear RGB, for light (0) or dark (1)."""
    text = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    found = {}
    for name, *values in pairs:
        parts = [int(values[scheme][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        found[name] = tuple(
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        )
    return found  # type: ignore[return-value]


def contrast(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """WCAG's ratio."""
    light = [0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] for c in (one, two)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def oklab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    """A colour as the eye orders it."""
    r, g, b = (max(0.0, c) for c in rgb)
    l_, m, s = (
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    )
    return (
        0.2104542553 * l_ + 0.793617785 * m - 0.0040720468 * s,
        1.9779984951 * l_ - 2.428592205 * m + 0.4505937099 * s,
        0.0259040371 * l_ + 0.7827717662 * m - 0.808675766 * s,
    )


# Machado, Oliveira and Fernandes (2009), full strength.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_from_the_paper(scheme: int) -> None:
    """Text 4.5:1 and parts 3:1, on each ground that they stand on."""
    found = colours(scheme)
    for name, colour in found.items():
        if re.fullmatch(r"stage-\d|provider|user|edge", name):
            assert contrast(colour, found["paper"]) >= 3, name
        if re.fullmatch(r"(stage-\d|provider|user)-ink|ink|ink-soft|link", name):
            assert (
                min(contrast(colour, found[ground]) for ground in ("paper", "raised", "tint"))
                >= 4.5
            ), name


@pytest.mark.parametrize("kind", list(BLINDNESS))
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_stage_colours_differ_for_every_kind_of_eye(scheme: int, kind: str) -> None:
    """Any two stages are at least 3.5 apart (in hundredths of OKLab); shape and name do the rest."""
    found = colours(scheme)
    seen = [
        oklab(
            tuple(
                sum(m * c for m, c in zip(row, found[f"stage-{n}"], strict=True))
                for row in BLINDNESS[kind]
            )
        )
        for n in range(1, 8)
    ]

    assert min(math.dist(seen[i], seen[j]) for i in range(7) for j in range(i)) * 100 >= 3.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_lightness_says_nothing_about_better(scheme: int) -> None:
    """No trend from left to right: the line of best fit is nearly level."""
    light = [oklab(colours(scheme)[f"stage-{n}"])[0] for n in range(1, 8)]
    slope = sum((i - 3) * value for i, value in enumerate(light)) / 28

    assert abs(slope) < 0.012
    assert max(light) - min(light) < 0.15


@pytest.mark.parametrize(
    ("names", "limit"),
    [
        (["spectrum.js", "spectrum-tools.js"], 12_000),
        (["spectrum.js", "spectrum-picture.js"], 12_000),
        # The start page's own rules, too, and what is for paper.
        (["spectrum.css"], 6_000),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_script_and_style_are_light(site: Path, names: list[str], limit: int) -> None:
    """Bytes as sent, gzipped: no page asks for more script than one of these pairs."""
    files = [one for name in names for one in (site / "assets").glob(name.replace(".", ".*."))]
    assert len(files) == len(names)
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= limit


# The built page


def test_sections_of_the_stages(pages: Pages) -> None:
    """Each stage has its section, under its slug, of 100 to 200 words, with a source."""
    content = pages["spectrum/index.html"]
    for slug in STAGES:
        heading = content.get_element_by_id(slug)
        assert heading.tag == "h3"
        words, cited = [], 0
        node = heading.getnext()
        while node is not None and node.tag == "p":
            words += node.text_content().split()
            cited += len(node.xpath('.//a[@role="doc-biblioref"]'))
            node = node.getnext()
        assert 100 <= len(words) <= 230, (slug, len(words))
        assert cited, slug


HOLDERS = {page.url: page.meta["diagram"] for page in SPECTRUM if "diagram" in page.meta}


@pytest.mark.parametrize("folder", [*HOLDERS, "embed/spectrum/"])
def test_nothing_inline_and_ids_unique(pages: Pages, folder: str) -> None:
    """A strict policy can be sent: no style attribute, no handler; every id once."""
    page = pages[f"{folder}index.html"]
    ids = page.xpath("//@id")

    assert page.xpath("//main//@style | //article//@style | //*[@class='sp']//@style") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [one for one in set(ids) if ids.count(one) > 1] == []


def test_every_part_of_the_diagram_has_a_page() -> None:
    """Each part stands on one page, and the page of the line leads there."""
    parts = [part for held in HOLDERS.values() for part in held if part != "share"]

    assert sorted(parts) == ["cases", "line", "models", "own", "place", "test"]


@pytest.mark.parametrize("folder", [*HOLDERS, "embed/spectrum/"])
def test_parts_are_complete_without_script(pages: Pages, folder: str) -> None:
    """Seven drawn stages with their rows, all models with every level, all cases with every phase; and the line's limits."""
    page = pages[f"{folder}index.html"]
    held = HOLDERS.get(folder, ["line", "models", "cases"])
    levels = sum(len(one.meta["model"]["levels"]) for one in EVERYTHING if "model" in one.meta)
    cases = [one for one in EVERYTHING if "case" in one.meta]

    if "line" in held:
        assert len(page.find_class("sp-tile")) == 7
        assert len(page.xpath("//tbody[@data-stage]")) == 7
    if "models" in held:
        bars = page.find_class("sp-bar") + page.xpath("//ul[@class='sp-offs']/li")
        assert len(bars) == levels
    if "cases" in held:
        assert len(page.xpath("//tr[@data-case]/td[@data-phase]")) == 5 * len(cases)
    assert "have not seen" in page.find_class("sp-cannot")[0].text_content()


def test_the_line_leads_to_its_parts(pages: Pages) -> None:
    """Sections whose parts have moved keep their addresses and lead on."""
    page = pages["spectrum/index.html"]
    for part in ("models", "cases", "place", "own", "test"):
        assert page.get_element_by_id(part).tag == "h2"
        assert page.xpath(f"//a[@data-sp-view='{part}']/@href")
