"""Edits and journal entries in words: as a person would type them, and as one reads them."""

from __future__ import annotations

import time

from inspector.errors import InspectorError
from inspector.model.bits import ones
from inspector.model.edit import VERBS, Edit, Operator, parse_value
from inspector.model.registermap import RegisterNode
from inspector.model.transaction import ReadRun
from inspector.session.entries import Intent, JournalEntry, RegionEvent, SessionStart
from inspector.session.record import hexadecimal


def assignment(node: RegisterNode, edit: Edit) -> str | None:
    """The edit as a ``PATH=VALUE`` that means exactly it; None where no words do."""
    path = f"{node.path}.{edit.field.name}" if edit.field else node.path
    for text in _spellings(node, edit):
        try:
            meant = parse_value(text, node.register, edit.field)
        except InspectorError:
            continue
        if meant == edit:
            return f"{path}={text}"
    return None


def _spellings(node: RegisterNode, edit: Edit) -> list[str]:
    number = f"{edit.value:#x}"
    match edit.operator:
        case Operator.ASSIGN:
            choices = edit.field.choices if edit.field else node.register.enum
            name = choices.name_of(edit.value) if choices else None
            return [*([name] if name else []), number, str(edit.value)]
        case Operator.OR | Operator.AND_NOT | Operator.XOR:
            return [f"{edit.operator.value}{number}"]
        case _ if edit.operator.value in VERBS:
            return [edit.operator.value]
    return []


def describe(entry: JournalEntry) -> str:
    """An entry in one line of words, without its time; characters that a terminal obeys are left in."""
    match entry:
        case SessionStart():
            where = " ".join(dict.fromkeys(entry.backends.values()))
            what = entry.map or "addresses"
            return f"{entry.program}: {what} on {where}, by {entry.user} (pid {entry.pid})"
        case RegionEvent():
            return _describe_region(entry)
        case Intent():
            return _describe_intent(entry)


_EVENT_WORDS = {
    "open": "opened",
    "arm": "armed",
    "disarm": "disarmed",
    "revoked": "lost",
    "close": "closed",
}


def _describe_region(entry: RegionEvent) -> str:
    words = f"{entry.region} {_EVENT_WORDS[entry.event]}"
    if entry.event == "open":
        where = ""
        if entry.start is not None:
            where = f" {entry.start:#010x}-{max(entry.start, entry.start + entry.size - 1):#010x}"
        words += f" on {entry.backend}{where}, {entry.mode}{', armed' if entry.armed else ', read-only'}"
    return f"{words}: {entry.reason}" if entry.reason else words


def _describe_intent(entry: Intent) -> str:
    if entry.event == "write":
        what = " ".join(entry.edits) or (entry.path if entry.writes else f"{entry.path} read")
        if not entry.edits and entry.writes:
            what = f"{entry.path} written"
    else:
        name = entry.path or f"{entry.address:#x}"
        value = f" {hexadecimal(entry.writes[0].value, entry.width)}" if entry.writes else ""
        what = f"{entry.event} {name}{value}"
        count = sum(operation.count for operation in entry.operations if isinstance(operation, ReadRun))
        if count:
            what += f", {count} registers"
        if entry.consequence:
            what += f" ({entry.consequence})"
    words = f"{what}: {_describe_outcome(entry)}"
    return f"{words} [undone]" if entry.undone else f"{words} [undo]" if entry.undoes else words


def _describe_outcome(entry: Intent) -> str:
    outcome = entry.outcome
    if outcome is None:
        return "OUTCOME UNKNOWN, the program ended before it could tell"

    def word(value: int) -> str:
        return hexadecimal(value & ones(entry.width), entry.width)

    words = []
    if outcome.written is not None:
        if outcome.old is not None:
            words.append(word(outcome.old))
        words += [":=", word(outcome.written)]
        if outcome.value is not None:
            words += ["→", word(outcome.value)]
        if outcome.mismatch:
            words.append("MISMATCH")
    elif outcome.value is not None:
        words.append(word(outcome.value))
    if outcome.error is not None:
        errno_name, message = outcome.error
        done = "FAILED" if outcome.written is None else "then FAILED"
        words.append(f"{done}: {message} ({errno_name})" if errno_name else f"{done}: {message}")
        if outcome.uncertain:
            words.append("(it may have arrived or not)")
    return " ".join(words) or ("not written" if entry.writes else "done")


def clock(moment: float, *, date: bool = True) -> str:
    """A time of the journal as the clocks here show it."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S", time.localtime(moment))
    except (OverflowError, ValueError, OSError):
        return f"{moment:.0f}"
