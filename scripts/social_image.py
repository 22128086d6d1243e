"""Draw docs/assets/social.png, which other sites show beside a link to ours: 1200 by 630 pixels.

From the site's own mark and palette, in the browser that the tests use. Run it after a change of either,
`.venv/bin/python scripts/social_image.py`, look at the picture, and commit it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import dev
import jinja2
import yaml
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
PICTURE = ASSETS / "social.png"
WIDTH, HEIGHT = 1200, 630
STYLE = """
body { margin: 0; width: 1200px; height: 630px; position: relative; overflow: hidden; background: var(--paper); color: var(--ink) }
.mark { position: absolute; left: -70px; top: 245px; width: 1340px; height: 460px }
h1, p { position: absolute; left: 84px; margin: 0; font-family: "Iowan Old Style", Palatino, P052, Georgia, "Liberation Serif", serif }
h1 { top: 78px; font-size: 92px; line-height: 1.05; font-weight: 600; letter-spacing: -.012em; white-space: nowrap }
p { top: 196px; font-size: 42px; color: var(--ink-soft) }
"""


def drawing() -> str:
    """The picture as a page: the name, the question, and the mark's two ribbons from edge to edge."""
    settings = yaml.safe_load((ROOT / "settings.yml").read_text(encoding="utf-8"))
    template = (ROOT / "overrides" / "partials" / "mark.html").read_text(encoding="utf-8")
    mark = jinja2.Template(template).render().strip()
    mark = mark.replace("<svg ", '<svg class="mark" preserveAspectRatio="none" ', 1)
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    site = (ASSETS / "site.css").read_text(encoding="utf-8")
    threads = "".join(re.findall(r"\.weave [^}]*}", site))
    name = settings["name"].replace("-", "\N{NON-BREAKING HYPHEN}")
    return (
        f'<!doctype html><html lang="en" data-theme="light"><style>{tokens}{threads}{STYLE}</style>'
        f"<body>{mark}<h1>{name}</h1><p>{settings['subtitle']}</p></body></html>"
    )


def main() -> int:
    """Write the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=dev.browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.set_content(drawing())
        PICTURE.write_bytes(page.screenshot())
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
