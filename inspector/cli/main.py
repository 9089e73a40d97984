"""The ``inspector`` command's entry point."""

from __future__ import annotations

import gc
import os
import sys
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

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        # One that comes while the program is still being loaded ends it like any other.
        sys.exit(130)
