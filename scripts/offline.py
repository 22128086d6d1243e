"""The site as a zip that works from a folder on disk: search, the spectrum, links and all.

A browser that opens a file shows a folder's list where a server would show its index.html, so links that
name folders are made to name the file. What is not in the zip is linked at the site's address.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import policy
from tables import SiteData

Time = tuple[int, int, int, int, int, int]
ROOT_FOLDER = "defining-co-production"
FILE = "downloads/defining-co-production.zip"
# Addresses that a server turns, what the theme brings and no page loads, and files that are taken away one by one.
LEFT_OUT = re.compile(
    r"404\.html|sitemap\.xml|_headers|\.nojekyll|go/|cite/|downloads/|teach/files/|embed/(?!spectrum/)"
    r"|assets/(?:javascripts|stylesheets|images)/|bibliography/(?!references\.)[^/]+\.(?:bib|ris|json)$"
)
LINK = re.compile(r'(?<=\s)(href|src|data-[a-z-]+)="([^"]*)"')


def names_in(site: Path) -> list[str]:
    """The files that go into the zip, in a fixed order."""
    found = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return sorted(name for name in found if not LEFT_OUT.match(name))


def offline_link(link: str, page: str, names: frozenset[str], address: str) -> str:
    """A link of a page (its file's name) as it has to be on disk."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return link
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(page), parts.path))[1:]
    rest = link[len(parts.path) :]
    if path in names:
        return link
    index = posixpath.join(path, "index.html")
    if index in names:
        return posixpath.join(parts.path, "index.html") + rest
    return urljoin(address, path + ("/" if parts.path.endswith("/") else "")) + rest


def offline_page(html: str, page: str, names: frozenset[str], address: str) -> str:
    """A page's HTML with links that work on disk. Only those data-attributes that hold a link are touched."""

    def change(match: re.Match[str]) -> str:
        name, value = match.group(1), unescape(match.group(2))
        if name.startswith("data-") and not re.fullmatch(r"(\.\.?/)+[\w./-]*", value):
            return match.group(0)
        return f'{name}="{escape(offline_link(value, page, names, address))}"'

    # Not every browser takes a folder on disk for a site of its own, and the policy names no other.
    return policy.unprotect(LINK.sub(change, html))


def entry(name: str, when: Time) -> zipfile.ZipInfo:
    """A zip's entry of a fixed time and mode: nothing depends on the machine."""
    info = zipfile.ZipInfo(f"{ROOT_FOLDER}/{name}", when)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def package(site: Path, address: str, when: Time) -> bytes:
    """The zip of a built site."""
    names = names_in(site)
    known = frozenset(names)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            data = (site / name).read_bytes()
            if name.endswith(".html"):
                data = offline_page(data.decode(), name, known, address).encode()
            archive.writestr(entry(name, when), data, compresslevel=9)
    return held.getvalue()


def write(site: Path, data: SiteData) -> None:
    """Put the zip among the site's downloads; its times are those of the release."""
    day = data.settings["released"]
    when = (day.year, day.month, day.day, 0, 0, 0)
    file = site / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(package(site, str(data.settings["address"]), when))
