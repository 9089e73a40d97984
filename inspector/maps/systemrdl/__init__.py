"""Reads SystemRDL 2.0 into the tree of a map, through systemrdl-compiler; embedded Perl is refused.

SystemRDL states what reads do: without ``onread`` (clause 9.6 of the standard) a read changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from inspector.maps.findings import Report
from inspector.maps.systemrdl.addrmaps import map_tree
from inspector.maps.systemrdl.compiling import compile_top
from inspector.maps.systemrdl.losses import Losses
from inspector.maps.systemrdl.places import Places
from inspector.maps.systemrdl.texts import read_texts
from inspector.maps.tree import Imported

FORMAT = "SystemRDL"

__all__ = ["FORMAT", "import_systemrdl"]


def import_systemrdl(path: Path, name: str) -> Imported:
    """Read the last address map of a file, its parameters at their defaults.

    Args:
        path: The file; what it includes is looked for beside it.
        name: What to call it in messages.

    Raises:
        UsageError: The file cannot be read, or the compiler is not installed.
        MapError: The file or one that it includes holds Perl or is no SystemRDL.
    """
    texts = read_texts(path, name)
    report = Report(texts.main)
    top = compile_top(path, texts, report)
    places = Places(texts)
    losses = Losses(places)
    root = map_tree(top, places, losses)
    losses.tell(report)
    return Imported(root, tuple(report.findings()), FORMAT, tuple(texts.included))
