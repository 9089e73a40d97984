"""What the map says of what is selected: its text, and where in its files that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.model.field import Field
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen


class Reference:
    """The sheets of documentation and source."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def show(self) -> None:
        """Show the documentation of the selected register, or of the region that is selected."""
        screen = self._screen
        node, region = screen.table.selected, screen.table.within
        if node is not None:
            self.open_documentation(node, self._screen.detail.field_in_hand)
        elif region is not None:
            from inspector.ui.documentation import DocumentationSheet

            screen.app.push_screen(DocumentationSheet(screen, region))

    def open_documentation(self, node: RegisterNode, field: Field | None) -> None:
        """Show the documentation of a register, from one of its fields on."""
        from inspector.ui.documentation import DocumentationSheet

        self._screen.app.push_screen(DocumentationSheet(self._screen, node.region, node, field))

    def source(self) -> None:
        """Show where the map defines the selected register or field."""
        node = self._screen.table.selected
        if node is None:
            self._screen.say("select a register first: its place in the map is shown then")
        else:
            self.open_source(node, self._screen.detail.field_in_hand)

    def open_source(self, node: RegisterNode, field: Field | None) -> None:
        """Show where the map defines a register, or one of its fields."""
        from inspector.ui.source import SourceSheet

        self._screen.app.push_screen(SourceSheet(self._screen, node, field))
