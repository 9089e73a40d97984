"""What several commands take: a map, paths, backends, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from inspector.cli.completion import complete_assignment, complete_map, complete_path
from inspector.model.numbers import NumberError, parse_number

F = TypeVar("F", bound=Callable[..., Any])

map_argument = click.argument("map_word", metavar="MAP", shell_complete=complete_map)

assignments_argument = click.argument(
    "assignments", metavar="PATH=VALUE…", nargs=-1, required=True, shell_complete=complete_assignment
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")

destructive_option = click.option(
    "--destructive", is_flag=True, help="Also read what reading changes, where it is not named in full."
)

force_option = click.option(
    "--force", is_flag=True, help="Also read what is write-only, and blocks whose identity is wrong."
)


class ValueCommand(click.Command):
    """A command whose last argument is a value, which may be negative: no option is a number."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put a negative number where options are over."""
        negative = [] if "--" in args else [arg for arg in args if _NEGATIVE.match(arg)]
        if negative:
            args = [*(arg for arg in args if arg not in negative), "--", *negative]
        return super().parse_args(ctx, args)


_NEGATIVE = re.compile(r"-[0-9]")


def paths_argument(*, required: bool = False) -> Callable[[F], F]:
    """Add the ``PATH…`` argument."""
    return click.argument(
        "paths",
        metavar="PATH…" if required else "[PATH…]",
        nargs=-1,
        required=required,
        shell_complete=complete_path,
    )


Callback = Callable[[click.Context, click.Parameter, str | None], Any]


def whole_number(least: int, most: int) -> Callback:
    """Let an option's or argument's text be a number as in maps, from ``least`` to ``most``."""

    def convert(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
        if text is None:
            return None
        try:
            number = parse_number(text)
        except NumberError as error:
            raise click.BadParameter(f"{error}; {error.hint}" if error.hint else str(error)) from None
        if not least <= number <= most:
            raise click.BadParameter(f"{text} is not from {least:#x} to {most:#x}")
        return number

    return convert


def quantity(least: float, most: float) -> Callback:
    """Let an option's text be a decimal number from ``least`` to ``most``."""

    def convert(ctx: click.Context, param: click.Parameter, text: str | None) -> float | None:
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not a number") from None
        # Written so that what is not a number at all fails too.
        if not least <= number <= most:
            raise click.BadParameter(f"{text} is not from {least:g} to {most:g}")
        return number

    return convert
