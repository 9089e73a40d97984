"""Reads a device-tree blob within bounds: the flattened format, version 16 and later.

Devicetree Specification 0.4, chapter 5. All numbers are big-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from inspector.maps.nodes import DEEPEST

LARGEST_BLOB = 4 << 20
"""Bytes of a blob. Kernels take 2 MiB."""

LONGEST_NAME = 255
"""Bytes of the name of a node or property. The specification allows 31, and there are longer ones."""

_MAGIC = 0xD00DFEED
_HEADER = struct.Struct(">10I")
_OLDEST, _KNOWN = 16, 17
_BEGIN_NODE, _END_NODE, _PROPERTY, _NOTHING, _END = 1, 2, 3, 4, 9


class DamagedError(Exception):
    """The blob is not one, or not whole; says what is wrong and at which byte."""


@dataclass(slots=True)
class TreeNode:
    """A node.

    Attributes:
        path: From the root, such as ``/soc/serial@7e201000``; ``/`` for the root itself.
        properties: Their values by name.
        children: In the blob's order.
    """

    path: str
    properties: dict[str, bytes] = field(default_factory=dict)
    children: list[TreeNode] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of the path, such as ``serial@7e201000``."""
        return self.path.rpartition("/")[2]


def read_blob(data: bytes) -> TreeNode:
    """The root of a blob's tree.

    Raises:
        DamagedError: There is none.
    """
    if len(data) < _HEADER.size:
        raise DamagedError(f"the file has {len(data)} bytes, fewer than the header of a device-tree blob")
    magic, total, structure, names, _, version, oldest, _, names_size, structure_size = _HEADER.unpack_from(
        data
    )
    if magic != _MAGIC:
        raise DamagedError(f"the file begins with {magic:#010x}, a device-tree blob with {_MAGIC:#x}")
    if version < _OLDEST or oldest > _KNOWN:
        raise DamagedError(f"version {version} of the format is not known; {_OLDEST} and {_KNOWN} are")
    if total > LARGEST_BLOB:
        raise DamagedError(f"the blob says to have {total:,} bytes, more than {LARGEST_BLOB:,}")
    if total > len(data):
        raise DamagedError(
            f"the blob says to have {total:,} bytes, and the file has {len(data):,}: it is cut off"
        )
    if version < _KNOWN:
        # Where the structure ends is stated from version 17 on; it ends itself.
        structure_size = total - structure
    for what, start, size in (
        ("structure", structure, structure_size),
        ("block of names", names, names_size),
    ):
        if start % 4 and what == "structure":
            raise DamagedError(f"its {what} begins at byte {start:#x}, which is no multiple of 4")
        if size < 0 or start + size > total:
            raise DamagedError(f"its {what} ends at byte {start + size:#x}, past the end at {total:#x}")
    return _Reader(data[: structure + structure_size], structure, data[names : names + names_size]).root()


class _Reader:
    """Reads tokens; the stack is ours, so that no depth can overflow another.

    Args:
        data: The blob up to the end of its structure.
        at: Where the structure begins.
        names: The block of property names.
    """

    def __init__(self, data: bytes, at: int, names: bytes) -> None:
        self._data = data
        self._at = at
        self._names = names
        self._open: list[TreeNode] = []
        self._root: TreeNode | None = None

    def root(self) -> TreeNode:
        while True:
            start = self._at
            token = self._number()
            if token == _BEGIN_NODE:
                self._begin(start)
            elif token == _END_NODE and self._open:
                self._open.pop()
            elif token == _PROPERTY and self._open:
                self._property(start)
            elif token == _END and self._root is not None and not self._open:
                return self._root
            elif token != _NOTHING:
                raise DamagedError(
                    f"at byte {start:#x} stands the token {token:#x}, which has no place there"
                )

    def _number(self) -> int:
        end = self._at + 4
        if end > len(self._data):
            raise DamagedError(f"its structure breaks off at byte {len(self._data):#x}")
        number = int.from_bytes(self._data[self._at : end], "big")
        self._at = end
        return number

    def _begin(self, start: int) -> None:
        name = _text(self._data, self._at, f"the name of the node at byte {start:#x}")
        self._skip(len(name) + 1)
        if not self._open:
            if self._root is not None:
                raise DamagedError(f"at byte {start:#x} a second root begins")
            node = self._root = TreeNode("/")
        else:
            if len(self._open) >= DEEPEST:
                raise DamagedError(f"at byte {start:#x} the tree is more than {DEEPEST} levels deep")
            parent = self._open[-1]
            node = TreeNode(f"{parent.path.rstrip('/')}/{name.decode('utf-8', 'replace')}")
            parent.children.append(node)
        self._open.append(node)

    def _property(self, start: int) -> None:
        length, place = self._number(), self._number()
        end = self._at + length
        if end > len(self._data):
            raise DamagedError(f"the property at byte {start:#x} ends past the end of the structure")
        name = _text(self._names, place, f"the name of the property at byte {start:#x}").decode(
            "utf-8", "replace"
        )
        properties = self._open[-1].properties
        if name in properties:
            raise DamagedError(f"the property at byte {start:#x} stands twice in its node")
        properties[name] = self._data[self._at : end]
        self._skip(length)

    def _skip(self, length: int) -> None:
        self._at += length + -length % 4


def _text(data: bytes, start: int, what: str) -> bytes:
    """The text up to the next zero byte."""
    end = data.find(b"\0", start, start + LONGEST_NAME + 1)
    if end < 0:
        raise DamagedError(f"{what} does not end within {LONGEST_NAME} bytes")
    return data[start:end]
