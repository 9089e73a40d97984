"""The parameters of a block, which counts and bit numbers may name."""

from __future__ import annotations

import re

from inspector.maps.findings import did_you_mean, quote
from inspector.maps.opentitan.reading import Group, whole
from inspector.model.expression import ExpressionError, parse_expression

_SIGN = re.compile(r"([+-])")

INDEX = "multireg_idx"
"""What a reset value may call the number of its element."""


class Parameters:
    """Values by name, at their defaults.

    Args:
        block: The whole description.
    """

    def __init__(self, block: Group) -> None:
        self._values: dict[str, object] = {
            str(raw.get("name")): raw.get("default") for raw in block.groups("param_list", "parameters")
        }
        self._values.setdefault("NumAlerts", len(block.groups("alert_list", "alerts")))

    def expand(self, text: str, group: Group, key: str) -> int:
        """A number, a parameter, or a sum and difference of those.

        Raises:
            MapError: A name is no parameter, or its default no number.
        """
        total, sign = 0, 1
        for number, part in enumerate(_SIGN.split(text)):
            if number % 2:
                sign = -1 if part == "-" else 1
            elif part.strip() or number:
                total += sign * self._term(part.strip(), group, key)
        return total

    def _term(self, word: str, group: Group, key: str) -> int:
        value = whole(word)
        if value is None and word not in self._values:
            group.fail(
                "unknown-word",
                f"{quote(key)} of the {group.what} is {quote(word)}, neither a number nor a parameter",
                did_you_mean(word, self._values),
            )
        value = whole(self._values[word]) if value is None else value
        if value is None:
            group.fail("number", f"the default of the parameter {quote(word)} is not a whole number")
        return value


def formula(text: str, index: int) -> int | None:
    """What a reset value's formula comes to for an element; None where it is none of ours."""
    try:
        value = parse_expression(text).evaluate({INDEX: index})
    except ExpressionError:
        return None
    return value if isinstance(value, int) else None
