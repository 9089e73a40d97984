"""A command: what a person can have done, and the keys that do it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from textual.binding import Binding, BindingType

UNBOUND = "unbound"
"""Textual's keys of a command that has none: no terminal sends a key of that name."""


class Section(Enum):
    """Where a command stands in the help."""

    MOVING = "Moving"
    FINDING = "Finding"
    EDITING = "Editing"
    LOOKING = "Looking"
    WATCHING = "Watching and comparing"
    HARDWARE = "The hardware"
    PROGRAM = "The program"


class Command(NamedTuple):
    """Something that a person can have done.

    Attributes:
        id: Its name in a file of keys.
        keys: Textual's names of the keys that do it, parted by commas; empty where only the palette does.
        action: Textual's name of what is done.
        title: In a word or two, for the palette.
        text: In a sentence without a full stop, for the palette and the help.
        section: Where it stands in the help.
    """

    id: str
    keys: str
    action: str
    title: str
    text: str
    section: Section

    @property
    def keys_of_its_own(self) -> tuple[str, ...]:
        """Its keys where nobody wants others."""
        return tuple(self.keys.split(",")) if self.keys else ()


def bindings(commands: tuple[Command, ...]) -> list[BindingType]:
    """The bindings of ``commands``; their ids are what a file of keys calls them by."""
    return [
        Binding(each.keys or UNBOUND, each.action, each.title, id=each.id, show=False) for each in commands
    ]
