"""Shell completion: words from maps and never from hardware, and never an error."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, shell_complete

from inspector.cli.output import escape
from inspector.errors import InspectorError

if TYPE_CHECKING:
    from inspector.model.field import Field
    from inspector.model.registermap import RegisterMap, RegisterNode

Completer = Callable[[click.Context, click.Parameter | None, str], list[CompletionItem]]

MOST_REGISTERS = 200
"""Above this, names are completed one dotted part at a time."""

_SUFFIXES = (".yaml", ".yml", ".svd", ".xml", ".rdl", ".hjson", ".json", ".dtb")
_TYPABLE = re.compile(r"[\w.+-]+")
_WORD_BREAK = re.compile("[=:]+")


def complete(instruction: str) -> int:
    """Answer a shell.

    Args:
        instruction: Such as ``bash_source`` or ``bash_complete``.

    Returns:
        The exit status.
    """
    from inspector.cli.commands import commands

    add_completion_class(Bash)
    try:
        return shell_complete(commands, {}, "inspector", "_INSPECTOR_COMPLETE", instruction)
    except Exception:
        # Whatever is wrong with a half-typed line, the shell just has nothing to offer.
        return 1


class Bash(BashComplete):
    """Bash, which splits words at ``=`` and ``:`` and replaces the last piece alone."""

    source_template = BashComplete.source_template.replace(
        "    return 0\n", "    [[ ${COMPREPLY[0]} == *[=./] ]] && compopt -o nospace\n\n    return 0\n", 1
    )
    _settled = 0

    def get_completion_args(self) -> tuple[list[str], str]:
        """Put the pieces together again."""
        args, incomplete = super().get_completion_args()
        words: list[str] = []
        glue = False
        for piece in [*args, incomplete]:
            is_break = bool(_WORD_BREAK.fullmatch(piece))
            if words and piece and (glue or is_break):
                words[-1] += piece
                self._settled = max(words[-1].rfind("="), words[-1].rfind(":")) + 1
            else:
                words.append(piece)
                self._settled = 0
            glue = is_break
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """Offer what follows the last ``=`` or ``:``."""
        item.value = item.value[self._settled :]
        return super().format_completion(item)


def _quiet(completer: Completer) -> Completer:
    """Have nothing to offer where a map cannot be loaded."""

    @functools.wraps(completer)
    def wrapped(
        ctx: click.Context, parameter: click.Parameter | None, incomplete: str
    ) -> list[CompletionItem]:
        try:
            return completer(ctx, parameter, incomplete)
        except (InspectorError, OSError):
            return []

    return wrapped


# --- maps and backends -----------------------------------------------------------------------


@_quiet
def complete_map(
    ctx: click.Context, parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Offer bundled maps' names and map files."""
    from inspector.maps import names

    offered = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
    offered += [CompletionItem(path) for path in _files(incomplete)]
    # The shell knows folders, links and home directories best.
    return offered or [CompletionItem(incomplete, type="file")]


def _files(incomplete: str) -> Iterator[str]:
    head, slash, tail = incomplete.rpartition("/")
    for path in sorted(Path(head + slash or ".").iterdir()):
        if path.name.startswith(tail) and path.suffix in _SUFFIXES:
            yield head + slash + path.name


@_quiet
def complete_backend(
    ctx: click.Context, parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Offer backend words, for all regions or for one."""
    region, equals, word = incomplete.rpartition("=")
    offered = [region + equals + name for name in _backends(word) if name.startswith(word)]
    if not equals:
        register_map = _map(ctx)
        names = [region.name for region in register_map.regions] if register_map else []
        offered += [f"{name}=" for name in names if name.startswith(word)]
    return [CompletionItem(word) for word in offered]


def _backends(word: str) -> Iterator[str]:
    """The words of backends; devices only once their bus is typed."""
    yield from ("sim", "devmem", "devmem:", "pci", "uio")
    if not word.startswith(("pci:", "uio:")):
        return
    from inspector.backends import pci, uio
    from inspector.backends.machine import Machine

    sysfs = Machine.here().sysfs
    if word.startswith("pci:"):
        yield from (f"pci:{function.slot}" for function in pci.functions(sysfs))
    else:
        yield from (f"uio:{device.name or device.number}" for device in uio.devices(sysfs))


@_quiet
def complete_device(
    ctx: click.Context, parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Offer the devices of this machine; nothing is touched."""
    from inspector.backends.machine import Machine
    from inspector.backends.offers import offers

    named = {offer.device: ", ".join(offer.names) for offer in offers(Machine.here())}
    return [
        CompletionItem(name, help=_help(text)) for name, text in named.items() if name.startswith(incomplete)
    ]


# --- registers, fields and values ------------------------------------------------------------


@_quiet
def complete_path(
    ctx: click.Context, parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Offer registers, and fields after a full register."""
    register_map = _map(ctx)
    return _paths(register_map, incomplete, writing=False) if register_map else []


@_quiet
def complete_assignment(
    ctx: click.Context, parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Offer ``PATH=``, then names and verbs."""
    register_map = _map(ctx)
    if register_map is None:
        return []
    path, equals, value = incomplete.partition("=")
    if not equals:
        return _paths(register_map, incomplete, writing=True)
    from inspector.model.paths import find

    node, field = find(register_map, path)
    return [CompletionItem(f"{path}={word}") for word in _values(node, field) if word.startswith(value)]


def _map(ctx: click.Context) -> RegisterMap | None:
    from inspector import maps

    # Where the line ends in an option that wants a value, click has not told its words apart.
    words = [ctx.params.get("map_word"), *(ctx.params.get("words") or ()), *ctx.args]
    word = next((word for word in words if word), None)
    return maps.load(word) if word else None


def _paths(register_map: RegisterMap, incomplete: str, *, writing: bool) -> list[CompletionItem]:
    end = "=" if writing else ""
    nodes = [
        node
        for node in register_map.nodes
        if node.path.startswith(incomplete) and (node.register.writable or not writing)
    ]
    if len(nodes) > MOST_REGISTERS:
        parts = dict.fromkeys(_next_part(node.path, len(incomplete)) for node in nodes)
        if len(parts) > 1:
            return [CompletionItem(part) for part in parts]
    offered = [CompletionItem(node.path + end, help=_help(node.register.title)) for node in nodes]
    head, _, last = incomplete.rpartition(".")
    node = register_map.by_path.get(head)
    if node is not None:
        offered += [
            CompletionItem(f"{head}.{field.name}{end}", help=_help(field.title or field.desc))
            for field in node.register.fields
            if field.name.startswith(last)
            and (bool(field.access.writable) if writing else field.access.readable)
        ]
    return offered


def _next_part(path: str, start: int) -> str:
    dot = path.find(".", start)
    return path if dot < 0 else path[: dot + 1]


def _values(node: RegisterNode, field: Field | None) -> list[str]:
    from inspector.model.access import OnWrite

    names = field.choices if field else node.register.enum
    # A name that a shell would take apart is offered by its number.
    words = [
        entry.name if _TYPABLE.fullmatch(entry.name) else entry.text
        for entry in (names.choices if names else ())
    ]
    stores = ("clear", "set", "toggle")
    verbs = {
        OnWrite.STORE: stores,
        OnWrite.W1T: stores,
        OnWrite.W0T: stores,
        OnWrite.W1C: ("clear",),
        OnWrite.W0C: ("clear",),
        OnWrite.WCLR: ("clear",),
        OnWrite.W1S: ("set",),
        OnWrite.W0S: ("set",),
        OnWrite.WSET: ("set",),
        OnWrite.PULSE: ("pulse",),
    }
    access = field.access if field else node.register.access
    return [*words, *verbs.get(access.on_write, ())]


def _help(text: str) -> str | None:
    line = escape(text.strip().partition("\n")[0])
    return line[:60] or None
