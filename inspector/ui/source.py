"""The source sheet: what a map's files say of a register or field, line by line, and the way to edit that."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.cells import chop_cells
from textual.app import SuspendNotSupported
from textual.message import Message

from inspector.errors import InspectorError
from inspector.maps.whereabouts import Definition, whereabouts
from inspector.model.field import Field
from inspector.model.registermap import RegisterNode
from inspector.ui.ask import Pane
from inspector.ui.bars import Keys
from inspector.ui.lines import Line, clean, cut, wrap
from inspector.ui.sheets import CurrentSheet
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen

_BESIDE = 4
"""Lines shown before and after a definition."""

_MOST = 60
"""Lines of a definition that are shown."""

_COLON = ("hx", "helix", "subl", "zed", "micro", "kak")
"""Editors that take FILE:LINE:COLUMN; most others take +LINE FILE."""

_GOTO = ("code", "codium", "code-insiders", "cursor")
"""Editors that take --goto FILE:LINE:COLUMN."""


class SourceSheet(CurrentSheet):
    """Where the map's files say something of a register or field."""

    does: ClassVar[Mapping[str, str]] = {
        "source": "back",
        "documentation": "documentation",
        "edit": "editor",
        "copy": "copy",
        "next-match": "next(1)",
        "previous-match": "next(-1)",
    }

    DEFAULT_CSS = """
    SourceSheet > Vertical { width: 132; }
    """

    widest = 132

    class Found(Message):
        """The files were parsed."""

        def __init__(self, outcome: tuple[Definition, ...] | InspectorError) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(self, main: MainScreen, node: RegisterNode, field: Field | None) -> None:
        """Look for ``field`` of a register, or for the register itself."""
        super().__init__(main)
        self._node = node
        self._field = field
        self._outcome: tuple[Definition, ...] | InspectorError | None = None
        self._chosen = 0
        self._starts: list[int] = []
        self._said = ""

    def on_mount(self) -> None:
        """Show what is known, and look for the rest."""
        super().on_mount()
        self._look()

    def _look(self) -> None:
        """Parse the files, on a thread of its own: a large map takes a while."""

        def run() -> None:
            try:
                outcome: tuple[Definition, ...] | InspectorError = whereabouts(
                    self._main.map, self._node, self._field
                )
            except InspectorError as error:
                outcome = error
            try:
                self.post_message(self.Found(outcome))
            except RuntimeError:
                # The loop has ended: nobody is interested any more.
                return

        threading.Thread(target=run, name="whereabouts", daemon=True).start()

    def on_source_sheet_found(self, message: Found) -> None:
        """Show what was found."""
        self._outcome = message.outcome
        self._chosen = 0
        self._write()

    # --- what is shown -----------------------------------------------------------------------

    def lines(self, width: int) -> list[Line]:
        """Each place with the lines around it."""
        name = self._node.path + (f".{self._field.name}" if self._field else "")
        lines: list[Line] = [cut((("Source of ", "dim"), (clean(name), "title")), width)]
        if self._said:
            lines += [((part, "good"),) for part in wrap(self._said, width)]
        outcome = self._outcome
        if outcome is None:
            return [*lines, (), (("the map's files are being read …", "dim"),)]
        if isinstance(outcome, InspectorError):
            return [*lines, (), *(((part, "wrong"),) for part in wrap(f"! {error_text(outcome)}", width))]
        self._starts = []
        for number, found in enumerate(outcome):
            lines.append(())
            self._starts.append(len(lines))
            chosen = number == self._chosen
            mark = "▸ " if chosen and len(outcome) > 1 else ""
            lines.append(
                cut(((mark, "focus"), (clean(str(found.position)), "key"), (f"  {found.says}", "dim")), width)
            )
            lines += _excerpt(found, width)
        return [cut(line, width) for line in lines]

    @property
    def _definition(self) -> Definition | None:
        """The place that the keys are about."""
        return self._outcome[self._chosen] if isinstance(self._outcome, tuple) else None

    def keys(self) -> Keys:
        """What can be done with it."""
        if self._definition is None:
            return (("Esc", "back", "screen.back"),)
        several = isinstance(self._outcome, tuple) and len(self._outcome) > 1
        label = self._main.keyboard.label
        return (
            (label("edit"), "open in the editor", "screen.editor"),
            (label("copy"), "copy the place", "screen.copy"),
            *([(label("next-match"), "next place", "screen.next(1)")] if several else []),
            (label("documentation"), "documentation", "screen.documentation"),
            ("↑ ↓", "scroll", ""),
            ("Esc", "back", "screen.back"),
        )

    # --- what is done ------------------------------------------------------------------------

    def action_next(self, step: int) -> None:
        """Choose another place."""
        if isinstance(self._outcome, tuple):
            self._chosen = (self._chosen + step) % len(self._outcome)
            self._write()
            self.query_one(Pane).scroll_to(y=self._starts[self._chosen], animate=False)

    def action_copy(self) -> None:
        """Copy the file and line."""
        if (found := self._definition) is not None:
            place = f"{found.path}:{found.position.line}"
            self.app.copy_to_clipboard(place)
            self._tell(f"copied {place}")

    def action_documentation(self) -> None:
        """Show what the map says instead."""
        self.dismiss(None)
        self._main.reference.open_documentation(self._node, self._field)

    def action_editor(self) -> None:
        """Open the person's editor at the line; the screen is back once that ends."""
        found = self._definition
        if found is None:
            return
        command = editor_command(str(found.path), found.position.line, found.position.column)
        if not command:
            self._tell("no editor was found: set VISUAL or EDITOR to yours")
            return
        live = self._main.live
        was_paused, live.paused = live.paused, True
        try:
            with self.app.suspend():
                subprocess.run(command, check=False)
            self._tell("what was changed in the file is there once the map is opened again")
        except SuspendNotSupported:
            self._tell(
                f"this terminal cannot be lent to an editor; the place is {found.path}:{found.position.line}"
            )
        except OSError as error:
            self._tell(f"{command[0]} cannot be started: {error.strerror or error}; set VISUAL or EDITOR")
        finally:
            live.paused = was_paused
        self.app.refresh()
        self._look()

    def _tell(self, text: str) -> None:
        self._said = text
        self._write()


def _excerpt(found: Definition, width: int) -> list[Line]:
    """The lines of a definition, numbered, and some around it."""
    start, line = found.position.line, max(found.position.line - _BESIDE, found.first)
    end = min(found.last, start + _MOST)
    digits = len(str(end + _BESIDE))
    lines: list[Line] = []
    for number, text in enumerate(found.lines[line - found.first : end + _BESIDE + 1 - found.first], line):
        within = start <= number <= end
        mark = "▸" if number == start else " "
        pieces = chop_cells(clean(text.expandtabs(4)), max(width - digits - 5, 8)) or [""]
        for i, piece in enumerate(pieces):
            lead = f" {mark if i == 0 else ' '} {number if i == 0 else '':>{digits}}  "
            lines.append(
                ((lead, "focus" if number == start else "faint"), (piece, "text" if within else "dim"))
            )
    if found.last > end:
        lines.append(((f"   … {found.last - end} more lines", "faint"),))
    return lines


def editor_command(path: str, line: int, column: int) -> list[str]:
    """How the person's editor is opened at a place; empty where none is to be found."""
    words: list[str] = []
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(variable, ""))
        except ValueError:
            words = []
        if words:
            break
    if not words:
        known = ("editor", "vi", "nano") if os.name == "posix" else ("notepad",)
        words = next(([name] for name in known if shutil.which(name)), [])
    if not words:
        return []
    name = os.path.basename(words[0]).removesuffix(".exe")  # noqa: PTH119
    if name in _GOTO:
        return [*words, "--goto", f"{path}:{line}:{column}"]
    if name in _COLON:
        return [*words, f"{path}:{line}:{column}"]
    return [*words, path] if name == "notepad" else [*words, f"+{line}", path]
