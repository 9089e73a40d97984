"""The regions at the left, each with how it is claimed; on narrow screens one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.message import Message

from inspector.model.registermap import Region
from inspector.ui.command import bindings
from inspector.ui.condition import FOLDED, NO_CLAIM, VITAL, overview
from inspector.ui.extent import widest_register
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import (
    EMPTY,
    Line,
    LineBar,
    LongView,
    clean,
    cut,
    fit,
    length,
    squeeze,
    width_of,
    wrap,
)
from inspector.ui.live import Live
from inspector.ui.panecommands import SIDEBAR_COMMANDS
from inspector.ui.rows import Rows
from inspector.ui.table import PlaceStatus
from inspector.ui.words import address_text


class Entry(NamedTuple):
    """One line of the sidebar.

    Attributes:
        target: The place where a click leads, or None for nowhere.
        line: What it shows, where that does not change by itself.
        instance: Whether it is an instance's line, and not its region's.
    """

    target: int | None = None
    line: Line = EMPTY
    instance: bool = False


class Sidebar(LongView, can_focus=True):
    """Regions with their instances."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SIDEBAR_COMMANDS)

    class Chosen(Message):
        """A place was chosen."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class Left(Message):
        """The keys go back to the table."""

    def __init__(self, rows: Rows, live: Live, status: PlaceStatus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = rows
        self._live = live
        self._status = status
        self._place = 0
        self._entries: list[Entry] = []
        self._shape: object = None

    def wanted_width(self) -> int:
        """How many cells the names take, within reason."""
        regions = [width_of(region.name) + 15 for region, _ in self._rows.places]
        instances = [width_of(instance.name) + 7 for _, instance in self._rows.places]
        # What is watched stands below, and a value of 64 bits must fit there too.
        least = 25 if widest_register(self._live.map) > 32 else 20
        return max(least, min(max([*regions, *instances], default=least), 30))

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._entries)

    def present(self, place: int) -> None:
        """Show where the table stands."""
        moved = place != self._place
        self._place = place
        if self.room < 4:
            return
        shape = self.room, self._live.regions, frozenset(self._rows.folded)
        if shape != self._shape:
            self._shape, self._entries = shape, list(self._all())
            moved = True
        self.show_all(len(self._entries))
        if moved:
            at = (number for number, entry in enumerate(self._entries) if self._is_here(entry))
            self.show_line(next(at, 0))

    def _all(self) -> Iterator[Entry]:
        yield Entry(line=((" REGIONS", "dim"),))
        last = None
        for place, (region, _) in enumerate(self._rows.places):
            if region is not last:
                last = region
                yield Entry(place)
                yield from (Entry(line=line) for line in self._owners(region, self.room))
            if region.name not in self._rows.folded:
                yield Entry(place, instance=True)

    def _is_here(self, entry: Entry) -> bool:
        """Whether the table stands where the line says."""
        if entry.target is None:
            return False
        region, _ = self._rows.places[entry.target]
        if not entry.instance:
            return region.name in self._rows.folded and region is self._rows.places[self._place][0]
        return entry.target == self._place

    def draw(self, at: int) -> tuple[Line, str]:
        """A line, and what it stands on."""
        entry, width = self._entries[at], self.room
        if entry.target is None:
            return entry.line, self.ground
        region, instance = self._rows.places[entry.target]
        here = self._is_here(entry)
        ground = ("focus-row" if self.has_focus else "row") if here else self.ground
        if not entry.instance:
            return self._region(region, width, here=here), ground
        mark = ("▌" if here else " ", "focus")
        name = f"    {clean(instance.name)}", "strong" if here else "text"
        return cut((mark, name), width - 1), ground

    def _region(self, region: Region, width: int, *, here: bool) -> Line:
        words = self._status(region.name)
        claim, look = words.claim
        vital = f"{VITAL} " if words.vital else ""
        name = squeeze(clean(region.name), width - width_of(claim) - width_of(vital) - 4)
        left: Line = (
            ("▌" if here else " ", "focus"),
            (f"{FOLDED if words.folded else ' '} ", "focus"),
            (vital, "changed"),
            (name, "dim" if words.closed else "text"),
        )
        return _apart(left, ((claim, look),), width - 1)

    def _owners(self, region: Region, width: int) -> list[Line]:
        """Who else has it, in at most two lines each; the whole of it is in the region's sheet."""
        owners = (owner for owner in self._status(region.name).owners if owner != NO_CLAIM)
        lines: list[Line] = []
        for owner in owners:
            first, *rest = wrap(owner, width - 6) or [""]
            lines.append(((f"     {first}", "dim"),))
            lines += [cut(((f"      {' '.join(rest)}", "dim"),), width - 1)] if rest else []
        return lines

    def action_move(self, step: int) -> None:
        """Go to the next place."""
        place = self._place + step
        places = self._rows.places
        while 0 <= place < len(places) and places[place][0].name in self._rows.folded:
            if places[place][0] is not places[self._place][0]:
                break
            place += step
        if 0 <= place < len(places):
            self.post_message(self.Chosen(place))

    def action_leave(self) -> None:
        """Give the keys back to the table."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked."""
        at = event.y + self.top
        target = self._entries[at].target if at < len(self._entries) else None
        if target is not None:
            self.post_message(self.Chosen(target))


class PlaceLine(LineBar):
    """On narrow screens: where the table stands, how that is claimed and by whom, and what else there is."""

    def __init__(
        self, rows: Rows, live: Live, status: PlaceStatus, keyboard: Keyboard, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._keyboard = keyboard
        self._rows = rows
        self._live = live
        self._status = status

    def present(self, place: int) -> None:
        """Show where the table stands."""
        width = self.room
        if not self._rows.places:
            return
        region, instance = self._rows.places[place]
        words = self._status(region.name)
        claim, look = words.claim
        others = "".join(f" · {owner}" for owner in words.owners)
        # The block's own heading has the address: here it yields to who else is there.
        hidden = words.base is None or words.folded or words.owners
        address = "" if hidden or words.base is None else f"  {address_text(words.base + instance.offset)}"
        left: Line = (
            (" ", "text"),
            (f"{FOLDED} " if words.folded else "", "focus"),
            (f"{VITAL} " if words.vital else "", "changed"),
            (clean(region.name if words.folded else instance.name), "title"),
            (address, "dim"),
            ("" if words.folded else f"  {clean(region.name)}", "text"),
            (f" {claim}", look),
            (others, "dim"),
        )
        counts = overview(self._live).counts
        closed = sum(count for each, count in counts.items() if each.closed)
        closed -= words.closed and region.name in self._live.regions
        blocks = ("previous-block", "{}"), ("next-block", "{}")
        hint = "" if others or closed else self._keyboard.clauses("  {} block", *blocks, between=" ")
        right: Line = ((f"{place + 1} of {len(self._rows.places)}{hint} ", "faint"),)
        if closed:
            right = ((f"{closed} more not open  ", "wrong"), *right)
        self.show([_apart(left, right, width)])


def _apart(left: Line, right: Line, width: int) -> Line:
    """One at the left edge, the other at the right."""
    room = width - length(right) - 1
    left = cut(left, room)
    return (*left, (fit("", width - length(left) - length(right)), "text"), *right)
