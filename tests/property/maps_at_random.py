"""Maps at random, as documents: sound by construction, and of nearly every key of the format."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from inspector.model.access import TOKENS, OnRead, OnWrite

Document = dict[str, Any]

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}", fullmatch=True)
NASTY = [
    "",
    "~",
    "null",
    "yes",
    "NO",
    "010",
    "7:4",
    "1.10",
    "0x10",
    "a: b",
    "a #b",
    "- a",
    "? a",
    "%s",
    "@x",
    "`x`",
    "'x'",
    '"x"',
    "x\\n",
    "{a: b}",
    "[a, b]",
    "a, b",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "two\nlines",
    "a blank\n\nline",
    "a  wide   gap",
    " edges ",
    "tab\there",
    "é°µ–😀",
    "\x07bell",
    "\u2028",
    "\x85",
    "word " * 60,
    "#",
    "=",
    "<<",
    "---",
    "...",
    "trailing:",
    "x:y",
]
TEXTS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=30
)


def optional(draw: st.DrawFn, document: Document, **strategies: st.SearchStrategy[Any]) -> None:
    """Put some of the keys into the document."""
    for key, strategy in strategies.items():
        if draw(st.integers(0, 3)) == 0:
            document[key] = draw(strategy)


def access_keys(draw: st.DrawFn) -> Document:
    """A token, and what overrides its effects."""
    if draw(st.booleans()):
        return {}
    token = draw(st.sampled_from(sorted(TOKENS)))
    keys: Document = {"access": token}
    if TOKENS[token].readable and draw(st.integers(0, 3)) == 0:
        keys["on_read"] = draw(st.sampled_from([effect.value for effect in OnRead]))
    if TOKENS[token].writable and draw(st.integers(0, 3)) == 0:
        keys["on_write"] = draw(st.sampled_from([effect.value for effect in OnWrite]))
    return keys


@st.composite
def enumerations(draw: st.DrawFn, width: int) -> Document:
    """Values, ranges and patterns of at most ``width`` bits that do not overlap, by name."""
    limit = min(1 << width, 64)
    document: Document = {}
    value = 0
    while value < limit and draw(st.integers(0, 3)):
        last = min(limit - 1, value + draw(st.integers(0, 3)))
        named: Any = draw(TEXTS.filter(lambda text: bool(text.strip())))
        if draw(st.integers(0, 3)) == 0:
            named = {"name": named, "desc": draw(TEXTS), "danger": draw(TEXTS)}
        if last == value + 1 and value % 2 == 0 and draw(st.booleans()):
            document[f"0b{value >> 1:b}x"] = named
        else:
            document[str(value) if last == value else f"{value}..{last}"] = named
        value = last + 1 + draw(st.integers(0, 2))
    if not document or draw(st.booleans()):
        document["default"] = draw(TEXTS.filter(lambda text: bool(text.strip())))
    return document


def formats(width: int) -> st.SearchStrategy[Any]:
    """Formats that suit a width."""
    plain = ["hex", "dec", "bin", "signed", "bool", "ascii", "addr", "bcd"]
    plain += ["float"] if width in (16, 32, 64) else []
    plain += ["ipv4"] if width == 32 else []
    reals = st.floats(-1e6, 1e6).map(lambda real: round(real, 3))
    return (
        st.sampled_from(plain)
        | st.builds(lambda frac: {"type": "fixed", "frac": frac}, st.integers(0, 64))
        | st.builds(lambda frac: {"type": "ufixed", "frac": frac}, st.integers(0, 64))
        | st.builds(lambda scale, offset: {"type": "linear", "scale": scale, "offset": offset}, reals, reals)
        | st.sampled_from(["value", "value / 16 - 1.5", "~value & 0xff", "(value + 1) << 2"]).map(
            lambda text: {"type": "expr", "expr": text, "unit": "°C"}
        )
    )


def conditions() -> st.SearchStrategy[str]:
    """What can be asked of the register that every block has."""
    return st.sampled_from(["MODE.SEL == 0", "MODE.SEL == 1", "MODE.WAY != 2 and MODE.SEL == 1", "MODE.SEL"])


@st.composite
def fields(draw: st.DrawFn, width: int) -> Document:
    """Fields that share no bits, by name; arrays among them."""
    document: Document = {}
    bit = 0
    while bit < width and draw(st.integers(0, 4)):
        lsb = bit + draw(st.integers(0, 2))
        size = draw(st.integers(1, 5))
        if lsb + size > width:
            break
        name = draw(NAMES)
        if name in document:
            break
        field: Document = {"bits": f"{lsb + size - 1}:{lsb}" if size > 1 else str(lsb)}
        bit = lsb + size
        count = draw(st.integers(1, 4))
        if count > 1 and lsb + size * count <= width:
            field["count"] = count
            bit = lsb + size * count
            if draw(st.booleans()):
                field["index"] = [f"I{i}" for i in range(count)]
        field |= access_keys(draw)
        optional(
            draw,
            field,
            enum=enumerations(size),
            enum_write=enumerations(size),
            format=formats(size),
            unit=TEXTS,
            volatile=st.booleans(),
            title=TEXTS,
            desc=TEXTS,
            tags=st.lists(TEXTS, min_size=1, max_size=3),
            hidden=st.booleans(),
            danger=TEXTS,
            alt=TEXTS,
            when=conditions(),
            expect=st.integers(0, 1),
            constraint=st.sampled_from([{"min": 0}, {"max": 1}, {"min": 0, "max": 1}, {"as_read": True}]),
            sim=st.sampled_from([{"blink": 0.5}, {"random": 2}, {"raises": 1.25}]),
        )
        document[name] = field
    return document


@st.composite
def registers(draw: st.DrawFn, offset: int) -> tuple[Document, int]:
    """A register or an array of them at ``offset``, and where the next may be."""
    width = draw(st.sampled_from([8, 16, 32, 32, 32, 64, 24, 48, 128]))
    document: Document = {"offset": offset}
    if width != 32 or draw(st.booleans()):
        document["width"] = width
    if width in (24, 48, 128) or (width > 8 and draw(st.integers(0, 5)) == 0):
        document["access_width"] = 8 if width == 24 else 16
    size = width // 8
    end = offset + size
    shape = draw(st.integers(0, 5))
    # Elements stand at multiples of 16, so that no access is misaligned.
    if shape == 0:
        document |= {"count": draw(st.integers(1, 4)), "stride": 16}
        end = offset + 16 * document["count"]
    elif shape == 1:
        document["offsets"] = [16 * i for i in sorted(draw(st.sets(st.integers(0, 6), min_size=1)))]
        end = offset + document["offsets"][-1] + 16
    elif shape == 2:
        document |= {"index": ["A", "B", "x-1"], "stride": 32}
        end = offset + 96
    document |= access_keys(draw)
    optional(
        draw,
        document,
        reset=st.integers(0, (1 << width) - 1),
        volatile=st.booleans(),
        const=st.booleans(),
        expect=st.integers(0, (1 << width) - 1),
        byte_order=st.sampled_from(["little", "big"]),
        word_order=st.sampled_from(["little", "big"]),
        poll=st.sampled_from(["auto", "once", "manual", "never"]),
        reserved_write=st.sampled_from(["keep", "zero", "one", "reset"]),
        echo=st.booleans(),
        readback=st.booleans(),
        restore=st.sampled_from(["never", 0, 3]),
        write_twice=st.booleans(),
        locked_by=st.sampled_from(["MODE.SEL == 1", "MODE.SEL"]),
        latched_by=st.just("MODE"),
        danger=TEXTS,
        title=TEXTS,
        desc=TEXTS,
        doc=TEXTS,
        tags=st.lists(TEXTS, min_size=1, max_size=3),
        hidden=st.booleans(),
        alt=TEXTS,
        when=conditions(),
        unit=TEXTS,
        format=formats(width),
        enum=enumerations(8),
        sim=st.sampled_from(
            [{"counter": -3.5}, {"fifo": 4, "feed": " a\tb ", "feed_rate": 2}, {"invert": True}]
        ),
        fields=fields(width).filter(bool),
    )
    if "reset" in document and draw(st.booleans()):
        document["reset_mask"] = draw(st.integers(0, (1 << width) - 1))
    return document, end


@st.composite
def children(draw: st.DrawFn, first: int, depth: int = 0) -> tuple[Document, int]:
    """Registers, groups and memory windows from ``first`` on, and their end."""
    document: Document = {}
    offset = first
    for _ in range(draw(st.integers(1, 4))):
        name = draw(NAMES)
        if name in document or name == "MODE":
            continue
        # Runs of registers that are alike but for a number are what arrays are found in.
        if draw(st.integers(0, 3)) == 0:
            register, end = draw(registers(0))
            step = (end + 15) // 16 * 16
            for i in range(draw(st.integers(2, 4))):
                if f"{name}{i}" not in document:
                    document[f"{name}{i}"] = {**register, "offset": offset}
                    offset += step
            continue
        kind = draw(st.integers(0, 5))
        if kind == 0 and depth < 2:
            inner, end = draw(children(0, depth + 1))
            stride = (end + 15) // 16 * 16
            group: Document = {"offset": offset, "registers": inner}
            count = draw(st.integers(1, 3))
            if count > 1:
                group |= {"count": count, "stride": stride}
            optional(draw, group, title=TEXTS, desc=TEXTS)
            document[name] = group
            offset += stride * count
        elif kind == 1:
            document[name] = {
                "offset": offset,
                "kind": "memory",
                "size": 64,
                "width": 16,
                **access_keys(draw),
            }
            offset += 64
        else:
            document[name], offset = draw(registers(offset))
        offset = (offset + 15) // 16 * 16
    return document or {"ONE": first}, max(offset, first + 16)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Whole maps."""
    document: Document = {"regmap": 1, "name": draw(NAMES)}
    optional(draw, document, title=TEXTS, desc=TEXTS, doc=TEXTS, vendor=TEXTS, version=TEXTS, license=TEXTS)
    optional(
        draw,
        document,
        defaults=st.sampled_from(
            [{"read_effects": "unknown"}, {"width": 16}, {"access": "ro"}, {"reset": 0}, {"volatile": True}]
        ),
    )
    blocks: Document = {}
    for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        inner, end = draw(children(16))
        mode = {"offset": 0, "width": 32, "access": "rw", "fields": {"SEL": 0, "WAY": "2:1"}}
        block: Document = {"size": end, "registers": {"MODE": mode, **inner}}
        optional(draw, block, title=TEXTS, desc=TEXTS, doc=TEXTS, access=st.sampled_from(["ro", "wo", "w1c"]))
        blocks[name] = block
    document["blocks"] = blocks
    if draw(st.booleans()):
        document["regions"] = draw(regions(blocks))
    return document


@st.composite
def regions(draw: st.DrawFn, blocks: Document) -> Document:
    """Regions with instances of the blocks, arrays among them."""
    document: Document = {}
    for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        instances: Document = {}
        offset = 0
        for instance in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
            block = draw(st.sampled_from(sorted(blocks)))
            size = (blocks[block]["size"] + 15) // 16 * 16
            placed: Document = {"block": block, "offset": offset}
            count = draw(st.integers(1, 4))
            if count > 1:
                placed |= {"count": count, "stride": size}
            optional(draw, placed, title=TEXTS, desc=TEXTS)
            written = f"{instance}%s" if count > 1 and draw(st.booleans()) else instance
            instances[written] = placed
            offset += size * count
        region: Document = {"instances": instances}
        optional(
            draw,
            region,
            base=st.integers(0, 1 << 40).map(lambda base: base << 4),
            open=st.sampled_from(["shared", "exclusive"]),
            source=st.sampled_from(["devmem", "sim", "pci:0000:00:04.0/1", "uio:a b", "devmem:x@0x10"]),
            bind=st.sampled_from(
                [
                    {"pci": {"id": "1234:11E8", "bar": 2}},
                    {
                        "uio": {"name": "a: b", "map": 1},
                        "compatible": "arm,pl011",
                        "index": 1,
                        "name": "regs",
                    },
                ]
            ),
            flags=st.sampled_from([["readonly"], ["no_poll", "nonposted"]]),
            byte_order=st.sampled_from(["little", "big"]),
            title=TEXTS,
            desc=TEXTS,
        )
        document[name] = region
    return document
