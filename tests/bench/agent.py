"""A tick of 64, 1,024 and 10,000 registers through the agent: microseconds, and as a ratio of in-process.

The same session reads the same registers of a mapped file, as one run of neighbours and as registers that
stand apart, each an operation of its own: once in a process of its own, once in this one.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from pathlib import Path

from inspector.backends.access import Access
from inspector.model.access import TOKENS
from inspector.model.register import Block, Dimension, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.session import Session

COUNTS = (64, 1024, 10_000)
ROUNDS = 300


def array_map(count: int, stride: int) -> RegisterMap:
    """``count`` registers of 32 bits, ``stride`` bytes apart."""
    shape = Dimension(count, stride, tuple(map(str, range(count))))
    register = Register("R", 0, 32, TOKENS["rw"], dimension=shape)
    size = -(-count * stride // 4096) * 4096
    block = Block("block", size, (register,))
    return RegisterMap("array", (Region("r", 0, size, (Instance("X", block),)),), (block,))


def ticks(sessions: dict[str, Session]) -> dict[str, list[float]]:
    """Microseconds of each tick, the rivals in turn."""
    costs: dict[str, list[float]] = {name: [] for name in sessions}
    for round_ in range(ROUNDS + 10):
        for name, session in sessions.items():
            nodes = session.map.nodes
            start = time.perf_counter()
            samples = session.read(nodes)
            cost = time.perf_counter() - start
            assert samples[-1].value == 0x0302_0100, "it was not read"
            if round_ >= 10:
                costs[name].append(cost * 1e6)
    return costs


def measure(image: Path, count: int, stride: int, what: str) -> None:
    """Print the medians and the 99th percentiles of a tick of ``count`` registers."""
    register_map = array_map(count, stride)
    word = f"devmem:{image}"
    with (
        Access() as away,
        Access(in_process=True) as here,
        Session(register_map, [word], access=away) as remote,
        Session(register_map, [word], access=here) as local,
    ):
        gc.collect()
        gc.freeze()
        costs = ticks({"agent": remote, "in process": local})
    medians = {name: statistics.median(values) for name, values in costs.items()}
    tails = {name: statistics.quantiles(values, n=100)[98] for name, values in costs.items()}
    for label, figures in (("median", medians), ("99 %", tails)):
        ratio = figures["agent"] / figures["in process"]
        print(
            f"  {count:>6} {what:<10} {label:<7} agent {figures['agent']:9.0f} µs   "
            f"in process {figures['in process']:9.0f} µs   {ratio:.2f} times that"
        )


def main() -> None:
    """Print ticks through the agent and in process."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.bin"
        image.write_bytes(bytes([0, 1, 2, 3]) * (max(COUNTS) * 2 + 1024))
        for count in COUNTS:
            measure(image, count, 4, "in a run")
            measure(image, count, 8, "apart")


if __name__ == "__main__":
    main()
