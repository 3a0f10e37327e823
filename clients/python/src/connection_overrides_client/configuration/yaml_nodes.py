"""YAML 1.2 with the line and column of each value, for files that anybody may have written.

Aliases, anchors, tags, several documents and duplicate keys are refused; size and depth are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 32

_CONTROL: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_AMBIGUOUS: Final = re.compile(
    r"|~|null|true|false|yes|no|on|off|y|n"
    r"|[-+]?(\d[\d_:.,]*|\.\d+|0x[\da-f_]+|0o[0-7_]+|0b[01_]+|[\d._]+e[-+]?\d+|\.inf)|\.nan"
    r"|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?|<<|=",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """A place in a file; line and column count from 1. Its text is `file:line:column`."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Mistake(NamedTuple):
    """What is wrong, and where. Its text is `file:line:column: sentence`, and never contains a value."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True)
class Scalar:
    """A text, or what reads like a number, a date, a flag or null if it is not quoted."""

    place: Place
    text: str
    is_plain: bool

    @property
    def is_null(self) -> bool:
        """Whether there is no value."""
        return self.is_plain and self.text in {"", "~", "null", "Null", "NULL"}

    @property
    def is_text(self) -> bool:
        """Whether every version of YAML reads it as text."""
        return not self.is_plain or not is_ambiguous(self.text)


@dataclass(frozen=True)
class Mapping:
    """Keys with their values, each key once, in the order of the file."""

    place: Place
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)


@dataclass(frozen=True)
class Sequence:
    """Values in the order of the file."""

    place: Place
    entries: list[Node] = field(default_factory=list)


Node = Scalar | Mapping | Sequence


def is_ambiguous(text: str) -> bool:
    """Return whether some version of YAML does not read the text as text, unless it is quoted."""
    return _AMBIGUOUS.fullmatch(text) is not None


def read_yaml(path: Path, mistakes: list[Mistake]) -> Node | None:
    """Return the document in the file; None for an empty file. What is wrong is added to the mistakes."""
    text = _read_text(path, mistakes)
    if text is None:
        return None
    events = _Events(str(path), text)
    try:
        return events.document(mistakes)
    except _Refused as refused:
        mistakes.append(refused.mistake)
    except MarkedYAMLError as error:
        mistakes.append(_syntax_mistake(str(path), text, error))
    except (YAMLError, ValueError, OverflowError):
        mistakes.append(Mistake(events.place, "This is not valid YAML."))
    return None


def _read_text(path: Path, mistakes: list[Mistake]) -> str | None:
    start = Place(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        mistakes.append(Mistake(start, f"The file cannot be read: {error.strerror}."))
        return None
    if len(content) > MAX_BYTES:
        mistakes.append(Mistake(start, "The file is larger than 10 MB."))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        mistakes.append(Mistake(_at(str(path), before), "The file is not in UTF-8."))
        return None
    found = [
        Mistake(_at(str(path), text[: match.start()]), f"Control character U+{ord(match.group()):04X}: remove it.")
        for match in _CONTROL.finditer(text)
    ]
    mistakes += found[:20]
    return None if found else text


def _at(file: str, before: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _syntax_mistake(file: str, text: str, error: MarkedYAMLError) -> Mistake:
    mark: Any = error.problem_mark or error.context_mark
    place = Place(file) if mark is None else Place(file, mark.line + 1, mark.column + 1)
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        return Mistake(place, "Tabs cannot indent YAML: use spaces.")
    return Mistake(place, f"This is not valid YAML: {error.problem or error.context}.")


class _Refused(Exception):
    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(place, message)


class _Events:
    """The events of one document. They come one by one, so what is refused is refused before the rest is read."""

    def __init__(self, file: str, text: str) -> None:
        self.place = Place(file)
        self._file = file
        parser: Any = YAML(typ="safe", pure=True)
        self._events: Iterator[Any] = parser.parse(text)

    def document(self, mistakes: list[Mistake]) -> Node | None:
        found: Node | None = None
        documents = 0
        for event in self._checked():
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(self.place, "A file has one document: remove `---`.")
            elif isinstance(event, NodeEvent):
                found = self._node(event, 0, mistakes)
        return None if isinstance(found, Scalar) and found.is_null else found

    def _checked(self) -> Iterator[Any]:
        for event in self._events:
            self.place = Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
                raise _Refused(self.place, "Anchors and aliases are not supported: write the value out.")
            if isinstance(event, NodeEvent) and getattr(event, "tag", None) is not None:
                raise _Refused(self.place, "Tags are not supported: remove it.")
            yield event

    def _node(self, event: Any, depth: int, mistakes: list[Mistake]) -> Node:  # noqa: ANN401 - ruamel's events
        place = self.place
        if depth > MAX_DEPTH:
            raise _Refused(place, f"Values are nested more than {MAX_DEPTH} levels deep.")
        if isinstance(event, MappingStartEvent):
            return Mapping(place, self._entries(depth, mistakes))
        if isinstance(event, SequenceStartEvent):
            sequence = Sequence(place)
            while not isinstance(following := next(self._checked()), SequenceEndEvent):
                sequence.entries.append(self._node(following, depth + 1, mistakes))
            return sequence
        return self._scalar(event, place)

    def _entries(self, depth: int, mistakes: list[Mistake]) -> list[tuple[Scalar, Node]]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._checked()), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _Refused(self.place, "A key must be text.")
            key = self._scalar(event, self.place)
            value = self._node(next(self._checked()), depth + 1, mistakes)
            if key.text in entries:
                first = entries[key.text][0].place
                mistakes.append(Mistake(key.place, f"Duplicate key {key.text!r}: it is also in line {first.line}."))
            else:
                entries[key.text] = (key, value)
        return list(entries.values())

    def _scalar(self, event: ScalarEvent, place: Place) -> Scalar:
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            raise _Refused(place, "The text contains half of a surrogate pair, which is no character.")
        return Scalar(place, event.value, is_plain=event.style is None or event.style == "")
