"""An hjson file's values, with the lines that its reader does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from inspector.errors import Finding, MapError, SourcePosition, UsageError
from inspector.maps.findings import quote
from inspector.maps.importing import Here, Notes
from inspector.maps.nodes import LARGEST, Node, Source
from inspector.maps.rules import Rule
from inspector.maps.tree import Tree

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Document:
    """A file.

    Attributes:
        source: Its text.
        tree: Makes its nodes.
        notes: What was put right, or has no place in a map.
        values: Its top-level group.
    """

    source: Source
    tree: Tree
    notes: Notes
    values: Mapping[str, Any]

    def group(self) -> Group:
        """The top-level group."""
        return Group(self, self.values, 0, "block")


class Lines:
    """Finds named things in a text, each after the one before: the reader gives values without places.

    Args:
        document: The file.
        key: The top-level key after which the things stand.
    """

    def __init__(self, document: Document, key: str) -> None:
        self._text = document.source.text
        found = re.search(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*:", self._text, re.MULTILINE)
        self._next = found.end() if found else 0
        self._line = self._text.count("\n", 0, self._next)

    def find(self, name: object) -> int:
        """The line, counted from 0, where a thing of that name comes next; the last one where none does."""
        pattern = re.compile(rf"\bname[\"']?\s*:\s*[\"']?{re.escape(str(name))}(?![A-Za-z0-9_])")
        found = pattern.search(self._text, self._next)
        if found is not None:
            self._line += self._text.count("\n", self._next, found.start())
            self._next = found.start() + 1
        return self._line


class Group:
    """A group of keys.

    Attributes:
        document: The file.
        line: Where it stands, counted from 0.
        what: What it describes, for messages.
    """

    def __init__(self, document: Document, values: Mapping[str, Any], line: int, what: str) -> None:
        self.document = document
        self.line = line
        self.what = what
        self._values = values

    @property
    def here(self) -> Here:
        """Makes nodes that stand there."""
        return Here(self.document.tree, self.line)

    @property
    def keys(self) -> list[str]:
        """Its keys, in file order."""
        return list(self._values)

    def has(self, key: str) -> bool:
        """Whether a key is stated."""
        return self._values.get(key) is not None

    def raw(self, key: str) -> Any:
        """A value as it is; None where the key is not stated."""
        return self._values.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self._values.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return str(value)
        self.fail("type", f"{quote(key)} of the {self.what} is not a text")

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A truth value, also as a text."""
        value = self._values.get(key)
        if value is None:
            return default
        truth = _TRUTH.get(str(value).lower())
        if truth is None:
            self.fail(
                "type", f"{quote(key)} of the {self.what} is {quote(str(value))}, neither true nor false"
            )
        return truth

    def number(self, key: str, default: int) -> int:
        """A whole number, also as a text such as ``"0x40"``."""
        value = self._values.get(key)
        if value is None:
            return default
        number = whole(value)
        if number is None:
            self.fail("number", f"{quote(key)} of the {self.what} is {quote(str(value))}, not a whole number")
        return number

    def groups(self, key: str, what: str) -> list[Mapping[str, Any]]:
        """A list of groups, empty where the key is not stated."""
        value = self._values.get(key)
        if value is None:
            return []
        return self.as_groups(value, what)

    def as_groups(self, value: object, what: str) -> list[Mapping[str, Any]]:
        """A value that must be a list of groups."""
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.fail("type", f"the {what} of the {self.what} are not a list of groups")
        return value

    def note(self, rule: Rule, message: str) -> None:
        """Note what was put right or is lost."""
        self.document.notes.add(self._node(), rule, message)

    def lose(self, keys: Iterable[str]) -> None:
        """Note keys that have no place in a map."""
        for key in keys:
            if self.has(key) and self._values[key] not in (False, "false", "", []):
                self.note("not-carried", f"{quote(key)} has no place in a map")

    def fail(self, rule: Rule, message: str, hint: str = "") -> NoReturn:
        """Refuse the file."""
        source = self.document.source
        raise _refused(source, self.line, 0, rule, message, hint)

    def _node(self) -> Node:
        return self.here.text("")


def whole(value: object) -> int | None:
    """A whole number, as reggen accepts it: a number, or a text in Python's notation."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            return int(value, 0)
        except ValueError:
            return None
    return None


def read_hjson(data: bytes, name: str) -> Document:
    """Read an hjson file whose top level is a group.

    Raises:
        UsageError: The reader is not installed.
        MapError: It is no such file.
    """
    try:
        import hjson  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(
            "OpenTitan's descriptions are read through hjson, which is not installed; "
            "pip install 'register-inspector[hjson]' brings it"
        ) from error
    source = Source(name, _decoded(data, name))
    if len(source.text) > LARGEST:
        raise _refused(source, 0, 0, "too-large", f"the file has more than {LARGEST:,} characters")
    try:
        values = hjson.loads(source.text)
    except hjson.HjsonDecodeError as error:
        raise _refused(source, error.lineno - 1, error.colno - 1, "syntax", error.msg) from None
    except RecursionError:
        raise _refused(source, 0, 0, "too-deep", "it is nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise _refused(source, 0, 0, "syntax", f"it is no hjson: {quote(str(error))}") from None
    if not isinstance(values, Mapping):
        raise _refused(source, 0, 0, "type", "it is no group of keys")
    return Document(source, Tree(source), Notes(), values)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        message = f"the byte {data[error.start]:#04x} is not UTF-8"
        raise _refused(Source(name, ""), line, 0, "encoding", message, "save the file as UTF-8") from None


def _refused(source: Source, line: int, column: int, rule: Rule, message: str, hint: str = "") -> MapError:
    position = SourcePosition(source.name, line + 1, column + 1)
    return MapError([Finding("error", message, position, rule, hint, source.line(line))])
