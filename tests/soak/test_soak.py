"""A running app while its processes are killed, its file is cut and replaced, and others want its claims."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.soak.app import App
from tests.soak.image import Image
from tests.soak.mischief import Mischief

SECONDS = float(os.environ.get("INSPECTOR_SOAK_SECONDS", "60"))
SHORT = 6.0
"""Seconds that a life lasts whose end is what matters; half of the time goes to one for its memory."""
ENDS = ("SIGTERM", "SIGKILL", "q", "SIGHUP")
GROWS_BY = 1.1
MUST = {"write", "kill worker", "kill supervisor", "cut", "replace"}

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(3 * SECONDS + 180),
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc, and locks that only Linux has"),
]


class Life:
    """One run of the app on registers of its own."""

    def __init__(self, folder: Path, chance: random.Random, map_file: Path) -> None:
        folder.mkdir()
        self.image = Image(folder)
        arguments = [str(map_file), "-b", self.image.word, "--journal", str(self.image.journal)]
        self.app = App(arguments, self.image.watch)
        self.mischief = Mischief(self.app, self.image, chance, str(map_file), 0x5000_0000)

    def end(self, how: str) -> None:
        """End it, and see that it leaves nothing behind but a usable terminal."""
        status = self.app.end(how)
        if how == "SIGKILL":
            assert status == -signal.SIGKILL
        else:
            assert status == (0 if how == "q" else 128 + signal.Signals[how])
            assert self.app.usable
        assert not self.app.broken
        self.mischief.clear_up()

    def close(self) -> None:
        self.app.close()
        self.image.close()


def test_memory_stays_and_everything_comes_back(
    tmp_path: Path, chance: random.Random, map_file: Path
) -> None:
    began = time.monotonic()
    life = Life(tmp_path / "life", chance, map_file)
    mischief = life.mischief
    sizes: list[tuple[float, int, int]] = []
    calm = 0.0
    try:
        while (
            (age := time.monotonic() - began) < SECONDS / 2 or MUST - set(+mischief.done) or len(sizes) < 10
        ):
            if not calm and age > SECONDS / 4 and mischief.done["kill supervisor"] and mischief.done["write"]:
                calm = age
            # What is loaded when it is first needed is there by now. A new supervisor starts with a memory of
            # its own: from now on one stays.
            mischief.go(spare_supervisor=calm > 0)
            size = mischief.sizes()
            if calm and all(size):
                sizes.append((age, *size))
        mischief.recover()
        report(mischief.done, life, sizes)
        warm = [size for size in sizes if size[0] < sizes[0][0] + SECONDS / 12]
        for which in (1, 2):
            assert median(size[which] for size in sizes[-10:]) < GROWS_BY * max(size[which] for size in warm)
        life.end("q")
    finally:
        life.close()


def test_every_end_leaves_nothing_behind(tmp_path: Path, chance: random.Random, map_file: Path) -> None:
    began = time.monotonic()
    number = 0
    while number < len(ENDS) or time.monotonic() - began < SECONDS / 2 - SHORT / 2:
        life = Life(tmp_path / f"life-{number}", chance, map_file)
        try:
            born = time.monotonic()
            while time.monotonic() - born < min(SHORT, SECONDS / 10):
                life.mischief.go()
            life.end(ENDS[number % len(ENDS)])
            report(life.mischief.done, life, [])
        finally:
            life.close()
        number += 1


def report(done: Counter[str], life: Life, sizes: list[tuple[float, int, int]]) -> None:
    print(dict(sorted(done.items())))
    print(f"{len(life.image.arrived)} words arrived, slowest answer {life.app.slowest:.2f} s")
    if sizes:
        print("KiB of app and supervisor:", *(size[1:] for size in sizes[:: max(1, len(sizes) // 12)]))
