"""What SystemRDL's access properties come to, after the standard's clauses 9.4 to 9.6."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.model.access import OnRead, OnWrite, Writable
from tests.unit.maps.systemrdl.describing import fields_of, registers_of


@pytest.mark.parametrize(
    ("software", "token"),
    [("rw", "rw"), ("r", "ro"), ("w", "wo"), ("rw1", "rw-once"), ("w1", "wo-once")],
)
def test_software_access(tmp_path: Path, software: str, token: str) -> None:
    assert fields_of(tmp_path, f"field {{ sw={software}; hw=rw; }} f = 0;")["f"].access.token == token


@pytest.mark.parametrize(
    ("property_", "on_write"),
    [
        ("onwrite=woset", OnWrite.W1S),
        ("onwrite=woclr", OnWrite.W1C),
        ("onwrite=wot", OnWrite.W1T),
        ("onwrite=wzs", OnWrite.W0S),
        ("onwrite=wzc", OnWrite.W0C),
        ("onwrite=wzt", OnWrite.W0T),
        ("onwrite=wclr", OnWrite.WCLR),
        ("onwrite=wset", OnWrite.WSET),
        ("woclr", OnWrite.W1C),
        ("woset", OnWrite.W1S),
        ("singlepulse", OnWrite.PULSE),
        ("hw=r", OnWrite.STORE),
    ],
)
def test_what_a_write_does(tmp_path: Path, property_: str, on_write: OnWrite) -> None:
    access = fields_of(tmp_path, f"field {{ sw=rw; {property_}; }} f = 0;")
    assert access["f"].access.on_write is on_write


@pytest.mark.parametrize(
    ("property_", "on_read"),
    [
        ("onread=rclr", OnRead.CLEAR),
        ("onread=rset", OnRead.SET),
        ("rclr", OnRead.CLEAR),
        ("rset", OnRead.SET),
        ("precedence=sw", OnRead.NONE),
    ],
)
def test_what_a_read_does(tmp_path: Path, property_: str, on_read: OnRead) -> None:
    field = fields_of(tmp_path, f"field {{ sw=r; hw=w; {property_}; }} f = 0;")["f"]
    assert (field.access.readable, field.access.writable) == (True, Writable.NO)
    assert field.access.on_read is on_read


def test_silence_means_that_a_read_does_nothing_even_in_a_fifo_s_register(tmp_path: Path) -> None:
    # The loader warns of such names where nobody says what a read does; `registers_of` fails on warnings.
    register = registers_of(tmp_path, "reg { field { sw=r; } f[8]; } RXDATA;")["RXDATA"]
    assert register.fields[0].access.on_read is OnRead.NONE


def test_an_external_register_does_not_say_what_its_logic_does(tmp_path: Path) -> None:
    register = registers_of(tmp_path, "external reg { field { sw=r; } f[8]; } e;")["e"]
    assert register.fields[0].access.on_read is OnRead.UNKNOWN


def test_an_external_register_s_own_effects(tmp_path: Path) -> None:
    register = registers_of(tmp_path, "external reg { field { onread=ruser; onwrite=wuser; } f[8]; } e;")["e"]
    access = register.fields[0].access
    assert (access.on_read, access.on_write) == (OnRead.MODIFY, OnWrite.MODIFY)


@pytest.mark.parametrize(
    ("properties", "volatile"),
    [
        ("sw=rw; hw=r", False),
        ("sw=rw; hw=na", False),
        ("sw=rw; hw=rw", True),
        ("sw=rw; hw=w", True),
        ("sw=rw", True),  # hw is rw unless said otherwise
        ("sw=rw; hw=r; counter", True),
        ("sw=rw; hw=r; hwset", True),
        ("sw=rw; hw=r; hwclr", True),
        ("sw=rw; hw=r; intr", True),
    ],
)
def test_what_hardware_can_change_is_volatile(tmp_path: Path, properties: str, volatile: bool) -> None:
    assert fields_of(tmp_path, f"field {{ {properties}; }} f = 0;")["f"].volatile is volatile


def test_fields_that_agree_and_one_that_does_not(tmp_path: Path) -> None:
    register = registers_of(
        tmp_path,
        """
        reg { field { sw=rw; hw=r; } a; field { sw=r; hw=w; } b; field { sw=rw; hw=w; woclr; } c; } mixed;
        """,
    )["mixed"]
    assert [field.access.token for field in register.fields] == ["rw", "ro", "w1c"]
    assert [field.volatile for field in register.fields] == [False, True, True]
    assert register.access.token == "rw"


def test_an_alias_is_a_view_of_its_primary(tmp_path: Path) -> None:
    found = registers_of(
        tmp_path,
        """
        reg { field { sw=rw; hw=r; } f = 0; } primary;
        reg view { field { sw=r; hw=r; } f = 0; };
        alias primary view second;
        """,
    )
    assert found["second"].alt == "primary"
    assert found["second"].fields[0].access.token == "ro"
