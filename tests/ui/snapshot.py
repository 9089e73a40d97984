"""Pictures of the screen as text: what stands in each cell, and how it looks in each theme.

A picture is the screen's text, below it a letter for each cell's look, and below that what each letter
means, a theme a column. A review reads it as it stands, and a difference is a difference of lines.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import itertools
import os
import pkgutil
import string
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App

from inspector import backends, session, ui
from inspector.backends.simulation.simulation import Simulation

FOLDER = Path(__file__).with_name("snapshots")

UPDATE = "INSPECTOR_SNAPSHOTS"
"""Set to ``update``, the pictures are taken anew in place of being compared."""

_LETTERS = string.ascii_letters + string.digits + "!#$%&*+-/<=>@^~αβγδεζηθικλμνξπρστυφχψω"

Cell = tuple[str, Style]

_PLAIN = Style()


class Clock:
    """Stands for the module ``time`` in the package: it stands still until it is moved on.

    Each look moves it on by a nanosecond, as no two looks at a real one are the same.
    """

    def __init__(self) -> None:
        self._now = 1_000.0

    def monotonic(self) -> float:
        self._now += 1e-9
        return self._now

    def time(self) -> float:
        return self.monotonic() + 1_780_000_000

    def pass_by(self, seconds: float) -> None:
        self._now += seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def stand_still(patch: pytest.MonkeyPatch) -> Clock:
    """Have every module of the package see a clock that stands still, and always the same user."""
    clock = Clock()
    patch.setenv("TZ", "UTC")
    time.tzset()
    for package in (backends, session, ui):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            if isinstance(getattr(module, "time", None), ModuleType):
                patch.setattr(module, "time", clock)
    patch.setattr("os.getpid", lambda: 4242)
    patch.setattr("getpass.getuser", lambda: "ada")
    defaults = Simulation.__init__.__kwdefaults__
    assert defaults is not None
    patch.setitem(defaults, "clock", clock.monotonic)
    # Beside a clock that stands still, how often somebody happened to look at it would say how busy a bus is.
    patch.setattr("inspector.ui.load.ShownLoad.take", lambda *_: None)
    return clock


def painted(app: App[Any]) -> list[list[Segment]]:
    """Every line of the screen, what stands over it and what is under that."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return [[segment for strip in line for segment in strip] for line in update.strips]


def cells(lines: Sequence[Sequence[Segment]]) -> list[list[Cell]]:
    """Every cell of those lines."""
    return [
        [(character, segment.style or _PLAIN) for segment in line for character in segment.text]
        for line in lines
    ]


@functools.cache
def _look(style: Style) -> str:
    """``#e0e0e0 on #121212 bold``."""
    color = style.color.name if style.color else "default"
    ground = style.bgcolor.name if style.bgcolor else "default"
    words = [word for word in ("bold", "dim", "underline", "reverse", "italic") if getattr(style, word)]
    return " ".join([f"{color} on {ground}", *words])


def picture(themed: Mapping[str, list[list[Cell]]]) -> str:
    """One picture of a screen that was seen in several themes, which must differ in nothing but looks."""
    first, *others = themed.values()
    text = ["".join(character for character, _ in line) for line in first]
    for name, other in zip(list(themed)[1:], others, strict=True):
        _same(name, text, ["".join(character for character, _ in line) for line in other])
    letters: dict[tuple[str, ...], str] = {}
    looks = []
    for y, line in enumerate(first):
        row = []
        for x in range(len(line)):
            key = tuple(_look(seen[y][x][1]) for seen in themed.values())
            row.append(letters.setdefault(key, _LETTERS[min(len(letters), len(_LETTERS) - 1)]))
        looks.append("".join(row))
    legend = [
        f"{letter}  {'  |  '.join(key)}" for key, letter in itertools.islice(letters.items(), len(_LETTERS))
    ]
    return "\n".join(
        [*(line.rstrip() for line in text), "", *looks, "", f"   {'  |  '.join(themed)}", *legend]
    )


def _same(name: str, kept: list[str], seen: list[str]) -> None:
    """Fail with the lines that differ, where any do."""
    if kept != seen:
        lines = difflib.unified_diff(kept, seen, "kept", "seen", lineterm="", n=1)
        difference = "\n".join(itertools.islice(lines, 60))
        pytest.fail(f"{name} differs ({UPDATE}=update takes pictures anew):\n{difference}", pytrace=False)


def compare(name: str, seen: str) -> None:
    """Compare with the picture that was kept, or keep this one where the environment says so."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get(UPDATE) == "update":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(f"{seen}\n", encoding="utf-8")
        return
    assert path.is_file(), f"there is no picture {path.name}: {UPDATE}=update takes it"
    _same(path.name, path.read_text(encoding="utf-8").splitlines(), seen.splitlines())
