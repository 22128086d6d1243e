"""Hold the records against Crossref: which fields agree, which differ, of which it knows nothing.

`python3 scripts/dev.py verify` reports; `--write` also notes under `verified`, for each field that agrees
and that nobody has seen elsewhere, that Crossref says the same. What differs is for a person to settle:
either side may be wrong. Needs the network, and is run by hand and on a schedule, never by the build.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import net
import records
import strict_yaml
import tidy
import yaml
from files import write_atomically
from foreign import csl_name, first
from work_schema import Work

ROOT = Path(__file__).resolve().parent.parent
# Where Crossref answers; the tests put a server of their own here.
CROSSREF = os.environ.get("CROSSREF", "https://api.crossref.org/works/")
PAUSE = 0.1
Verdict = Literal["agrees", "differs", "unknown"]


@dataclass(frozen=True)
class Finding:
    """What Crossref says of one field of one record."""

    key: str
    field: str
    verdict: Verdict
    ours: str = ""
    theirs: str = ""


# Comparing ---------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """A text without what editors change: capitals, accents, signs, `&` for `and`, a first `the`."""
    text = tidy.plain(text).replace("&", " and ").lower()
    words = [tidy.ascii_word(word) or word for word in re.split(r"[\W_]+", text)]
    return "".join(words).removeprefix("the")


def compare(work: Work, answer: dict[str, Any]) -> list[Finding]:
    """Every field of a record that Crossref could know, with its verdict."""
    found = []
    for name, value in work.fields.items():
        if name in READERS:
            theirs = [text for text in READERS[name](answer) if text]
            ours = READ_OURS.get(name, str)(value)
            verdict = judge(name, ours, theirs)
            found.append(Finding(work.id, name, verdict, ours, theirs[0] if theirs else ""))
    return found


def judge(name: str, ours: str, theirs: Sequence[str]) -> Verdict:
    """Whether one of Crossref's forms is ours."""
    if not theirs:
        return "unknown"
    same = SAME.get(name, lambda a, b: bare(a) == bare(b))
    if any(same(ours, text) for text in theirs):
        return "agrees"
    # Publishers are bought and renamed; another name is no mistake of ours.
    return "unknown" if name in ("publisher", "publisher-place") else "differs"


def titles(answer: dict[str, Any]) -> list[str]:
    """A work's title with its subtitle, and without."""
    heads, tails = listed("title", answer), listed("subtitle", answer)
    return [*(f"{head}: {tail}" for head in heads for tail in tails), *heads]


def dates(answer: dict[str, Any]) -> list[str]:
    """Every date of publication, first in print."""
    names = ("published-print", "issued", "published", "published-online", "published-other")
    return [tidy.date(answer[name]) for name in names if isinstance(answer.get(name), dict)]


def people(role: str, answer: dict[str, Any]) -> list[str]:
    """The names of a role as one text."""
    given = answer.get(role)
    named = [csl_name(person) for person in given] if isinstance(given, list) else []
    shown = "; ".join(tidy.shown(person) for person in named if person)
    return [shown] if shown else []


def listed(name: str, answer: dict[str, Any]) -> list[str]:
    """A field's values, be they one or many."""
    value = answer.get(name)
    values = value if isinstance(value, list) else [value]
    return [text for text in (first(item) for item in values) if text]


def same_people(ours: str, theirs: str) -> bool:
    """The same names in the same order; given names may be initials on either side."""
    pairs = (ours.split("; "), theirs.split("; "))
    return len(pairs[0]) == len(pairs[1]) and all(map(same_person, *pairs))


def same_person(ours: str, theirs: str) -> bool:
    """The same family name, and given names that do not contradict each other."""
    (one, _, given), (two, _, other) = ours.partition(", "), theirs.partition(", ")
    if bare(one) != bare(two) and bare(f"{given} {one}") != bare(f"{other} {two}"):
        return False
    return not given or not other or bare(given)[:1] == bare(other)[:1]


def same_pages(ours: str, theirs: str) -> bool:
    """The same pages; Crossref often has only the first."""
    theirs = tidy.pages(theirs)
    return ours == theirs or ("-" not in theirs and ours.split("-")[0] == theirs)


def same_number(ours: str, theirs: str) -> bool:
    """The same article number, with or without its letter."""
    return bare(ours).lstrip("e") == bare(theirs).lstrip("e")


READERS: dict[str, Any] = {
    "title": titles,
    "author": lambda answer: people("author", answer),
    "editor": lambda answer: people("editor", answer),
    "issued": dates,
    # Not the short form: an abbreviation says nothing on the name.
    "container-title": lambda answer: listed("container-title", answer),
    "volume": lambda answer: listed("volume", answer),
    "issue": lambda answer: listed("issue", answer),
    "page": lambda answer: listed("page", answer),
    "number": lambda answer: listed("article-number", answer) + listed("page", answer),
    "edition": lambda answer: listed("edition-number", answer),
    "publisher": lambda answer: listed("publisher", answer),
    "publisher-place": lambda answer: listed("publisher-location", answer),
    "ISBN": lambda answer: listed("ISBN", answer),
    "DOI": lambda answer: listed("DOI", answer),
}
READ_OURS: dict[str, Any] = {
    "author": lambda names: "; ".join(tidy.shown(name) for name in names),
    "editor": lambda names: "; ".join(tidy.shown(name) for name in names),
}
SAME: dict[str, Any] = {
    "author": same_people,
    "editor": same_people,
    "issued": lambda ours, theirs: ours[:4] == theirs[:4],
    "page": same_pages,
    "number": same_number,
    "publisher": lambda a, b: bare(a) in bare(b) or bare(b) in bare(a),
    "publisher-place": lambda a, b: bare(a) in bare(b) or bare(b) in bare(a),
    "ISBN": lambda a, b: re.sub(r"\D", "", a)[-10:-1] == re.sub(r"\D", "", b)[-10:-1],
    "DOI": lambda a, b: a.lower() == b.lower(),
}


def notices(answer: dict[str, Any]) -> list[str]:
    """Retractions, corrections and the like, of which a reader should be told."""
    updates = answer.get("updated-by")
    return [
        f"{first(update.get('type'))}: https://doi.org/{first(update.get('DOI'))}"
        for update in (updates if isinstance(updates, list) else [])
        if isinstance(update, dict)
    ]


# Asking ------------------------------------------------------------------------------------------


def ask(doi: str, contact: str) -> tuple[dict[str, Any], str]:
    """What Crossref says of a DOI, or why nothing. Raises ConnectionError when offline."""
    agent = f"defining-co-production ({contact})"
    answer = net.fetch(CROSSREF + urllib.parse.quote(doi, safe="/"), agent=agent)
    if answer.offline:
        raise ConnectionError(answer.reason)
    if answer.status == 404:
        return {}, "Crossref does not know this DOI (another agency may)"
    if answer.status != 200:
        return {}, f"Crossref answered {answer.status}; try again later"
    try:
        message = json.loads(answer.text)["message"]
    except (ValueError, KeyError, TypeError):
        return {}, "Crossref’s answer could not be read"
    return (message, "") if isinstance(message, dict) else ({}, "Crossref’s answer is empty")


# Writing -----------------------------------------------------------------------------------------


def note_agreement(text: str, fields: Sequence[str], doi: str) -> str:
    """A record's text in which these fields are known from Crossref."""
    address = f"https://api.crossref.org/works/{doi}"
    for name in fields:
        text = replace_known(text, name, f'{{how: seen, url: "{address}"}}')
    return text


def replace_known(text: str, name: str, known: str) -> str:
    """The text with another value for one line under `verified`, however that is laid out."""
    head, mark, tail = text.partition("\n  verified:\n")
    lines = tail.split("\n")
    for place, line in enumerate(lines):
        match = re.match(rf"(\s+){re.escape(name)}:(?: |$)", line)
        if match:
            end = place + 1
            while end < len(lines) and lines[end].startswith(match[1] + " "):
                end += 1
            lines[place:end] = [f"{match[1]}{name}: {known}"]
            break
    return head + mark + "\n".join(lines)


def update(path: Path, work: Work, agreed: Sequence[str]) -> list[str]:
    """Note what agrees in a record's file; the fields that were noted. Never writes an unsound record."""
    weak = [
        n for n in agreed if n in work.custom.verified and work.custom.verified[n].how != "seen"
    ]
    if not weak or work.doi is None:
        return []
    text = note_agreement(path.read_text(encoding="utf-8"), weak, work.doi)
    sound, problems = records.check_document(strict_yaml.read_document(path.name, text.encode()))
    kept = (
        sound and sound.fields == work.fields and not any(p.severity == "error" for p in problems)
    )
    if not kept:
        return []
    write_atomically(path, text)
    return weak


# The command -------------------------------------------------------------------------------------


def verify(
    root: Path, keys: Sequence[str], write: bool, pause: float
) -> Iterator[tuple[Work, list[Finding], str, list[str], list[str]]]:
    """Each record that has a DOI: findings, or a reason for none; notices; fields newly noted.

    Raises ConnectionError when nothing can be reached.
    """
    library = records.read_library(root / "bib" / "works")
    contact = str(yaml.safe_load((root / "settings.yml").read_text("utf-8")).get("contact", ""))
    for work in library.works.values():
        if not work.doi or (keys and work.id not in keys):
            continue
        answer, reason = ask(work.doi, contact)
        findings = compare(work, answer) if answer else []
        agreed = [finding.field for finding in findings if finding.verdict == "agrees"]
        path = root / "bib" / "works" / f"{work.id}.yaml"
        noted = update(path, work, agreed) if write and agreed else []
        yield work, findings, reason, notices(answer), noted
        time.sleep(pause)


def lines_of(
    work: Work, findings: Sequence[Finding], reason: str, told: Sequence[str], noted: Sequence[str]
) -> list[str]:
    """What is to be said of one record; nothing when all agrees."""
    file = f"bib/works/{work.id}.yaml"
    lines = [f"{file}: {reason}"] if reason else []
    lines += [f"{file}: {notice}" for notice in told]
    lines += [
        f"{file}: {f.field}: ours “{f.ours}”, Crossref “{f.theirs}”"
        for f in findings
        if f.verdict == "differs"
    ]
    return lines + ([f"{file}: noted as seen: {', '.join(noted)}"] if noted else [])


def summary(counts: dict[str, int], works: int) -> str:
    """The closing count."""
    parts = ", ".join(f"{counts[v]} {v}" for v in ("agrees", "differs", "unknown")).replace(
        "agrees", "fields agree"
    )
    return f"{works} records with a DOI: {parts.replace('differs', 'differ')}."


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(prog="dev.py verify", description="Records against Crossref.")
    top.add_argument("keys", nargs="*", help="only these records")
    top.add_argument("--write", action="store_true", help="note under `verified` what agrees")
    top.add_argument("--report", type=Path, help="write what is to be settled to this file, too")
    return top


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Report on all records; 1 when something differs, 2 when nothing could be reached."""
    options = parser().parse_args(argv)
    counts, works, open_ = {"agrees": 0, "differs": 0, "unknown": 0}, 0, []
    pause = PAUSE if "crossref.org" in CROSSREF else 0
    try:
        for result in verify(root, options.keys, options.write, pause):
            works += 1
            for finding in result[1]:
                counts[finding.verdict] += 1
            lines = lines_of(*result)
            open_ += [line for line in lines if ": noted as seen: " not in line]
            print("\n".join(lines), end="\n" if lines else "", flush=True)
    except ConnectionError as reason:
        print(f"{reason}. {net.OFFLINE}", file=sys.stderr)
        return 2
    unknown = sorted(
        set(options.keys) - {path.stem for path in (root / "bib/works").glob("*.yaml")}
    )
    for key in unknown:
        print(f"no work has the key {key}", file=sys.stderr)
    print(summary(counts, works))
    if options.report and open_:
        options.report.write_text("\n".join(f"- {line}" for line in open_) + "\n", "utf-8")
    return 1 if open_ or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
