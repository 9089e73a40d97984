"""A map file's YAML as a tree of nodes that know their place, read within bounds.

The tree is built from the parser's events, without recursion: PyYAML's own composers overflow the
C stack on 25,000 nested lists. Scalars keep their text, so YAML 1.1's typing (``7:4`` is 424,
``ON`` is true) never happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import yaml

from inspector.maps.rules import Rule

DEEPEST = 64
"""Levels of nesting, those behind aliases included."""

MOST_ALIASED = 500_000
"""Nodes that aliases may stand for in all."""

LARGEST = 16 << 20
"""Characters of a file. The largest description of a microcontroller known takes a ninth of it."""

# The C parser is an order of magnitude faster; where the extension is missing the other does.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What YAML 1.1 (5.1) does not allow in a file; lone surrogates are among it.
# What YAML forbids. PyYAML has compiled it already, and so large a class takes milliseconds to compile.
_UNPRINTABLE: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
_SURROGATE = re.compile("[\ud800-\udfff]")


class Mark(Protocol):
    """A place that a parser tells."""

    @property
    def line(self) -> int:
        """Counted from 0."""

    @property
    def column(self) -> int:
        """Counted from 0, in characters."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a file's text.

    Attributes:
        line: Counted from 0.
        column: Counted from 0, in characters.
        length: In characters; None for the rest of the line.
    """

    line: int
    column: int
    length: int | None = 1


class Spot(NamedTuple):
    """A place in a text that no YAML parser has marked; both counted from 0."""

    line: int
    column: int = 0


# The line breaks that YAML 1.1 knows: its parser counts lines by them.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Source:
    """A text that nodes come from; nodes of several files may stand in one tree.

    Attributes:
        name: The path as the person named it.
        text: The whole text; empty where it is not one of lines.
    """

    __slots__ = ("_lines", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """The line of that number, counted from 0; empty where there is none."""
        if self._lines is None:
            # What Python splits many times as fast, it splits at some characters more.
            plain = not any(character in self.text for character in "\v\f\x1c\x1d\x1e")
            self._lines = self.text.splitlines() if plain else _LINE_BREAK.split(self.text)
        return self._lines[number] if number < len(self._lines) else ""


class DerivedSource(Source):
    """A text as what is derived from a part of it has it: its nodes are copies of that part's.

    Attributes:
        origin: The text that they were copied from, which may itself be derived.
        via: Where the derived thing says what it is like: what is wrong with it alone is put right there.
    """

    __slots__ = ("_file", "origin", "via")

    def __init__(self, origin: Source, via: Node) -> None:
        super().__init__(origin.name, origin.text)
        self.origin = origin
        self.via = via
        self._file: Source = origin._file if isinstance(origin, DerivedSource) else origin

    def line(self, number: int) -> str:
        """The line of that number, counted from 0; empty where there is none."""
        return self._file.line(number)


class Node:
    """A part of a file.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        source: The file.
    """

    __slots__ = ("end", "source", "start")

    def __init__(self, start: Mark, end: Mark, source: Source) -> None:
        self.start = start
        self.end = end
        self.source = source

    @property
    def place(self) -> Place:
        """The node's text, or its first line where it has several."""
        one_line = self.end.line == self.start.line
        return Place(
            self.start.line, self.start.column, self.end.column - self.start.column if one_line else None
        )

    @property
    def noun(self) -> str:
        """What it is, for a message."""
        return "nothing"


class ScalarNode(Node):
    """A single value.

    Attributes:
        text: As written, quotes and escapes resolved.
        plain: Whether it stands without quotes.
    """

    __slots__ = ("plain", "text")

    def __init__(self, text: str, plain: bool, start: Mark, end: Mark, source: Source) -> None:
        # Said again in place of super(): there are millions of these.
        self.start = start
        self.end = end
        self.source = source
        self.text = text
        self.plain = plain

    @property
    def noun(self) -> str:
        """What it is, for a message."""
        return "nothing" if self.is_null else "a single value"

    @property
    def is_null(self) -> bool:
        """Whether nothing is written there, or ``~``."""
        return self.plain and self.text in ("", "~")


class SequenceNode(Node):
    """A list.

    Attributes:
        items: In file order.
    """

    __slots__ = ("items",)

    def __init__(self, start: Mark, end: Mark, source: Source) -> None:
        super().__init__(start, end, source)
        self.items: list[Node] = []

    @property
    def noun(self) -> str:
        """What it is, for a message."""
        return "a list"


class MappingNode(Node):
    """A mapping.

    Attributes:
        items: Keys and values in turn, in file order, merge keys and duplicates included.
    """

    __slots__ = ("items",)

    def __init__(self, start: Mark, end: Mark, source: Source) -> None:
        super().__init__(start, end, source)
        self.items: list[Node] = []

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """Keys with their values."""
        return list(zip(self.items[::2], self.items[1::2], strict=True))

    @property
    def noun(self) -> str:
        """What it is, for a message."""
        return "a mapping"


class UnreadableError(Exception):
    """A text that is not YAML, or not within the bounds; the file has no tree.

    Attributes:
        place: Where.
        rule: The rule's name.
        message: What is wrong.
        hint: What to do.
    """

    def __init__(self, place: Place, rule: Rule, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.rule = rule
        self.message = message
        self.hint = hint


@dataclass(slots=True)
class _Anchor:
    """What an alias would stand for: the node, how many nodes it holds, and how deep they go."""

    node: Node
    weight: int
    height: int


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    node: SequenceNode | MappingNode
    anchor: str | None
    weight_before: int
    height: int = 1


def parse(source: Source) -> Node | None:
    """Read YAML into a tree of nodes; None for a file without content.

    Raises:
        UnreadableError: The text is not YAML, or too large, too deep, or too much through aliases.
    """
    _check_text(source.text)
    try:
        return _Builder(source).build(source.text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line, mark.column) if mark else Place(0, 0)
        problem = error.problem or "not YAML"
        raise UnreadableError(place, "syntax", problem, _syntax_hint(problem)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure Python parser lets some escapes of impossible characters through as ValueError.
        reason = str(error).partition("\n")[0]
        raise UnreadableError(Place(0, 0), "syntax", f"not YAML: {reason}") from None


def _check_text(text: str) -> None:
    if len(text) > LARGEST:
        raise UnreadableError(
            Place(0, 0), "too-large", f"the file has {len(text):,} characters, more than {LARGEST:,}"
        )
    if found := _UNPRINTABLE.search(text):
        before = _LINE_BREAK.split(text[: found.start()])
        raise UnreadableError(
            Place(len(before) - 1, len(before[-1])),
            "control-character",
            f"the character U+{ord(found[0]):04X} is not allowed in YAML",
            "remove it; in a text in double quotes it can be written as an escape",
        )


def _syntax_hint(problem: str) -> str:
    if "cannot start any token" in problem:
        return "YAML indents with spaces, never tabs; quote a text that begins with a sign such as @, % or `"
    if "mapping values are not allowed" in problem:
        return "a text that holds ': ' needs quotes"
    if "did not find expected" in problem or "while parsing" in problem:
        return "look just before for a missing comma, bracket or quote, or a line indented unlike others"
    return ""


class _Builder:
    """Builds the tree from events; the stack is ours, so that no depth can overflow another."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchor | None] = {}
        self._weight = 0
        self._aliased = 0
        self._root: Node | None = None

    def build(self, text: str) -> Node | None:
        loader = _LOADER(text)
        try:
            self._follow(loader.get_event)
        finally:
            loader.dispose()
        return self._root

    def _follow(self, get_event: Callable[[], Any]) -> None:
        # Most of what a map is made of are single values: they take the shortest way.
        documents = 0
        while (kind := type(event := get_event())) is not yaml.StreamEndEvent:
            if kind is yaml.ScalarEvent:
                if event.tag is None and event.anchor is None and event.style != '"' and self._stack:
                    node = ScalarNode(
                        event.value, not event.style, event.start_mark, event.end_mark, self._source
                    )
                    self._weight += 1
                    self._stack[-1].node.items.append(node)
                else:
                    self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise UnreadableError(
                        _place(event),
                        "document",
                        "a second document begins here",
                        "a map is one document a file",
                    )

    def _scalar(self, event: Any) -> None:
        if event.tag is not None:
            _refuse_tag(event)
        text = event.value
        if event.style == '"' and _SURROGATE.search(text):
            raise UnreadableError(_place(event), "control-character", "an escape of half a character")
        node = ScalarNode(text, not event.style, event.start_mark, event.end_mark, self._source)
        self._weight += 1
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(node, 1, 0)
        self._attach(node)

    def _open(self, event: Any) -> None:
        if event.tag is not None:
            _refuse_tag(event)
        if len(self._stack) >= DEEPEST:
            raise UnreadableError(_place(event), "too-deep", f"more than {DEEPEST} levels of nesting")
        make = MappingNode if type(event) is yaml.MappingStartEvent else SequenceNode
        node = make(event.start_mark, event.end_mark, self._source)
        self._attach(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._stack.append(_Open(node, event.anchor, self._weight))
        self._weight += 1

    def _close(self, event: Any) -> None:
        closed = self._stack.pop()
        closed.node.end = event.end_mark
        if closed.anchor is not None:
            weight = self._weight - closed.weight_before
            self._anchors[closed.anchor] = _Anchor(closed.node, weight, closed.height)
        if self._stack:
            parent = self._stack[-1]
            parent.height = max(parent.height, closed.height + 1)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        if name not in self._anchors:
            raise UnreadableError(
                _place(event), "alias", f"the alias '*{name}' has no anchor '&{name}' before it"
            )
        anchor = self._anchors[name]
        if anchor is None:
            raise UnreadableError(_place(event), "alias", f"the alias '*{name}' stands inside its own anchor")
        self._aliased += anchor.weight
        self._weight += anchor.weight
        if self._aliased > MOST_ALIASED:
            raise UnreadableError(
                _place(event), "alias", f"aliases stand for more than {MOST_ALIASED:,} values in all"
            )
        if len(self._stack) + anchor.height > DEEPEST:
            raise UnreadableError(_place(event), "too-deep", f"more than {DEEPEST} levels of nesting")
        if self._stack:
            parent = self._stack[-1]
            parent.height = max(parent.height, anchor.height + 1)
        self._attach(anchor.node)

    def _attach(self, node: Node) -> None:
        if self._stack:
            self._stack[-1].node.items.append(node)
        else:
            self._root = node


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Place(start.line, start.column, max(1, length))


def _refuse_tag(event: Any) -> None:
    raise UnreadableError(
        _place(event),
        "tag",
        f"the tag '{event.tag.replace('tag:yaml.org,2002:', '!!')}' is not allowed",
        "a map's values need no tags; quote a text that begins with !",
    )
