"""The app: a map on its backends, on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.notifications import SeverityLevel

from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.ui import themes
from inspector.ui.bars import TabLine
from inspector.ui.board import FIRST, Board, FindBoard
from inspector.ui.command import bindings
from inspector.ui.commands import COMMANDS
from inspector.ui.consent import Consents
from inspector.ui.keyboard import Keyboard
from inspector.ui.live import SessionFactory
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from inspector.ui.settings import Settings
from inspector.ui.words import error_text


@runtime_checkable
class TakesKeys(Protocol):
    """A screen on which something can be typed."""

    def take_key(self, key: str, character: str | None) -> bool:
        """Take a key before any binding sees it; whether it was wanted."""


if TYPE_CHECKING:
    from inspector.ui.boards import Boards


class InspectorApp(App[None]):
    """The interactive inspector.

    Attributes:
        failure: Why the map could not be opened at all, where that was a wrong word of the person; the
            app has ended then.
        ended_by: The number of the signal that ended it, or 0.
        keyboard: Which keys do what.
        settings: What is remembered of the person.
    """

    TITLE = "inspector"
    CSS = """
    MainScreen { background: $background; layout: vertical; }
    #top { height: 1; }
    #body { height: 1fr; layout: vertical; }
    #upper { height: 1fr; }
    #centre { width: 1fr; height: 1fr; }
    #place { height: 1; display: none; }
    #table { height: 1fr; }
    #left { width: 20; }
    #sidebar { width: 1fr; height: 1fr; }
    #detail { height: 43%; min-height: 3; max-height: 22; }
    #message { height: 1; }
    #keys { height: 1; }
    MainScreen.-narrow #left, MainScreen.-narrow #sidebar { display: none; }
    MainScreen.-narrow #place { display: block; }
    MainScreen.-short #detail, MainScreen.-tiny #detail { display: none; }
    MainScreen.-tiny #place { display: none; }
    MainScreen.-tiny #contracts { height: 1; }
    MainScreen.-wide #body { layout: horizontal; }
    MainScreen.-wide #upper { width: 1fr; height: 100%; }
    MainScreen.-wide #detail { width: 75; height: 100%; max-height: 100%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS)

    DEFAULT_MODE = FIRST

    def __init__(
        self,
        register_map: RegisterMap,
        open_session: SessionFactory,
        *,
        simulate: SessionFactory | None = None,
        hardware: Mapping[str, str] | None = None,
        consents: Consents | None = None,
        remembered: Remembered | None = None,
        folded: bool = False,
        keyboard: Keyboard | None = None,
        settings: Settings | None = None,
        theme: str = themes.DARK,
        greet: bool = False,
        mistakes: Sequence[str] = (),
        view_only: bool = False,
        settled: Callable[[], None] | None = None,
        name: str = "",
        others: Sequence[Board] = (),
        compared: bool = False,
        find_board: FindBoard | None = None,
    ) -> None:
        """Show a map.

        Args:
            register_map: The map.
            open_session: Opens it on its backends; called on a thread of its own.
            simulate: Opens it in simulation instead, where the person declines hardware.
            hardware: The regions that the map itself would open on hardware, with the backend's word:
                asked about first, unless ``consents`` remembers a yes for the file's content.
            consents: Remembers.
            remembered: What is remembered of the map's layout; the user's own where left out.
            folded: Whether every region starts folded, so that no register is read.
            keyboard: Which keys do what; each command's own where left out.
            settings: What is remembered of the person; the user's own where left out.
            theme: The colours to start with, by a theme's name.
            mistakes: What is wrong with the file of keys, to be said at the start.
            view_only: Whether all that changes or disturbs the hardware is refused.
            greet: Whether a person who has never been here is told the keys that matter.
            settled: Called when the first paint is out, and again when the map is open.
            name: What its tab says, where there are others.
            others: More boards, each in a tab of its own.
            compared: Whether the first of them is this map on another target, shown beside this one.
            find_board: Gives the board that a person types, to be opened in another tab; called on a
                thread of its own.
        """
        super().__init__(ansi_color=True if themes.no_color() else None)
        self.map = register_map
        self._shown = (Board(register_map, open_session, simulate, name, hardware or {}), *others)
        self._compared = compared
        self._find_board = find_board
        self.boards: Boards | None = None
        self._added: list[MainScreen] = []
        self.failure: UsageError | None = None
        self.ended_by = 0
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._consents = consents or Consents()
        self._unasked: list[tuple[MainScreen, Board]] = []
        self._remembered = remembered
        self._folded = folded
        self.keyboard = keyboard or Keyboard()
        self.set_keymap(self.keyboard.keymap)
        self.settings = settings or Settings()
        self._mistakes = mistakes
        self._view_only = view_only
        self._greet = greet and self.settings.get("greeted") is not True
        for each in themes.THEMES.values():
            self.register_theme(each)
        self._begin_with(theme)
        self._settled = settled
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-short"), (14, "-high")]

    # --- ending ------------------------------------------------------------------------------

    def on_load(self) -> None:
        """Before the terminal is changed: from now on a signal ends the app in good order."""
        self._event_loop = asyncio.get_running_loop()

    def end(self, signal_number: int) -> None:
        """End because of a signal; called on the main thread, between any two instructions."""
        self.ended_by = signal_number
        if self._event_loop is None or self._event_loop.is_closed():
            raise SystemExit(128 + signal_number)
        self._event_loop.call_soon_threadsafe(self.exit)

    def report(self, text: str) -> None:
        """Say what broke in a thread; called on any thread."""
        self.main.report(text)

    # --- colours -----------------------------------------------------------------------------

    def _begin_with(self, theme: str) -> None:
        """Take the first theme's colours, before any style is parsed."""
        if self.available_themes[theme].ansi:
            self.theme = theme
            return
        # Assigned, it would have every style parsed anew twice before the first paint.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def choose_theme(self, name: str) -> None:
        """Put on other colours, and remember them for the person."""
        if themes.no_color():
            self.main.say("NO_COLOR is set, so there are no colours to choose")
            return
        self.theme = name
        self.settings.put("theme", name)
        self.main.say(f"colours: {themes.TITLES.get(name, name)}")

    def action_next_theme(self) -> None:
        """Put on the next colours."""
        self.choose_theme(themes.after(self.theme))

    def action_take_picture(self) -> None:
        """Save the screen as a picture."""
        if self.main.barred("nothing is saved here"):
            return
        try:
            path = self.save_screenshot()
        except OSError as error:
            self.main.say(f"no picture was saved: {error.strerror} ({error.filename})", "wrong")
        else:
            self.main.say(f"saved {path}", "good")

    # --- words -------------------------------------------------------------------------------

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say what Textual has to say in the message line: nothing floats over the registers."""
        self.main.say(message, "text" if severity == "information" else "wrong")

    def action_help_quit(self) -> None:
        """Say how to leave: what interrupts other programs is no reason to end this one."""
        quits = [key for key in (self.keyboard.label("quit"), "Ctrl+Q") if key]
        self.main.say(f"{' or '.join(quits)} quits")

    # --- keys --------------------------------------------------------------------------------

    def action_command_palette(self) -> None:
        """Offer every command."""
        from inspector.ui.palette import open_palette

        if isinstance(self.screen, MainScreen):
            open_palette(self)

    def action_go(self) -> None:
        """Offer the registers."""
        from inspector.ui.palette import open_registers

        open_registers(self)

    def action_board(self, step: int) -> None:
        """Bring the next board to the front."""
        if self.boards is None or not self.boards.several:
            opens = self.keyboard.clause("palette", ": {} opens a map in another tab")
            self.main.say(f"there is one board only{opens}")
        else:
            self.boards.step(step)

    def action_open_map(self) -> None:
        """Ask for a map to be opened in another tab."""
        if self.main.barred("no other map is opened here"):
            return
        from inspector.ui.openmap import ask_for_map

        ask_for_map(self)

    def open_board(self, text: str) -> None:
        """Open what a person typed in another tab, once it is loaded."""
        from inspector.ui.openmap import find

        if self._find_board is None:
            self.main.say("no other map can be opened here")
        else:
            find(self, self._find_board, text)

    async def action_close_board(self) -> None:
        """Close the board in front; the last one stays."""
        if self.boards is None or not self.boards.several:
            self.main.say(f"this is the only board{self.keyboard.clause('quit', ': {} quits')}")
            return
        name = await self.boards.close(self.boards.current)
        self.main.say(f"{name} is closed", "good")

    def on_tab_line_chosen(self, message: TabLine.Chosen) -> None:
        """Bring the board to the front whose tab was clicked."""
        number = None if self.boards is None else self.boards.at(message.column, self.size.width)
        if self.boards is not None and number is not None:
            self.boards.show(number)

    async def on_event(self, event: events.Event) -> None:
        """Do what a key of the main screen does when it comes, and not once it has passed every widget.

        Of keys that come in one go, as they do over a slow line, the later ones would be past the edit
        before the first has opened it, and what was meant as a value would be commands.
        """
        if self._greet and isinstance(event, (events.Key, events.MouseDown)):
            self._greet = self.main.greets = False
            self.settings.put("greeted", True)
        if isinstance(event, events.Key) and (event.is_forwarded or await self._taken(event)):
            # One that comes back here has been through everything. It may come late, when the sheet that it
            # was meant for is gone, and would be a command then.
            return
        await super().on_event(event)

    async def _taken(self, event: events.Key) -> bool:
        """Do what a key does on the screen in front; whether it does anything there."""
        screen = self.screen
        if not isinstance(screen, (MainScreen, TakesKeys)):
            return False
        if screen.take_key(event.key, event.character) or await self._check_bindings(event.key):
            return True
        return event.key in self.keyboard.keys("help") and self._help(event)

    def _help(self, event: events.Key) -> bool:
        """Show the keys of the sheet in front; whether it is one on which that can be asked for."""
        from inspector.ui.ask import Sheet
        from inspector.ui.help import Help

        sheet = self.screen
        if not isinstance(sheet, Sheet) or (sheet.types and event.character is not None):
            return False
        self.push_screen(Help(self.keyboard, sheet.situation()))
        return True

    # --- screens -----------------------------------------------------------------------------

    def get_default_screen(self) -> MainScreen:
        """The first board's; as a mode it would have every style parsed twice before the first paint."""
        return self._screen_of(self._shown[0])

    def _screen_of(self, board: Board) -> MainScreen:
        """Make a board's main screen; the layout and the greeting that were handed in are the first one's."""
        first = board is self._shown[0]
        asks = bool(board.hardware) and not self._consents.given(board.map.digest)
        screen = MainScreen(
            board.map,
            None if asks else board.open_session,
            folded=self._folded,
            remembered=self._remembered if first else None,
            keyboard=self.keyboard,
            view_only=self._view_only,
            greets=self._greet and first,
        )
        if asks:
            self._unasked.append((screen, board))
        return screen

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever stands over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    async def on_main_screen_unusable(self, message: MainScreen.Unusable) -> None:
        """End: the caller reports it. A board that was opened from here is closed again instead."""
        if message.screen in self._added and self.boards is not None:
            await self.boards.close(self.boards.screens.index(message.screen))
            self.main.say(error_text(message.error), "wrong")
            return
        self.failure = message.error
        self.exit()

    async def _open_others(self) -> None:
        """Open the other boards in tabs of their own; none of that is painted."""
        boards = self._tabs()
        with self.batch_update():
            for board in self._shown[1:]:
                await self._open_tab(board)
            await self.switch_mode(FIRST)
        if self._compared:
            boards.compare()
        boards.show(0)

    async def add_board(self, board: Board) -> None:
        """Show another board in a tab of its own."""
        boards = self._tabs()
        self._added.append(await self._open_tab(board))
        boards.show(len(boards.tabs) - 1)
        self._ask_all()

    async def _open_tab(self, board: Board) -> MainScreen:
        return await self._tabs().open(partial(self._screen_of, board), board.tab)

    def _tabs(self) -> Boards:
        if self.boards is None:
            from inspector.ui.boards import Boards

            self.boards = Boards(self, self.main, self._shown[0].tab)
        return self.boards

    async def on_ready(self) -> None:
        """Say what is wrong with the file of keys, and ask for consent where it is needed."""
        for number, mistake in reversed(list(enumerate(self._mistakes))):
            rest = f" (and {len(self._mistakes) - 1} more: see the messages)" if not number else ""
            self.main.say(mistake + (rest if len(self._mistakes) > 1 else ""), "wrong")
        if len(self._shown) > 1:
            await self._open_others()
        self._ask_all()

    def on_main_screen_settled(self) -> None:
        """Let be done what would have held up the screen."""
        if self._settled is not None:
            self.call_after_refresh(self._settled)

    def _ask_all(self) -> None:
        """Ask what is still to be asked of boards; the first one's question comes to stand in front."""
        while self._unasked:
            self._ask(*self._unasked.pop())

    def _ask(self, screen: MainScreen, board: Board) -> None:
        """Ask whether the hardware is to be opened that a map itself names."""
        from inspector.ui.ask import Ask

        places = ", ".join(f"{region} on {word}" for region, word in board.hardware.items())

        def answered(yes: bool | None) -> None:
            if yes:
                self._consents.give(board.map.digest)
                screen.open(board.open_session)
            elif board.simulate is not None:
                screen.open(board.simulate)
                screen.say("opened in simulation: no hardware is touched", "good")

        self.push_screen(
            Ask(
                f"Open real hardware, as {board.map.file or board.map.name} says?",
                (
                    f"The map itself names it: {places}. It opens read-only, but even reading registers can "
                    "disturb a device, and a wrong address can stop the machine.",
                    "A yes is remembered for this content of the file.",
                ),
                "open the hardware",
                "open in simulation instead",
            ),
            answered,
        )
