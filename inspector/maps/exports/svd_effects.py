"""What reading and writing do, in the words of CMSIS-SVD."""

from __future__ import annotations

from inspector.maps.exports.svd_places import Place, tell_losses
from inspector.maps.exports.xml_text import XmlText
from inspector.model.access import Access, OnRead, OnWrite, Writable
from inspector.model.bits import ones
from inspector.model.field import Constraint

ACCESS = {
    (True, Writable.NO): "read-only",
    (False, Writable.YES): "write-only",
    (True, Writable.YES): "read-write",
    (False, Writable.ONCE): "writeOnce",
    (True, Writable.ONCE): "read-writeOnce",
}
"""SVD's words for what can be read and written; it has none for neither."""

WRITE = {
    OnWrite.W1C: "oneToClear",
    OnWrite.W1S: "oneToSet",
    OnWrite.W1T: "oneToToggle",
    OnWrite.W0C: "zeroToClear",
    OnWrite.W0S: "zeroToSet",
    OnWrite.W0T: "zeroToToggle",
    OnWrite.WCLR: "clear",
    OnWrite.WSET: "set",
    OnWrite.MODIFY: "modify",
    OnWrite.PULSE: "modify",
    OnWrite.PUSH: "modify",
}

READ = {
    OnRead.CLEAR: "clear",
    OnRead.SET: "set",
    OnRead.MODIFY: "modify",
    OnRead.POP: "modify",
    OnRead.EXTERNAL: "modifyExternal",
}

READS_DO_NOTHING = "that reading does nothing has no word in SVD, and is left open"


def write_effects(access: Access, constraint: Constraint, width: int, xml: XmlText, place: Place) -> None:
    """Write what writing does, which values may be written, and what reading does, in this order."""
    if access.writable and access.on_write in WRITE:
        xml.element("modifiedWriteValues", WRITE[access.on_write])
    _write_constraint(constraint, width, xml, place)
    if access.readable and access.on_read in READ:
        xml.element("readAction", READ[access.on_read])
    writable, readable, on_write = bool(access.writable), access.readable, access.on_write
    lost: dict[str, object] = {
        "a pulse is written as 'modify'": writable and on_write is OnWrite.PULSE,
        "a push to a FIFO is written as 'modify'": writable and on_write is OnWrite.PUSH,
        "that writing does nothing is not carried": writable and on_write is OnWrite.NONE,
        "that what writing does is not known is not carried": writable and on_write is OnWrite.UNKNOWN,
        "a pop of a FIFO is written as 'modify'": readable and access.on_read is OnRead.POP,
    }
    tell_losses(lost, place)
    if access.readable and access.on_read is OnRead.NONE:
        # It is so of most registers of most maps: naming each would hide the rest.
        place.losses.add(READS_DO_NOTHING)


def _write_constraint(constraint: Constraint, width: int, xml: XmlText, place: Place) -> None:
    limited = constraint.minimum is not None or constraint.maximum is not None
    if sum((constraint.as_read, constraint.enum_only, limited)) > 1:
        place.lost("only one of several constraints is carried")
    if constraint == Constraint():
        return
    with xml.inside("writeConstraint"):
        if constraint.as_read:
            xml.element("writeAsRead", "true")
        elif constraint.enum_only:
            xml.element("useEnumeratedValues", "true")
        else:
            with xml.inside("range"):
                xml.element("minimum", constraint.minimum or 0)
                xml.element("maximum", ones(width) if constraint.maximum is None else constraint.maximum)
