"""Overlays: another map, corrected by path."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import Finding, MapError
from inspector.maps import patching
from inspector.model.access import TOKENS, OnRead, OnWrite
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap

BASE = """\
regmap: 1
title: The base
vendor: ACME
defaults: {read_effects: unknown}
enums: {mode: {0: off, 1: on}}
blocks:
  uart:
    size: 4K
    registers:
      DR: 0x0
      CR: {offset: 0x4, reset: 1, fields: {EN: 0, MODE: {bits: 2:1, enum: mode}}}
      RX_INTR: {offset: 0x8, fields: {A: 0, B: {bits: 1, access: ro}}}
      CH: {offset: 0x10, count: 2, stride: 8, registers: {A: 0, B: {offset: 4, fields: {F: 0}}}}
      BUF%s: {offset: 0x40, count: 2}
  timer: {registers: {COUNT: 0x0, T_INTR: {offset: 0x4, fields: {T: 0}}}}
regions:
  io:
    base: 0x1000
    size: 64K
    instances:
      UART0: uart
      UART1: {block: uart, offset: 4K}
      UART2: {block: uart, offset: 8K}
      TIMER%s: {block: timer, offset: 0x8000, count: 2, stride: 0x100}
"""


class Corrected:
    """Loads overlays of one base."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "base.yaml").write_text(BASE)

    def write(self, text: str, name: str = "overlay.yaml", base: str = "base.yaml") -> str:
        path = self.place / name
        path.write_text(f"regmap: 1\noverlay: {base}\n{textwrap.dedent(text)}")
        return str(path)

    def __call__(self, *patches: str, more: str = "") -> RegisterMap:
        return maps.load(self.write(_patch(patches) + more))

    def findings(self, *patches: str, more: str = "") -> list[Finding]:
        return maps.check(self.write(_patch(patches) + more))


def _patch(patches: tuple[str, ...]) -> str:
    return "patch:\n" + "".join(f"  {line}\n" for line in patches) if patches else ""


@pytest.fixture
def corrected(tmp_path: Path) -> Corrected:
    return Corrected(tmp_path)


def at(loaded: RegisterMap, path: str) -> Register:
    return loaded.by_path[path].register


def blocks_of(loaded: RegisterMap) -> dict[str, str]:
    return {instance.name: instance.block.name for region in loaded.regions for instance in region.instances}


# --- where paths lead -------------------------------------------------------------------------


def test_a_register_of_every_instance_is_corrected_in_place(corrected: Corrected) -> None:
    loaded = corrected("UART*.DR: {on_read: pop, on_write: push}")
    for name in ("UART0", "UART1", "UART2"):
        assert at(loaded, f"{name}.DR").access == TOKENS["rw"].with_effects(OnRead.POP, OnWrite.PUSH)
        assert at(loaded, f"{name}.CR").access.on_read is OnRead.UNKNOWN
    assert set(blocks_of(loaded).values()) == {"uart", "timer"}
    assert loaded.warnings == ()


def test_one_instance_gets_a_block_of_its_own(corrected: Corrected) -> None:
    loaded = corrected("UART1.DR: {access: ro}", "UART*.CR: {desc: all}")
    assert [at(loaded, f"UART{i}.DR").access.token for i in range(3)] == ["rw", "ro", "rw"]
    assert [at(loaded, f"UART{i}.CR").desc for i in range(3)] == ["all"] * 3
    assert blocks_of(loaded) == {
        "UART0": "uart",
        "UART1": "uart-UART1",
        "UART2": "uart",
        "TIMER0": "timer",
        "TIMER1": "timer",
    }
    assert [node.address for node in loaded.nodes if node.path == "UART1.DR"] == [0x2000]


def test_instances_that_are_meant_by_the_same_share_their_block(corrected: Corrected) -> None:
    loaded = corrected("UART1.DR: {access: ro}", "UART2.DR: {access: ro}", "UART0.DR: {access: wo}")
    names = blocks_of(loaded)
    assert len({names["UART0"], names["UART1"], names["UART2"]}) == 3
    # The largest part keeps the block's name, and no block is left over.
    assert sorted(block.name for block in loaded.blocks) == sorted({*names.values()})


def test_a_blocks_name_means_all_its_instances(corrected: Corrected) -> None:
    loaded = corrected("uart.DR: {access: ro}", "UART1.DR: {desc: one}")
    assert [at(loaded, f"UART{i}.DR").access.token for i in range(3)] == ["ro"] * 3
    assert [at(loaded, f"UART{i}.DR").desc for i in range(3)] == ["", "one", ""]


def test_an_instances_name_is_no_blocks(corrected: Corrected) -> None:
    (corrected.place / "base.yaml").write_text(BASE.replace("uart", "UART0"))
    loaded = corrected("UART0.DR: {access: ro}")
    assert [at(loaded, f"UART{i}.DR").access.token for i in range(3)] == ["ro", "rw", "rw"]


def test_wildcards_reach_fields_of_all_that_is_called_so(corrected: Corrected) -> None:
    loaded = corrected('"*.*INTR.*": {access: w1c}')
    for path in ("UART0.RX_INTR", "TIMER1.T_INTR"):
        assert {field.access.on_write for field in at(loaded, path).fields} == {OnWrite.W1C}
    assert at(loaded, "UART0.CR").fields[0].access.on_write is OnWrite.STORE


def test_groups_and_arrays_have_no_index(corrected: Corrected) -> None:
    loaded = corrected("UART0.CH.B.F: {desc: f}", "UART0.BUF: {access: ro}", "TIMER%s.COUNT: {access: ro}")
    assert [at(loaded, f"UART0.CH[{i}].B").fields[0].desc for i in range(2)] == ["f", "f"]
    assert [at(loaded, f"UART0.BUF{i}").access.token for i in range(2)] == ["ro", "ro"]
    assert [at(loaded, f"TIMER{i}.COUNT").access.token for i in range(2)] == ["ro", "ro"]


def test_a_star_at_the_end_reaches_the_registers_of_groups(corrected: Corrected) -> None:
    loaded = corrected("UART0.*: {format: dec}")
    assert {at(loaded, f"UART0.{name}").format.type.value for name in ("DR", "CH[1].A", "BUF1")} == {"dec"}
    assert at(loaded, "UART1.CH[1].A").format.type.value == "hex"


def test_a_group_takes_what_its_registers_inherit(corrected: Corrected) -> None:
    loaded = corrected("UART0.CH: {access: ro, registers: {A: {access: rw}}}")
    assert [at(loaded, f"UART0.CH[0].{name}").access.token for name in "AB"] == ["rw", "ro"]


def test_a_region_in_front_tells_two_instances_of_one_name_apart(corrected: Corrected) -> None:
    more = "  more: {base: 0x9_0000, instances: {UART0: uart}}\n"
    (corrected.place / "base.yaml").write_text(BASE + more)
    loaded = corrected("more/UART0.DR: {access: ro}")
    assert at(loaded, "io/UART0.DR").access.token == "rw"
    assert at(loaded, "more/UART0.DR").access.token == "ro"


def test_without_regions_a_block_is_its_own_instance(corrected: Corrected) -> None:
    (corrected.place / "base.yaml").write_text(BASE.split("regions:")[0])
    assert at(corrected("timer.COUNT: {access: ro}"), "timer.COUNT").access.token == "ro"


# --- what is stated ---------------------------------------------------------------------------


def test_keys_are_merged_and_deleted(corrected: Corrected) -> None:
    loaded = corrected(
        "UART0.CR: {reset: 3, fields: {EN: {bits: 3}, MODE: ~, NEW: 7:4}}",
        "UART0.CR.EN: {desc: On}",
        "UART0: {size: 2K, registers: {DR: ~, EXTRA: {offset: 0x100, access: ro}}}",
        "UART0.CH: ~",
        "UART1.*.A: ~",
    )
    found = at(loaded, "UART0.CR")
    assert [(field.name, str(field.bits), field.desc) for field in found.fields] == [
        ("EN", "3", "On"),
        ("NEW", "7:4", ""),
    ]
    assert found.reset == 3
    mine = [node.local for node in loaded.nodes if node.instance.name == "UART0"]
    assert mine == ["CR", "RX_INTR", "BUF0", "BUF1", "EXTRA"]
    # A in the group is gone, and the field A with it.
    assert "UART1.CH[0].A" not in loaded.by_path
    assert [field.name for field in at(loaded, "UART1.RX_INTR").fields] == ["B"]


def test_later_paths_win(corrected: Corrected) -> None:
    assert at(corrected("UART0.DR: {access: ro}", "UART*.DR: {access: wo}"), "UART0.DR").access.token == "wo"
    assert at(corrected("UART*.DR: {access: wo}", "UART0.DR: {access: ro}"), "UART0.DR").access.token == "ro"


def test_a_path_may_lead_to_what_an_earlier_one_added(corrected: Corrected) -> None:
    loaded = corrected("UART0: {registers: {NEW: {like: CR, offset: 0x100}}}", "UART0.NEW: {desc: n}")
    assert [field.name for field in at(loaded, "UART0.NEW").fields] == ["EN", "MODE"]
    assert at(loaded, "UART0.NEW").desc == "n"


def test_an_access_wins_over_what_fields_inherit_and_not_over_what_they_state(corrected: Corrected) -> None:
    found = at(corrected("UART0.RX_INTR: {access: w1c}"), "UART0.RX_INTR")
    assert [field.access.on_write for field in found.fields] == [OnWrite.W1C, OnWrite.NONE]


def test_what_is_not_known_of_reads_can_be_settled(corrected: Corrected) -> None:
    loaded = corrected("UART0: {read_effects: stated}", "UART1.CR: {on_read: none}")
    assert at(loaded, "UART0.CR").access.on_read is OnRead.NONE
    assert at(loaded, "UART1.CR").access.on_read is OnRead.NONE
    assert at(loaded, "UART1.DR").access.on_read is OnRead.UNKNOWN
    assert at(corrected(more="defaults: {read_effects: stated}\n"), "UART1.DR").access.on_read is OnRead.NONE
    assert at(corrected(more="defaults: {read_effects: ~}\n"), "UART1.DR").access.on_read is OnRead.NONE


def test_an_overlay_has_the_other_keys_of_a_map(corrected: Corrected) -> None:
    loaded = corrected(
        more="title: Put right\n"
        "enums: {mode: {1: On, 2: auto}, own: {0: x}}\n"
        "blocks: {extra: {registers: {R: {offset: 0, fields: {F: {bits: 0, enum: own}}}}}}\n"
        "regions:\n"
        "  io: {base: 0x2_0000, instances: {UART2: ~, UART1: {offset: 0x3000}}}\n"
        "  new: {base: 0x9_0000, source: devmem, instances: {EXTRA: extra}}\n"
    )
    assert (loaded.title, loaded.vendor, loaded.name) == ("Put right", "ACME", "overlay")
    assert loaded.by_path["UART1.DR"].address == 0x2_3000
    assert "UART2.DR" not in loaded.by_path
    assert loaded.regions[1].source == "devmem"
    mode = at(loaded, "UART0.CR").field("MODE")
    assert mode is not None
    assert mode.enum is not None
    assert [mode.enum.name_of(value) for value in (0, 1, 2)] == ["off", "On", "auto"]
    # What the overlay adds does not have the base's defaults.
    assert at(loaded, "EXTRA.R").access.on_read is OnRead.NONE


def test_overlays_can_be_corrected_by_overlays(corrected: Corrected) -> None:
    corrected.write(_patch(("UART1.DR: {access: ro}",)), name="first.yaml")
    second = corrected.write(_patch(("UART1.DR: {desc: d}", "UART0.CR: {desc: c}")), base="first.yaml")
    loaded = maps.load(second)
    assert (at(loaded, "UART1.DR").access.token, at(loaded, "UART1.DR").desc) == ("ro", "d")
    assert [at(loaded, f"UART{i}.CR").desc for i in range(3)] == ["c", "", ""]


def test_an_included_overlay_brings_its_corrected_blocks(corrected: Corrected) -> None:
    corrected.write(_patch(("uart.DR: {access: ro}",)))
    (corrected.place / "board.yaml").write_text("regmap: 1\ninclude: overlay.yaml\n")
    blocks = {block.name: block for block in maps.load(str(corrected.place / "board.yaml")).blocks}
    assert [found.access.token for path, _, found in blocks["uart"].walk() if path == "DR"] == ["ro"]


def test_an_svd_is_corrected_in_place(corrected: Corrected) -> None:
    (corrected.place / "chip.svd").write_text(
        "<device><name>chip</name><peripherals><peripheral><name>UART0</name><baseAddress>0x4000</baseAddress>"
        "<registers><register><name>DR</name><addressOffset>0</addressOffset><size>32</size>"
        "<access>read-write</access></register></registers></peripheral></peripherals></device>"
    )
    loaded = maps.load(corrected.write("patch: {UART0.DR: {on_read: pop}}\n", base="chip.svd"))
    assert loaded.by_path["UART0.DR"].address == 0x4000
    assert at(loaded, "UART0.DR").access.on_read is OnRead.POP
    assert loaded.imported == "CMSIS-SVD"
    assert not loaded.bundled


def test_the_bundled_map_itself_stays_as_it_is(corrected: Corrected) -> None:
    loaded = maps.load(corrected.write("patch: {UART0.CR: {access: ro}}\n", base="pl011"))
    assert at(loaded, "UART0.CR").access.token == "ro"
    assert at(maps.load("pl011"), "UART0.CR").access.token == "rw"
    assert loaded.digest != maps.load(corrected.write("", base="pl011")).digest


# --- what is wrong ----------------------------------------------------------------------------


def told(findings: list[Finding]) -> list[tuple[str, int, str]]:
    return [(Path(found.position.file).name, found.position.line, found.rule) for found in findings]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("UARTS0.DR", "did you mean 'UART0'?"),
        ("UART0.DRX", "did you mean 'DR'?"),
        ("UART0.CR.MODES", "did you mean 'MODE'?"),
        ("UART0.CH.C", ""),
        ("UART0.CH[0].A", "they are all alike: name the array itself, CH"),
        ("UART0.DR.X.Y", ""),
        ("uartt", "did you mean 'uart'?"),
        ("TIMER0.COUNT", "they are all alike: name the array itself, TIMER"),
        ("UART0.BUF0", "they are all alike: name the array itself, BUF"),
        ("nowhere/UART0.DR", ""),
        ('"?"', ""),
    ],
)
def test_a_path_that_leads_nowhere_is_an_error(corrected: Corrected, path: str, hint: str) -> None:
    (found,) = corrected.findings(f"{path}: {{desc: x}}")
    assert (found.rule, found.position.line, found.position.column) == ("overlay", 4, 3)
    assert found.hint == hint


def test_what_the_overlay_states_wrong_is_told_there_and_the_rest_in_the_base(corrected: Corrected) -> None:
    found = corrected.findings("UART0.CR: {width: 7}", "UART0.CR.EN: {bits: 130}", "UART0.DR: {offset: 1}")
    assert told(found) == [
        ("overlay.yaml", 4, "width"),
        ("overlay.yaml", 5, "bits"),
        ("overlay.yaml", 6, "alignment"),
    ]
    assert told(corrected.findings("UART0.CR: {width: 8, offset: 4}", "UART0.CR.MODE: {bits: 9:8}")) == [
        ("overlay.yaml", 5, "bits")
    ]
    (corrected.place / "base.yaml").write_text(BASE.replace("bits: 2:1", "bits: 40"))
    assert told(corrected.findings("UART0.DR: {access: ro}")) == [("base.yaml", 11, "bits")]


def test_deleting_what_is_not_there_is_an_error(corrected: Corrected) -> None:
    (found,) = corrected.findings("UART0.CR: {fields: {MODES: ~}}")
    assert (found.rule, found.message, found.hint) == (
        "overlay",
        "there is no 'MODES' to delete",
        "did you mean 'MODE'?",
    )


def test_a_base_that_cannot_be_read_is_told_at_its_name(corrected: Corrected) -> None:
    word = corrected.write("", base="gone.yaml")
    (found,) = maps.check(word)
    assert (found.rule, found.position.line, found.position.column) == ("overlay", 2, 10)


def test_a_circle_of_overlays_is_an_error(corrected: Corrected) -> None:
    with pytest.raises(MapError, match="leads back to itself"):
        maps.load(corrected.write("", base="overlay.yaml"))


def test_paths_are_bounded(corrected: Corrected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patching, "MOST_STEPS", 2_000)
    assert corrected.findings('"*.*": {desc: x}') == []
    started = time.perf_counter()
    found = corrected.findings(*(f'"*.{"?" * i}*.*": {{desc: x}}' for i in range(200)))
    assert "too-large" in {finding.rule for finding in found}
    assert time.perf_counter() - started < 5
