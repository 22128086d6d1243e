"""What helps a student to learn, in a real browser: self-checks, revision, glossary, filters, preferences, paper, offline.

Each is tried by mouse, keyboard and touch; nothing here may ask another host for anything.
"""

from __future__ import annotations

import collections
import itertools
import json
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit

import content
import glossary
import lxml.html
import offline
import one_page
import pytest
import yaml
from conftest import ROOT, Pages, printed
from playwright.sync_api import Browser, Locator, Page, expect

TRUST = "challenges/trust/"
ESSAY = "challenges/when-not/"
PREFIX = "defining-co-production."
KINDS = (
    "",
    TRUST,
    "definitions/compare/",
    "spectrum/",
    "cases/octet/",
    "bibliography/",
    "practise/",
)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh profile that stays on this machine and reports no error; paper is only asked for, never fed."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = watched(context.new_page())
    yield page
    assert (page.away, page.errors) == ([], [])  # type: ignore[attr-defined]
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """The same on a small screen that is touched."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = watched(context.new_page())
    yield page
    assert (page.away, page.errors) == ([], [])  # type: ignore[attr-defined]
    context.close()


def watched(page: Page) -> Any:
    """A page that notes requests to other hosts and errors, and calls of `print`."""
    watch: Any = page
    watch.away, watch.errors = [], []
    local = ("http://127.0.0.1", "file:", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(local) else watch.away.append(r.url))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    return watch


def kept(page: Page) -> dict[str, Any]:
    """What the browser keeps for the site, by name without prefix."""
    found: dict[str, str] = page.evaluate("({ ...localStorage })")
    assert all(name.startswith(PREFIX) for name in found)
    return {name.removeprefix(PREFIX): text for name, text in found.items()}


def question(page: Page, name: str = "trust-1") -> Locator:
    """A question by its id."""
    return page.locator(f"#q-{name}")


def answer(one: Locator, right: bool) -> Locator:
    """The radio button of the right answer, or of a wrong one, as the reasons in the page tell."""
    correct = one.locator(".question__answers > li").evaluate_all(
        "all => all.findIndex(li => 'correct' in li.dataset)"
    )
    return one.locator("input").nth(correct if right else int(correct == 0))


def focused(page: Page) -> str:
    """What has the focus: its tag and its words."""
    return str(
        page.evaluate(
            """() => { const e = document.activeElement;
            const words = e.getAttribute("aria-label") || (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText) || "";
            return e.tagName.toLowerCase() + ": " + words.replace(/\\s+/g, " ").trim() }"""
        )
    )


def press(page: Page, *keys: str) -> str:
    """Press keys one after another and say what has the focus then."""
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def tab_to(page: Page, words: str) -> str:
    """Tab until what has the focus begins with these words; no further than two hundred times."""
    for _ in range(200):
        if (now := press(page, "Tab")).startswith(words):
            return now
    raise AssertionError(f"Tab never comes to {words}")


# Self-checks -----------------------------------------------------------------------------------------


def test_each_answer_of_each_question_has_its_reason(pages: Pages) -> None:
    """In the page, before any script: as many reasons as answers, one of them right; each essay has levels."""
    seen = 0
    for name in pages.names:
        for article in pages[name].xpath("//article[@data-question]"):
            options = article.xpath('.//ol[@class="question__options"]/li')
            reasons = article.xpath('.//details//ol[@class="question__answers"]/li')
            assert len(options) == len(reasons), name
            assert len([li for li in reasons if "data-correct" in li.attrib]) == bool(options), name
            assert options or article.xpath(".//details/dl/dd"), name
            seen += 1
    assert seen > 100


def test_question_by_mouse(page: Page, address: str) -> None:
    """Choosing takes back what was said; *Check* says, in words, for the answer chosen, with its source; nothing locks."""
    page.goto(address + TRUST)
    one = question(page)
    status = one.get_by_role("status")
    answer(one, right=False).check()
    expect(status).to_be_empty()
    one.get_by_role("button", name="Check").click()
    expect(status).to_contain_text(re.compile(r"You chose [A-D]\. No\b"))
    expect(status.locator('a[role="doc-biblioref"]').first).to_be_visible()
    assert one.locator("input:disabled, button:disabled").count() == 0
    answer(one, right=True).check()
    expect(status).to_be_empty()
    one.get_by_role("button", name="Check").click()
    expect(status).to_contain_text(re.compile(r"You chose [A-D]\. Yes\b"))
    assert json.loads(kept(page)["progress"]) == {"trust-1": {"tries": 2, "right": True}}
    one.get_by_role("button", name="Try again").click()
    expect(status).to_be_empty()
    assert one.locator("input:checked, [data-tried]").count() == 0
    assert focused(page).startswith("input: A")


def test_question_by_keyboard(page: Page, address: str) -> None:
    """Arrows move the choice and submit nothing; Tab goes on to *Check*; the source can be reached."""
    page.goto(address + TRUST)
    one = question(page)
    one.locator("input").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        expect(one.get_by_role("status")).to_be_empty()
    assert one.locator("input:checked").get_attribute("value") == "B"
    assert "progress" not in kept(page)
    assert press(page, "Tab") == "button: Check"
    page.keyboard.press("Enter")
    expect(one.get_by_role("status")).to_contain_text("You chose B.")
    assert focused(page) == "button: Check"
    assert press(page, "Tab") == "button: Try again"
    assert press(page, "Tab").startswith("a: ")
    assert page.locator("#citation-card").is_visible()


def test_question_by_touch(phone: Page, address: str) -> None:
    """A tap on the words chooses, a tap on *Check* answers; what is tapped is large enough."""
    phone.goto(address + TRUST)
    one = question(phone)
    one.locator("label").nth(2).tap()
    one.get_by_role("button", name="Check").tap()
    expect(one.get_by_role("status")).to_contain_text("You chose C.")
    for target in one.locator("label, button").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= 44


def test_right_and_not_quite_differ_in_shape(page: Page, address: str) -> None:
    """A tick and an open diamond beside the words, and another frame: not by colour alone."""
    page.goto(address + TRUST)
    one = question(page)
    shapes = []
    for right in (False, True):
        answer(one, right).check()
        one.get_by_role("button", name="Check").click()
        shapes.append(
            one.get_by_role("status").evaluate(
                "e => [getComputedStyle(e.querySelector('.verdict'), '::before').borderTopWidth, getComputedStyle(e).borderStyle]"
            )
        )
    assert shapes[0][0] != shapes[1][0] and shapes[0][1] != shapes[1][1]


def test_checking_without_a_choice_asks_for_one(page: Page, address: str) -> None:
    """No answer, no verdict, nothing kept."""
    page.goto(address + TRUST)
    question(page).get_by_role("button", name="Check").click()
    expect(question(page).get_by_role("status")).to_have_text("Choose an answer first.")
    assert kept(page) == {}


def test_question_without_script(chromium: Browser, address: str) -> None:
    """The question, its answers, and each answer's reason behind *All answers*."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + TRUST)
    one = question(page)
    expect(one.locator(".question__options li").first).to_be_visible()
    right = one.locator("[data-correct] .verdict")
    expect(right).to_be_hidden()
    one.get_by_text("All answers, with reasons").click()
    expect(right).to_have_text("Yes")
    assert page.locator("input:visible, .js-only:visible").count() == 0
    context.close()


def test_essay_is_kept_here_and_compared(page: Page, address: str) -> None:
    """What is written is there on the next visit; the levels open only when asked for."""
    page.goto(address + ESSAY)
    one = page.locator("[data-question]:has(textarea)").first
    levels = one.locator("details")
    one.get_by_role("button", name="Compare").click()
    expect(one.get_by_role("status")).to_contain_text("Write a line")
    assert levels.get_attribute("open") is None
    one.get_by_label("Your answer").fill("Refuse, because …")
    page.reload()
    expect(one.get_by_label("Your answer")).to_have_value("Refuse, because …")
    one.get_by_role("button", name="Compare").click()
    expect(one.get_by_role("status")).to_contain_text("no one right answer")
    expect(levels.locator("dd").first).to_be_visible()
    assert set(kept(page)) == {"answers", "progress"}


# Practise --------------------------------------------------------------------------------------------


def all_questions() -> list[str]:
    """The ids of all questions in front matter, but for the set that stands under Practise."""
    found, _ = content.load_pages(ROOT / "docs")
    pages = (page for page in found if not page.src.startswith("practise/"))
    return [one["id"] for page in pages for one in page.meta["questions"]]


def test_revision_set_holds_every_question_mixed(pages: Pages, site: Path) -> None:
    """Each question of the site once, in a file of its own; neighbours come from different pages; links lead somewhere."""
    script = (site / "practise" / "questions.js").read_text(encoding="utf-8")
    text = json.loads(script.removeprefix("window.practiseSet=").rstrip(";\n"))
    page = lxml.html.fromstring(f"<div>{text}</div>")
    ids = page.xpath("//article/@data-question")
    assert sorted(ids) == sorted(all_questions())
    for link in set(page.xpath("//a/@href")):
        place, _, part = link.partition("#")
        found = pages[f"{posixpath.normpath(f'practise/{place}')}/index.html"]
        assert not part or found.xpath("//*[@id=$id]", id=part), link
    sources = page.xpath('//p[@class="label"]/a/@href')
    assert len(sources) == len(ids)
    # Towards the end only the pages with most questions are left.
    early = sources[: len(sources) * 2 // 3]
    assert all(a != b for a, b in itertools.pairwise(early))


def stages_to_sort() -> list[tuple[list[int], int]]:
    """For each decision to sort, the stages to choose from, and the right one, by their place on the line."""
    found, _ = content.load_pages(ROOT / "docs")
    by_name = {page.src: page.meta for page in found}
    names = [stage["name"] for stage in by_name["spectrum/index.md"]["stages"]]
    sorting = [question["options"] for question in by_name["practise/sort.md"]["questions"]]
    return [
        (
            [names.index(option["text"]) for option in options],
            next(names.index(option["text"]) for option in options if option["correct"]),
        )
        for options in sorting
    ]


def test_neighbouring_stages_are_mixed() -> None:
    """Each stage twice, beside its neighbours; never the same twice running, nor always in the same place."""
    sets = stages_to_sort()
    right = [stage for _, stage in sets]
    assert collections.Counter(right) == dict.fromkeys(range(7), 2)
    assert all(a != b for a, b in itertools.pairwise(right))
    for shown, stage in sets:
        assert shown == list(range(shown[0], shown[-1] + 1))
        assert {stage - 1, stage + 1} & set(range(7)) <= set(shown)
    assert len({shown.index(stage) for shown, stage in sets}) == 4


def test_sorting_asks_for_a_reason_first(page: Page, address: str) -> None:
    """Neither a choice nor a reason alone shows the answer; the reason is kept; by keyboard."""
    page.goto(f"{address}practise/sort/")
    one = question(page, "sort-library")
    said, reasons = one.get_by_role("status"), one.locator("details")
    check = one.get_by_role("button", name="Check")
    expect(reasons).to_be_hidden()
    answer(one, right=True).focus()
    page.keyboard.press("Space")
    check.press("Enter")
    expect(said).to_have_text("Write your reason first, in a line.")
    expect(reasons).to_be_hidden()
    assert focused(page).startswith("textarea")
    page.keyboard.type("Nothing came back")
    check.press("Enter")
    expect(said).to_contain_text("You chose B. Yes. A question was put in time")
    expect(reasons).to_be_visible()
    page.reload()
    expect(one.get_by_label("Your reason")).to_have_value("Nothing came back")
    expect(reasons).to_be_hidden()


def test_sorting_without_script(chromium: Browser, address: str) -> None:
    """Fourteen decisions, each with its answers to be opened; nothing to write in that goes nowhere."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}practise/sort/")
    assert page.locator("article[data-question] details").count() == 14
    assert page.locator("textarea").count() == 0
    page.locator("#q-sort-library summary").click()
    expect(page.locator("#q-sort-library .question__answers li").first).to_be_visible()
    context.close()


def begin_revision(page: Page, address: str) -> int:
    """Open the revision set; return how many questions it has."""
    page.goto(f"{address}practise/")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator('[data-practise="where"]')).to_contain_text("Question 1 of")
    return page.locator("article[data-question]").count()


def test_revision_goes_question_by_question(page: Page, address: str) -> None:
    """One at a time; *Next* moves the focus to the question; *Shuffle* changes the order, *Usual order* gives it back."""
    count = begin_revision(page, address)
    assert count == len(all_questions())
    assert focused(page) == "h3: Question 1"
    articles = page.locator("article[data-question]")
    where = page.locator('[data-practise="where"]')
    expect(where).to_have_text(f"Question 1 of {count}")
    assert page.locator("article[data-question]:visible").count() == 1
    page.get_by_role("button", name="Next question").click()
    expect(where).to_have_text(f"Question 2 of {count}")
    assert focused(page) == "h3: Question 2"
    expect(where).to_have_attribute("aria-live", "off")
    order = articles.evaluate_all("all => all.map(e => e.id)")
    page.get_by_role("button", name="Shuffle").click()
    expect(where).to_have_attribute("aria-live", "polite")
    shuffled = articles.evaluate_all("all => all.map(e => e.id)")
    assert sorted(shuffled) == sorted(order) and shuffled != order
    page.get_by_role("button", name="Usual order").click()
    assert articles.evaluate_all("all => all.map(e => e.id)") == order
    page.get_by_label("One at a time").uncheck()
    assert page.locator("article[data-question]:visible").count() == count


def test_revision_leaves_out_what_is_known(page: Page, address: str) -> None:
    """*Not right yet* and *not tried yet* go by what the reader did, on whatever page."""
    page.goto(address + TRUST)
    answer(question(page), right=True).check()
    question(page).get_by_role("button", name="Check").click()
    count = begin_revision(page, address)
    expect(page.locator('[data-practise="summary"]')).to_contain_text(f"1 of {count}")
    for choice in ("not tried yet", "not right yet"):
        page.locator("select[name=which]").select_option(choice)
        expect(page.locator('[data-practise="where"]')).to_have_text(f"Question 1 of {count - 1}")
    page.locator(".filters select[name=part]").select_option("Cases")
    parts = page.locator("[data-practise=set] > :not([hidden])")
    assert parts.evaluate_all("all => all.map(e => e.dataset.part)") == ["Cases"]


def test_progress_is_saved_cleared_and_opened(page: Page, address: str, tmp_path: Path) -> None:
    """A file holds it all; clearing can be undone; the file brings it back; a foreign file is refused."""
    begin_revision(page, address)
    page.evaluate(f"localStorage.setItem('{PREFIX}own-service', '{{\"name\": \"Bus\"}}')")
    page.evaluate(f"localStorage.setItem('{PREFIX}theme', 'dark')")
    first = page.locator("article[data-question]:visible")
    first.locator("input").first.check()
    first.get_by_role("button", name="Check").click()
    expect(page.locator('[data-practise="summary"]')).to_contain_text("tried 1 of")
    before = kept(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "progress.json"
    waiting.value.save_as(file)
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert saved["kind"] == "defining-co-production" and saved["own-service"] == {"name": "Bus"}

    page.get_by_role("button", name="Clear everything").click()
    assert set(kept(page)) == {"theme"}
    page.get_by_role("button", name="Undo").click()
    assert kept(page) == before
    page.get_by_role("button", name="Clear everything").click()
    page.get_by_label("Open a file").set_input_files(file)
    expect(page.locator('[data-practise="say"]')).to_contain_text("Opened")
    assert json.loads(kept(page)["progress"]) == json.loads(before["progress"])

    ours = '{"kind": "defining-co-production"'
    for text in (
        "no JSON",
        "[]",
        '{"kind": "other"}',
        "null",
        f"{ours}}}",
        f'{ours}, "version": 99, "answers": {{}}}}',
    ):
        file.write_text(text, encoding="utf-8")
        page.locator('[data-practise="say"]').evaluate("one => { one.textContent = '' }")
        page.get_by_label("Open a file").set_input_files(file)
        expect(page.locator('[data-practise="say"]')).to_contain_text("could not be read")
    assert json.loads(kept(page)["progress"]) == json.loads(before["progress"])


def test_revision_goes_on_where_it_was(page: Page, address: str) -> None:
    """Choice, order and question are there on the next visit; an answer that is no text is not taken from a file."""
    begin_revision(page, address)
    page.locator(".filters select[name=part]").select_option("Challenges")
    page.get_by_role("button", name="Shuffle").click()
    page.get_by_role("button", name="Next question").click()
    shown = page.locator("article[data-question]:visible").get_attribute("id")
    page.reload()
    expect(page.locator(f"#{shown}")).to_be_visible()
    expect(page.locator('[data-practise="where"]')).to_contain_text("Question 2 of")
    expect(page.locator(".filters select[name=part]")).to_have_value("Challenges")
    options = page.locator(".filters select[name=part] option").all_inner_texts()
    assert "Challenges" in options and not {"About", "Teach"} & set(options)
    file = {"name": "x.json", "mimeType": "application/json"}
    text = '{"kind": "defining-co-production", "answers": {"a": {"b": 1}, "c": "kept"}}'
    page.get_by_label("Open a file").set_input_files({**file, "buffer": text.encode()})  # type: ignore[typeddict-item]
    expect(page.locator('[data-practise="say"]')).to_contain_text("Opened")
    assert json.loads(kept(page)["answers"]) == {"c": "kept"}


def test_a_menu_over_the_page_goes_when_it_leads_down_the_page(phone: Page, address: str) -> None:
    """On a phone what was chosen in it is not left beneath it."""
    phone.goto(address + TRUST)
    phone.get_by_role("button", name="In this part").tap()
    phone.locator("#section-nav").get_by_role("link", name="Check yourself").tap()
    expect(phone.locator("#section-nav")).to_be_hidden()
    expect(phone.locator("#check-yourself")).to_be_in_viewport()


@pytest.mark.parametrize("value", ["{", "[]", "null", "7", '"x"', '{"trust-1": 3}'])
def test_what_is_kept_may_be_broken(page: Page, address: str, value: str) -> None:
    """Another page of the same host may have written anything under our name."""
    page.goto(address)
    page.evaluate(
        "([name, value]) => localStorage.setItem(name, value)", [f"{PREFIX}progress", value]
    )
    begin_revision(page, address)
    page.goto(address + TRUST)
    answer(question(page), right=True).check()
    question(page).get_by_role("button", name="Check").click()
    expect(question(page).get_by_role("status")).to_contain_text("Yes")


def test_all_works_where_storage_is_blocked(page: Page, address: str) -> None:
    """Questions, essays, preferences and revision work, and the page says that nothing is kept."""
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })"
    )
    begin_revision(page, address)
    expect(page.get_by_text("does not let the page keep anything")).to_be_visible()
    first = page.locator("article[data-question]:visible")
    first.locator("input").first.check()
    first.get_by_role("button", name="Check").click()
    expect(first.get_by_role("status")).to_contain_text("You chose A.")
    expect(page.locator('[data-practise="summary"]')).to_contain_text("tried 1 of")
    page.get_by_role("button", name="Reading preferences").click()
    page.get_by_label("Larger", exact=True).check()
    assert page.evaluate("document.documentElement.dataset.size") == "larger"


def questions_do_not_come(page: Page, **reply: Any) -> None:
    """The file of questions fails, or something else comes in its place."""
    answer = (lambda route: route.fulfill(**reply)) if reply else (lambda route: route.abort())
    page.route("**/practise/questions.js", answer)


@pytest.mark.parametrize("reply", [{}, {"body": "", "content_type": "text/javascript"}])
def test_revision_that_cannot_be_fetched(page: Page, address: str, reply: dict[str, str]) -> None:
    """The page says so, keeps the focus and leads to the questions on their pages; a second try works."""
    questions_do_not_come(page, **reply)
    page.goto(f"{address}practise/")
    button = page.get_by_role("button", name="Begin", exact=True)
    button.click()
    expect(page.locator('[data-practise="begun"]')).to_contain_text("could not be fetched")
    assert focused(page) == "button: Begin"
    page.unroute("**/practise/questions.js")
    button.click()
    expect(page.locator('[data-practise="where"]')).to_contain_text("Question 1 of")


def test_revision_begins_where_nothing_is_left(page: Page, address: str) -> None:
    """A choice that was kept and is empty by now is said to be so, and the focus is where it can be changed."""
    questions_do_not_come(page)
    page.goto(f"{address}practise/")
    kept = json.dumps({"which": "again", "part": "", "one": True, "at": "", "order": []})
    page.evaluate(
        "([name, value]) => localStorage.setItem(name, value)", [f"{PREFIX}revision", kept]
    )
    done = json.dumps({name: {"tries": 1, "right": True} for name in all_questions()})
    page.evaluate(
        "([name, value]) => localStorage.setItem(name, value)", [f"{PREFIX}progress", done]
    )
    page.reload()
    expect(page.locator('[data-practise="begun"]')).to_contain_text("could not be fetched")
    page.unroute("**/practise/questions.js")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator('[data-practise="where"]')).to_have_text(
        "No question is left in this choice."
    )
    assert focused(page).startswith("select")


def test_the_record_is_told_before_questions_are_fetched(
    page: Page, address: str, tmp_path: Path
) -> None:
    """How many of each part, from the list of pages; what was done elsewhere; a file is opened and all is cleared."""
    page.goto(address + TRUST)
    answer(question(page), right=True).check()
    question(page).get_by_role("button", name="Check").click()
    questions_do_not_come(page)
    page.goto(f"{address}practise/")
    summary = page.locator('[data-practise="summary"]')
    expect(summary).to_contain_text(f"tried 1 of {len(all_questions())} questions; 1 right")
    rows = page.locator('[data-practise="table"] tr')

    def total(column: int) -> int:
        cells = rows.locator(f"td:nth-child({column})").all_inner_texts()
        return sum(int(text.split("\u00a0of\u00a0")[1]) for text in cells)

    found, _ = content.load_pages(ROOT / "docs")
    every = [q for p in found if not p.src.startswith("practise/") for q in p.meta["questions"]]
    assert (total(2), total(3)) == (len(every), sum(bool(q["options"]) for q in every))
    assert total(3) < total(2)
    file = tmp_path / "record.json"
    text = {"kind": "defining-co-production", "progress": {"trust-1": {"right": False}}}
    file.write_text(json.dumps(text), encoding="utf-8")
    page.get_by_label("Open a file").set_input_files(file)
    expect(summary).to_contain_text("; 0 right")
    page.evaluate(f"localStorage.setItem('{PREFIX}revision', '{{}}')")
    page.get_by_role("button", name="Clear everything").click()
    expect(summary).to_contain_text("tried none")
    assert kept(page) == {}


def test_revision_without_script(chromium: Browser, address: str, pages: Pages) -> None:
    """Every page with questions is linked where they begin, and nothing is offered that cannot work."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}practise/")
    links = page.locator(".practise-pages a")
    assert links.count() == sum(
        bool(pages[name].xpath('//h2[@id="check-yourself"]')) for name in pages.names
    )
    assert page.locator(".js-only:visible, button:visible[data-practise]").count() == 0
    context.close()


# Glossary --------------------------------------------------------------------------------------------


def term_links(page: Page) -> Locator:
    """Links to glossary terms in the text."""
    return page.locator('.md-content a[href*="glossary/#"]')


def test_definitions_stand_where_terms_are_linked(pages: Pages) -> None:
    """Each page holds the definitions of just those terms that its text links to."""
    seen = 0
    for name in pages.names:
        page = pages[name]
        held = page.xpath('//template[@id="glossary-terms"]/*/@data-term')
        if name in ("404.html", "all/index.html", "practise/index.html") or not held:
            continue
        linked = {
            urldefrag(link).fragment
            for link in page.xpath('//article//a[contains(@href, "glossary/#")]/@href')
        }
        assert set(held) <= linked and len(held) == len(set(held)), name
        seen += len(held)
    assert seen > 20


def test_terms_at_hand_are_found_once_each() -> None:
    """In the order of their first link; a link to no term, and one to the page alone, count for nothing."""
    term = {"id": "a", "term": "A", "lang": None, "definition": "D", "see": []}
    terms = {"a": term, "b": {**term, "id": "b"}}
    html = '<a href="../glossary/#b"></a><a href="../glossary/#a"></a><a href="../glossary/#b"></a>'
    html += '<a href="../glossary/#zz"></a><a href="../glossary/"></a><a href="#a"></a>'
    found = glossary.at_hand(html, terms)
    assert [one["id"] for one in found] == ["b", "a"]
    assert set(found[0]) == {"id", "term", "lang", "definition"}


def test_term_by_mouse(page: Page, address: str) -> None:
    """Pointing shows the definition; it stays under the pointer (hoverable, persistent); Escape takes it away."""
    page.goto(f"{address}definitions/")
    link = term_links(page).first
    link.hover()
    card = page.locator("#citation-card")
    expect(card).to_be_visible()
    assert len(card.inner_text()) > 30
    card.hover()
    page.wait_for_timeout(500)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_term_by_keyboard(page: Page, address: str) -> None:
    """Focus shows the definition and describes the link by it; Escape keeps the focus; Enter goes to the glossary."""
    page.goto(f"{address}definitions/")
    link = term_links(page).first
    link.focus()
    expect(page.locator("#citation-card")).to_be_visible()
    assert link.get_attribute("aria-describedby") == "citation-card"
    page.keyboard.press("Escape")
    expect(page.locator("#citation-card")).to_have_count(0)
    assert link.get_attribute("aria-describedby") is None
    name = urlsplit(link.get_attribute("href") or "").fragment
    page.keyboard.press("Enter")
    expect(page.locator(f"dt#{name}")).to_be_visible()


def test_term_by_touch(phone: Page, address: str) -> None:
    """The first tap shows the definition, within the screen; the second goes there; a tap elsewhere closes it."""
    phone.goto(f"{address}definitions/")
    link = term_links(phone).first
    link.tap()
    card = phone.locator("#citation-card")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    phone.touchscreen.tap(5, 5)
    expect(card).to_have_count(0)
    link.tap()
    expect(card).to_be_visible()
    phone.wait_for_timeout(700)
    link.tap()
    expect(phone.locator("h1")).to_have_text("Glossary")


# Filters ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("definitions/compare/", "definitions"),
        ("definitions/compare-health/", "definitions"),
        ("cases/", "cases"),
        ("spectrum/models/", "models"),
        ("bibliography/", "works"),
    ],
)
def test_long_tables_are_filtered(page: Page, address: str, path: str, kind: str) -> None:
    """Words and each select narrow the rows, the count is said, and the address brings the same view back."""
    page.goto(address + path)
    status = page.locator(".filters [role=status]")
    rows = page.locator("table[data-filterable] tbody > tr, ul[data-filterable] > li")
    total = rows.count()
    expect(status).to_have_text(f"All {total} {kind} are shown.")
    for select in page.locator(".filters select:not([name=order])").all():
        value = select.locator("option").nth(1)
        said = re.search(r"\((\d+)\)$", value.inner_text())
        select.select_option(value.get_attribute("value"))
        assert said and page.locator(
            "[data-filterable] > li:visible, [data-filterable] tbody > tr:visible"
        ).count() == int(said.group(1))
        select.select_option("")
    # With and without hyphen or accent, in any case, is the same word.
    word = rows.nth(1).locator("a").first.inner_text().split()[-1].strip(".,;:()’”")
    page.locator(".filters input").fill(word.upper())
    expect(status).to_contain_text(f"of {total} {kind}")
    expect(rows.nth(1)).to_be_visible()
    said_now = status.inner_text()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == {"words": [word.upper()]})
    page.goto(page.url)
    expect(status).to_have_text(said_now)
    page.locator(".filters input").fill("zzzz")
    expect(status).to_contain_text("None of the")
    page.get_by_role("button", name="Show all").click()
    expect(status).to_contain_text("All ")
    expect(page).to_have_url(address + path)


def test_definitions_are_put_in_order(page: Page, address: str) -> None:
    """Oldest, newest, by author; the caption says which; back again to the page's own order."""
    page.goto(f"{address}definitions/compare/")
    order = page.locator("select[name=order]")
    table = page.locator("table[data-filterable]")

    def column(of: str) -> list[str]:
        return table.locator("tbody tr").evaluate_all(f"rows => rows.map(row => {of})")

    own = column("row.innerText")
    order.select_option("newest first")
    years = [int(year) for year in column("row.dataset.year") if year.isdigit()]
    assert years == sorted(years, reverse=True)
    expect(table.locator("caption")).to_contain_text("newest first")
    order.select_option("by author")
    names = [name.lower() for name in column("row.querySelector('a').innerText")]
    assert names[0] < names[-1] and names[0].startswith("a")
    expect(page).to_have_url(re.compile("order=author"))
    order.select_option("oldest first")
    assert column("row.innerText") == own


def test_filters_by_keyboard(page: Page, address: str) -> None:
    """Words are typed, a select is changed by arrow keys, and the focus stays where it is."""
    page.goto(f"{address}cases/")
    page.get_by_label("Words").focus()
    page.keyboard.type("trust")
    expect(page.locator(".filters [role=status]")).to_contain_text("of ")
    assert focused(page) == "input: Words"
    page.keyboard.press("Enter")
    assert focused(page) == "input: Words"
    assert press(page, "Tab").startswith("select: ")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("select: ")


def test_a_link_to_a_row_is_stronger_than_a_filter(page: Page, address: str) -> None:
    """Whoever arrives at a work by its address sees it, even when the address filters it away."""
    page.goto(f"{address}bibliography/?words=zzzz#ref-brandsen2016")
    expect(page.locator("#ref-brandsen2016")).to_be_in_viewport()


def test_old_addresses_of_works_land_far_down_the_list(page: Page, address: str) -> None:
    """Nor does anything that is drawn later move the line away; it leads on to the whole reference."""
    page.goto(f"{address}bibliography/#ref-worsley2022")
    expect(page.locator(".filters [role=status]")).to_contain_text("are shown")
    line = page.locator("#ref-worsley2022")
    expect(line).to_be_in_viewport()
    line.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Works: U to Z")
    expect(page.locator("#ref-worsley2022")).to_be_in_viewport()


def test_tables_are_whole_without_script(pages: Pages) -> None:
    """No row is hidden in the page itself, and only pages that have such a table ask for the script."""
    for name in pages.names:
        tables = pages[name].xpath("//*[@data-filterable]")
        assert pages[name].xpath("//*[@data-filterable]//*[@hidden]") == []
        asks = [src for src in pages[name].xpath("//script/@src") if "assets/tables" in src]
        assert bool(asks) == (bool(tables) and name != "all/index.html"), name


# Reading preferences -----------------------------------------------------------------------------------


def test_preferences_are_kept_and_shown(page: Page, address: str) -> None:
    """Size, spacing, colours and movement: chosen by keyboard, on the next page too, and back to the system's."""
    page.goto(address + TRUST)
    size = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.md-content p')).fontSize)"
    )
    page.get_by_role("button", name="Reading preferences").press("Enter")
    page.get_by_label("As in my browser").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.get_by_label("Wide", exact=True).check()
    page.get_by_label("Dark", exact=True).check()
    page.get_by_label("None", exact=True).check()
    page.goto(f"{address}about/")
    root = "document.documentElement"
    assert page.evaluate(f"({{ ...{root}.dataset }})") == {
        "theme": "dark", "size": "largest", "spacing": "wide", "motion": "less",
    }  # fmt: skip
    now = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.md-content p')).fontSize)"
    )
    assert now == pytest.approx(size * 1.5, rel=0.15)
    assert page.evaluate(f"getComputedStyle({root}).scrollBehavior") == "auto"
    page.get_by_role("button", name="Reading preferences").click()
    expect(page.get_by_label("Largest", exact=True)).to_be_checked()
    for name in ("As in my browser", "Usual"):
        page.get_by_label(name).check()
    for box in page.get_by_label("As my system").all():
        box.check()
    assert page.evaluate(f"({{ ...{root}.dataset }})") == {}
    assert kept(page) == {}


def test_system_comes_first(page: Page, address: str) -> None:
    """Without a wish of the reader's own, colours and movement are the system's."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(address + TRUST)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    page.get_by_role("button", name="Reading preferences").click()
    expect(page.get_by_role("radio", name="As my system").first).to_be_checked()


@pytest.mark.parametrize("kind", KINDS)
def test_largest_text_fits_a_small_screen(phone: Page, address: str, kind: str) -> None:
    """At 320 pixels, with the largest text and wide spacing, nothing is cut or scrolled across."""
    phone.set_viewport_size({"width": 320, "height": 740})
    phone.add_init_script(
        f"localStorage.setItem('{PREFIX}size', 'largest'); localStorage.setItem('{PREFIX}spacing', 'wide')"
    )
    phone.goto(address + kind)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


# Paper -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", TRUST, "cases/octet/", "spectrum/", "practise/"])
def test_a_page_prints_whole(page: Page, address: str, kind: str) -> None:
    """On paper: everything that opens is open, references are there, navigation and controls are not."""
    page.goto(address + kind)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".md-content details:not([open])").count() == 0
    away = (
        ".site-header",
        ".site-footer",
        ".section-nav",
        ".pager",
        ".page-print",
        ".filters",
        ".prefs",
    )
    for gone in (*away, ".doors"):
        assert page.locator(f"{gone}:visible").count() == 0
    assert (
        page.locator("article[data-question]:visible").count()
        == page.locator("article[data-question]").count()
    )
    if page.locator(".references").count():
        assert (
            page.locator(".references li:visible").count() == page.locator(".references li").count()
        )
    expect(page.locator(".print-only")).to_contain_text("https://")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(page.pdf()) > 10_000


def test_links_are_readable_on_paper(page: Page, address: str) -> None:
    """An outside link whose words are not its address shows it; a reference shows its own."""
    page.goto(f"{address}about/")
    page.emulate_media(media="print")
    link = page.locator('.md-content p a[href^="https://creativecommons"]').first
    after = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://creativecommons.org/licenses/by/4.0/" in after
    page.goto(address + TRUST)
    reference = page.locator(".references li a[href^=http]").first
    assert reference.inner_text().startswith("http")
    assert reference.evaluate("e => getComputedStyle(e, '::after').content") == "none"


def test_one_section_is_printed(page: Page, address: str) -> None:
    """Title, the section, the works it cites, where it comes from; nothing else; and the page is whole afterwards."""
    page.goto(address + TRUST)
    page.locator(".page-print select").select_option("The provider’s side")
    page.locator(".page-print").get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    assert page.locator(".md-content h2:visible").all_inner_texts() == [
        "The provider’s side",
        "References",
    ]
    cited = {
        link.split("#")[1]
        for link in page.locator(".md-content p:visible a[href^='#ref-']").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
    }
    shown = page.locator(".references li:visible").evaluate_all("all => all.map(li => li.id)")
    assert set(shown) == cited and cited
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".print-off").count() == 0
    page.emulate_media(media="screen")
    page.locator(".page-print select").select_option("the whole page")
    page.locator(".page-print").get_by_role("button", name="Print").click()
    assert (page.evaluate("window.printed"), page.locator(".print-off").count()) == (2, 0)


def test_answers_on_paper(page: Page, address: str) -> None:
    """They are there, apart from their questions, where the screen keeps them till a reason is given; or left out."""
    page.goto(f"{address}practise/sort/")
    page.emulate_media(media="print")
    answers = page.locator(".question details")
    assert page.locator(".question details:visible").count() == answers.count() > 0
    for one in ("break-inside", "margin-left"):
        assert answers.first.evaluate(f"e => getComputedStyle(e)['{one}']") not in ("auto", "0px")
    form = page.locator(".question__form").first
    assert form.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert "browser" not in form.inner_text()
    page.emulate_media(media="screen")
    page.locator(".page-print select").select_option("the page without answers")
    page.locator(".page-print").get_by_role("button", name="Print").click()
    page.emulate_media(media="print")
    assert page.locator(".question details:visible").count() == 0


@pytest.mark.parametrize(
    "kind",
    [
        "cases/",
        "cases/reading/",
        "errata/",
        "accessibility/",
        "spectrum/models/",
        "spectrum/phases/",
        "spectrum/compare/",
    ],
)
def test_no_word_is_cut_on_paper(page: Page, address: str, kind: str) -> None:
    """In a cell or a bar, on A4: a word stands on one line, or is parted at a hyphen. Addresses may break."""
    page.set_viewport_size({"width": 680, "height": 1000})
    page.goto(address + kind)
    page.evaluate("document.documentElement.dataset.size = 'larger'")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    cut = page.evaluate(
        """() => { const found = [], range = document.createRange();
          const top = (text, i) => { range.setStart(text, i); range.setEnd(text, i + 1); return [...range.getClientRects()].pop()?.top; };
          const texts = document.createTreeWalker(document.querySelector(".md-content"), NodeFilter.SHOW_TEXT);
          for (let text; (text = texts.nextNode());) {
            if (!text.parentElement.closest("td, th, .sp-bar b") || text.parentElement.closest(".break")) continue;
            for (const word of text.data.matchAll(/[\\p{L}]+/gu)) {
              if (top(text, word.index) !== top(text, word.index + word[0].length - 1)) found.push(word[0]);
            }
          }
          return found; }"""
    )
    assert cut == []


# The whole site ----------------------------------------------------------------------------------------


def test_one_page_holds_every_page(pages: Pages) -> None:
    """Each page of the navigation once, its title as a heading; headings, cases and works with ids of their own."""
    whole = pages["all/index.html"]
    left_out = {"404.html", "all/index.html", "search/index.html"}
    for name in pages.names:
        if name in left_out or name.startswith("embed/"):
            continue
        place = name.removesuffix("index.html").strip("/").replace("/", "-") or "home"
        section = whole.get_element_by_id(place)
        title = pages[name].xpath("//h1")[0].text_content().strip()
        assert section.xpath(".//h2")[0].text_content().strip() == title, name
    assert whole.xpath('//meta[@name="robots"]/@content') == ["noindex"]
    assert (
        whole.xpath(
            "//article//section//button | //article//section//input | //article//section//form"
        )
        == []
    )
    outside = [
        a
        for a in whole.xpath('//article//a[@role="doc-biblioref"]/@href')
        if not re.match(r"#bibliography-[a-z-]+--ref-", a)
    ]
    assert outside == []
    ids = whole.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = {link[1:] for link in whole.xpath("//@href") if link.startswith("#")}
    named |= {name for text in whole.xpath("//@aria-labelledby | //@for") for name in text.split()}
    assert named - set(ids) == set()


def test_links_on_the_one_page() -> None:
    """Within, between and out of pages; citations to the bibliography; what is left out to its page."""
    first = one_page.BuiltPage(
        "cases/a/",
        "A",
        '<article class="md-content__inner md-typeset"><h1 id="t">A</h1><div class="x js-only"><div>no</div></div>'
        '<p><a href="#t">1</a><a href="../b/#u">2</a><a href="../../">3</a><a href="#ref-x">4</a><a href="../b/#gone">5</a>'
        '<a href="../../about/">6</a><a href="https://example.net/">7</a></p><article>x</article><svg><g mask="url(#m)"></g></svg>'
        '<button>no</button><input type="radio"></article><p>outside</p>',
    )
    second = one_page.BuiltPage(
        "cases/b/", "B", '<article class="md-content__inner"><h1>B</h1><h2 id="u">U</h2></article>'
    )
    home = one_page.BuiltPage(
        "", "Home", '<article class="md-content__inner"><h1>Home</h1></article>'
    )
    works = one_page.BuiltPage(
        "bibliography/x/", "W", '<article class="md-content__inner"><p id="ref-x"></p></article>'
    )
    html = one_page.compose(
        [home, first, second, works], "https://site.example/", {"ref-x": "bibliography/x/"}
    )
    links = re.findall(r'href="([^"]*)"', html)
    assert links == [
        "#cases-a--t",
        "#cases-b--u",
        "#home",
        "#bibliography-x--ref-x",
        "#cases-b",
        "https://site.example/about/",
        "https://example.net/",
    ]
    assert "no" not in lxml.html.fromstring(f"<div>{html}</div>").text_content()
    assert 'mask="url(#cases-a--m)"' in html and "<article>x</article>" in html
    assert "outside" not in html and "<input" not in html
    assert '<h2 id="cases-a--t">' in html and '<h3 id="cases-b--u">' in html


@pytest.fixture(scope="module")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, unpacked as a reader would."""
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(site / offline.FILE) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 0, 0, 0)}
        archive.extractall(folder)
    return folder / offline.ROOT_FOLDER


def test_every_link_of_the_zip_arrives(unpacked: Path) -> None:
    """Each link names a file that is in the zip, with the id that it promises, or the site's own address."""
    ids: dict[Path, set[str]] = {}
    lost = []
    for file in sorted(unpacked.rglob("*.html")):
        page = lxml.html.fromstring(file.read_text(encoding="utf-8"))
        ids[file] = set(page.xpath("//@id"))
    for file in sorted(ids):
        page = lxml.html.fromstring(file.read_text(encoding="utf-8"))
        for link in page.xpath("//@href | //@src"):
            if urlsplit(link).scheme:
                continue
            path, fragment = urldefrag(urljoin(file.as_uri(), link))
            arrived = Path(unquote(urlsplit(path).path))
            if not arrived.is_file() or (
                fragment and arrived in ids and fragment not in ids[arrived]
            ):
                lost.append(f"{file.relative_to(unpacked)}: {link}")
    assert lost == []


def test_zip_works_from_a_folder(page: Page, unpacked: Path) -> None:
    """Opened as a file: search finds and leads there, the spectrum answers, a case can be read, questions check."""
    page.goto((unpacked / "index.html").as_uri())
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("co-destruction")
    expect(page.locator(".search-status")).to_contain_text("found")
    page.locator(".search-results a").first.click()
    expect(page).to_have_url(re.compile(r"^file:(?!.*/search/).*/index\.html"))
    expect(page.locator("h1")).to_be_visible()

    page.locator("#site-nav").get_by_role("link", name=re.compile("spectrum", re.I)).click()
    page.locator("[name=sp-stage][value=agreed]").check(force=True)
    expect(page.get_by_text("Could either side have said no?").first).to_be_visible()
    page.locator("a[data-sp-view=cases]").click()
    page.locator("[data-sp-open]").first.click()
    expect(page.locator("tr.sp-case").first).to_contain_text("Claimed")

    page.goto((unpacked / TRUST / "index.html").as_uri())
    answer(question(page), right=True).check()
    question(page).get_by_role("button", name="Check").click()
    expect(question(page).get_by_role("status")).to_contain_text("Yes")
    term = page.locator('a[role="doc-biblioref"]').first
    term.hover()
    expect(page.locator("#citation-card")).to_be_visible()

    page.goto((unpacked / "practise" / "index.html").as_uri())
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator('[data-practise="where"]')).to_contain_text("Question 1 of")
    links = page.locator("[data-practise=set] a").evaluate_all("all => all.map(a => a.href)")
    assert links and all(Path(unquote(urlsplit(link).path)).is_file() for link in links)


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("../b/", "../b/index.html"),
        ("../b/#x", "../b/index.html#x"),
        ("../b", "../b/index.html"),
        ("..", "../index.html"),
        ("../", "../index.html"),
        ("./", "./index.html"),
        ("#x", "#x"),
        ("../assets/site.css", "../assets/site.css"),
        ("../assets/gone.css?v=1", "https://site.example/assets/gone.css?v=1"),
        ("../go/short/", "https://site.example/go/short/"),
        ("https://example.net/b/", "https://example.net/b/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_on_disk(link: str, there: str) -> None:
    """Folders become their index.html; what is not in the zip is linked at the site's address."""
    names = frozenset(("index.html", "a/index.html", "b/index.html", "assets/site.css"))
    assert offline.offline_link(link, "a/index.html", names, "https://site.example/") == there


# For those who hear the page ---------------------------------------------------------------------------


def test_every_page_can_be_skipped_to(pages: Pages) -> None:
    """The first link of each page leads to its content, title included."""
    for name in pages.names:
        if not name.startswith("embed/"):
            first = pages[name].xpath("//body//a")[0]
            assert first.get("href") == "#content", name
            assert pages[name].get_element_by_id("content").xpath(".//h1"), name


def test_each_definition_is_in_one_table(pages: Pages) -> None:
    """The two pages together show every definition once, and each says rightly how many the other has."""
    found = {}
    for name in ("compare", "compare-health"):
        page = pages[f"definitions/{name}/index.html"]
        found[name] = [
            link.rstrip("/").split("/")[-1] for link in page.xpath("//table//tbody//th/a/@href")
        ]
    every = sorted(path.stem for path in (ROOT / "docs/definitions/all").glob("*.md"))
    assert sorted(found["compare"] + found["compare-health"]) == every
    for name, other in (("compare", "compare-health"), ("compare-health", "compare")):
        (link,) = pages[f"definitions/{name}/index.html"].xpath("//a[@data-other]")
        assert link.get("href") == f"../{other}/#table"
        assert f"These {len(found[name])} definitions come from " in text_of(link.getparent())
        assert f"The other {len(found[other])}, from " in text_of(link.getparent())


@pytest.mark.parametrize(
    ("name", "other"), [("compare", "compare-health"), ("compare-health", "compare")]
)
def test_both_tables_in_one(phone: Page, address: str, name: str, other: str) -> None:
    """On request the other page's rows stand among this one's by year, to be filtered, heard and linked; and back."""
    phone.goto(f"{address}definitions/{other}/")
    rows = phone.locator("table[data-filterable] tbody > tr")
    there = rows.count()
    phone.goto(f"{address}definitions/{name}/?level=one+person")
    here = rows.count()
    phone.get_by_role("button", name="Both tables in one").click()
    expect(rows).to_have_count(here + there)
    expect(phone).to_have_url(f"{address}definitions/{name}/?level=one+person&all=yes#table")
    expect(phone.locator(".filters [role=status]")).to_contain_text(
        f"of {here + there} definitions"
    )
    assert 0 < phone.locator("tbody > tr:visible").count() < here
    phone.get_by_role("button", name="Show all").click()
    years = [
        int(y) if y.isdigit() else 9999
        for y in rows.evaluate_all("all => all.map(r => r.dataset.year)")
    ]
    assert years == sorted(years)
    expect(phone.locator("a[data-other]")).to_be_hidden()
    expect(phone.locator("caption")).to_have_text("All definitions side by side, oldest first")
    expect(phone.locator("tbody > tr[role=row] > th[role=rowheader]")).to_have_count(here + there)
    expect(phone.locator("tbody > tr > td:not([role=cell])")).to_have_count(0)
    lost = "all => all.filter(a => a.hash && a.pathname === location.pathname && !document.getElementById(a.hash.slice(1))).length"
    assert rows.locator("a").evaluate_all(lost) == 0
    links = rows.locator("th a").evaluate_all("all => all.map(a => a.href)")
    assert len(set(links)) == here + there
    assert all(link.startswith(f"{address}definitions/all/") for link in links)
    phone.get_by_role("button", name="This table alone").click()
    expect(rows).to_have_count(here)
    expect(phone).to_have_url(f"{address}definitions/{name}/?#table")


def test_the_other_table_may_not_come(page: Page, address: str, unpacked: Path) -> None:
    """Then this one is there, and it is said; from a folder, where nothing can be fetched, it is not offered."""
    page.route("**/compare-health/", lambda route: route.fulfill(status=404, body="not here"))
    page.goto(f"{address}definitions/compare/")
    both = page.get_by_role("button", name="Both tables in one")
    both.click()
    status = page.locator(".filters [role=status]")
    expect(status).to_have_text(
        re.compile(r"^The others could not be fetched\. All \d+ definitions are shown\.$")
    )
    page.unroute("**/compare-health/")
    both.click()
    expect(page.get_by_role("button", name="This table alone")).to_be_visible()
    page.goto((unpacked / "definitions/compare/index.html").as_uri())
    expect(status).to_contain_text("All ")
    expect(page.get_by_role("button", name="Both tables in one")).to_have_count(0)


@pytest.mark.parametrize(
    "query", ["field=health+care", "choice=in+the+nature+of+service", "words=jasanoff"]
)
def test_older_filters_find_the_rows_of_the_other_page(
    page: Page, address: str, query: str
) -> None:
    """An address from when one page had every row shows what it asks for; alone again, this page is whole."""
    counts = []
    for name in ("compare-health", "compare"):
        page.goto(f"{address}definitions/{name}/")
        counts.append(page.locator("table[data-filterable] tbody > tr").count())
    page.goto(f"{address}definitions/compare/?{query}")
    expect(page).to_have_url(f"{address}definitions/compare/?{query}&all=yes")
    status = page.locator(".filters [role=status]")
    expect(status).to_contain_text(re.compile(rf"^[1-9]\d* of {sum(counts)} "))
    page.get_by_role("button", name="This table alone").click()
    expect(status).to_have_text(f"All {counts[1]} definitions are shown.")


def test_tables_stay_tables_on_a_phone(phone: Page, pages: Pages, address: str) -> None:
    """Rows that stand one below another are still rows to those who hear them; the HTML itself repeats no role."""
    roles = '//table[@role="table"] | //tr[@role] | //td[@role] | //th[@role]'
    assert [name for name in pages.names if pages[name].xpath(roles)] == []
    phone.goto(f"{address}definitions/compare/")
    table = phone.get_by_role("table", name=re.compile("side by side"))
    expect(table.locator("td[role=cell]").first).to_be_visible()
    assert table.locator("tr[role=row]").count() > 30
    expect(table.locator("th[role=rowheader]").first).to_be_visible()


# Search ----------------------------------------------------------------------------------------------

# What students type, and where one of the first three results has to lead.
LOOKED_FOR = {
    # Acronyms
    "EBCD": "glossary/#experience-based-co-design",
    "ebcd case": "cases/luton_ebcd/",
    "NEF": "spectrum/models/slay_stephens/",
    "PHB": "cases/personal_budgets/",
    "PPI": "glossary/#ppi",
    "SCIE": "definitions/all/scie2013/",
    "SDM": "glossary/#shared-decision-making",
    "TLAP": "spectrum/models/tlap_ladder/",
    # The main word, however it is spelt
    "coproduction": "definitions/",
    "co-production": "definitions/",
    "Co-Production": "glossary/#co-production",
    "co production": "glossary/#co-production",
    # Names
    "Elinor Ostrom": "definitions/all/ostrom1996/",
    "Sherry Arnstein": "spectrum/models/arnstein/",
    "Edgar Cahn": "definitions/all/cahn2000/",
    "Peter Beresford": "bibliography/b/#ref-beresford2013",
    # Students' words
    "quiz": "practise/",
    "exam": "practise/",
    "disadvantages": "challenges/",
    "drawbacks": "challenges/when-not/",
    "power imbalance": "challenges/power/",
    "lesson plan": "teach/session-plans/",
    "how do I cite this website": "teach/link-and-cite/",
    # Words in another form
    "tokenistic": "glossary/#tokenism",
    "timebanking": "glossary/#time-bank",
    "time banks": "glossary/#time-bank",
    "racist": "challenges/racism/",
    "paying people": "challenges/pay-and-benefits/",
    "Community Treatment Orders": "cases/octet/",
    "co-designed": "glossary/#co-design",
    "experience based codesign": "cases/luton_ebcd/",
    "non participation": "glossary/#non-participation",
    # Misspelt
    "arnstien": "spectrum/models/arnstein/",
    "tokenisim": "glossary/#tokenism",
    "consultaion": "spectrum/where-consultation-ends/",
    "personal helth budgets": "cases/personal_budgets/",
    # Whole questions
    "What is the difference between co-design and co-production?": "definitions/working-together/",
    "What are the disadvantages of co-production?": "challenges/",
    "When is consultation better than co-production?": "challenges/when-not/#consultation",
    "Why do people who use services not trust professionals in co-production?": "challenges/trust/#user",
}


def results(page: Page, words: str) -> list[str]:
    """Where the results for some words lead, within the site and as on the web."""
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    base = page.url.partition("search/")[0]
    links = page.locator(".search-results a").evaluate_all("links => links.map(a => a.href)")
    return [link.removeprefix(base).replace("index.html", "") for link in links]


@pytest.mark.parametrize("where", ["web", "disk"])
def test_search_finds_what_students_look_for(
    page: Page, address: str, unpacked: Path, where: str
) -> None:
    """On the web and from a folder: acronyms, names, students' words and forms, misspellings, questions."""
    page.goto(f"{address}search/" if where == "web" else f"{unpacked.as_uri()}/search/index.html")
    found = {words: results(page, words)[:3] for words in LOOKED_FOR}
    assert {words: got for words, got in found.items() if LOOKED_FOR[words] not in got} == {}


def test_search_puts_the_word_itself_before_words_like_it(page: Page, address: str) -> None:
    """SCIE is no beginning of "science", nor an exam one of "example"; the word itself stands first."""
    page.goto(f"{address}search/")
    for words, first in (("SCIE", "definitions/all/scie2013/"), ("exam", "practise/")):
        assert results(page, words)[0] == first
    assert "definitions/all/jasanoff2004/" not in results(page, "SCIE")[:10]


def test_search_result_is_named_and_shows_what_was_found(page: Page, address: str) -> None:
    """A link says its section "in" its page, for who hears it; the words found are bold, also those further on."""
    page.goto(f"{address}search/?q=trust+early+signs")
    link = page.get_by_role("link", name="Early signs in Coping with trust", exact=True)
    expect(link).to_have_attribute("href", f"{address}challenges/trust/#early-signs")
    results(page, "power imbalance")
    result = page.locator(".search-results li", has_text="Further on:").first
    marked = result.locator("b").all_inner_texts()
    assert marked and all(text.lower().startswith(("power", "imbalance")) for text in marked)


@pytest.mark.parametrize("words", ["blorptang", "the of", "???"])
def test_search_that_finds_nothing_helps(page: Page, address: str, words: str) -> None:
    """It says so, repeats the words and names other ways, which go again with the next search."""
    page.goto(f"{address}search/")
    assert results(page, words) == []
    expect(page.locator(".search-status")).to_have_text(f"Nothing found for “{words}”.")
    help_with = page.locator(".search-nothing")
    expect(help_with.get_by_role("link", name="glossary")).to_be_visible()
    assert results(page, "trust")
    expect(help_with).to_be_hidden()


# Figures ---------------------------------------------------------------------------------------------


def front_matter(folder: str) -> dict[str, Any]:
    """The front matter of the pages of a folder by their names, read without the site's own code."""
    files = sorted((ROOT / "docs" / folder).glob("*.md"))
    return {f.stem: yaml.safe_load(f.read_text("utf-8").split("\n---\n")[0][4:]) for f in files}


def text_of(node: Any) -> str:
    """Its words, with single spaces."""
    return " ".join(node.text_content().split())


def drawn(figure: Any) -> list[tuple[str, str, int, float, float]]:
    """The discs of the timeline: name of the page, field, year as read off the axis, and where it is drawn."""
    labels = [int(one.text) for one in figure.find_class("lanes__years")[0]]
    found = []
    for row in figure.xpath(".//tbody/tr[.//svg]"):
        (svg,) = row.xpath(".//svg")
        decade = float(svg.get("viewbox", svg.get("viewBox")).split()[2]) / len(labels)
        for link in svg.xpath(".//a"):
            (disc,) = link.xpath("circle")
            x, y = float(disc.get("cx")), float(disc.get("cy"))
            field = re.sub(r" \d+ from .*", "", text_of(row.xpath("th")[0]))
            year = labels[int(x // decade)] + int(x % decade * 10 // decade)
            found.append((link.get("href").rstrip("/").split("/")[-1], field, year, x, y))
    return found


def test_each_dated_definition_is_drawn_once_at_its_year(pages: Pages) -> None:
    """In the lane of its field, a link to its page, on no other disc; and in the table beneath, in the row of its year."""
    every = {name: meta["definition"] for name, meta in front_matter("definitions/all").items()}
    dated = {name: one for name, one in every.items() if one["year"] != "n.d."}
    (figure,) = pages["definitions/by-year/index.html"].find_class("lanes")
    found = drawn(figure)

    assert sorted((name, field.lower(), year) for name, field, year, _, _ in found) == sorted(
        (name, one["field"].replace("-", " "), one["year"]) for name, one in dated.items()
    )
    for one, other in itertools.combinations(found, 2):
        if one[1] == other[1]:
            assert abs(one[3] - other[3]) >= 24 or abs(one[4] - other[4]) >= 24, (one, other)
    listed = {
        (link.get("href").rstrip("/").split("/")[-1], int(row.xpath("th")[0].text))
        for row in figure.xpath('.//table[@class="lanes__list"]/tbody/tr')
        for link in row.xpath("td//a")
    }
    assert listed == {(name, one["year"]) for name, one in dated.items()}


def test_the_words_of_the_timeline_are_counted(pages: Pages) -> None:
    """The figures in its caption, its note and beside each lane, and the fields in the order of their earliest."""
    metas = front_matter("definitions/all")
    every = [meta["definition"] for meta in metas.values()]
    dated = [one for one in every if one["year"] != "n.d."]
    (figure,) = pages["definitions/by-year/index.html"].find_class("lanes")
    undated = {name for name, meta in metas.items() if meta["definition"]["year"] == "n.d."}
    links = figure.xpath('.//p[@class="lanes__note"]/a/@href')
    assert {link.rstrip("/").split("/")[-1] for link in links} == undated != set()
    years: dict[str, list[int]] = {}
    for one in sorted(dated, key=lambda one: one["year"]):
        name = one["field"].replace("-", " ").capitalize()
        years.setdefault(name, []).append(one["year"])

    assert f"{len(dated)} definitions" in text_of(figure.xpath(".//caption")[0])
    note = text_of(figure.find_class("lanes__note")[0])
    assert f"the {len(dated)} of our {len(every)} definitions that have a year" in note
    heads = [text_of(head) for head in figure.xpath(".//tr[.//svg]/th")]
    assert sorted(heads) == sorted(
        f"{name} {len(mine)} from {mine[0]} to {mine[-1]}" for name, mine in years.items()
    )
    first = [int(head.split(" from ")[1][:4]) for head in heads]
    assert first == sorted(first)
    labels = [svg.get("aria-label") for svg in figure.xpath(".//svg")]
    assert [label.replace(": ", " ").replace(",", " from") for label in labels] == heads


ANSWERS = "spectrum/lines/index.html"
FOUR = "spectrum/where-consultation-ends/index.html"


def rows_of_answers(pages: Pages, path: str = ANSWERS) -> list[list[tuple[str, str, bool]]]:
    """For each table of the figure its rows: the model's page, the kind of mark, and whether it is hollow."""
    (figure,) = pages[path].find_class("answers")
    return [
        [
            (
                row.xpath("th/a")[0].get("href").rstrip("/").split("/")[-1],
                row.get("data-stance"),
                "mark--ours" in row.xpath(".//svg/g")[0].get("class"),
            )
            for row in table.xpath("tbody/tr")
        ]
        for table in figure.xpath(".//table")
    ]


def test_each_line_of_each_model_is_marked_as_on_the_spectrum(pages: Pages) -> None:
    """The same lines, of the same kind, hollow where they are hollow there; the page before it shows the four that disagree."""
    there = sorted(
        (lane.get("data-model"), mark.get("data-stance"), "sp-mark--ours" in mark.get("class"))
        for lane in pages["spectrum/compare/index.html"].find_class("sp-lane")
        for mark in lane.xpath(".//li[@data-stance]")
    )
    theirs, ours = rows_of_answers(pages)
    (first,) = rows_of_answers(pages, FOUR)
    home = yaml.safe_load(
        (ROOT / "docs/spectrum/index.md").read_text("utf-8").split("\n---\n")[0][4:]
    )

    assert len(there) > 30
    assert sorted([*theirs, *ours]) == there
    assert set(first) < set(theirs)
    assert list(dict.fromkeys(name for name, _, _ in first)) == home["spectrum"]["open"]
    assert not any(hollow for _, _, hollow in theirs)
    assert all(hollow for _, _, hollow in ours)


@pytest.mark.parametrize("path", [ANSWERS, FOUR])
def test_the_sentence_above_the_lines_is_counted(pages: Pages, path: str) -> None:
    """How many give each answer, and who; each model once, and a second definition told apart."""
    counted: dict[str, list[str]] = {}
    second = []
    models = [meta["model"] for meta in front_matter("spectrum/models").values() if "model" in meta]
    for model in sorted(models, key=lambda one: one["order"]):
        theirs = [one for one in model["lines"] if one["uses_word"] and one["basis"] != "ours"]
        for line in theirs[:1]:
            counted.setdefault(line["stance"], []).append(model["short"])
        second += [model["short"] for _ in theirs[1:]]
    (figure,) = pages[path].find_class("answers")
    numbers = [
        "none",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    ]
    items = [text_of(item) for item in figure.xpath("ul[1]/li")]
    said = {
        tuple(
            re.split(r", | and ", item.partition(" (")[2].removesuffix(")").replace("(nef)", "nef"))
        )
        for item in items
    }

    total = sum(map(len, counted.values()))
    assert f"Of our {len(models)} models {total} use the word" in text_of(figure.xpath("p")[0])
    assert said == {
        tuple(printed(one).replace("(nef)", "nef") for one in who) for who in counted.values()
    }
    assert sorted(item.split()[0] for item in items) == sorted(
        numbers[len(who)] for who in counted.values()
    )
    assert [
        text_of(p) for p in figure.xpath("*[@class='chart__key']/preceding-sibling::p")[1:]
    ] == [
        f"A second definition by the makers of the {name} sets a condition that this line cannot show."
        for name in second
    ]


@pytest.mark.parametrize(
    "path", ["definitions/by-year/", "spectrum/where-consultation-ends/", "spectrum/lines/"]
)
def test_figures_fit_a_phone(phone: Page, address: str, path: str) -> None:
    """At 320 pixels, with all that opens open, nothing runs off; and a drawing is never wider than its row."""
    phone.set_viewport_size({"width": 320, "height": 740})
    phone.goto(address + path)
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    wide = "all => all.filter(one => one.getBoundingClientRect().right > 320.5).length"
    for kind in (".chart svg", ".chart :is(th, td)", ".lanes__list td span"):
        assert phone.locator(kind).evaluate_all(wide) == 0, kind


def test_discs_are_links_where_there_is_room(page: Page, address: str) -> None:
    """24 pixels each and with a name on a wide screen; on a narrow one no link that small, but the table has them all."""
    page.goto(f"{address}definitions/by-year/")
    discs = page.locator(".lanes svg a")
    boxes = page.locator(".lanes svg circle").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width + 5 * one.ownerSVGElement.getScreenCTM().a)"
    )
    assert len(boxes) == discs.count() > 50
    assert min(boxes) >= 24
    discs.first.focus()
    expect(discs.first.locator("text")).to_have_css("opacity", "1")
    assert page.evaluate("document.activeElement.textContent").startswith(
        "Percy, Kiser & Parks (1980)"
    )
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Percy, Kiser & Parks (1980)")

    page.go_back()
    page.set_viewport_size({"width": 700, "height": 800})
    page.wait_for_function("innerWidth === 700")
    discs.first.evaluate("one => one.focus()")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    expect(page.locator(".lanes svg circle").first).to_be_visible()
    page.get_by_text("The same as a table, year by year").click()
    assert page.locator(".lanes__list a:visible").count() == len(boxes)


# By keyboard alone -------------------------------------------------------------------------------------


def test_keyboard_walk(page: Page, address: str) -> None:
    """Home, a page, a quiz, the spectrum and search, key by key; what is pressed and what answers."""
    # Home: skip the header, and walk along the line into its page.
    page.goto(address)
    assert press(page, "Tab") == "a: Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#content a') === document.activeElement")
    page.goto(address)
    assert press(page, *["Tab"] * 2) == "a: Defining Co-production"
    tab_to(page, "a: Challenges")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What makes it hard")

    # A page: a citation is read where it stands, and left again.
    page.goto(address + TRUST)
    first = page.locator('.md-content a[role="doc-biblioref"]').first
    tab_to(page, f"a: {first.get_attribute('aria-label') or first.inner_text()}")
    expect(page.locator("#citation-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#citation-card")).to_have_count(0)

    # The quiz at its end: into the group, along it, check, read, try again.
    tab_to(page, "input: A")
    assert press(page, "ArrowDown").startswith("input: B")
    expect(question(page).get_by_role("status")).to_be_empty()
    assert press(page, "Tab") == "button: Check"
    page.keyboard.press("Space")
    expect(question(page).get_by_role("status")).to_contain_text("You chose B.")
    assert press(page, "Tab") == "button: Try again"
    assert press(page, "Enter").startswith("input: A")
    assert press(page, "Space", "Tab") == "button: Check"
    page.keyboard.press("Enter")
    expect(question(page).get_by_role("status")).to_contain_text("You chose A.")

    # The spectrum: one stop for the whole line, arrows along it, the answer beneath.
    page.goto(f"{address}spectrum/")
    assert "asked" in tab_to(page, "input: ")
    assert "answered" in press(page, "ArrowRight").lower()
    expect(
        page.get_by_text("Were people told what became of what they said, with reasons?").first
    ).to_be_visible()
    expect(page).to_have_url(re.compile("stage=answered"))

    # Search: reached from the header, typed into, and a result opened.
    page.goto(address)
    tab_to(page, "a: Search")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("trust")
    expect(page.locator(".search-status")).to_contain_text("found for “trust”")
    assert press(page, "Tab") == "button: Search"
    assert press(page, "Tab").startswith("a: ")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/search/"))
    expect(page.locator("h1")).to_be_visible()
