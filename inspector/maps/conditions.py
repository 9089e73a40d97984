"""The kinds of values that are conditions: ``PATH == VALUE``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.maps.entries import Kind
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import scalar
from inspector.maps.nodes import Node
from inspector.model.guard import Guard
from inspector.model.numbers import NumberError, parse_number


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """A condition as a map states it.

    Attributes:
        node: Where.
        path: The field or register that is compared.
        value: What it must equal; None for *while it is not zero*.
        differs: It must not equal it.
    """

    node: Node
    path: str
    value: int | None
    differs: bool = False

    @property
    def guard(self) -> Guard:
        """The condition as the model has it."""
        return Guard(self.path, 1 if self.value is None else self.value, self.differs)


_CONDITION = re.compile(r"([^\s=!<>]+)(?:\s*(==|!=)\s*(\S+))?")


class ConditionText(Kind[ConditionSpec]):
    """``PATH == VALUE``, or ``PATH`` alone for a one-bit field that is 1."""

    def read(self, node: Node, report: Report) -> ConditionSpec | None:
        """The condition, its path not yet looked up; None with an error reported."""
        text = scalar(node, "PATH == VALUE", report)
        if text is None:
            return None
        found = _condition(text, node, report)
        if found is not None and found.differs:
            report.error(node, "condition", "'!=' has no meaning here", "write PATH == VALUE")
            return None
        return found

    def schema(self) -> dict[str, object]:
        """The shape of the text."""
        return {"type": "string", "pattern": r"^\s*[^\s=!<>]+(\s*==\s*\S+)?\s*$"}


class ConditionsText(Kind[tuple[ConditionSpec, ...]]):
    """``PATH == VALUE`` or ``PATH != VALUE``, joined by ``and``; ``PATH`` alone for a bit that is 1."""

    def read(self, node: Node, report: Report) -> tuple[ConditionSpec, ...] | None:
        """The conditions, their paths not yet looked up; None with an error reported."""
        text = scalar(node, "PATH == VALUE", report)
        if text is None:
            return None
        found = [_condition(part, node, report) for part in re.split(r"\sand\s", text)]
        sound = tuple(part for part in found if part is not None)
        return sound if len(sound) == len(found) else None

    def schema(self) -> dict[str, object]:
        """The shape of the text."""
        condition = r"[^\s=!<>]+(\s*[=!]=\s*\S+)?"
        return {"type": "string", "pattern": rf"^\s*{condition}(\s+and\s+{condition})*\s*$"}


def _condition(text: str, node: Node, report: Report) -> ConditionSpec | None:
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        report.error(
            node,
            "condition",
            f"{quote(text)} is not a condition",
            "write PATH == VALUE, as in LOCK.KEY == 1",
        )
        return None
    if match[3] is None:
        return ConditionSpec(node, match[1], None)
    try:
        value = parse_number(match[3])
    except NumberError as error:
        report.error(node, "number", f"{quote(match[3])} is not a number", error.hint)
        return None
    if value < 0:
        report.error(node, "range", f"{quote(match[3])} is less than 0")
        return None
    return ConditionSpec(node, match[1], value, match[2] == "!=")
