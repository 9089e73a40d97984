"""Parts of the page: text, the tag of an access, and the picture of a register's bits."""

from __future__ import annotations

import html
from collections.abc import Iterator

from inspector.maps.exports.bit_picture import Cell, Layer
from inspector.maps.exports.texts import conditions, near_token, one_line
from inspector.model.access import Access, OnWrite

_BIT = 3.1
"""Characters of a label for which each bit of a cell has room; a cell of one bit has room for two."""

_LONGEST_LABEL = 20
"""Characters of a label that stands on end."""


def text(value: str) -> str:
    """A map's text as text, in one line."""
    return html.escape(one_line(value))


def code(value: str) -> str:
    """A name, in the type of programs."""
    return f"<code>{text(value)}</code>"


def _class(access: Access) -> str:
    """The class of what an access does: the most surprising thing first."""
    if access.readable and access.on_read.acts:
        return "danger"
    if access.writable and access.on_write not in (OnWrite.STORE, OnWrite.NONE, OnWrite.UNKNOWN):
        return "acts"
    if not access.writable:
        return ""
    return "store" if access.readable else "wo"


def tag(access: Access) -> str:
    """An access's token in its colour."""
    return f'<span class="tag {_class(access)}">{near_token(access)}</span>'


def picture(layer: Layer) -> Iterator[str]:
    """A picture of bits, with the views that its fields belong to above it."""
    views = dict.fromkeys(
        f"while {conditions(field.when)}" if field.when else f"view {field.alt}"
        for field in layer.fields
        if field.when or field.alt
    )
    caption = f"<p>{text(', '.join(views))}</p>" if views else ""
    cells = "".join(_cell(cell, layer.columns) for cell in layer.cells)
    grid = f'<div class="bits w{layer.columns}">{cells}</div>'
    yield f'<div class="word" aria-hidden="true">{caption}{grid}</div>'


def _cell(cell: Cell, columns: int) -> str:
    span = f" s{cell.span}" if cell.span > 1 else ""
    if cell.beyond:
        return f'<div class="c n{span}"></div>'
    # The left edge of a row is drawn; on a narrow page a row begins at every half.
    edge = " l" if (cell.msb + 1) % columns == 0 else " h" if (cell.msb + 1) % 16 == 0 else ""
    bits = (
        f'<b class="o">{cell.msb}</b>'
        if cell.span == 1
        else f"<b><span>{cell.msb}</span><span>{cell.lsb}</span></b>"
    )
    joined = (" m" if cell.goes_on else "") + (" k" if cell.continues else "")
    if cell.field is None:
        return f'<div class="c u{edge}{span}{joined}">{bits}</div>'
    kind = _class(cell.field.access)
    upright = len(cell.label) <= (2 if cell.span == 1 else cell.span * _BIT)
    label = cell.label if upright or len(cell.label) <= _LONGEST_LABEL else f"{cell.label[:_LONGEST_LABEL]}…"
    turned = "" if upright else " v"
    look = f"{edge}{span}{joined}{turned}{f' {kind}' if kind else ''}"
    return f'<div class="c{look}">{bits}<i>{text(label)}</i></div>'
