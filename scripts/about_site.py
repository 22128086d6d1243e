"""What the repository says of the site in files of its own, made from settings.yml and held against it.

CITATION.cff (GitHub, Zenodo) and metadata.yml (OERSI) are written by `python3 scripts/dev.py record`; what
stands in mkdocs.yml, README and CHANGELOG is compared.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import metadata
import yaml
from files import write_atomically
from problems import Problem

HEADER = """\
# Generated from settings.yml by `python3 scripts/dev.py record`. Do not edit.
"""


class Plain(yaml.SafeDumper):
    """Writes every value out where it stands, for readers that know no references."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        return True


def person(author: dict[str, str]) -> dict[str, str]:
    """An author in CFF's words."""
    if "literal" in author:
        return {"name": author["literal"]}
    names = {"family-names": author["family"], "given-names": author["given"]}
    return names | ({"orcid": author["orcid"]} if "orcid" in author else {})


def cff(settings: dict[str, Any]) -> dict[str, Any]:
    """The site in the Citation File Format 1.2.0."""
    released = settings["released"]
    common = {
        "title": f"{settings['name']}: {settings['subtitle']}",
        "authors": [person(author) for author in settings["authors"]],
        "version": str(settings["version"]),
        "date-released": released,
        "license": settings["licence"]["text"]["id"],
        "url": settings["address"],
    }
    return {
        "cff-version": "1.2.0",
        "message": "If you use this site, please cite it as below. "
        "For a single page, add its title and the date at its foot.",
        "type": "dataset",
        **common,
        "abstract": " ".join(settings["description"].split()),
        "keywords": list(settings["keywords"]),
        # So that nobody's reference calls a web site a data set.
        "preferred-citation": {
            "type": "website",
            **common,
            "year": released.year,
            "month": released.month,
        },
    }


def texts(settings: dict[str, Any]) -> dict[str, str]:
    """The generated files: their names and what stands in them."""
    unsettled = ", ".join(settings["placeholders"])
    header = HEADER + (
        f"# Placeholders until settings.yml is filled in: {unsettled}.\n" if unsettled else ""
    )
    return {
        name: header
        + yaml.dump(value, Dumper=Plain, allow_unicode=True, sort_keys=False, width=100)
        for name, value in (
            ("CITATION.cff", cff(settings)),
            ("metadata.yml", metadata.amb(settings)),
        )
    }


def read_settings(root: Path) -> dict[str, Any]:
    """The settings."""
    found: dict[str, Any] = yaml.safe_load((root / "settings.yml").read_text(encoding="utf-8"))
    return found


def check(root: Path) -> list[Problem]:
    """Files that say something else than settings.yml."""
    settings = read_settings(root)
    problems = []
    for name, text in texts(settings).items():
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            fix = "run `python3 scripts/dev.py record`"
            problems.append(Problem(name, 1, "", "not as settings.yml makes it", fix))
    names = [metadata.with_initials(author) for author in settings["authors"]]
    wanted = {
        "mkdocs.yml": (f"site_name: {settings['name']}", f"site_url: {settings['address']}"),
        "README.md": (
            f"> {metadata.join_names(names, '&').rstrip('.')}. ({settings['released'].year}). "
            f"*{settings['name']}: {settings['subtitle']}* (Version {settings['version']}). "
            f"{settings['address']}",
        ),
        "CHANGELOG.md": (f"## {settings['version']} - {settings['released']}",),
    }
    for name, lines in wanted.items():
        found = (root / name).read_text(encoding="utf-8").splitlines()
        for line in lines:
            if line not in found:
                fix = f"write the line `{line}`"
                problems.append(Problem(name, 1, "", "does not say what settings.yml says", fix))
    return problems


def main() -> int:
    """Write the generated files."""
    root = Path(__file__).resolve().parent.parent
    for name, text in texts(read_settings(root)).items():
        write_atomically(root / name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
