"""What holds for a field beyond its value: access in words, reset, what may be written, when it is there."""

from __future__ import annotations

from inspector.model.field import Field
from inspector.ui.condition import VITAL
from inspector.ui.lines import Line, Span, clean


def field_facts(field: Field, value: int | None) -> list[Line]:
    """The facts, each a line of its own, the most useful first.

    Args:
        field: Which.
        value: Its raw value; None where unknown, or where no value is meant.
    """
    facts: list[Span] = [(field.access.describe(), "dim")]
    if (reset := reset_fact(field, value)) is not None:
        facts.append(reset)
    if said := _allowed(field):
        facts.append((said, "dim"))
    if field.write_value is not None:
        facts.append((f"every write puts the key {field.write_value:#x} here", "dim"))
    if field.volatile:
        facts.append(("hardware changes it", "dim"))
    if field.when:
        facts.append((clean("there while " + " and ".join(map(str, field.when))), "dim"))
    if field.alt:
        facts.append((clean(f"in the view {field.alt}"), "dim"))
    if field.danger:
        facts.append((clean(f"{VITAL} {field.danger}"), "changed"))
    return [(fact,) for fact in facts]


def reset_fact(field: Field, value: int | None) -> Span | None:
    """What it is after reset, and whether it still is; None where the map does not say."""
    if field.reset is None:
        return None
    number = str(field.reset) if field.width == 1 else f"{field.reset:#x}"
    shown = clean(field.render(field.reset))
    said = number if shown == number else f"{number} ({shown})"
    if value is None or not field.access.readable:
        return f"reset {said}", "dim"
    return (f"as after reset: {said}", "dim") if value == field.reset else (f"≠ reset {said}", "fading")


def _allowed(field: Field) -> str:
    """Which values the map allows, in words; empty for all."""
    constraint, show = field.constraint, field.render
    if constraint.as_read:
        return "only what was read may be written"
    if constraint.enum_only:
        return "only named values may be written"
    if constraint.minimum is not None and constraint.maximum is not None:
        return clean(f"takes {show(constraint.minimum)} to {show(constraint.maximum)}")
    if constraint.minimum is not None:
        return clean(f"takes {show(constraint.minimum)} and more")
    return clean(f"takes up to {show(constraint.maximum)}") if constraint.maximum is not None else ""
