"""Lays a document out as YAML: a line for what fits in one, indented below its key what does not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inspector.maps.writing.scalars import is_plain, quoted
from inspector.maps.writing.scalars import key as key_text

WIDTH = 110
"""Columns of a line."""

_STEP = "  "


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people, which may be long and of several lines."""

    text: str


Value = str | Words | Sequence["Value"] | Mapping[str, "Value"]
"""A single value as it is written, words, a list or a mapping."""


@dataclass(frozen=True, slots=True)
class Open:
    """A mapping that is never laid out in one line, however short it is.

    Attributes:
        items: Its keys and values.
    """

    items: Mapping[str, Value | Open]


def emit(document: Mapping[str, Value | Open]) -> str:
    """The document's text."""
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(items: Mapping[str, Value | Open], indent: str) -> Iterator[str]:
    for name, value in items.items():
        yield from _entry(f"{indent}{key_text(name)}:", value, indent)


def _entry(head: str, value: Value | Open, indent: str) -> Iterator[str]:
    if isinstance(value, Open):
        yield head
        yield from _mapping(value.items, indent + _STEP)
        return
    flat = _flat(value)
    if flat is not None and len(head) + 1 + len(flat) <= WIDTH:
        yield f"{head} {flat}"
    elif isinstance(value, Words):
        yield from _words(head, value.text, indent + _STEP)
    elif isinstance(value, Mapping):
        yield head
        yield from _mapping(value, indent + _STEP)
    elif isinstance(value, str):
        yield f"{head} {value}"
    else:
        yield head
        yield from _items(value, indent + _STEP)


def _items(items: Sequence[Value], indent: str) -> Iterator[str]:
    for item in items:
        flat = _flat(item)
        assert flat is not None, "lists hold short values"
        yield f"{indent}- {flat}"


def _flat(value: Value) -> str | None:
    """The value in one line; None where it must not be in one."""
    match value:
        case str():
            return value
        case Words():
            if "\n" in value.text:
                return None
            return value.text if is_plain(value.text) else quoted(value.text)
        case Mapping():
            pairs = [(name, _flat(inner)) for name, inner in value.items()]
            if any(inner is None for _, inner in pairs):
                return None
            return "{" + ", ".join(f"{key_text(name)}: {inner}" for name, inner in pairs) + "}"
    parts = [_flat(item) for item in value]
    return None if None in parts else "[" + ", ".join(filter(None, parts)) + "]"


def _words(head: str, text: str, indent: str) -> Iterator[str]:
    """A text below its key: folded where it is one paragraph, line by line where it is several."""
    lines = text.split("\n")
    if not all(map(_may_stand, lines)):
        yield f"{head} {quoted(text)}"
    elif len(lines) > 1:
        yield f"{head} |-"
        for line in lines:
            yield f"{indent}{line}" if line else ""
    else:
        yield f"{head} >-"
        for line in textwrap.wrap(
            text, max(40, WIDTH - len(indent)), break_long_words=False, break_on_hyphens=False
        ):
            yield indent + line


def _may_stand(line: str) -> bool:
    """Whether a line comes back from a block as it is: YAML folds and cuts white space at its ends."""
    return line.isprintable() and line == line.strip() and "  " not in line and not line.startswith("#")
