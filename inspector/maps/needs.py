"""What blocks need before they are touched: held against the instances and registers there are."""

from __future__ import annotations

from collections.abc import Mapping

from inspector.maps.conditions import ConditionSpec
from inspector.maps.findings import Report, quote
from inspector.model.registermap import Instance, Region, RegisterMap


def check_needs(register_map: RegisterMap, needs: Mapping[str, ConditionSpec], report: Report) -> None:
    """Report needs that lead nowhere, or that nobody can look at.

    Args:
        register_map: The map.
        needs: What each block states, by the block's name.
        report: Takes what is wrong; each statement once.
    """
    wrong: set[str] = set()
    for region in register_map.regions:
        for instance in region.instances:
            name = instance.block.name
            spec = needs.get(name)
            if (
                spec is not None
                and name not in wrong
                and not _check(register_map, region, instance, spec, report)
            ):
                wrong.add(name)


def _check(
    register_map: RegisterMap, region: Region, instance: Instance, spec: ConditionSpec, report: Report
) -> bool:
    before = report.errors
    found = register_map.needed(region, instance, spec.path)
    if found is None:
        report.error(
            spec.node,
            "path",
            f"'{instance.name}' needs {quote(spec.path)}, which names nothing",
            "write REGISTER.FIELD of the block itself, or INSTANCE.REGISTER.FIELD",
        )
        return False
    node, field = found
    target = field or node.register
    readable = field.access.readable if field else node.register.readable
    if not (readable and node.safety.safe):
        reason = node.safety.reason or "it is write-only"
        report.error(spec.node, "condition", f"'{spec.path}' cannot be looked at: {reason}")
    elif spec.value is None and target.width > 1:
        report.error(
            spec.node, "condition", f"'{spec.path}' has {target.width} bits", f"write {spec.path} == VALUE"
        )
    elif spec.value is not None and spec.value >> target.width:
        report.error(
            spec.node,
            "too-wide",
            f"{spec.value:#x} does not fit in the {target.width} bits of '{spec.path}'",
        )
    elif register_map.needed_by(node) is not None:
        report.error(
            spec.node,
            "condition",
            f"'{spec.path}' is in a block that needs something itself",
            "name what is always there",
        )
    return report.errors == before
