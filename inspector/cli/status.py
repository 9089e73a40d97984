"""Turns whatever a command ends with into words on standard error and an exit status.

0 done; 1 something named failed or is refused; 2 wrong usage or a bad map; 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from inspector.cli.output import print_error, report
from inspector.errors import InspectorError

if TYPE_CHECKING:
    import click

DONE = 0
FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: What follows the program's name.

    Returns:
        The exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    try:
        status = _invoke(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        _abandon_output()
        return FAILED
    except OSError as error:
        _abandon_output()
        name = errno.errorcode.get(error.errno or 0, "EIO")
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        print_error(f"{where}{error.strerror or error} ({name})")
        return FAILED


def _invoke(arguments: Sequence[str]) -> int:
    try:
        if arguments:
            return _parse_and_invoke(arguments)
        # What a newcomer types first needs no parser, which would delay the first picture.
        from inspector.cli.screen import show_demonstration

        show_demonstration()
        return DONE
    except InspectorError as error:
        report(error)
        return error.exit_status


def _parse_and_invoke(arguments: Sequence[str]) -> int:
    import click

    from inspector.cli.commands import commands

    try:
        with commands.make_context("inspector", list(arguments)) as context:
            status = commands.invoke(context)
        return status if isinstance(status, int) else DONE
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        print_error(_usage_words(error))
        return WRONG_USAGE


def _usage_words(error: click.UsageError) -> str:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    if error.ctx is None:
        return message
    return f"{message} (see {error.ctx.command_path.strip()} --help)"


def _never_fail_to_encode(stream: TextIO | None) -> None:
    """Let a terminal that lacks a character get an escape in its place."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _abandon_output() -> None:
    """Keep the interpreter from writing, at its end, what could not be written before."""
    if sys.stdout is None:
        return
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None  # as Python itself sets it where there is none
