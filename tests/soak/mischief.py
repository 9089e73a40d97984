"""What a running app goes through, one thing after the other, chosen by chance."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from inspector.agent import locks
from tests.soak.app import ANSWERS_WITHIN, App, send_signal
from tests.soak.image import PAGE, SIZE, WORDS, Image
from tests.soak.processes import resident

REGIONS = ("own", "common")


class Mischief:
    """An app on an image, and all that is done to the two.

    Attributes:
        done: How often each thing was done.
    """

    def __init__(
        self, app: App, image: Image, chance: random.Random, map_file: str, first_value: int
    ) -> None:
        """Say to whom.

        Args:
            app: The app.
            image: Its registers.
            chance: Decides what, and when.
            map_file: The map, for another inspector.
            first_value: The first of the values to write, each of which is written once.
        """
        self.done: Counter[str] = Counter()
        self._app = app
        self._image = image
        self._chance = chance
        self._map_file = map_file
        self._value = first_value
        self._index = 0
        self._stopped: set[int] = set()
        self._deck: list[str] = []

    def go(self, *, spare_supervisor: bool = False) -> None:
        """Do one thing, every one before any again; afterwards the app answers keys.

        Args:
            spare_supervisor: Leave that one process alive.
        """
        if not self._deck:
            self._deck = [*self._deeds, "write", "write"]
            self._chance.shuffle(self._deck)
        what = self._deck.pop()
        if spare_supervisor and what == "kill supervisor":
            return
        self._deeds[what]()
        self._app.settle()

    @property
    def _deeds(self) -> dict[str, Callable[[], object]]:
        chance, image = self._chance, self._image
        return {
            "kill worker": lambda: self._signal("kill worker", self._app.workers, signal.SIGKILL),
            "crash worker": lambda: self._signal("crash worker", self._app.workers, signal.SIGSEGV),
            "kill supervisor": lambda: self._signal("kill supervisor", self._app.supervisors, signal.SIGKILL),
            "stop worker": lambda: self._signal("stop worker", self._app.workers, signal.SIGSTOP),
            "go on": self._go_on,
            "cut": lambda: self._harm("cut", lambda: image.cut(chance.randrange(3) * PAGE)),
            "replace": lambda: self._harm("replace", image.replace),
            "restore": self._restore,
            "write": lambda: self._write(chance.choice(REGIONS), 3.0),
            "disarm": lambda: self._answer("disarm", "a"),
            "switch": lambda: self._answer("switch", "x"),
            "release": lambda: self._answer("release", "c"),
            "read once": lambda: self._answer("read once", "r"),
            "contend": self._contend,
            "resize": lambda: self._resize(chance.randrange(12, 50), chance.randrange(50, 180)),
            "wait": lambda: self._app.until(lambda: False, chance.random()),
        }

    # --- to the processes and the file --------------------------------------------------------

    def _signal(self, what: str, pids: list[int], number: int) -> None:
        if pids:
            pid = self._chance.choice(pids)
            self.done[what] += send_signal(pid, number)
            if number == signal.SIGSTOP:
                self._stopped.add(pid)

    def _go_on(self) -> None:
        while self._stopped:
            self.done["go on"] += send_signal(self._stopped.pop(), signal.SIGCONT)

    def _harm(self, what: str, harm: Callable[[], None]) -> None:
        if not self._image.damaged:
            harm()
            self.done[what] += 1

    def _restore(self) -> None:
        if self._image.damaged:
            self._image.restore()
            self.done["restore"] += 1

    def _contend(self) -> None:
        """Another inspector wants what the app may have: it gets it or not, and says so."""
        arguments = ["read", self._map_file, "A.LOW[0]", "--exclusive", "-b", self._image.word]
        environment = {**os.environ, "COLUMNS": "200"}
        with subprocess.Popen(
            [sys.executable, "-m", "inspector", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        ) as other:
            self._app.until(lambda: other.poll() is not None, ANSWERS_WITHIN)
            assert other.poll() in (0, 1), "another inspector hangs"
            assert other.stderr is not None
            said = other.stderr.read()
        assert "Traceback" not in said, said
        self.done["contend, refused" if "EBUSY" in said else "contend"] += 1

    def _resize(self, rows: int, columns: int) -> None:
        self._app.resize(rows, columns)
        self.done["resize"] += 1

    # --- by keys ------------------------------------------------------------------------------

    def _select(self, region: str) -> None:
        """Bring the app to one of the region's registers; each of them in turn."""
        self._index = (self._index + 1) % WORDS
        self._app.press("g" + "j" * self._index if region == "own" else "G" + "k" * self._index)
        self._app.settle()

    def _answer(self, what: str, key: str) -> None:
        """Press a key that may ask, and say yes."""
        self._select(self._chance.choice(REGIONS))
        if what == "disarm" and "ARMED" not in self._app.top:
            return
        self._app.press(key)
        if self._app.until(lambda: "leave it as it is" in self._app.screen, 0.2):
            self._app.press("\r")
        self.done[what] += 1

    def _write(self, region: str, patience: float) -> bool:
        """Write a word into a region as a person would, opening and arming it first; whether it arrived."""
        app = self._app
        self._select(region)
        if not any(word in app.top for word in ("READ-ONLY", "ARMED")):
            app.press("r")
            app.until(lambda: any(word in app.top for word in ("READ-ONLY", "ARMED")), patience)
        if "READ-ONLY" in app.top:
            app.press("a")
            if app.until(lambda: "stay read-only" in app.screen, patience):
                app.press("\r")
                app.until(lambda: "ARMED" in app.top, patience)
        if "ARMED" not in app.top:
            return False
        value, self._value = self._value, self._value + 1
        app.press("e")
        if not app.until(lambda: "Enter writes" in app.screen, patience):
            return False
        app.press(f"{value:#x}", "\r")
        arrived = app.until(lambda: any(word == value for _, word in self._image.arrived), patience)
        self.done["write" if arrived else "write, not arrived"] += 1
        return arrived

    # --- what must hold -----------------------------------------------------------------------

    def recover(self) -> None:
        """Undo what was done to it, and see that every region can be written again."""
        self._go_on()
        self._restore()
        self._resize(30, 110)
        for region in REGIONS:
            tries = 0
            while not self._write(region, 3.0):
                tries += 1
                self._app.settle()
                assert tries < 10, f"{region} is not back; the screen:\n{self._app.screen}"

    def clear_up(self) -> None:
        """See that nothing is left of an app that has ended: no process, no claim, and no write untold."""
        self._go_on()
        assert self._app.until(lambda: not self._app.processes, ANSWERS_WITHIN), self._app.commands
        for device, inode in self._image.inodes:
            owner = locks.Owner(os.getpid(), "soak", "")
            space = f"file:{device}:{inode}"
            locks.claim(space, 0, SIZE, name="all", owner=owner).release()
            assert not locks.holders(space, 0, SIZE - 1)
        assert not self._image.lost()

    def sizes(self) -> tuple[int, int]:
        """KiB in memory of the app, and of its supervisor (0 where there is none)."""
        with suppress(IndexError):
            return resident(self._app.pid), resident(self._app.supervisors[0])
        return resident(self._app.pid), 0

    @property
    def next_value(self) -> int:
        """A value that has not been written yet."""
        return self._value
