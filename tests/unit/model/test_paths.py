from __future__ import annotations

import pytest

from inspector.errors import UsageError
from inspector.model.paths import find, match, select
from inspector.model.register import Block, Group
from inspector.model.registermap import Instance, Region, RegisterMap
from tests.unit.model.build import array, field, one_block, register

MAP = one_block(
    register("CR", field("EN", "0"), field("MODE", "2:1")),
    register("ID", offset=0x10, dimension=array(2, 4)),
    Group("DMA", 0x20, (register("SRC"), register("DST", offset=4)), dimension=array(2, 8)),
)


def paths(pattern: str) -> list[str]:
    return [node.path for node in match(MAP, pattern)]


def test_every_register_has_a_path_and_an_address() -> None:
    assert [(node.path, node.address) for node in MAP.nodes] == [
        ("X.CR", 0x1000),
        ("X.ID[0]", 0x1010),
        ("X.ID[1]", 0x1014),
        ("X.DMA[0].SRC", 0x1020),
        ("X.DMA[0].DST", 0x1024),
        ("X.DMA[1].SRC", 0x1028),
        ("X.DMA[1].DST", 0x102C),
    ]


def test_wildcards_stay_within_one_part_but_a_last_star_goes_deep() -> None:
    assert len(paths("X.*")) == 7
    assert len(paths("*")) == 7
    assert paths("X.?R") == ["X.CR"]
    assert paths("X.ID*") == ["X.ID[0]", "X.ID[1]"]
    assert paths("X.DMA*") == []
    assert paths("X.DMA[1].*") == ["X.DMA[1].SRC", "X.DMA[1].DST"]
    assert paths("X.DMA[?].SRC") == ["X.DMA[0].SRC", "X.DMA[1].SRC"]
    assert paths("x.*") == []


def test_brackets_are_literal() -> None:
    assert paths("X.ID[01]*") == []


def test_a_pattern_never_matches_fields() -> None:
    assert paths("X.CR.*") == []


def test_naming_in_full_is_told_from_matching() -> None:
    chosen = select(MAP, ["X.C*", "X.CR.MODE", "X.CR.EN"])
    assert [(item.node.path, item.named) for item in chosen] == [("X.CR", True)]
    fields = select(MAP, ["X.CR.MODE", "X.CR.EN"])
    assert [item.name for item in fields[0].fields] == ["MODE", "EN"]
    assert not any(item.named for item in select(MAP, []))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Y.CR", "no instance 'Y'"),
        ("X.CQ", "did you mean X.CR?"),
        ("X.cr", "did you mean X.CR?"),
        ("X.CR.MOD", "did you mean MODE?"),
        ("X.DMA[0]", "X.DMA[0].* names the registers in it"),
        ("X", "X.* names the registers in it"),
        ("X.ID", "is an array; name an element, as X.ID[0]"),
    ],
)
def test_a_wrong_path_is_answered_with_the_nearest(path: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(MAP, path)
    assert words in str(caught.value)


def test_a_pattern_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(UsageError, match="no register matches"):
        select(MAP, ["X.Z*"])


def test_an_instance_in_two_regions_needs_its_region() -> None:
    block = Block("b", 4, (register("CR", field("EN", "0")),))
    twice = RegisterMap(
        "t", (Region("a", 0, 4, (Instance("X", block),)), Region("b", 64, 4, (Instance("X", block),)))
    )
    assert [node.path for node in twice.nodes] == ["a/X.CR", "b/X.CR"]
    assert find(twice, "b/X.CR.EN")[0].address == 64
    assert [node.path for node in match(twice, "b/*")] == ["b/X.CR"]
    assert len(match(twice, "X.CR")) == 2
    with pytest.raises(UsageError, match="in 2 regions: name one, as a/X"):
        find(twice, "X.CR")
    with pytest.raises(UsageError, match=r"did you mean b/X\.CR\?"):
        find(twice, "b/X.CQ")
    with pytest.raises(UsageError, match="no region 'c'; it has a, b"):
        find(twice, "c/X.CR")
    # Where the name is in one region only, the region may still be written.
    assert find(MAP, "r/X.CR")[0].path == "X.CR"
