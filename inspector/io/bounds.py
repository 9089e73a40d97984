"""Which accesses are valid: ``Io::offset_valid`` of the kernel's rust/kernel/io.rs, with reasons."""

from __future__ import annotations

from inspector.errors import InvalidArgument, Place

WIDTHS = frozenset({8, 16, 32, 64})
"""The access widths that exist, in bits."""

_LIMIT = 1 << 64


def fault_of(offset: int, width: int, size: int, address: int | None) -> str:
    """Say why an access of ``width`` bits at ``offset`` is invalid; empty where it is valid.

    The kernel gives EINVAL for all of these without telling which.

    Args:
        offset: Bytes from the start of the mapping.
        width: In bits.
        size: Of the mapping, in bytes.
        address: The mapping's absolute address, where known.
    """
    count = width // 8
    if offset < 0:
        return f"out of range: offset -{-offset:#x} lies before the start"
    if offset + count >= _LIMIT or (address is not None and address + offset + count > _LIMIT):
        return f"overflow: offset {offset:#x} + {count} bytes is past the last address"
    if offset + count > size:
        return f"out of range: offset {offset:#x} + {count} bytes is past the end ({size:#x} bytes)"
    if offset % count:
        return f"misaligned: offset {offset:#x} is not a multiple of {count} bytes"
    if address is not None and (address + offset) % count:
        return f"misaligned: address {address + offset:#x} is not a multiple of {count} bytes"
    return ""


def check_access(
    offset: int,
    width: int,
    *,
    size: int,
    address: int | None,
    widths: frozenset[int],
    region: str = "",
    words: int = 1,
) -> None:
    """Refuse an access that would leave the mapping, be misaligned, or be of a width it lacks.

    Args:
        offset: Bytes from the start of the mapping.
        width: Of the access, in bits.
        size: Of the mapping, in bytes.
        address: The mapping's absolute address, where known.
        widths: What it has.
        region: Its name, for the error.
        words: How many such accesses there are, at consecutive addresses.

    Raises:
        InvalidArgument: With the reason.
    """
    count = width // 8
    last = offset + (words - 1) * count
    if (
        # Nearly every access passes, so the reasons are only looked for where one does not.
        width in widths
        and offset >= 0
        and last <= size - count
        and not offset % count
        and (address is None or (not address % count and address + size <= _LIMIT))
    ):
        return
    if width not in widths:
        known = ", ".join(str(known) for known in sorted(widths)) or "none"
        fault = f"no {width}-bit access here: one bus access has {known} bits"
    else:
        fault = fault_of(offset, width, size, address)
        if not fault:
            offset, fault = last, fault_of(last, width, size, address)
    if fault:
        where = None if address is None or offset < 0 else address + offset
        name = region or "<unnamed>"
        raise InvalidArgument(f"{name}: {fault}", place=Place(region=region, address=where, width=width))
