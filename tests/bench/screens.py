"""The two screens that are compared: the inspector's, and the same registers in Textual's `DataTable`.

``python -m tests.bench.screens NAME SHAPE COUNT CHANGING HZ NOTES`` shows one in this terminal. What cannot
be seen from outside it writes to the file NOTES: see `Notes`.
"""

from __future__ import annotations

import gc
import mmap
import os
import struct
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterMap

CORE = 1
"""The processor that the screens have; the harness has the others."""

_FORM = struct.Struct("<dQ")


class Notes:
    """What a screen tells the harness, in a file that both have mapped.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(bytes(mmap.PAGESIZE))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def _put(self, making: float, ticks: int) -> None:
        _FORM.pack_into(self._memory, 0, making, ticks)

    @property
    def making(self) -> float:
        """Seconds that it took to make the map, which stands for loading it."""
        return float(_FORM.unpack_from(self._memory)[0])

    @making.setter
    def making(self, seconds: float) -> None:
        self._put(seconds, self.ticks)

    @property
    def ticks(self) -> int:
        """How many times new values were taken in and painted."""
        return int(_FORM.unpack_from(self._memory)[1])

    def tick(self) -> None:
        """Count one."""
        self._put(self.making, self.ticks + 1)


def show_inspector(register_map: RegisterMap, hz: float, notes: Notes) -> None:
    """Our screen, on the simulation."""
    from inspector.ui import live, run

    live.START_RATE = hz
    take = live.Live.take

    def counted(self: live.Live) -> bool:
        news = take(self)
        if news:
            notes.tick()
        return news

    live.Live.take = counted  # type: ignore[method-assign]

    def open_session() -> Any:
        from inspector.session import Session

        return Session(register_map)

    run(register_map, open_session, open_session)


def show_data_table(register_map: RegisterMap, changing: int, hz: float, notes: Notes) -> None:
    """The same registers in a `DataTable`, with the selected one's name below it and a line to type in."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable, Input, Static

    from inspector.model.numbers import group_hex

    rows = [
        (f"{node.offset:#07x}", node.path, "rw", "0x0000_0011", "", "EN · MODE on")
        for node in register_map.nodes
    ]

    class Rival(App[None]):
        CSS = "#name { height: 1; } Input { height: 3; }"
        value = 0

        def compose(self) -> ComposeResult:
            yield DataTable(cursor_type="row")
            yield Static("", id="name", markup=False)
            yield Input()

        def on_mount(self) -> None:
            table = self.table
            table.add_columns("OFFSET", "REGISTER", "ACCESS", "VALUE", "CHANGED", "FIELDS")
            table.add_rows(rows)
            table.focus()
            if changing:
                self.set_interval(1 / hz, self.refresh_values)

        @property
        def table(self) -> DataTable[str]:
            return self.query_one(DataTable)

        def refresh_values(self) -> None:
            notes.tick()
            self.value += 7_919
            table = self.table
            top = table.scroll_offset.y
            for row in range(top, min(top + table.size.height - 1, table.row_count)):
                if row % 10 < changing:
                    table.update_cell_at(_cell(row, 3), group_hex(self.value, 32))

        def on_data_table_row_highlighted(self, message: DataTable.RowHighlighted) -> None:
            self.query_one("#name", Static).update(f"{rows[message.cursor_row][1]} ", layout=False)

        def on_data_table_row_selected(self) -> None:
            self.query_one(Input).focus()

    Rival().run()


def _cell(row: int, column: int) -> Any:
    from textual.coordinate import Coordinate

    return Coordinate(row, column)


def main() -> None:
    """Show one of the screens."""
    name, shape, count, changing, hz, notes_path = sys.argv[1:]
    os.sched_setaffinity(0, {CORE})
    notes = Notes(Path(notes_path))
    gc.disable()
    start = time.perf_counter()
    # What a map is made of is imported wherever one is loaded, too.
    from tests.bench.maps_of_size import SHAPES

    register_map = SHAPES[shape](int(count), int(changing))
    # As after a map was loaded from the cache.
    gc.freeze()
    gc.enable()
    notes.making = time.perf_counter() - start
    if name == "inspector":
        show_inspector(register_map, float(hz), notes)
    else:
        show_data_table(register_map, int(changing), float(hz), notes)


if __name__ == "__main__":
    main()
