"""SystemRDL's arrays of one and more dimensions as a map's."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from inspector.maps.importing import Here, Pairs
from inspector.maps.systemrdl.losses import Losses

if TYPE_CHECKING:
    from systemrdl.node import AddressableNode

MOST_INDICES = 4096
"""Elements of an array of several dimensions that are named by all of them."""


def array_pairs(component: AddressableNode, here: Here, losses: Losses, *, size: int | None) -> Pairs:
    """The keys of an array; none for a single thing.

    The elements of several dimensions follow one another at one stride, the last dimension fastest
    (clause 5.1.2.4), so that they are one array, whose elements are called ``NAME[1_0]``.

    Args:
        component: The register, group or address map.
        here: Where it stands.
        losses: Takes the dimensions of an array too large for names.
        size: Bytes of an element where that is the default stride; None where a stride must be stated.
    """
    dimensions = component.array_dimensions
    if not dimensions:
        return []
    stride = component.array_stride
    assert stride is not None
    pairs: Pairs = []
    if len(dimensions) > 1 and component.n_elements <= MOST_INDICES:
        indices = product(*(range(length) for length in dimensions))
        pairs.append(("index", here.sequence("_".join(map(str, index)) for index in indices)))
    else:
        pairs.append(("count", here.number(component.n_elements)))
        if len(dimensions) > 1:
            losses.add(
                component,
                "not-carried",
                "the dimensions of a large array are not carried over: its elements are numbered through",
            )
    if stride != size:
        pairs.append(("stride", here.hexadecimal(stride)))
    return pairs
