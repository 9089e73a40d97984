"""Random rounds of claim, kill, stop and crash by several processes, with a canary for two holders.

Everyone who gets a claim first looks whether somebody's mark is on what it got, then leaves its own, and
looks again before the release. A mark of a process that is not known to be dead is a second holder.
Started as a program, this file is the harness; the tests run it in a process of its own.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

CELLS = 48
INCARNATIONS = 1 << 16
WORKERS = 4
BASE = 0x900_0000
CELL = 0x400
"""Bytes of the address space that one mark stands for."""

COUNTS = ("rounds", "granted", "refused", "crashes", "kills", "stops", "doubles")


class Board:
    """Memory that all processes share: marks, who is known to be dead, and counts for each worker."""

    def __init__(self) -> None:
        self.marks = memoryview(mmap.mmap(-1, 2 * CELLS)).cast("H")
        self.dead = memoryview(mmap.mmap(-1, INCARNATIONS))
        self.counts = memoryview(mmap.mmap(-1, 8 * len(COUNTS) * (WORKERS + 1))).cast("Q")

    def count(self, slot: int, what: str) -> None:
        self.counts[slot * len(COUNTS) + COUNTS.index(what)] += 1

    def total(self, what: str) -> int:
        return sum(self.counts[COUNTS.index(what) :: len(COUNTS)])


def work(board: Board, slot: int, me: int) -> NoReturn:
    """Claim at random until killed, or until a crash of its own."""
    from inspector.agent import locks

    chance = random.Random(me)
    owner = locks.Owner(os.getpid(), "canary", "root")
    while True:
        first = chance.randrange(CELLS)
        last = min(first + chance.choice((1, 1, 2, 5, 16)), CELLS) - 1
        board.count(slot, "rounds")
        try:
            held = locks.claim(
                "mem", BASE + first * CELL, (last - first + 1) * CELL, name=str(me), owner=owner
            )
        except locks.Conflict:
            board.count(slot, "refused")
            continue
        board.count(slot, "granted")
        for cell in range(first, last + 1):
            other = board.marks[cell]
            if other and not board.dead[other]:
                board.count(slot, "doubles")
            board.marks[cell] = me
        if chance.random() < 0.2:
            time.sleep(chance.random() / 1000)
        if chance.random() < 0.03:
            board.count(slot, "crashes")
            board.dead[me] = 1
            os.kill(os.getpid(), chance.choice((signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV)))
        for cell in range(first, last + 1):
            if board.marks[cell] != me:
                board.count(slot, "doubles")
            board.marks[cell] = 0
        held.release()


def harness(rounds: int, seed: int) -> dict[str, int]:
    """Keep the workers going, and kill and stop them at random."""
    import resource

    from inspector.agent import locks

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    board, chance, incarnation = Board(), random.Random(seed), 0
    pids: dict[int, tuple[int, int]] = {}

    def start(slot: int) -> None:
        nonlocal incarnation
        incarnation += 1
        me = incarnation
        pid = os.fork()
        if pid == 0:
            work(board, slot, me)
        pids[slot] = pid, me

    def reap(slot: int) -> None:
        os.waitpid(pids.pop(slot)[0], 0)

    for slot in range(WORKERS):
        start(slot)
    stopped: set[int] = set()
    while board.total("rounds") < rounds and not board.total("doubles"):
        time.sleep(0.004)
        for slot in range(WORKERS):
            if slot not in stopped and os.waitpid(pids[slot][0], os.WNOHANG)[0]:
                start(slot)  # it crashed
        slot = chance.randrange(WORKERS)
        pid, me = pids[slot]
        if slot in stopped:
            os.kill(pid, signal.SIGCONT)
            stopped.remove(slot)
        elif chance.random() < 0.3:
            board.count(WORKERS, "stops")
            os.kill(pid, signal.SIGSTOP)
            stopped.add(slot)
        elif chance.random() < 0.3:
            board.count(WORKERS, "kills")
            board.dead[me] = 1
            os.kill(pid, signal.SIGKILL)
            reap(slot)
            start(slot)
    for slot in range(WORKERS):
        os.kill(pids[slot][0], signal.SIGKILL)
        reap(slot)
    # With everyone gone nothing is left of their claims.
    whole = locks.claim("mem", BASE, CELLS * CELL, name="all", owner=locks.Owner(os.getpid(), "canary", ""))
    whole.release()
    return {what: board.total(what) for what in COUNTS}


def run(rounds: int, directory: Path, *, locks_that_hold: bool = True) -> dict[str, int]:
    environment = {name: value for name, value in os.environ.items() if name != "SUDO_UID"}
    result = subprocess.run(
        [sys.executable, "-m", __name__, str(rounds), str(int(locks_that_hold))],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**environment, "INSPECTOR_LOCK_DIRECTORY": str(directory)},
    )
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


linux = pytest.mark.skipif(sys.platform != "linux", reason="open-file-description locks are Linux's")


@linux
def test_there_are_never_two_holders(tmp_path: Path) -> None:
    rounds = int(os.environ.get("INSPECTOR_ROUNDS", "10000"))
    counts = run(rounds, tmp_path)
    assert counts["doubles"] == 0, counts
    assert counts["rounds"] >= rounds
    assert all(counts[what] for what in COUNTS if what != "doubles"), counts


@linux
def test_the_canary_notices_locks_that_do_not_hold(tmp_path: Path) -> None:
    assert run(10_000, tmp_path, locks_that_hold=False)["doubles"]


if __name__ == "__main__":
    if sys.argv[2] == "0":
        from inspector.agent import locks as broken

        broken._lock = lambda descriptor, holder: True
    print(json.dumps(harness(int(sys.argv[1]), seed=1)))
