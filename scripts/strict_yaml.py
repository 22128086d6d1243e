"""Bytes of a small YAML file in, plain data with the line of every value out; no clever YAML.

Plain values are read by the core schema of YAML 1.2: `no` and `2020-01-02` are text, not a
truth value or a date. PyYAML's parser (the C one where it is built in) does the parsing; the
pure-Python ruamel.yaml took about thirty times as long on the same records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from problems import Problem

LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)

# Where a value stands in the data: field names and, in lists, positions.
Route = tuple[str | int, ...]

CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
# Allowed below U+00A0: tab, line feed, carriage return and the printable characters. U+E000 and U+E001
# are what citations.py puts around its placeholders.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000\ue001\ufffe\uffff]")
# No record or page nests half as deep; far deeper, Python's own stack ends.
DEEPEST = 40


@dataclass
class Document:
    """The data of one file, the line of every value by its path, and what was wrong."""

    file: str
    kind: str = "a record"
    data: Any = None
    lines: dict[Route, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Route) -> int:
        """Return the line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def report(self, path: Route, message: str, fix: str, line: int | None = None) -> None:
        """Add a mistake at `path`."""
        where = self.line(path) if line is None else line
        self.problems.append(Problem(self.file, where, field_name(path), message, fix))


def field_name(path: Route) -> str:
    """Return a path as a reader writes it: `author[2].given`, counting from one."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return name.removeprefix(".")


def read_document(file: str, raw: bytes) -> Document:
    """Parse one file; mistakes are collected in the document, none is raised."""
    document = Document(file)
    text = decode(document, raw)
    if text is not None:
        parse_text(document, text)
    return document


def decode(document: Document, raw: bytes) -> str | None:
    """Return the text of the bytes, or None when they cannot be read on as YAML."""
    if raw.startswith(b"\xef\xbb\xbf"):
        document.report((), "starts with a byte order mark", "save as UTF-8 without BOM", 1)
        raw = raw[3:]
    if b"\r" in raw:
        line = raw[: raw.index(b"\r")].count(b"\n") + 1
        document.report((), "has Windows line ends (CRLF)", "save with LF line ends", line)
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        wrong = f"is not UTF-8 (byte 0x{raw[error.start]:02x}, as in Latin-1)"
        document.report((), wrong, "save the file as UTF-8", line)
        return None
    return text if not report_controls(document, text) else None


def report_controls(document: Document, text: str) -> bool:
    """Report the first control character, and on how many lines there are more; say if any."""
    match = CONTROL.search(text)
    if not match:
        return False
    lines = [number for number, line in enumerate(text.split("\n"), 1) if CONTROL.search(line)]
    code = ord(match[0])
    name = "NUL" if code == 0 else f"U+{code:04X}"
    more = f", and so have {len(lines) - 1} more lines" if len(lines) > 1 else ""
    fix = "delete it and type the text anew, or save as UTF-8"
    document.report((), f"has a control character ({name}){more}", fix, lines[0])
    return True


def parse_text(document: Document, text: str) -> None:
    """Fill the document from the text of one mapping."""
    events: list[Any] = []
    try:
        for event in yaml.parse(text, Loader=LOADER):
            events.append(event)  # kept up to the mistake, to find where it began
    except yaml.YAMLError as error:
        report_broken(document, error, events)
        return
    starts = [event for event in events if isinstance(event, yaml.DocumentStartEvent)]
    if len(starts) > 1:
        line = line_of(starts[1])
        document.report((), "holds a second YAML document", "keep one record in a file", line)
    read_root(document, events, bool(starts))


def line_of(event: Any) -> int:
    """Return the line in which an event starts, counted from one."""
    return int(event.start_mark.line) + 1


def read_root(document: Document, events: list[Any], anything: bool) -> None:
    """Build the data of the first document, which must be a mapping."""
    stream = iter(events[2:])
    if anything:
        document.data = Builder(document, stream).value(())
    if not isinstance(document.data, dict):
        document.data = None
        if not document.problems:
            document.report(
                (), f"is not {document.kind}", "write `field: value` lines, as in other files"
            )


def report_broken(document: Document, error: yaml.YAMLError, events: list[Any]) -> None:
    """Report a syntax error, where a quotation mark is missing rather than where it is noticed."""
    opened = [line_of(event) for event in events if runs_on(event)]
    if "quoted scalar" in str(getattr(error, "context", "")):
        opened.append(error.context_mark.line + 1)  # type: ignore[attr-defined]
    fix = 'often a colon or a quotation mark inside a text: put the text in "double quotes"'
    if opened:
        document.report((), "is not valid YAML (a quotation mark is missing)", fix, opened[-1])
        return
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = " ".join(str(getattr(error, "problem", None) or error).split())
    wrong = f"is not valid YAML ({reason})"
    document.report((), wrong, fix, mark.line + 1 if mark else 1)


def runs_on(event: Any) -> bool:
    """Say whether an event is a quoted text that ends in another line than it starts in."""
    quoted = isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"')
    return quoted and event.start_mark.line != event.end_mark.line


@dataclass
class Builder:
    """Turns parser events into data, refusing aliases, anchors, tags and repeated fields."""

    document: Document
    events: Iterator[Any]

    def value(self, path: Route) -> Any:
        """Return the value that starts with the next event."""
        return self.build(next(self.events), path)

    def build(self, event: Any, path: Route) -> Any:
        """Return the value that starts with `event` and note its line."""
        self.document.lines.setdefault(path, line_of(event))
        self.refuse_clever(event, path)
        if isinstance(event, yaml.CollectionStartEvent) and len(path) > DEEPEST:
            line = line_of(event)
            self.document.report(path[:1], "is nested too deeply", "count the brackets", line)
            return self.skip()
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            if match := CONTROL.search(event.value):
                wrong = f"has a control character (U+{ord(match[0]):04X}), written as an escape"
                self.document.report(path, wrong, "take it away", line_of(event))
            return scalar(event)
        return None

    def skip(self) -> None:
        """Pass over the rest of a list or mapping."""
        depth = 1
        while depth:
            event = next(self.events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)

    def refuse_clever(self, event: Any, path: Route) -> None:
        """Report an alias, an anchor or a tag."""
        line = line_of(event)
        if isinstance(event, yaml.AliasEvent):
            wrong = f"is a YAML alias (*{event.anchor})"
            self.document.report(path, wrong, "write the value out", line)
            return
        if event.anchor is not None:
            wrong = f"has a YAML anchor (&{event.anchor})"
            self.document.report(
                path, wrong, "take the anchor away; put a text that has & first in quotes", line
            )
        if event.tag is not None:
            wrong = f"has a YAML tag ({event.tag})"
            self.document.report(
                path, wrong, "take the tag away; put a text that has ! first in quotes", line
            )

    def mapping(self, path: Route) -> dict[str, Any]:
        """Return the mapping whose start was just read."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path)
            line = line_of(event)
            if key in found:
                fix = f"keep one (the first is in line {self.document.line((*path, key))})"
                self.document.report((*path, key), "is there twice", fix, line)
                self.value((*path, key, "again"))
                continue
            self.document.lines[(*path, key)] = line
            found[key] = self.value((*path, key))
        return found

    def key(self, event: Any, path: Route) -> str:
        """Return the name of a field."""
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_clever(event, (*path, event.value))
            return str(event.value)
        line = line_of(event)
        self.document.report(
            path, "has a field whose name is not a word", "write `field: value`", line
        )
        self.build(event, (*path, "?"))
        return "?"

    def sequence(self, path: Route) -> list[Any]:
        """Return the list whose start was just read."""
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.build(event, (*path, len(found))))
        return found


def scalar(event: yaml.ScalarEvent) -> Any:
    """Return a quoted or block value as text, a plain one by the YAML 1.2 core schema."""
    text = event.value
    if event.style:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text) if len(text) < 19 else text
    if FLOAT.fullmatch(text) and not LEADING_ZERO.fullmatch(text):
        return float(text)
    return text
