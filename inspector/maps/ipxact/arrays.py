"""IP-XACT's arrays of one and more dimensions as a map's."""

from __future__ import annotations

from itertools import product

from inspector.maps.findings import quote
from inspector.maps.ipxact.document import Document
from inspector.maps.svd.arrays import MOST_ELEMENTS, Array
from inspector.maps.xml import Element

MOST_INDICES = 4096
"""Elements of an array of several dimensions that are named by all of them."""


def read_array(
    element: Element, name: str, stride: int, document: Document, *, stride_tag: str = "stride"
) -> Array | None:
    """The array that an element is; None where it stands there once.

    The elements of several dimensions follow one another, the last dimension fastest, so that they are one
    array, whose elements are called ``NAME[1_0]``. From 1685-2022 on the dimensions stand in ``array``.

    Args:
        element: A register, a register file, an address block or a field.
        name: Its name, for messages.
        stride: From one element to the next where that is not stated; in address units, or bits of a field.
        document: The file.
        stride_tag: What states it.
    """
    inner = element.child("array")
    stated_in = element if inner is None else inner
    dimensions = [document.value(dim) for dim in stated_in.all("dim") if dim.text.strip()]
    if not dimensions:
        return None
    lengths = [length or 1 for length in dimensions]
    if not all(dimensions):
        message = f"{quote(name)} has a dimension that is none; it is taken for 1"
        document.notes.repair("dimensions that are none", element.line, message)
    count = 1
    for length in lengths:
        count *= length
        if count > MOST_ELEMENTS:
            raise document.refusal(f"{quote(name)} has more than {MOST_ELEMENTS:,} elements", element.line)
    stated = None if inner is None else document.number(inner, stride_tag)
    names: tuple[str, ...] = ()
    if len(lengths) > 1 and count <= MOST_INDICES:
        names = tuple("_".join(map(str, index)) for index in product(*map(range, lengths)))
    elif len(lengths) > 1:
        document.notes.drop(
            "the dimensions of large arrays: their elements are numbered through", element.line, quote(name)
        )
    return Array(count, stated or stride, names)
