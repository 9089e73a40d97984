"""The colours: dark, light and high contrast, the terminal's own sixteen, and none at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from rich.console import Console
from textual import constants
from textual.theme import BUILTIN_THEMES, Theme

DARK, LIGHT, CONTRAST, SIXTEEN, NONE = "dark", "light", "contrast", "16", "none"

_DEFAULT = "ansi_default"


def _bases() -> dict[str, str]:
    """What Textual's own styles ask of a theme of terminal colours."""
    return {"ansi-background": _DEFAULT, "ansi-foreground": _DEFAULT}


def _colourless() -> Theme:
    """The terminal's own text colour on its own background, and nothing else."""
    names = ("border", "border-blurred", "block-cursor-background", "input-selection-background")
    scrollbar = ("scrollbar", "scrollbar-hover", "scrollbar-active")
    track = tuple(f"scrollbar-background{suffix}" for suffix in ("", "-hover", "-active"))
    return Theme(
        name=NONE,
        ansi=True,
        primary=_DEFAULT,
        secondary=_DEFAULT,
        accent=_DEFAULT,
        warning=_DEFAULT,
        error=_DEFAULT,
        success=_DEFAULT,
        foreground=_DEFAULT,
        background=_DEFAULT,
        surface=_DEFAULT,
        panel=_DEFAULT,
        boost=_DEFAULT,
        variables=_bases() | dict.fromkeys((*names, *scrollbar, *track), _DEFAULT),
    )


THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        theme.name: theme
        for theme in (
            Theme(
                name=DARK,
                primary="#2f81c9",
                secondary="#7aa2c8",
                accent="#e0a458",
                warning="#e0a458",
                error="#c0455f",
                success="#5fb97f",
                foreground="#e2e5e9",
                background="#101418",
                surface="#181e24",
                panel="#1f2830",
                variables={
                    "text-primary": "#74b3ee",
                    "text-warning": "#ffc46b",
                    "text-error": "#ff9aac",
                    "text-success": "#86d9a2",
                    "primary-lighten-1": "#7fbdf9",
                    "ground-armed-bar": "#511724",
                    "ground-focus-row": "#16344f",
                    "look-faint": "0.54",
                    "look-dim": "0.7",
                    "look-faded": "0.8",
                },
            ),
            Theme(
                name=LIGHT,
                primary="#1f6fb5",
                secondary="#3c6e99",
                accent="#8a5200",
                warning="#8a5200",
                error="#c2334f",
                success="#1d6b3c",
                foreground="#1b2127",
                background="#fafaf8",
                surface="#f1f1ee",
                panel="#e6e8e8",
                dark=False,
                variables={
                    "text-primary": "#0b4f8a",
                    "text-warning": "#713f00",
                    "text-error": "#9c1231",
                    "text-success": "#14572f",
                    "primary-lighten-1": "#0b4f8a",
                    "ground-focus-row": "#cfe3f7",
                    "ground-armed-bar": "#f6c8cf",
                    "look-faint": "0.66",
                    "look-dim": "0.82",
                    "look-faded": "0.92",
                },
            ),
            Theme(
                name=CONTRAST,
                primary="#66ccff",
                secondary="#66ccff",
                accent="#ffe14d",
                warning="#ffe14d",
                error="#ff5c5c",
                success="#5cff8a",
                foreground="#ffffff",
                background="#000000",
                surface="#000000",
                panel="#1c1c1c",
                variables={
                    "text-primary": "#7fd6ff",
                    "text-warning": "#ffe14d",
                    "text-error": "#ff9c9c",
                    "text-success": "#7dffa2",
                    "primary-lighten-1": "#8fdcff",
                    "ground-focus-row": "#00386b",
                    "ground-armed-bar": "#7a0000",
                    "look-faint": "0.75",
                    "look-dim": "0.85",
                    "look-faded": "0.85",
                    "look-rule": "0.6",
                },
            ),
            Theme(
                name=SIXTEEN,
                ansi=True,
                primary="ansi_blue",
                secondary="ansi_cyan",
                accent="ansi_yellow",
                warning="ansi_yellow",
                error="ansi_red",
                success="ansi_green",
                foreground=_DEFAULT,
                background=_DEFAULT,
                surface=_DEFAULT,
                panel=_DEFAULT,
                boost=_DEFAULT,
                variables=_bases() | {"ground-focus-row": _DEFAULT, "text-primary": "ansi_cyan"},
            ),
            _colourless(),
        )
    }
)
"""Our own, by name, in the order in which one key goes through them."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        DARK: "dark",
        LIGHT: "light",
        CONTRAST: "high contrast",
        SIXTEEN: "the terminal's own 16 colours",
        NONE: "no colours",
    }
)
"""What each is called in a sentence."""


def names() -> list[str]:
    """Every theme there is, our own first."""
    return [*THEMES, *(name for name in BUILTIN_THEMES if name not in THEMES)]


def no_color() -> bool:
    """Whether the environment asks for no colours."""
    return bool(os.environ.get("NO_COLOR"))


def fitting(wanted: object) -> str:
    """The theme to start with: the wanted one where there is such a one, else what the terminal can show."""
    system = constants.COLOR_SYSTEM
    if system == "auto":
        system = Console(force_terminal=True).color_system
    if no_color() or system is None:
        return NONE
    if isinstance(wanted, str) and wanted in names():
        return wanted
    return SIXTEEN if system in ("standard", "windows") else DARK


def after(name: str) -> str:
    """The one after ``name``."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
