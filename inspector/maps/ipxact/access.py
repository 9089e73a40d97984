"""What IP-XACT says of reading and writing, in each of its versions."""

from __future__ import annotations

from inspector.maps.findings import quote
from inspector.maps.ipxact.document import Document
from inspector.maps.svd.access import MODIFIED_WRITE_VALUES, READ_ACTIONS, Effects
from inspector.maps.xml import Element
from inspector.model.access import Writable

_ACCESS = {
    "read-only": (True, Writable.NO),
    "write-only": (False, Writable.YES),
    "read-write": (True, Writable.YES),
    "writeonce": (False, Writable.ONCE),
    "read-writeonce": (True, Writable.ONCE),
    "no-access": (False, Writable.NO),
}
"""The schema's ``accessType``, in lower case."""


def policy(element: Element, document: Document) -> Element:
    """The element with the access policy that holds in no particular mode, else the first one.

    From 1685-2022 on there is one for each mode; before, the element says these things itself.
    """
    found: list[Element] = []
    for container in ("accessPolicies", "fieldAccessPolicies"):
        if (policies := element.child(container)) is not None:
            found += [document.whole(child) for child in policies.children]
    if not found:
        return element
    chosen = next((each for each in found if each.child("modeRef") is None), found[0])
    if chosen.child("modeRef") is not None:
        found.remove(chosen)
        document.notes.drop("modes: the access is that of the first one", chosen.line)
    if any(each is not chosen and each.child("modeRef") is not None for each in found):
        document.notes.drop("access policies of particular modes", found[-1].line)
    merged = Element(element.tag, element.attributes, element.line)
    merged.children = [*element.children, *chosen.children]
    return merged


def read_effects(element: Element, outer: Effects, document: Document) -> Effects:
    """What is said of reading and writing one level nearer; ``element`` is as `policy` gives it."""
    readable, writable = outer.readable, outer.writable
    access = element.value("access")
    if access:
        meant = _ACCESS.get(access.lower())
        if meant is None:
            _unknown(element, "access", access, document)
        else:
            readable, writable = meant
    on_write, on_read = outer.on_write, outer.on_read
    if word := element.value("modifiedWriteValue"):
        on_write = MODIFIED_WRITE_VALUES.get(word.lower(), on_write)
        if word.lower() not in MODIFIED_WRITE_VALUES:
            _unknown(element, "modifiedWriteValue", word, document)
        _drop_modify(element, "modifiedWriteValue", document)
    if word := element.value("readAction"):
        on_read = READ_ACTIONS.get(word.lower(), on_read)
        if word.lower() not in READ_ACTIONS:
            _unknown(element, "readAction", word, document)
        _drop_modify(element, "readAction", document)
    return Effects(readable, writable, on_read, on_write)


def _unknown(element: Element, tag: str, word: str, document: Document) -> None:
    child = element.child(tag)
    line = element.line if child is None else child.line
    document.notes.repair(
        "words that are not known", line, f"{tag} {quote(word)} is not known; it is left out"
    )


def _drop_modify(element: Element, tag: str, document: Document) -> None:
    child = element.child(tag)
    if child is not None and child.attributes.get("modify"):
        document.notes.drop(f"modify of {tag}: the user's own name of what is done", child.line)
