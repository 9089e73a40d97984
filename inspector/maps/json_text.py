"""Reads a JSON file whose values know the lines of their keys, which the standard library does not tell."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, KeysView
from contextlib import contextmanager, suppress
from typing import Any

from inspector.errors import Finding, MapError, SourcePosition
from inspector.maps.findings import FloodError, Report, quote
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.nodes import LARGEST, Place, Source
from inspector.maps.rules import Rule

_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:')


class Section:
    """An object of a JSON file: values by key, each key with its line.

    What is not of the wanted kind is reported, and a harmless value stands in for it.

    Attributes:
        start: The line that its own key stands in, counted from 0.
    """

    def __init__(self, text: JsonText, values: dict[str, Any], start: int) -> None:
        self._text = text
        self._values = values
        self.start = start

    @property
    def keys(self) -> KeysView[str]:
        """In file order."""
        return self._values.keys()

    def line(self, key: str) -> int:
        """The line of a key, counted from 0; the object's own for one that is not there."""
        return self._text.line_of(key, self.start) if key in self._values else self.start

    def text(self, key: str) -> str:
        """A value as a text; empty where there is none."""
        value = self._values.get(key)
        return "" if value is None else str(value)

    def number(self, key: str) -> int:
        """A value as a number of at most 64 bits; a text such as ``0xe0001800`` is one too."""
        value = self._values.get(key)
        try:
            number = int(value, 0) if isinstance(value, str) else value
        except ValueError:
            number = None
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LAST_ADDRESS:
            return number
        wrong = "it is missing" if value is None else f"{quote(str(value))} is none"
        message = f"{quote(key)} is a number of at most 64 bits: {wrong}"
        self._text.report.error(self._text.place(self.line(key)), "number", message)
        return 0

    def inner(self, key: str) -> Section:
        """An object within this one; an empty one where there is none."""
        value = self._values.get(key, {})
        line = self.line(key)
        if not isinstance(value, dict):
            self._text.report.error(self._text.place(line), "type", f"{quote(key)} is no object")
            value = {}
        return Section(self._text, value, line)


class JsonText(Section):
    """A whole file.

    Attributes:
        report: Takes what is wrong with it.
    """

    def __init__(self, report: Report, values: dict[str, Any]) -> None:
        super().__init__(self, values, 0)
        self.report = report
        self._lines = _key_lines(report.source.text)
        self._sections: dict[str, Section] = {}

    def section(self, key: str) -> Section:
        """One of the objects at the top."""
        if key not in self._sections:
            self._sections[key] = self.inner(key)
        return self._sections[key]

    def line_of(self, key: str, start: int) -> int:
        """The first line from ``start`` on where the key stands; ``start`` where none does."""
        lines = self._lines.get(key, [])
        at = bisect_left(lines, start)
        return lines[at] if at < len(lines) else start

    def place(self, line: int) -> Place:
        """A line as a place for a message."""
        text = self.report.source.line(line)
        return Place(line, len(text) - len(text.lstrip()), None)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse the file at the end if anything is wrong with it.

        Raises:
            MapError: All that is wrong.
        """
        with suppress(FloodError):
            yield
        if self.report.errors:
            raise MapError(self.report.findings())


def read_json(data: bytes, name: str) -> JsonText:
    """Read a file whose top is an object.

    Args:
        data: Its content.
        name: What to call it in messages.

    Raises:
        MapError: It is not JSON, not UTF-8, too large or too deep, or its top is no object.
    """
    if len(data) > LARGEST:
        raise _refused(name, "too-large", f"the file has {len(data):,} bytes, more than {LARGEST:,}")
    try:
        report = Report(Source(name, data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(name, "encoding", f"the byte {data[error.start]:#04x} is not UTF-8", line) from None
    try:
        values = json.loads(report.source.text)
    except json.JSONDecodeError as error:
        raise _refused(name, "syntax", f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise _refused(name, "too-deep", "the file nests deeper than can be read") from None
    except ValueError:
        raise _refused(name, "number", "the file holds a number of thousands of digits") from None
    if not isinstance(values, dict):
        raise _refused(name, "type", "the file's top is no object")
    return JsonText(report, values)


def _refused(name: str, rule: Rule, message: str, line: int = 1, column: int = 1) -> MapError:
    return MapError([Finding("error", message, SourcePosition(name, line, column), rule)])


def _key_lines(text: str) -> dict[str, list[int]]:
    """The lines, counted from 0, in which each key stands."""
    lines: dict[str, list[int]] = {}
    line, counted = 0, 0
    for match in _KEY.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        lines.setdefault(match[1], []).append(line)
    return lines
