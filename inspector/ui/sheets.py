"""Sheets that keep themselves current: all that is known of a region, and what this session did."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from inspector.model.registermap import OpenMode
from inspector.model.unstated import unstated
from inspector.session.entries import Intent
from inspector.session.words import clock, describe
from inspector.ui.ask import Pane, Sheet
from inspector.ui.bars import KeyLine, Keys
from inspector.ui.condition import Condition, condition, condition_notices, place_words
from inspector.ui.lines import Line, clean, wrap
from inspector.ui.words import address_text, span_words

if TYPE_CHECKING:
    from inspector.model.registermap import Region
    from inspector.ui.screen import MainScreen

_REFRESH = 0.5
"""Seconds between looks at what may have changed."""

_LEAD = 12
"""Cells for the words at the left."""


class CurrentSheet(Sheet[None]):
    """Facts over the screen, kept current; they scroll where they do not fit.

    Attributes:
        does: By a command's id, the action that its keys do here; the one that opened it goes back.
    """

    does: ClassVar[Mapping[str, str]]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "back", show=False),
        Binding("j", "down(1)", show=False),
        Binding("k", "down(-1)", show=False),
    ]

    DEFAULT_CSS = """
    CurrentSheet { align: center middle; }
    CurrentSheet > Vertical {
        width: 100; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border-left: outer $primary; padding: 1 1 0 1;
    }
    CurrentSheet Pane { background: $surface; }
    CurrentSheet KeyLine { height: 1; margin-top: 1; }
    """

    widest: ClassVar[int] = 100
    """Cells that it takes where there are as many."""

    def __init__(self, main: MainScreen) -> None:
        super().__init__()
        self._main = main

    def take_key(self, key: str, character: str | None) -> bool:
        """Do what a command does that has a meaning here too."""
        keyboard = self._main.keyboard
        action = next((each for command, each in self.does.items() if key in keyboard.keys(command)), None)
        if action is not None:
            self.call_later(self.run_action, action)
        return action is not None

    def on_mount(self) -> None:
        """Write the text, and go on writing it."""
        super().on_mount()
        self.set_interval(_REFRESH, self._write)

    def _write(self) -> None:
        lines = self.lines(max(min(self.size.width, self.widest) - 5, 10))
        pane = self.query_one(Pane)
        height = max(min(len(lines), self.size.height - 4), 1)
        if pane.styles.height is None or pane.styles.height.value != height:
            pane.styles.height = height
        pane.show(lines)
        self.query_one(KeyLine).put(self.keys())

    @abstractmethod
    def lines(self, width: int) -> list[Line]:
        """What it says, at most ``width`` cells wide."""

    def keys(self) -> Keys:
        """The keys that matter here."""
        return ("↑ ↓", "scroll", ""), ("Esc", "back", "screen.back")

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_down(self, step: int) -> None:
        """Scroll a line."""
        pane = self.query_one(Pane)
        pane.scroll_to(y=pane.scroll_offset.y + step, animate=False)


class RegionSheet(CurrentSheet):
    """A region: where it is, what holds for it, how it is claimed, who else has it, what is wrong."""

    does: ClassVar[Mapping[str, str]] = {
        "region": "back",
        "switch": "switch",
        "release": "release",
        "arm": "arm",
    }

    def __init__(self, main: MainScreen, region: Region) -> None:
        """Show ``region``, which is the one that is selected on the main screen."""
        super().__init__(main)
        self._region = region
        self._reading = unstated(main.map.nodes, region).text

    def lines(self, width: int) -> list[Line]:
        """All that is known of it."""
        live, region = self._main.live, self._region
        title = " · ".join(clean(word) for word in (region.name, region.title) if word)
        lines: list[Line] = [((part, "title"),) for part in wrap(f"Region {title}", width)]
        lines.append(())
        now = condition(live, region.name)
        for name, text, look in self._facts(now):
            for number, part in enumerate(wrap(text, width - _LEAD) or [""]):
                head = name if number == 0 else ""
                lines.append(((f"{head:<{_LEAD}}", "dim"), (part, look)))
        notices = condition_notices(live, region.name, self._main.keyboard)
        said = self._main.notices.span
        if said is not None and said[1] != "dim":
            notices.append(said)
        for text, look in notices:
            lines += [(), *(((part, look),) for part in wrap(text, width))]
        return lines

    def _facts(self, now: Condition) -> Iterator[tuple[str, str, str]]:
        """Each with its name (empty for one that goes on), its text and its look."""
        if self._reading:
            yield "unstated", self._reading, "changed"
        live, region = self._main.live, self._region
        status, opened = live.regions.get(region.name), live.opened(region.name)
        words = place_words(live, region.name, self._main.keyboard)
        if opened is not None:
            guarantees = opened.backend.guarantees
            widths = ", ".join(str(width) for width in sorted(guarantees.widths))
            faults = (
                "bus errors are survived" if guarantees.faults_seen else "a bus error would end the program"
            )
            yield "backend", f"{opened.backend.title} ({opened.backend.word})", "strong"
            yield "", f"{guarantees} · {widths} bit · {faults}", "text"
            address = opened.address
            if address is not None:
                yield (
                    "address",
                    f"{address_text(address)} to {address_text(address + region.size - 1)}",
                    "text",
                )
                if region.base is not None and address != region.base:
                    yield "", f"the map says {address_text(region.base)}", "fading"
            else:
                yield "size", f"{region.size:#x} bytes, at no known physical address", "text"
        if status is None or opened is None:
            yield "claim", now.short, now.look
            return
        yield "claim", self._claim(now), "text"
        nobody = (
            "nobody looked yet" if opened.backend.real else "nobody: it is simulated for this screen alone"
        )
        owners = words.owners or (nobody,)
        for number, owner in enumerate(owners):
            yield "who else" if number == 0 else "", owner, "text"
        times = "once" if status.epoch == 1 else f"{status.epoch} times"
        since = f", last {span_words(time.monotonic() - opened.since)} ago" if opened.since else ""
        yield "opened", f"{times}{since}", "text"
        if now.closed:
            return
        clause = self._main.keyboard.clause
        if not opened.backend.real:
            yield "writing", "armed: simulation always is", "text"
        elif status.armed:
            disarms = clause("arm", "; {} makes it read-only again")
            yield "writing", f"ARMED: writes go out{disarms}", "wrong"
        else:
            yield "writing", f"read-only, held so by the kernel{clause('arm', '; {} arms it')}", "text"
        folded = region.name in self._main.table.rows.folded
        unfolds = clause("fold", "; {} unfolds it")
        yield "reading", f"folded: nothing of it is read{unfolds}" if folded else "live", "text"

    def _claim(self, now: Condition) -> str:
        opened, keyboard = self._main.live.opened(self._region.name), self._main.keyboard
        if now.closed or opened is None:
            return f"{now.short}{keyboard.clause('release', '; {} claims it')}"
        if opened.mode is OpenMode.EXCLUSIVE:
            by = opened.backend.guarantees.exclusive_by
            ways = keyboard.clauses("; {}", ("switch", "{} shares it"), ("release", "{} releases it"))
            return f"exclusive (among inspectors), kept by {by}{ways}"
        ways = keyboard.clauses("; {}", ("switch", "{} claims it exclusively"), ("release", "{} releases it"))
        return f"shared: it claims nothing, and others may have it too{ways}"

    def keys(self) -> Keys:
        """What can be done with it."""
        closed = condition(self._main.live, self._region.name).closed
        label = self._main.keyboard.label
        changes: Keys = (
            (label("switch"), "shared, exclusive", "screen.switch"),
            (label("release"), "claim" if closed else "release", "screen.release"),
            (label("arm"), "arm", "screen.arm"),
        )
        return (*(() if self._main.view_only else changes), *super().keys())

    def action_switch(self) -> None:
        """Switch between shared and exclusive."""
        self._main.regions.switch()

    def action_release(self) -> None:
        """Release or claim."""
        self._main.regions.release()

    def action_arm(self) -> None:
        """Arm or disarm."""
        self._main.regions.arm()


class JournalSheet(CurrentSheet):
    """What this session did to the hardware, newest first, each with its outcome."""

    does: ClassVar[Mapping[str, str]] = {"journal": "back"}

    def lines(self, width: int) -> list[Line]:
        """The entries, newest first."""
        session = self._main.live.session
        journal = session.journal if session is not None else None
        lines: list[Line] = [(("Journal of this session, the latest first", "title"),)]
        place = f"on disk: {journal.path}" if journal and journal.path else "kept in memory alone"
        lines += [((part, "dim"),) for part in wrap(place, width)]
        if journal is None:
            return lines
        if journal.error is not None:
            lines += [((part, "wrong"),) for part in wrap(f"! {journal.error}", width)]
        lines.append(())
        for entry in reversed(journal.entries):
            look = "text"
            if isinstance(entry, Intent):
                failed = entry.outcome is not None and (entry.outcome.error or entry.outcome.mismatch)
                look = "wrong" if failed else "fading" if entry.outcome is None else "strong"
            for number, part in enumerate(wrap(describe(entry), max(width - 10, 8))):
                moment = clock(entry.time, date=False) if number == 0 else ""
                lines.append(((f"{moment:<10}", "dim"), (part, look)))
        return lines


class MessageSheet(CurrentSheet):
    """What was said, newest first."""

    does: ClassVar[Mapping[str, str]] = {"messages": "back"}

    def lines(self, width: int) -> list[Line]:
        """The messages, newest first."""
        lines: list[Line] = [(("Messages, the latest first", "title"),), ()]
        for said in reversed(self._main.notices.log):
            for number, part in enumerate(wrap(said.text, max(width - 10, 8))):
                moment = clock(said.time, date=False) if number == 0 else ""
                lines.append(((f"{moment:<10}", "dim"), (part, said.look)))
        return lines if len(lines) > 2 else [*lines, (("nothing was said yet", "dim"),)]
