"""Whatever a file holds, the loader gives a map or a MapError; and a map stays within its regions."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inspector import maps
from inspector.errors import Finding, MapError, UsageError
from inspector.maps import keys
from inspector.maps.entries import Table
from inspector.model.registermap import RegisterMap

GOOD = Path(__file__).parents[1] / "unit" / "maps" / "good"
SEEDS = [path.read_text() for path in sorted(GOOD.glob("*.yaml"))]
BAD = [path.read_text() for path in sorted(GOOD.with_name("bad").glob("*.yaml"))]

BOUNDED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# What breaks parsers, and what our keys and values are made of.
FRAGMENTS = [
    *"[]{}:,-?&*!|>'\"%@`#\n\t ~<=",
    *(
        "- ",
        "? ",
        ": ",
        "&a ",
        "*a",
        "<<: *a",
        "!!int ",
        "---\n",
        "...\n",
        "\\u0000",
        "\ufeff",
        "\x85",
        "\u2028",
    ),
    *[
        "0x",
        "0b2",
        "010",
        "-1",
        "7:4",
        "4:7",
        "[7:4,5]",
        "1e999",
        "NaN",
        "~",
        "ON",
        "4K",
        "%s",
        "default",
        "4..7",
        "1000000",
        "18446744073709551615",
    ],
    *("0x" + "f" * 100, "9" * 100, "x-a: ", "A == 1", "{}", "[]", "{A: 0}", "{offset: 0}", "{bits: 0}"),
    *["rw", "rs", "w1c", "pop", "push", "none", "big", "upper", "linear", "{type:fixed,frac:65}"],
    *(f"{key}: " for table in [*keys.DEFINITIONS.values(), keys.TOP] for key in table.keys),
]


def survive(text: str) -> None:
    """Load, and hold the outcome to what is promised of it."""
    try:
        loaded = maps.load_text(text, "fuzz.yaml")
    except MapError as error:
        check_findings(error.findings, text)
    else:
        check_map(loaded)


def check_findings(findings: tuple[Finding, ...], text: str) -> None:
    assert any(finding.severity == "error" for finding in findings)
    files = list(dict.fromkeys(finding.position.file for finding in findings))
    places = [
        (files.index(finding.position.file), finding.position.line, finding.position.column)
        for finding in findings
    ]
    assert places == sorted(places)
    for finding in findings:
        assert finding.position.line >= 1
        assert finding.position.column >= 1
        assert finding.position.length >= 1
        assert finding.message
        assert str(finding)
        if finding.excerpt:
            assert finding.excerpt in text or finding.position.file != "fuzz.yaml"
            assert finding.position.column <= len(finding.excerpt) + 1


def check_map(loaded: RegisterMap) -> None:
    """No register outside its region, misaligned, or on another's bytes."""
    for region in loaded.regions:
        assert (region.base or 0) + region.size <= 1 << 64
    # A walk of the largest maps that can load would be all that is tested.
    nodes = itertools.islice(loaded.nodes, 20_000) if len(loaded.blocks) < 50 else ()
    for node in nodes:
        size = node.register.size
        assert node.offset + size <= node.region.size
        assert node.address % (node.register.access_width // 8) == 0
        for field in node.register.fields:
            assert field.bits.mask <= node.register.mask
            assert field.reset is None or field.reset >> field.width == 0
        assert (node.register.reset or 0) <= node.register.mask
        assert node.register.reset_mask <= node.register.mask


@settings(parent=BOUNDED)
@given(st.text(max_size=200))
@example("")
@example("- " * 25_000)
@example("[" * 50_000)
@example("? " * 50_000)
@example("{a: " * 30_000)
@example("&a [*a]")
@example("&a {*a : *a}")
@example("regmap: 1\nblocks: &a\n  b: {registers: *a}\n")
def test_any_text(text: str) -> None:
    survive(text)


@settings(parent=BOUNDED)
@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
@example(b"regmap: 1\n\xc3")
@example(b"\xd0\x0d\xfe\xed")
@example(b"<device>")
@example(b"<component>")
@example(b'{"csr_bases":')
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for suffix in ("yaml", "svd", "xml", "hjson", "json", "dtb", "bin"):
        path = tmp_path_factory.getbasetemp() / f"fuzz.{suffix}"
        path.write_bytes(data)
        for finding in maps.check(str(path)):
            assert finding.position.file == str(path)


@settings(parent=BOUNDED)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60))
def test_any_sequence_of_our_own_words(fragments: list[str]) -> None:
    survive("".join(fragments))
    survive("regmap: 1\nblocks:\n  b:\n    registers:\n      R: " + "".join(fragments))


KEYS = sorted({name for table in [*keys.DEFINITIONS.values(), keys.TOP] for name in table.keys})
LEAVES = st.one_of(
    st.integers(-1, 0x41),
    st.sampled_from(
        ["7:4", "0x10", "4K", "rw", "ro", "wo", "pop", "big", "A", "B.A", "A.B == 1", "b", "no", "", None]
    ),
)
NAMES = st.sampled_from([*KEYS, "A", "B", "C%s", "x-a", "0", "1..3", "default"])


def mappings(
    names: st.SearchStrategy[str], values: st.SearchStrategy[object]
) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(names, values, max_size=6)


STRUCTURES = st.recursive(
    LEAVES, lambda inner: st.one_of(mappings(NAMES, inner), st.lists(inner, max_size=4)), max_leaves=30
)


def shaped(table: Table) -> st.SearchStrategy[dict[str, object]]:
    """Mappings of the right shape with anything in them."""
    return mappings(st.sampled_from(sorted(table.keys)), STRUCTURES)


@settings(parent=BOUNDED)
@given(
    top=shaped(keys.TOP),
    block=shaped(keys.BLOCK),
    register=st.one_of(STRUCTURES, shaped(keys.REGISTER), shaped(keys.GROUP)),
    field=st.one_of(STRUCTURES, shaped(keys.FIELD)),
    region=shaped(keys.REGION),
    instance=st.one_of(STRUCTURES, shaped(keys.INSTANCE)),
)
def test_any_structure_of_our_own_keys(
    top: dict[str, object],
    block: dict[str, object],
    register: object,
    field: object,
    region: dict[str, object],
    instance: object,
) -> None:
    if isinstance(register, dict):
        register = {"offset": 0, **register, "fields": {"A": field, "B": 3}}
    whole = {
        **top,
        "regmap": 1,
        "blocks": {"b": {**block, "registers": {"A": register, "B": 8}}},
        "regions": {"r": {**region, "instances": {"I": instance, "J": {"block": "b", "offset": 0x100}}}},
    }
    survive(json.dumps(whole))


ENTRIES = st.sampled_from(["A", "B", "G", "NEW"])
LIKES = st.sampled_from(["A", "B", "G", "G.A", "one.A", "two.G", "two.G.A", "one", "two", "zero", "", None])


def derived(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Registers and groups that are like one another in whatever way, with deletions."""
    sound = st.fixed_dictionaries(
        {"offset": st.sampled_from([0, 4, 8, 0x40])},
        optional={
            "like": LIKES,
            "alt": ENTRIES,
            "access": st.sampled_from(["ro", "w1c"]),
            "fields": st.dictionaries(ENTRIES, st.integers(0, 15), min_size=1, max_size=3),
            "registers": st.dictionaries(ENTRIES, inner, min_size=1, max_size=3),
        },
    )
    loose = st.fixed_dictionaries(
        {},
        optional={
            "like": LIKES,
            "offset": st.sampled_from([0, 2, None]),
            "width": st.sampled_from([8, 16, 64, None]),
            "access": st.sampled_from(["ro", "w1c", None]),
            "count": st.integers(0, 3),
            "fields": mappings(ENTRIES, st.one_of(STRUCTURES, shaped(keys.FIELD))),
            "registers": st.dictionaries(ENTRIES, inner, max_size=3),
        },
    )
    return st.one_of(st.integers(0, 8).map(lambda i: 4 * i), sound, sound, loose)


ELEMENTS = st.recursive(st.sampled_from([0, 0x80, 0x100]), derived, max_leaves=8)
REGISTERS = st.dictionaries(ENTRIES, ELEMENTS, max_size=4)
BLOCKS = st.fixed_dictionaries({}, optional={"like": LIKES, "registers": REGISTERS, "size": LEAVES})


@settings(parent=BOUNDED)
@given(st.dictionaries(st.sampled_from(["one", "two"]), BLOCKS, min_size=1))
@example({"one": {"like": "two", "registers": {"A": {"like": "two.A"}}}, "two": {"like": "one"}})
@example({"one": {"registers": {"G": {"registers": {"A": {"like": "G"}, "B": {"like": "one.G.A"}}}}}})
def test_anything_may_be_like_anything(blocks: dict[str, object]) -> None:
    survive(json.dumps({"regmap": 1, "blocks": blocks}))


PATHS = st.one_of(
    st.sampled_from(["U", "U.B", "U.*.B", "*.*", "q/U.G.A", "V%s.G", "one.A", "W.B.A", "?.B"]),
    st.lists(
        st.sampled_from(
            ["A", "B", "G", "*", "?", "one", "two", "U", "V", "V0", "V%s", "", "r/U", "d.q/V", "["]
        ),
        min_size=1,
        max_size=4,
    ).map(".".join),
)
PATCHES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "access": st.sampled_from(["ro", "rw"]),
            "desc": st.sampled_from(["x", None]),
            "registers": st.dictionaries(ENTRIES, ELEMENTS, min_size=1, max_size=2),
        },
    ),
    st.none(),
    derived(st.none()),
    shaped(keys.FIELD),
)
BASE = {
    "regmap": 1,
    "enums": {"e": {"0": "a"}},
    "blocks": {
        "one": {
            "registers": {"A": 0, "B": {"offset": 4, "fields": {"A": 0, "B": {"bits": "3:1", "enum": "e"}}}}
        },
        "two": {"registers": {"G": {"offset": 0, "count": 2, "stride": 8, "registers": {"A": 0, "B": 4}}}},
    },
    "regions": {"r": {"instances": {"U": "one", "V%s": {"block": "two", "count": 2, "offset": 0x100}}}},
    "devices": {"d": {"regions": {"q": {"instances": {"U": "two"}}, "s": {"instances": {"W": "one"}}}}},
}
PLACES = st.fixed_dictionaries(
    {},
    optional={
        "r": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "instances": mappings(
                        st.sampled_from(["U", "V%s", "X"]), st.one_of(LEAVES, shaped(keys.INSTANCE))
                    )
                }
            ),
            shaped(keys.REGION),
        ),
        "s": shaped(keys.REGION),
    },
)


MORE = st.fixed_dictionaries(
    {},
    optional={
        "regions": PLACES,
        "devices": st.dictionaries(
            st.sampled_from(["d", "e"]), st.fixed_dictionaries({}, optional={"regions": PLACES}), max_size=2
        ),
        "enums": st.dictionaries(st.sampled_from(["e", "f"]), STRUCTURES, max_size=2),
        "blocks": st.dictionaries(st.sampled_from(["one", "three"]), BLOCKS, max_size=2),
        "defaults": shaped(keys.DEFAULTS_TABLE),
        "include": st.sampled_from(["pl011", "fuzz-base.yaml", "fuzz.yaml", ["pl031", "."], None]),
    },
)


@settings(parent=BOUNDED)
@given(
    patch=st.dictionaries(PATHS, PATCHES, min_size=1, max_size=3),
    more=st.one_of(st.just({}), MORE),
)
def test_any_overlay(
    tmp_path_factory: pytest.TempPathFactory, patch: dict[str, object], more: dict[str, object]
) -> None:
    place = tmp_path_factory.getbasetemp()
    (place / "fuzz-base.yaml").write_text(json.dumps(BASE))
    whole = {"regmap": 1, "overlay": "fuzz-base.yaml", "patch": patch, **more}
    (place / "fuzz.yaml").write_text(json.dumps(whole))
    for device in ("", "#d", "#e"):
        try:
            loaded = maps.load(f"{place / 'fuzz.yaml'}{device}")
        except MapError as error:
            check_findings(error.findings, "")
        except UsageError:
            assert device
        else:
            check_map(loaded)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_good_maps_with_mutations(seed: int) -> None:
    source, chance = SEEDS[seed], random.Random(seed)
    for _ in range(500):
        survive(mutated(source, chance))


def test_bad_maps_with_mutations() -> None:
    chance = random.Random(0)
    for source in BAD:
        for _ in range(3):
            survive(mutated(source, chance))


def mutated(source: str, chance: random.Random) -> str:
    """The text with a few pieces removed, doubled, moved or replaced."""
    text = source
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 2, 5, 20, 80]))
        match chance.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:end] + text[end:]
            case 2:
                text = text[:start] + chance.choice(FRAGMENTS) + text[end:]
            case 3:
                text = text[:start] + chance.choice(FRAGMENTS) + text[start:]
            case 4:
                lines = text.splitlines(keepends=True) or [""]
                i, j = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[i], lines[j] = lines[j], lines[i]
                text = "".join(lines)
            case _:
                lines = text.splitlines(keepends=True) or [""]
                i = chance.randrange(len(lines))
                lines[i] = " " * chance.randint(0, 4) + lines[i].lstrip(" ")
                text = "".join(lines)
    return text


SMALL = st.integers(0, 0x40)
ACCESS = st.sampled_from(["rw", "ro", "wo", "w1c"])


@st.composite
def layouts(draw: st.DrawFn) -> list[dict[str, int | str]]:
    """Registers of a block anywhere, overlapping and misaligned ones included."""
    count = draw(st.integers(1, 6))
    return [
        {
            "offset": draw(SMALL),
            "width": draw(st.sampled_from([8, 16, 32, 64])),
            "count": draw(st.integers(1, 4)),
            "stride": draw(st.integers(1, 24)),
            "access": draw(ACCESS),
        }
        for _ in range(count)
    ]


@settings(parent=BOUNDED)
@given(layouts(), st.one_of(st.none(), st.integers(1, 0x80)))
def test_a_layout_loads_exactly_if_nothing_in_it_clashes(
    layout: list[dict[str, int | str]], size: int | None
) -> None:
    """The sweep against the plainest possible model: every byte of every element by itself."""
    registers = "".join(
        f"      R{i}: {{{', '.join(f'{key}: {value}' for key, value in register.items())}}}\n"
        for i, register in enumerate(layout)
    )
    head = f"    size: {size}\n" if size is not None else ""
    text = f"regmap: 1\nblocks:\n  b:\n{head}    registers:\n{registers}"
    expected = sound(layout, size)
    try:
        loaded = maps.load_text(text, "m")
    except MapError:
        assert not expected
    else:
        assert expected
        check_map(loaded)


def sound(layout: list[dict[str, int | str]], size: int | None) -> bool:
    owners: dict[int, set[str]] = {}
    for register in layout:
        offset, stride, count = (int(register[key]) for key in ("offset", "stride", "count"))
        width = int(register["width"]) // 8
        if count > 1 and stride < width:
            return False
        for i in range(count):
            start = offset + i * stride
            if start % width or (size is not None and start + width > size):
                return False
            for byte in range(start, start + width):
                present = owners.setdefault(byte, set())
                kind = str(register["access"])
                if present and not all({kind, other} == {"ro", "wo"} for other in present):
                    return False
                present.add(kind)
    return True
