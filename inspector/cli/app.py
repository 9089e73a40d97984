"""``inspector [MAP]``: the app."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

import click

from inspector import maps
from inspector.cli.commands import COMMANDS
from inspector.cli.completion import complete_map
from inspector.cli.opening import Opening, opening_options
from inspector.cli.screen import DEMONSTRATION, show, show_boards
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.session.choosing import region_of

SERVED_AT = "127.0.0.1:8000"
"""Where the app is shown in a browser unless told otherwise: to this machine alone."""


class AppCommand(click.Command):
    """The app's command, whose help is the whole program's."""

    def get_help(self, ctx: click.Context) -> str:
        """The program's help."""
        return ctx.parent.get_help() if ctx.parent else super().get_help(ctx)


@click.command(cls=AppCommand, hidden=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("words", metavar="[MAP]", nargs=-1, shell_complete=complete_map)
@opening_options()
@click.option("--write", is_flag=True, help="Open real hardware armed for writing.")
@click.option("--folded", is_flag=True, help="Open with every region folded: no register is read.")
@click.option("--plain", is_flag=True, help="Lines of text in place of the screen, for a screen reader.")
@click.option("--theme", metavar="NAME", help="The colours: dark, light, contrast, 16, none, …")
@click.option("--view-only", is_flag=True, help="Look only: nothing is written, armed or disturbed.")
@click.option(
    "--serve",
    "place",
    metavar="[HOST:PORT]",
    is_flag=False,
    flag_value=SERVED_AT,
    help=f"Show it in a browser, view only unless --write is given. Default: {SERVED_AT}.",
)
def app(
    words: tuple[str, ...],
    opening: Opening,
    write: bool,
    folded: bool,
    plain: bool,
    theme: str | None,
    view_only: bool,
    place: str | None,
) -> int:
    """Open the app on a map."""
    if write and view_only:
        raise UsageError("--write and --view-only contradict each other")
    if not words and any(word != "sim" for word in opening.backends):
        raise UsageError("-b needs a MAP: the demonstration board is made up, and no hardware is like it")
    if len(words) > 1:
        _refuse_commands(words)
        if plain or place is not None:
            raise UsageError(f"this shows one map at a time (got {' '.join(words)})")
        _show_several(words, opening, write=write, folded=folded, theme=theme, view_only=view_only)
        return 0
    register_map = opening.locate(_load(words[0] if words else DEMONSTRATION))
    if plain:
        from inspector.cli.plain.run import speak

        speak(register_map, opening, write=write)
        return 0
    if place is not None:
        from inspector.cli.serve import serve

        serve(register_map, opening, place, write=write, folded=folded, theme=theme)
        return 0
    show(register_map, opening, write=write, folded=folded, theme=theme, view_only=view_only)
    return 0


def _show_several(
    words: tuple[str, ...],
    opening: Opening,
    *,
    write: bool,
    folded: bool,
    theme: str | None,
    view_only: bool,
) -> None:
    """Show several maps, each in a tab; a ``-b REGION=BACKEND`` is for the maps that have such a region."""
    loaded = [_load(word) for word in words]
    regions = {region.name for register_map in loaded for region in register_map.regions}
    for word in opening.backends:
        name = region_of(word)
        if name is not None and name not in regions:
            known = ", ".join(sorted(regions))
            raise UsageError(f"-b {word}: no map has a region {name!r}; there are {known}")
    boards = []
    for register_map in loaded:
        own = {region.name for region in register_map.regions}
        backends = tuple(word for word in opening.backends if region_of(word) in (None, *own))
        each = replace(opening, backends=backends)
        boards.append((each.locate(register_map), each, register_map.name))
    show_boards(boards, write=write, folded=folded, theme=theme, view_only=view_only)


def _refuse_commands(words: Sequence[str]) -> None:
    """Say of several words that one is a command in a wrong place, or was meant as one.

    Raises:
        UsageError: So it is.
    """
    for word in words:
        if word in COMMANDS:
            raise UsageError(f"a command comes first: inspector {word} …")
    first = words[0]
    if first not in maps.names() and "/" not in first and "." not in first:
        near = difflib.get_close_matches(first, COMMANDS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"no command is called {first!r}{hint} (got {' '.join(words)})")


def _load(word: str) -> RegisterMap:
    if word in COMMANDS:
        raise UsageError(f"a command comes first: inspector {word} …; a map file of that name is ./{word}")
    try:
        return maps.load(word)
    except UsageError as error:
        near = difflib.get_close_matches(word, COMMANDS, n=1)
        if near:
            raise UsageError(f"{error.message}; for the command write {near[0]}") from None
        raise
