"""Simulated registers that behave as their map says."""

from __future__ import annotations

from inspector.backends.simulation.log import LoggedAccess
from inspector.backends.simulation.simulation import Simulation

__all__ = ["LoggedAccess", "Simulation"]
