"""``inspector journal``: what was done to the hardware, by whom and when, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from inspector.cli.options import json_option
from inspector.cli.output import print_error, print_json
from inspector.cli.wrapped import print_wrapped
from inspector.errors import UsageError
from inspector.session.entries import Intent, RegionEvent, entry_record, outcome_record
from inspector.session.journalfile import (
    LoadedJournal,
    SessionJournal,
    journal_files,
    journal_folder,
    load_journal,
)
from inspector.session.scripts import devmem_script, write_script
from inspector.session.words import clock, describe

_SCRIPTS = {"write": write_script, "devmem": devmem_script}


@click.command()
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--last", is_flag=True, help="Only the newest session.")
@click.option("--map", "map_word", metavar="MAP", help="Only sessions with this map, by its name or file.")
@click.option(
    "--as",
    "script",
    type=click.Choice(list(_SCRIPTS)),
    help="Print a shell script that does it again: inspector write lines, or busybox devmem's.",
)
@json_option
def journal(file: Path | None, last: bool, map_word: str | None, script: str | None, as_json: bool) -> int:
    """Show what was done to the hardware: each write, and each read that acts, with what came of it.

    FILE is what --journal named; without it, the newest of those that are kept, month by month, in this
    user's folder for state when nothing is named. What is dangerous is left out of scripts, with a comment
    in its place.
    """
    if script is not None and as_json:
        raise UsageError("--as and --json contradict each other")
    if file is None:
        files = journal_files()
        if not files:
            print_error(f"nothing has been kept yet in {journal_folder()}")
            return 1
        file = files[-1]
    loaded = load_journal(file)
    sessions = _wanted(loaded, map_word, last=last)
    if script is not None:
        print(_SCRIPTS[script](sessions), end="")
    elif as_json:
        _print_records(sessions)
    else:
        _print_words(sessions)
    for damage in loaded.damages:
        print_error(f"{file}:{damage.line}: {damage.why}; this line tells nothing")
    return 0


def _wanted(loaded: LoadedJournal, map_word: str | None, *, last: bool) -> Sequence[SessionJournal]:
    sessions = [
        session
        for session in loaded.sessions
        if map_word is None
        or map_word == session.start.map
        or str(Path(map_word).absolute()) == session.start.file
    ]
    return sessions[-1:] if last else sessions


def _print_records(sessions: Sequence[SessionJournal]) -> None:
    for session in sessions:
        for entry in (session.start, *session.entries):
            record = entry_record(entry)
            if isinstance(entry, Intent):
                outcome = None if entry.outcome is None else outcome_record(entry, entry.outcome)
                record["outcome"] = outcome
            print_json(record)


def _print_words(sessions: Sequence[SessionJournal]) -> None:
    for session in sessions:
        heading = f"{clock(session.start.time)}  {describe(session.start)}"
        if _only_read(session):
            print_wrapped(f"{heading}: only read")
            continue
        print_wrapped(heading)
        for entry in session.entries:
            print_wrapped(f"{clock(entry.time, date=False)}  {describe(entry)}", "  ")


def _only_read(session: SessionJournal) -> bool:
    """Whether nothing was done but safe reads, and the session came to its end."""
    regions = [entry for entry in session.entries if isinstance(entry, RegionEvent)]
    opened = {entry.region for entry in regions if entry.event == "open"}
    closed = {entry.region for entry in regions if entry.event == "close"}
    return not session.intents and opened <= closed
