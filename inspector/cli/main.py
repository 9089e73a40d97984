"""The ``inspector`` command's entry point."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from inspector.cli.status import run


def main() -> NoReturn:
    """Run the command line and end the process with its status."""
    instruction = os.environ.get("_INSPECTOR_COMPLETE")
    if instruction:
        from inspector.cli.completion import complete

        sys.exit(complete(instruction))
    sys.exit(run(sys.argv[1:]))
