"""Paths within a block, as ``locked_by`` and ``sim`` write them: held against the registers there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.nodes import Node
from inspector.model.register import Block, Register

Wanted = Literal["register", "field", "fifo", "condition"]


@dataclass(frozen=True, slots=True)
class PathUse:
    """A path that a map mentions.

    Attributes:
        node: Where.
        path: The text.
        wanted: What must be there: ``fifo`` is a register with a FIFO, ``condition`` a field or register.
        value: What a condition compares with; None for *while it is not zero*.
    """

    node: Node
    path: str
    wanted: Wanted
    value: int | None = None


def check_paths(uses: list[PathUse], block: Block, broken: set[str], report: Report) -> None:
    """Report the paths that lead nowhere, or to the wrong thing.

    Args:
        uses: The paths.
        block: Where they must lead.
        broken: Names of registers and groups that are missing because of errors of their own.
        report: Takes what is wrong.
    """
    if not uses:
        return
    registers = {path: register for path, _, register in block.walk()}
    for use in uses:
        _check(use, registers, broken, block.name, report)


def _check(
    use: PathUse, registers: dict[str, Register], broken: set[str], block: str, report: Report
) -> None:
    register, field = registers.get(use.path), None
    if register is None:
        head, _, last = use.path.rpartition(".")
        owner = registers.get(head)
        if owner is not None:
            field = owner.field(last)
            if field is None:
                if not _is_broken(head, broken):
                    names = [known.name for known in owner.fields]
                    report.error(
                        use.node,
                        "path",
                        f"register '{head}' has no field {quote(last)}",
                        did_you_mean(last, names) or _listed("its fields", names),
                    )
                return
    if register is None and field is None:
        if not _is_broken(use.path, broken):
            report.error(
                use.node,
                "path",
                f"block '{block}' has no register {quote(use.path)}",
                did_you_mean(use.path, registers)
                or "a path starts at the block: REGISTER, GROUP.REGISTER.FIELD",
            )
        return
    if use.wanted == "field" and field is None:
        report.error(use.node, "path", f"'{use.path}' is a register, not a field", "write REGISTER.FIELD")
    elif use.wanted in ("register", "fifo") and register is None:
        report.error(use.node, "path", f"'{use.path}' is a field, not a register")
    elif (
        use.wanted == "fifo" and register is not None and (register.sim is None or register.sim.fifo is None)
    ):
        report.error(use.node, "path", f"register '{use.path}' has no FIFO", "give it sim: {fifo: DEPTH}")
    elif use.wanted == "condition":
        target = field or register
        assert target is not None
        if use.value is None and target.width > 1:
            report.error(
                use.node, "condition", f"'{use.path}' has {target.width} bits", f"write {use.path} == VALUE"
            )
        elif use.value is not None and use.value >> target.width:
            report.error(
                use.node,
                "too-wide",
                f"{use.value:#x} does not fit in the {target.width} bits of '{use.path}'",
            )


def _is_broken(path: str, broken: set[str]) -> bool:
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in broken)


def _listed(what: str, names: list[str]) -> str:
    return f"{what}: {' '.join(names)}" if names else ""
