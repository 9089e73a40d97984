"""The kind of value that says which bits a field takes."""

from __future__ import annotations

import re

from inspector.maps.entries import Kind
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import WIDEST, scalar
from inspector.maps.nodes import Node, SequenceNode
from inspector.model.bits import Bits

_RANGE = re.compile(r"(0|[1-9][0-9]{0,2})(?::(0|[1-9][0-9]{0,2}))?")
_MISSPELT = re.compile(r"\[?\s*([0-9]{1,3})\s*(?:-|\.\.|:)\s*([0-9]{1,3})\s*\]?")


class BitRange(Kind[Bits]):
    """``N``, ``MSB:LSB``, or a list of those with the most significant part first."""

    def read(self, node: Node, report: Report) -> Bits | None:
        """The bits, or None with an error reported."""
        if isinstance(node, SequenceNode) and not node.items:
            report.error(node, "empty", "the list is empty")
            return None
        items = node.items if isinstance(node, SequenceNode) else [node]
        parts = [self._part(item, report) for item in items]
        sound = tuple(part for part in parts if part is not None)
        if len(sound) < len(parts):
            return None
        seen = 0
        for item, (msb, lsb) in zip(items, sound, strict=True):
            mask = Bits(((msb, lsb),)).mask
            if seen & mask:
                report.error(item, "bits", "the parts of the field overlap")
                return None
            seen |= mask
        return Bits(sound)

    def _part(self, node: Node, report: Report) -> tuple[int, int] | None:
        text = scalar(node, "N or MSB:LSB", report)
        if text is None:
            return None
        match = _RANGE.fullmatch(text)
        if match is None:
            hint = ""
            if near := _MISSPELT.fullmatch(text):
                high, low = sorted((int(near[1]), int(near[2])), reverse=True)
                hint = f"write {high}:{low}"
            report.error(node, "bits", f"bits {quote(text)} is not N or MSB:LSB", hint)
            return None
        msb = int(match[1])
        lsb = msb if match[2] is None else int(match[2])
        if msb < lsb:
            report.error(node, "bits", f"bits {quote(text)} has its MSB below its LSB", f"write {lsb}:{msb}")
            return None
        return msb, lsb

    def schema(self) -> dict[str, object]:
        """A bit, a range or a list of them."""
        parts: list[dict[str, object]] = [
            {"type": "integer", "minimum": 0, "maximum": WIDEST - 1},
            {"type": "string", "pattern": "^[0-9]+(:[0-9]+)?$"},
        ]
        return {"anyOf": [*parts, {"type": "array", "minItems": 1, "items": {"anyOf": parts}}]}
