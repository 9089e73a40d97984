"""From starting the process to the first painted table, against an empty Textual app's first paint."""

from __future__ import annotations

import time

from tests.bench.measure import Measure, report, take_turns
from tests.bench.terminal import running, wait_for

OURS = "inspector, the demonstration board"

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted")
Empty().run()
"""


def painted(text: bytes, *arguments: str) -> Measure:
    """Milliseconds until ``text`` is on the screen."""

    def measure() -> float:
        start = time.perf_counter()
        with running(*arguments) as (_, terminal):
            wait_for(terminal, text)
            return (time.perf_counter() - start) * 1e3

    return measure


def main() -> None:
    """Print milliseconds to the first paint."""
    rivals = {
        # FIELDS heads the table's last column: the table is whole when it is drawn.
        OURS: painted(b"FIELDS", "-m", "inspector"),
        "an empty Textual app": painted(b"painted", "-c", EMPTY),
    }
    report(take_turns(rivals, rounds=21), OURS, "ms")


if __name__ == "__main__":
    main()
