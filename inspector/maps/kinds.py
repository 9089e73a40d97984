"""The kinds of single values in a map: numbers, words, texts, lists of them, bit ranges."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from inspector.maps.entries import Kind, wrong_type
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.nodes import Node, ScalarNode, SequenceNode
from inspector.model.access import AMBIGUOUS, SYNONYMS, TOKENS, Access
from inspector.model.numbers import NumberError, parse_number

T = TypeVar("T")

NUMBER_PATTERN = (
    r"0[xX][0-9a-fA-F]+(_[0-9a-fA-F]+)*|0[bB][01]+(_[01]+)*|0[oO][0-7]+(_[0-7]+)*|[0-9]+(_[0-9]+)*[KMGT]?"
)
"""What `parse_number` accepts, but for the sign; editors use it."""

WIDEST = 128
"""Bits of the widest register."""

BUS_WIDTHS = (8, 16, 32, 64)
"""Bits of a bus access."""

ADDRESS_BITS = 64
LAST_ADDRESS = (1 << ADDRESS_BITS) - 1


def scalar(node: Node, wanted: str, report: Report) -> str | None:
    """The text of a single value that is not empty; None with an error otherwise."""
    if isinstance(node, ScalarNode) and not node.is_null:
        return node.text
    wrong_type(node, wanted, report)
    return None


@dataclass(frozen=True)
class Number(Kind[int]):
    """A whole number; the limits are inclusive."""

    minimum: int = 0
    maximum: int | None = None
    wanted: str = "a number"

    def read(self, node: Node, report: Report) -> int | None:
        """The number, or None with an error reported."""
        text = scalar(node, self.wanted, report)
        if text is None:
            return None
        try:
            value = parse_number(text)
        except NumberError as error:
            plain = len(text) <= 40 and text.isprintable()
            report.error(
                node, "number", str(error) if plain else f"{quote(text)} is not a number", error.hint
            )
            return None
        if value < self.minimum:
            report.error(node, "range", f"{quote(text)} is less than {self.minimum}")
            return None
        if self.maximum is not None and value > self.maximum:
            limit = f"{self.maximum:#x}" if self.maximum >= LAST_ADDRESS else f"{self.maximum:,}"
            report.error(node, "range", f"{quote(text)} is more than {limit}")
            return None
        return value

    def schema(self) -> dict[str, object]:
        """A YAML 1.2 editor takes ``0x0900_0000`` and ``4K`` for strings."""
        integer: dict[str, object] = {"type": "integer", "minimum": self.minimum}
        if self.maximum is not None:
            integer["maximum"] = self.maximum
        return {"anyOf": [integer, {"type": "string", "pattern": f"^({NUMBER_PATTERN})$"}]}


class Offset(Kind[int]):
    """Bytes from one address to another; a ``+`` in front may say so."""

    def read(self, node: Node, report: Report) -> int | None:
        """The number, or None with an error reported."""
        if isinstance(node, ScalarNode) and node.text[:1] == "+":
            node = ScalarNode(node.text[1:], node.plain, node.start, node.end, node.source)
        return Number(1, LAST_ADDRESS).read(node, report)

    def schema(self) -> dict[str, object]:
        """A YAML 1.2 editor takes ``+8`` for a number and ``+0x8`` for a string."""
        integer: dict[str, object] = {"type": "integer", "minimum": 1, "maximum": LAST_ADDRESS}
        return {"anyOf": [integer, {"type": "string", "pattern": f"^[+]?({NUMBER_PATTERN})$"}]}


class RegisterWidth(Kind[int]):
    """A register's width in bits, which may take several accesses."""

    def read(self, node: Node, report: Report) -> int | None:
        """A multiple of 8 up to 128, or None with an error reported."""
        value = Number().read(node, report)
        if value is not None and (value % 8 or not 8 <= value <= WIDEST):
            report.error(
                node,
                "width",
                f"no register is {value} bits wide",
                f"registers have 8, 16, 32 or 64 bits; with access_width, any multiple of 8 up to {WIDEST}",
            )
            return None
        return value

    def schema(self) -> dict[str, object]:
        """Plain numbers; another spelling of them would only puzzle."""
        return {
            "anyOf": [
                {"type": "integer", "minimum": 8, "maximum": WIDEST, "multipleOf": 8},
                {"type": "string", "pattern": f"^({NUMBER_PATTERN})$"},
            ]
        }


class Width(Kind[int]):
    """The width of a bus access in bits."""

    def read(self, node: Node, report: Report) -> int | None:
        """8, 16, 32 or 64, or None with an error reported."""
        value = Number().read(node, report)
        if value is not None and value not in BUS_WIDTHS:
            report.error(
                node, "width", f"no access is {value} bits wide", "accesses are 8, 16, 32 or 64 bits wide"
            )
            return None
        return value

    def schema(self) -> dict[str, object]:
        """Plain numbers; another spelling of them would only puzzle."""
        return {"anyOf": [{"enum": [8, 16, 32, 64]}, {"type": "string", "pattern": f"^({NUMBER_PATTERN})$"}]}


_REAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Real(Kind[float]):
    """A number that may have a fraction: a period in seconds, a rate, a factor."""

    positive: bool = False

    def read(self, node: Node, report: Report) -> float | None:
        """The number, or None with an error reported."""
        text = scalar(node, "a number", report)
        if text is None:
            return None
        value = math.nan
        if _REAL.fullmatch(text):
            value = float(text)
        else:
            try:
                value = float(parse_number(text))
            except (NumberError, OverflowError):
                report.error(node, "number", f"{quote(text)} is not a number", "write it like 2.5 or 100")
                return None
        if not math.isfinite(value) or (self.positive and value <= 0):
            wanted = "a number above 0" if self.positive else "a finite number"
            report.error(node, "range", f"{quote(text)} is not {wanted}")
            return None
        return value

    def schema(self) -> dict[str, object]:
        """Fractions, or a whole number in any spelling."""
        real: dict[str, object] = {"type": "number"}
        if self.positive:
            real["exclusiveMinimum"] = 0
        return {"anyOf": [real, {"type": "string", "pattern": f"^-?({NUMBER_PATTERN})$"}]}


@dataclass(frozen=True)
class Boolean(Kind[bool]):
    """True or false; ``yes`` and ``no`` mean the same here, while names may be ``NO`` and ``ON``."""

    words: Mapping[str, bool] = field(
        default_factory=lambda: {
            "true": True,
            "false": False,
            "yes": True,
            "no": False,
            "True": True,
            "False": False,
            "TRUE": True,
            "FALSE": False,
        }
    )

    def read(self, node: Node, report: Report) -> bool | None:
        """The truth, or None with an error reported."""
        text = scalar(node, "true or false", report)
        if text is None:
            return None
        if text not in self.words:
            report.error(
                node, "unknown-word", f"{quote(text)} is neither true nor false", "write true or false"
            )
            return None
        return self.words[text]

    def schema(self) -> dict[str, object]:
        """An editor reads ``yes`` as text or as a truth, by its version of YAML."""
        return {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false"]}]}


@dataclass(frozen=True)
class Text(Kind[str]):
    """Text for people, taken as written: ``ON`` and ``010`` are texts.

    Attributes:
        exact: Whether the space around it belongs to it.
    """

    exact: bool = False

    def read(self, node: Node, report: Report) -> str | None:
        """The text, or None with an error reported."""
        if isinstance(node, ScalarNode):
            text = "" if node.is_null else node.text
            return text if self.exact else text.strip()
        wrong_type(node, "a text", report)
        return None

    def schema(self) -> dict[str, object]:
        """Whatever an editor takes a plain text for."""
        return {"type": ["string", "number", "boolean", "null"]}


@dataclass(frozen=True)
class Word(Kind[T]):
    """One of some words."""

    words: Mapping[str, T]

    def read(self, node: Node, report: Report) -> T | None:
        """What the word stands for, or None with an error reported."""
        text = scalar(node, f"one of {', '.join(self.words)}", report)
        if text is None:
            return None
        if text not in self.words:
            known = f"one of {', '.join(self.words)}"
            report.error(
                node,
                "unknown-word",
                f"{quote(text)} is not {known}",
                did_you_mean(text, self.words),
            )
            return None
        return self.words[text]

    def schema(self) -> dict[str, object]:
        """The words, for completion."""
        return {"enum": list(self.words)}


class AccessToken(Kind[Access]):
    """An access token such as ``w1c``; what two communities read differently is refused."""

    def read(self, node: Node, report: Report) -> Access | None:
        """What the token means, or None with an error reported."""
        text = scalar(node, "an access token such as rw, ro or w1c", report)
        if text is None:
            return None
        if text in AMBIGUOUS:
            report.error(node, "ambiguous-access", f"access '{text}' is ambiguous", AMBIGUOUS[text])
            return None
        access = TOKENS.get(SYNONYMS.get(text, text))
        if access is None:
            report.error(
                node,
                "unknown-word",
                f"access {quote(text)} is not a token",
                did_you_mean(text, TOKENS) or f"the tokens: {' '.join(TOKENS)}",
            )
        return access

    def schema(self) -> dict[str, object]:
        """The tokens and their synonyms."""
        return {"enum": [*TOKENS, *SYNONYMS]}


@dataclass(frozen=True)
class ListOf(Kind[tuple[T, ...]]):
    """A list of values of one kind; a single value stands for a list of one."""

    kind: Kind[T]

    def read(self, node: Node, report: Report) -> tuple[T, ...] | None:
        """The values, or None with an error reported."""
        if isinstance(node, SequenceNode) and not node.items:
            report.error(node, "empty", "the list is empty", "leave the key out, or fill it")
            return None
        items = node.items if isinstance(node, SequenceNode) else [node]
        values = [self.kind.read(item, report) for item in items]
        sound = tuple(value for value in values if value is not None)
        return sound if len(sound) == len(values) else None

    def schema(self) -> dict[str, object]:
        """One value or several."""
        item = self.kind.schema()
        return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


@dataclass(frozen=True)
class Structure(Kind[Node]):
    """A value with a structure of its own, read by whoever builds what it describes.

    Attributes:
        description: Its JSON Schema.
    """

    description: Mapping[str, object]

    def read(self, node: Node, report: Report) -> Node | None:
        """The node as it is."""
        return node

    def schema(self) -> dict[str, object]:
        """As given."""
        return dict(self.description)


def reference(name: str) -> dict[str, object]:
    """A JSON Schema reference to a definition of ours."""
    return {"$ref": f"#/definitions/{name}"}


def named(name: str) -> Structure:
    """A mapping from names to what the definition ``name`` describes."""
    return Structure(
        {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {"^x-": {}},
            "additionalProperties": reference(name),
        }
    )
