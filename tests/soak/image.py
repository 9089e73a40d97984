"""The file that stands for hardware: cut short, put in another's place, and watched for every word."""

from __future__ import annotations

import mmap
import os
import time
from dataclasses import dataclass
from pathlib import Path

from inspector.model.transaction import Write
from inspector.session.journalfile import load_journal

PAGE = mmap.PAGESIZE
OWN, COMMON = 0x1000_0000, 0x1000_0000 + 2 * PAGE
"""Where the regions are: of two pages and of one."""
SIZE = 3 * PAGE
WORDS = 12
"""Registers in each region; in the first one half of them on each page."""

MAP = f"""\
regmap: 1
name: soaked
blocks:
  wide:
    size: {2 * PAGE}
    registers:
      LOW: {{offset: 0, count: {WORDS // 2}, stride: 4}}
      HIGH: {{offset: {PAGE}, count: {WORDS // 2}, stride: 4}}
  narrow:
    size: {PAGE}
    registers: {{WORD: {{offset: 0, count: {WORDS}, stride: 4}}}}
regions:
  own: {{base: {OWN:#x}, size: {2 * PAGE}, open: exclusive, instances: {{A: wide}}}}
  common: {{base: {COMMON:#x}, size: {PAGE}, open: shared, instances: {{B: narrow}}}}
"""


@dataclass(slots=True)
class _File:
    """One of the files that have been in the place, and what is known to be in it."""

    descriptor: int
    content: bytearray


class Image:
    """The file, and an observer of its own that holds every word that arrives against the journal.

    Attributes:
        path: Where the app finds it.
        journal: Where the app tells what it is about to do.
        arrived: The address and the value of each word that reached a file.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "image"
        self.journal = folder / "journal.jsonl"
        self.arrived: set[tuple[int, int]] = set()
        self._aside = folder / "aside"
        self._meant: list[tuple[int, Write]] = []
        self._cuts: list[tuple[float, float]] = []
        self._files: list[_File] = []
        self._take(self.path)

    @property
    def word(self) -> str:
        """The backend's word."""
        return f"devmem:{self.path}@{OWN:#x}"

    @property
    def inodes(self) -> list[tuple[int, int]]:
        """The device and the inode of every file that has been in the place."""
        return [(status.st_dev, status.st_ino) for status in map(os.fstat, self._descriptors)]

    @property
    def damaged(self) -> bool:
        """Whether it is cut short, or another one is in its place."""
        return self._aside.exists() or self.path.stat().st_size < SIZE

    @property
    def _descriptors(self) -> list[int]:
        return [file.descriptor for file in self._files]

    def close(self) -> None:
        """Watch no more."""
        for descriptor in self._descriptors:
            os.close(descriptor)

    # --- what happens to it -------------------------------------------------------------------

    def cut(self, size: int) -> None:
        """Cut the file that is in the place to a number of whole pages."""
        self._resize(size)

    def replace(self) -> None:
        """Put another file in the place."""
        other = self.path.with_name("other")
        self._take(other)
        os.link(self.path, self._aside)
        other.rename(self.path)

    def restore(self) -> None:
        """Have everything as it was; of what was cut off, nothing but its room."""
        if self._aside.exists():
            self._aside.rename(self.path)
        self._resize(SIZE)

    def _take(self, path: Path) -> None:
        path.write_bytes(bytes(SIZE))
        self._files.append(_File(os.open(path, os.O_RDONLY), bytearray(SIZE)))

    def _resize(self, size: int) -> None:
        inode = self.path.stat().st_ino
        began = time.time()
        self.watch()
        os.truncate(self.path, size)
        # What was written between the two is lost and was not seen.
        self._cuts.append((began, time.time()))
        for file in self._files:
            if os.fstat(file.descriptor).st_ino == inode:
                file.content[size:] = bytes(SIZE - size)

    # --- what is written to it ----------------------------------------------------------------

    def watch(self) -> None:
        """See what has arrived since; it must be in the journal by now."""
        for file in self._files:
            now = os.pread(file.descriptor, SIZE, 0)
            if now == file.content[: len(now)]:
                continue
            for at in range(0, len(now), 4):
                if now[at : at + 4] != file.content[at : at + 4]:
                    self._arrive(OWN + at, int.from_bytes(now[at : at + 4], "little"))
            file.content[: len(now)] = now

    def _arrive(self, address: int, value: int) -> None:
        if not self._is_meant(address, value):
            self._meant = [
                (operation.offset, operation)
                for session in load_journal(self.journal).sessions
                for intent in session.intents
                for operation in intent.operations
                if isinstance(operation, Write)
            ]
        assert self._is_meant(address, value), (
            f"{value:#x} is at {address:#x}, and the journal does not say so"
        )
        self.arrived.add((address, value))

    def _is_meant(self, address: int, value: int) -> bool:
        return any(
            at == address and write.width == 32 and (write.word(0) ^ value) & ~write.keep == 0
            for at, write in self._meant
        )

    def lost(self) -> list[tuple[int, int]]:
        """What the journal says was written, and never arrived in any file, though nothing was cut then."""
        if not self.journal.exists():
            return []
        self.watch()
        lost = []
        for session in load_journal(self.journal).sessions:
            for intent in session.intents:
                outcome = intent.outcome
                if outcome is None or outcome.error is not None or outcome.written is None:
                    continue
                cut = any(began <= outcome.time and intent.time <= ended for began, ended in self._cuts)
                if not cut and (intent.address, outcome.written) not in self.arrived:
                    lost.append((intent.address, outcome.written))
        return lost
