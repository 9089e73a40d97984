"""A map on two targets: the screen of one with the other beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from inspector.errors import InspectorError
from inspector.ui.bars import Bar
from inspector.ui.beside import Beside, OtherTarget, Side
from inspector.ui.condition import condition, condition_notices
from inspector.ui.filters import Filter
from inspector.ui.lines import Line, LineBar, Span, clean, squeeze
from inspector.ui.live import waits
from inspector.ui.status import top_line
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterNode
    from inspector.session import Session
    from inspector.session.capture import Capture
    from inspector.ui.condition import PlaceWords
    from inspector.ui.screen import MainScreen


_ROOMY = 8
"""Rows from which on there is room for two contracts."""


class Contracts(LineBar):
    """The contracts of both targets, one below the other, always in the same order."""

    DEFAULT_CSS = """
    Contracts { height: 2; }
    """

    class Chosen(Message):
        """One of them was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def on_click(self, event: events.Click) -> None:
        """Bring that target to the front."""
        self.post_message(self.Chosen(event.y))


class Comparing:
    """What one of two screens shows of the other's target, while they are compared.

    Attributes:
        partner: The other screen.
        target: Its target, as this screen sees it.
    """

    def __init__(
        self, screen: MainScreen, partner: MainScreen, names: tuple[str, str], *, first: bool
    ) -> None:
        """Compare.

        Args:
            screen: The screen.
            partner: The other one.
            names: What the two are called, the screen's own first.
            first: Whether this is the first of the two.
        """
        here, there = (1, 2) if first else (2, 1)
        self._screen = screen
        self.partner = partner
        self._sides = Side(screen.live, names[0], here), Side(partner.live, names[1], there)
        self.target = OtherTarget(screen.map, *self._sides, screen.keyboard)
        # Two targets of one name are told apart by the numbers before their names.
        other = names[1] if names[0] != names[1] else f"{there} {names[1]}"
        self._filter = Filter(f"differs from {clean(other)}", self.target.differing)
        self._contracts = Contracts(id="contracts")

    def begin(self) -> None:
        """Show the other target from now on."""
        screen = self._screen
        screen.marks.target = self.target
        screen.moments.kept.append(self.target.moment)
        screen.filters.all = (self._filter, *screen.filters.all)
        screen.query_one("#top", Bar).display = False
        screen.mount(self._contracts, after="#top")
        screen.moments.compare_with(self.target.moment)

    def end(self) -> None:
        """Show this target alone from now on."""
        screen = self._screen
        if self._filter in screen.filters.chosen:
            screen.filters.drop()
        screen.filters.all = tuple(each for each in screen.filters.all if each is not self._filter)
        screen.moments.drop(self.target.moment)
        screen.marks.target = None
        self._contracts.remove()
        screen.query_one("#top", Bar).display = True

    # --- painting ----------------------------------------------------------------------------

    def present(self, region: str) -> None:
        """Show both contracts as they are in a region; where there is room for one line, this one's."""
        width, height = self._screen.size
        lines: list[Line] = []
        grounds: dict[int, str] = {}
        sides = self._sides[:1] if height < _ROOMY else sorted(self._sides, key=lambda side: side.number)
        for side in sides:
            mine = side is self._sides[0]
            name = squeeze(clean(side.name), max(width // 4, 12))
            label: Line = (
                ("▌" if mine else " ", "focus"),
                (f"{side.number} {name}", "strong" if mine else "text"),
            )
            line, ground = top_line(self._screen.map, side.live, region, width, label=label)
            grounds[len(lines)] = ground
            lines.append(line)
        self._contracts.show(lines, grounds)

    def place(self, words: PlaceWords, region: str) -> PlaceWords:
        """How a region is, with what is amiss with it on the other target."""
        there = self.target.place(region)
        if not (there.closed or there.stalled):
            return words
        text, look = words.status
        said = f"{self.target.short}: {there.claim[0]}"
        return words._replace(status=(f"{text} · {said}", there.claim[1] or look))

    def notices(self, node: RegisterNode) -> list[Span]:
        """What the panel says of a register on the other target: what is wrong, and why."""
        live, name = self.target.live, clean(self.target.name)
        region = node.region.name
        state = condition(live, region)
        if state.closed:
            error = live.refusal(region)
            why = "" if error is None else f": {error_text(error)}"
            return [(f"{state.glyph} {self.target.short} {name}: {state.value}{why}.", state.look)]
        said: list[Span] = [
            (f"{self.target.short} {name}: {text}", look)
            for text, look in condition_notices(live, region, self._screen.keyboard)
        ]
        sample = live.sample(node)
        if sample.error is not None and not waits(sample):
            said.append((f"! {self.target.short} {name}: {error_text(sample.error)}.", "wrong"))
        return said

    @property
    def shown(self) -> bool:
        """Whether the other target is what is compared with, and no mark or snapshot."""
        return self._screen.marks.beside is not None

    def beside(self, node: RegisterNode) -> Beside | None:
        """The register on the other target, while that is what is compared with."""
        target = self._screen.marks.beside
        return None if target is None else target.of(node)

    # --- only what differs -------------------------------------------------------------------

    def only_differing(self) -> None:
        """Show only what differs, once all is read that is safe to read; or all again."""
        screen = self._screen
        if self._filter in screen.filters.chosen:
            screen.filters.drop()
            return
        self._read_both()

    def filter_as(self, other: Comparing) -> None:
        """Show only what differs where the other screen does, or all where that does."""
        screen = self._screen
        wanted = other._filter in other._screen.filters.chosen
        if wanted and self._filter not in screen.filters.chosen:
            screen.filters.choose(self._filter)
        elif not wanted and self._filter in screen.filters.chosen:
            screen.filters.drop()

    def _read_both(self) -> None:
        from inspector.session.capture import Capture

        screen = self._screen
        folded = [region.name for region in screen.map.regions if region.name in screen.table.rows.folded]
        self._read(screen, Capture(screen.map, folded), lambda: self._read_there(Capture(screen.map, folded)))

    def _read_there(self, capture: Capture) -> None:
        self._read(self.partner, capture, self._show_differing)

    def _show_differing(self) -> None:
        screen = self._screen
        if self.target.differing():
            screen.filters.choose(self._filter)
        else:
            screen.say("nothing differs in what can be read on both, but for what is volatile", "good")

    def _read(self, screen: MainScreen, capture: Capture, then: Callable[[], None]) -> None:
        """Read all that is safe to read of one target, in steps, so that the live values go on."""

        def step(session: Session) -> bool:
            return capture.read_on(session)

        def done(outcome: bool | InspectorError) -> None:
            if isinstance(outcome, InspectorError):
                self._screen.say(error_text(outcome), "wrong")
                then()
            elif outcome:
                self._screen.say(f"reading both targets: {capture.part} %", "dim")
                screen.live.submit(step, done)
            else:
                self._screen.notices.unsay()
                screen.live.keep_newer(capture.samples)
                then()

        if not screen.live.submit(step, done):
            then()
