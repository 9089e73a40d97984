"""A journal as a shell script that does the same again.

What was dangerous, what did not go out and what nobody knows the end of is left out, with a comment in its
place.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from inspector.model.split import expand
from inspector.model.transaction import Operation, ReadRun, Write
from inspector.session.entries import Intent, RegionEvent, SessionStart
from inspector.session.journalfile import SessionJournal
from inspector.session.record import hexadecimal
from inspector.session.words import clock, describe


def write_script(sessions: Sequence[SessionJournal]) -> str:
    """A script of ``inspector write`` lines: composed afresh, as the hardware is when it runs."""
    lines = ["#!/bin/sh", "# Does again what inspector wrote, each edit composed from what is there then."]
    lines.append("set -e")
    for session in sessions:
        if not session.intents:
            continue
        lines += _heading(session)
        folder = session.start.directory
        if any(_is_relative(word) for word in session.start.backends.values()):
            lines.append(f"cd -- {shlex.quote(folder)}")
        opened: dict[str, RegionEvent] = {}
        for entry in session.entries:
            if isinstance(entry, RegionEvent) and entry.event == "open":
                opened[entry.region] = entry
            elif isinstance(entry, Intent):
                lines += _inspector_lines(session.start, opened, entry)
    return "\n".join(lines) + "\n"


def devmem_script(sessions: Sequence[SessionJournal]) -> str:
    """A script of ``devmem ADDRESS WIDTH VALUE`` lines (busybox): the words that went out then.

    Values are those of a little-endian machine, as nearly all are.
    """
    lines = ["#!/bin/sh", "# Puts on the bus again the words that inspector wrote (busybox devmem)."]
    lines.append("set -e")
    for session in sessions:
        if not session.intents:
            continue
        lines += _heading(session)
        physical = {"": _takes_addresses(session.start.backends.get("", ""))}
        for entry in session.entries:
            if isinstance(entry, RegionEvent) and entry.event == "open":
                physical[entry.region] = entry.start is not None
            elif isinstance(entry, Intent):
                lines += _devmem_lines(physical, entry)
    return "\n".join(lines) + "\n"


def _heading(session: SessionJournal) -> list[str]:
    return ["", _comment(f"{clock(session.start.time)}  {describe(session.start)}")]


def _comment(text: str) -> str:
    """A comment that nothing in ``text`` can end."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return f"# {shown}"


def _is_relative(word: str) -> bool:
    """Whether a backend's word names a file by a path that depends on where it is used."""
    kind, _, path = word.partition(":")
    return kind in ("devmem", "sim") and bool(path) and not PurePath(path).is_absolute()


def _takes_addresses(word: str) -> bool:
    """Whether what a command without a map took as an address on this backend is a physical one."""
    return word.partition(":")[0] == "devmem"


def _left_out(entry: Intent) -> str:
    """Why an entry is not done again; empty where it is."""
    if entry.dangers:
        return f"danger: {'; '.join(entry.dangers)}"
    outcome = entry.outcome
    if outcome is None:
        return "what came of it is not known"
    if entry.event in ("read", "peek"):
        return "" if outcome.error is None else "it failed"
    if outcome.uncertain:
        return "whether it arrived is not known"
    return "it was not written" if outcome.written is None else ""


def _inspector_lines(start: SessionStart, opened: Mapping[str, RegionEvent], entry: Intent) -> Iterator[str]:
    reason = _left_out(entry)
    if not reason and entry.event == "write" and not entry.edits:
        reason = "no PATH=VALUE says it; a write that latches others follows each of those by itself"
    if reason:
        yield _comment(f"left out, {reason}: {describe(entry)}")
        return
    words = ["inspector", entry.event]
    if entry.event in ("poke", "peek"):
        words += ["-b", start.backends.get("", "devmem"), "-w", str(entry.width), f"{entry.address:#x}"]
        words += [f"{write.value:#x}" for write in entry.writes]
        counts = [operation.count for operation in entry.operations if isinstance(operation, ReadRun)]
        words += ["-n", str(counts[0])] if counts else []
        yield shlex.join(words)
        return
    region = opened.get(entry.region)
    backend = region.backend if region else start.backends.get(entry.region)
    if backend is not None:
        words += ["-b", f"{entry.region}={backend}"]
    if region is not None and region.mode == "exclusive":
        words.append("--exclusive")
    if entry.assumed:
        words.append("--assume-store")
    yield shlex.join([*words, "--", start.file or start.map, *(entry.edits or [entry.path])])


def _devmem_lines(physical: Mapping[str, bool], entry: Intent) -> Iterator[str]:
    reason = _left_out(entry)
    words = entry.outcome.words if entry.outcome else ()
    if not reason and not physical.get(entry.region, False):
        reason = "its physical address is not known"
    elif not reason and len(words) < len(entry.writes):
        reason = "not all the words that went out are known"
    yield _comment(f"left out, {reason}: {describe(entry)}" if reason else describe(entry))
    if reason:
        return
    left = iter(words)
    for operation in entry.operations:
        if isinstance(operation, Write):
            depends = "  # depended on what was read" if operation.source is not None else ""
            went_out = replace(operation, value=next(left), keep=0, flip=0, source=None)
            for access in expand((went_out,)).accesses:
                assert isinstance(access, Write)
                yield f"{_devmem(access)} {hexadecimal(_as_little(access), access.width)}{depends}"
        elif entry.event in ("read", "peek"):
            for access in expand((operation,)).accesses:
                count = access.count if isinstance(access, ReadRun) else 1
                for number in range(count):
                    yield _devmem(replace(access, offset=access.offset + number * access.width // 8))


def _devmem(access: Operation) -> str:
    return f"devmem {access.offset:#x} {access.width}"


def _as_little(access: Write) -> int:
    """The word that a little-endian machine puts on the bus."""
    if access.byte_order == "little":
        return access.value
    return int.from_bytes(access.value.to_bytes(access.width // 8, "big"), "little")
