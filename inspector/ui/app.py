"""The app: a map on its backends, on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.ui.consent import Consents
from inspector.ui.live import SessionFactory
from inspector.ui.screen import MainScreen


class InspectorApp(App[None]):
    """The interactive inspector.

    Attributes:
        failure: Why the map could not be opened at all, where that was a wrong word of the person; the
            app has ended then.
        ended_by: The number of the signal that ended it, or 0.
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
    #sidebar { width: 20; }
    #detail { height: 43%; min-height: 3; max-height: 22; }
    #message { height: 1; }
    #keys { height: 1; }
    MainScreen.-narrow #sidebar { display: none; }
    MainScreen.-narrow #place { display: block; }
    MainScreen.-short #detail, MainScreen.-tiny #detail { display: none; }
    MainScreen.-tiny #place { display: none; }
    MainScreen.-wide #body { layout: horizontal; }
    MainScreen.-wide #upper { width: 1fr; height: 100%; }
    MainScreen.-wide #detail { width: 75; height: 100%; max-height: 100%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "screen.edit", "Edit", id="edit", show=False),
        Binding("enter", "screen.enter", "Edit", id="enter", show=False),
        Binding("r", "screen.read_once", "Read once", id="read", show=False),
        Binding("space", "screen.space", "Pause", id="space", show=False),
        Binding("plus,equals_sign", "screen.rate(1)", "Faster", id="faster", show=False),
        Binding("minus", "screen.rate(-1)", "Slower", id="slower", show=False),
        Binding("f", "screen.format", "Format", id="format", show=False),
        Binding("slash", "screen.find", "Find", id="find", show=False),
        Binding("n", "screen.next_match(1)", "Next match", id="next-match", show=False),
        Binding("N", "screen.next_match(-1)", "Previous match", id="previous-match", show=False),
        Binding("a", "screen.arm", "Arm", id="arm", show=False),
        Binding("x", "screen.switch", "Shared or exclusive", id="switch", show=False),
        Binding("c", "screen.release", "Release or claim", id="release", show=False),
        Binding("i", "screen.region", "All about the region", id="region", show=False),
        Binding("z", "screen.fold", "Fold", id="fold", show=False),
        Binding("Z", "screen.fold_all", "Fold all", id="fold-all", show=False),
        Binding("u", "screen.undo", "Undo", id="undo", show=False),
        Binding("J", "screen.journal", "Journal", id="journal", show=False),
        Binding("p", "screen.pin", "Watch", id="pin", show=False),
        Binding("y", "screen.copy", "Copy", id="copy", show=False),
        Binding("question_mark,f1", "screen.help", "Help", id="help", show=False),
        Binding("escape", "screen.escape", "Leave", id="leave", show=False),
        Binding("q", "quit", "Quit", id="quit", show=False),
    ]

    def __init__(
        self,
        register_map: RegisterMap,
        open_session: SessionFactory,
        *,
        simulate: SessionFactory | None = None,
        hardware: Mapping[str, str] | None = None,
        consents: Consents | None = None,
        folded: bool = False,
        settled: Callable[[], None] | None = None,
    ) -> None:
        """Show a map.

        Args:
            register_map: The map.
            open_session: Opens it on its backends; called on a thread of its own.
            simulate: Opens it in simulation instead, where the person declines hardware.
            hardware: The regions that the map itself would open on hardware, with the backend's word:
                asked about first, unless ``consents`` remembers a yes for the file's content.
            consents: Remembers.
            folded: Whether every region starts folded, so that no register is read.
            settled: Called when the first paint is out, and again when the map is open.
        """
        super().__init__()
        self.map = register_map
        self.failure: UsageError | None = None
        self.ended_by = 0
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._open_session = open_session
        self._simulate = simulate
        self._consents = consents or Consents()
        self._hardware = {} if self._consents.given(register_map.digest) else dict(hardware or {})
        self._folded = folded
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

    # --- keys --------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Do what a key of the main screen does when it comes, and not once it has passed every widget.

        Of keys that come in one go, as they do over a slow line, the later ones would be past the edit
        before the first has opened it, and what was meant as a value would be commands.
        """
        if (
            isinstance(event, events.Key)
            and not event.is_forwarded
            and isinstance(self.screen, MainScreen)
            and (self.screen.take_key(event) or await self._check_bindings(event.key))
        ):
            return
        await super().on_event(event)

    # --- screens -----------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return MainScreen(self.map, None if self._hardware else self._open_session, folded=self._folded)

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever stands over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    def on_main_screen_unusable(self, message: MainScreen.Unusable) -> None:
        """End: the caller reports it."""
        self.failure = message.error
        self.exit()

    def on_ready(self) -> None:
        """Ask for consent where it is needed."""
        if self._hardware:
            self._ask()

    def on_main_screen_settled(self) -> None:
        """Let be done what would have held up the screen."""
        if self._settled is not None:
            self.call_after_refresh(self._settled)

    def _ask(self) -> None:
        from inspector.ui.ask import Ask

        places = ", ".join(f"{region} on {word}" for region, word in self._hardware.items())

        def answered(yes: bool | None) -> None:
            if yes:
                self._consents.give(self.map.digest)
                self.main.open(self._open_session)
            elif self._simulate is not None:
                self.main.open(self._simulate)
                self.main.say("opened in simulation: no hardware is touched", "good")

        self.push_screen(
            Ask(
                f"Open real hardware, as {self.map.file or self.map.name} says?",
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

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: Textual's own, and the screen's."""
        yield from super().get_system_commands(screen)
        if isinstance(screen, MainScreen):
            yield SystemCommand("Find", "A register, by name, field or text", screen.action_find)
            yield SystemCommand("Pause or go on", "The live refresh", screen.action_pause)
            yield SystemCommand("Faster", "Refresh more often", lambda: screen.action_rate(1))
            yield SystemCommand("Slower", "Refresh less often", lambda: screen.action_rate(-1))
            yield SystemCommand("Value format", "Hexadecimal, decimal, binary", screen.action_format)
            yield SystemCommand("Arm or disarm", "The selected register's region", screen.action_arm)
            yield SystemCommand(
                "Shared or exclusive", "How the selected region is claimed", screen.action_switch
            )
            yield SystemCommand("Release or claim", "The selected region", screen.action_release)
            yield SystemCommand(
                "All about the region", "Address, claim, who else has it", screen.action_region
            )
            yield SystemCommand(
                "Fold or unfold", "The selected region: folded, it is not read", screen.action_fold
            )
            yield SystemCommand("Fold or unfold all", "Every region", screen.action_fold_all)
            yield SystemCommand("Undo", "The last write of this session", screen.action_undo)
            yield SystemCommand("Journal", "What this session did to the hardware", screen.action_journal)
            yield SystemCommand("Read once", "The selected register", screen.action_read_once)
            yield SystemCommand("Watch", "The selected register, or no longer", screen.action_pin)
            yield SystemCommand("All keys and marks", "The help", screen.action_help)
