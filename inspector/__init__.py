"""An interactive terminal inspector for hardware registers."""

from __future__ import annotations

__version__ = "0.1.0"
