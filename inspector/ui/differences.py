"""What differs between two moments: register by register, kept current while it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from inspector.model.decode import NOTHING_KNOWN, Known, decode
from inspector.session.sample import UNREAD
from inspector.ui.bars import Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.lines import Line, clean, fit, squeeze, width_of
from inspector.ui.marks import Moment
from inspector.ui.rowlines import DIFFERS, RETURNED
from inspector.ui.values import ValueFormat

if TYPE_CHECKING:
    from inspector.model.register import Register
    from inspector.ui.screen import MainScreen

_REFRESH = 0.5
"""Seconds between looks at what differs now."""

_MOST = 1_000
"""How many differences are listed: nobody goes through more."""


class Difference(NamedTuple):
    """A register that differs, or did meanwhile.

    Attributes:
        old: What it held.
        new: What it holds.
    """

    old: int
    new: int


class Differences:
    """What differs between what was known at two moments.

    Attributes:
        compared: How many registers are known at both.
        found: Those that differ, or have changed meanwhile, by index.
    """

    def __init__(self, before: Moment, after: Moment) -> None:
        self._before, self._after = before.samples, after.samples
        self._seen = not before.file and not after.file
        self._known: set[int] = set()
        self.found: dict[int, Difference] = {}
        self.look(list(before.samples))

    @property
    def compared(self) -> int:
        """How many registers are known at both moments."""
        return len(self._known)

    def look(self, indices: Iterable[int]) -> None:
        """Look again at some registers."""
        for index in indices:
            old, new = self._before.get(index, UNREAD), self._after.get(index, UNREAD)
            if old.value is None or new.value is None:
                continue
            self._known.add(index)
            if old.value != new.value or (self._seen and old.changed != new.changed):
                self.found[index] = Difference(old.value, new.value)
            else:
                self.found.pop(index, None)


def moved_fields(register: Register, old: int, new: int, known: Known = NOTHING_KNOWN) -> list[str]:
    """The fields that differ between two words: ``MODE slow → fast``."""
    before = {each.field.name: each.text for each in decode(register, old, known)}
    return [
        f"{each.field.name} {before[each.field.name]} → {each.text}"
        for each in decode(register, new, known)
        if before.get(each.field.name, each.text) != each.text
    ]


class DifferenceSheet(ChoiceSheet[int]):
    """The registers that differ between two moments; Enter goes to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(0,-1)", show=False),
        Binding("right,l", "turn(0,1)", show=False),
        Binding("comma,less_than_sign", "turn(1,-1)", show=False),
        Binding("full_stop,greater_than_sign", "turn(1,1)", show=False),
    ]

    def __init__(self, main: MainScreen) -> None:
        super().__init__()
        self._main = main
        kept = main.moments.kept
        self._moments = [*kept, main.moments.now]
        self._sides = [
            kept.index(main.marks.moment) if main.marks.moment in kept else len(kept) - 1,
            len(kept),
        ]
        self._compare()

    def on_mount(self) -> None:
        """Go on looking."""
        super().on_mount()
        self.set_interval(_REFRESH, self._look_again)

    def take_key(self, key: str, character: str | None) -> bool:
        """Go back by the key that opened it; mark anew by the key that marks."""
        keyboard = self._main.keyboard
        if key in keyboard.keys("differences"):
            self.action_back()
        elif key in keyboard.keys("mark"):
            self.action_mark()
        else:
            return False
        return True

    def _compare(self) -> None:
        before, after = (self._moments[side] for side in self._sides)
        self._differences = Differences(before, after)
        self._order = sorted(self._differences.found)[:_MOST]

    def _look_again(self) -> None:
        self._differences.look(node.index for node in self._main.live.sampled)
        here = self._order[self.at] if self._order else None
        self._order = sorted(self._differences.found)[:_MOST]
        # The cursor stays on its register, whatever comes in above it.
        if here in self._differences.found:
            self.at = self._order.index(here)
        self._write()

    # --- what is shown -----------------------------------------------------------------------

    def title_text(self) -> str:
        """Between what and what."""
        before, after = (self._moments[side].name for side in self._sides)
        listed, compared = self._differences.found, self._differences.compared
        returned = sum(each.old == each.new for each in listed.values())
        differ = len(listed) - returned
        verb = "differs" if differ == 1 else "differ"
        again = f", {returned} changed and came back" if returned else ""
        more = f"; the first {_MOST} here" if len(listed) > _MOST else ""
        return clean(f"{before} → {after}: {differ} of {compared} registers {verb}{again}{more}")

    def choices(self, width: int) -> Sequence[Line]:
        """Each register with what it was, what it is, and the fields that differ."""
        nodes = self._main.map.nodes
        names = max((width_of(nodes[index].path) for index in self._order), default=0)
        room = min(names, max(width // 3, 8))
        return [self._line(index, room) for index in self._order]

    def _line(self, index: int, room: int) -> Line:
        node = self._main.map.nodes[index]
        old, new = self._differences.found[index]
        name = fit(squeeze(clean(node.path), room), room)
        if old == new:
            words = f"  {ValueFormat.MAP.text(node.register, new)}  changed, and is the same again"
            return (f"{RETURNED} ", "fading"), (name, "text"), (words, "dim")
        fields = moved_fields(node.register, old, new, self._main.live.known(node))
        was, now = (ValueFormat.MAP.text(node.register, word) for word in (old, new))
        values = f"  {was} → {now}"
        words = clean(" · ".join(fields))
        return (f"{DIFFERS} ", "changed"), (name, "text"), (values, "strong"), (f"  {words}", "dim")

    def keys(self) -> Keys:
        """The keys that matter here."""
        return (
            ("Enter", "goes there", "screen.take"),
            ("← →", "since when", "screen.turn(0,-1)"),
            ("< >", "until when", "screen.turn(1,-1)"),
            (self._main.keyboard.label("mark"), "mark anew", "screen.mark"),
            ("Esc", "back", "screen.back"),
        )

    # --- what is done ------------------------------------------------------------------------

    def action_turn(self, side: int, step: int) -> None:
        """Compare with another moment on one side, but for the one on the other side."""
        count, other = len(self._moments), self._sides[1 - side]
        at = (self._sides[side] + step) % count
        self._sides[side] = (at + step) % count if at == other else at
        self.at = 0
        self._compare()
        self._write()

    def action_mark(self) -> None:
        """Mark now, and list what differs from then on."""
        self._main.moments.mark()
        kept = self._main.moments.kept
        self._moments = [*kept, self._main.moments.now]
        self._sides = [len(kept) - 1, len(kept)]
        self._compare()
        self._write()

    def action_take(self) -> None:
        """Go to that register."""
        self.dismiss(self._order[self.at] if self._order else None)
