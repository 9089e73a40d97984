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
"""One accent for the focus, one for what changed, one for what is wrong; all else is text and dim text."""

GROUNDS = {
    "row": Look("foreground", 0.08),
    "focus-row": Look("primary", 0.3),
    "bar": Look("panel"),
    "armed-bar": Look("error", 0.45),
}
"""What a line can stand on."""


def style(look: str, ground: str, variables: Mapping[str, str], behind: Color) -> Style:
    """Work a look out.

    Args:
        look: Of ``LOOKS``.
        ground: Of ``GROUNDS``; empty for the widget's own background.
        variables: The theme's colours by name.
        behind: The widget's background.
    """
    under = behind
    lights_up = False
    if ground:
        over = GROUNDS[ground]
        color = _color(variables, over.color)
        # Terminal colours cannot be mixed: a faint ground is none, a strong one is that colour.
        if color.ansi is None:
            under = behind + color.multiply_alpha(over.strength)
        elif over.strength >= 0.3 and color.ansi >= 0:
            under, lights_up = color, True
    name, strength, attributes = LOOKS[look or "text"]
    front = _color(variables, name)
    if front.ansi is None and under.ansi is None:
        front = under + front.multiply_alpha(strength)
    words = attributes.split()
    return Style(
        color=_rich(under.get_contrast_text(1.0)) if lights_up and look == "focus" else _rich(front),
        bgcolor=_rich(under),
        bold="bold" in words or None,
        underline="underline" in words or None,
        reverse="reverse" in words or None,
        dim=True if front.ansi is not None and strength < 0.7 else None,
    )


def _color(variables: Mapping[str, str], name: str) -> Color:
    try:
        return Color.parse(variables.get(name, "transparent"))
    except ColorParseError:
        return Color.parse("transparent")


def _rich(color: Color) -> RichColor:
    return color.rich_color if color.ansi is not None or color.a else RichColor.default()
