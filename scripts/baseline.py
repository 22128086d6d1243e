"""What accessibility tools find and we keep, and what people found: tests/accessibility.yml.

The tests and the audit measure by it; the accessibility statement shows readers the faults in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from content import SourcePage
from permalinks import LOADER
from problems import Problem
from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "accessibility.yml"
AUDIT = ROOT / "tests" / "audit.yml"
YEAR = datetime.timedelta(days=365)


class Kept(BaseModel):
    """One line: something found that stays as it is, for now or for good."""

    model_config = ConfigDict(extra="forbid")

    tool: Literal["ibm", "nu", "person"]
    rule: str = Field(description="the tool's name for it; from a person, the criterion of WCAG")
    where: str = Field(description="the page, `*` for any part of its address")
    element: str = Field("", description="what the element's HTML holds; any element if left out")
    reason: str
    date: datetime.date
    fault: str = Field("", description="what readers are told, if it is a fault of ours")


def read(file: Path = FILE) -> list[Kept]:
    """The reviewed list. Raises pydantic.ValidationError where a line is not as it should be."""
    return [Kept(**line) for line in yaml.load(file.read_bytes(), Loader=LOADER)]


def audit() -> dict[str, Any]:
    """The last audit that was recorded: its day, and its rows (what, pages, found)."""
    counts: dict[str, Any] = yaml.load(AUDIT.read_bytes(), Loader=LOADER)
    return counts


def overdue(pages: Iterable[SourcePage], today: datetime.date) -> list[Problem]:
    """A warning for each statement that was last reviewed over a year ago."""
    fix = "run `python3 scripts/dev.py audit --record`, put the page right, and set the day"
    return [
        Problem(
            f"docs/{page.src}",
            1,
            "reviewed",
            f"last on {page.meta['reviewed']}, over a year ago",
            fix,
            "warning",
        )
        for page in pages
        if page.meta.get("reviewed") and today - page.meta["reviewed"] > YEAR
    ]
