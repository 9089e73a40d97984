"""A run of 1,024 registers of a mapped file: nanoseconds a register.

Rivals: python-periphery's ``MMIO.read32``, and where there is a compiler a C loop over a volatile
pointer. Ours is measured as the session reads it: one ``ReadRun`` through claim, checks and window.
"""

from __future__ import annotations

import ctypes
import mmap
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from periphery import MMIO

from inspector.backends import open_backend
from inspector.backends.access import Access
from inspector.model.transaction import ReadRun
from tests.bench.measure import Measure, report, take_turns

COUNT = 1024
REPEAT = 20

C_LOOP = """
#include <stdint.h>
void run(const volatile uint32_t *from, uint32_t *to, int count) {
    for (int i = 0; i < count; i++) to[i] = from[i];
}
"""


def timed(work: Measure) -> Measure:
    """Nanoseconds a register of ``REPEAT`` runs of ``work``."""

    def measure() -> float:
        start = time.perf_counter_ns()
        for _ in range(REPEAT):
            work()
        return (time.perf_counter_ns() - start) / (REPEAT * COUNT)

    return measure


def c_loop(folder: Path, image: Path) -> Measure | None:
    """The C loop over a mapping of ``image``, or None where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source, library = folder / "loop.c", folder / "loop.so"
    source.write_text(C_LOOP)
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    run = ctypes.CDLL(str(library)).run
    with image.open("r+b") as file:
        mapping = mmap.mmap(file.fileno(), COUNT * 4)
    source_words = (ctypes.c_uint32 * COUNT).from_buffer(mapping)
    target_words = (ctypes.c_uint32 * COUNT)()

    def work() -> float:
        run(source_words, target_words, COUNT)
        return 0.0

    return work


def main() -> None:
    """Print nanoseconds a register, ours and the rivals'."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = folder / "image.bin"
        image.write_bytes(bytes(range(256)) * (COUNT * 4 // 256))
        with (
            Access(in_process=True) as here,
            open_backend(f"devmem:{image}", access=here) as backend,
            MMIO(0, COUNT * 4, path=str(image)) as mmio,
        ):
            device = backend.device_at(0, COUNT * 4)
            memory = device.io_request_by_index(0).iomap_sized(COUNT * 4)
            run = (ReadRun(0, 32, COUNT),)
            offsets = range(0, COUNT * 4, 4)

            def ours() -> float:
                with memory.try_access() as io:
                    io.execute(run)
                return 0.0

            def theirs() -> float:
                for offset in offsets:
                    mmio.read32(offset)
                return 0.0

            rivals = {"inspector, a run": timed(ours), "python-periphery MMIO.read32": timed(theirs)}
            loop = c_loop(folder, image)
            if loop is not None:
                rivals["C, volatile loop (and the call into it)"] = timed(loop)
            report(take_turns(rivals, rounds=15), "inspector, a run", "ns")


if __name__ == "__main__":
    main()
