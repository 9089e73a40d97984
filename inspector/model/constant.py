"""Constants as engineers write them beside a register: ``1<<5``, ``3<<4|1``, ``~0``, ``(2+1)*8``."""

from __future__ import annotations

import re

from inspector.model.bits import ones
from inspector.model.numbers import NumberError, parse_number

LONGEST = 200
"""Characters of a constant."""

DEEPEST = 32
"""Levels of parentheses and signs."""

_MOST_SHIFTED = 128
_MOST_BITS = 512

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9][0-9A-Za-z_]*)|(?P<sign><<|>>|[-+*&|^~()])|(?P<wrong>\S))")

_LEVELS = ({"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*"})
"""Binary operators from the loosest to the tightest, as in C and Python."""


def is_constant(text: str) -> bool:
    """Whether ``text`` is meant as a calculation, rather than as a plain number or a name."""
    return bool(re.match(r"[~(]|[-0-9].*[-+*&|^~()<>]", text.strip()))


def loosest(text: str) -> str:
    """The operator of a constant that is applied last, parentheses aside; empty where there is none.

    Raises:
        NumberError: It is no constant.
    """
    depth, found = 0, ""
    order = [sign for level in _LEVELS for sign in sorted(level)]
    before = ""
    for token in _tokens(text):
        depth += (token == "(") - (token == ")")
        binary = before not in ("", "(", "~") and before not in order
        if not depth and binary and token in order and (not found or order.index(token) < order.index(found)):
            found = token
        before = token
    return found


def parse_constant(text: str, width: int) -> int:
    """What a calculation comes to; ``~`` inverts ``width`` bits. It may be negative, or too wide.

    Raises:
        NumberError: It is no calculation of numbers; its ``hint`` says what to write.
    """
    return _Parser(text, width).parse()


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise NumberError(f"'{text[:20]}…' is too long for a number")
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "wrong"
        if kind == "wrong" and match[kind].isspace():
            continue
        if kind == "wrong":
            raise NumberError(
                f"{match[kind]!r} is not expected in {text.strip()!r}",
                "a calculation has | ^ & << >> + - * ~ ( ) and numbers",
            )
        tokens.append(match[kind])
    return tokens


class _Parser:
    def __init__(self, text: str, width: int) -> None:
        self._text = text.strip()
        self._tokens = _tokens(text)
        self._mask = ones(width)
        self._width = width
        self._next = 0

    def parse(self) -> int:
        value = self._binary(0, 0)
        if self._next < len(self._tokens):
            raise self._unexpected()
        return value

    def _unexpected(self) -> NumberError:
        if self._next >= len(self._tokens):
            return NumberError(f"'{self._text}' ends too early", "a number is missing at its end")
        return NumberError(f"{self._tokens[self._next]!r} is not expected in '{self._text}'")

    def _take(self, signs: set[str]) -> str:
        """The next token if it is one of ``signs``; then it is used up."""
        if self._next < len(self._tokens) and self._tokens[self._next] in signs:
            self._next += 1
            return self._tokens[self._next - 1]
        return ""

    def _binary(self, level: int, depth: int) -> int:
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self._binary(level + 1, depth)
        while sign := self._take(_LEVELS[level]):
            left = self._operate(sign, left, self._binary(level + 1, depth))
        return left

    def _unary(self, depth: int) -> int:
        if depth > DEEPEST:
            raise NumberError(f"'{self._text[:20]}…' has more than {DEEPEST} levels")
        match self._take({"-", "+", "~", "("}):
            case "-":
                return -self._unary(depth + 1)
            case "+":
                return self._unary(depth + 1)
            case "~":
                return ~self._fitting(self._unary(depth + 1)) & self._mask
            case "(":
                inner = self._binary(0, depth + 1)
                if not self._take({")"}):
                    if self._next < len(self._tokens):
                        raise self._unexpected()
                    raise NumberError(f"'{self._text}' ends too early", "a ) is missing at its end")
                return inner
        if self._next >= len(self._tokens) or not self._tokens[self._next][0].isdigit():
            raise self._unexpected()
        self._next += 1
        return parse_number(self._tokens[self._next - 1])

    def _fitting(self, value: int) -> int:
        if value > self._mask or value < -(1 << self._width - 1):
            raise NumberError(f"~ inverts {self._width} bits, and {value:#x} in '{self._text}' has more")
        return value & self._mask

    def _operate(self, sign: str, left: int, right: int) -> int:
        if sign in ("<<", ">>") and not 0 <= right <= _MOST_SHIFTED:
            raise NumberError(f"'{self._text}' shifts by {right} bits: shift by 0 to {_MOST_SHIFTED}")
        match sign:
            case "|":
                value = left | right
            case "^":
                value = left ^ right
            case "&":
                value = left & right
            case "<<":
                value = left << right
            case ">>":
                value = left >> right
            case "+":
                value = left + right
            case "-":
                value = left - right
            case _:
                value = left * right
        if value.bit_length() > _MOST_BITS:
            raise NumberError(f"'{self._text}' comes to more than {_MOST_BITS} bits")
        return value
