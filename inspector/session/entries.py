"""What a journal holds: who began when, which regions were touched, what was meant, and what came of it.

An entry is one line of a journal file, a JSON object with ``event``, ``session``, ``number`` and ``time``.
Its ``number`` counts within its session; an ``outcome`` has that of the intent which it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast, get_args

from inspector.errors import InvalidArgument
from inspector.model.compose import Composition
from inspector.model.register import ByteOrder
from inspector.model.split import expand, is_split
from inspector.model.transaction import Operation, Read, ReadRun, Transaction, Write
from inspector.session.jsonlines import Malformed, Reader

RegionEventName = Literal["open", "arm", "disarm", "revoked", "close"]
IntentName = Literal["write", "read", "poke", "peek"]


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A session began.

    Attributes:
        number: 0.
        session: Which; unique among all on this machine.
        time: In seconds since the epoch.
        program: Its name and version.
        map: The map's name; empty without a map.
        file: The map's file, absolute; empty for a bundled one.
        backends: The backend words by region; without a map, the one word under an empty name.
        directory: What relative paths in the backend words count from.
        user: Whose it was.
        pid: Its process.
    """

    number: int
    session: str
    time: float
    program: str
    map: str
    file: str
    backends: Mapping[str, str]
    directory: str
    user: str
    pid: int


@dataclass(frozen=True, slots=True)
class RegionEvent:
    """Something became of a region; ``open`` stands before its first touch.

    Attributes:
        number: Within the session.
        session: Which.
        time: In seconds since the epoch.
        event: What.
        region: Its name.
        backend: The word of the backend that it is on.
        start: Its first physical address; None where none is known.
        size: In bytes.
        mode: ``shared`` or ``exclusive``.
        armed: Whether it may be written.
        reason: Why, where it was not asked for; may be empty.
    """

    number: int
    session: str
    time: float
    event: RegionEventName
    region: str
    backend: str
    start: int | None
    size: int
    mode: str
    armed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an intent.

    Attributes:
        time: In seconds since the epoch.
        words: For each write of the transaction that is known to have gone out, its word; in order.
        old: The register's value before, where it was read for a reason or known from before.
        written: The word that went out to the register itself, or None.
        value: The value read: back after a write, or by a read.
        mismatch: The bits that should have stored and did not read back so.
        error: The errno's name and the message of what failed; None where nothing did.
        uncertain: A write failed on its way, and may have arrived or not.
    """

    time: float
    words: tuple[int, ...] = ()
    old: int | None = None
    written: int | None = None
    value: int | None = None
    mismatch: int = 0
    error: tuple[str, str] | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """What was about to be done to the hardware; on disk before it was.

    Attributes:
        number: Within the session.
        session: Which.
        time: In seconds since the epoch.
        event: ``write`` for an edit, ``read`` for a read that acts; without a map ``poke`` and ``peek``.
        path: The register's; empty without a map.
        region: Its region's name; empty without a map.
        address: Absolute, in bytes; the offset where no physical one is known.
        width: In bits.
        operations: The transaction, its offsets absolute like ``address``.
        edits: What was asked for, as ``PATH=VALUE`` words; empty for a write that only latches others, and
            where no words say it.
        shown: The value that the person saw, or None.
        assumed: Whether neighbours are written on the assumption that they store.
        notes: What was unknown or may surprise, in words.
        dangers: What a person had to confirm; such a write is never part of restore, replay or undo.
        consequence: What reading does, in words.
        outcome: What came of it; None where nobody knows, since the program ended before it could tell.
        composition: The edit itself, within the session that made it; never in a file.
        undone: It has been undone by a later write of the same session.
        undoes: It is such a write, which is not undone in its turn.
    """

    number: int
    session: str
    time: float
    event: IntentName
    path: str
    region: str
    address: int
    width: int
    operations: Transaction
    edits: tuple[str, ...] = ()
    shown: int | None = None
    assumed: bool = False
    notes: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()
    consequence: str = ""
    outcome: Outcome | None = None
    composition: Composition | None = field(default=None, compare=False, repr=False)
    undone: bool = field(default=False, compare=False)
    undoes: bool = field(default=False, compare=False)

    @property
    def writes(self) -> tuple[Write, ...]:
        """The writes of the transaction, in order."""
        return tuple(operation for operation in self.operations if isinstance(operation, Write))


JournalEntry = SessionStart | RegionEvent | Intent


# --- as lines ---------------------------------------------------------------------------------

VERSION = 1
"""Of the lines' form; it stands in each session's first line as ``inspector_journal``."""

_REGION_EVENTS: tuple[str, ...] = get_args(RegionEventName)
_INTENTS: tuple[str, ...] = get_args(IntentName)


def entry_record(entry: JournalEntry) -> dict[str, object]:
    """An entry as a JSON object; an intent's outcome is a line of its own (`outcome_record`)."""
    event = "session" if isinstance(entry, SessionStart) else entry.event
    head: dict[str, object] = {
        "event": event,
        "session": entry.session,
        "number": entry.number,
        "time": entry.time,
    }
    match entry:
        case SessionStart():
            return head | {
                "inspector_journal": VERSION,
                "program": entry.program,
                "map": entry.map,
                "file": entry.file,
                "backends": dict(entry.backends),
                "directory": entry.directory,
                "user": entry.user,
                "pid": entry.pid,
            }
        case RegionEvent():
            return head | {
                "region": entry.region,
                "backend": entry.backend,
                "start": entry.start,
                "size": entry.size,
                "mode": entry.mode,
                "armed": entry.armed,
                "reason": entry.reason,
            }
        case Intent():
            return head | {
                "path": entry.path,
                "region": entry.region,
                "address": entry.address,
                "width": entry.width,
                "edits": list(entry.edits),
                "shown": entry.shown,
                "assumed": entry.assumed,
                "operations": [_operation_record(operation) for operation in entry.operations],
                "notes": list(entry.notes),
                "dangers": list(entry.dangers),
                "consequence": entry.consequence,
            }


def outcome_record(intent: Intent, outcome: Outcome) -> dict[str, object]:
    """An outcome as a JSON object."""
    errno_name, message = outcome.error or ("", "")
    return {
        "event": "outcome",
        "session": intent.session,
        "number": intent.number,
        "time": outcome.time,
        "words": list(outcome.words),
        "old": outcome.old,
        "written": outcome.written,
        "value": outcome.value,
        "mismatch": outcome.mismatch,
        "error": {"errno": errno_name, "message": message} if outcome.error else None,
        "uncertain": outcome.uncertain,
    }


def parse_entry(record: object) -> JournalEntry | tuple[str, int, Outcome]:
    """Read a line's object back; an outcome with the session and the number of its intent.

    Raises:
        Malformed: It is none, and why.
    """
    line = Reader.of(record)
    event = line.text("event")
    session, number, time = line.text("session"), line.count("number"), line.real("time")
    if event == "session":
        version = line.count("inspector_journal")
        if version != VERSION:
            raise Malformed(f"it is of version {version}, and this program reads version {VERSION}")
        return SessionStart(
            number,
            session,
            time,
            line.text("program"),
            line.text("map"),
            line.text("file"),
            line.texts_by_name("backends"),
            line.text("directory"),
            line.text("user"),
            line.count("pid"),
        )
    if event in _REGION_EVENTS:
        return RegionEvent(
            number,
            session,
            time,
            cast(RegionEventName, event),
            line.text("region"),
            line.text("backend"),
            line.optional_count("start"),
            line.count("size"),
            line.text("mode"),
            line.truth("armed"),
            line.text("reason"),
        )
    if event in _INTENTS:
        return Intent(
            number,
            session,
            time,
            cast(IntentName, event),
            line.text("path"),
            line.text("region"),
            line.count("address"),
            line.width(),
            _operations(line),
            line.texts("edits"),
            line.optional_count("shown"),
            line.truth("assumed"),
            line.texts("notes"),
            line.texts("dangers"),
            line.text("consequence"),
        )
    if event == "outcome":
        failure = line.optional_part("error")
        return (
            session,
            number,
            Outcome(
                time,
                line.counts("words"),
                line.optional_count("old"),
                line.optional_count("written"),
                line.optional_count("value"),
                line.count("mismatch"),
                (failure.text("errno"), failure.text("message")) if failure else None,
                line.truth("uncertain"),
            ),
        )
    raise Malformed(f"there is no event {event!r}")


def _operation_record(operation: Operation) -> dict[str, object]:
    described: dict[str, object] = {
        "operation": "write" if isinstance(operation, Write) else "read",
        "address": operation.offset,
        "width": operation.width,
    }
    if operation.byte_order != "little":
        described["byte_order"] = operation.byte_order
    if not isinstance(operation, ReadRun) and is_split(operation):
        described |= {"access_width": operation.access_width, "word_order": operation.word_order}
    if isinstance(operation, Read) and operation.counter:
        described["counter"] = True
    match operation:
        case Write():
            described["value"] = operation.value
            if operation.keep or operation.flip or operation.source is not None:
                described |= {"keep": operation.keep, "flip": operation.flip, "source": operation.source}
        case Read() if operation.mask:
            described |= {
                "mask": operation.mask,
                "expected": operation.expected,
                "differs": operation.differs,
                "why": operation.why,
            }
        case ReadRun():
            described["count"] = operation.count
    return described


def _operations(line: Reader) -> Transaction:
    found = tuple(_operation(part) for part in line.parts("operations"))
    for number, operation in enumerate(found):
        if isinstance(operation, Write) and operation.source is not None:
            earlier = found[: number if operation.source < number else 0]
            if not (earlier and isinstance(earlier[operation.source], Read)):
                raise Malformed(f"operation {number} takes bits from {operation.source}, no earlier read")
    try:
        expand(found)
    except InvalidArgument as error:
        raise Malformed(error.message) from None
    return found


def _operation(part: Reader) -> Operation:
    kind, address, width = part.text("operation"), part.count("address"), part.width()
    byte_order, word_order = _order(part, "byte_order"), _order(part, "word_order")
    access_width = part.count("access_width") if "access_width" in part else width
    if kind == "write":
        kept = "keep" in part
        return Write(
            address,
            width,
            part.count("value"),
            part.count("keep") if kept else 0,
            part.count("flip") if kept else 0,
            part.optional_count("source") if kept else None,
            byte_order,
            access_width,
            word_order,
        )
    if kind != "read":
        raise Malformed(f"there is no operation {kind!r}")
    if "count" in part:
        return ReadRun(address, width, part.count("count"), byte_order)
    counter = "counter" in part and part.truth("counter")
    read = Read(address, width, byte_order, access_width=access_width, word_order=word_order, counter=counter)
    if "mask" not in part:
        return read
    return replace(
        read,
        mask=part.count("mask"),
        expected=part.count("expected"),
        differs=part.truth("differs"),
        why=part.text("why"),
    )


def _order(part: Reader, name: str) -> ByteOrder:
    """Which byte, or word, has the lowest address."""
    order = part.text(name) if name in part else "little"
    if order not in ("little", "big"):
        raise Malformed(f"there is no {name.replace('_', ' ')} {order!r}")
    return cast(ByteOrder, order)


def absolute(operation: Operation, base: int) -> Operation:
    """The operation as a journal keeps it: its offset counted from 0 instead of from ``base``."""
    moved = replace(operation, offset=operation.offset + base)
    # What a stop would mean says nothing of a read that never stops.
    return replace(moved, why="") if isinstance(moved, Read) and not moved.mask else moved
