"""The built site in, a project that any generator of pages can build out: the way from MkDocs to Zensical.

`python3 scripts/dev.py exit OUT` writes `OUT/docs` with one file for each page, whose text, citations,
references, tables, diagram and questions are finished HTML, and `OUT/zensical.toml`. Zensical runs neither
hooks nor mkdocs-bibtex, and says nothing of it; here nothing is left for them to do. Addresses stay.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lxml.html
import yaml

ROOT = Path(__file__).resolve().parent.parent
# Pages that stay as they are: they lead on to, repeat or frame others, or are a tool of their own.
AS_IT_IS = ("go/", "all/", "embed/", "search/")
# What the other generator makes itself.
ITS_OWN = ("404.html", "sitemap.xml", "sitemap.xml.gz")


def page_text(page: Any) -> str | None:
    """A page as front matter and one block of HTML; nothing if it has no article."""
    own = page.xpath("//article[contains(@class, 'md-content__inner')]")
    if not own:
        return None
    body = own[0]
    body.tag = "div"
    # Our scripts stay behind: what needs them goes, and what stands in for it is shown.
    for needless in body.find_class("js-only"):
        needless.drop_tree()
    for instead in body.xpath(".//noscript"):
        instead.drop_tag()
    title = " ".join((body.findtext(".//h1") or page.findtext(".//title") or "").split())
    described = page.xpath("string(//meta[@name='description']/@content)")
    front = yaml.safe_dump({"title": title, "description": str(described)}, allow_unicode=True)
    return f"---\n{front}---\n\n{lxml.html.tostring(body, encoding='unicode', with_tail=False)}\n"


def write_pages(site: Path, docs: Path) -> int:
    """Every page of a built site as `<address>/index.md`, so that its relative links stay right; how many.

    All other files are copied: style, exports, downloads, short addresses, frames.
    """
    count = 0
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site)
        if name.as_posix() in ITS_OWN:
            continue
        text = None
        if name.name == "index.html" and not name.as_posix().startswith(AS_IT_IS):
            text = page_text(lxml.html.fromstring(path.read_text(encoding="utf-8")))
        target = docs / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if text:
            target.with_suffix(".md").write_text(text, encoding="utf-8", newline="\n")
            count += 1
        else:
            shutil.copyfile(path, target)
    return count


def settings_text(site: Path) -> str:
    """Zensical's settings: name and address, no font from elsewhere, our style and script."""
    ours = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    assets = sorted((site / "assets").glob("*"))
    style = [f"assets/{p.name}" for p in assets if p.name.startswith(("tokens.", "spectrum."))]
    return "\n".join(
        [
            "[project]",
            f"site_name = {json.dumps(ours['name'], ensure_ascii=False)}",
            f"site_url = {json.dumps(ours['address'])}",
            f"extra_css = {json.dumps([name for name in style if name.endswith('.css')])}",
            "",
            "[project.theme]",
            "font = false",
            "",
        ]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Write the project; 1 when there is no built site, or the folder holds something."""
    top = argparse.ArgumentParser(prog="dev.py exit", description=__doc__)
    top.add_argument("out", type=Path, help="an empty folder for the project")
    top.add_argument("--site", type=Path, default=ROOT / "site", help="the built site")
    options = top.parse_args(argv)
    if not (options.site / "index.html").exists():
        print(f"{options.site} holds no built site; run `build` first", file=sys.stderr)
        return 1
    if options.out.exists() and any(options.out.iterdir()):
        print(f"{options.out} holds other files; name an empty folder", file=sys.stderr)
        return 1
    count = write_pages(options.site, options.out / "docs")
    (options.out / "zensical.toml").write_text(settings_text(options.site), encoding="utf-8")
    print(f"{count} pages. Then, in {options.out}: zensical build")
    return 0


if __name__ == "__main__":
    sys.exit(main())
