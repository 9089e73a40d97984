"""A loaded map as JSON: one object for each register, and for each window of memory."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.maps.exports.outline import sites
from inspector.model.access import TOKENS, Access
from inspector.model.enumeration import Enumeration
from inspector.model.field import Constraint, Field
from inspector.model.format import Format, FormatType
from inspector.model.guard import Guards
from inspector.model.register import Atomic, Memory, Poll, Register
from inspector.model.registermap import RegisterMap, RegisterNode


def export_json(register_map: RegisterMap) -> Iterator[dict[str, object]]:
    """Describe every register in the map's order, and then every window of memory.

    Yields:
        ``path``, ``address`` (absolute, in bytes; the offset where no physical one is known), ``width``
        (bits), ``access`` (token), ``reset`` (None where not known), ``reset_mask`` where only some bits
        of it are defined, and ``fields``: name → ``bits``, ``access``, and ``reset``, ``enum`` (values →
        name) and ``danger`` where known. ``dangers`` has the values of an ``enum`` whose writing a person
        must confirm. Every other key is as in a map file, and there only where it says more than the
        format's default: ``on_read`` and ``on_write`` where the token does not tell them, ``when`` as one
        text, ``access_width`` and ``word_order`` where a register takes several accesses.

        A window of memory has ``"kind": "memory"``, its ``size`` in bytes and the ``width`` of a word, and no
        fields.
    """
    for node in register_map.nodes:
        yield _register(node)
    for site in sites(register_map):
        for local, offset, memory in site.instance.block.memories():
            start = site.instance.offset if site.address is None else site.address
            yield _memory(f"{site.name}.{local}", start + offset, memory)


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
    described |= _effects(register.access)
    if register.words > 1:
        described |= {"access_width": register.access_width, "word_order": register.word_order}
    if register.byte_order != "little":
        described["byte_order"] = register.byte_order
    described |= _view(register.alt, register.when)
    described |= _stated(
        volatile=register.volatile, const=register.const, title=register.title, desc=register.desc
    )
    if register.expect is not None:
        described["expect"] = register.expect
    described |= _stated(doc=register.doc, tags=list(register.tags), hidden=register.hidden)
    described |= _format(register.format, register.unit)
    if register.enum is not None:
        described["enum"] = _enum(register.enum)
        described |= _dangers(register.enum)
    described |= _writing(register)
    described["fields"] = {field.name: _field(field) for field in register.fields}
    return described


def _writing(register: Register) -> dict[str, object]:
    """What a write, a readback or a restore has to know."""
    described: dict[str, object] = {}
    if register.poll is not Poll.AUTO:
        described["poll"] = register.poll.value
    if register.reserved_write is not None:
        described["reserved_write"] = register.reserved_write.value
    if not register.echo:
        described["echo"] = False
    if not register.readback:
        described["readback"] = False
    described |= _stated(write_mask=register.write_mask, write_twice=register.write_twice)
    if register.locked_by is not None:
        described["locked_by"] = str(register.locked_by)
    if register.latched_by is not None:
        described["latched_by"] = register.latched_by
    if register.atomic is not None:
        described["atomic"] = _atomic(register.atomic)
    if register.restore is not None:
        described["restore"] = "never" if register.restore.never else register.restore.order
    return described | _stated(danger=register.danger)


def _field(field: Field) -> dict[str, object]:
    described: dict[str, object] = {"bits": str(field.bits), "access": field.access.token}
    if field.reset is not None:
        described["reset"] = field.reset
    described |= _effects(field.access)
    described |= _view(field.alt, field.when)
    described |= _stated(volatile=field.volatile, title=field.title, desc=field.desc)
    if field.expect is not None:
        described["expect"] = field.expect
    if field.write_value is not None:
        described["write_value"] = field.write_value
    if field.reserved_write is not None:
        described["reserved_write"] = field.reserved_write.value
    described |= _stated(tags=list(field.tags), hidden=field.hidden, constraint=_constraint(field.constraint))
    described |= _format(field.format, field.unit)
    if field.enum is not None:
        described["enum"] = _enum(field.enum)
    if field.enum_write is not None:
        described["enum_write"] = _enum(field.enum_write)
    if field.choices is not None:
        described |= _dangers(field.choices)
    return described | _stated(danger=field.danger)


def _memory(path: str, address: int, memory: Memory) -> dict[str, object]:
    described: dict[str, object] = {
        "path": path,
        "address": address,
        "width": memory.width,
        "access": memory.access.token,
        "reset": None,
        "kind": "memory",
        "size": memory.size,
    }
    described |= _effects(memory.access)
    if memory.byte_order != "little":
        described["byte_order"] = memory.byte_order
    described |= _view(memory.alt, memory.when)
    described |= _stated(title=memory.title, desc=memory.desc, hidden=memory.hidden)
    described["fields"] = {}
    return described


def _stated(**values: object) -> dict[str, object]:
    """The values that say something."""
    return {key: value for key, value in values.items() if value}


def _effects(access: Access) -> dict[str, object]:
    """What reading and writing do, where the token tells otherwise."""
    token = TOKENS[access.token]
    described: dict[str, object] = {}
    if access.on_read is not token.on_read:
        described["on_read"] = access.on_read.value
    if access.on_write is not token.on_write:
        described["on_write"] = access.on_write.value
    return described


def _view(alt: str, when: Guards) -> dict[str, object]:
    return _stated(alt=alt, when=" and ".join(map(str, when)))


def _constraint(constraint: Constraint) -> dict[str, object]:
    described: dict[str, object] = {}
    if constraint.minimum is not None:
        described["min"] = constraint.minimum
    if constraint.maximum is not None:
        described["max"] = constraint.maximum
    return described | _stated(enum_only=constraint.enum_only, as_read=constraint.as_read)


def _format(form: Format, unit: str) -> dict[str, object]:
    described: dict[str, object] = {}
    match form.type:
        case FormatType.HEX:
            pass
        case FormatType.FIXED | FormatType.UFIXED:
            described["format"] = {"type": form.type.value, "frac": form.frac}
        case FormatType.LINEAR:
            described["format"] = {"type": "linear", "scale": form.scale, "offset": form.offset}
        case FormatType.EXPR:
            described["format"] = {"type": "expr", "expr": form.expression.text if form.expression else ""}
        case _:
            described["format"] = form.type.value
    return described | _stated(unit=unit)


def _atomic(atomic: Atomic) -> dict[str, object]:
    aliases = {"set": atomic.set, "clear": atomic.clear, "xor": atomic.xor}
    return {effect: alias for effect, alias in aliases.items() if alias is not None}


def _enum(enum: Enumeration) -> dict[str, str]:
    names = {entry.text: entry.name for entry in enum.entries}
    if enum.default is not None:
        names["default"] = enum.default
    return names


def _dangers(enum: Enumeration) -> dict[str, object]:
    dangers = {entry.text: entry.danger for entry in enum.entries if entry.danger}
    return {"dangers": dangers} if dangers else {}
