"""The screen: what stands where, which keys go where, and when it is painted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from inspector.errors import UsageError
from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.unstated import unstated
from inspector.ui.actions import Actions
from inspector.ui.bars import TabLine
from inspector.ui.commands import Place
from inspector.ui.condition import PlaceWords, place_words
from inspector.ui.copying import Copying
from inspector.ui.detail import Detail
from inspector.ui.edits import Edits
from inspector.ui.filters import Filters
from inspector.ui.finding import Finding
from inspector.ui.history import History
from inspector.ui.jumps import Jumps
from inspector.ui.keyboard import Keyboard
from inspector.ui.keys import Hints
from inspector.ui.lines import Beside, Frame
from inspector.ui.live import Live, SessionFactory
from inspector.ui.marks import Marks
from inspector.ui.moments import Moments
from inspector.ui.notices import Notices
from inspector.ui.painting import Painting
from inspector.ui.reading import Reading
from inspector.ui.reference import Reference
from inspector.ui.regions import Regions
from inspector.ui.remembered import Remembered
from inspector.ui.sidebar import Sidebar
from inspector.ui.situation import situation
from inspector.ui.table import RegisterTable
from inspector.ui.viewing import Viewing
from inspector.ui.watching import Watching
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.ui.boards import Boards
    from inspector.ui.compare import Comparing, Contracts

_HEARTBEAT = 0.25
"""Seconds between looks at the clock: for ages, fading, and a bus that does not answer."""

_ASTIR = 3.0
"""For how many seconds after news there may be something to fade."""

_SLOWER = 4
"""How many times as long it is to the next look where there is nothing new: what counts seconds differs."""


class MainScreen(Actions):
    """The register table and all that stands around it.

    It owns what is shown and selected. What the hardware holds comes from `Live`; what is done to it
    goes through `Reading` and `Edits`, which only hand jobs over.
    """

    class Woken(Message):
        """Something has arrived from the bus's thread."""

    class Settled(Message):
        """A stage of the start is over: the first paint, the opening."""

    class Unusable(Message):
        """A word of the person is wrong, so there is nothing to show on this screen."""

        def __init__(self, screen: MainScreen, error: UsageError) -> None:
            super().__init__()
            self.screen = screen
            self.error = error

    def __init__(
        self,
        register_map: RegisterMap,
        open_session: SessionFactory | None,
        *,
        folded: bool = False,
        remembered: Remembered | None = None,
        keyboard: Keyboard | None = None,
        view_only: bool = False,
        greets: bool = False,
    ) -> None:
        """Show a map; with no way to open it yet, only what the map says.

        Args:
            register_map: The map.
            open_session: Opens it on its backends; None where that must be asked first.
            folded: Whether every region starts folded, so that no register is read.
            remembered: What is remembered of the map's layout.
            keyboard: Which keys do what; each command's own where left out.
            view_only: Whether all that changes or disturbs the hardware is refused.
            greets: Whether the message line tells the keys that matter while there is no message.
        """
        super().__init__()
        self.greets = greets
        self.view_only = view_only
        self.keyboard = keyboard or Keyboard()
        self.map = register_map
        self.remembered = remembered or Remembered(register_map)
        self.live = Live(register_map, self._wake)
        self.live.unasked = open_session is None
        self.factory = open_session
        self.marks = Marks(self.live.samples)
        self.boards: Boards | None = None
        self.comparing: Comparing | None = None
        self.table = RegisterTable(
            register_map,
            self.live.samples,
            self.place_status,
            self.marks,
            self.keyboard,
            folded=folded,
            id="table",
        )
        self.detail = Detail(self.keyboard, id="detail")
        self.sidebar = Sidebar(self.table.rows, self.live, self.place_status, id="sidebar")
        self.edits = Edits(self)
        self.finding = Finding(self)
        self.reading = Reading(self)
        self.regions = Regions(self)
        self.history = History(self)
        self.reference = Reference(self)
        self.viewing = Viewing(self)
        self.watching = Watching(self)
        self.filters = Filters(self)
        self.jumps = Jumps(self)
        self.moments = Moments(self)
        self.copying = Copying(self)
        self.notices = Notices()
        self._tabs = TabLine(id="tabs")
        self._painting = Painting(self)
        self._heard = 0.0
        self._beats: Timer | None = None
        self._begun = False
        self._statuses: dict[str, PlaceWords] = {}
        if not folded:
            self.regions.recall()

    def compose(self) -> ComposeResult:
        """The contract above, the registers with their regions and details, the keys below."""
        yield self._tabs
        yield self._painting.top
        with Frame(id="body"):
            with Beside(id="upper"):
                with Frame(id="left"):
                    yield self.sidebar
                with Frame(id="centre"):
                    yield self._painting.place
                    yield self.table
            yield self.detail
        yield self._painting.message
        yield self._painting.keys

    def on_mount(self) -> None:
        """Give the table the keys and start to look at the clock."""
        self.table.focus()
        self.jumps.moved()
        self.watching.recall()
        self.query_one("#left").styles.width = self.sidebar.wanted_width()
        self._beat_in(_HEARTBEAT)

    def on_register_table_painted(self) -> None:
        """Open the map, now that it is on the screen; whatever opening takes, that much is there."""
        self.post_message(self.Settled())
        self._begin()

    def _begin(self) -> None:
        if self.factory is not None and not self._begun:
            self.open(self.factory)

    def on_unmount(self) -> None:
        """Stop polling and close what is open; a bus that hangs is not waited for."""
        self.live.stop()
        if not self.view_only:
            self.remembered.save()

    def open(self, factory: SessionFactory) -> None:
        """Open the map on its backends, on another thread."""
        self.factory = factory
        self._begun = True
        self.live.open(factory)

    # --- what arrives ------------------------------------------------------------------------

    def _wake(self) -> None:
        try:
            self.post_message(self.Woken())
        except RuntimeError:
            # The loop has ended: the app is gone and nobody is interested any more.
            return

    def on_main_screen_woken(self) -> None:
        """Take in what arrived, and paint what differs."""
        if not self._astir:
            self._beat_in(_HEARTBEAT)
        self._heard = time.monotonic()
        if self._take():
            self.repaint()
            if self.boards is not None:
                self.boards.follow(self)

    def _take(self) -> bool:
        opening, before = self.live.opening, self.live.regions
        news = self.live.take()
        for name, status in self.live.regions.items() if self.live.regions is not before else ():
            lost = name in before and before[name].state.name == "REVOKED"
            if lost and status.state.name == "OPEN":
                armed = "armed" if status.armed else "read-only"
                self.notices.say(f"region {name} is back: {armed}, and identified again", "good")
        if opening and not self.live.opening:
            self._opened()
        return news

    def _opened(self) -> None:
        error = self.live.error
        if isinstance(error, UsageError):
            self.post_message(self.Unusable(self, error))
        elif error is not None:
            self.say(error_text(error), "wrong")
        else:
            if text := unstated(self.map.nodes).text:
                self.say(f"! {text}", "changed")
            # Where a map's bind found nothing here, what is shown may be another device.
            for warning in self.map.warnings:
                if warning.rule == "bind":
                    self.say(f"! {warning.message}", "changed")
        self.watch_visible()
        self.post_message(self.Settled())

    @property
    def _astir(self) -> bool:
        return time.monotonic() - self._heard < _ASTIR

    def _beat_in(self, seconds: float) -> None:
        if self._beats is not None:
            self._beats.stop()
        self._beats = self.set_timer(seconds, self._beat)

    def _beat(self) -> None:
        self._beat_in(_HEARTBEAT if self._astir else _HEARTBEAT * _SLOWER)
        # A window with no room for the table never paints it.
        self._begin()
        self._take()
        self.notices.expire()
        self.filters.follow()
        self.repaint()

    # --- painting ----------------------------------------------------------------------------

    def place_status(self, region: str) -> PlaceWords:
        """How a region is; worked out once for each painting."""
        words = self._statuses.get(region)
        if words is None:
            folded = region in self.table.rows.folded
            words = place_words(self.live, region, self.keyboard, folded=folded)
            if self.comparing is not None:
                words = self.comparing.place(words, region)
            self._statuses[region] = words
        return words

    def repaint(self) -> None:
        """Paint what differs from what is painted; nothing where nothing does."""
        if not self.is_mounted or not self.size or not self.in_front:
            return
        self._statuses.clear()
        self._painting.paint(time.monotonic())

    def present_tabs(self) -> None:
        """Show the other boards, where there are any that are in sight nowhere else."""
        boards = self.boards
        shown = boards is not None and len(boards.tabs) > (1 if self.comparing is None else 2)
        if self._tabs.display != shown:
            self._tabs.display = shown
        if boards is not None and shown:
            self._tabs.put(boards.line(self.size.width))

    def situation(self) -> Hints:
        """The keys that matter now."""
        return situation(self)

    def watch_visible(self) -> None:
        """Have what is in sight read, and the selected register with it."""
        nodes = self.table.in_sight()
        selected = self.table.selected
        if selected is not None and selected not in nodes:
            nodes.append(selected)
        if not self.in_front:
            return
        self.live.watch(nodes)
        partner = self.partner
        if partner is not None:
            partner.live.watch(nodes)

    @property
    def in_front(self) -> bool:
        """Whether it is the board in sight, whatever stands over it."""
        return self.boards is None or self.boards.front is self

    @property
    def partner(self) -> MainScreen | None:
        """The screen of the board that this one is compared with, or None."""
        return None if self.comparing is None else self.comparing.partner

    # --- messages ----------------------------------------------------------------------------

    def say(self, text: str, look: str = "text", node: RegisterNode | None = None) -> None:
        """Show a message; an error stays until something else is said or Escape is pressed."""
        self.notices.say(text, look, node)
        self.repaint()

    def barred(self, text: str = "nothing is changed or disturbed from here") -> bool:
        """Whether this screen is for looking only; if so, say what that means here."""
        if self.view_only:
            self.say(f"{self.locked}: {text}", "changed")
        return self.view_only

    @property
    def locked(self) -> str:
        """What the top line says in place of armed or not; empty where writes are possible."""
        if not self.view_only:
            return ""
        return "READ-ONLY (served)" if self.app.is_web else "VIEW ONLY"

    def report(self, text: str) -> None:
        """Say what broke; called on any thread."""
        self.live.hand(lambda words: self.say(words, "wrong"), f"! {text}")

    def go_to(self, node: RegisterNode, field: Field | None) -> None:
        """Select a register, and a field of it."""
        self.table.select(node)
        self.jumps.moved(jump=True)
        self.table.focus()
        self.repaint()
        if field is not None and not field.hidden:
            self.detail.choose(field)

    def widget_of(self, place: Place) -> Widget:
        """What must have the keys for a place's commands."""
        places: dict[Place, Widget | None] = {
            Place.TABLE: self.table,
            Place.BITS: self.detail,
            Place.REGIONS: self.sidebar,
            Place.WATCH: self.watching.pane,
        }
        return places.get(place) or self

    # --- keys --------------------------------------------------------------------------------

    def take_key(self, key: str, character: str | None) -> bool:
        """Give what is typed to the search or the edit, before any binding sees it; whether one took it."""
        if character is None and key in self.keyboard.keys("help"):
            return False
        self.notices.seen()
        taken = (
            self.finding.key(key, character)
            or self.edits.key(key, character)
            or self.copying.key(key, character)
        )
        if taken:
            self.repaint()
        return taken

    def on_paste(self, event: events.Paste) -> None:
        """Give what is pasted to the search or the edit."""
        if self.finding.paste(event.text) or self.edits.paste(event.text):
            event.stop()
            self.repaint()

    def on_register_table_selected(self) -> None:
        """Show the newly selected register; an edit of the one before ends without a write."""
        if self.reading.asked is not self.table.selected:
            self.reading.forget()
        self.edits.leave_if_elsewhere()
        self.jumps.moved()
        self.watch_visible()
        self.repaint()

    def on_register_table_scrolled(self) -> None:
        """Read what has come into sight."""
        self.watch_visible()
        self.repaint()

    def on_register_table_edit_asked(self) -> None:
        """Edit the value."""
        self.edits.begin(None)

    def on_register_table_rearranged(self) -> None:
        """Remember the columns."""
        self.viewing.remember()

    def on_register_table_unfold_asked(self) -> None:
        """Unfold what is folded there."""
        self.regions.fold()

    def on_register_table_fold_asked(self, message: RegisterTable.FoldAsked) -> None:
        """Fold what begins there."""
        self.regions.fold_whole(message.fold)

    def on_contracts_chosen(self, message: Contracts.Chosen) -> None:
        """Bring the target to the front whose contract was clicked."""
        if self.boards is not None:
            self.boards.show_compared(message.number)

    def on_detail_moved(self) -> None:
        """Paint where the cursor is."""
        self.repaint()

    def on_detail_picked(self, message: Detail.Picked) -> None:
        """Go on with the edit at what was clicked."""
        self.edits.pick(message.bit, message.field)

    def on_detail_flip_asked(self) -> None:
        """Flip the bit."""
        self.edits.flip()

    def on_detail_edit_asked(self) -> None:
        """Edit the field."""
        self.edits.begin(self.detail.field)

    def on_sidebar_chosen(self, message: Sidebar.Chosen) -> None:
        """Bring the place to the top of the table."""
        self.table.select_place(message.place)
        self.jumps.moved(jump=True)

    def on_sidebar_left(self) -> None:
        """Give the keys to the table."""
        self.table.focus()

    def on_descendant_focus(self) -> None:
        """Show the keys of what has the keys now."""
        self.repaint()

    def on_resize(self) -> None:
        """Paint all for the new size, once everything has found its place."""
        self.call_after_refresh(self.repaint)
