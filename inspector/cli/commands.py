"""The commands, each loaded when it is named: ``inspector read`` starts without the others."""

from __future__ import annotations

import importlib
import keyword
from typing import TYPE_CHECKING, cast

import click

from inspector import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "read": ("inspector.cli.read", "Read registers, decoded."),
    "write": ("inspector.cli.write", "Write registers and fields, leaving their neighbours alone."),
    "dump": ("inspector.cli.dump", "Take a snapshot of what is safe to read."),
    "diff": ("inspector.cli.diff", "Say what differs between two snapshots, or between one and now."),
    "compare": ("inspector.cli.compare", "Show the same map on two targets, with what differs."),
    "restore": ("inspector.cli.restore", "Write a snapshot back, as far as that is safe."),
    "journal": ("inspector.cli.journal", "Show what was done to the hardware, or make a script of it."),
    "watch": ("inspector.cli.watch", "Read registers over and over."),
    "peek": ("inspector.cli.memory", "Read an address, without a map."),
    "poke": ("inspector.cli.memory", "Write an address, without a map."),
    "devices": ("inspector.cli.devices", "List what this machine offers, and which maps fit."),
    "decode": ("inspector.cli.decode", "Say what a value from a log means."),
    "check": ("inspector.cli.check", "Check register maps."),
    "claims": ("inspector.cli.claims", "Say who holds what: inspectors, drivers, the kernel."),
    "keys": ("inspector.cli.keys", "Print the screen's commands and keys, as a file to change."),
    "maps": ("inspector.cli.catalogue", "List the bundled register maps."),
    "schema": ("inspector.cli.catalogue", "Print the JSON Schema of register maps, for editors."),
    "import": ("inspector.cli.importing", "Make a map of a description in another format."),
    "export": ("inspector.cli.export", "Make a C header, documentation, JSON or an SVD of a map."),
}
"""Each command's module and its line in the help."""

_APP = " app"
"""What opens the app; a space keeps it out of the way of any map's name."""

_OWN_OPTIONS = ("-h", "--help", "--version")


class Commands(click.Group):
    """The command line: a command, or else the app on a map."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name == _APP:
            return app_command()
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        # What Python keeps for itself has an underscore there.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        return cast(click.Command, getattr(module, name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the app's is nameless in messages."""
        name, command, rest = super().resolve_command(ctx, args)
        return ("" if name == _APP else name), command, rest

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take whatever does not begin with a command's name as the app's arguments."""
        completing_first_word = ctx.resilient_parsing and not args
        if not completing_first_word and (not args or args[0] not in (*COMMANDS, *_OWN_OPTIONS)):
            args = [_APP, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer commands, then maps; options are the app's."""
        from click.shell_completion import CompletionItem

        from inspector.cli.completion import complete_map

        if incomplete.startswith("-"):
            names = [name for option in self._options(ctx) for name in option.opts]
            return [CompletionItem(name) for name in names if name.startswith(incomplete)]
        words = [
            CompletionItem(name, help=text)
            for name, (_, text) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        maps = complete_map(ctx, None, incomplete)
        # Asked to look for files as well, a shell forgets the words.
        return words + [item for item in maps if item.type == "plain"] or maps

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name both ways to start."""
        formatter.write_usage("inspector", "[MAP] [OPTIONS]", prefix="Usage: ")
        formatter.write_usage("inspector", "COMMAND [ARGUMENTS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the app's options with the program's own, then the commands."""
        records = [option.get_help_record(ctx) for option in self._options(ctx)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def _options(self, ctx: click.Context) -> list[click.Option]:
        params = [*app_command().params, *self.get_params(ctx)]
        return [param for param in params if isinstance(param, click.Option)]


def app_command() -> click.Command:
    """The command that opens the app."""
    from inspector.cli.app import app

    return app


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="inspector", message="%(prog)s %(version)s")
def commands() -> None:
    """Look at hardware registers, live and decoded, and edit them in place.

    MAP is a bundled map's name (inspector maps lists them) or a map file. Without one the app opens
    the bundled demonstration board, simulated.
    """
