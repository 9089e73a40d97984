"""The smaller kinds of values that have parts: aliases, constraints, the order of restoring."""

from __future__ import annotations

from inspector.maps.entries import Key, Kind, Table
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import Boolean, Number, Offset, Text, scalar
from inspector.maps.nodes import Node
from inspector.model.register import Restore

ATOMIC_SET = Key("set", Text(), "The register or field where 1 sets a bit of this one.")
ATOMIC_CLEAR = Key("clear", Text(), "The register or field where 1 clears a bit of this one.")
ATOMIC_XOR = Key("xor", Text(), "The register or field where 1 inverts a bit of this one.")

ATOMIC = Table("register's atomic", ATOMIC_SET, ATOMIC_CLEAR, ATOMIC_XOR)

ATOMIC_SET_OFFSET = Key("set", Offset(), "Bytes from each register to where 1 sets its bits.")
ATOMIC_CLEAR_OFFSET = Key("clear", Offset(), "Bytes from each register to where 1 clears its bits.")
ATOMIC_XOR_OFFSET = Key("xor", Offset(), "Bytes from each register to where 1 inverts its bits.")

ATOMIC_OFFSETS = Table("block's atomic", ATOMIC_SET_OFFSET, ATOMIC_CLEAR_OFFSET, ATOMIC_XOR_OFFSET)


class RestoreRule(Kind[Restore]):
    """``never``, or a number that says when."""

    def read(self, node: Node, report: Report) -> Restore | None:
        """The rule, or None with an error reported."""
        text = scalar(node, "never or a number", report)
        if text is None:
            return None
        if text == "never":
            return Restore(never=True)
        if text[:1].isalpha():
            report.error(
                node,
                "unknown-word",
                f"{quote(text)} is neither never nor a number",
                "write never, or 1, 2, 3",
            )
            return None
        order = Number().read(node, report)
        return None if order is None else Restore(order=order)

    def schema(self) -> dict[str, object]:
        """The word, or a number."""
        return {"anyOf": [{"const": "never"}, Number().schema()]}


CONSTRAINT_MIN = Key("min", Number(), "The least value that may be written.")
CONSTRAINT_MAX = Key("max", Number(), "The greatest value that may be written.")
CONSTRAINT_ENUM_ONLY = Key("enum_only", Boolean(), "Only values that the enumeration names may be written.")
CONSTRAINT_AS_READ = Key("as_read", Boolean(), "Only the value that was read may be written.")

CONSTRAINT = Table("constraint", CONSTRAINT_MIN, CONSTRAINT_MAX, CONSTRAINT_ENUM_ONLY, CONSTRAINT_AS_READ)
