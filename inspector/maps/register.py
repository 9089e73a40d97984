"""Builds one register of what is stated and inherited."""

from __future__ import annotations

from inspector.maps.behaviours import register_behaviour
from inspector.maps.context import Context
from inspector.maps.entries import Entries, read_entries
from inspector.maps.fields import FieldScope, build_fields
from inspector.maps.findings import Report
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    ACCESS_WIDTH,
    ATOMIC_KEY,
    CONST,
    DANGER,
    DESC,
    DOC,
    ENUM,
    EXPECT,
    FIELDS,
    FORMAT_KEY,
    HIDDEN,
    KIND,
    LATCHED_BY,
    LOCKED_BY,
    OFFSET,
    REGISTER_SIM_KEY,
    RESET,
    RESET_MASK,
    TAGS,
    TITLE,
    UNIT,
    WIDTH,
    WRITE_MASK,
    WRITE_TWICE,
)
from inspector.maps.kinds import BUS_WIDTHS
from inspector.maps.nodes import ScalarNode
from inspector.maps.paths import PathUse
from inspector.maps.placed import guards, use_when
from inspector.maps.suspicions import warn
from inspector.maps.values import ATOMIC, ATOMIC_CLEAR, ATOMIC_SET, ATOMIC_XOR
from inspector.model.bits import ones
from inspector.model.guard import Guard
from inspector.model.register import Atomic, Register


def build_register(
    name: ScalarNode, entries: Entries, inherited: Inherited, path: str, context: Context
) -> Register:
    """Build a register, or the prototype of an array's elements; what is wrong is reported and left out."""
    report, width = context.report, inherited.width
    check_kind(entries, "register", report)
    use_when(entries, path, context)
    # A check against a width that is wrong itself would be a second message for one mistake.
    checked = None if inherited.width_wrong else width
    scope = _scope(entries, inherited, 64 if checked is None else width, path, context)
    node = entries.get(FIELDS)
    fields = build_fields(node, scope, context) if node is not None else ()
    scope.note_formula(entries)
    scope.check_formulas(fields, report)
    spec = entries.get(FORMAT_KEY)
    sim = entries.get(REGISTER_SIM_KEY)
    register = Register(
        name=name.text,
        offset=entries.get(OFFSET) or 0,
        width=width,
        access=inherited.effective,
        fields=fields,
        reset=scope.reset if scope.reset_mask else None,
        reset_mask=scope.reset_mask,
        volatile=inherited.volatile,
        const=entries.get(CONST) or False,
        expect=context.fitting(entries, EXPECT, checked),
        byte_order=inherited.byte_order,
        access_width=0 if inherited.width_wrong else _access_width(entries, inherited, report),
        word_order=inherited.word_order,
        alt=inherited.alt,
        when=guards(inherited),
        poll=inherited.poll,
        reserved_write=inherited.reserved_write,
        echo=inherited.echo,
        readback=inherited.readback,
        write_mask="upper" if entries.get(WRITE_MASK) else None,
        write_twice=entries.get(WRITE_TWICE) or False,
        locked_by=_guard(entries, path, context),
        latched_by=_latch(entries, path, context),
        atomic=_atomic(entries, path, context) or inherited.atomic,
        restore=inherited.restore,
        danger=entries.get(DANGER) or "",
        format=context.format(entries, FORMAT_KEY, checked),
        unit=entries.get(UNIT) or (spec.unit if spec else ""),
        enum=context.enumeration(entries, ENUM, checked),
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
        doc=entries.get(DOC) or "",
        tags=entries.get(TAGS) or (),
        hidden=entries.get(HIDDEN) or False,
        sim=register_behaviour(sim, path, context) if sim is not None else None,
        position=report.position(name),
    )
    if not inherited.width_wrong:
        _check_write_mask(register, entries, context)
    warn(register, entries, scope, context)
    return register


def check_kind(entries: Entries, kind: str, report: Report) -> None:
    """Report a ``kind`` that what is stated beside it contradicts."""
    stated = entries.get(KIND)
    if stated is not None and stated != kind:
        report.error(
            entries.at(KIND),
            "memory" if stated == "memory" else "type",
            f"this is a {kind}, not a {stated}",
            "a group has registers, and a memory window has neither registers nor fields",
        )


def _access_width(entries: Entries, inherited: Inherited, report: Report) -> int:
    """The width of each bus access in bits: the register's own, unless it takes several."""
    width, access = inherited.width, inherited.access_width
    own = entries.stated(ACCESS_WIDTH)
    # What is inherited is the bus's width, which a narrower register does not use whole.
    if access is not None and (own or access < width):
        if access > width or width % access:
            report.error(
                entries.at(ACCESS_WIDTH) if own else entries.at(WIDTH),
                "access-width",
                f"a register of {width} bits cannot be accessed {access} bits at a time",
                "its width must be a multiple of the access's; access_width: 8 serves all",
            )
            return BUS_WIDTHS[0]
        return access
    if width not in BUS_WIDTHS:
        report.error(
            entries.at(WIDTH),
            "access-width",
            f"no bus access is {width} bits wide",
            "state access_width: 8, 16, 32 or 64, and word_order",
        )
        return BUS_WIDTHS[0]
    return width


def _scope(entries: Entries, inherited: Inherited, width: int, path: str, context: Context) -> FieldScope:
    """The register's reset and its defined bits, for the fields to be cut from and added to."""
    reset = context.fitting(entries, RESET, width) if entries.stated(RESET) else inherited.reset
    mask = context.fitting(entries, RESET_MASK, width) if entries.stated(RESET_MASK) else inherited.reset_mask
    if reset is not None and reset >> width:
        context.report.error(
            entries.node,
            "too-wide",
            f"the reset {reset:#x} that '{path}' inherits does not fit in {width} bits",
            "state a reset of its own",
        )
        reset = None
    if entries.stated(RESET_MASK) and reset is None and not entries.stated(RESET):
        context.report.error(
            entries.at(RESET_MASK), "reset", "a reset_mask without a reset", "state reset beside it"
        )
    if reset is None:
        mask = 0
    elif mask is None:
        mask = ones(width)
    return FieldScope(
        path=path,
        inherited=inherited,
        width=width,
        reset=reset or 0,
        reset_mask=mask & ones(width),
        reset_own=entries.stated(RESET),
        read_stated=inherited.read_stated,
    )


def _guard(entries: Entries, owner: str, context: Context) -> Guard | None:
    condition = entries.get(LOCKED_BY)
    if condition is None:
        return None
    context.uses.append(PathUse(condition.node, condition.path, "condition", owner, condition.value))
    return condition.guard


def _latch(entries: Entries, owner: str, context: Context) -> str | None:
    context.use(entries, LATCHED_BY, "latch", owner)
    return entries.get(LATCHED_BY)


def _atomic(entries: Entries, owner: str, context: Context) -> Atomic | None:
    """The register's own aliases, each another register or a field of one; None where it states none."""
    node = entries.get(ATOMIC_KEY)
    stated = read_entries(node, ATOMIC, context.report) if node is not None else None
    if stated is None:
        return None
    for key in (ATOMIC_SET, ATOMIC_CLEAR, ATOMIC_XOR):
        context.use(stated, key, "alias", owner)
    return Atomic(stated.get(ATOMIC_SET), stated.get(ATOMIC_CLEAR), stated.get(ATOMIC_XOR))


def _check_write_mask(register: Register, entries: Entries, context: Context) -> None:
    if register.write_mask is None:
        return
    place, half = entries.at(WRITE_MASK), register.width // 2
    if register.width < 16:
        context.report.error(
            place, "write-mask", f"a register of {register.width} bits has no upper half to mask with"
        )
    for item in register.fields:
        if item.bits.msb >= half:
            context.report.error(
                place,
                "write-mask",
                f"the field '{item.name}' lies in the upper half, whose bits enable the lower half's",
                f"leave it out: the tool fills bits {register.width - 1}:{half} by itself",
            )
