"""A loaded map as plain values, and back: what the cache keeps.

Each class of the model has a table of its objects, in which every object stands once; an object names
another by its place in that one's table. What is known about a class is taken from its own annotations, so
that the model can change and nothing here must change with it. Reading builds nothing but the model's
own classes.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, Literal, Union

from inspector.model.registermap import RegisterMap

Packed = dict[str, list[list[Any]]]
"""The tables by class name; those of classes that others name come first. A row holds the class's fields."""


class UnpackError(ValueError):
    """Values that no map was packed into."""


Convert = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class _Layout:
    """How a class of the model is kept.

    Attributes:
        cls: The class.
        names: Its fields, in the order in which it is called with them.
        kinds: Their types.
        by_value: Whether objects that are equal are one.
        recursive: Whether its objects hold others of it.
    """

    cls: type
    names: tuple[str, ...]
    kinds: tuple[Any, ...]
    by_value: bool
    recursive: bool


@cache
def _layouts() -> dict[str, _Layout]:
    """The classes that a map is made of, what others name first."""
    found: dict[str, _Layout] = {}
    open_: set[type] = set()

    def visit(kind: Any) -> None:
        for cls in _classes(kind):
            if cls.__name__ in found or cls in open_:
                continue
            open_.add(cls)
            hints = typing.get_type_hints(cls)
            names = tuple(field.name for field in dataclasses.fields(cls) if field.init)
            kinds = tuple(hints[name] for name in names)
            for below in kinds:
                visit(below)
            recursive = any(cls in _classes(below) for below in kinds)
            found[cls.__name__] = _Layout(cls, names, kinds, bool(cls.__dict__.get("__hash__")), recursive)

    visit(RegisterMap)
    return found


def _classes(kind: Any) -> list[type]:
    """The classes of the model in a type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return [kind]
    return [cls for argument in typing.get_args(kind) for cls in _classes(argument)]


@cache
def fingerprint() -> str:
    """The classes and their fields in one text: another model has another."""
    return repr([(name, layout.names, layout.kinds) for name, layout in _layouts().items()])


# --- packing ---------------------------------------------------------------------------------


def pack(register_map: RegisterMap) -> Packed:
    """The map as tables of plain values, which JSON can hold."""
    return _Packer().pack(register_map)


class _Packer:
    def __init__(self) -> None:
        self._tables: Packed = {name: [] for name in _layouts()}
        self._places: dict[Any, int] = {}
        # An object that is gone could leave its number to another.
        self._kept: list[Any] = []

    def pack(self, register_map: RegisterMap) -> Packed:
        self._place(register_map)
        return self._tables

    def _place(self, value: Any) -> int:
        layout = _layouts()[type(value).__name__]
        key = (type(value), value) if layout.by_value else id(value)
        place = self._places.get(key)
        if place is None:
            self._kept.append(value)
            row = [self._plain(getattr(value, name)) for name in layout.names]
            table = self._tables[layout.cls.__name__]
            place = self._places[key] = len(table)
            table.append(row)
        return place

    def _plain(self, value: Any) -> Any:
        match value:
            case tuple() | frozenset():
                items = sorted(value) if isinstance(value, frozenset) else value
                if items and dataclasses.is_dataclass(items[0]):
                    return [[type(item).__name__, self._place(item)] for item in items]
                return [self._plain(item) for item in items]
            case Enum():
                return value.value
        return self._place(value) if dataclasses.is_dataclass(value) else value


# --- unpacking -------------------------------------------------------------------------------


def unpack(packed: Packed) -> RegisterMap:
    """The map that was packed.

    Raises:
        UnpackError: The values do not make one.
    """
    objects: dict[str, list[Any]] = {}
    try:
        for name, layout in _layouts().items():
            objects[name] = []
            converts = [_convert(kind, objects) for kind in layout.kinds]
            # Groups hold groups: one that is held stands before the one that holds it.
            for rows in [[row] for row in packed[name]] if layout.recursive else [packed[name]]:
                objects[name] += _build(layout.cls, rows, converts)
        (register_map,) = objects[RegisterMap.__name__]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, AssertionError) as error:
        raise UnpackError(f"no packed map: {error}") from None
    assert isinstance(register_map, RegisterMap)
    return register_map


def _build(cls: type, rows: list[list[Any]], converts: list[Convert | None]) -> list[Any]:
    columns = zip(*rows, strict=True)
    built = [
        column if convert is None else [convert(value) for value in column]
        for column, convert in zip(columns, converts, strict=bool(rows))
    ]
    return [cls(*values) for values in zip(*built, strict=True)]


_PLAIN = (int, float, str, bool, types.NoneType)


def _convert(kind: Any, objects: dict[str, list[Any]]) -> Convert | None:
    """What makes a value of that type from its plain form; None where they are the same."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in _PLAIN or origin is Literal:
        return None
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not types.NoneType]
        convert = _convert(inner[0], objects) if len(inner) == 1 else None
        return None if convert is None else lambda value: None if value is None else convert(value)
    if origin in (tuple, frozenset):
        return _convert_items(origin, arguments, objects)
    if isinstance(kind, type) and issubclass(kind, Enum):
        members = {member.value: member for member in kind}
        return members.__getitem__
    table = objects[kind.__name__]
    return table.__getitem__


def _convert_items(origin: type, arguments: tuple[Any, ...], objects: dict[str, list[Any]]) -> Convert:
    if _classes(arguments[0]):
        # Of a class that holds others of it the table grows, so it is looked up as it is needed.
        return lambda items: tuple([objects[name][place] for name, place in items]) if items else ()
    convert = _convert(arguments[0], objects)
    if convert is None:
        return lambda items: origin(items) if items else origin()
    return lambda items: origin(map(convert, items))
