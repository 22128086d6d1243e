"""A mistake in somebody's file, said so that they can mend it: from the checks to the printer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake (or, as a warning, something put right on the way) at a place in a file."""

    file: str
    line: int
    field: str
    message: str
    fix: str
    severity: Severity = "error"


def format_problem(problem: Problem) -> str:
    """Return `file:line: field: what is wrong; how to mend it` on one line."""
    label = "warning: " if problem.severity == "warning" else ""
    field = f"{problem.field}: " if problem.field else ""
    fix = f"; {problem.fix}" if problem.fix else ""
    return f"{problem.file}:{problem.line}: {label}{field}{problem.message}{fix}"


def format_problems(problems: Iterable[Problem]) -> str:
    """Return all problems, one on a line, by file and line."""
    return "\n".join(format_problem(problem) for problem in sorted(problems))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Say whether any of the problems stops the work (warnings do not)."""
    return any(problem.severity == "error" for problem in problems)
