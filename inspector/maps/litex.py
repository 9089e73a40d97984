"""Imports LiteX's ``csr.json``: each core's registers, their places, and whether they may be written.

What it leaves open is taken from LiteX's own sources where those leave no doubt: the event manager
(``litex/soc/interconnect/csr_eventmanager.py``) and the UART (``litex/soc/cores/uart.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inspector.maps.findings import Report, quote
from inspector.maps.identifiers import Names, identifier
from inspector.maps.json_text import JsonText, Section, read_json
from inspector.maps.kinds import LAST_ADDRESS, WIDEST
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.tree import Imported, Stated, Tree

FORMAT = "LiteX csr.json"

MOST_WORDS = 1 << 16
"""Words of a register on the CSR bus; the widest known, of a DRAM controller, has 32."""

_ACCESS = 32
"""Bits of each access that LiteX's own functions make, whatever the CSR bus carries of them."""


def import_litex(data: bytes, name: str) -> Imported:
    """Make a map's tree of a ``csr.json``.

    Args:
        data: The file's content.
        name: What to call it in messages.

    Raises:
        MapError: It is no such file, or contradicts itself; all that is wrong.
    """
    text = read_json(data, name)
    importer = _Importer(text)
    with text.refusing():
        root = importer.root()
    return Imported(root, tuple(text.report.findings()), FORMAT)


@dataclass(frozen=True, slots=True)
class _Bus:
    """How registers lie on the CSR bus.

    Attributes:
        word: Bits that a word carries.
        slot: Bytes from one word to the next.
        order: ``big`` where the most significant word comes first.
    """

    word: int
    slot: int
    order: str

    @property
    def dense(self) -> bool:
        """Whether the words of a register are the bytes of its value, without gaps."""
        return self.word == _ACCESS and self.slot * 8 == _ACCESS

    @property
    def direction(self) -> str:
        """The order in words."""
        return f"the {'most' if self.order == 'big' else 'least'} significant first"


@dataclass(frozen=True, slots=True)
class _Csr:
    """A register: its name within its core, its address, its words, and whether it is written."""

    key: str
    name: str
    address: int
    words: int
    writable: bool


@dataclass(slots=True)
class _Core:
    """What stands at one base of the CSR bus.

    Attributes:
        key: Its name.
        base: Its address.
        csrs: Its registers, by address.
    """

    key: str
    base: int
    csrs: list[_Csr] = field(default_factory=list)

    def named(self, *names: str) -> bool:
        """Whether it has registers of all these names."""
        return set(names) <= {csr.name for csr in self.csrs}


class _Importer:
    """Builds the tree of one file."""

    def __init__(self, text: JsonText) -> None:
        self._text = text
        self._report: Report = text.report
        self._tree = Tree(text.report.source)
        self._constants = text.section("constants")
        self._classes = text.section("cores")
        self._bus = self._read_bus()
        self._block_names = Names()
        self._blocks: list[tuple[str, Node]] = []
        self._known_blocks: dict[object, str] = {}
        self._regions: list[tuple[str, Node]] = []
        self._region_names = Names()
        self._instance_names = Names()

    def root(self) -> MappingNode:
        """The whole map."""
        cores = self._read_cores()
        self._place(cores)
        self._place_memories(cores)
        if not self._blocks:
            self._report.error(self._text.place(0), "refused", "the file has neither registers nor memories")
        else:
            self._report.warning(
                self._text.place(0),
                "not-stated",
                "csr.json names no fields, no resets, and not what reads do",
                "LiteX's SVD (--soc-svd) states the fields and resets",
            )
        pairs: list[tuple[str, Node]] = [("regmap", self._at(0, "1"))]
        if title := self._constants.text("config_identifier"):
            pairs.append(("title", self._at(self._constants.line("config_identifier"), title)))
        pairs.append(("defaults", self._at(0, self._defaults())))
        pairs.append(("blocks", self._tree.mapping(self._blocks, 0)))
        pairs.append(("regions", self._tree.mapping(self._regions, 0)))
        if self._constants.keys:
            pairs.append(("x-litex", self._tree.mapping([("constants", self._constant_texts())], 0)))
        return self._tree.mapping(pairs, 0)

    def _at(self, line: int, stated: Stated) -> Node:
        return self._tree.node(stated, line)

    def _defaults(self) -> Mapping[str, Stated]:
        return {
            "width": str(_ACCESS),
            "access_width": str(_ACCESS),
            "word_order": self._bus.order,
            "read_effects": "unknown",
        }

    def _constant_texts(self) -> Node:
        constants = self._constants
        return self._tree.mapping(
            ((key, self._at(constants.line(key), constants.text(key))) for key in constants.keys),
            constants.start,
        )

    # --- the bus ------------------------------------------------------------------------------

    def _read_bus(self) -> _Bus:
        word = self._constant_number("config_csr_data_width", 32)
        alignment = self._constant_number("config_csr_alignment", 32)
        if word not in (8, 16, 32):
            self._refuse_constant("config_csr_data_width", f"a CSR bus of {word} bits is not known")
        if alignment not in (32, 64):
            self._refuse_constant("config_csr_alignment", f"words every {alignment} bits are not known")
        stated = self._constants.keys
        orders = [order for order in ("little", "big") if f"config_csr_ordering_{order}" in stated]
        if len(orders) > 1:
            self._refuse_constant("config_csr_ordering_big", "the words are in two orders at once")
        bus = _Bus(word, alignment // 8, orders[0] if orders else "big")
        if not bus.dense:
            self._report.warning(
                self._text.place(self._constants.line("config_csr_data_width")),
                "not-carried",
                f"the CSR bus carries {word} bits every {bus.slot} bytes, so a register of several words is "
                f"no single value here: it is shown as an array of its words, {bus.direction}",
            )
        return bus

    def _constant_number(self, key: str, default: int) -> int:
        return default if key not in self._constants.keys else self._constants.number(key)

    def _refuse_constant(self, key: str, message: str) -> None:
        self._report.error(self._text.place(self._constants.line(key)), "refused", message)

    # --- cores --------------------------------------------------------------------------------

    def _read_cores(self) -> list[_Core]:
        bases = self._text.section("csr_bases")
        cores = [_Core(key, bases.number(key)) for key in bases.keys]
        registers = self._text.section("csr_registers")
        for key in registers.keys:
            csr = self._read_csr(registers.inner(key), key, cores)
            if csr is not None:
                csr[0].csrs.append(csr[1])
        for core in cores:
            core.csrs.sort(key=lambda csr: csr.address)
            if not core.csrs:
                self._report.warning(
                    self._text.place(bases.line(core.key)),
                    "not-carried",
                    f"{quote(core.key)} has no registers: it is a memory of the CSR bus, "
                    "and its size is not stated",
                )
        return [core for core in cores if core.csrs]

    def _read_csr(self, entry: Section, key: str, cores: list[_Core]) -> tuple[_Core, _Csr] | None:
        address, words = entry.number("addr"), entry.number("size")
        kind = entry.text("type") or "rw"
        place = self._text.place(entry.start)
        if kind not in ("ro", "rw"):
            self._report.error(place, "refused", f"{quote(key)} is neither ro nor rw: {quote(kind)}")
        if not 0 < words <= MOST_WORDS:
            self._report.error(place, "refused", f"{quote(key)} has {words:,} words")
            return None
        # As LiteX's own load_csr_json finds a register's core, but where several names fit, by address.
        fitting = [core for core in cores if key.startswith(f"{core.key}_") and core.base <= address]
        core = max(fitting, key=lambda core: (core.base, len(core.key)), default=None)
        problem = ""
        if core is None:
            problem = "belongs to no core of 'csr_bases'"
        elif address % (_ACCESS // 8):
            problem = f"stands at {address:#x}, which is no multiple of {_ACCESS // 8}"
        elif address + words * self._bus.slot > LAST_ADDRESS:
            problem = "ends beyond 64 bits of address"
        if core is None or problem:
            self._report.warning(place, "not-carried", f"{quote(key)} {problem}")
            return None
        return core, _Csr(key, key[len(core.key) + 1 :], address, words, kind == "rw")

    # --- blocks -------------------------------------------------------------------------------

    def _block(self, core: _Core) -> tuple[str, int]:
        """The name of the block of a core's registers, and its size in bytes; like cores share one."""
        title = self._classes.text(core.key)
        shape = (title, *((csr.name, csr.address - core.base, csr.words, csr.writable) for csr in core.csrs))
        size = max(csr.address + csr.words * self._bus.slot for csr in core.csrs) - core.base
        known = self._known_blocks.get(shape)
        if known is not None:
            return known, size
        name = self._block_names.take(identifier(core.key))
        self._known_blocks[shape] = name
        line = self._text.section("csr_bases").line(core.key)
        pairs = [("title", self._at(line, title))] if title else []
        pairs.append(("registers", self._tree.mapping(self._registers(core), line)))
        self._blocks.append((name, self._tree.mapping(pairs, line)))
        return name, size

    def _registers(self, core: _Core) -> Iterable[tuple[str, Node]]:
        names = Names()
        section = self._text.section("csr_registers")
        end = 0
        for csr in core.csrs:
            line = section.line(csr.key)
            name = names.take(identifier(csr.name))
            stated: dict[str, Stated] = {"offset": csr.address - core.base, **self._shape(csr, line)}
            stated["access"] = "rw" if csr.writable else "ro"
            stated |= _known(core, csr)
            if csr.address < end:
                stated["alt"] = name
                self._report.warning(
                    self._text.place(line), "repaired", f"{quote(csr.key)} overlaps the one before"
                )
            end = max(end, csr.address + csr.words * self._bus.slot)
            yield name, self._at(line, stated)

    def _shape(self, csr: _Csr, line: int) -> Mapping[str, Stated]:
        """The width of a register of several words, or the array that they are."""
        if csr.words == 1:
            return {}
        if self._bus.dense and csr.words * _ACCESS <= WIDEST:
            return {"width": str(csr.words * _ACCESS)}
        if self._bus.dense:
            self._report.warning(
                self._text.place(line),
                "not-carried",
                f"{quote(csr.key)} has {csr.words * _ACCESS} bits, more than {WIDEST}: it is shown "
                f"as an array of its words, {self._bus.direction}",
            )
        return {"count": str(csr.words), "stride": self._bus.slot}

    # --- regions ------------------------------------------------------------------------------

    def _place(self, cores: list[_Core]) -> None:
        """One region for the CSR bus; what lies outside of it, or on something else, has its own."""
        memories = self._text.section("memories")
        bus = memories.inner("csr") if "csr" in memories.keys else None
        base, size = (bus.number("base"), bus.number("size")) if bus else (0, 0)
        line = bus.start if bus else 0
        inside: list[tuple[str, Node]] = []
        end = base
        for core in sorted(cores, key=lambda core: core.base):
            at = self._text.section("csr_bases").line(core.key)
            block, extent = self._block(core)
            name = self._instance_names.take(identifier(core.key))
            if end <= core.base and core.base + extent <= base + size:
                inside.append((name, self._at(at, {"block": block, "offset": core.base - base})))
                end = core.base + extent
            else:
                self._region(name, {"base": core.base, "instances": {name: block}}, at)
        if inside:
            instances = self._tree.mapping(inside, line)
            self._region("csr", {"base": base, "size": size, "instances": instances}, line)

    def _region(self, name: str, stated: Mapping[str, Stated], line: int) -> None:
        self._regions.append((self._region_names.take(name), self._at(line, stated)))

    def _place_memories(self, cores: list[_Core]) -> None:
        memories = self._text.section("memories")
        for key in memories.keys:
            entry = memories.inner(key)
            base, size, kind = entry.number("base"), entry.number("size"), entry.text("type")
            if key == "csr" and cores:
                continue
            problem = ""
            if "linker" in kind:
                problem = "is a part that the linker uses of a memory"
            elif not size:
                problem = "has no size"
            elif base + size > LAST_ADDRESS + 1:
                problem = "ends beyond 64 bits of address"
            if problem:
                self._report.warning(
                    self._text.place(entry.start), "not-carried", f"the memory {quote(key)} {problem}"
                )
            else:
                self._place_memory(key, base, size, kind, entry.start)

    def _place_memory(self, key: str, base: int, size: int, kind: str, line: int) -> None:
        window: dict[str, Stated] = {"offset": 0, "kind": "memory", "size": size}
        window["width"] = "32" if base % 4 == size % 4 == 0 else "8"
        window["access"] = "ro" if key == "rom" else "rw"
        if kind == "io":
            # Behind an uncached window there may be registers, of an interrupt controller say.
            window["on_read"] = "unknown"
        name = identifier(key)
        block, instance = self._block_names.take(name), self._instance_names.take(name)
        self._blocks.append((block, self._at(line, {"registers": {"words": window}})))
        self._region(name, {"base": base, "size": size, "instances": {instance: block}}, line)


def _known(core: _Core, csr: _Csr) -> Mapping[str, Stated]:
    """What LiteX's sources say of a register of its own standard modules."""
    prefix, _, event = csr.name.rpartition("ev_")
    if event in ("status", "pending", "enable") and core.named(
        f"{prefix}ev_status", f"{prefix}ev_pending", f"{prefix}ev_enable"
    ):
        return _event_register(event, csr.writable)
    if csr.name == "rxtx" and core.named("txfull", "rxempty", "ev_pending"):
        return {
            "on_read": "unknown",
            "on_write": "push",
            "poll": "manual",
            "desc": "Writing adds a character to the transmit FIFO. Reading shows the oldest received, and "
            "takes it out only in a UART built with rx_fifo_rx_we; elsewhere a 1 for rx in ev_pending does.",
        }
    if csr.name == "reset" and core.named("scratch", "bus_errors"):
        return {"danger": "resets the SoC (bit 0), or holds its CPU in reset (bit 1)"}
    return {}


def _event_register(event: str, writable: bool) -> Mapping[str, Stated]:
    if event == "pending" and writable:
        return {"access": "w1c", "on_read": "none", "volatile": "true"}
    return {"on_read": "none"} if event == "enable" else {"on_read": "none", "volatile": "true"}
