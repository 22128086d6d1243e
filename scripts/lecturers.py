"""Everything the build makes for lecturers and their systems, gathered so that the hooks need two lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cartridge
import go
import metadata
import questions
from tables import SiteData

reader = metadata.reader


def files(data: SiteData, docs_dir: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """Path in the site to content: citations of pages, cartridges, question bank, short addresses."""
    made: dict[str, bytes] = {}
    for module in (metadata, cartridge, questions, go):
        made.update(module.files(data, docs_dir, settings))
    return made


def write(site: Path, data: SiteData, docs_dir: Path) -> None:
    """Put them into the built site."""
    for name, content in files(data, docs_dir, data.settings).items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
