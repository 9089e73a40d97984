"""Formulas of display formats: a small arithmetic of its own, since a map is input and never code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

VALUE = "value"
"""What the field's own raw value is called in a formula; other names are fields of the same register."""

LONGEST = 200
"""Characters of a formula."""

DEEPEST = 32
"""Levels of parentheses and signs."""

_MOST_SHIFTED = 128

Number = int | float

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+"
    r"|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\[[A-Za-z0-9_]+\])?)"
    r"|(?P<sign>//|<<|>>|[-+*/%&|^~()])|(?P<wrong>\S))"
)

_LEVELS = ({"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%"})
"""Binary operators from the loosest to the tightest, as in C and Python."""


class ExpressionError(ValueError):
    """A text that is no formula.

    Attributes:
        at: Which character of the text, counted from 0.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


Values = Mapping[str, int]
Evaluator = Callable[[Values], Number]


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula, parsed.

    Attributes:
        text: As written; two formulas of the same text are equal.
    """

    text: str

    @property
    def names(self) -> frozenset[str]:
        """The fields that it needs besides the value itself."""
        return _parsed(self.text)[1]

    def evaluate(self, values: Values) -> Number | None:
        """What it comes to; None where it comes to nothing, such as a division by zero.

        Args:
            values: Raw values by field name, and the field's own as ``value``.
        """
        try:
            return _parsed(self.text)[0](values)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None


def parse_expression(text: str) -> Expression:
    """Parse a formula: ``+ - * / // % << >> & | ^ ~ ( )``, numbers, ``value`` and names of fields.

    Raises:
        ExpressionError: It is no formula.
    """
    _parsed(text)
    return Expression(text)


_known: dict[str, tuple[Evaluator, frozenset[str]]] = {}


def _parsed(text: str) -> tuple[Evaluator, frozenset[str]]:
    if text not in _known:
        _known[text] = _Parser(text).parse()
    return _known[text]


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"a formula of more than {LONGEST} characters", LONGEST)
        self._text = text
        self._tokens = [
            (match.lastgroup or "", match[match.lastgroup or 0], match.start(match.lastgroup or 0))
            for match in _TOKEN.finditer(text)
        ]
        self._next = 0
        self._names: set[str] = set()

    def parse(self) -> tuple[Evaluator, frozenset[str]]:
        evaluator = self._binary(0, 0)
        if self._next < len(self._tokens):
            raise self._unexpected()
        return evaluator, frozenset(self._names - {VALUE})

    def _unexpected(self) -> ExpressionError:
        if self._next >= len(self._tokens):
            return ExpressionError("the formula ends too early", len(self._text))
        _, text, at = self._tokens[self._next]
        return ExpressionError(f"{text!r} is not expected here", at)

    def _sign(self, signs: set[str]) -> str:
        """The next token if it is one of ``signs``; then it is used up."""
        if self._next < len(self._tokens):
            kind, text, _ = self._tokens[self._next]
            if kind == "sign" and text in signs:
                self._next += 1
                return text
        return ""

    def _binary(self, level: int, depth: int) -> Evaluator:
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self._binary(level + 1, depth)
        while sign := self._sign(_LEVELS[level]):
            left = _operation(sign, left, self._binary(level + 1, depth))
        return left

    def _unary(self, depth: int) -> Evaluator:
        if depth > DEEPEST:
            raise ExpressionError(f"more than {DEEPEST} levels", self._tokens[self._next - 1][2])
        if sign := self._sign({"-", "+", "~"}):
            operand = self._unary(depth + 1)
            match sign:
                case "-":
                    return lambda values: -operand(values)
                case "~":
                    return lambda values: ~_whole(operand(values))
            return operand
        if self._sign({"("}):
            inner = self._binary(0, depth + 1)
            if not self._sign({")"}):
                raise self._unexpected()
            return inner
        if self._next >= len(self._tokens):
            raise self._unexpected()
        kind, text, _ = self._tokens[self._next]
        match kind:
            case "number":
                constant: Number = int(text, 0) if re.fullmatch(r"0[xXbB].*|[0-9]+", text) else float(text)
                self._next += 1
                return lambda values: constant
            case "name":
                self._next += 1
                self._names.add(text)
                return lambda values: values[text]
        raise self._unexpected()


def _whole(number: Number) -> int:
    if isinstance(number, float):
        raise TypeError("bits of a fraction")
    return number


def _shift(number: Number, by: Number) -> tuple[int, int]:
    places = _whole(by)
    if not 0 <= places <= _MOST_SHIFTED:
        raise ArithmeticError("a shift too far")
    return _whole(number), places


def _operation(sign: str, left: Evaluator, right: Evaluator) -> Evaluator:
    match sign:
        case "+":
            return lambda values: left(values) + right(values)
        case "-":
            return lambda values: left(values) - right(values)
        case "*":
            return lambda values: left(values) * right(values)
        case "/":
            return lambda values: left(values) / right(values)
        case "//":
            return lambda values: left(values) // right(values)
        case "%":
            return lambda values: left(values) % right(values)
        case "&":
            return lambda values: _whole(left(values)) & _whole(right(values))
        case "|":
            return lambda values: _whole(left(values)) | _whole(right(values))
        case "^":
            return lambda values: _whole(left(values)) ^ _whole(right(values))
        case "<<":

            def shifted_left(values: Values) -> Number:
                number, places = _shift(left(values), right(values))
                return number << places

            return shifted_left

    def shifted_right(values: Values) -> Number:
        number, places = _shift(left(values), right(values))
        return number >> places

    return shifted_right
