"""What each key of the screen does: which part of it is asked."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from inspector.ui.compare import Comparing
    from inspector.ui.copying import Copying
    from inspector.ui.detail import Detail
    from inspector.ui.edits import Edits
    from inspector.ui.filters import Filters
    from inspector.ui.finding import Finding
    from inspector.ui.history import History
    from inspector.ui.jumps import Jumps
    from inspector.ui.keyboard import Keyboard
    from inspector.ui.keys import Hints
    from inspector.ui.moments import Moments
    from inspector.ui.notices import Notices
    from inspector.ui.reading import Reading
    from inspector.ui.reference import Reference
    from inspector.ui.regions import Regions
    from inspector.ui.table import RegisterTable
    from inspector.ui.viewing import Viewing
    from inspector.ui.watching import Watching


class Actions(Screen[None]):
    """The actions of the main screen, one for each key.

    Attributes:
        table: The registers.
        detail: The selected one.
        edits: The edit under way.
        finding: The search.
        reading: Reading once.
        reference: What the map says of what is selected.
        regions: What is done with a whole region.
        history: What was done.
        filters: Which registers are shown.
        jumps: Where one came from.
        viewing: How the values are looked at.
        watching: What is watched.
        moments: What the values are compared with.
        comparing: The other target beside this one, or None.
        copying: What goes to the clipboard.
        notices: What the message line says.
        keyboard: Which keys do what.
    """

    table: RegisterTable
    detail: Detail
    edits: Edits
    finding: Finding
    reading: Reading
    reference: Reference
    regions: Regions
    history: History
    viewing: Viewing
    watching: Watching
    filters: Filters
    jumps: Jumps
    moments: Moments
    comparing: Comparing | None
    copying: Copying
    notices: Notices
    keyboard: Keyboard

    @abstractmethod
    def situation(self) -> Hints:
        """The keys that matter now."""

    @abstractmethod
    def repaint(self) -> None:
        """Paint what differs from what is painted; nothing where nothing does."""

    def action_enter(self) -> None:
        """Confirm a read that was asked about, else edit what is selected."""
        if self.reading.asked is not None or self.table.window is not None:
            self.reading.read_once()
        elif self.table.selected is None:
            self.regions.fold()
        else:
            self.edits.begin(self.detail.field_in_hand)

    def action_edit(self) -> None:
        """Edit the value, or the selected field where the fields have the keys."""
        self.edits.begin(self.detail.field_in_hand)

    def action_edit_field(self) -> None:
        """Edit the selected field."""
        self.edits.begin(self.detail.field)

    def action_commit(self) -> None:
        """Do what Enter does in an edit or a search."""
        if not self.finding.key("enter", None):
            self.edits.key("enter", None)
        self.repaint()

    def action_next_target(self) -> None:
        """Edit the next field."""
        self.edits.key("tab", None)
        self.repaint()

    def action_space(self) -> None:
        """Flip the bit under the cursor among the bits; pause elsewhere."""
        if self.detail.has_keys:
            self.edits.flip()
        else:
            self.action_pause()

    def action_flip(self) -> None:
        """Flip the bit under the cursor."""
        self.edits.flip()

    def action_pause(self) -> None:
        """Stop or go on with the live refresh."""
        self.viewing.pause()

    def action_rate(self, step: int) -> None:
        """Refresh faster or slower."""
        self.viewing.rate(step)

    def action_format(self) -> None:
        """Write values in the next base."""
        self.viewing.format()

    def action_columns(self) -> None:
        """Choose, move and size the columns."""
        self.viewing.columns()

    def action_addresses(self) -> None:
        """Tell where registers are by addresses or by offsets."""
        self.viewing.address()

    def action_mark(self) -> None:
        """Mark what is known now."""
        self.moments.mark()

    def action_differences(self) -> None:
        """List what differs since a mark."""
        self.moments.differences()

    def action_snapshots(self) -> None:
        """Offer marks and snapshots to be shown beside the live values."""
        self.moments.snapshots()

    def action_find(self) -> None:
        """Find a register."""
        self.finding.begin()

    def action_next_match(self, step: int) -> None:
        """Go to the next match."""
        self.finding.next(step)

    def action_read_once(self) -> None:
        """Read the selected register once."""
        self.reading.read_once()

    def action_arm(self) -> None:
        """Arm or disarm the selected register's region."""
        self.regions.arm()

    def action_switch(self) -> None:
        """Share the selected region, or claim it exclusively."""
        self.regions.switch()

    def action_release(self) -> None:
        """Release the selected region, or claim it again."""
        self.regions.release()

    def action_region(self) -> None:
        """Show all about the selected region."""
        self.regions.show()

    def action_documentation(self) -> None:
        """Show what the map says of the selected register."""
        self.reference.show()

    def action_source(self) -> None:
        """Show where the map's files define it."""
        self.reference.source()

    def action_fold(self) -> None:
        """Fold or unfold the selected region."""
        self.regions.fold()

    def action_fold_outwards(self) -> None:
        """Fold what is around the cursor."""
        self.regions.fold_outwards()

    def action_unfold(self) -> None:
        """Unfold what is folded under the cursor."""
        self.regions.unfold()

    def action_fold_all(self) -> None:
        """Fold or unfold every region."""
        self.regions.fold_all()

    def action_undo(self) -> None:
        """Propose what takes the last write back."""
        self.history.undo()

    def action_journal(self) -> None:
        """Show what this session did."""
        self.history.show()

    def action_pin(self) -> None:
        """Watch the selected register or field, or let it go."""
        self.watching.toggle()

    def action_watch_pane(self) -> None:
        """Give what is watched the keys, or take them back."""
        self.watching.take_keys()

    def action_plot(self) -> None:
        """Show what is selected over time."""
        self.watching.plot()

    def action_filters(self) -> None:
        """Choose which registers are shown."""
        self.filters.show()

    def action_only_differing(self) -> None:
        """Show only what differs from the mark or from the other target, or all again."""
        if self.comparing is not None and self.comparing.shown:
            self.comparing.only_differing()
        else:
            self.filters.only_marked()

    def action_jump(self, step: int) -> None:
        """Go back to where one came from, or forth again."""
        self.jumps.go(step)

    def action_jumps(self) -> None:
        """Show where one came from."""
        self.jumps.show()

    def action_copy(self) -> None:
        """Copy the selected register's value."""
        self.copying.copy_value()

    def action_copy_as(self) -> None:
        """Ask as what to copy the selected register."""
        self.copying.begin()

    def action_copy_form(self, character: str) -> None:
        """Do what a key of the menu of copying does."""
        self.copying.key(character, character)
        self.repaint()

    def action_messages(self) -> None:
        """Show all that was said."""
        self.history.messages()

    def action_help(self) -> None:
        """Show the keys of where one is, then every key and mark."""
        from inspector.ui.help import Help

        self.app.push_screen(Help(self.keyboard, self.situation()))

    def action_escape(self) -> None:
        """Leave what is under way, without a write; then the message; then the fields."""
        if self.finding.key("escape", None) or self.edits.key("escape", None):
            self.repaint()
            return
        said = self.notices.span is not None
        self.reading.forget()
        self.notices.unsay()
        if not self.table.has_focus:
            self.table.focus()
        elif self.filters.on and not said:
            self.filters.drop()
        self.repaint()
