"""What a person does with a whole region: arm, claim, release, fold away, look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.model.registermap import OpenMode
from inspector.ui.condition import VITAL, Condition, condition
from inspector.ui.words import address_text, error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.model.registermap import Region
    from inspector.session import Session
    from inspector.ui.folds import Fold
    from inspector.ui.screen import MainScreen
    from inspector.ui.statefile import Json


class Regions:
    """Hands these over to the bus's thread, after asking where they have a consequence."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    # --- the claim ---------------------------------------------------------------------------

    def switch(self) -> None:
        """Claim the selected region exclusively, or share it again."""
        if self._screen.barred():
            return
        region = self._open_region("switch")
        if region is None:
            return
        live, name = self._screen.live, region.name
        mode = OpenMode.SHARED if live.regions[name].mode is OpenMode.EXCLUSIVE else OpenMode.EXCLUSIVE

        def job(session: Session) -> None:
            session.switch(session.regions[name], mode)

        def go() -> None:
            self._screen.say(f"mapping region {name} anew, {mode.value} …", "dim")
            self._submit(job, f"region {name} is {mode.value} now", f"region {name} stays as it was: ")

        self._unless_armed(
            region,
            f"Make region {name} {mode.value}?",
            "It is mapped anew for that, so it is read-only again afterwards.",
            "switch",
            go,
        )

    def release(self) -> None:
        """Release the selected region, or claim it again."""
        if self._screen.barred():
            return
        region = self._screen.table.within
        if region is None:
            return
        live, name = self._screen.live, region.name
        if live.session is None or condition(live, name).closed:
            self.claim(region)
            return

        def job(session: Session) -> None:
            session.release(session.regions[name])

        again = self._screen.keyboard.clause("release", ": {} claims it again")

        def go() -> None:
            self._submit(job, f"region {name} is released{again}", "")

        self._unless_armed(
            region,
            f"Release region {name}?",
            "It is unmapped and its claim is given up, so anyone may take it. Claimed again it is read-only.",
            "release it",
            go,
        )

    def claim(self, region: Region) -> None:
        """Open a region again that is not open; where nothing is, all of the map."""
        screen, name = self._screen, region.name
        if screen.live.session is None:
            if screen.factory is not None and not screen.live.opening:
                screen.say("opening again …", "dim")
                screen.live.open(screen.factory)
            else:
                screen.say("nothing is open yet")
            return

        def job(session: Session) -> None:
            opened = session.regions[name]
            session.open(opened)
            if opened.error is not None:
                raise opened.error

        screen.say(f"opening region {name} again …", "dim")
        self._submit(job, f"region {name} is open", "")

    # --- arming ------------------------------------------------------------------------------

    def arm(self) -> None:
        """Arm the selected region after asking, or disarm it."""
        if self._screen.barred():
            return
        screen = self._screen
        region = self._open_region("arm")
        opened = screen.live.opened(region.name) if region else None
        if region is None or opened is None:
            return
        if not opened.backend.real and screen.live.armed(region.name):
            screen.say("this is simulation, which is always armed: nothing real can be changed")
        elif screen.live.armed(region.name):
            self._set_armed(region.name, False)
        else:
            where = "" if region.base is None else f" at {address_text(region.base)}"
            disarms = screen.keyboard.clause("arm", ", and {} disarms it")
            self._ask(
                f"Arm region {region.name}{where} on {opened.backend.title} for writing?",
                (
                    *(f"{VITAL} {text}" for text in screen.live.regions[region.name].vital),
                    "Until now the kernel holds this program to reading. Armed, an Enter in an edit "
                    "writes to the hardware at once, and reads that act become possible. A wrong "
                    "write can stop or damage what is connected.",
                    f"Only this region is armed. The first line changes its colour meanwhile{disarms}.",
                ),
                "arm it",
                "stay read-only",
                lambda: self._set_armed(region.name, True),
            )

    def _set_armed(self, name: str, armed: bool) -> None:
        def job(session: Session) -> None:
            opened = session.regions[name]
            if armed:
                session.arm(opened)
            else:
                session.disarm(opened)

        self._submit(job, f"region {name} is {'armed' if armed else 'read-only again'}", "")

    # --- looking -----------------------------------------------------------------------------

    def show(self) -> None:
        """Show all that is known of the selected region."""
        region = self._screen.table.within
        if region is not None:
            from inspector.ui.sheets import RegionSheet

            self._screen.app.push_screen(RegionSheet(self._screen, region))

    def fold(self) -> None:
        """Unfold what is folded here, or fold the least that the cursor is in."""
        table = self._screen.table
        if self._unfold():
            return
        around = table.around
        if around is not None and around.name:
            self._fold_away(around, True)
        elif table.within is not None:
            self._fold_outermost(table.within)

    def fold_outwards(self) -> None:
        """Fold what is around the cursor, or around what is folded there: at last the region."""
        table = self._screen.table
        around = table.around
        if around is not None and (around.name or not self._alone(around)):
            self._fold_away(around, True)
        elif table.within is not None and table.within.name not in table.rows.folded:
            self._fold({table.within.name}, True)

    def unfold(self) -> None:
        """Unfold what is folded here."""
        if not self._unfold():
            folds = self._screen.keyboard.clause("fold-outwards", ": {} folds")
            self._screen.say(f"nothing is folded here{folds}")

    def _unfold(self) -> bool:
        table = self._screen.table
        here = table.fold_here
        if here is not None:
            self._fold_away(here, False)
        elif table.within is not None and table.within.name in table.rows.folded:
            self._fold({table.within.name}, False)
        else:
            return False
        return True

    def _fold_outermost(self, region: Region) -> None:
        """Fold the block, or the region where the block is all that it has."""
        table = self._screen.table
        around = table.around
        if around is None:
            self._fold({region.name}, True)
        else:
            self.fold_whole(around)

    def fold_whole(self, fold: Fold) -> None:
        """Fold a part of a block, or a block; of one that is alone in its region, the region."""
        if fold.name or not self._alone(fold):
            self._fold_away(fold, True)
        else:
            self._fold({self._screen.table.rows.places[fold.place][0].name}, True)

    def _alone(self, fold: Fold) -> bool:
        """Whether a block is the only one of its region."""
        places = self._screen.table.rows.places
        region = places[fold.place][0]
        return sum(other is region for other, _ in places) == 1

    def _fold_away(self, fold: Fold, folded: bool) -> None:
        self._screen.table.fold_away(fold, folded)
        self._remember()
        self._screen.say("")

    def fold_all(self) -> None:
        """Fold every region away, or unfold them all where that is done."""
        table = self._screen.table
        names = {region.name for region, _ in table.rows.places}
        self._fold(names, table.rows.folded != names)

    def _fold(self, names: set[str], folded: bool) -> None:
        screen = self._screen
        screen.table.fold(names, folded)
        self._remember()
        screen.watching.read_again()
        what = f"region {next(iter(names))} is" if len(names) == 1 else "all regions are"
        screen.say(
            f"{what} folded: nothing of {'it' if len(names) == 1 else 'them'} is read" if folded else ""
        )

    def recall(self) -> None:
        """Fold what was folded when the map was last left."""
        rows, remembered = self._screen.table.rows, self._screen.remembered
        folds = remembered.get("folds")
        if isinstance(folds, list):
            pairs = [each for each in folds if isinstance(each, list) and len(each) == 2]
            rows.recall(
                (path, first) for path, first in pairs if isinstance(path, str) and isinstance(first, str)
            )
        regions = remembered.get("folded")
        if isinstance(regions, list):
            names = {region.name for region, _ in rows.places}
            for name in regions:
                if isinstance(name, str) and name in names:
                    rows.fold(name, True)
        self._screen.table.begin()

    def _remember(self) -> None:
        rows, remembered = self._screen.table.rows, self._screen.remembered
        remembered.put("folds", [list(pair) for pair in rows.folds.kept()])
        folded: list[Json] = []
        folded += sorted(rows.folded)
        remembered.put("folded", folded)

    # --- inside ------------------------------------------------------------------------------

    def _open_region(self, what: str) -> Region | None:
        """The selected region if it is open; else say that there is nothing to do that to."""
        screen = self._screen
        region = screen.table.about
        if region is None:
            return None
        now = condition(screen.live, region.name)
        if now in (Condition.OPEN, Condition.STALLED):
            return region
        screen.say(f"region {region.name} is not open: there is nothing to {what}", "wrong")
        return None

    def _unless_armed(self, region: Region, title: str, text: str, yes: str, go: Callable[[], None]) -> None:
        """Do it at once where it is harmless; ask first where the region is armed hardware."""
        live = self._screen.live
        if live.real(region.name) and live.armed(region.name):
            self._ask(title, (f"Region {region.name} is armed. {text}",), yes, "leave it as it is", go)
        else:
            go()

    def _ask(
        self, title: str, paragraphs: tuple[str, ...], yes: str, no: str, go: Callable[[], None]
    ) -> None:
        from inspector.ui.ask import Ask

        self._screen.app.push_screen(Ask(title, paragraphs, yes, no), lambda answer: go() if answer else None)

    def _submit(self, job: Callable[[Session], None], done: str, refused: str) -> None:
        screen, node = self._screen, self._screen.table.selected

        def told(outcome: InspectorError | None) -> None:
            if outcome is None:
                screen.say(done, "good")
            else:
                screen.say(f"{refused}{error_text(outcome)}", "wrong", node)

        screen.live.submit(job, told)
