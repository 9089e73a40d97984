"""Opens the app's screen."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inspector import maps
from inspector.cli.output import on_terminal
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap

if TYPE_CHECKING:
    # What a newcomer types first needs no parser, which would delay the first picture.
    from inspector.cli.opening import Opening
    from inspector.session import Session
    from inspector.ui.board import Board

DEMONSTRATION = "demo"


def show_demonstration() -> None:
    """Show the bundled demonstration board, simulated.

    Raises:
        UsageError: There is no terminal to show it on.
    """
    register_map = maps.load(DEMONSTRATION)
    _require_terminal()
    from inspector.ui import run

    def open_session() -> Session:
        from inspector.session import Session

        return Session(register_map)

    with ExitStack() as stack:
        run(register_map, open_session, open_session, find_board=partial(find_board, stack, None))


def show(
    register_map: RegisterMap,
    opening: Opening,
    *,
    write: bool = False,
    folded: bool = False,
    theme: str | None = None,
    view_only: bool = False,
) -> None:
    """Show a map on its backends until the person quits, as `show_boards` does.

    Args:
        register_map: The map, with its regions where they are on this machine.
        opening: How its registers are reached.
        write: Arm from the start.
        folded: Fold every region, so that no register is read until a person unfolds one.
        theme: The colours, by a theme's name; the person's own where left out.
        view_only: Whether all that changes or disturbs the hardware is refused.

    Raises:
        UsageError: There is no terminal to show it on, or a backend's word is not known.
        KernelError: The rights were not given.
    """
    boards = [(register_map, opening, register_map.name)]
    show_boards(boards, write=write, folded=folded, theme=theme, view_only=view_only)


def show_beside(map_word: str, openings: Sequence[Opening], names: Sequence[str]) -> None:
    """Show a map on two targets, each with the other's values beside its own, until the person quits.

    Args:
        map_word: The map.
        openings: How the registers of each are reached.
        names: What their tabs say.

    Raises:
        UsageError: There is no terminal to show it on, or a backend's word is not known.
        KernelError: The rights were not given.
    """
    boards = [(opening.load(map_word), opening, name) for opening, name in zip(openings, names, strict=True)]
    show_boards(boards, compared=True)


def show_boards(
    boards: Sequence[tuple[RegisterMap, Opening, str]],
    *,
    write: bool = False,
    folded: bool = False,
    theme: str | None = None,
    view_only: bool = False,
    compared: bool = False,
) -> None:
    """Show boards until the person quits: one as it is, several each in a tab.

    Where a device node needs more rights, the command that gives them is run before the screen opens: it
    may ask for a password.

    Args:
        boards: Each one's map, how its registers are reached, and what its tab says.
        write: Arm from the start.
        folded: Fold every region, so that no register is read until a person unfolds one.
        theme: The colours, by a theme's name; the person's own where left out.
        view_only: Whether all that changes or disturbs the hardware is refused.
        compared: Whether the first two are one map on two targets, shown beside each other.

    Raises:
        UsageError: There is no terminal to show it on, or a backend's word is not known.
        KernelError: The rights were not given.
    """
    _require_terminal()
    from inspector.cli.elevation import app_access
    from inspector.ui import run
    from inspector.ui.board import Board
    from inspector.ui.consent import hardware_named

    with ExitStack() as stack:
        shown = []
        for register_map, opening, name in boards:
            hardware = hardware_named(register_map, opening.backends)
            access = stack.enter_context(app_access(register_map, opening, hardware))
            shown.append(
                Board(
                    register_map,
                    partial(opening.open, register_map, access, write=write),
                    partial(_simulated, register_map),
                    name,
                    hardware,
                )
            )
        first, *others = shown
        assert first.simulate is not None
        run(
            first.map,
            first.open_session,
            first.simulate,
            hardware=first.hardware,
            folded=folded,
            theme=theme,
            view_only=view_only,
            name=first.name,
            others=others,
            compared=compared,
            find_board=partial(find_board, stack, boards[0][1]),
        )


def find_board(stack: ExitStack, opening: Opening | None, text: str) -> Board:
    """Load a map that a person typed on the screen, as ``MAP`` or ``MAP -b BACKEND …``, not open yet.

    Nobody can be asked for a password any more: where a device node needs more rights, it is refused.

    Args:
        stack: Ends what touches its hardware.
        opening: How registers are reached, but for the backends; None for the usual way.
        text: What was typed.

    Raises:
        UsageError: It is no map and backends, or there is no such map.
        MapError: The map is bad.
    """
    from dataclasses import replace

    from inspector.backends.access import Access
    from inspector.cli.opening import Opening
    from inspector.ui.board import Board
    from inspector.ui.consent import hardware_named

    map_word, backends = _map_and_backends(text)
    each = replace(opening or Opening(), backends=backends)
    # Only where it is needed: a path loses its leading ./ that way, and with it that it is a file's.
    file = str(Path(map_word).expanduser()) if map_word.startswith("~") else map_word
    register_map = each.locate(maps.load(file))
    return Board(
        register_map,
        partial(each.open, register_map, stack.enter_context(Access(in_process=each.in_process))),
        partial(_simulated, register_map),
        " ".join((register_map.name, *backends)),
        hardware_named(register_map, backends),
    )


def _map_and_backends(text: str) -> tuple[str, tuple[str, ...]]:
    """Take ``MAP -b BACKEND -b …`` apart."""
    try:
        map_word, *rest = shlex.split(text)
    except ValueError:
        # Nothing at all, or a quotation mark alone.
        raise UsageError(f"{text!r} is no map: write MAP, or MAP -b BACKEND") from None
    options = [word if word != "-b" else None for word in rest[::2]]
    if any(options) or len(rest) % 2:
        raise UsageError(f"{text!r} is not understood: a map, then -b BACKEND or -b REGION=BACKEND")
    return map_word, tuple(rest[1::2])


def _simulated(register_map: RegisterMap) -> Session:
    from inspector.session import Session

    return Session(register_map, ["sim"])


def _require_terminal() -> None:
    if os.environ.get("TEXTUAL_DRIVER"):
        return
    if not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise UsageError("the app needs a terminal; for scripts there is 'inspector read MAP'")
    if os.environ.get("TERM") in ("dumb", "unknown"):
        raise UsageError(
            f"this terminal cannot show a screen (TERM={os.environ['TERM']}); 'inspector MAP --plain' is the "
            "app as lines"
        )
