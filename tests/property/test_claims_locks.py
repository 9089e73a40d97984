"""The locks against a plain list of ranges: what is granted, whom a refusal names, who is listed."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inspector.agent import locks

ME = locks.Owner(os.getpid(), "test", "me")
TOP = (1 << 52) - 1

# Few addresses, so that ranges meet in every way; the last ones of all among them.
STARTS = st.integers(0, 9) | st.integers(TOP - 3, TOP)
SIZES = st.integers(1, 6)


@dataclass(frozen=True, eq=False)
class Range:
    start: int
    end: int
    shared: bool
    held: locks.Held


class LocksAgainstAList(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.environment = pytest.MonkeyPatch()
        self.environment.setenv("INSPECTOR_LOCK_DIRECTORY", str(Path(self.directory.name) / "locks"))
        self.environment.delenv("SUDO_UID", raising=False)
        self.ranges: list[Range] = []

    def teardown(self) -> None:
        for range_ in self.ranges:
            range_.held.release()
        self.environment.undo()
        self.directory.cleanup()

    @rule(start=STARTS, size=SIZES)
    def claim(self, start: int, size: int) -> None:
        size = min(size, TOP - start + 1)
        end = start + size - 1
        conflicts = [
            other for other in self.ranges if not other.shared and other.start <= end and start <= other.end
        ]
        if conflicts:
            with pytest.raises(locks.Conflict) as caught:
                locks.claim("mem", start, size, name="x", owner=ME)
            lowest = min(conflicts, key=lambda range_: range_.start)
            holder = caught.value.holder
            assert (holder.start, holder.end, holder.pid) == (lowest.start, lowest.end, os.getpid())
        else:
            held = locks.claim("mem", start, size, name="x", owner=ME)
            self.ranges.append(Range(start, end, False, held))

    @rule(start=STARTS, size=SIZES)
    def share(self, start: int, size: int) -> None:
        size = min(size, TOP - start + 1)
        held = locks.share("mem", start, size, name="x", owner=ME)
        self.ranges.append(Range(start, start + size - 1, True, held))

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        if self.ranges:
            range_ = data.draw(st.sampled_from(self.ranges))
            range_.held.release()
            range_.held.release()
            self.ranges.remove(range_)

    @rule(start=STARTS, size=SIZES)
    def ask(self, start: int, size: int) -> None:
        found = locks.holders("mem", start, start + size - 1)
        assert sorted((each.start, each.end, each.shared) for each in found) == sorted(
            (range_.start, range_.end, range_.shared)
            for range_ in self.ranges
            if range_.start <= start + size - 1 and start <= range_.end
        )
        assert all(each.pid == os.getpid() and each.name == "x" for each in found)

    @invariant()
    def each_has_one_record(self) -> None:
        records = Path(self.directory.name) / "locks" / "records"
        assert len(list(records.iterdir()) if records.is_dir() else []) == len(self.ranges)


TestLocks = pytest.mark.skipif(sys.platform != "linux", reason="open-file-description locks are Linux's")(
    LocksAgainstAList.TestCase
)
TestLocks.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
