"""Opens the app's screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from inspector import maps
from inspector.cli.output import on_terminal
from inspector.errors import UsageError
from inspector.model.registermap import OpenMode, RegisterMap

DEMONSTRATION = "demo"


def show_demonstration() -> None:
    """Show the bundled demonstration board, simulated.

    Raises:
        UsageError: There is no terminal to show it on.
    """
    show(maps.load(DEMONSTRATION))


def show(
    register_map: RegisterMap,
    backends: Sequence[str] = (),
    mode: OpenMode | None = None,
    write: bool = False,
    folded: bool = False,
) -> None:
    """Show a map on its backends until the person quits.

    Raises:
        UsageError: There is no terminal to show it on, or a backend's word is not known.
    """
    if not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise UsageError("the app needs a terminal; for scripts there is 'inspector read MAP'")
    from inspector.ui import run

    run(register_map, backends=backends, mode=mode, write=write, folded=folded)
