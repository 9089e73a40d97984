"""Lines of text with looks, and the widget that draws them: what every part of the screen is made of.

Text from maps is drawn as it is, never parsed as markup, and its control characters are escaped.
"""

from __future__ import annotations

import textwrap
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Self

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.containers import Container
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from inspector.ui.looks import style as work_out

Span = tuple[str, str]
"""A text and its look."""

Line = tuple[Span, ...]
"""What one line shows, left to right."""

EMPTY: Line = ()

_MOST_KEPT = 200
"""How many lines a widget keeps as they were drawn: as many as are in sight on a large screen, and more."""


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Escape what would move the cursor, reorder text or hide: control and format characters."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c.isspace() else c.encode("unicode_escape").decode("ascii")
        for c in text
    )


def width_of(text: str) -> int:
    """How many cells ``text`` takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Cut ``text`` to ``width`` cells, with ``…`` where something is lost, or pad it."""
    if width <= 0:
        return ""
    have = width_of(text)
    if have > width:
        return set_cell_size(text, width - 1) + "…"
    pad = " " * (width - have)
    return pad + text if right else text + pad


def squeeze(text: str, width: int) -> str:
    """Cut the middle out of ``text``; more of the end stays, which tells an array's elements apart."""
    if width_of(text) <= width:
        return text
    if width < 5:
        return fit(text, width)
    head = (width - 1) // 3
    return text[:head] + "…" + text[-(width - 1 - head) :]


def wrap(text: str, width: int) -> list[str]:
    """Break ``text`` into lines of at most ``width`` cells."""
    text = clean(text)
    if width < 1 or not text.strip():
        return []
    if text.isascii():
        return textwrap.wrap(text, width)
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width)
    return lines


def length(line: Line) -> int:
    """How many cells ``line`` takes."""
    return sum(width_of(text) for text, _ in line)


def titled(name: str, title: str, width: int) -> Line:
    """The first line of a panel: what it is about, and a rule to its end."""
    rest: Line = ((title, "text"),) if title else ()
    return ruled(name, rest, width, spare=1)


def ruled(name: str, rest: Line, width: int, *, spare: int = 0) -> Line:
    """The same with whatever else stands behind the name, and ``spare`` cells behind the rule."""
    gap: Line = ((" ", "text"),) if rest else ()
    head = cut(((f"─ {name} ", "title"), *gap, *rest), width - 2)
    space = " " if rest else ""
    return (*head, (space + "─" * max(width - spare - length(head) - len(space), 0), "rule"))


def plain(line: Line) -> str:
    """The text of ``line``."""
    return "".join(text for text, _ in line)


def cut(line: Iterable[Span], width: int) -> Line:
    """Cut ``line`` to ``width`` cells, with ``…`` where something is lost."""
    kept: list[Span] = []
    room = width
    for text, look in line:
        have = width_of(text)
        if have > room:
            if room > 0:
                kept.append((fit(text, room), look))
            elif kept:
                last, last_look = kept[-1]
                kept[-1] = (fit(last + "…", width_of(last)) if last else last, last_look)
            return tuple(kept)
        kept.append((text, look))
        room -= have
    return tuple(kept)


def join(parts: Sequence[Line], separator: Span) -> Line:
    """Put ``separator`` between the parts that are not empty."""
    joined: list[Span] = []
    for part in parts:
        if part:
            if joined:
                joined.append(separator)
            joined += part
    return tuple(joined)


def flow(parts: Sequence[Line], separator: Span, width: int) -> list[Line]:
    """Put as many parts on each line as fit, with ``separator`` between them."""
    lines: list[Line] = []
    for part in parts:
        if lines and length(lines[-1]) + width_of(separator[0]) + length(part) <= width:
            lines[-1] = (*lines[-1], separator, *part)
        else:
            lines.append(part)
    return [cut(line, width) for line in lines]


class Brush(NamedTuple):
    """How a look is drawn on a ground.

    Attributes:
        style: What a terminal is told.
        blank: What its spaces look like: equal where the spaces of two cannot be told apart.
    """

    style: Style
    blank: object

    @classmethod
    def of(cls, style: Style) -> Brush:
        """The brush of a style."""
        lines = style.underline, style.underline2, style.strike, style.overline
        return cls(style, (style, *lines) if any(lines) or style.reverse else style.bgcolor)


class LinesMixin(Widget):
    """Draws `Line`s and repaints only those that differ from what was painted.

    A line that was drawn goes to the terminal as it is: what Textual does for borders, hatches and opacity is
    done only where there is a border or padding.
    """

    ground = ""
    """What every line stands on; empty for the widget's own background."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brushes: dict[tuple[str, str], Brush] = {}
        self._drawn_lines: dict[tuple[Line, int, str], Strip] = {}
        self._strips: dict[int, Strip] = {}
        self._strips_width = 0
        self._lines: list[tuple[Line, str]] = []
        self.rendered = 0

    # --- looks -------------------------------------------------------------------------------

    def style_of(self, look: str, ground: str = "") -> Style:
        """The style of a look on a ground."""
        return self._brush(look, ground).style

    def _brush(self, look: str, ground: str) -> Brush:
        brush = self._brushes.get((look, ground))
        if brush is None:
            variables, behind = self.app.theme_variables, self.background_colors[1]
            segment = Segment(" ", work_out(look, ground, variables, behind))
            # What Textual makes of a colour that the terminal lacks, or is not to show, it makes of all text.
            for line_filter in self.get_line_filters():
                (segment,) = line_filter.apply([segment], behind)
            brush = self._brushes[look, ground] = Brush.of(segment.style or Style.null())
        return brush

    def notify_style_update(self) -> None:
        """Forget styles that were worked out for the old theme."""
        self._brushes.clear()
        self._drawn_lines.clear()
        super().notify_style_update()

    def strip(self, line: Line, width: int, ground: str = "") -> Strip:
        """Draw ``line`` exactly ``width`` cells wide, in as few pieces as look the same.

        What was drawn before, as on another line before the table was scrolled, is taken as it is.
        """
        key = line, width, ground
        strip = self._drawn_lines.get(key)
        if strip is None:
            if len(self._drawn_lines) >= _MOST_KEPT:
                self._drawn_lines.clear()
            strip = self._drawn_lines[key] = self._draw(line, width, ground)
        return strip

    def _draw(self, line: Line, width: int, ground: str) -> Strip:
        texts: list[str] = []
        brushes: list[Brush] = []
        cells = 0
        for text, look in line:
            have = len(text) if text.isascii() else cell_len(text)
            if cells + have > width:
                text, have = set_cell_size(text, width - cells), width - cells
            if have:
                self._add(texts, brushes, text, self._brush(look, ground))
                cells += have
        if cells < width:
            self._add(texts, brushes, " " * (width - cells), self._brush("text", ground))
        return Strip([Segment(text, brush.style) for text, brush in zip(texts, brushes, strict=True)], width)

    @staticmethod
    def _add(texts: list[str], brushes: list[Brush], text: str, brush: Brush) -> None:
        """Add a text to what precedes it, or to the spaces there, where that looks the same."""
        if brushes:
            last = brushes[-1]
            if brush is last or (brush.blank == last.blank and text.isspace()):
                texts[-1] += text
                return
            if brush.blank == last.blank and texts[-1].isspace():
                texts[-1] += text
                brushes[-1] = brush
                return
        texts.append(text)
        brushes.append(brush)

    # --- lines -------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """How many cells a line has, the scroll bar's left out."""
        return self.scrollable_content_region.width

    @property
    def top(self) -> int:
        """The first line in sight."""
        return self.scroll_offset.y

    def line_at(self, y: int) -> int:
        """The number of the line that stands in row ``y`` of what is in sight."""
        return self.top + y

    @property
    def lines(self) -> list[Line]:
        """What is shown, scrolled out of sight or not."""
        return [line for line, _ in self._lines]

    def show(self, lines: Sequence[Line], grounds: dict[int, str] | None = None) -> None:
        """Show ``lines``; those that look as before are not painted again.

        Args:
            lines: All of them, from the top.
            grounds: By line number, what that line stands on.
        """
        grounds = grounds or {}
        new = [(line, grounds.get(i, self.ground)) for i, line in enumerate(lines)]
        old, self._lines = self._lines, new
        width = self.size.width
        rows = ((y, self.line_at(y)) for y in range(self.size.height))
        dirty = [
            Region(0, y, width, 1)
            for y, at in rows
            if (new[at] if at < len(new) else None) != (old[at] if at < len(old) else None)
        ]
        if dirty:
            self.refresh(*dirty)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of what is in sight; those that are not dirty as they were drawn before."""
        if self.styles.gutter:
            return super().render_lines(crop)
        width = self.outer_size.width
        if width != self._strips_width:
            self._strips.clear()
            self._strips_width = width
        strips = [self._strips.get(y) or self._draw_anew(y) for y in crop.line_range]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _draw_anew(self, y: int) -> Strip:
        strip = self.render_line(y)
        # A widget that is being hidden may have no width, and so nothing on its line.
        if 0 < strip.cell_length < self.outer_size.width and not self.show_vertical_scrollbar:
            # Where there is no scroll bar, its column is part of the line.
            strip = strip.adjust_cell_length(self.outer_size.width, strip._segments[-1].style)
        self._strips[y] = strip
        return strip

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Have regions painted, all of the widget where none is named."""
        if not regions or layout or recompose or not repaint or not (self.is_mounted and self.display):
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        # Without a message from widget to screen, so that all that one event changes is in one frame.
        self._set_dirty(*regions)
        self.screen._dirty_widgets.add(self)
        self.screen.check_idle()
        return self

    def _set_dirty(self, *regions: Region) -> None:
        """Note which lines are to be drawn again; called for every refresh."""
        super()._set_dirty(*regions)
        if not regions:
            self._strips.clear()
        for region in regions:
            for y in region.line_range:
                self._strips.pop(y, None)

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        self.rendered += 1
        at = self.line_at(y)
        width = self.size.width
        line, ground = self._lines[at] if at < len(self._lines) else (EMPTY, self.ground)
        return self.strip(line, width, ground)


class LineBar(LinesMixin):
    """Lines that do not scroll."""


class Frame(Container):
    """Holds widgets that cover it all, so that nothing of its own is drawn behind them in every frame."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blanks that nobody sees."""
        return [Strip.blank(crop.width)] * crop.height


class Beside(Frame):
    """A frame whose widgets stand beside each other."""

    DEFAULT_CSS = """
    Beside { layout: horizontal; }
    """


class LineView(LinesMixin, ScrollView):
    """Lines that scroll."""

    DEFAULT_CSS = """
    LineView {
        width: 1fr;
        height: 1fr;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        scrollbar-gutter: stable;
        overflow-x: hidden;
        scrollbar-color: $foreground 25%;
        scrollbar-color-hover: $foreground 45%;
        scrollbar-color-active: $foreground 45%;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    """

    def show(self, lines: Sequence[Line], grounds: dict[int, str] | None = None) -> None:
        """Show ``lines``, with a scroll bar where they overflow."""
        self.make_room(len(lines))
        super().show(lines, grounds)

    def make_room(self, count: int) -> None:
        """Have room to scroll through ``count`` lines."""
        # Only what overflows changes the layout: a scroll bar comes or goes.
        extent = Size(self.room, max(count, self.size.height))
        if extent != self.virtual_size:
            self.virtual_size = extent
            # Textual itself looks whether a scroll bar is needed only once the widget's own size changes.
            self._scroll_update(extent)


class LongView(LineView):
    """Lines of which only those in sight are made, however many there are."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._count = 0
        self._painted: dict[int, tuple[Line, str]] = {}

    @abstractmethod
    def draw(self, at: int) -> tuple[Line, str]:
        """The line of that number, and what it stands on."""

    @property
    def lines(self) -> list[Line]:
        """What is shown, scrolled out of sight or not."""
        return [self.draw(at)[0] for at in range(self._count)]

    def show_all(self, count: int) -> None:
        """Show ``count`` lines; those that look as before are not painted again."""
        gone, self._count = self._count > count, count
        self.make_room(count)
        top, width = self.top, self.size.width
        dirty = [
            Region(0, y, width, 1)
            for y in range(self.size.height)
            if gone or self._painted.get(top + y) != self._at(top + y)
        ]
        if dirty:
            self.refresh(*dirty)

    def show_line(self, at: int) -> None:
        """Scroll no further than needed to have a line in sight."""
        top, height = self.top, self.size.height
        if height and not top <= at < top + height:
            self.scroll_to(y=at if at < top else at - height + 1, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget what was painted where other lines are now."""
        super().watch_scroll_y(old_value, new_value)
        self._painted.clear()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        self.rendered += 1
        at = y + self.top
        line, ground = self._painted[at] = self._at(at)
        return self.strip(line, self.size.width, ground)

    def _at(self, at: int) -> tuple[Line, str]:
        return self.draw(at) if at < self._count else (EMPTY, self.ground)
