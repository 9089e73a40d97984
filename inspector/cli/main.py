"""The ``inspector`` command's entry point."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with its status."""
    # What is imported and loaded lives to the end: at the usual thresholds the collector would look at it
    # over and over, for a tenth of the time that a command takes.
    gc.set_threshold(100_000, 50, 100)

    instruction = os.environ.get("_INSPECTOR_COMPLETE")
    if instruction:
        from inspector.cli.completion import complete

        sys.exit(complete(instruction))

    try:
        from inspector.cli.status import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        # One that comes while the program is still being loaded ends it like any other.
        status = 130
    _end(status)


def _end(status: int) -> NoReturn:
    """End the process with ``status``, whatever its threads are at.

    A daemon thread may still be at a bus access. The interpreter's own end forces it to exit in the midst
    of that, which aborts the whole process where the thread holds a lock that is needed, or where the
    system lacks what forces it (``Py_FinalizeEx`` and ``PyEval_RestoreThread`` in CPython's C API).
    """
    if any(thread.daemon for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
        os._exit(status)
    sys.exit(status)
