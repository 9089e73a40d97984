"""The journal: what is about to be done to the hardware is on disk before it is done.

The last line before a board died names the register. Several programs may append to one file: each line
goes out in one write of its own.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inspector import __version__
from inspector.errors import InspectorError, KernelError, NotPermitted, Place
from inspector.model.compose import Composition
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.transaction import Operation, Read, ReadRun, Write
from inspector.session.appender import Appender
from inspector.session.entries import (
    Intent,
    JournalEntry,
    Outcome,
    RegionEvent,
    RegionEventName,
    SessionStart,
    absolute,
    entry_record,
    outcome_record,
)
from inspector.session.region import OpenRegion
from inspector.session.words import assignment
from inspector.session.writing import WriteResult

KEPT = 10_000
"""How many entries of a session stay in memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a read that acts, or of an access without a map.

    Attributes:
        value: What was read, or None.
        written: What was written, or None.
        error: What failed, or None.
    """

    value: int | None = None
    written: int | None = None
    error: InspectorError | None = None


class Journal:
    """One session's journal, in a file or in memory alone.

    The file is made at the first entry that has to be on disk, so that who touches nothing leaves nothing.
    Not safe for use from several threads.

    Attributes:
        path: The file; None for memory alone, as in simulation.
        error: Why the file could not be written, or None. Nothing may touch the hardware from then on until
            an attempt to write succeeds.
    """

    def __init__(self, path: Path | None, *, fsync: bool = True) -> None:
        """Prepare a journal; nothing is opened yet.

        Args:
            path: The file to append to; None for memory alone.
            fsync: Whether what has to be on disk is pressed there, and not only handed to the system.
        """
        self.path = path
        self.error: KernelError | None = None
        self._file = None if path is None else Appender(path, fsync=fsync)
        self._session = secrets.token_hex(6)
        self._entries: dict[int, JournalEntry] = {}
        self._unwritten: list[JournalEntry] = []
        self._next = 0
        self._bases: dict[str, int] = {}

    @property
    def entries(self) -> Sequence[JournalEntry]:
        """This session's latest entries, oldest first."""
        return tuple(self._entries.values())

    def intent(self, number: int) -> Intent | None:
        """The intent of that number as it is known now, or None where it is too old or none."""
        entry = self._entries.get(number)
        return entry if isinstance(entry, Intent) else None

    def begin(self, register_map: RegisterMap | None, words: Mapping[str, str]) -> None:
        """Say whose session this is, once, before anything else.

        Args:
            register_map: The map; None where addresses are used without one.
            words: The backend word of each region; without a map, the one word under an empty name.
        """
        file = "" if register_map is None or register_map.bundled else register_map.file
        start = SessionStart(
            self._number(),
            self._session,
            time.time(),
            f"inspector {__version__}",
            register_map.name if register_map else "",
            str(Path(file).absolute()) if file else "",
            dict(words),
            str(Path.cwd()),
            _user(),
            os.getpid(),
        )
        self._remember(start)
        self._unwritten.append(start)

    def region(self, event: RegionEventName, opened: OpenRegion, reason: str = "") -> None:
        """Note what becomes of a region; ``open`` before its first touch, ``arm`` before it is armed.

        These two are on disk when this returns; the others follow when they can.

        Raises:
            NotPermitted: The file cannot be written (``open`` and ``arm`` alone): touch nothing.
        """
        region, space = opened.region, opened.space
        physical = space is not None and space[0] == "mem"
        start = space[1] if physical and space else region.base
        if event == "open":
            self._bases[region.name] = start or 0
        entry = RegionEvent(
            self._number(),
            self._session,
            time.time(),
            event,
            region.name,
            opened.backend.word,
            start,
            region.size,
            opened.mode.value,
            opened.armed,
            reason,
        )
        if event in ("open", "arm"):
            self._intend(entry)
            return
        self._remember(entry)
        self._note(entry_record(entry))

    def intend_write(self, composition: Composition, shown: int | None = None) -> int:
        """Put an edit on disk before it is run.

        Args:
            composition: What will be run.
            shown: The value that the person saw, or None.

        Returns:
            The number for its `outcome`.

        Raises:
            NotPermitted: The file cannot be written: nothing may be.
        """
        node = composition.node
        base = self._base(node)
        edits = [assignment(node, edit) for edit in composition.edits]
        return self._intend(
            Intent(
                self._number(),
                self._session,
                time.time(),
                "write",
                node.path,
                node.region.name,
                base + node.offset,
                node.width,
                tuple(absolute(operation, base) for operation in composition.transaction),
                tuple(edit for edit in edits if edit is not None) if None not in edits else (),
                shown,
                bool(composition.assumed),
                composition.notes,
                composition.dangers,
                composition=composition,
            )
        )

    def intend_read(self, node: RegisterNode, consequence: str = "") -> int:
        """Put a read that acts on disk before it is made; with its ``consequence`` in words.

        Raises:
            NotPermitted: The file cannot be written: do not read.
        """
        (number,) = self.intend_reads([node], consequence)
        return number

    def intend_reads(self, nodes: Sequence[RegisterNode], consequence: str = "") -> list[int]:
        """Put several reads that act on disk at once; as `intend_read`, with a number for each.

        Raises:
            NotPermitted: The file cannot be written: read none.
        """
        intents = []
        for node in nodes:
            address = self._base(node) + node.offset
            intents.append(
                Intent(
                    self._number(),
                    self._session,
                    time.time(),
                    "read",
                    node.path,
                    node.region.name,
                    address,
                    node.width,
                    (Read.of(node.register, address),),
                    consequence=consequence or node.safety.reason,
                )
            )
        self._intend(*intents)
        return [intent.number for intent in intents]

    def intend_raw(self, address: int, width: int, value: int | None, count: int = 1) -> int:
        """Put an access without a map on disk before it is made.

        Args:
            address: As the person gave it.
            width: In bits.
            value: What will be written; None for a read.
            count: How many registers are read, one after the other.

        Raises:
            NotPermitted: The file cannot be written: touch nothing.
        """
        operation: Operation
        if value is not None:
            operation = Write(address, width, value)
        else:
            operation = Read(address, width) if count == 1 else ReadRun(address, width, count)
        return self._intend(
            Intent(
                self._number(),
                self._session,
                time.time(),
                "peek" if value is None else "poke",
                "",
                "",
                address,
                width,
                (operation,),
            )
        )

    def outcome(
        self, number: int, result: WriteResult | Answer, results: Sequence[object] | None = None
    ) -> None:
        """Note what came of an intent; never fails, since what is done is done.

        Args:
            number: The intent's.
            result: What came of it.
            results: What the operations gave one by one, up to the one that failed, where that is known.
        """
        intent = self.intent(number)
        if intent is None:
            return
        error = (result.error.errno_name, result.error.message) if result.error is not None else None
        outcome = Outcome(
            time.time(),
            _words(intent, result, results),
            result.old if isinstance(result, WriteResult) else None,
            result.written,
            result.value,
            result.mismatch if isinstance(result, WriteResult) else 0,
            error,
            result.uncertain if isinstance(result, WriteResult) else False,
        )
        self._entries[number] = replace(intent, outcome=outcome)
        self._note(outcome_record(intent, outcome))

    def mark_undone(self, number: int, by: int | None = None) -> None:
        """Remember that an intent has been undone, ``by`` another; that one is in the file by itself."""
        intent = self.intent(number)
        if intent is not None:
            self._entries[number] = replace(intent, undone=True)
        undo = None if by is None else self.intent(by)
        if by is not None and undo is not None:
            self._entries[by] = replace(undo, undoes=True)

    def close(self) -> None:
        """Close the file; twice is harmless."""
        if self._file is not None:
            self._file.close()

    # --- inside ------------------------------------------------------------------------------

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _base(self, node: RegisterNode) -> int:
        return self._bases.get(node.region.name, node.region.base or 0)

    def _remember(self, entry: JournalEntry) -> None:
        self._entries[entry.number] = entry
        if len(self._entries) > KEPT:
            del self._entries[next(iter(self._entries))]

    def _intend(self, *entries: RegionEvent | Intent) -> int:
        """Have the entries on disk, behind those that wait for the file to be made.

        Returns:
            The last one's number.
        """
        if self._file is not None:
            try:
                for waiting in self._unwritten:
                    self._file.append(entry_record(waiting))
                    self._unwritten = self._unwritten[1:]
                for entry in entries:
                    self._file.append(entry_record(entry))
                self._file.press()
            except OSError as error:
                self.error = _refusal(self._file.path, error, entries[0])
                raise self.error from error
            self.error = None
        for entry in entries:
            self._remember(entry)
        return entries[-1].number

    def _note(self, record: Mapping[str, object]) -> None:
        """Write what nothing depends on; a file that cannot be written refuses the next intent."""
        if self._file is None or not self._file.is_open:
            return
        try:
            self._file.append(record)
        except OSError as error:
            self.error = _refusal(self._file.path, error)


def _words(intent: Intent, result: WriteResult | Answer, results: Sequence[object] | None) -> tuple[int, ...]:
    """The word of each write that went out: as told, else as far as it follows from what is known."""
    if results is not None:
        return tuple(
            word
            for operation, word in zip(intent.operations, results, strict=False)
            if isinstance(operation, Write) and isinstance(word, int)
        )
    if isinstance(result, Answer):
        return () if result.written is None else (result.written,)
    composition = result.composition
    words: list[int] = []
    for index, operation in enumerate(composition.transaction):
        if not isinstance(operation, Write):
            continue
        if index <= composition.write and result.written is not None:
            words.append(result.written)
        elif operation.source is None and result.complete and result.error is None:
            words.append(operation.value)
        else:
            break
    return tuple(words)


def _refusal(path: Path, error: OSError, entry: RegionEvent | Intent | None = None) -> NotPermitted:
    place = Place(
        region=entry.region if entry else "",
        register=entry.path if isinstance(entry, Intent) else "",
        address=entry.address if isinstance(entry, Intent) else None,
    )
    return NotPermitted(
        f"the journal {path} cannot be written: {error.strerror or error}; nothing was done",
        errno_name=errno.errorcode.get(error.errno or 0, "EIO"),
        advice="--journal FILE names another place",
        place=place,
    )


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
