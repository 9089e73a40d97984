"""The moments to compare with: marks, snapshots from files; saving, loading and dropping them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from inspector.session.words import clock
from inspector.ui.bars import KeyLine, Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.editline import EditLine
from inspector.ui.lines import Line, Span, clean, fit, squeeze

if TYPE_CHECKING:
    from inspector.ui.marks import Moment
    from inspector.ui.screen import MainScreen

_LISTED = 20
"""How many files of the folder are offered, the latest first."""

_LOOKED_AT = 200
"""Into how many files of the folder is looked at most."""

_SAVE, _LOAD = "save as", "load"


class SnapshotSheet(ChoiceSheet[None]):
    """The moments of this session and the snapshots in this folder: one stands beside the live values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", show=False),
        Binding("l,o", "load", show=False),
        Binding("d,delete,x", "drop", show=False),
    ]

    def __init__(self, main: MainScreen) -> None:
        super().__init__()
        self._main = main
        loaded = {Path(moment.file).name for moment in main.moments.kept}
        files = [path for path in snapshot_files(Path()) if path.name not in loaded]
        self._files = [(path, clock(_changed(path))) for path in files]
        self._typed: EditLine | None = None
        self._asked = ""
        if main.marks.moment is not None:
            self.at = 1 + main.moments.kept.index(main.marks.moment)

    # --- keys --------------------------------------------------------------------------------

    def take_key(self, key: str, character: str | None) -> bool:
        """Type a file's name; else go back by the key that opened it, or mark by the key that marks."""
        if self._typed is None:
            keyboard = self._main.keyboard
            if key in keyboard.keys("snapshots"):
                self.action_back()
            elif key in keyboard.keys("mark"):
                self.action_mark()
            else:
                return False
            return True
        if key == "escape":
            self._typed = None
        elif key == "enter":
            self._named(self._typed.text.strip())
            return True
        elif key == "tab":
            self._typed.put(completed(self._typed.text))
        else:
            self._typed.key(key, character)
        self._write()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Type what is pasted."""
        if self._typed is not None:
            self._typed.paste(event.text)
            self._write()

    def _write(self) -> None:
        super()._write()
        if self._typed is not None:
            self.query_one(KeyLine).ask(f" {self._asked}: ", self._typed)

    # --- what is shown -----------------------------------------------------------------------

    def title_text(self) -> str:
        """What is chosen here."""
        return "Beside the live values: a mark, a snapshot, or nothing"

    def choices(self, width: int) -> Sequence[Line]:
        """Nothing, then the moments, then the files."""
        marks = self._main.marks
        lines: list[Line] = [(_bullet(not marks.taken), ("nothing: the live values alone", "text"))]
        room = max(min(width - 30, 44), 12)
        for moment in self._main.moments.kept:
            name = fit(squeeze(clean(moment.name), room), room)
            count = f"  {moment.count:>6} register{'' if moment.count == 1 else 's'}"
            lines.append((_bullet(moment is marks.moment), (name, "text"), (count, "dim")))
        for path, changed in self._files:
            name = fit(squeeze(clean(path.name), room), room)
            lines.append((_bullet(False), (name, "dim"), (f"  {changed}, in this folder", "faint")))
        return lines

    def keys(self) -> Keys:
        """The keys that matter here."""
        return (
            ("Enter", "beside live", "screen.take"),
            ("s", "save now", "screen.save"),
            ("l", "load a file", "screen.load"),
            (self._main.keyboard.label("mark"), "mark now", "screen.mark"),
            ("d", "drop", "screen.drop"),
            ("Esc", "back", "screen.back"),
        )

    @property
    def _moment(self) -> Moment | None:
        """The one under the cursor, or None where there is none."""
        kept = self._main.moments.kept
        return kept[self.at - 1] if 0 < self.at <= len(kept) else None

    # --- what is done ------------------------------------------------------------------------

    def action_take(self) -> None:
        """Show the one under the cursor beside the live values."""
        moments = self._main.moments
        after = self.at - 1 - len(moments.kept)
        if self.at == 0:
            moments.compare_with(None)
        elif after < 0:
            moments.compare_with(self._moment)
        elif not self._main.barred("files are not read for it"):
            moments.load(self._files[after][0])
        self.dismiss(None)

    def action_mark(self) -> None:
        """Mark now."""
        self._main.moments.mark()
        self.dismiss(None)

    def action_drop(self) -> None:
        """Forget the one under the cursor; its file stays where it is."""
        if self._moment is not None:
            self._main.moments.drop(self._moment)
            self._write()

    def action_save(self) -> None:
        """Ask where to save what there is now."""
        now = time.strftime("%Y%m%d-%H%M%S")
        self._ask(_SAVE, f"{self._main.map.name}-{now}.jsonl")

    def action_load(self) -> None:
        """Ask which file to load."""
        self._ask(_LOAD, "")

    def _ask(self, asked: str, proposal: str) -> None:
        if self._main.barred("files are neither read nor written for it"):
            self.dismiss(None)
            return
        self._asked, self._typed = asked, EditLine.of(proposal)
        self._write()

    def _named(self, name: str) -> None:
        """Save or load, now that the file is named."""
        self._typed = None
        if name:
            path = Path(name).expanduser()
            if self._asked == _SAVE:
                self._main.moments.save(path)
            else:
                self._main.moments.load(path)
        self.dismiss(None)


def _bullet(chosen: bool) -> Span:
    return ("● " if chosen else "  ", "focus")


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def snapshot_files(folder: Path) -> list[Path]:
    """The snapshots in a folder, the latest first, as far as the first lines of its files tell."""
    try:
        files = [path for path in folder.iterdir() if path.suffix in (".jsonl", ".json", ".snapshot")]
    except OSError:
        return []
    files.sort(key=_changed, reverse=True)
    return [path for path in files[:_LOOKED_AT] if _is_snapshot(path)][:_LISTED]


def _is_snapshot(path: Path) -> bool:
    try:
        # Anything else than a file, such as a pipe, may never answer.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(14).startswith(b'{"inspector":')
    except OSError:
        return False


def completed(text: str) -> str:
    """A path typed so far, as far as the files there leave no choice."""
    folder, _, begun = text.rpartition("/")
    try:
        names = sorted(entry.name for entry in Path(f"{folder}/" if folder else ".").expanduser().iterdir())
    except OSError:
        return text
    fitting = [name for name in names if name.startswith(begun) and (begun or not name.startswith("."))]
    if not fitting:
        return text
    # The first and the last by name differ as early as any two.
    pairs = zip(fitting[0], fitting[-1], strict=False)
    common = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    path = f"{folder}/{common}" if folder or text.startswith("/") else common
    return f"{path}/" if len(fitting) == 1 and Path(path).expanduser().is_dir() else path
