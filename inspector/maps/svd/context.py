"""What the readers of a description's parts share."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.maps.svd.budget import Budget
from inspector.maps.svd.derive import Derivations
from inspector.maps.svd.notes import Notes
from inspector.maps.tree import Tree


@dataclass(frozen=True, slots=True)
class Context:
    """One description.

    Attributes:
        tree: Makes the map's nodes.
        derivations: What derives from what.
        budget: The work that it may take.
        notes: Takes what is put right, and what is left out.
        bus_width: Of its widest access in bits.
    """

    tree: Tree
    derivations: Derivations
    budget: Budget
    notes: Notes
    bus_width: int
