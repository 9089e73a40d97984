"""Colours: every look can be read on every ground, and is told apart where there are no colours."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color

from inspector.errors import UsageError
from inspector.ui import run, themes
from inspector.ui.looks import GROUNDS, LOOKS, style
from inspector.ui.settings import Settings
from tests.ui.driving import make_app, running, select, small_map, text_of

NEEDED = {"rule": 1.3, "faint": 3.0}
"""The contrast that a look needs where it is less than that of text that matters."""


def look_of(theme: str, look: str, ground: str = "", behind: str = "background") -> Style:
    made = themes.THEMES[theme]
    variables = {**made.to_color_system().generate(), **made.variables}
    return style(look, ground, variables, Color.parse(variables[behind]))


def luminance(color: tuple[int, int, int]) -> float:
    parts = [c / 255 for c in color]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(drawn: Style) -> float:
    """As WCAG has it: 21 for black on white, 1 for a colour on itself."""
    assert drawn.color is not None and drawn.bgcolor is not None
    assert drawn.color.triplet is not None and drawn.bgcolor.triplet is not None
    lights = sorted(luminance(color.triplet) for color in (drawn.color, drawn.bgcolor) if color.triplet)
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT, themes.CONTRAST])
@pytest.mark.parametrize("look", LOOKS)
def test_every_look_can_be_read_on_every_ground(theme: str, look: str) -> None:
    for behind, ground in itertools.product(("background", "surface"), ("", *GROUNDS)):
        got = contrast(look_of(theme, look, ground, behind))
        assert got >= NEEDED.get(look, 4.5), f"{look} on {ground or behind}: {got:.2f}"


def test_high_contrast_is_higher() -> None:
    for look, ground in itertools.product(("text", "dim", "changed", "key", "focus"), ("", *GROUNDS)):
        assert contrast(look_of(themes.CONTRAST, look, ground)) >= 7, (look, ground)


@pytest.mark.parametrize("theme", [themes.SIXTEEN, themes.NONE])
def test_without_mixed_colours_all_is_told_apart(theme: str) -> None:
    plain = look_of(theme, "text")
    for look in ("strong", "changed", "wrong", "edit", "caret", "match", "armed", "key"):
        drawn = look_of(theme, look)
        assert (drawn.bold, drawn.reverse, drawn.underline, drawn.color) != (
            plain.bold,
            plain.reverse,
            plain.underline,
            plain.color,
        )
    # The cursor's row and the line that says that hardware is armed stand out, and the caret in the row.
    row = look_of(theme, "text", "focus-row")
    assert row.reverse
    assert not look_of(theme, "caret", "focus-row").reverse
    armed = look_of(theme, "text", "armed-bar")
    assert (armed.reverse, armed.bgcolor) != (plain.reverse, plain.bgcolor)
    assert look_of(theme, "armed", "armed-bar").reverse != armed.reverse


def test_without_colours_there_is_none() -> None:
    for look, ground in itertools.product(LOOKS, ("", *GROUNDS)):
        drawn = look_of(themes.NONE, look, ground)
        assert drawn.color is not None and drawn.color.is_default
        assert drawn.bgcolor is not None and drawn.bgcolor.is_default


@pytest.mark.parametrize(
    ("environment", "wanted", "expected"),
    [
        ({"TERM": "xterm-256color"}, None, themes.DARK),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "light", "light"),
        ({"TERM": "xterm-256color"}, "nord", "nord"),
        ({"TERM": "xterm-256color"}, "gone", themes.DARK),
        ({"TERM": "xterm-256color"}, 7, themes.DARK),
        ({"TERM": "xterm"}, None, themes.SIXTEEN),
        ({"TERM": "linux"}, "light", "light"),
        ({"TERM": "dumb"}, "light", themes.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "light", themes.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "light", "light"),
    ],
)
def test_the_theme_fits_the_terminal(
    environment: dict[str, str], wanted: object, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert themes.fitting(wanted) == expected


def test_an_unknown_theme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no theme 'drak'; there are dark, light, contrast, 16, none"):
        run(small_map(), lambda: None, lambda: None, theme="drak")  # type: ignore[arg-type, return-value]


async def test_one_key_goes_through_our_themes_and_the_choice_is_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    app = make_app(small_map(), settings=settings)
    async with running(app) as (pilot, screen):
        seen = [app.theme]
        for _ in themes.THEMES:
            await pilot.press("T")
            seen.append(app.theme)
        assert seen == [*themes.THEMES, themes.DARK]
        app.choose_theme("light")
        assert "colours: light" in text_of(screen)
    assert Settings(tmp_path / "settings.json").get("theme") == "light"


async def test_no_color_leaves_no_colour_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(small_map(), theme=themes.NONE)
    async with running(app) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("e", "3")
        for strip in screen._compositor.render_strips():
            for segment in strip:
                drawn = segment.style or Style()
                assert drawn.color is None or drawn.color.is_default, segment
                assert drawn.bgcolor is None or drawn.bgcolor.is_default, segment
        await pilot.press("escape", "T")
        assert "NO_COLOR is set" in text_of(screen)


def test_settings_are_kept_at_once_and_beside_what_another_app_put(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "settings.json"
    first, second = Settings(path), Settings(path)
    first.put("theme", "light")
    second.put("greeted", True)
    assert Settings(path).get("theme") == "light"
    assert Settings(path).get("greeted") is True
    quiet = Settings(path, keep=False)
    quiet.put("theme", "dark")
    assert quiet.get("theme") == "dark"
    assert Settings(path).get("theme") == "light"
    path.write_text("[" * 100_000)
    assert Settings(path).get("theme") is None
