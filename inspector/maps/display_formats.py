"""The kind of value that says how a number is shown: a word, or a mapping with parameters."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.maps.entries import Key, Kind, Table, read_entries, wrong_type
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import Number, Real, Text, Word, reference, scalar
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.model.expression import Expression, ExpressionError, parse_expression
from inspector.model.format import Format, FormatType


@dataclass(frozen=True, slots=True)
class FormatSpec:
    """A display format as a map states it.

    Attributes:
        format: The format.
        unit: Its unit, where stated inside the format.
    """

    format: Format
    unit: str = ""


_SIMPLE = {
    format_type.value: format_type
    for format_type in FormatType
    if format_type not in (FormatType.FIXED, FormatType.UFIXED, FormatType.LINEAR, FormatType.EXPR)
}

_PARAMETERS = {"fixed": "frac: 8", "ufixed": "frac: 8", "linear": "scale: 0.5", "expr": 'expr: "value / 16"'}


class Formula(Kind[Expression]):
    """A formula of a display format."""

    def read(self, node: Node, report: Report) -> Expression | None:
        """The formula, or None with an error reported."""
        text = scalar(node, "a formula", report)
        if text is None:
            return None
        try:
            return parse_expression(text)
        except ExpressionError as error:
            report.error(
                node,
                "expression",
                f"{quote(text)} is no formula: at character {error.at + 1}, {error}",
                "a formula has + - * / // % << >> & | ^ ~ ( ), numbers, value and names of fields",
            )
            return None

    def schema(self) -> dict[str, object]:
        """Text, or a plain number."""
        return {"type": ["string", "number"]}


FORMAT_TYPE = Key("type", Word({kind.value: kind for kind in FormatType}), "Which format.", required=True)
FORMAT_FRAC = Key("frac", Number(0, 64), "Fraction bits of fixed and ufixed.")
FORMAT_SCALE = Key("scale", Real(), "Factor of linear: shown is scale * raw + offset.")
FORMAT_OFFSET = Key("offset", Real(), "Added by linear.")
FORMAT_EXPR = Key("expr", Formula(), "The formula of expr, of value and the names of the register's fields.")
FORMAT_UNIT = Key("unit", Text(), "Follows the number, such as °C.")

FORMAT = Table("format", FORMAT_TYPE, FORMAT_FRAC, FORMAT_SCALE, FORMAT_OFFSET, FORMAT_EXPR, FORMAT_UNIT)


class FormatText(Kind[FormatSpec]):
    """How a number is shown: a word, or a mapping with parameters."""

    def read(self, node: Node, report: Report) -> FormatSpec | None:
        """The format, not yet held against a width; None with an error reported."""
        if isinstance(node, ScalarNode):
            if node.text in _PARAMETERS:
                report.error(
                    node,
                    "missing-key",
                    f"format '{node.text}' needs parameters",
                    f"write {{type: {node.text}, {_PARAMETERS[node.text]}}}",
                )
                return None
            simple = Word(_SIMPLE).read(node, report)
            return None if simple is None else FormatSpec(Format(simple))
        if not isinstance(node, MappingNode):
            wrong_type(node, "a format's name or a mapping", report)
            return None
        before = report.errors
        entries = read_entries(node, FORMAT, report)
        kind = entries.get(FORMAT_TYPE) if entries is not None else None
        if entries is None or kind is None:
            return None
        fixed = kind in (FormatType.FIXED, FormatType.UFIXED)
        for key, belongs in (
            (FORMAT_FRAC, fixed),
            (FORMAT_SCALE, kind is FormatType.LINEAR),
            (FORMAT_OFFSET, kind is FormatType.LINEAR),
            (FORMAT_EXPR, kind is FormatType.EXPR),
        ):
            if entries.stated(key) and not belongs:
                report.error(entries.at(key), "unknown-key", f"format '{kind.value}' has no '{key.name}'")
        if fixed and not entries.stated(FORMAT_FRAC):
            report.error(
                node, "missing-key", f"format '{kind.value}' has no 'frac'", "state its fraction bits"
            )
        if kind is FormatType.EXPR and not entries.stated(FORMAT_EXPR):
            report.error(node, "missing-key", "format 'expr' has no 'expr'", "state its formula")
        if report.errors > before:
            return None
        scale = entries.get(FORMAT_SCALE)
        return FormatSpec(
            Format(
                kind,
                frac=entries.get(FORMAT_FRAC) or 0,
                scale=1.0 if scale is None else scale,
                offset=entries.get(FORMAT_OFFSET) or 0.0,
                expression=entries.get(FORMAT_EXPR),
            ),
            entries.get(FORMAT_UNIT) or "",
        )

    def schema(self) -> dict[str, object]:
        """A word, or the mapping."""
        return {"anyOf": [{"enum": list(_SIMPLE)}, reference("format")]}
