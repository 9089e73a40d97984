"""Transactions on a recording window: exactly the accesses that they state, or none at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import InvalidArgument, NotPermitted, Stopped, ValueOverflow
from inspector.io import execute
from inspector.model.register import ByteOrder
from inspector.model.transaction import Operation, Read, ReadRun, Write
from tests.unit.io.window import RamWindow

SIZE = 22
"""No multiple of 4 or 8, so that runs and wide accesses meet a ragged end."""

WIDTHS = st.sampled_from([8, 16, 32, 64])
_LITTLE: ByteOrder = "little"
_BIG: ByteOrder = "big"
ORDERS = st.sampled_from([_LITTLE, _BIG])
OFFSETS = st.integers(-8, SIZE + 8)


def words(width: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << width) - 1) | st.sampled_from([0, (1 << width) - 1, 1 << width])


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    width = draw(WIDTHS)
    size = width // 8
    offset = draw(st.integers(0, SIZE // size - 1).map(lambda place: place * size) | OFFSETS)
    order = draw(ORDERS)
    match draw(st.sampled_from(["read", "run", "write"])):
        case "read":
            mask = draw(st.just(0) | words(width))
            return Read(offset, width, order, mask, draw(words(width)) & mask, draw(st.booleans()))
        case "run":
            return ReadRun(offset, width, draw(st.integers(0, 4)), order)
        case _:
            source = draw(st.none() | st.integers(0, 3))
            keep = draw(words(width)) if source is not None else draw(st.sampled_from([0, 0, 0, 1]))
            return Write(offset, width, draw(words(width)), keep, draw(words(width)), source, order)


def valid(transaction: tuple[Operation, ...], armed: bool) -> bool:
    """Whether every access of it may be made, worked out apart from the checks under test."""
    for index, operation in enumerate(transaction):
        size = operation.width // 8
        count = operation.count if isinstance(operation, ReadRun) else 1
        inside = count > 0 and set(range(operation.offset, operation.offset + count * size)) <= set(
            range(SIZE)
        )
        if not inside or operation.offset % size:
            return False
        if isinstance(operation, Write):
            if not armed or max(operation.value, operation.keep, operation.flip) >= 1 << operation.width:
                return False
            if operation.source is None:
                if operation.keep:
                    return False
            elif operation.source >= index or not isinstance(transaction[operation.source], Read):
                return False
    return True


@given(st.lists(operations(), max_size=5).map(tuple), st.binary(min_size=SIZE, max_size=SIZE), st.booleans())
def test_a_transaction_is_exactly_its_accesses_or_nothing(
    transaction: tuple[Operation, ...], content: bytes, armed: bool
) -> None:
    window = RamWindow(SIZE, 0x1000)
    window.data[:] = content
    window.writable = armed
    try:
        execute(window, transaction)
        refused = stopped = False
    except (InvalidArgument, NotPermitted, ValueOverflow):
        refused, stopped = True, False
    except Stopped:
        refused, stopped = False, True
    assert refused is not valid(transaction, armed)
    if refused:
        assert window.accesses == []
        assert window.data == content
        return

    memory = bytearray(content)
    expected: list[tuple[str, int, int]] = []
    values: list[int] = []
    halted = False
    for operation in transaction:
        size, at = operation.width // 8, operation.offset
        count = operation.count if isinstance(operation, ReadRun) else 1
        kind = "write" if isinstance(operation, Write) else "read"
        expected += [(kind, at + i * size, operation.width) for i in range(count)]
        value = int.from_bytes(memory[at : at + size], operation.byte_order)
        values.append(value)
        if isinstance(operation, Write):
            source = 0 if operation.source is None else values[operation.source]
            word = ((source & operation.keep) ^ operation.flip) | operation.value
            memory[at : at + size] = word.to_bytes(size, operation.byte_order)
        elif isinstance(operation, Read) and operation.mask:
            same = value & operation.mask == operation.expected
            if same is operation.differs:
                halted = True
                break
    assert stopped is halted
    assert window.accesses == expected
    assert window.data == memory


@given(st.integers(0, (1 << 64) - 1), WIDTHS, ORDERS)
def test_what_is_written_reads_back_in_either_order(value: int, width: int, order: ByteOrder) -> None:
    value &= (1 << width) - 1
    window = RamWindow(8)
    transaction = (Write(0, width, value, byte_order=order), Read(0, width, order))
    assert execute(window, transaction) == (value, value)
    assert int.from_bytes(window.data[: width // 8], order) == value
    assert window.data[width // 8 :] == bytes(8 - width // 8)
