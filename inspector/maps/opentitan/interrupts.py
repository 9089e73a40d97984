"""The registers that reggen makes of a block's interrupts and alerts, in front of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.maps.opentitan.fields import FieldSpec
from inspector.maps.opentitan.reading import Document, Group, Lines
from inspector.maps.opentitan.registers import RegisterList
from inspector.model.access import TOKENS, Access


def add_automatic(block: Group, registers: RegisterList) -> None:
    """Add INTR_STATE, INTR_ENABLE, INTR_TEST and ALERT_TEST, unless the block says that it has its own."""
    document = block.document
    interrupts = _signals(block, "interrupt_list", "interrupts")
    if interrupts and not block.flag("no_auto_intr_regs"):
        for name, desc, make in _INTERRUPT_REGISTERS:
            fields = [make(signal, lsb) for signal, lsb in interrupts]
            registers.put(_described(document, interrupts[0][0].line, desc), name, fields)
    alerts = _signals(block, "alert_list", "alerts")
    if alerts and not block.flag("no_auto_alert_regs"):
        fields = [_alert_test(signal, lsb) for signal, lsb in alerts]
        desc = "Alert test: writing 1 raises an alert once"
        registers.put(_described(document, alerts[0][0].line, desc), "ALERT_TEST", fields)


def _signals(block: Group, key: str, what: str) -> list[tuple[Group, int]]:
    """Interrupts or alerts, each with its lowest bit."""
    lines = Lines(block.document, key)
    signals, lsb = [], 0
    for raw in block.groups(key, what):
        signal = Group(block.document, raw, lines.find(raw.get("name")), what[:-1])
        if not signal.text("name").isidentifier():
            signal.fail("missing-key", f"one of the {what} has no name")
        signals.append((signal, lsb))
        lsb += signal.number("width", 1)
    return signals


def _described(document: Document, line: int, desc: str) -> Group:
    return Group(document, {"desc": desc}, line, "register")


def _field(
    signal: Group, lsb: int, access: Access, reset: int, desc: str, values: Mapping[str, Any] | None = None
) -> FieldSpec:
    group = Group(signal.document, {"desc": desc, **(values or {})}, signal.line, "field")
    width = signal.number("width", 1)
    return FieldSpec(group, signal.text("name"), lsb, width, access, reset, volatile=False)


def _is_status(signal: Group) -> bool:
    """Whether an interrupt shows a level; else it latches an event."""
    return signal.text("type", "event").lower() == "status"


def _state(signal: Group, lsb: int) -> FieldSpec:
    access = TOKENS["ro" if _is_status(signal) else "w1c"]
    field = _field(signal, lsb, access, int(signal.flag("default")), signal.text("desc").strip())
    return FieldSpec(
        field.group, field.name, field.lsb, field.width, field.access, field.reset, volatile=True
    )


def _enable(signal: Group, lsb: int) -> FieldSpec:
    name = signal.text("name")
    return _field(signal, lsb, TOKENS["rw"], 0, f"The interrupt is raised while INTR_STATE.{name} is set")


def _test(signal: Group, lsb: int) -> FieldSpec:
    """An event's test is an impulse; a status stays forced until 0 is written."""
    name = signal.text("name")
    if _is_status(signal):
        return _field(signal, lsb, TOKENS["wo"], 0, f"Forces INTR_STATE.{name} to 1 until it is 0 again")
    return _field(signal, lsb, TOKENS["wo1p"], 0, f"Writing 1 sets INTR_STATE.{name}")


def _alert_test(signal: Group, lsb: int) -> FieldSpec:
    return _field(signal, lsb, TOKENS["wo1p"], 0, signal.text("desc").strip())


_INTERRUPT_REGISTERS: tuple[tuple[str, str, Callable[[Group, int], FieldSpec]], ...] = (
    ("INTR_STATE", "Interrupt state", _state),
    ("INTR_ENABLE", "Interrupt enable", _enable),
    ("INTR_TEST", "Interrupt test", _test),
)
