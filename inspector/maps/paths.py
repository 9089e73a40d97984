"""Paths within a block, as ``locked_by`` and ``sim`` write them: held against the registers there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.nodes import Node
from inspector.model.register import Block, Group, Memory, Register

Wanted = Literal["register", "field", "fifo", "condition", "selector", "latch", "alias"]


@dataclass(frozen=True, slots=True)
class PathUse:
    """A path that a map mentions.

    Attributes:
        node: Where.
        path: The text.
        wanted: What must be there: ``fifo`` is a register with a FIFO, ``condition`` a field or register,
            ``selector`` likewise, the owner's own fields first, ``latch`` and ``alias`` what can be written.
        owner: The path of the register that mentions it, array elements not numbered.
        value: What a condition compares with; None for *while it is not zero*.
    """

    node: Node
    path: str
    wanted: Wanted
    owner: str
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
    first = dict(_first(block.children, "", ""))
    for use in uses:
        # What holds for the first element of an array holds for all of them.
        _check(use, first.get(use.owner, use.owner), registers, broken, block.name, report)


def _first(
    children: tuple[Register | Group | Memory, ...], prefix: str, path: str
) -> Iterator[tuple[str, str]]:
    """The path of each register, array elements not numbered, with that of its first element."""
    for child in children:
        if isinstance(child, Memory):
            continue
        name = child.dimension.element_name(child.name, 0) if child.dimension else child.name
        if isinstance(child, Group):
            yield from _first(child.children, f"{prefix}{child.name}.", f"{path}{name}.")
        else:
            yield prefix + child.name, path + name


def _scoped(path: str, owner: str, registers: dict[str, Register]) -> str:
    """The path from the block on: from the owner's own group, else from the group around that."""
    scope = owner
    while scope:
        scope = scope.rpartition(".")[0]
        found = f"{scope}.{path}" if scope else path
        head, _, last = found.rpartition(".")
        if found in registers or (head in registers and registers[head].field(last) is not None):
            return found
    return path


def _check(
    use: PathUse, owner: str, registers: dict[str, Register], broken: set[str], block: str, report: Report
) -> None:
    path = _scoped(use.path, owner, registers)
    if use.wanted == "selector" and owner in registers and registers[owner].field(use.path) is not None:
        path = f"{owner}.{use.path}"
    register, field = registers.get(path), None
    if register is None:
        head, _, last = path.rpartition(".")
        holder = registers.get(head)
        if holder is not None:
            field = holder.field(last)
            if field is None:
                if not _is_broken(head, broken):
                    names = [known.name for known in holder.fields]
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
                or "a path starts at the group or the block: REGISTER, GROUP.REGISTER.FIELD",
            )
        return
    if use.wanted in ("latch", "alias"):
        _check_target(use, owner, path, registers, report)
    if use.wanted == "field" and field is None:
        report.error(use.node, "path", f"'{use.path}' is a register, not a field", "write REGISTER.FIELD")
    elif use.wanted in ("register", "fifo") and register is None:
        report.error(use.node, "path", f"'{use.path}' is a field, not a register")
    elif (
        use.wanted == "fifo" and register is not None and (register.sim is None or register.sim.fifo is None)
    ):
        report.error(use.node, "path", f"register '{use.path}' has no FIFO", "give it sim: {fifo: DEPTH}")
    elif use.wanted in ("condition", "selector"):
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


def _check_target(
    use: PathUse, owner: str, path: str, registers: dict[str, Register], report: Report
) -> None:
    """Report a path that a write of the register at ``owner`` cannot be followed or replaced by."""
    whole = path if path in registers else path.rpartition(".")[0]
    register = registers[whole]
    field = None if whole == path else register.field(path.rpartition(".")[2])
    writable = field.access.writable if field else register.writable
    if whole == owner:
        hint = "write_twice: true says that one register is written twice" if use.wanted == "latch" else ""
        report.error(use.node, "path", f"'{use.path}' is in the register itself", hint)
    elif not writable:
        report.error(use.node, "path", f"'{use.path}' cannot be written")
    elif use.wanted == "latch" and register.latched_by is not None:
        report.error(use.node, "path", f"'{whole}' takes effect only with a later write itself")


def _is_broken(path: str, broken: set[str]) -> bool:
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in broken)


def _listed(what: str, names: list[str]) -> str:
    return f"{what}: {' '.join(names)}" if names else ""
