"""The keys of the map format: what the loader accepts, and what the JSON Schema is made of."""

from __future__ import annotations

from inspector.maps.bit_ranges import BitRange
from inspector.maps.conditions import ConditionsText, ConditionText
from inspector.maps.display_formats import FORMAT, FormatText
from inspector.maps.entries import Key, Table
from inspector.maps.enumerations import NAMED_VALUE, EnumText
from inspector.maps.kinds import (
    LAST_ADDRESS,
    WIDEST,
    AccessToken,
    Boolean,
    ListOf,
    Number,
    Real,
    RegisterWidth,
    Structure,
    Text,
    Width,
    Word,
    named,
    reference,
)
from inspector.maps.values import ATOMIC, ATOMIC_OFFSETS, CONSTRAINT, RestoreRule
from inspector.model.access import OnRead, OnWrite, ReservedWrite
from inspector.model.register import ByteOrder, Poll
from inspector.model.registermap import OpenMode

MOST_REGISTERS = 1_000_000
"""Registers of a map, arrays expanded; the largest microcontroller known has 9,732."""

_LITTLE: ByteOrder = "little"
_BIG: ByteOrder = "big"
_ADDRESS = Number(0, LAST_ADDRESS)
_SIZE = Number(1, LAST_ADDRESS + 1)
_COUNT = Number(1, MOST_REGISTERS)

# --- texts ------------------------------------------------------------------------------------

TITLE = Key("title", Text(), "A short plain name.")
DESC = Key("desc", Text(), "What it is for.")
DOC = Key("doc", Text(), "The data sheet it was written from: its number, or an address.")
TAGS = Key("tags", ListOf(Text()), "Words to find it by.")
DANGER = Key("danger", Text(), "What a write may do beyond this, which a person must confirm.")
HIDDEN = Key("hidden", Boolean(), "Not shown unless asked. Default: false.")

# --- views --------------------------------------------------------------------------------------

ALT = Key("alt", Text(), "The view it belongs to: what is of different views may share bytes, or bits.")
WHEN = Key("when", ConditionsText(), "It is there only while this holds: PATH == VALUE and PATH != VALUE.")

# --- what is inherited: defaults → block → group → register → field ---------------------------

WIDTH = Key(
    "width",
    RegisterWidth(),
    "Width of a register, and of its bus access unless access_width says otherwise, in bits. Default: 32.",
)
ACCESS_WIDTH = Key(
    "access_width",
    Width(),
    "Width of a bus access in bits, where the register takes several. Default: the register's width.",
)
WORD_ORDER = Key(
    "word_order",
    Word({"little": _LITTLE, "big": _BIG}),
    "Which of several accesses is at the lowest address: little for the least significant. Default: little.",
)
ACCESS = Key("access", AccessToken(), "What reading and writing do, such as rw, ro, wo, w1c. Default: rw.")
ON_READ = Key(
    "on_read", Word({kind.value: kind for kind in OnRead}), "What a read does to the hardware. Default: none."
)
READ_EFFECTS = Key(
    "read_effects",
    Word({"stated": False, "unknown": True}),
    "unknown: what a read does is not known where it is not stated. Default: stated; silence means none.",
)
ON_WRITE = Key(
    "on_write", Word({kind.value: kind for kind in OnWrite}), "What the hardware does with what is written."
)
BYTE_ORDER = Key(
    "byte_order",
    Word({"little": _LITTLE, "big": _BIG}),
    "Order of a register's bytes on the bus. Default: little.",
)
VOLATILE = Key("volatile", Boolean(), "Hardware may change it at any time. Default: false.")
POLL = Key(
    "poll",
    Word({kind.value: kind for kind in Poll}),
    "When the live refresh reads it, where reading it is safe. Default: auto.",
)
RESERVED_WRITE = Key(
    "reserved_write",
    Word({kind.value: kind for kind in ReservedWrite}),
    "What is written to bits that no field names. "
    "Default: zero beside w1c, w1s, w1t and pulse fields, else keep.",
)
ECHO = Key("echo", Boolean(), "Whether it reads back what was written. Default: true.")
READBACK = Key("readback", Boolean(), "Whether it may be read after a write. Default: true.")
RESTORE = Key(
    "restore",
    RestoreRule(),
    "never, or the place in the order in which a snapshot is restored, lowest first.",
)
RESET = Key("reset", Number(), "The value after reset.")
RESET_MASK = Key("reset_mask", Number(), "Which bits of reset are defined. Default: all.")

INHERITED = (
    WIDTH,
    ACCESS_WIDTH,
    WORD_ORDER,
    ACCESS,
    ON_READ,
    ON_WRITE,
    READ_EFFECTS,
    BYTE_ORDER,
    VOLATILE,
    POLL,
    RESERVED_WRITE,
    ECHO,
    READBACK,
    RESTORE,
    RESET,
    RESET_MASK,
)

# --- arrays -----------------------------------------------------------------------------------

COUNT = Key("count", _COUNT, "Number of elements; with index, its length.")
STRIDE = Key("stride", _SIZE, "Bytes from one element to the next.")
FIELD_COUNT = Key("count", Number(1, WIDEST), "Number of elements; with index, its length.")
FIELD_STRIDE = Key(
    "stride", Number(1, WIDEST), "Bits from one element to the next. Default: the field's width."
)
OFFSETS = Key(
    "offsets",
    ListOf(Number(0, LAST_ADDRESS)),
    "Where each element is, in bytes from offset, where they are not a stride apart.",
)
FIELD_OFFSETS = Key(
    "offsets",
    ListOf(Number(0, WIDEST - 1)),
    "Where each element is, in bits from the first one's, where they are not a stride apart.",
)
INDEX = Key("index", ListOf(Text()), "The elements' names. Default: 0, 1, 2 and so on.")

# --- simulation -------------------------------------------------------------------------------

COUNTER = Key("counter", Real(), "Counts per second, negative for down.")
COUNTS_WHILE = Key(
    "counts_while", Text(), "The path of a field that must be non-zero for the counter to run."
)
FIFO = Key("fifo", Number(1, 65536), "Depth of the FIFO behind the register.")
FEED = Key("feed", Text(exact=True), "Text that arrives in the FIFO, over and over.")
FEED_RATE = Key(
    "feed_rate",
    Real(positive=True),
    "Characters of feed per second; of a FIFO that software only fills, entries that leave it. Default: 1.",
)
LOOPBACK = Key("loopback", Text(), "The register at this path receives in its FIFO what is pushed here.")
SETS = Key("sets", Text(), "The register at this path has the bits set that are written here as 1.")
CLEARS = Key("clears", Text(), "The register at this path has the bits cleared that are written here as 1.")
TOGGLES = Key(
    "toggles", Text(), "The register at this path has the bits inverted that are written here as 1."
)
FOLLOWS = Key("follows", Text(), "Reads as the register at this path.")
MASKED_BY = Key("masked_by", Text(), "With follows: ANDed with the register at this path.")
INVERT = Key("invert", Boolean(), "Reads as the complement of what was written. Default: false.")

REGISTER_SIM = Table(
    "register's sim",
    COUNTER,
    COUNTS_WHILE,
    FIFO,
    FEED,
    FEED_RATE,
    LOOPBACK,
    SETS,
    CLEARS,
    TOGGLES,
    FOLLOWS,
    MASKED_BY,
    INVERT,
)

BLINK = Key("blink", Real(positive=True), "Inverts every this many seconds.")
RANDOM = Key("random", Real(positive=True), "Takes a new random value every this many seconds.")
RAISES = Key("raises", Real(positive=True), "Hardware sets all its bits every this many seconds.")
EMPTY = Key("empty", Text(), "1 while the FIFO of the register at this path is empty.")
FULL = Key("full", Text(), "1 while the FIFO of the register at this path is full.")
LEVEL = Key("level", Text(), "How many entries are in the FIFO of the register at this path.")

FIELD_SIM = Table("field's sim", BLINK, RANDOM, RAISES, EMPTY, FULL, LEVEL)

# --- fields -----------------------------------------------------------------------------------

BITS = Key("bits", BitRange(), "The bits: N, MSB:LSB, or a list of those, most significant part first.")
LSB = Key("lsb", Number(0, WIDEST - 1), "The lowest bit; with width, in place of bits.")
FIELD_WIDTH = Key("width", Number(1, WIDEST), "How many bits; with lsb, in place of bits.")
ENUM = Key("enum", EnumText(), "Names of values: value → name, or the name of one of the map's enums.")
ENUM_WRITE = Key("enum_write", EnumText(), "Names of values when written, where they differ.")
FORMAT_KEY = Key("format", FormatText(), "How the value is shown. Default: hex.")
UNIT = Key("unit", Text(), "Follows the value, such as °C.")
EXPECT = Key("expect", Number(), "The value that identifies the block; checked before anything else is read.")
CONSTRAINT_KEY = Key("constraint", Structure(reference("constraint")), "Which values may be written.")
WRITE_VALUE = Key("write_value", Number(), "The key that must stand here in every write.")
FIELD_RESERVED_WRITE = Key(
    "reserved_write",
    RESERVED_WRITE.kind,
    "What is written to a field that is named but reserved, when a neighbour is edited.",
)
FIELD_SIM_KEY = Key("sim", Structure(reference("field_sim")), "How the field behaves in simulation.")

FIELD = Table(
    "field",
    BITS,
    LSB,
    FIELD_WIDTH,
    ACCESS,
    ON_READ,
    ON_WRITE,
    RESET,
    VOLATILE,
    ENUM,
    ENUM_WRITE,
    FORMAT_KEY,
    UNIT,
    CONSTRAINT_KEY,
    WRITE_VALUE,
    FIELD_RESERVED_WRITE,
    DANGER,
    EXPECT,
    ALT,
    WHEN,
    FIELD_COUNT,
    FIELD_STRIDE,
    FIELD_OFFSETS,
    INDEX,
    TITLE,
    DESC,
    TAGS,
    HIDDEN,
    FIELD_SIM_KEY,
)

# --- registers, groups, blocks ----------------------------------------------------------------

LIKE = Key("like", Text(), "What it is like but for what is stated here: a block, or a register or group.")
OFFSET = Key(
    "offset", _ADDRESS, "Bytes from the start of the block, or of the group.", required=True, unless=("like",)
)
CONST = Key("const", Boolean(), "Never changes; identifies the block. Default: false.")
WRITE_MASK = Key(
    "write_mask", Word({"upper": True}), "upper: the upper half of a write enables the lower half's bits."
)
WRITE_TWICE = Key("write_twice", Boolean(), "Takes effect only when written twice. Default: false.")
LOCKED_BY = Key("locked_by", ConditionText(), "Writes are ignored while this holds: PATH == VALUE.")
LATCHED_BY = Key(
    "latched_by",
    Text(),
    "A write takes effect only with a later write of the register or field at this path.",
)
ATOMIC_KEY = Key(
    "atomic", Structure(reference("atomic")), "Registers where 1 sets, clears or inverts a bit of this one."
)
REGISTER_SIM_KEY = Key("sim", Structure(reference("register_sim")), "How the register behaves in simulation.")
FIELDS = Key("fields", named("field_or_bits"), "The fields, by name.")

KIND = Key(
    "kind",
    Word({kind: kind for kind in ("register", "group", "memory")}),
    "memory: a window of words without meaning, not looked at unasked. Default: register, or group.",
)

REGISTER = Table(
    "register",
    OFFSET,
    LIKE,
    KIND,
    *INHERITED,
    ALT,
    WHEN,
    COUNT,
    STRIDE,
    OFFSETS,
    INDEX,
    CONST,
    EXPECT,
    WRITE_MASK,
    WRITE_TWICE,
    LOCKED_BY,
    LATCHED_BY,
    ATOMIC_KEY,
    DANGER,
    FORMAT_KEY,
    UNIT,
    ENUM,
    TITLE,
    DESC,
    DOC,
    TAGS,
    HIDDEN,
    REGISTER_SIM_KEY,
    FIELDS,
)

REGISTERS = Key(
    "registers",
    named("register_or_group"),
    "Registers and groups, by name.",
    required=True,
    unless=("like",),
)

GROUP = Table(
    "group", OFFSET, LIKE, KIND, *INHERITED, ALT, WHEN, COUNT, STRIDE, OFFSETS, INDEX, TITLE, DESC, REGISTERS
)

MEMORY_SIZE = Key("size", _SIZE, "Extent of the window in bytes.", required=True, unless=("like",))
MEMORY_WIDTH = Key("width", Width(), "Width of a word, and of its bus access, in bits. Default: inherited.")

MEMORY = Table(
    "memory window",
    OFFSET,
    LIKE,
    KIND,
    MEMORY_SIZE,
    MEMORY_WIDTH,
    ACCESS,
    ON_READ,
    ON_WRITE,
    BYTE_ORDER,
    ALT,
    WHEN,
    TITLE,
    DESC,
    DOC,
    TAGS,
    HIDDEN,
)

BLOCK_SIZE = Key("size", _SIZE, "Extent in bytes. Default: up to the end of the last register.")

NEEDS = Key("needs", ConditionText(), "What must hold before the block is touched: PATH == VALUE.")
ATOMIC_OFFSETS_KEY = Key(
    "atomic",
    Structure(reference("atomic_offsets")),
    "Where, from each register, 1 sets, clears or inverts its bits.",
)

BLOCK = Table("block", BLOCK_SIZE, LIKE, *INHERITED, ATOMIC_OFFSETS_KEY, NEEDS, TITLE, DESC, DOC, REGISTERS)

# --- regions ----------------------------------------------------------------------------------

PCI_ID = Key("id", Text(), "Vendor and device, as 1234:11e8.")
PCI_SLOT = Key("slot", Text(), "Where it is plugged, as 0000:00:04.0.")
PCI_BAR = Key("bar", Number(0, 5), "Which BAR. Default: 0.")
UIO_NAME = Key("name", Text(), "The UIO device's name, or its number.", required=True)
UIO_MAP = Key("map", Number(0, 4), "Which of its maps. Default: 0.")
FILE_PATH = Key("path", Text(), "A regular file's path.", required=True)
FILE_ADDRESS = Key("address", _ADDRESS, "Where the file's first byte stands. Default: 0.")

PCI = Table("PCI device", PCI_ID, PCI_BAR)
PCI_SOURCE = Table("PCI source", PCI_ID, PCI_SLOT, PCI_BAR)
UIO = Table("UIO device", UIO_NAME, UIO_MAP)
FILE_SOURCE = Table("file source", FILE_PATH, FILE_ADDRESS)

BIND_PCI = Key("pci", Structure(reference("pci")), "By PCI vendor and device, and BAR.")
BIND_UIO = Key("uio", Structure({"anyOf": [{"type": "string"}, reference("uio")]}), "By UIO device and map.")
BIND_COMPATIBLE = Key("compatible", Text(), "By the device tree's compatible.")

BIND_INDEX = Key("index", Number(), "Which of several compatible nodes, counted from 0 by address.")
BIND_REG_NAME = Key(
    "name", Text(), "Which range of the compatible node, as its reg-names says. Default: the first."
)

BIND = Table("bind", BIND_PCI, BIND_UIO, BIND_COMPATIBLE, BIND_INDEX, BIND_REG_NAME)

SOURCE = Key(
    "source",
    Structure({"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1}]}),
    "The backend that opens the region, such as devmem; -b on the command line wins.",
)
BIND_KEY = Key("bind", Structure(reference("bind")), "How to find the region's resource on a machine.")
BASE = Key("base", _ADDRESS, "Physical address.")
REGION_SIZE = Key("size", _SIZE, "Extent in bytes. Default: up to the end of the last instance.")
OPEN = Key(
    "open",
    Word({mode.value: mode for mode in OpenMode}),
    "How it is claimed; the command line decides last. Default: shared.",
)
ACCESS_WIDTHS = Key("access_widths", ListOf(Width()), "The bus widths that the region takes. Default: all.")
FLAGS = Key(
    "flags",
    ListOf(Word({flag: flag for flag in ("nonposted", "readonly", "no_poll")})),
    "nonposted: a write is done when it returns. readonly: never written. no_poll: never refreshed.",
)
INSTANCES = Key(
    "instances", named("instance_or_block"), "Blocks placed in the region, by name.", required=True
)

REGION = Table(
    "region",
    SOURCE,
    BIND_KEY,
    BASE,
    REGION_SIZE,
    OPEN,
    ACCESS_WIDTHS,
    FLAGS,
    BYTE_ORDER,
    TITLE,
    DESC,
    INSTANCES,
)

BLOCK_NAME = Key("block", Text(), "The block's name.", required=True)
INSTANCE_OFFSET = Key("offset", _ADDRESS, "Bytes from the region's start. Default: 0.")

INSTANCE = Table("instance", BLOCK_NAME, INSTANCE_OFFSET, ALT, COUNT, STRIDE, OFFSETS, INDEX, TITLE, DESC)

# --- the whole --------------------------------------------------------------------------------

REGMAP = Key("regmap", Number(), "The version of the format: 1.", required=True)
NAME = Key("name", Text(), "The map's name. Default: the file's name without suffix.")
VENDOR = Key("vendor", Text(), "Who makes the device.")
VERSION = Key("version", Text(), "The device's or the map's version.")
LICENSE = Key("license", Text(), "The map's licence.")
ORIGIN = Key("source", Text(), "What the map was written from, where there is no doc.")
DEFAULTS = Key("defaults", Structure(reference("defaults")), "What every block inherits.")
ENUMS = Key("enums", named("enum_values"), "Enumerations that fields may name.")
INCLUDE = Key(
    "include", ListOf(Text()), "Other maps, whose blocks and enums are there as if they were this one's."
)
OVERLAY = Key("overlay", Text(), "The map that this one corrects: a bundled map's name, or a file's path.")
PATCH = Key(
    "patch",
    named("patch"),
    "Paths of blocks, groups, registers and fields, * and ? included, with the keys to correct.",
)
BLOCKS = Key(
    "blocks",
    named("block"),
    "Types: registers without addresses, by name.",
    required=True,
    unless=("include", "overlay"),
)
REGIONS = Key("regions", named("region"), "Places: what is claimed and mapped, by name.")
DEVICES = Key("devices", named("device"), "Several devices with regions of their own, by name.")
DEVICE_REGIONS = Key("regions", REGIONS.kind, "The device's places, by name.", required=True)

DEFAULTS_TABLE = Table("mapping of defaults", *INHERITED)

DEVICE = Table("device", TITLE, DESC, DEVICE_REGIONS)

TOP = Table(
    "map",
    REGMAP,
    NAME,
    TITLE,
    DESC,
    DOC,
    VENDOR,
    VERSION,
    LICENSE,
    ORIGIN,
    INCLUDE,
    OVERLAY,
    DEFAULTS,
    ENUMS,
    BLOCKS,
    PATCH,
    REGIONS,
    DEVICES,
)

DEFINITIONS = {
    "defaults": DEFAULTS_TABLE,
    "block": BLOCK,
    "group": GROUP,
    "register": REGISTER,
    "memory": MEMORY,
    "field": FIELD,
    "format": FORMAT,
    "constraint": CONSTRAINT,
    "atomic": ATOMIC,
    "atomic_offsets": ATOMIC_OFFSETS,
    "named_value": NAMED_VALUE,
    "register_sim": REGISTER_SIM,
    "field_sim": FIELD_SIM,
    "device": DEVICE,
    "region": REGION,
    "instance": INSTANCE,
    "bind": BIND,
    "pci": PCI,
    "uio": UIO,
}
"""The tables by the names that the JSON Schema gives them."""
