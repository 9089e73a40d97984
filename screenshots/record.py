"""Records a session of the real program as an animated SVG: ``python screenshots/record.py``.

The program runs in a pseudo-terminal and is sent the keys below; what its terminal shows is kept whenever it
differs. A row of text that was seen before is drawn once, however often it comes, so the file stays small.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pexpect
import pyte
from pyte.screens import Char

FOLDER = Path(__file__).resolve().parent

COLUMNS, ROWS = 104, 30

CELL, LINE = 8.4, 18
"""A cell's width and height in pixels, for a font of 14 pixels."""

INK, GROUND = "#e0e0e0", "#121212"

RATE = 12.0
"""Frames per second at most."""

ENDING = 3.0
"""Seconds that the last frame stays."""

Run = tuple[int, str, str, str, bool, bool]
"""First column, text, colour, ground, bold, underlined."""

Row = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something done at the keyboard.

    Attributes:
        keys: What is sent.
        pause: Seconds until the next step.
        each: Seconds between two characters; 0 where they are one key.
    """

    keys: str
    pause: float = 1.0
    each: float = 0.0


DOWN, TAB, ENTER, ESCAPE, SPACE, LEFT = "\x1b[B", "\t", "\r", "\x1b[27u", " ", "\x1b[D"

SESSION = (
    Step("", 2.5),
    Step("/", 0.6),
    Step("uart control", 1.4, 0.09),
    Step(ENTER, 1.2),
    Step("e", 0.8),
    Step(TAB, 0.7),
    Step(TAB, 0.7),
    Step(TAB, 0.9),
    Step("odd", 1.4, 0.2),
    Step(ENTER, 2.2),
    Step("u", 1.4),
    Step(ENTER, 2.0),
    Step("/", 0.5),
    Step("status", 1.0, 0.09),
    Step(ENTER, 1.0),
    Step("p", 3.0),
)


class Film:
    """Frames of a terminal, each with the moment it came."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, tuple[Row, ...]]] = []

    def take(self, moment: float, display: pyte.Screen) -> None:
        """Keep what the terminal shows, if that differs from the last frame."""
        rows = tuple(tuple(_runs(display.buffer[y])) for y in range(ROWS))
        if not self.frames or self.frames[-1][1] != rows:
            self.frames.append((moment, rows))

    def svg(self) -> str:
        """The film as an SVG that plays itself, over and over."""
        width, height = COLUMNS * CELL + 16, ROWS * LINE + 16
        numbers: dict[Row, int] = {}
        for _, rows in self.frames:
            for row in rows:
                numbers.setdefault(row, len(numbers))
        total = self.frames[-1][0] - self.frames[0][0] + ENDING
        steps = "".join(
            f"{(moment - self.frames[0][0]) / total:.4%}{{transform:translateY({-i * ROWS * LINE}px)}}"
            for i, (moment, _) in enumerate(self.frames)
        )
        drawn = "".join(f'<g id="r{number}">{_draw(row)}</g>' for row, number in numbers.items() if row)
        used = "".join(
            f'<use href="#r{numbers[row]}" y="{(i * ROWS + y) * LINE}"/>'
            for i, (_, rows) in enumerate(self.frames)
            for y, row in enumerate(rows)
            if row
        )
        last = -(len(self.frames) - 1) * ROWS * LINE
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}">\n<style>\n'
            "text{font:14px 'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}\n"
            ".b{font-weight:bold}.u{text-decoration:underline}\n"
            f".film{{animation:play {total:.2f}s steps(1,end) infinite}}\n"
            f"@keyframes play{{{steps}}}\n"
            f"@media (prefers-reduced-motion:reduce)"
            f"{{.film{{animation:none;transform:translateY({last}px)}}}}\n"
            f'</style>\n<defs>{drawn}</defs>\n<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>\n'
            f'<svg x="8" y="8" width="{COLUMNS * CELL:g}" height="{ROWS * LINE}">'
            f'<g class="film">{used}</g></svg>\n</svg>\n'
        )


def _colour(name: str, otherwise: str) -> str:
    return otherwise if name == "default" else f"#{name}" if len(name) == 6 else name


def _looks(char: Char) -> tuple[str, str, bool, bool]:
    ink, ground = _colour(char.fg, INK), _colour(char.bg, GROUND)
    if char.reverse:
        ink, ground = ground, ink
    return ink, ground, char.bold, char.underscore


def _runs(line: dict[int, Char]) -> Iterator[Run]:
    """The stretches of a row that look alike, blank ground left out."""
    chars = [line[x] for x in range(COLUMNS)]
    at = 0
    for looks, group in groupby(chars, key=_looks):
        text = "".join(char.data or " " for char in group)
        if text.strip() or looks[1] != GROUND:
            yield at, text, *looks
        at += len(text)


def _draw(row: Row) -> str:
    parts = []
    for at, text, ink, ground, bold, underlined in row:
        left, size = at * CELL, len(text) * CELL
        if ground != GROUND:
            parts.append(f'<rect x="{left:.1f}" width="{size:.1f}" height="{LINE}" fill="{ground}"/>')
        if text.strip():
            style = "b" * bold + " u" * underlined
            named = f' class="{style.strip()}"' if style else ""
            place = f'x="{left:.1f}" y="13.5" textLength="{size:.1f}"'
            parts.append(f'<text {place} fill="{ink}"{named}>{escape(text)}</text>')
    return "".join(parts)


def play(arguments: tuple[str, ...], session: tuple[Step, ...]) -> Film:
    """Run the program, send it the keys, and film its terminal."""
    with tempfile.TemporaryDirectory() as state:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": state,
            "XDG_CONFIG_HOME": state,
        }
        child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "inspector", *arguments],
            dimensions=(ROWS, COLUMNS),
            env=environment,
            timeout=None,
        )
        child.delaybeforesend = None
        display = pyte.Screen(COLUMNS, ROWS)
        stream = pyte.ByteStream(display)
        film = Film()

        def watch(seconds: float) -> None:
            end = time.monotonic() + seconds
            next_frame = 0.0
            while (now := time.monotonic()) < end:
                with contextlib.suppress(pexpect.TIMEOUT):
                    stream.feed(child.read_nonblocking(65536, timeout=0.02))
                if now >= next_frame:
                    film.take(now, display)
                    next_frame = now + 1 / RATE

        watch(1.5)
        film.frames.clear()
        for step in session:
            for part in step.keys if step.each else (step.keys,):
                child.send(part)
                watch(step.each)
            watch(step.pause)
        child.close(force=True)
        return film


if __name__ == "__main__":
    (FOLDER / "session.svg").write_text(play(("demo",), SESSION).svg(), encoding="utf-8")
    print("session.svg")
