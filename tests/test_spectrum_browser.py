"""What a reader can do with the diagram, by mouse, by keyboard alone and by touch, and where it must still work."""

from __future__ import annotations

import functools
import http.server
import json
import re
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import content
import engines
import pytest
from conftest import ROOT
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect

Opener = Callable[..., Page]
STAGES = ("providers-alone", "told", "asked", "answered", "shaped", "agreed", "users")
WAYS = ("mouse", "keyboard", "touch")
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'"
)


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Opener]:
    """Opens the spectrum (or another page) in a fresh context; faults on the page fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opener(path: str = "spectrum/", **settings: object) -> Page:
        wide: dict[str, object] = {"viewport": {"width": 1280, "height": 900}}
        context = chromium.new_context(**{**wide, **settings})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and faults.append(m.text))
        page.goto(address + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "404" not in fault] == []


def use(page: Page, way: str, target: Locator) -> None:
    """Press something the way a reader would: click, tap, or focus and a key."""
    if way == "keyboard":
        target.focus()
        page.keyboard.press("Space")
    elif way == "touch":
        target.tap()
    else:
        target.click()


def choose(page: Page, way: str, control: str) -> None:
    """A radio button or checkbox: the pointer goes for its label, the keyboard for itself."""
    use(page, way, page.locator(control if way == "keyboard" else f"label:has({control})"))


def opened_for(open_page: Opener, way: str, path: str = "spectrum/") -> Page:
    """The page as the three kinds of reader have it."""
    if way == "touch":
        return open_page(path, viewport={"width": 390, "height": 800}, has_touch=True)
    return open_page(path)


def status(page: Page, scope: str, name: str = "say") -> str:
    """What a status line says."""
    return page.locator(f"{scope} [data-sp={name}]").inner_text()


def shown_stages(page: Page) -> list[str]:
    """The stages whose rows are seen."""
    return [
        stage for stage in STAGES if page.locator(f"tbody[data-stage={stage}]").first.is_visible()
    ]


def read_download(download: Download) -> str:
    """The text of a downloaded file."""
    return Path(download.path()).read_text(encoding="utf-8")


def assert_state(page: Page, query: str) -> None:
    """The query in the address, which is written a moment after the press."""
    page.wait_for_function("query => location.search === query", arg=query)


# 1. Explore the line


@pytest.mark.parametrize("way", WAYS)
def test_choosing_a_stage_shows_its_rows(open_page: Opener, way: str) -> None:
    """A stage is chosen; its rows are shown, alone; the address keeps it."""
    page = opened_for(open_page, way)
    assert shown_stages(page) == ["asked"]

    if way == "keyboard":
        page.locator("#sp-asked").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    else:
        use(page, way, page.locator(".sp-stage:nth-child(5) .sp-name"))

    expect(page.locator("tbody[data-stage=shaped]").first).to_be_visible()
    assert shown_stages(page) == ["shaped"]
    assert_state(page, "?stage=shaped")


def test_all_seven_stages_can_be_shown_as_one_table(open_page: Opener) -> None:
    """The comparison is there as a table, too."""
    page = open_page()

    page.locator("#sp-all").check()

    assert shown_stages(page) == list(STAGES)


# 2. Compare models


@pytest.mark.parametrize("way", WAYS)
def test_a_chosen_model_gets_a_lane_and_enters_the_sentence(open_page: Opener, way: str) -> None:
    """Choosing a model opens its lane and the sentence counts it."""
    page = opened_for(open_page, way, "spectrum/compare/")
    use(page, way, page.locator(".sp-picker summary"))

    choose(page, way, "input[type=checkbox][value=arnstein]")

    expect(page.locator("[data-sp-lanes] #lane-arnstein")).to_be_visible()
    expect(page.locator("[data-sp-sentence]")).to_contain_text(
        "Of the five models chosen, four use"
    )
    expect(page).to_have_url(re.compile("models=.*arnstein"))


def test_our_own_readings_are_hidden_at_first(open_page: Opener) -> None:
    """Lines that no author drew are shown on request only."""
    page = open_page("spectrum/compare/")
    page.locator(".sp-picker summary").click()
    page.locator("[data-sp=models-all]").click()
    expect(page.locator("[data-sp-rest] .sp-lane")).to_have_count(0)
    ours = page.locator(".sp-lane .sp-mark--ours")
    if ours.count() == 0:
        pytest.skip("no model has a reading of ours")
    assert not ours.first.is_visible()

    page.locator("#sp-ours").check()

    assert ours.first.is_visible()


def test_the_sentence_of_the_build_is_the_sentence_of_the_script(open_page: Opener) -> None:
    """Template and script say the same of the same four models."""
    page = open_page("spectrum/compare/")
    built = page.locator("[data-sp-sentence]").inner_text()
    page.locator(".sp-picker summary").click()
    box = page.locator(".sp-picker input").first

    box.click()
    expect(page.locator("[data-sp-sentence]")).not_to_have_text(built)
    box.click()

    expect(page.locator("[data-sp-sentence]")).to_have_text(built)


# 3 and 4. Phases and cases


@pytest.mark.parametrize("way", WAYS)
def test_a_phase_turns_the_table_into_one_line(open_page: Opener, way: str) -> None:
    """With one phase chosen only its column is left."""
    page = opened_for(open_page, way, "spectrum/phases/")
    choose(page, way, "#sp-phase-design")
    row = page.locator("tr[data-case]").first

    assert row.locator("td[data-phase=design]").is_visible()
    expect(row.locator("td[data-phase=deliver]")).to_be_hidden()
    assert_state(page, "?phase=design")


def test_rows_stand_under_the_chosen_stage_on_a_phone(open_page: Opener) -> None:
    """What a stage says begins right under it, within one screen of what was tapped."""
    page = opened_for(open_page, "touch")
    for n in (2, 7):
        name = page.locator(f".sp-stage:nth-child({n}) .sp-name")
        name.tap()
        answer = page.locator(f".sp-stage:nth-child({n}) .sp-question td")
        expect(answer).to_be_visible()
        gap = answer.evaluate(
            "(td, n) => td.getBoundingClientRect().top"
            " - document.querySelector(`.sp-stage:nth-child(${n}) .sp-name`).getBoundingClientRect().bottom",
            n,
        )
        assert 0 < gap < 150


def test_filters_keep_the_cases_that_fit(open_page: Opener) -> None:
    """Country and scale narrow the table; the count is announced."""
    page = open_page("spectrum/phases/")
    before = page.locator("tr[data-case]:visible").count()

    page.locator("[data-sp-filter=country]").select_option("England")

    rows = page.locator("tr[data-case]:visible")
    assert 0 < rows.count() < before
    assert {r.get_attribute("data-country") for r in rows.all()} == {"England"}
    assert page.locator("[data-sp-found]").inner_text().startswith(f"{rows.count()} of {before}")


@pytest.mark.parametrize("way", WAYS)
def test_a_case_tells_its_story_reasons_claim_and_finding(open_page: Opener, way: str) -> None:
    """A case opens in place with what was claimed beside what was found."""
    page = opened_for(open_page, way, "spectrum/phases/")
    row = page.locator("tr[data-case=friends_family]")

    use(page, way, row.locator("[data-sp-open]"))

    detail = page.locator("tr[data-case=friends_family] + .sp-case")
    detail.locator("dl").wait_for()
    for word in ("Claimed", "Found", "For", "Against", "Would move it"):
        assert detail.get_by_text(word, exact=True).first.is_visible()
    assert_state(page, "?case=friends_family")


# 5. Place a case


def place_a_case(page: Page, way: str) -> None:
    """Fill in everything but the press on Compare."""
    use(page, way, page.locator("[data-sp-place] [data-sp=tell]"))
    page.locator("[data-sp-place] [data-sp=story] h3").wait_for()
    choose(page, way, "[name=sp-place-design][value=asked]")
    page.locator("[data-sp=reason]").fill("The sponsor settled it.")
    choose(page, way, "[name=sp-sure][value=fairly]")


@pytest.mark.parametrize("way", WAYS)
def test_placing_a_case_compares_only_when_asked(open_page: Opener, way: str) -> None:
    """Reason and confidence come first; Compare shows both readings side by side."""
    page = opened_for(open_page, way, "spectrum/place/")
    compare = page.locator("[data-sp=compare]")
    result = page.locator("[data-sp-place] [data-sp=result]")
    use(page, way, compare)
    said = page.locator("[data-sp-place] [data-sp=say]")
    expect(said).to_have_text(re.compile("^Before comparing, give"), use_inner_text=True)

    place_a_case(page, way)
    assert not result.is_visible()
    use(page, way, compare)

    result.wait_for()
    words = result.inner_text()
    assert "Which models would differ" in words
    assert not re.search(r"\b(wrong|incorrect|correct answer)\b", words, re.I)
    assert "not an answer key" in status(page, "[data-sp-place]")


def test_arrow_keys_never_compare(open_page: Opener) -> None:
    """Arrows move among the stages and do nothing else."""
    page = open_page("spectrum/place/")
    place_a_case(page, "mouse")
    page.locator("[name=sp-place-design][value=asked]").focus()

    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "Enter"):
        page.keyboard.press(key)

    assert not page.locator("[data-sp-place] [data-sp=result]").is_visible()


# 6. Place your own service


@pytest.mark.parametrize("way", WAYS)
def test_own_service_from_both_sides(open_page: Opener, way: str) -> None:
    """Placed twice, compared, moved on purpose, kept after a reload, and cleared."""
    page = opened_for(open_page, way, "spectrum/own/")
    own = page.locator("[data-sp-own]")
    use(page, way, own.locator("summary").nth(1))
    for who, stage in (("provider", "agreed"), ("user", "asked")):
        choose(page, way, f"[name=sp-own-{who}-design][value={stage}]")
    expect(own.locator("[data-sp=side-by-side]")).to_contain_text("three stages apart")

    own.locator("[data-sp=move-phase]").select_option("design")
    use(page, way, own.locator("[data-sp=left]"))
    expect(own.locator("[data-sp=moved]")).to_contain_text("from “Agreed” to “Shaped”")
    use(page, way, own.locator("[data-sp-back]").first)
    expect(own.locator("[name=sp-own-provider-design][value=agreed]")).to_be_checked()
    use(page, way, own.locator("[data-sp=left]"))
    expect(own.locator("[name=sp-own-provider-design][value=shaped]")).to_be_checked()

    page.reload()
    expect(page.locator("[name=sp-own-provider-design][value=shaped]")).to_be_checked()
    use(page, way, page.locator("[data-sp-own] [data-sp=clear]"))
    use(page, way, page.locator("[data-sp-own] [data-sp-back]").last)
    expect(page.locator("[name=sp-own-provider-design][value=shaped]")).to_be_checked()
    use(page, way, page.locator("[data-sp-own] [data-sp=clear]"))
    expect(page.locator("[data-sp-own] input:checked")).to_have_count(0)
    page.reload()
    assert page.locator("[data-sp-own] input:checked").count() == 0


def test_own_service_as_a_file_and_back(open_page: Opener, tmp_path: Path) -> None:
    """What was placed can be taken away as a file and opened again."""
    page = open_page("spectrum/own/")
    page.locator("[data-sp-own] [data-sp=name]").fill("A clinic")
    choose(page, "mouse", "[name=sp-own-provider-start][value=told]")
    with page.expect_download() as waiting:
        page.locator("[data-sp=save]").click()
    data = json.loads(read_download(waiting.value))
    assert data["name"] == "A clinic"
    assert data["provider"] == {"start": "told"}

    file = tmp_path / "own.json"
    file.write_text(json.dumps(data | {"provider": {"start": "users"}}), encoding="utf-8")
    page.locator("[data-sp=open]").set_input_files(file)
    expect(page.locator("[name=sp-own-provider-start][value=users]")).to_be_checked()

    said = page.locator("[data-sp-own] > [data-sp=say]")
    broken = tmp_path / "broken.json"
    for text in (
        "not json",
        "{}",
        "[]",
        "null",
        '{"kind": "own-service", "provider": 1}',
        '{"kind": "x"}',
    ):
        broken.write_text(text, encoding="utf-8")
        said.evaluate("one => { one.textContent = '' }")
        page.locator("[data-sp=open]").set_input_files(broken)
        expect(said).to_contain_text("could not be read")
        expect(page.locator("[name=sp-own-provider-start][value=users]")).to_be_checked()

    whole = {"kind": "defining-co-production", "own-service": data}
    broken.write_text(json.dumps(whole), encoding="utf-8")
    page.locator("[data-sp=open]").set_input_files(broken)
    expect(page.locator("[name=sp-own-provider-start][value=told]")).to_be_checked()
    page.locator("[data-sp-back]:visible").last.click()
    expect(page.locator("[name=sp-own-provider-start][value=users]")).to_be_checked()


# 7. Test a definition


@pytest.mark.parametrize("way", WAYS)
def test_a_definition_sorts_the_cases(open_page: Opener, way: str) -> None:
    """Every case is in, out or cannot tell, each with its reason."""
    page = opened_for(open_page, way, "spectrum/test/")
    page.locator("[data-sp=definition]").select_option("tlap2021")
    assert page.locator("[data-sp-test] tbody tr").count() == 0

    use(page, way, page.locator("[data-sp=test]"))

    page.locator("[data-sp-test] .sp-verdict").first.wait_for(state="attached")
    verdicts = page.locator("[data-sp-test] .sp-verdict").all_inner_texts()
    cases = [page for page in content.load_pages(ROOT / "docs")[0] if page.meta.get("case")]
    assert len(verdicts) == len(cases)
    assert set(verdicts) <= {"in", "out", "cannot tell"}
    counts = [int(n) for n in re.findall(r"\d+", status(page, "[data-sp-test]"))]
    assert counts == [verdicts.count(word) for word in ("in", "out", "cannot tell")]
    assert all(page.locator("[data-sp-test] tbody td:last-child").all_inner_texts())


def test_what_nobody_can_test_settles_nothing(open_page: Opener) -> None:
    """A definition of which only "a professional has a part" can be tested lets no case in; one that says everywhere does."""
    page = open_page("spectrum/test/")
    for definition, word in (("palumbo2016", "cannot tell"), ("batalden2016", "in")):
        page.locator("[data-sp=definition]").select_option(definition)
        page.locator("[data-sp=test]").click()
        expect(page.locator("[data-sp-test] caption")).to_contain_text(definition[:4].title())
        assert word in set(page.locator("[data-sp-test] .sp-verdict").all_inner_texts())
        if word != "in":
            assert "in" not in page.locator("[data-sp-test] .sp-verdict").all_inner_texts()


def test_the_address_of_a_case_tells_it(open_page: Opener) -> None:
    """A link to a case to place opens with its story, so that nobody compares unread."""
    page = open_page("spectrum/place/?case=ryhov")
    expect(page.locator("[data-sp-place] [data-sp=story] h3")).to_contain_text("Ryhov")


def test_a_placing_is_kept_for_its_case(open_page: Opener) -> None:
    """Over a reload and beside another case; what stands in the store and is no placing does no harm."""
    page = open_page("spectrum/place/?case=ryhov")
    box, reason = (
        page.locator("[name=sp-place-design][value=asked]"),
        page.locator("[data-sp=reason]"),
    )
    page.locator("[data-sp=story] h3").wait_for()
    choose(page, "mouse", "[name=sp-place-design][value=asked]")
    choose(page, "mouse", "[name=sp-sure][value=guess]")
    reason.fill("They could have said no")
    page.reload()
    expect(box).to_be_checked()
    expect(page.locator("[name=sp-sure][value=guess]")).to_be_checked()
    expect(reason).to_have_value("They could have said no")
    page.get_by_role("button", name="Another case").click()
    assert page.locator("[data-sp-place] input:checked").count() == 0
    expect(reason).to_have_value("")
    page.locator("[data-sp=case]").select_option("ryhov")
    page.get_by_role("button", name="Read this case").click()
    expect(box).to_be_checked()
    page.evaluate(
        """() => localStorage.setItem("defining-co-production.placings", '{"ryhov": {"phases": 1, "reason": 2}}')"""
    )
    page.reload()
    page.locator("[data-sp=story] h3").wait_for()
    expect(reason).to_have_value("")
    assert page.locator("[data-sp-place] input:checked").count() == 0


def test_the_address_of_a_definition_tests_it(open_page: Opener) -> None:
    """A definition that was tested stands in the address; the address tests it at once; nonsense does nothing."""
    page = open_page("spectrum/test/")
    page.locator("[data-sp=definition]").select_option("tlap2021")
    page.locator("[data-sp=test]").click()
    page.wait_for_url("**/spectrum/test/?definition=tlap2021")
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("[data-sp=definition]")).to_have_value("tlap2021")
    expect(page.locator("[data-sp-test] .sp-verdict").first).to_be_visible()
    page = open_page("spectrum/test/?definition=nobody1999")
    assert page.locator("head script[src*=details]").count() == 0
    assert page.locator("[data-sp-test] .sp-verdict").count() == 0


def test_a_chosen_stage_stays_on_a_narrow_screen(open_page: Opener) -> None:
    """The rows of the stage before it go; what was chosen does not go with them."""
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    name = page.locator(".sp-name:has(#sp-shaped)")
    name.scroll_into_view_if_needed()
    name.tap()
    expect(page.locator("#sp-shaped")).to_be_checked()
    page.wait_for_timeout(300)
    expect(name).to_be_in_viewport()


# 8. Seen from


@pytest.mark.parametrize("way", WAYS)
def test_seen_from_either_side_both_or_neither(open_page: Opener, way: str) -> None:
    """The same five rows for whichever side is chosen."""
    page = opened_for(open_page, way)
    table = page.locator(".sp-seen-table")
    if table.count() == 0:
        pytest.skip("the pages of the two sides are not written yet")
    assert not table.is_visible()
    for value, seen in (
        ("user", {"user"}),
        ("both", {"provider", "user"}),
        ("provider", {"provider"}),
    ):
        choose(page, way, f"#sp-seen-{value}")
        cells = table.locator("tbody td:visible")
        expect(cells).to_have_count(5 * len(seen))
        assert {cell.get_attribute("data-side") for cell in cells.all()} == seen


# 9. Share and reuse


def test_the_address_keeps_the_view_and_ignores_what_it_does_not_know(open_page: Opener) -> None:
    """Known values are taken, those of other parts carried along, unknown ones ignored; a bare address stays bare."""
    page = open_page(
        "spectrum/phases/?models=tlap_ladder,batalden&case=octet&phase=design&stage=told&seen=x&y=1"
    )
    assert page.locator("#sp-phase-design").is_checked()
    page.locator("tr[data-case=octet] + .sp-case dl").wait_for()
    choose(page, "mouse", "#sp-phase-all")
    page.wait_for_function("() => !location.search.includes('phase=')")
    expect(page).to_have_url(re.compile("models=tlap_ladder,batalden&case=octet"))
    assert "stage=told" in page.url and "y=1" not in page.url

    page = open_page("spectrum/compare/?models=tlap_ladder,nonsense,batalden")
    assert page.locator("[data-sp-lanes] .sp-lane").count() == 2

    page = open_page("spectrum/?stage=told&seen=both")
    assert page.locator("#sp-told").is_checked()
    assert page.locator("#sp-seen-both").is_checked()
    assert "stage=told" in (page.locator("[data-sp-view=models]").get_attribute("href") or "")
    strange = "?stage=%3Cscript%3E&models=&case=../x"
    assert_state(open_page("spectrum/" + strange), strange)


def test_older_addresses_of_a_view_lead_to_its_page(open_page: Opener) -> None:
    """A link to chosen models or a case, from when all stood on one page, arrives where they are shown."""
    page = open_page("spectrum/?models=tlap_ladder,batalden&stage=told")
    page.wait_for_url("**/spectrum/compare/?models=tlap_ladder,batalden&stage=told")
    assert page.locator("[data-sp-lanes] .sp-lane").count() == 2

    page = open_page("spectrum/?case=octet&phase=design")
    page.wait_for_url("**/spectrum/phases/?case=octet&phase=design")
    page.locator("tr[data-case=octet] + .sp-case dl").wait_for()

    page = open_page("spectrum/?case=octet#place")
    page.wait_for_url("**/spectrum/place/?case=octet")
    assert page.locator("[data-sp-place] [data-sp=case]").input_value() == "octet"


NEEDED = (
    "Who settles it?",
    "What this line cannot show",
    "Attribution 4.0",
    "example.org",
    "have not seen",
)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("spectrum/?stage=told", ("People are told", "Were people told in time")),
        ("spectrum/compare/?models=tlap_ladder,iap2", ("TLAP ladder", "credit with a link", "permission needed", "Of the two models")),
        ("spectrum/phases/?case=octet", ("Case:", "(reader a)", "Deliver")),
    ],
    ids=["line", "models", "case"],
)  # fmt: skip
def test_pictures_hold_all_that_reuse_needs(
    open_page: Opener, path: str, words: tuple[str, ...]
) -> None:
    """Title, the line's limits, sources, terms of the models, licence and address are in the picture; slides are 16:9."""
    page = open_page(path)
    with page.expect_download() as waiting:
        page.locator("[data-sp=svg]").click()
    svg = read_download(waiting.value)
    for word in (*NEEDED, *words):
        assert word in re.sub(r"</text><text[^>]*>", " ", svg), word
    assert "<style" not in svg and "var(--" not in svg and "light-dark" not in svg

    with page.expect_download() as waiting:
        page.locator("[data-sp=png]").click()
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (1920, 1080)


def test_many_models_make_several_slides(open_page: Opener) -> None:
    """What does not fit on one slide goes on the next, each with its own sources."""
    page = open_page("spectrum/compare/")
    files: list[str] = []
    page.on("download", lambda download: files.append(download.suggested_filename))
    with page.expect_download(lambda download: download.suggested_filename.endswith("-2.png")):
        page.locator("[data-sp=png]").click()
    page.get_by_text("slides of 1920 by 1080").wait_for()

    assert files[:2] == ["who-settles-it-1.png", "who-settles-it-2.png"]


@pytest.mark.parametrize("way", WAYS)
def test_link_and_embed_code_can_be_copied(open_page: Opener, way: str) -> None:
    """What is copied brings others to the same view; where copying is blocked the text is shown."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"], has_touch=way == "touch")
    choose(page, way, "#sp-told")
    use(page, way, page.locator("[data-sp=link]"))
    page.get_by_text("Copied.", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/spectrum/?stage=told")

    code = page.locator("[data-sp=code]")
    expect(code).to_have_value(
        re.compile(
            r'<iframe src="https?://\S+/embed/spectrum/\?stage=told" title="[^"]+".*CC BY 4\.0',
            re.S,
        )
    )


def test_data_files_are_json_and_csv(site: Path) -> None:
    """The data behind the diagram is readable by other tools and holds every model and case."""
    data = json.loads((site / "spectrum" / "spectrum.json").read_text(encoding="utf-8"))
    rows = (site / "spectrum" / "cases.csv").read_text(encoding="utf-8").strip().splitlines()

    assert [stage["slug"] for stage in data["stages"]] == list(STAGES)
    assert len(data["models"]) >= 20
    readings = [r for c in data["cases"] for p in c["case"]["placements"] for r in p["readings"]]
    assert len(rows) == 1 + len(readings)


# Where it must still work


def test_without_script_everything_can_be_read(open_page: Opener) -> None:
    """Stages by style alone, all models, the whole table of cases, one phase of it; no dead control is shown."""
    page = open_page(java_script_enabled=False)
    page.locator(".sp-stage:nth-child(7) .sp-name").click()
    assert shown_stages(page) == ["users"]
    assert page.locator(".sp-js:visible").count() == 0

    page.locator("[data-sp-view=models]").click()
    page.locator(".sp-rest > summary").click()
    assert page.locator(".sp-lane:visible").count() == page.locator(".sp-lane").count()
    assert page.locator(".sp-js:visible").count() == 0

    page = open_page("spectrum/phases/", java_script_enabled=False)
    assert page.locator("tr[data-case]:visible").count() == page.locator("tr[data-case]").count()
    page.locator("label:has(#sp-phase-design)").click()
    row = page.locator("tr[data-case]").first
    assert row.locator("td[data-phase=design]").is_visible()
    assert not row.locator("td[data-phase=deliver]").is_visible()
    assert page.locator(".sp-js:visible").count() == 0

    for tool in ("place", "own", "test"):
        page = open_page(f"spectrum/{tool}/", java_script_enabled=False)
        assert page.locator(".sp-js:visible").count() == 0


@pytest.mark.parametrize("path", ["spectrum/phases/index.html", "embed/spectrum/index.html"])
def test_from_a_file(chromium: Browser, site: Path, path: str) -> None:
    """Opened from a folder, cases open too."""
    page = chromium.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((site / path).as_uri() + "?case=octet&stage=agreed")

    page.locator(".sp-case dl").wait_for(state="attached")
    page.goto((site / "spectrum" / "index.html").as_uri() + "?stage=agreed")
    assert page.locator("#sp-agreed").is_checked()
    page.goto((site / "spectrum" / "index.html").as_uri() + "?models=iap2")
    page.locator("[data-sp-lanes] #lane-iap2").wait_for()
    page.goto((site / "spectrum" / "place" / "index.html").as_uri())
    page.locator("[data-sp=tell]").click()
    page.locator("[data-sp=story] h3").wait_for()

    assert faults == []
    page.close()


class StrictServer(http.server.SimpleHTTPRequestHandler):
    """Serves the site under a policy that allows nothing inline and no other host."""

    def end_headers(self) -> None:
        """The policy goes with every answer; the header opens fonts and scripts to a sandboxed frame."""
        self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def strict_address(site: Path) -> Iterator[str]:
    """The site under the strict policy."""
    handler = functools.partial(StrictServer, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_under_a_strict_policy_in_a_frame_with_storage_blocked(
    chromium: Browser, strict_address: str, tmp_path: Path
) -> None:
    """Sandboxed frame, no storage, no inline style or script: no report, and the page works."""
    host = tmp_path / "course.html"
    host.write_text(
        "<!doctype html><title>A course</title><script>addEventListener('message', (m) => { window.told = m.data; });</script>"
        f'<iframe sandbox="allow-scripts allow-forms" width="600" height="400" title="The line" src="{strict_address}embed/spectrum/?case=octet"></iframe>',
        encoding="utf-8",
    )
    page = chromium.new_page()
    reports: list[str] = []
    page.on("console", lambda m: m.type == "error" and reports.append(m.text))
    page.on("pageerror", lambda error: reports.append(str(error)))
    page.goto(host.as_uri())
    page.wait_for_function(
        "() => window.told && window.told.type === 'defining-co-production.height'"
    )
    frame = page.frames[-1]

    frame.locator(".sp-name:has(#sp-users)").click()

    assert frame.locator("tbody[data-stage=users]").first.is_visible()
    frame.locator(".sp-case dl").wait_for(state="attached")
    assert (
        frame.evaluate(
            "(() => { try { return Boolean(localStorage); } catch (e) { return 'blocked'; } })()"
        )
        == "blocked"
    )
    assert [report for report in reports if "favicon" not in report] == []
    page.close()


def test_pictures_can_be_made_under_the_strict_policy(
    chromium: Browser, strict_address: str
) -> None:
    """Downloads work with nothing inline allowed."""
    page = chromium.new_page()
    reports: list[str] = []
    page.on("console", lambda m: "Security Policy" in m.text and reports.append(m.text))
    page.goto(strict_address + "spectrum/")

    with page.expect_download() as waiting:
        page.locator("[data-sp=png]").click()

    assert Path(waiting.value.path()).stat().st_size > 10_000
    assert reports == []
    page.close()


@pytest.mark.parametrize("width", [320, 600, 900])
def test_embed_shows_title_control_and_first_answer_in_400_pixels(
    open_page: Opener, width: int
) -> None:
    """In a frame of a course system nothing needs scrolling to see the point."""
    page = open_page("embed/spectrum/", viewport={"width": width, "height": 400})
    answer = page.locator("tbody[data-stage=asked] .sp-question td")
    last = page.locator("#sp-users").locator("..")

    for seen in (page.locator("h1"), last, answer):
        box = seen.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= 400
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("meta[name=robots][content=noindex]").count() == 1
    assert page.locator("link[rel=canonical]").get_attribute("href").endswith("/spectrum/")
    assert page.get_by_role("link", name="open the full page").count() == 1
    assert page.locator("header, nav, footer").count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "spectrum/?seen=both",
        "spectrum/compare/",
        "spectrum/phases/?case=octet",
        "spectrum/place/",
        "spectrum/own/",
        "spectrum/test/",
        "embed/spectrum/?models=iap2&case=octet",
    ],
)
def test_no_sideways_scrolling_at_320(open_page: Opener, path: str) -> None:
    """320 px wide, with a reader's own text spacing, everything open."""
    page = open_page(path, viewport={"width": 320, "height": 700}, bypass_csp=True)
    if "case=" in path:
        page.locator(".sp-case dl").wait_for(state="attached")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.add_style_tag(content=spacing)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("part", ["", "compare/", "phases/", "place/", "own/", "test/"])
def test_targets_are_large_enough(open_page: Opener, part: str) -> None:
    """Controls are at least 24 px high and wide, with the label that belongs to them."""
    page = open_page(f"spectrum/{part}", viewport={"width": 320, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.sp input, .sp button, .sp select, .sp summary')].filter((node) => node.offsetParent)
          .map((node) => [node, (node.closest('label') || node).getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([node]) => node.outerHTML.slice(0, 90))"""
    )

    assert small == []


@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 1280), ("dark", 1280), ("light", 320)],
    ids=["light", "dark", "320"],
)
@pytest.mark.parametrize(
    "path",
    [
        "spectrum/?seen=both",
        "spectrum/compare/",
        "spectrum/phases/?case=octet",
        "spectrum/place/",
        "spectrum/own/",
        "spectrum/test/",
        "embed/spectrum/",
    ],
)
def test_axe_finds_nothing(open_page: Opener, path: str, scheme: str, width: int) -> None:
    """WCAG 2.2 A and AA and best practice, everything open, a placing compared."""
    page = open_page(path, color_scheme=scheme, viewport={"width": width, "height": 900})
    if path == "spectrum/place/":
        place_a_case(page, "mouse")
        page.locator("[data-sp=compare]").click()
        page.locator("[data-sp=result]").wait_for()
    elif path == "spectrum/test/":
        page.locator("[data-sp=test]").click()
        page.locator(".sp-verdict").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")

    assert [str(found) for found in engines.axe(page, path)] == []


def test_focus_is_seen_on_every_kind_of_control(open_page: Opener) -> None:
    """Each kind of control, or the label around it, has an outline when it has the focus."""
    kinds = {
        "spectrum/": ("#sp-asked", "#sp-all"),
        "spectrum/compare/": (".sp-picker summary", "#sp-ours"),
        "spectrum/phases/": ("#sp-phase-all", "[data-sp-filter]", "[data-sp-open]"),
        "spectrum/place/": ("[name=sp-place-start]", "[data-sp=compare]"),
    }
    pages = {path: open_page(path) for path in kinds}
    for path, kind in ((path, kind) for path, some in kinds.items() for kind in some):
        page = pages[path]
        page.keyboard.press("Tab")
        page.locator(kind).first.focus()
        seen = page.evaluate(
            """() => { let node = document.activeElement;
              for (let i = 0; node && i < 4; i += 1, node = node.parentElement) {
                const around = [node, ...node.children].some((n) => { const s = getComputedStyle(n); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; });
                if (around) return true;
              }
              return false; }"""
        )
        assert seen, kind


def test_print_shows_everything(open_page: Opener) -> None:
    """On paper all stages, phases and sides are laid out; no control is printed."""
    page = open_page()
    page.emulate_media(media="print")
    assert shown_stages(page) == list(STAGES)
    assert page.locator(".sp-js:visible").count() == 0

    assert not page.get_by_text("Choose a stage.", exact=True).is_visible()
    # No grid: where a sheet ends its rows do not grow, and the next heading would lie on the last of them.
    assert page.locator(".sp-stages").evaluate("e => getComputedStyle(e).display") == "flex"
    labels = page.locator(".sp-stage > label").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().y)"
    )
    assert len(set(labels)) == 1
    assert labels[0] < min(
        page.locator(".sp-stage-table").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().y)"
        )
    )
    names = page.locator(".sp-name").evaluate_all(
        "all => all.map(e => getComputedStyle(e).boxShadow)"
    )
    assert set(names) == {"none"}

    page = open_page("spectrum/place/")
    assert page.locator(".sp-blank:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".sp-blank td:visible").count() == 8 * 5
    page = open_page("spectrum/test/")
    page.emulate_media(media="print")
    assert "spectrum/test/" in page.get_by_text("works on the screen only").inner_text()

    page = open_page("spectrum/phases/?phase=design")
    page.emulate_media(media="print")
    assert page.locator("tr[data-case] td[data-phase=deliver]").first.is_visible()
    assert page.locator(".sp-js:visible").count() == 0


@pytest.mark.parametrize(
    "path",
    ["spectrum/", "spectrum/compare/", "spectrum/phases/", "spectrum/own/", "embed/spectrum/"],
)
def test_nothing_moves_while_the_page_loads(chromium: Browser, address: str, path: str) -> None:
    """Nothing shifts without the reader's doing."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + path)
    page.wait_for_load_state("networkidle")

    shift = page.evaluate(
        """new Promise((done) => {
          const count = (list) => done(list.getEntries().reduce((sum, e) => sum + (e.hadRecentInput ? 0 : e.value), 0));
          new PerformanceObserver(count).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => done(0), 500);
        })"""
    )

    assert shift == 0
    page.close()
