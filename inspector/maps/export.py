"""A loaded map as JSON: one object for each register."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode


def export_json(register_map: RegisterMap) -> Iterator[dict[str, object]]:
    """Describe every register, in the map's order.

    Yields:
        ``path``, ``address`` (absolute, in bytes; the offset where no physical one is known), ``width``
        (bits), ``access`` (token), ``reset`` (None where not known), ``reset_mask`` where only some bits
        of it are defined, ``latched_by``, ``restore`` and ``danger`` where stated, and ``fields``: name →
        ``bits``, ``access``, and ``reset``, ``enum`` (values → name) and ``danger`` where known. ``dangers``
        has the values of an ``enum`` whose writing a person must confirm.
    """
    for node in register_map.nodes:
        yield _register(node)


def _register(node: RegisterNode) -> dict[str, object]:
    register = node.register
    described: dict[str, object] = {
        "path": node.path,
        "address": node.address,
        "width": register.width,
        "access": register.access.token,
        "reset": register.reset,
    }
    if register.reset is not None and register.reset_mask != register.mask:
        described["reset_mask"] = register.reset_mask
    if register.enum is not None:
        described["enum"] = _enum(register.enum)
        described |= _dangers(register.enum)
    if register.latched_by is not None:
        described["latched_by"] = register.latched_by
    if register.restore is not None:
        described["restore"] = "never" if register.restore.never else register.restore.order
    if register.danger:
        described["danger"] = register.danger
    described["fields"] = {field.name: _field(field) for field in register.fields}
    return described


def _field(field: Field) -> dict[str, object]:
    described: dict[str, object] = {"bits": str(field.bits), "access": field.access.token}
    if field.reset is not None:
        described["reset"] = field.reset
    if field.enum is not None:
        described["enum"] = _enum(field.enum)
    if field.enum_write is not None:
        described["enum_write"] = _enum(field.enum_write)
    if field.choices is not None:
        described |= _dangers(field.choices)
    if field.danger:
        described["danger"] = field.danger
    return described


def _enum(enum: Enumeration) -> dict[str, str]:
    names = {entry.text: entry.name for entry in enum.entries}
    if enum.default is not None:
        names["default"] = enum.default
    return names


def _dangers(enum: Enumeration) -> dict[str, object]:
    dangers = {entry.text: entry.danger for entry in enum.entries if entry.danger}
    return {"dangers": dangers} if dangers else {}
