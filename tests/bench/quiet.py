"""Processor time while nothing changes: a 10 Hz refresh of registers at rest, against an idle Textual app."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

from tests.bench.first_paint import EMPTY
from tests.bench.measure import Measure, report, take_turns
from tests.bench.terminal import drain, processor_seconds, running, wait_for

SECONDS = 8.0
OURS = "inspector, PL011 at 10 Hz, nothing changing"


def used(text: bytes, *arguments: str) -> Measure:
    """Per cent of one core, over ``SECONDS`` after the start has settled."""

    def measure() -> float:
        with running(*arguments) as (pid, terminal):
            wait_for(terminal, text)
            drain(terminal, 2.0)
            before = processor_seconds(pid)
            count = drain(terminal, SECONDS)
            share = (processor_seconds(pid) - before) / SECONDS * 100
        print(f"    {count} bytes drawn in {SECONDS:g} s, {share:.2f} % of a core")
        return share

    return measure


def main() -> None:
    """Print per cent of a core."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.bin"
        image.write_bytes(struct.pack("<I", 0x90) * 1024)
        rivals = {
            OURS: used(b"FIELDS", "-m", "inspector", "pl011", "-b", f"devmem:{image}@0x09000000"),
            "an idle Textual app": used(b"painted", "-c", EMPTY),
        }
        report(take_turns(rivals, rounds=3), OURS, "% of a core")


if __name__ == "__main__":
    main()
