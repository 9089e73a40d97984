"""Any CMSIS-SVD: imported and loaded, it is what the independent reading of its XML says, or refused."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from inspector.errors import MapError
from inspector.maps.svd import import_svd
from tests.corpus.trial import attempt

NAMES = st.sampled_from(["A", "B", "C", "A%s", "B[%s]", "%sC", "A0", "B_1", "1X", "a b", "A%s_%s"])
NUMBERS = st.sampled_from(
    ["0", "1", "2", "3", "4", "6", "8", "0x10", "0x14", "0x1001", "#11", "010", "1K", "?"]
)
SIZES = st.sampled_from(["8", "16", "32", "64", "1", "24", "0", "128"])
ACCESS = st.sampled_from(
    ["read-only", "write-only", "read-write", "writeOnce", "read-writeOnce", "write", "no"]
)
EFFECTS = {
    "modifiedWriteValues": st.sampled_from(["oneToClear", "zeroToSet", "modify", "clear", "never"]),
    "readAction": st.sampled_from(["clear", "set", "modify", "modifyExternal", "never"]),
}
REFERENCES = st.sampled_from(
    ["A", "B", "C", "A0", "A%s", "P.A", "Q.B", "P.A.B", "A.B", "Q", "P", "B[1]", "LOST"]
)


def element(tag: str, *parts: str, base: str | None = None) -> str:
    """An element with what is in it, and what it derives from."""
    attribute = f" derivedFrom={quoteattr(base)}" if base else ""
    return f"<{tag}{attribute}>{''.join(parts)}</{tag}>"


@st.composite
def some(draw: st.DrawFn, parts: dict[str, st.SearchStrategy[str]], rate: int = 3) -> str:
    """Some of these elements, each with a text; about one in ``rate``."""
    stated = [tag for tag in parts if draw(st.integers(1, rate)) == 1]
    return "".join(element(tag, escape(draw(parts[tag]))) for tag in stated)


def maybe_derived() -> st.SearchStrategy[str | None]:
    """Mostly nothing, else a reference."""
    return st.one_of(st.none(), st.none(), st.none(), REFERENCES)


DIM = {
    "dim": st.sampled_from(["1", "2", "3", "0"]),
    "dimIncrement": NUMBERS,
    "dimIndex": st.sampled_from(["A,B", "0-2", "X,Y,Z", "1-2", "A,A"]),
}
ARRAYS = [
    f"<dim>{count}</dim><dimIncrement>{step}</dimIncrement>"
    for count, step in ((1, 4), (2, 8), (3, 0x1000), (2, 0x1002))
]
GROUP = {"size": SIZES, "access": ACCESS, "resetValue": NUMBERS, "resetMask": NUMBERS}


@st.composite
def fields(draw: st.DrawFn) -> str:
    """A register's fields, or none."""
    items = []
    for _ in range(draw(st.integers(0, 3))):
        position = draw(
            st.sampled_from(
                [
                    "<bitOffset>3</bitOffset>",
                    "<bitOffset>4</bitOffset><bitWidth>4</bitWidth>",
                    "<lsb>0</lsb><msb>5</msb>",
                    "<bitRange>[9:6]</bitRange>",
                    "<bitRange>[6:9]</bitRange>",
                    "<bitRange>[40:30]</bitRange>",
                    "",
                ]
            )
        )
        inside = draw(some({"access": ACCESS, **EFFECTS})), draw(some(DIM))
        items.append(
            element("field", element("name", draw(NAMES)), position, *inside, base=draw(maybe_derived()))
        )
    return element("fields", *items) if items else ""


@st.composite
def registers(draw: st.DrawFn, levels: int = 2) -> str:
    """Registers and clusters."""
    items = []
    for _ in range(draw(st.integers(0, 4))):
        parts = [
            element("name", draw(NAMES)),
            element("addressOffset", draw(NUMBERS)) if draw(st.integers(0, 9)) else "",
            draw(some(GROUP)),
            draw(some(DIM)),
        ]
        if levels and draw(st.integers(0, 3)) == 0:
            parts += [draw(registers(levels - 1)), draw(some({"alternateCluster": NAMES}))]
            items.append(element("cluster", *parts, base=draw(maybe_derived())))
        else:
            alternate = {"alternateRegister": NAMES, "alternateGroup": st.sampled_from(["G", "H"])}
            parts += [draw(some(EFFECTS)), draw(fields()), draw(some(alternate, 6))]
            items.append(element("register", *parts, base=draw(maybe_derived())))
    return "".join(items)


@st.composite
def devices(draw: st.DrawFn) -> bytes:
    """A whole description."""
    peripherals = []
    for _ in range(draw(st.integers(1, 3))):
        parts = [
            element("name", draw(st.sampled_from(["P", "Q", "A", "P%s"]))),
            element(
                "baseAddress", draw(st.sampled_from(["0", "0x40000000", "0x40000002", "0x40000800", "1G"]))
            ),
            draw(some(GROUP, 5)),
            draw(st.sampled_from(["", "", "", *ARRAYS])),
            element("registers", draw(registers())),
        ]
        base = draw(st.one_of(st.none(), st.none(), st.sampled_from(["P", "Q", "P0"])))
        peripherals.append(element("peripheral", *parts, base=base))
    head = draw(some({**GROUP, "width": st.sampled_from(["8", "16", "32", "64"])}))
    return element("device", element("name", "D"), head, element("peripherals", *peripherals)).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(devices())
def test_any_description_is_right_or_refused(data: bytes) -> None:
    trial = attempt("d.svd", data)
    if trial.wrong:
        told = [found.message for found in import_svd(data, "d.svd").repairs]
        # What a circle of references comes to is nobody's to say.
        assume(not any("derives from itself" in text or "derives from what it" in text for text in told))
    assert trial.wrong == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), devices(), st.integers(0, 400), st.integers(0, 40))
def test_any_damage_is_refused_or_read(junk: bytes, data: bytes, at: int, length: int) -> None:
    damaged = data[:at] + junk + data[at + length :]
    try:
        import_svd(damaged, "d.svd")
    except MapError as error:
        assert error.findings[0].severity == "error"
