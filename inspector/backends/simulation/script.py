"""Behaviour files: Python that a person names on the command line, never a map."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import InspectorError, UsageError

if TYPE_CHECKING:
    from inspector.backends.simulation.simulation import Simulation


def attach_script(path: str, simulation: Simulation) -> None:
    """Run the file and call its ``attach(simulation)``.

    ::

        def attach(simulation):
            simulation.on_read("STATUS.TEMPERATURE", lambda value: 42)

    Raises:
        UsageError: There is no such file, it has no ``attach``, or it failed; names the line where it did.
    """
    if not Path(path).is_file():
        raise UsageError(f"there is no behaviour file '{path}'")
    try:
        attach = runpy.run_path(path).get("attach")
    except Exception as error:
        raise _failed(path, error) from error
    if not callable(attach):
        raise UsageError(f"'{path}' defines no function attach(simulation)")
    try:
        attach(simulation)
    except InspectorError as error:
        raise UsageError(f"'{path}': {error}") from error
    except Exception as error:
        raise _failed(path, error) from error


def _failed(path: str, error: Exception) -> UsageError:
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"{path}:{line}" if line else path
    return UsageError(f"{where}: the behaviour file failed: {type(error).__name__}: {error}")
