"""Markdown of maps as lines: paragraphs, lists, tables, code, what stands out, links with their address.

Text without markup is only wrapped, and nothing is imported for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import chop_cells

from inspector.ui.lines import Line, Span, clean, cut, length, width_of, wrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LONGEST = 1 << 16
"""Characters of a text up to which its markup is looked for."""

_MARKUP = re.compile(
    r"[`*\\]|\]\(|\]\[|\]:|\n[ \t]*\n|&#?\w+;|<\w+:|\b_|_\b|[ ]{2}\n"
    r"|^[ \t]*(?:[-+>]|\#{1,6}|\d+[.)])(?:\s|$)|^[ \t]*(?:\||~~~|={3,}|-{3,})",
    re.MULTILINE,
)
"""What may be markup; underlines within names, brackets around bits and the like are not."""

_CODE = "even"
"""What code looks like."""


def has_markup(text: str) -> bool:
    """Whether a text may say more than its words."""
    return _MARKUP.search(text) is not None and len(text) <= LONGEST


@lru_cache(maxsize=512)
def rendered(text: str, width: int, look: str = "text") -> tuple[Line, ...]:
    """A text as lines of at most ``width`` cells.

    Args:
        text: In Markdown.
        width: How many cells there are.
        look: What plain words look like.
    """
    if width < 1:
        return ()
    if not has_markup(text):
        return tuple(((part, look),) for part in wrap(text, width))
    lines = _Renderer(_parser().parse(text), look).lines(width)
    return tuple(cut(line, width) for line in lines)


@lru_cache(maxsize=1024)
def in_one_line(text: str, look: str = "text") -> Line:
    """A text as one line, however long: what it says, without the shape of lists and tables."""
    if not has_markup(text):
        return ((" ".join(clean(text).split()), look),)
    spans: list[Span] = []
    for words in _blocks(text, look):
        spans += [(" ", look), *words] if spans else words
    return _squeezed(spans)


@lru_cache(maxsize=1024)
def beginning(text: str, look: str = "text") -> Line:
    """The first paragraph as one line, with ``…`` where there is more: lists and tables need their shape."""
    if not has_markup(text):
        return in_one_line(text, look)
    first, *rest = _blocks(text, look) or [[]]
    return (*_squeezed(first), *(((" …", look),) if rest else ()))


def _blocks(text: str, look: str) -> list[list[Span]]:
    """What each paragraph, item, cell or piece of code says."""
    return [
        _inline(token, look) if token.type == "inline" else [(token.content, _CODE)]
        for token in _parser().parse(text)
        if token.type in ("inline", "fence")
    ]


def flowed(spans: Sequence[Span], width: int) -> list[Line]:
    """Break spans into lines of at most ``width`` cells, at spaces where there are any."""
    lines: list[Line] = []
    line: list[Span] = []
    room = width
    for word in _words(spans):
        need = length(tuple(word))
        if line and need + 1 > room:
            lines.append(tuple(line))
            line, room = [], width
        if line:
            line.append((" ", line[-1][1] if line[-1][1] == word[0][1] else "text"))
            room -= 1
        for text, look in word:
            pieces = chop_cells(text, width) if width_of(text) > room else [text]
            for i, piece in enumerate(pieces):
                if i or width_of(piece) > room:
                    lines.append(tuple(line))
                    line, room = [], width
                line.append((piece, look))
                room -= width_of(piece)
    if line:
        lines.append(tuple(line))
    return [_merged(line) for line in lines]


def _words(spans: Sequence[Span]) -> list[list[Span]]:
    """The words, each of the spans that no space parts."""
    words: list[list[Span]] = [[]]
    for text, look in spans:
        for i, part in enumerate(re.split(r"\s+", text)):
            if i:
                words.append([])
            if part:
                words[-1].append((part, look))
    return [word for word in words if word]


def _merged(line: Sequence[Span]) -> Line:
    """The same with neighbours of one look as one."""
    merged: list[Span] = []
    for text, look in line:
        if merged and merged[-1][1] == look:
            merged[-1] = merged[-1][0] + text, look
        else:
            merged.append((text, look))
    return tuple(merged)


def _squeezed(spans: Sequence[Span]) -> Line:
    """The spans in one line, each stretch of white space one space."""
    line: list[Span] = []
    for word in _words(spans):
        if line:
            line.append((" ", line[-1][1] if line[-1][1] == word[0][1] else "text"))
        line += word
    return _merged(line)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only here: most texts have no markup

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Descriptions made from other formats are indented as they like.
    parser.disable(["code", "html_block", "html_inline"])
    parser.inline.ruler.before("emphasis", "product", _product)
    return parser


def _product(state: StateInline, silent: bool) -> bool:
    """Take the sign in ``N*M*2`` as itself: a formula is no emphasis."""
    at, text = state.pos, state.src
    if (
        text[at] != "*"
        or not 0 < at < len(text) - 1
        or not (text[at - 1].isalnum() and text[at + 1].isalnum())
    ):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


def _inline(token: Token, look: str) -> list[Span]:
    """The words of a paragraph, heading or cell."""
    spans: list[Span] = []
    looks, addresses = [look], []
    for child in token.children or ():
        match child.type:
            case "text":
                spans.append((clean(child.content), looks[-1]))
            case "code_inline":
                spans.append((clean(child.content), _CODE))
            case "softbreak" | "hardbreak":
                spans.append((" ", looks[-1]))
            case "strong_open" | "em_open":
                looks.append("strong")
            case "strong_close" | "em_close":
                looks.pop()
            case "image":
                spans += [
                    (clean(child.content), looks[-1]),
                    (f" ({clean(str(child.attrGet('src')))})", "dim"),
                ]
            case "link_open":
                addresses.append((clean(str(child.attrGet("href") or "")), len(spans)))
            case "link_close":
                address, start = addresses.pop()
                if address and "".join(text for text, _ in spans[start:]) != address:
                    spans.append((f" ({address})", "dim"))
    return spans


class _Renderer:
    """Turns the tokens of a text into lines."""

    def __init__(self, tokens: Sequence[Token], look: str) -> None:
        self._tokens = tokens
        self._look = look
        self._lines: list[Line] = []
        self._lead: list[Span] = []
        self._bullet: Span | None = None
        self._numbers: list[int | None] = []

    def lines(self, width: int) -> list[Line]:
        """All of them, blocks parted by an empty line."""
        rows: list[list[list[Span]]] = []
        heading = False
        for token in self._tokens:
            match token.type:
                case "heading_open":
                    heading = True
                case "heading_close":
                    heading = False
                case "bullet_list_open":
                    self._part()
                    self._numbers.append(None)
                case "ordered_list_open":
                    self._part()
                    self._numbers.append(int(token.attrGet("start") or 1))
                case "bullet_list_close" | "ordered_list_close":
                    self._numbers.pop()
                case "list_item_open":
                    self._open_item()
                case "list_item_close" | "blockquote_close":
                    self._lead.pop()
                case "blockquote_open":
                    self._part()
                    self._lead.append(("│ ", "rule"))
                case "fence":
                    self._part()
                    for text in token.content.rstrip("\n").split("\n"):
                        self._put(((clean(text.expandtabs(4)), _CODE),))
                case "hr":
                    self._part()
                    self._put((("─" * max(width - self._indent, 1), "rule"),))
                case "table_open":
                    self._part()
                    rows = []
                case "tr_open":
                    rows.append([])
                case "table_close":
                    self._put_table(rows, width)
                    rows = []
                case "inline" if rows:
                    rows[-1].append(_inline(token, "strong" if len(rows) == 1 else self._look))
                case "inline":
                    self._part()
                    for line in flowed(
                        _inline(token, "title" if heading else self._look), max(width - self._indent, 8)
                    ):
                        self._put(line)
        return self._lines

    @property
    def _indent(self) -> int:
        return sum(width_of(text) for text, _ in self._lead)

    def _part(self) -> None:
        """Leave a line empty before a block, but for what is within a list."""
        if self._lines and self._lines[-1] and not self._numbers:
            self._lines.append(())

    def _open_item(self) -> None:
        number = self._numbers[-1]
        text = "• " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        self._bullet = text, "dim"
        self._lead.append((" " * len(text), self._look))

    def _put(self, line: Line) -> None:
        lead = list(self._lead)
        if self._bullet is not None and lead:
            lead[-1], self._bullet = self._bullet, None
        self._lines.append((*lead, *line))

    def _put_table(self, rows: list[list[list[Span]]], width: int) -> None:
        """A table: columns as wide as they need, or as there is room; cells wrap."""
        if not rows:
            return
        count = max(map(len, rows))
        cells = [[_squeezed(cell) for cell in row] + [()] * (count - len(row)) for row in rows]
        widths = _shares(
            [max(length(row[i]) for row in cells) for i in range(count)],
            width - self._indent - 2 * (count - 1),
        )
        for number, row in enumerate(cells):
            wrapped = [flowed(cell, size) for cell, size in zip(row, widths, strict=True)]
            for i in range(max(max(map(len, wrapped)), 1)):
                line: list[Span] = []
                for parts, size in zip(wrapped, widths, strict=True):
                    part = parts[i] if i < len(parts) else ()
                    line += [*part, (" " * (size - length(part) + 2), self._look)]
                self._put(_merged(line[:-1]))
            if number == 0:
                self._put((("  ".join("─" * size for size in widths), "rule"),))


def _shares(wanted: list[int], room: int) -> list[int]:
    """How wide each column is: what it wants, or less for the widest where that is too much."""
    widths = [max(each, 1) for each in wanted]
    while sum(widths) > room and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1
    return widths
