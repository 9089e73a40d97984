"""Warns of registers that are sound, and yet look as if something was forgotten."""

from __future__ import annotations

import re

from inspector.maps.context import Context
from inspector.maps.entries import Entries
from inspector.maps.fields import FieldScope, write_only_values
from inspector.maps.findings import quote
from inspector.maps.keys import (
    POLL,
    RESET,
)
from inspector.model.access import OnRead
from inspector.model.field import Field
from inspector.model.register import Poll, Register

_DATA_REGISTER = re.compile(
    r"((US|U|LPU)ART|SPI|SSP|I2C|I2S|SAI)?_?(DR|RDR|RXDR|RXD|RXDATA|RBR|RHR)|\w*FIFO(_?(DATA|RD|READ|POP|OUT|IN))?"
)
"""Names of registers whose reads usually take an entry out of a FIFO; narrower than what an imported
map is judged by, since this one was written by hand."""


def warn(register: Register, entries: Entries, scope: FieldScope, context: Context) -> None:
    """Warn of a register that will not do what its map seems to expect."""
    report = context.report
    acting = [part for part in register.parts() if part.readable and part.on_read.acts]
    if acting and entries.stated(POLL) and register.poll is Poll.AUTO:
        report.warning(
            entries.at(POLL),
            "polled-effect",
            f"'{scope.path}' is not polled, whatever poll says: "
            f"reading it acts (on_read: {acting[0].on_read.value})",
            "drop poll: auto",
        )
    silent = not scope.read_stated and all(part.on_read is OnRead.NONE for part in register.parts())
    if silent and register.readable and _DATA_REGISTER.fullmatch(register.name.replace("%s", "")):
        report.warning(
            entries.node,
            "fifo-name",
            f"'{scope.path}' is named like a FIFO's data register, "
            "and the map does not say what reading it does",
            "state on_read: pop, or on_read: none where reading changes nothing",
        )
    lonely = _without_value(register.fields)
    if len(lonely) > 1 and not entries.wrong(RESET):
        report.warning(
            entries.node,
            "write-only-reset",
            f"the fields {', '.join(quote(item.name) for item in lonely[:3])} of '{scope.path}' "
            "are write-only and have no reset: one cannot be edited without knowing the others",
            "state the register's reset",
        )


def _without_value(fields: tuple[Field, ...]) -> list[Field]:
    return [item for item in write_only_values(fields) if item.reset is None]
