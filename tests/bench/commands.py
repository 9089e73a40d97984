"""A command from start to end: ``inspector read`` against bare Python and against importing Textual."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.bench.measure import Measure, as_installed, report, take_turns

OURS = "inspector read demo --json"


def process(*arguments: str) -> Measure:
    """Milliseconds from start to end of a Python process."""

    def measure() -> float:
        start = time.perf_counter()
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=as_installed())
        return (time.perf_counter() - start) * 1e3

    return measure


def main() -> None:
    """Print milliseconds a process."""
    rivals = {
        OURS: process("-m", "inspector", "read", "demo", "--json"),
        "bare Python": process("-c", "pass"),
        "Python importing textual.app": process("-c", "import textual.app"),
    }
    report(take_turns(rivals, rounds=11), OURS, "ms")


if __name__ == "__main__":
    main()
