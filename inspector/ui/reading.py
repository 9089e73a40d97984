"""Reading once, and trying again where that failed: what a person asks of the hardware besides an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.model.safety import Skip
from inspector.ui.condition import condition
from inspector.ui.words import error_text

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
        node, region = screen.table.selected, screen.table.within
        if region is None:
            return
        if screen.live.session is None or condition(screen.live, region.name).closed:
            screen.regions.claim(region)
            return
        if screen.table.window is not None:
            screen.say("memory is read on the command line only, a word at a time: below stands how")
            return
        if node is None:
            unfolds = screen.keyboard.clause("fold", ": {} unfolds it")
            screen.say(f"region {region.name} is folded, so nothing of it is read{unfolds}")
            return
        sample = screen.live.sample(node)
        # Whether its view is there is looked at in the read itself.
        away = sample.skipped is not None and sample.skipped.advice
        safety = node.safety if away else sample.skipped or node.safety
        if safety.safe or self.asked is node:
            self.asked = None
            self._read(node)
            return
        if screen.barred(f"{node.path} is not read from here: {safety.reason}"):
            return
        armed = screen.live.armed(node.region.name)
        if safety.skip in _ACTS and screen.live.real(node.region.name) and not armed:
            arms = screen.keyboard.clause("arm", " ({})")
            screen.say(
                f"{safety.reason}: on hardware that is as good as a write, so arm the region first{arms}",
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
        keyboard = screen.keyboard
        # Asked from the palette, it is confirmed by what else confirms, or there again.
        reads = keyboard.clause("read", "{} again reads it") or keyboard.clause("enter", "{} reads it")
        leaves = keyboard.clause("leave", ", {} leaves")
        screen.say(f"{reason} — {reads or 'asked for again, it is read'}{leaves}", "changed", node)

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
            elif sample.skipped is not None:
                reason = "; ".join(filter(None, (sample.skipped.reason, sample.skipped.advice)))
                screen.say(f"{node.path} is not read: {reason}", "changed", node)
            elif sample.value is not None:
                screen.say(
                    f"{node.path} read once: {screen.table.form.render(sample.value, node.width)}", "good"
                )

        screen.say(f"reading {node.path} …", "dim")
        screen.live.submit(job, done)
