"""Evaluates the expressions that IP-XACT writes values as.

From 1685-2014 on they are SystemVerilog's (IEEE 1800, clause 11), over whole numbers; 1685-2009 has
``0x1F``, ``#1F`` and ``4K``. What needs widths (concatenations) or reals is not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from inspector.maps.findings import quote

LONGEST = 1_000
"""Characters of an expression."""

DEEPEST = 48
"""Brackets and choices within each other."""

MOST_BITS = 512
"""Bits of a value on the way; registers have 128."""

_COMPLEMENT = (1 << 64) - 1
"""What ``~`` inverts: there are no widths to tell it by."""

Lookup = Callable[[str], int]
"""The value of a parameter by its id; raises `ExpressionError` where there is none."""


class ExpressionError(Exception):
    """A text that is no expression, or none that is evaluated; says why."""


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<based>[0-9_]*\s*'[sS]?(?:[hH][0-9a-fA-F_]+|[dD][0-9_]+|[bB][01_]+|[oO][0-7_]+))
    |(?P<hex>(?:0[xX]|\#)[0-9a-fA-F_]+)(?![0-9A-Za-z_$])
    |(?P<scaled>[0-9][0-9_]*[kKmMgGtT])(?![0-9A-Za-z_$])
    |(?P<decimal>[0-9][0-9_]*)(?![0-9A-Za-z_$.])
    |'(?P<fill>[01])(?![0-9A-Za-z_])
    |(?P<name>[$A-Za-z_][\w$]*)
    |(?P<sign>\*\*|<<<|>>>|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>?:(),])
    )""",
    re.VERBOSE,
)

_BASES = {"h": 16, "d": 10, "b": 2, "o": 8}
_SCALES = {"k": 10, "m": 20, "g": 30, "t": 40}

_TIGHTNESS = {
    sign: tightness
    for tightness, signs in enumerate(
        (
            ("||",),
            ("&&",),
            ("|",),
            ("^",),
            ("&",),
            ("==", "!="),
            ("<", "<=", ">", ">="),
            ("<<", ">>", "<<<", ">>>"),
            ("+", "-"),
            ("*", "/", "%"),
            ("**",),
        )
    )
    for sign in signs
}
"""Binary operators, the loosest first; all group from the left."""


def evaluate(text: str, parameter: Lookup) -> int:
    """The value of an expression.

    Args:
        text: The expression.
        parameter: Finds the values of what it names.

    Raises:
        ExpressionError: It is none.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"it has more than {LONGEST:,} characters")
    return _Parser(_tokens(text), parameter).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{quote(text[at:].strip())} is not understood")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Parser:
    """Parses by descent and computes on the way."""

    def __init__(self, tokens: list[tuple[str, str]], parameter: Lookup) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._parameter = parameter

    def whole(self) -> int:
        value = self._choice()
        if self._at < len(self._tokens):
            raise ExpressionError(f"{quote(self._tokens[self._at][1])} stands where the expression could end")
        return value

    def _sign(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "sign" else ""

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise ExpressionError(f"'{sign}' is missing")
        self._at += 1

    def _choice(self) -> int:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"it is more than {DEEPEST} levels deep")
        value = self._binary(0)
        if self._sign() == "?":
            self._at += 1
            first = self._choice()
            self._take(":")
            second = self._choice()
            value = first if value else second
        self._depth -= 1
        return value

    def _binary(self, tightness: int) -> int:
        """An operand, and the operators after it that are at least that tight."""
        value = self._unary()
        while (found := _TIGHTNESS.get(self._sign(), -1)) >= tightness:
            sign = self._sign()
            self._at += 1
            value = _bounded(_compute(sign, value, self._binary(found + 1)))
        return value

    def _unary(self) -> int:
        signs = []
        while (sign := self._sign()) in ("-", "+", "~", "!"):
            signs.append(sign)
            self._at += 1
        value = self._primary()
        for sign in reversed(signs):
            if sign == "-":
                value = -value
            elif sign == "~":
                value = ~value & _COMPLEMENT
            elif sign == "!":
                value = int(not value)
        return value

    def _primary(self) -> int:
        if self._at >= len(self._tokens):
            raise ExpressionError("it ends where a value is missing")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "sign":
            if text != "(":
                raise ExpressionError(f"{quote(text)} stands where a value is missing")
            value = self._choice()
            self._take(")")
            return value
        if kind == "name":
            return self._named(text)
        return _bounded(_number(kind, text))

    def _named(self, name: str) -> int:
        if self._sign() != "(":
            known = {"true": 1, "false": 0}.get(name)
            return _bounded(self._parameter(name)) if known is None else known
        self._at += 1
        arguments = [self._choice()]
        while self._sign() == ",":
            self._at += 1
            arguments.append(self._choice())
        self._take(")")
        match name, arguments:
            case "$clog2", [value] if value >= 0:
                return max(0, value - 1).bit_length()
            case "$pow", [value, exponent]:
                return _power(value, exponent)
        raise ExpressionError(f"the function {quote(name)} of {len(arguments)} values is not known")


def _number(kind: str, text: str) -> int:
    digits = text.replace("_", "")
    if kind == "based":
        digits = digits.partition("'")[2].lstrip("sS")
        base = _BASES[digits[0].lower()]
        # Underscores alone are no digits.
        return int(digits[1:] or "0", base)
    if kind == "hex":
        return int(digits.lstrip("#").removeprefix("0x").removeprefix("0X") or "0", 16)
    if kind == "scaled":
        return int(digits[:-1]) << _SCALES[digits[-1].lower()]
    return int(digits)


def _compute(sign: str, one: int, other: int) -> int:
    match sign:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case "/" | "%":
            if other == 0:
                raise ExpressionError("it divides by 0")
            quotient = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
            return quotient if sign == "/" else one - quotient * other
        case "<<" | "<<<" | ">>" | ">>>":
            if not 0 <= other <= MOST_BITS:
                raise ExpressionError(f"it shifts by {quote(str(other))} bits")
            return one << other if sign[0] == "<" else one >> other
        case "&":
            return one & other
        case "|":
            return one | other
        case "^":
            return one ^ other
        case "**":
            return _power(one, other)
        case "&&":
            return int(bool(one) and bool(other))
        case "||":
            return int(bool(one) or bool(other))
    truths = {
        "==": one == other,
        "!=": one != other,
        "<": one < other,
        "<=": one <= other,
        ">": one > other,
        ">=": one >= other,
    }
    return int(truths[sign])


def _power(value: int, exponent: int) -> int:
    if not 0 <= exponent <= MOST_BITS:
        raise ExpressionError(f"it raises to the power of {quote(str(exponent))}")
    return _bounded(value**exponent)


def _bounded(value: int) -> int:
    if value.bit_length() > MOST_BITS:
        raise ExpressionError(f"a value of it has more than {MOST_BITS} bits")
    return value
