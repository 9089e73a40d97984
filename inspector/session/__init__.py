"""A map opened on a backend: sampling, values with their age and error, edits.

The screen and the command line both stand on `Session`; neither has a copy of anything in it.
"""

from __future__ import annotations

from inspector.session.poller import Poller, Snapshot
from inspector.session.region import OpenRegion, RegionState
from inspector.session.sample import Sample
from inspector.session.session import Session, WriteResult

__all__ = ["OpenRegion", "Poller", "RegionState", "Sample", "Session", "Snapshot", "WriteResult"]
