"""A fixed cadence: no drift, and no burst to catch up after a delay."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator


def ticks(
    period: float,
    *,
    count: int | None = None,
    duration: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[int]:
    """Yield at every multiple of ``period`` from now, counting from 0; what is missed is left out.

    Args:
        period: Seconds from one tick to the next.
        count: How many ticks; None for no limit.
        duration: Seconds after which none begins; None for no limit.
        clock: What tells the time in seconds.
        sleep: What waits.
    """
    start = clock()
    place = made = 0
    while count is None or made < count:
        wait = start + place * period - clock()
        if wait > 0:
            sleep(wait)
        yield made
        made += 1
        place = max(place + 1, math.ceil((clock() - start) / period))
        # A tick due at the very end is not made, however the product was rounded.
        if duration is not None and place * period >= duration - period / 1e6:
            return
