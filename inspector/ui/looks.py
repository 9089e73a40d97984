"""Looks: what each kind of text is coloured like, worked out from the theme.

Textual's component classes would do the same, but each is resolved through the style sheet for each
widget, which at the start takes longer than all the rest of the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError


class Look(NamedTuple):
    """How a text is drawn.

    Attributes:
        color: The theme's name of its colour.
        strength: How much of it shows against the background, 0 to 1.
        attributes: Of ``bold``, ``underline``, ``reverse``.
    """

    color: str
    strength: float = 1.0
    attributes: str = ""


LOOKS = {
    "text": Look("foreground"),
    "dim": Look("foreground", 0.62),
    "faint": Look("foreground", 0.42),
    "rule": Look("foreground", 0.25),
    "strong": Look("foreground", 1.0, "bold"),
    "title": Look("text-primary", 1.0, "bold"),
    "focus": Look("primary-lighten-1", 1.0, "bold"),
    "key": Look("text-primary", 1.0, "bold"),
    "changed": Look("text-warning", 1.0, "bold"),
    "fading": Look("text-warning"),
    "faded": Look("text-warning", 0.65),
    "wrong": Look("text-error", 1.0, "bold"),
    "good": Look("text-success", 1.0, "bold"),
    "even": Look("text-primary"),
    "odd": Look("text-success"),
    "edit": Look("foreground", 1.0, "bold underline"),
    "caret": Look("foreground", 1.0, "reverse"),
    "match": Look("text-warning", 1.0, "underline"),
    "armed": Look("text-error", 1.0, "bold reverse"),
    "safe": Look("text-success", 1.0, "bold"),
}
"""One accent for the focus, one for what changed, one for what is wrong; all else is text and dim text.

A theme's variable ``look-…`` sets another strength: dark on light needs more of it than light on dark.
"""

_ON_COLOR = Color.parse("ansi_bright_white")

GROUNDS = {
    "row": Look("foreground", 0.08),
    "focus-row": Look("primary", 0.3),
    "bar": Look("panel"),
    "armed-bar": Look("error", 0.45),
}
"""What a line can stand on; a theme's variable ``ground-…`` names another colour, taken as it is."""

_INVERTED = ("focus-row", "armed-bar")
"""What is told apart even where there are no colours: there it is drawn inverted."""


def style(look: str, ground: str, variables: Mapping[str, str], behind: Color) -> Style:
    """Work a look out.

    Args:
        look: Of ``LOOKS``.
        ground: Of ``GROUNDS``; empty for the widget's own background.
        variables: The theme's colours by name.
        behind: The widget's background.
    """
    under, inverted = _ground(ground, variables, behind)
    name, strength, attributes = LOOKS[look or "text"]
    strength = float(variables.get(f"look-{look}", strength))
    front = _color(variables, name)
    plain = front.ansi is None and under.ansi is None
    if plain:
        front = under + front.multiply_alpha(strength)
    elif inverted or (under.ansi is not None and under.ansi >= 0):
        # On a colour of which only the name is known, no other colour is sure to be seen.
        front = _ON_COLOR if not inverted else _color(variables, "foreground")
    words = attributes.split()
    return Style(
        color=_rich(front),
        bgcolor=_rich(under),
        bold="bold" in words or None,
        underline="underline" in words or None,
        # What is inverted on an inverted ground shows as a hole in it.
        reverse=("reverse" in words) != inverted or None,
        dim=True if not plain and not inverted and strength < 0.7 else None,
    )


def _ground(ground: str, variables: Mapping[str, str], behind: Color) -> tuple[Color, bool]:
    """What a line stands on, and whether it is inverted for want of colours."""
    if not ground:
        return behind, False
    over = GROUNDS[ground]
    own = variables.get(f"ground-{ground}")
    color = _color(variables, over.color) if own is None else Color.parse(own)
    if color.ansi is None:
        return (behind + color.multiply_alpha(over.strength) if own is None else color), False
    # Terminal colours cannot be mixed: a faint ground is none, a strong one is that colour.
    if ground in _INVERTED:
        return (behind, True) if color.ansi < 0 else (color, False)
    return behind, False


def _color(variables: Mapping[str, str], name: str) -> Color:
    try:
        return Color.parse(variables.get(name, "transparent"))
    except ColorParseError:
        return Color.parse("transparent")


def _rich(color: Color) -> RichColor:
    return color.rich_color if color.ansi is not None or color.a else RichColor.default()
