"""Moments: marks that a person sets, and snapshots in files, to be compared with what is known now."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.ui.marks import Moment
from inspector.ui.words import error_text, plural

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.model.registermap import RegisterNode
    from inspector.session import Session
    from inspector.session.capture import Capture, Recalled
    from inspector.ui.screen import MainScreen

_MOST_MARKS = 9
"""How many marks are kept; the oldest goes first."""


class Moments:
    """What can be compared with what.

    Attributes:
        kept: The marks and snapshots of this session, the oldest first.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.kept: list[Moment] = []

    @property
    def now(self) -> Moment:
        """What is known now; it goes on changing."""
        return Moment("now", "NOW", time.time(), self._screen.live.samples)

    # --- marks -------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark all that is known now; what differs from it is marked from now on."""
        from inspector.session.words import clock

        screen = self._screen
        if not screen.live.samples:
            screen.say("nothing has been read yet, so there is nothing to mark")
            return
        now = time.time()
        # Samples never change: a copy of who has which is a copy of everything.
        samples = dict(screen.live.samples)
        count = sum(sample.value is not None for sample in samples.values())
        at = clock(now, date=False)
        moment = Moment(f"mark of {at}", f"AT {at}", now, samples, count)
        marks = [each for each in self.kept if not each.file]
        if len(marks) >= _MOST_MARKS:
            self.drop(marks[0])
        self._keep(moment)
        lists = screen.keyboard.clause("differences", ", and {} lists it")
        screen.say(f"marked {plural(count, 'register')}: what differs from it has a Δ{lists}", "good")

    def _keep(self, moment: Moment) -> None:
        self.kept.append(moment)
        self.compare_with(moment)

    def compare_with(self, moment: Moment | None) -> None:
        """Show a moment beside the live values; None for these alone."""
        screen = self._screen
        screen.marks.moment = moment
        screen.table.measure()
        screen.repaint()

    def drop(self, moment: Moment) -> None:
        """Forget a moment; its file stays where it is."""
        self.kept.remove(moment)
        if self._screen.marks.moment is moment:
            self.compare_with(None)

    # --- snapshots ---------------------------------------------------------------------------

    def load(self, path: Path) -> None:
        """Show a snapshot beside the live values, once it is read."""
        screen = self._screen

        def run() -> None:
            from inspector.session.capture import recall

            try:
                screen.live.hand(loaded, recall(path, screen.map))
            except InspectorError as error:
                screen.live.hand(failed, error)

        def loaded(found: Recalled) -> None:
            from inspector.session.words import clock

            saved = found.snapshot
            name = f"{path.name}, {clock(saved.time)}"
            for other in [each for each in self.kept if each.file == str(path)]:
                self.drop(other)
            self._keep(Moment(name, path.stem, saved.time, found.samples, len(found.samples), str(path)))
            count = plural(len(found.samples), "register")
            words = f"{path.name} beside the live values: {count} of {saved.backend}"
            other_map = f"; it is of {saved.map}" if saved.map != screen.map.name else ""
            missing = f"; {found.strange} not in this map" if found.strange else ""
            screen.say(words + other_map + missing, "changed" if missing else "good")

        def failed(error: InspectorError) -> None:
            screen.say(error_text(error), "wrong")

        screen.say(f"reading {path} …", "dim")
        threading.Thread(target=run, name="snapshot", daemon=True).start()

    def save(self, path: Path) -> None:
        """Read what is safe to read, folded regions left out, and save it as ``inspector dump -o`` does."""
        screen = self._screen
        if path.exists():
            screen.say(f"{path} is there already: nothing was saved", "wrong")
            return
        from inspector.session.capture import Capture

        folded = screen.table.rows.folded
        capture = Capture(screen.map, [region.name for region in screen.map.regions if region.name in folded])

        def step(session: Session) -> bool:
            if capture.read_on(session):
                return True
            capture.save(session, path)
            return False

        def done(outcome: bool | InspectorError) -> None:
            if isinstance(outcome, InspectorError):
                screen.say(f"not saved: {error_text(outcome)}", "wrong")
            elif outcome:
                screen.say(f"reading for {path.name}: {capture.part} %", "dim")
                screen.live.submit(step, done)
            else:
                self._saved(capture, path)

        screen.say("reading what is safe to read …", "dim")
        # In steps, so that the live values go on between them.
        if not screen.live.submit(step, done):
            screen.say("nothing is open yet, so nothing was saved")

    def _saved(self, capture: Capture, path: Path) -> None:
        from inspector.session.words import clock

        screen = self._screen
        screen.live.keep_newer(capture.samples)
        name = f"{path.name}, {clock(capture.started)}"
        count = sum(sample.value is not None for sample in capture.samples.values())
        self.kept.append(Moment(name, path.stem, capture.started, capture.samples, count, str(path)))
        left = f"; left out as folded: {', '.join(capture.left_out)}" if capture.left_out else ""
        screen.say(f"saved {plural(count, 'register')} to {path}{left}", "good")

    # --- sheets ------------------------------------------------------------------------------

    def differences(self) -> None:
        """List what differs between a moment and now."""
        screen = self._screen
        if not self.kept:
            ways = screen.keyboard.clauses(
                ": {}", ("mark", "{} marks now"), ("snapshots", "{} loads a snapshot")
            )
            screen.say(f"there is nothing to compare with{ways}")
            return
        from inspector.ui.differences import DifferenceSheet

        def chosen(index: int | None) -> None:
            if index is not None:
                node: RegisterNode = screen.map.nodes[index]
                screen.go_to(node, None)

        screen.app.push_screen(DifferenceSheet(screen), chosen)

    def snapshots(self) -> None:
        """Offer the moments and the snapshots in files."""
        from inspector.ui.snapshots import SnapshotSheet

        self._screen.app.push_screen(SnapshotSheet(self._screen))
