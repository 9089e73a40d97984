"""Names, arrays and places as CMSIS-SVD has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from inspector.errors import SourcePosition
from inspector.maps.exports.losses import Losses
from inspector.maps.exports.xml_text import XmlText
from inspector.model.register import Dimension

_INDEX = re.compile(r"[_0-9a-zA-Z]+")


def identifier(name: str) -> str:
    """A name as SVD's names are: letters, digits and underscores, and ``%s`` in an array's."""
    return "%s".join(re.sub("[^A-Za-z0-9]+", "_", part) for part in name.split("%s"))


class Place:
    """Where something is: what a loss names.

    Args:
        losses: Takes them.
        path: The block's name, and the path in it.
        position: Where the map states it.
    """

    def __init__(self, losses: Losses, path: str, position: SourcePosition | None = None) -> None:
        self.losses = losses
        self.path = path
        self.position = position

    def at(self, name: str, position: SourcePosition | None = None) -> Place:
        """A part of it."""
        return Place(self.losses, f"{self.path}.{name}", position or self.position)

    def lost(self, message: str) -> None:
        """Note what is not carried over."""
        self.losses.add(message, self.path, self.position)


def array_of(name: str, dimension: Dimension | None, place: Place) -> list[tuple[str, int, Dimension | None]]:
    """The elements to write: name, bytes to add to the offset, and the array's shape.

    One with its shape where SVD has a word for the array, else each element for itself.
    """
    if dimension is None:
        return [(plain_name(name, place), 0, None)]
    if dimension.offsets is None and (is_counted(dimension.index) or is_listable(dimension.index)):
        stem = identifier(name)
        if stem != name:
            place.lost("a name is made an identifier")
        return [(stem if "%s" in name else f"{stem}[%s]", 0, dimension)]
    place.lost("an array of irregular offsets or names is written element by element")
    elements = [name if "%s" in name else f"{name}_%s"] * dimension.count
    return [
        (identifier(element.replace("%s", dimension.index[i])), dimension.at(i), None)
        for i, element in enumerate(elements)
    ]


def is_counted(index: Sequence[str]) -> bool:
    """Whether an array's elements are simply counted."""
    return all(word == str(i) for i, word in enumerate(index))


def is_listable(index: Sequence[str]) -> bool:
    """Whether SVD's list of names can hold the names of an array's elements."""
    return len(index) > 1 and all(_INDEX.fullmatch(word) for word in index)


def write_dimension(dimension: Dimension | None, xml: XmlText) -> None:
    """Write an array's shape, where there is one."""
    if dimension is None:
        return
    xml.element("dim", dimension.count)
    xml.element("dimIncrement", dimension.stride, hexadecimal=True)
    if not is_counted(dimension.index):
        xml.element("dimIndex", ",".join(dimension.index))


def plain_name(name: str, place: Place) -> str:
    """The name of what is no array, or no longer one."""
    written = identifier(name).rstrip("_") if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) else name
    if written != name:
        place.lost("a name is made an identifier")
    return written


def tell_losses(lost: Mapping[str, object], place: Place) -> None:
    """Note the messages whose subject is there."""
    for message, there in lost.items():
        if there:
            place.lost(message)
