"""What went over the simulated bus."""

from __future__ import annotations

from typing import Literal, NamedTuple


class LoggedAccess(NamedTuple):
    """One access of the simulated bus.

    Attributes:
        kind: ``read`` or ``write``.
        region: The region's name.
        offset: Bytes from the region's start.
        width: In bits.
        value: As it was on the bus, in the host's byte order.
    """

    kind: Literal["read", "write"]
    region: str
    offset: int
    width: int
    value: int
