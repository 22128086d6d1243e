"""Content cannot attack readers: each attack is refused with its line, and harmless where it gets through."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import attacks
import checks
import content
import lxml.html
import policy
import pytest
import safety
import yaml
from conftest import ROOT, Pages, build, copy_findings
from markdown import Markdown
from playwright.sync_api import Browser, Page
from problems import Problem
from strict_yaml import CONTROL

FRONT = {
    "title": "title: A page",
    "description": "description: A page that is here to be attacked.",
    "date": "date: 2026-11-23",
}
# Whatever could run, load, restyle or lead away.
HARM = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "link",
    "meta",
    "base",
    "form",
    "input",
    "button",
    "video",
    "audio",
    "source",
    "template",
    "use",
    "foreignobject",
    "animate",
    "marquee",
    "noscript",
    "textarea",
    "title",
)


def page_of(body: str, front: str = "") -> tuple[content.SourcePage, list[Problem]]:
    """A page with this body, and this in its front matter in place of the usual."""
    name = front.partition(":")[0]
    lines = [line for key, line in FRONT.items() if key != name] + ([front] if front else [])
    page = content.read_page("x.md", "---\n" + "\n".join(lines) + f"\n---\n{body}\n")
    found = list(page.source.problems)
    if page.source.data is None:
        return page, found
    page, more = content.check_meta(page)
    return page, found + more + content.template_problems(page, ROOT / "overrides")


def harm_in(text: str) -> list[str]:
    """What of some HTML could do harm, as a parser sees it that is not the sanitiser's.

    That parser takes no control characters; a browser shows them as U+FFFD.
    """
    root = lxml.html.fragment_fromstring(CONTROL.sub("\ufffd", text), create_parent="div")
    found = [str(e.tag) for e in root.iter() if isinstance(e.tag, str) and e.tag.lower() in HARM]
    for element in root.iter():
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            leads = name in ("href", "src", "srcset", "data", "action", "xlink:href")
            bad = leads and safety.scheme(value) not in ("", "http", "https", "mailto")
            foreign = name in ("src", "srcset") and safety.is_foreign(value)
            if bad or foreign or name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                found.append(f"{name}={value}")
    return found


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    """Markdown as the site has it."""
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    names, options = [], {}
    for item in config["markdown_extensions"]:
        name = item if isinstance(item, str) else next(iter(item))
        names.append(name)
        if isinstance(item, dict):
            values = {k: {"true": True, "false": False}.get(v, v) for k, v in item[name].items()}
            options[name] = {k: int(v) if k == "toc_depth" else v for k, v in values.items()}
    return Markdown(extensions=names, extension_configs=options)


@pytest.mark.parametrize("name", attacks.BODY)
def test_an_attack_in_a_page_is_refused_with_its_line(name: str) -> None:
    """`check` names the line in the file."""
    body, line = attacks.BODY[name]
    page, problems = page_of(body)
    assert problems == []
    lines = [
        p.line - page.body_line + 1 for p in checks.page_problems(page) if p.severity == "error"
    ]

    assert line in lines, lines


@pytest.mark.parametrize("name", attacks.BODY)
def test_an_attack_in_a_page_is_harmless_in_its_html(name: str, markdown: Markdown) -> None:
    """The second wall alone: what Markdown makes of it and nh3 leaves cannot do anything."""
    body, _ = attacks.BODY[name]
    before = markdown.reset().convert(body)
    after = safety.clean(before)

    assert harm_in(after) == []
    if harm_in(before):
        page, _ = page_of(body)
        assert safety.rendered_problems(page, before, after)


@pytest.mark.parametrize("name", attacks.FRONT)
def test_an_attack_in_front_matter_is_refused_with_its_line(name: str) -> None:
    """The problem stands on the line of the front matter that holds it."""
    front = attacks.FRONT[name]
    page, problems = page_of("Text.", front)
    found = problems + (safety.front_problems(page) if page.source.data else [])
    lines = {p.line for p in found if p.severity == "error"}

    assert lines and min(lines) >= 4, found


@pytest.mark.parametrize("name", attacks.FILES)
def test_a_file_of_another_kind_is_refused(name: str, tmp_path: Path) -> None:
    """Only pages, drawings and pictures are published from docs/."""
    (tmp_path / name).write_bytes(attacks.FILES[name])
    assert [p.file for p in safety.file_problems(tmp_path)] == [f"docs/{name}"]


def test_a_link_to_another_file_is_refused(tmp_path: Path) -> None:
    """A symbolic link would publish what it points to."""
    (tmp_path / "x.md").symlink_to("/etc/hostname")
    assert [p.message for p in safety.file_problems(tmp_path)] == ["is a link to another file"]


@pytest.mark.parametrize("name", attacks.SVG)
def test_a_drawing_that_does_more_than_show_is_refused(name: str) -> None:
    """With a message, and never with a traceback."""
    assert safety.svg_problems("docs/x.svg", attacks.SVG[name].encode())


def test_our_own_pages_files_and_drawings_pass() -> None:
    """The walls do not stand in the way of what is there."""
    pages, _ = content.load_pages(ROOT / "docs")
    found = [problem for page in pages for problem in safety.source_problems(page)]
    assert found + safety.file_problems(ROOT / "docs") == []


@pytest.mark.parametrize(
    "body",
    [
        "Under 5 < 7 and 3 <5.",
        "`<script>` in code",
        "``a ` <script>`` in code",
        "```html\n<script>alert(1)</script>\n```",
        "~~~\n<script>\n~~~",
        "<https://example.org/> and <mail@example.org>",
        "[x](../trust.md#a) and [y](https://example.org/?a=b:c) and [z](mailto:a@b.example)",
        'A [term](../glossary.md#x "What it: means").',
        "![A tree](tree.svg)",
        '<div class="grid" markdown>\n\ntext\n\n</div>',
        "## A heading { #heading .wide }",
        "H<sub>2</sub>O<br>x",
        "[r]: https://example.org/\n[^n]: Note: a remark",
        "{recalled} and {a, b} and x = {y}",
    ],
)
def test_ordinary_text_is_let_through(body: str, markdown: Markdown) -> None:
    """Nothing is refused that a contributor may write, and the sanitiser leaves it alone."""
    page, _ = page_of(body)
    rendered = markdown.reset().convert(body)
    found = checks.html_problems(page)
    assert found + safety.rendered_problems(page, rendered, safety.clean(rendered)) == []


# In a build --------------------------------------------------------------------------------------

SLOT = '"><img src=x onerror="window.pwned=1"></title></script><script>window.pwned=1</script>'


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site with an attack in every text of the front matter of one page of each kind."""
    root = tmp_path_factory.mktemp("attacked") / "project"
    for name in ("scripts", "overrides", "bib", "docs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("settings.yml", "mkdocs.yml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, root)
    copy_findings(root)
    for name in KINDS:
        path = root / "docs" / f"{name}.md"
        page = content.read_page(f"{name}.md", path.read_text("utf-8"))
        front = yaml.safe_dump(spoilt(page.meta, ()), allow_unicode=True)
        path.write_text(f"---\n{front}---\n{page.body}", encoding="utf-8")
    site = root.parent / "site"
    done = build(site, root=root)
    assert done.returncode == 0, done.stderr[-3000:]
    return site


KINDS = (
    "challenges/trust",
    "cases/octet",
    "spectrum/models/tlap_ladder",
    "definitions/all/brandsen2016",
    "glossary",
)
# Fields that hold ids, choices and numbers, which the schema refuses to hold anything else.
FIXED = re.compile(
    r"id|date|outcome|see|sources|work|span|how|stance|basis|phase|phases|flags|scale|strength|reader|say|"
    r"choice|level|voluntary|field|terms|lang|misconception|stages|user_authored|jointly|about_users|"
    r"other|template|hide|sector|country|year|short|order|shape"
)


def spoilt(value: object, route: tuple[str, ...]) -> object:
    """Front matter with the attack at the end of each text that is a text."""
    if isinstance(value, dict):
        return {
            name: item
            if FIXED.fullmatch(name) and not isinstance(item, (dict, list))
            else spoilt(item, (*route, name))
            for name, item in value.items()
        }
    if isinstance(value, list):
        named = (
            bool(route) and FIXED.fullmatch(route[-1]) and not isinstance((value or [""])[0], dict)
        )
        return value if named else [spoilt(item, route) for item in value]
    if value in ("yes", "no"):
        return value
    if isinstance(value, str) and not (route and route[-1] == "description"):
        return f"{value} {SLOT}"
    return f"A description. {SLOT}"[:200] if isinstance(value, str) else value


def test_front_matter_is_text_in_every_template(attacked: Path) -> None:
    """No slot of any template lets it out: head, body, tables, diagram, data, exports."""
    shown = 0
    for path in attacked.rglob("*.html"):
        text = path.read_text("utf-8")
        page = lxml.html.fromstring(text)
        shown += text.count("pwned")
        assert page.xpath('//*[contains(@onerror, "pwned")] | //img[@src="x"]') == [], path
        assert (
            page.xpath(
                "//script[contains(., 'pwned')][not(@type='application/json')]"
                "[not(@type='application/ld+json')]"
            )
            == []
        ), path
    assert shown > 100
    for path in (*attacked.rglob("*.js"), *attacked.rglob("*.json")):
        assert "</script" not in path.read_text("utf-8") or path.suffix == ".json", path


def test_a_build_refuses_what_only_the_html_shows(tmp_path: Path) -> None:
    """The build stops at what the sanitiser would take out, with page and line."""
    root = tmp_path / "project"
    for name in ("scripts", "overrides", "bib", "docs/assets"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "settings.yml", root)
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    config["nav"] = ["index.md"]
    config["plugins"][0]["bibtex"].update(enable_inline_citations=False, bib_by_default=False)
    config["theme"].update(font=False, features=[])
    (root / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    front = "\n".join(FRONT.values())
    (root / "docs" / "index.md").write_text(
        f"---\n{front}\n---\n\nText.\n\nA <script>alert(1)</script>.\n", encoding="utf-8"
    )
    done = build(root.parent / "site", root=root)

    assert done.returncode == 1
    assert "docs/index.md:9: HTML: <script> is not allowed" in done.stderr
    assert "Traceback" not in done.stderr


# In a browser ------------------------------------------------------------------------------------


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Page]:
    """A page that notes what its policy forbids and what its console says."""
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.reports = []; document.addEventListener('securitypolicyviolation',"
        " e => window.reports.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`))"
    )
    yield page
    context.close()


def test_no_page_breaks_its_own_policy(watched: Page, address: str, pages: Pages) -> None:
    """Every page: nothing is forbidden that it needs, and the console is silent."""
    said: list[str] = []
    watched.on("console", lambda message: said.append(message.text))
    watched.on("pageerror", lambda error: said.append(str(error)))
    found = {}
    for name in pages.names:
        if name.startswith("go/") or name == "404.html":
            continue
        watched.goto(address + name)
        if reports := [*watched.evaluate("window.reports"), *said]:
            found[name] = reports
        said.clear()
    assert found == {}


def test_pages_work_from_a_folder_under_the_policy(watched: Page, site: Path) -> None:
    """Scripts and styles of a page opened as a file run under the policy too (in Chromium)."""
    for name in (
        "index.html",
        "spectrum/index.html",
        "search/index.html",
        "embed/spectrum/index.html",
    ):
        watched.goto((site / name).as_uri())
        assert watched.evaluate("document.documentElement.className") == "js", name
        assert watched.evaluate("window.reports") == [], name


def test_every_page_has_the_policy_before_anything_else(pages: Pages) -> None:
    """It counts only for what comes after it."""
    for name in pages.names:
        head = pages[name].xpath("/html/head/*")
        assert head[0].get("charset") == "utf-8", name
        assert head[1].get("http-equiv") == "Content-Security-Policy", name
        assert head[1].get("content") == policy.POLICY, name


def test_hosts_are_told_the_rest(site: Path) -> None:
    """`_headers` has the policy, nosniff and a referrer policy, and forbids no frame."""
    text = (site / "_headers").read_text("utf-8")
    assert f"Content-Security-Policy: {policy.POLICY}" in text
    assert "X-Content-Type-Options: nosniff" in text and "Referrer-Policy: " in text
    assert "frame" not in text.lower()
    assert "unsafe" not in text and "http" not in policy.POLICY


def show(page: Page, address: str, folder: Path, name: str, bodies: list[str], meta: str) -> int:
    """Open a page of these bodies in the site's folder; how often something ran."""
    text = f"<!doctype html><html><head><meta charset=utf-8>{meta}<title>x</title></head><body>"
    (folder / name).write_text(text + "\n<hr>\n".join(bodies), encoding="utf-8")
    page.goto(address + name)
    page.evaluate(
        "document.querySelectorAll('*').forEach(e => { e.click && e.tagName !== 'A' && e.click() })"
    )
    page.wait_for_timeout(300)
    (folder / name).unlink()
    return int(page.evaluate("window.pwned || 0"))


def test_nothing_runs_in_a_browser(
    watched: Page, address: str, site: Path, markdown: Markdown
) -> None:
    """All attacks on one page: they run with no wall (so they are real), with either wall none does."""
    calm = [
        body for body, _ in attacks.BODY.values() if "pwned" in body and "plaintext" not in body
    ]
    raw = [markdown.reset().convert(body) for body in calm]
    clean = [safety.clean(text) for text in raw]
    bare = [f"<div onclick='{attacks.RUN}'>x</div><script>{attacks.RUN}</script>", *raw]

    assert show(watched, address, site, "no-wall.html", bare, "") == 1
    assert show(watched, address, site, "policy.html", bare, policy.META) == 0
    assert watched.evaluate("window.reports.length") > 0
    assert show(watched, address, site, "clean.html", clean, "") == 0


def test_shown_code_stays_code(markdown: Markdown) -> None:
    """A page may explain an attack."""
    rendered = markdown.reset().convert("Write `<script>alert(1)</script>`.")
    assert safety.clean(rendered) == rendered
    assert html.escape("<script>") in rendered
