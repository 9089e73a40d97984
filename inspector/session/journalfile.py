"""Journal files: where they are, how long they are kept, and reading them back."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inspector.errors import UsageError
from inspector.model.split import expand
from inspector.model.transaction import ReadRun, Write
from inspector.session.entries import Intent, JournalEntry, Outcome, SessionStart, parse_entry
from inspector.session.journal import Journal
from inspector.session.jsonlines import Malformed, read_lines, unreadable

FULL = 8 << 20
"""Bytes; a file as large takes no new session."""
KEPT_BYTES = 64 << 20
"""All files together; the oldest go first, never one that is in use."""


def journal_folder() -> Path:
    """The folder of the journals that are kept when no other place is named."""
    import platformdirs

    return Path(platformdirs.user_state_dir("inspector", appauthor=False)) / "journal"


def journal_files(folder: Path | None = None) -> list[Path]:
    """The journals in ``folder``, oldest first; there may be none."""
    return sorted((folder or journal_folder()).glob("????-??.*.jsonl"), key=_order)


def _order(path: Path) -> tuple[str, int]:
    month, _, number = path.name.removesuffix(".jsonl").partition(".")
    return month, int(number) if number.isdecimal() else 0


def open_journal(path: Path | None, *, real: bool) -> Journal:
    """The journal for a session: in the file that the person named, else in this month's.

    Args:
        path: What was named, or None.
        real: Whether any region is hardware; simulation alone is kept in memory where no file was named.
    """
    if path is not None or not real:
        return Journal(path)
    folder = journal_folder()
    month = time.strftime("%Y-%m")
    files = journal_files(folder)
    _tidy(files)
    of_this_month = [file for file in files if file.name.startswith(month)]
    number = _order(of_this_month[-1])[1] if of_this_month else 1
    if of_this_month and _size(of_this_month[-1]) >= FULL:
        number += 1
    return Journal(folder / f"{month}.{number}.jsonl")


def _tidy(files: Sequence[Path]) -> None:
    """Remove the oldest files beyond what is kept, but for the newest."""
    total = sum(map(_size, files))
    for file in files[:-1]:
        if total <= KEPT_BYTES:
            return
        size = _size(file)
        if _remove_unused(file):
            total -= size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove_unused(path: Path) -> bool:
    """Remove a journal unless a session has it open."""
    try:
        if sys.platform == "win32":
            path.unlink()  # which fails for an open file
            return True
        import fcntl

        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        return True
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Damage:
    """A line of a journal that says nothing any more: its writer was killed within it, or the disk was full.

    Attributes:
        line: Its number, from 1.
        why: What is wrong with it.
    """

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class SessionJournal:
    """What one session left.

    Attributes:
        start: Whose session it was.
        entries: The rest, oldest first, outcomes within their intents.
    """

    start: SessionStart
    entries: tuple[JournalEntry, ...]

    @property
    def intents(self) -> tuple[Intent, ...]:
        """What was about to be done, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Intent))


@dataclass(frozen=True, slots=True)
class LoadedJournal:
    """A journal as read from its file.

    Attributes:
        file: As the person named it.
        sessions: By their start, oldest first.
        damages: The lines that could not be read.
    """

    file: str
    sessions: tuple[SessionJournal, ...]
    damages: tuple[Damage, ...]


def load_journal(path: Path) -> LoadedJournal:
    """Read a journal; what was cut off or damaged is told, and the rest is there.

    Raises:
        UsageError: The file cannot be read, or nothing in it is a journal's.
    """
    damages: list[Damage] = []
    found: dict[str, dict[int, JournalEntry]] = {}
    try:
        for line, value in read_lines(path):
            try:
                _take(found, parse_entry(value))
            except Malformed as error:
                damages.append(Damage(line, str(error)))
    except OSError as error:
        raise unreadable(path, error) from error
    if damages and not found:
        first = damages[0]
        raise UsageError(f"{path}:{first.line}: {first.why}: this is no journal of inspector")
    sessions = []
    for entries in found.values():
        start = entries.pop(_START)
        assert isinstance(start, SessionStart)
        sessions.append(SessionJournal(start, tuple(entries.values())))
    return LoadedJournal(str(path), tuple(sessions), tuple(damages))


_START = 0


def _take(found: dict[str, dict[int, JournalEntry]], entry: JournalEntry | tuple[str, int, Outcome]) -> None:
    """Put a line in its session.

    Raises:
        Malformed: It has none.
    """
    if isinstance(entry, SessionStart):
        if entry.number != _START or entry.session in found:
            raise Malformed("a session begins twice")
        found[entry.session] = {_START: entry}
        return
    session, number = (entry[0], entry[1]) if isinstance(entry, tuple) else (entry.session, entry.number)
    entries = found.get(session)
    if entries is None:
        raise Malformed("its session's first line is missing")
    if not isinstance(entry, tuple):
        if number in entries:
            raise Malformed(f"there are two entries {number}")
        entries[number] = entry
        return
    intent, outcome = entries.get(number), entry[2]
    if not isinstance(intent, Intent) or intent.outcome is not None:
        raise Malformed("it is the outcome of nothing")
    entries[number] = replace(intent, outcome=outcome)


def intended_writes(intents: Iterable[Intent]) -> list[tuple[int, int]]:
    """The address and the width in bits of each bus write that was meant, in order."""
    return [(address, width) for kind, address, width in intended_accesses(intents) if kind == "write"]


def intended_accesses(intents: Iterable[Intent]) -> list[tuple[str, int, int]]:
    """Each bus access that was meant, in order: ``read`` or ``write``, the address, the width in bits."""
    accesses = []
    for intent in intents:
        for access in expand(intent.operations).accesses:
            kind = "write" if isinstance(access, Write) else "read"
            count = access.count if isinstance(access, ReadRun) else 1
            accesses += [(kind, access.offset + i * access.width // 8, access.width) for i in range(count)]
    return accesses
