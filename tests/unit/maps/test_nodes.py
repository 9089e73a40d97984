"""YAML as nodes with places, within bounds that no file can break."""

from __future__ import annotations

import pytest
import yaml

from inspector.maps import load_text, nodes
from inspector.maps.nodes import (
    DEEPEST,
    MOST_ALIASED,
    MappingNode,
    Node,
    Place,
    ScalarNode,
    SequenceNode,
    Source,
    UnreadableError,
    parse,
)


@pytest.fixture(params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers; the second stands in where the C extension is missing."""
    loader = {"C": getattr(yaml, "CSafeLoader", None), "Python": yaml.SafeLoader}[request.param]
    if loader is None:
        pytest.skip("PyYAML is built without its C parser")
    monkeypatch.setattr(nodes, "_LOADER", loader)
    return str(request.param)


def refusal(text: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        parse(Source("map.yaml", text))
    return caught.value


def plain(node: Node | None) -> object:
    """The tree as lists, pairs and texts."""
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {str(plain(key)): plain(value) for key, value in node.pairs}
    return None


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("# a comment\n", None),
        ("a", "a"),
        ("{bits: 7:4, x: [16, 6:5]}", {"bits": "7:4", "x": ["16", "6:5"]}),
        ("a:\n- 010\n- ON\n- ~\n", {"a": ["010", "ON", "~"]}),
        ("a: &x [1]\nb: *x\n", {"a": ["1"], "b": ["1"]}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: 'it''s'\nb: \"\\u00e9\"\n", {"a": "it's", "b": "é"}),
    ],
)
def test_scalars_keep_their_text(parser: str, text: str, tree: object) -> None:
    assert plain(parse(Source("map.yaml", text))) == tree


def test_places_count_characters_from_0(parser: str) -> None:
    root = parse(Source("map.yaml", "é: {ü: value}\nlong: |\n  text\n"))
    assert isinstance(root, MappingNode)
    (_, first), (key, second) = root.pairs
    assert isinstance(first, MappingNode)
    assert first.pairs[0][1].place == Place(0, 7, 5)
    assert key.place == Place(1, 0, 4)
    assert second.place == Place(1, 6, None)


def test_quotes_make_a_difference_only_to_nothing(parser: str) -> None:
    root = parse(Source("map.yaml", "['', '~', ~, ]"))
    assert isinstance(root, SequenceNode)
    assert [isinstance(item, ScalarNode) and item.is_null for item in root.items] == [False, False, True]


@pytest.mark.parametrize(
    "bomb", ["- " * 25_000, "[" * 50_000, "? " * 50_000, "{a: " * 50_000, "[{x: " * 20_000]
)
def test_depth_is_bounded(parser: str, bomb: str) -> None:
    error = refusal(bomb)
    assert error.rule == "too-deep"


def test_the_deepest_nesting_is_allowed_and_no_more(parser: str) -> None:
    assert parse(Source("map.yaml", "[" * DEEPEST + "]" * DEEPEST)) is not None
    assert refusal("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)).place == Place(0, DEEPEST)


def test_depth_counts_through_aliases(parser: str) -> None:
    text = "- &a0 [x]\n" + "".join(f"- &a{i} [*a{i - 1}]\n" for i in range(1, DEEPEST + 1))
    error = refusal(text)
    assert (error.rule, error.place.line) == ("too-deep", DEEPEST - 1)


def test_laughs_are_not_billions(parser: str) -> None:
    text = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refusal(text).rule == "alias"


def test_aliases_are_counted_in_all(parser: str) -> None:
    many = 1_000
    shared = "a: &a [" + "x, " * (MOST_ALIASED // many) + "]\n"
    assert refusal(shared + "b: [" + "*a, " * many + "]\n").rule == "alias"
    assert parse(Source("map.yaml", shared + "b: [" + "*a, " * (many // 2) + "]\n")) is not None


@pytest.mark.parametrize("text", ["&a [*a]", "&a {a: *a}", "&a [[{b: *a}]]", "{&k x: &a {*k : *a}}"])
def test_an_alias_cannot_hold_itself(parser: str, text: str) -> None:
    assert refusal(text).rule == "alias"


def test_an_alias_needs_its_anchor_before_it(parser: str) -> None:
    error = refusal("a: *b\nc: &b 1\n")
    assert (error.rule, error.place) == ("alias", Place(0, 3, 2))


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system [x]", "a: !x {b: 1}", "- !!int 3", "! a"])
def test_tags_are_refused(parser: str, text: str) -> None:
    assert refusal(text).rule == "tag"


def test_one_document_is_the_most(parser: str) -> None:
    assert plain(parse(Source("map.yaml", "---\na\n...\n"))) == "a"
    assert refusal("a: 1\n---\nb: 1\n").place == Place(1, 0, 3)


@pytest.mark.parametrize(
    "text", ["[", "{a: b", '"', "a: b: c", "\ta: 1", "a: @x", "%", "- a\nb: c", '"\\uD800"', "&"]
)
def test_what_is_not_yaml_is_refused_with_a_place(parser: str, text: str) -> None:
    error = refusal(text)
    assert error.rule in ("syntax", "control-character")
    assert error.message


def test_the_python_parser_loads_the_same_map(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "regmap: 1\nblocks: {b: {registers: {R: {offset: 0, fields: {A: 7:4}}}}}\n"
    fast = load_text(text, "m").nodes[0].register
    monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    slow = load_text(text, "m").nodes[0].register
    assert (fast.position, fast.fields) == (slow.position, slow.fields)
