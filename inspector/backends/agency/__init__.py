"""The client of the agent: starts one, and has it map and touch what backends describe."""

from __future__ import annotations

from inspector.backends.agency.agent import Agent, AgentWindow

__all__ = ["Agent", "AgentWindow"]
