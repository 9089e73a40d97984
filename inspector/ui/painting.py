"""Painting: what stands on the screen now, given to each of its parts, which draw only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.model.registermap import RegisterNode
from inspector.ui.bars import Bar, KeyLine
from inspector.ui.condition import condition_notices
from inspector.ui.frames import Frames
from inspector.ui.lines import Line, Span, clean
from inspector.ui.live import waits
from inspector.ui.sidebar import PlaceLine
from inspector.ui.status import top_line
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen


class Painting:
    """Paints a screen.

    Attributes:
        top: The line above all: the map, its contract, how the refresh goes.
        place: Where the table is, where there is no room for the sidebar.
        message: The line for what is said and typed.
        keys: The keys that matter now.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.top = Bar(id="top")
        self.place = PlaceLine(
            screen.table.rows, screen.live, screen.place_status, screen.keyboard, id="place"
        )
        self.message = Bar(id="message")
        self.keys = KeyLine(id="keys")
        self._frames = Frames(screen)

    def paint(self, now: float) -> None:
        """Paint what differs from what is painted; nothing where nothing does.

        Args:
            now: The time on the monotonic clock, in seconds.
        """
        screen = self._screen
        table, live, comparing = screen.table, screen.live, screen.comparing
        table.fresh = live.fresh
        if comparing is not None:
            comparing.target.begin(now)
        screen.edits.follow()
        table.set_tail(screen.edits.tail(table.tail_width))
        table.tick(now)
        about = table.about
        name = about.name if about else ""
        self.top.put(*top_line(screen.map, live, name, screen.size.width, screen.locked))
        if comparing is not None:
            comparing.present(name)
        screen.present_tabs()
        if table.within is not None:
            place = table.rows.place(table.row)
            if screen.sidebar.display:
                screen.sidebar.present(place)
            if self.place.display:
                self.place.present(place)
        self._paint_detail(now)
        screen.watching.present(now)
        screen.finding.present()
        self.message.put(self._message_line())
        hints = screen.situation()
        self.keys.put(screen.keyboard.hints(hints.harmless if screen.view_only else hints))
        self._frames.paint()

    def _paint_detail(self, now: float) -> None:
        screen = self._screen
        table, live, detail, keyboard = screen.table, screen.live, screen.detail, screen.keyboard
        if (node := table.selected) is not None:
            detail.present(
                node,
                live.sample(node),
                now,
                self._notices(node),
                screen.edits.editing,
                screen.edits.strokes,
                live.base(node.region.name),
                live.known(node),
                screen.marks.changed(node),
                screen.watching.shares(node),
                None if screen.comparing is None else screen.comparing.beside(node),
            )
        elif (window := table.window) is not None:
            name = window.region.name
            word = screen.map.name if screen.map.bundled else screen.map.file
            detail.present_memory(window, word, condition_notices(live, name, keyboard), live.base(name))
        elif (fold := table.fold_here) is not None:
            nodes = screen.map.nodes
            detail.present_fold(fold, nodes, live.base(nodes[fold.first].region.name))
        elif (region := table.within) is not None:
            detail.present_region(region, condition_notices(live, region.name, keyboard))
        else:
            detail.present_nothing()

    def _notices(self, node: RegisterNode) -> tuple[Span, ...]:
        """What the panel says of the selected register before anything else."""
        screen, live, keyboard = self._screen, self._screen.live, self._screen.keyboard
        about = condition_notices(live, node.region.name, keyboard)
        said = screen.notices.error_of(node)
        if screen.place_status(node.region.name).closed:
            return (*about, *said)
        notices = [*screen.edits.notices(), *about]
        if screen.comparing is not None:
            notices += screen.comparing.notices(node)
        if live.failure is not None:
            notices.append((f"! the live refresh has stopped: {error_text(live.failure)}", "wrong"))
        sample = live.sample(node)
        if sample.error is not None:
            if not waits(sample) and node is not live.stalled_node(node.region.name):
                again = keyboard.clause("read", " {} reads it again.")
                notices.append((f"! {error_text(sample.error)}.{again}", "wrong"))
        elif sample.skipped is not None:
            advice = clean(sample.skipped.advice)
            skipped = "Not there" if advice else "Not read by itself"
            rest = f"; {advice}." if advice else f".{keyboard.clause('read', ' {} reads it once.')}"
            notices.append((f"{skipped}: {clean(sample.skipped.reason)}{rest}", "fading"))
        return (*notices, *said)

    def _message_line(self) -> Line:
        screen = self._screen
        width = screen.size.width
        line = screen.finding.prompt(width)
        if line is None:
            line = screen.edits.message()
        if line is not None:
            return line
        if screen.greets and screen.notices.span is None:
            from inspector.ui.greeting import greeting

            return greeting(screen.keyboard, width)
        return screen.filters.beside(screen.notices.line, width)
