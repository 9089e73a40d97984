"""How a command reaches its registers: the options that several commands share, and what they open."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from inspector import maps
from inspector.backends.access import Access
from inspector.backends.opening import is_simulation
from inspector.cli.completion import complete_backend
from inspector.cli.output import print_error
from inspector.errors import UsageError
from inspector.model.registermap import OpenMode, RegisterMap
from inspector.session import Session
from inspector.session.choosing import choose_backends

if TYPE_CHECKING:
    from inspector.session.journal import Journal

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Opening:
    """What the options say of opening a map.

    Attributes:
        backends: The ``-b`` words.
        mode: Shared or exclusive for all regions; None as the map says.
        in_process: Whether hardware is touched in this process, without an agent.
        journal: The journal's file; None for the default place.
    """

    backends: tuple[str, ...] = ()
    mode: OpenMode | None = None
    in_process: bool = False
    journal: Path | None = None

    def load(self, map_word: str) -> RegisterMap:
        """Load a map, with its regions where they are on this machine.

        Raises:
            MapError: The map is bad.
            UsageError: There is no such map, or a backend's word names no region of it.
        """
        register_map = maps.load(map_word)
        _tell_repairs(register_map, map_word)
        located = self.locate(register_map)
        for warning in located.warnings[len(register_map.warnings) :]:
            print_error(f"warning: {warning.message}")
        return located

    def locate(self, register_map: RegisterMap) -> RegisterMap:
        """The map with its regions where they are on this machine; nothing is touched.

        Raises:
            UsageError: A backend's word names no region of it.
        """
        words = choose_backends(register_map, self.backends)
        if all(map(is_simulation, words.values())):
            return register_map
        from inspector.backends.locate import locate

        return locate(register_map, words)

    @contextmanager
    def session(
        self,
        register_map: RegisterMap,
        *,
        write: bool = False,
        force: bool = False,
        regions: Collection[str] | None = None,
    ) -> Iterator[Session]:
        """Open a map that `load` gave, for as long as the block lasts; the arguments are the session's.

        Raises:
            UsageError: A backend's word is not known.
        """
        with (
            Access(in_process=self.in_process) as access,
            self.open(register_map, access, write=write, force=force, regions=regions) as session,
        ):
            yield session

    def open(
        self,
        register_map: RegisterMap,
        access: Access,
        *,
        write: bool = False,
        force: bool = False,
        regions: Collection[str] | None = None,
    ) -> Session:
        """Open a map that `load` gave; the arguments are the session's.

        Raises:
            UsageError: A backend's word is not known.
        """
        words = choose_backends(register_map, self.backends)
        opened = [word for name, word in words.items() if regions is None or name in regions]
        return Session(
            register_map,
            self.backends,
            mode=self.mode,
            write=write,
            force=force,
            regions=regions,
            access=access,
            journal=self._open_journal(real=not all(map(is_simulation, opened))),
        )

    def _open_journal(self, *, real: bool) -> Journal | None:
        if self.journal is None and not real:
            return None
        from inspector.session.journalfile import open_journal

        return open_journal(self.journal, real=real)


def _tell_repairs(register_map: RegisterMap, map_word: str) -> None:
    """Say how much of another format's description was put right or left out, on standard error."""
    repairs = sum(finding.rule in maps.REPAIRS for finding in register_map.warnings)
    if repairs:
        print_error(
            f"{map_word}: {repairs} {'note' if repairs == 1 else 'notes'} on what was put right or left out; "
            f"inspector check {map_word} lists them"
        )


def opening_options(*, default: str = "the map's source, else sim") -> Callable[[F], F]:
    """Add ``-b``, ``--exclusive``, ``--shared``, ``--in-process`` and ``--journal``, as one ``opening``."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def gathering(
            *arguments: Any,
            backends: tuple[str, ...],
            exclusive: bool,
            shared: bool,
            in_process: bool,
            journal: Path | None,
            **options: Any,
        ) -> Any:
            opening = Opening(backends, open_mode(exclusive, shared), in_process, journal)
            return function(*arguments, opening=opening, **options)

        for option in (
            click.option(
                "--journal",
                metavar="FILE",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Tell everything that acts to FILE first, instead of the default place.",
            ),
            click.option(
                "--in-process",
                is_flag=True,
                help="Touch hardware in this process: a bus error then ends the program.",
            ),
            click.option("--shared", is_flag=True, help="Map without claiming."),
            click.option("--exclusive", is_flag=True, help="Claim before mapping."),
            click.option(
                "-b",
                "--backend",
                "backends",
                metavar="[REGION=]BACKEND",
                multiple=True,
                help=f"Where the registers are: sim, devmem, devmem:PATH, pci:…, uio:…. Default: {default}.",
                shell_complete=complete_backend,
            ),
        ):
            gathering = option(gathering)
        return gathering  # type: ignore[return-value]  # click gathers options on whatever it decorates

    return decorate


def open_mode(exclusive: bool, shared: bool) -> OpenMode | None:
    """How to claim; None as the map says.

    Raises:
        UsageError: Both were asked for.
    """
    if exclusive and shared:
        raise UsageError("--exclusive and --shared contradict each other")
    if exclusive:
        return OpenMode.EXCLUSIVE
    return OpenMode.SHARED if shared else None
