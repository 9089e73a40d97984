"""A map opened on a backend: sampling, values with their age and error, edits.

The screen and the command line both stand on `Session`; neither has a copy of anything in it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.session.poller import Poller, RegionStatus, Snapshot
    from inspector.session.region import OpenRegion, RegionState
    from inspector.session.sample import Sample
    from inspector.session.session import Session
    from inspector.session.writing import WriteResult

__all__ = [
    "OpenRegion",
    "Poller",
    "RegionState",
    "RegionStatus",
    "Sample",
    "Session",
    "Snapshot",
    "WriteResult",
]

_MODULES = {
    "OpenRegion": "region",
    "Poller": "poller",
    "RegionState": "region",
    "RegionStatus": "poller",
    "Sample": "sample",
    "Session": "session",
    "Snapshot": "poller",
    "WriteResult": "writing",
}


def __getattr__(name: str) -> object:
    """Import what is asked for: the screen shows samples before it needs backends, which take longer."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
