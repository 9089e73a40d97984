"""Reading once, trying again and arming: what a person asks of the hardware besides an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.model.safety import Skip
from inspector.ui.words import address_text, error_text

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterNode
    from inspector.session import Sample, Session
    from inspector.ui.screen import MainScreen

_ACTS = (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT)


class Reading:
    """Hands these over to the bus's thread, after asking where they have a consequence.

    Attributes:
        asked: The register whose read was asked about and waits for a yes, or None.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.asked: RegisterNode | None = None

    def forget(self) -> None:
        """Take a question back."""
        if self.asked is not None:
            self.asked = None
            self._screen.notices.unsay()

    # --- reading -----------------------------------------------------------------------------

    def read_once(self) -> None:
        """Read the selected register once; where reading acts, say so first and wait for a second press."""
        screen = self._screen
        node = screen.table.selected
        if node is None:
            return
        if screen.live.refusal(node.region.name) is not None:
            self._reopen(node)
            return
        session = screen.live.session
        if session is None:
            screen.say("nothing is open yet")
            return
        sample = screen.live.sample(node)
        safety = sample.skipped or node.safety
        if safety.safe or self.asked is node:
            self.asked = None
            self._read(node)
            return
        armed = screen.live.armed(node.region.name)
        if safety.skip in _ACTS and screen.live.real(node.region.name) and not armed:
            screen.say(
                f"{safety.reason}: on hardware that is as good as a write, so arm the region first (a)",
                "wrong",
                node,
            )
            return
        words = {
            Skip.WRITE_ONLY: "write-only: what a read gives means nothing, and it may fault",
            Skip.NO_ACCESS: "the map says it cannot be accessed: a read may fault",
        }
        reason = words.get(safety.skip, safety.reason) if safety.skip else safety.reason
        self.asked = node
        screen.say(f"{reason} — r again reads it, Esc leaves", "changed", node)

    def _read(self, node: RegisterNode) -> None:
        screen = self._screen

        def job(session: Session) -> list[Sample]:
            return session.read([node])

        def done(outcome: list[Sample] | InspectorError) -> None:
            if isinstance(outcome, InspectorError):
                screen.say(f"{node.path}: {error_text(outcome)}", "wrong", node)
                return
            sample = outcome[0]
            screen.live.keep({node.index: sample})
            if sample.error is not None:
                screen.say(f"{node.path}: {error_text(sample.error)}", "wrong", node)
            elif sample.value is not None:
                screen.say(
                    f"{node.path} read once: {screen.table.form.render(sample.value, node.width)}", "good"
                )

        screen.say(f"reading {node.path} …", "dim")
        screen.live.submit(job, done)

    def _reopen(self, node: RegisterNode) -> None:
        screen = self._screen
        name = node.region.name
        if screen.live.session is None:
            if screen.factory is not None and not screen.live.opening:
                screen.say("opening again …", "dim")
                screen.live.open(screen.factory)
            return

        def job(session: Session) -> InspectorError | None:
            opened = session.regions[name]
            session.open(opened)
            return opened.error

        def done(outcome: InspectorError | None) -> None:
            if outcome is None:
                screen.say(f"region {name} is open", "good")
            else:
                screen.say(error_text(outcome), "wrong", node)

        screen.say(f"opening region {name} again …", "dim")
        screen.live.submit(job, done)

    # --- arming ------------------------------------------------------------------------------

    def arm(self) -> None:
        """Arm the selected register's region after asking, or disarm it."""
        screen = self._screen
        node = screen.table.selected
        if node is None:
            return
        region = node.region
        opened = screen.live.opened(region.name)
        if opened is None or screen.live.refusal(region.name) is not None:
            screen.say(f"region {region.name} is not open: there is nothing to arm", "wrong")
        elif not opened.backend.real and screen.live.armed(region.name):
            screen.say("this is simulation, which is always armed: nothing real can be changed")
        elif screen.live.armed(region.name):
            self._set_armed(region.name, False)
        else:
            from inspector.ui.ask import Ask

            where = "" if region.base is None else f" at {address_text(region.base)}"
            screen.app.push_screen(
                Ask(
                    f"Arm region {region.name}{where} on {opened.backend.title} for writing?",
                    (
                        "Until now the kernel holds this program to reading. Armed, an Enter in an edit "
                        "writes to the hardware at once, and reads that act become possible. A wrong "
                        "write can stop or damage what is connected.",
                        "Only this region is armed. The first line changes its colour meanwhile, and a "
                        "disarms it.",
                    ),
                    "arm it",
                    "stay read-only",
                ),
                lambda yes: self._set_armed(region.name, True) if yes else None,
            )

    def _set_armed(self, name: str, armed: bool) -> None:
        screen = self._screen

        def job(session: Session) -> None:
            opened = session.regions[name]
            if armed:
                session.arm(opened)
            else:
                session.disarm(opened)

        def done(outcome: InspectorError | None) -> None:
            if outcome is not None:
                screen.say(error_text(outcome), "wrong")
            else:
                screen.say(f"region {name} is {'armed' if armed else 'read-only again'}", "good")

        screen.live.submit(job, done)
