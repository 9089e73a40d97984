"""XML of strangers: what is read, where it stands, and what is refused with its place."""

from __future__ import annotations

import re

import pytest

from inspector.errors import Finding, MapError
from inspector.maps import xml
from inspector.maps.nodes import Source
from inspector.maps.xml import Element, read_xml


def _refused(data: bytes) -> Finding:
    with pytest.raises(MapError) as caught:
        read_xml(data, "a.xml")
    (found,) = caught.value.findings
    assert found.severity == "error"
    assert found.position.file == "a.xml"
    return found


def test_elements_know_tag_attributes_text_children_and_line() -> None:
    file = read_xml(b'<a x="1">\n  <b>one &amp; two</b>\n  <c/>\n  <b> three\n </b>\n</a>\n', "a.xml")
    root = file.root
    assert (root.tag, root.attributes, root.line) == ("a", {"x": "1"}, 0)
    assert [(child.tag, child.line) for child in root.children] == [("b", 1), ("c", 2), ("b", 3)]
    assert root.value("b") == "one & two"
    assert [child.text for child in root.all("b")] == ["one & two", " three\n "]
    assert root.child("c") is root.children[1]
    assert root.child("d") is None
    assert root.value("d") is None
    assert root.value("c") == ""
    assert file.repairs == ()
    assert file.source.line(3) == "  <b> three"


def test_prefixes_of_namespaces_are_stripped() -> None:
    data = b'<n:a xmlns:n="http://example.org/n" n:id="7"><n:b>1</n:b></n:a>'
    root = read_xml(data, "a.xml").root
    assert root.tag == "a"
    assert root.attributes["id"] == "7"
    assert root.value("b") == "1"


def test_a_text_longer_than_the_parsers_buffer_is_whole() -> None:
    text = "abcdefg\n" * 20_000
    assert read_xml(f"<a>{text}</a>".encode(), "a.xml").root.text == text


def test_text_around_children_is_left_out() -> None:
    assert read_xml(b"<a>before<b/>between<b/>after</a>", "a.xml").root.text == "before"


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-8"?>\n<a>µé</a>'.encode(),
        "<a>µé</a>".encode(),
        "\ufeff<a>µé</a>".encode(),
        '<?xml version="1.0" encoding="utf-16"?><a>µé</a>'.encode("utf-16"),
        "<a>µé</a>".encode("utf-16-le"),
        "<a>µé</a>".encode("utf-16-be"),
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>µé</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="UTF-16"?><a>µé</a>'.encode(),
    ],
    ids=["declared", "bare", "bom", "utf-16-bom", "utf-16-le", "utf-16-be", "latin-1", "wrongly-utf-16"],
)
def test_encodings(data: bytes) -> None:
    assert read_xml(data, "a.xml").root.text == "µé"


def test_an_encoding_of_several_bytes_a_character() -> None:
    data = '<?xml version="1.0" encoding="gb2312"?><a>寄存器</a>'.encode("gb2312")
    assert read_xml(data, "a.xml").root.text == "寄存器"


def test_blank_lines_before_the_declaration_keep_the_lines() -> None:
    root = read_xml(b'\n \n<?xml version="1.0"?>\n<a>\n<b/></a>', "a.xml").root
    assert (root.line, root.children[0].line) == (3, 4)


def test_bytes_that_are_not_in_the_encoding_are_refused_at_their_line() -> None:
    found = _refused(b"<a>\n<b>\xe9t\xe9</b>\n</a>")
    assert found.rule == "encoding"
    assert (found.position.line, found.position.column) == (2, 1)
    assert "0xe9" in found.message


@pytest.mark.parametrize("encoding", ["klingon", "punycode", "hex"])
def test_unknown_encodings_are_refused(encoding: str) -> None:
    found = _refused(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())
    assert found.rule == "encoding"
    assert encoding in found.message


def test_control_characters_are_left_out_and_told() -> None:
    file = read_xml(b"<a>\n<b>on\x02e</b>\n<c>\x1ftwo&#x1;&#31;&#65;&#10;</c></a>", "a.xml")
    assert file.root.value("b") == "one"
    child = file.root.child("c")
    assert child is not None
    assert child.text == "twoA\n"
    (repair,) = file.repairs
    assert (repair.severity, repair.rule, repair.position.line) == ("warning", "repaired", 2)
    assert "4 control characters" in repair.message


def test_lines_are_counted_as_the_parser_counts_them() -> None:
    file = read_xml("<a>\r\n<b>\u2028\x85</b>\r\n<c/></a>".encode(), "a.xml")
    line = file.root.children[1].line
    assert line == 2
    assert file.source.line(line) == "<c/></a>"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://example.org/x.dtd"> %e;]><a/>',
    ],
    ids=["internal", "external", "parameter"],
)
def test_entities_are_refused(data: bytes) -> None:
    found = _refused(b"\n" + data)
    assert found.rule == "refused"
    assert "the entity 'e' is declared" in found.message
    assert found.position.line == 2


def test_an_entity_that_some_other_file_would_declare_is_refused() -> None:
    found = _refused(b'<!DOCTYPE a SYSTEM "a.dtd">\n<a>&nbsp;</a>')
    assert found.rule == "refused"
    assert "'nbsp'" in found.message


def test_a_document_type_without_entities_is_read_and_never_fetched() -> None:
    assert read_xml(b'<!DOCTYPE a SYSTEM "file:///nowhere.dtd"><a>1</a>', "a.xml").root.text == "1"


def test_depth_is_bounded() -> None:
    def nested(levels: int) -> bytes:
        return b"<a>\n" * levels + b"</a>" * levels

    def depth(element: Element) -> int:
        return 1 + max(map(depth, element.children), default=0)

    assert depth(read_xml(nested(xml.DEEPEST), "a.xml").root) == xml.DEEPEST
    found = _refused(nested(xml.DEEPEST + 1))
    assert (found.rule, found.position.line) == ("too-deep", xml.DEEPEST + 1)
    assert _refused(b"<a>" * 300_000).rule == "too-deep"


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "LARGEST", 20)
    assert read_xml(b"<a>            1</a>", "a.xml").root.value("a") is None
    assert _refused(b"<a>             1</a>").rule == "too-large"


def test_the_number_of_tags_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_TAGS", 4)
    assert len(read_xml(b"<a><b/><b/></a>", "a.xml").root.children) == 2
    assert _refused(b"<a><b/><b/><b/></a>").rule == "too-large"


@pytest.mark.parametrize(
    ("data", "line", "column", "word"),
    [
        (b"<a>\n  <b></a>", 2, 8, "mismatched tag"),
        (b"", 1, 1, "no element found"),
        (b"<a>\n", 2, 1, "no element found"),
        (b"regmap: 1\n", 1, 1, "syntax error"),
        (b"<a>&lost;</a>", 1, 4, "undefined entity"),
        (b"<a/><b/>", 1, 5, "junk after document element"),
    ],
)
def test_what_is_not_well_formed_is_refused_where_the_parser_says(
    data: bytes, line: int, column: int, word: str
) -> None:
    found = _refused(data)
    assert found.rule == "syntax"
    assert word in found.message
    assert (found.position.line, found.position.column) == (line, column)


def test_a_finding_points_at_what_stands_in_its_line() -> None:
    source = read_xml(b"<a>\n    <b/> \n</a>", "a.xml").source
    found = xml.finding("warning", "odd", source, 1, "repaired")
    assert (found.position.line, found.position.column, found.position.length) == (2, 5, 4)
    assert found.excerpt == "    <b/>"


@pytest.mark.parametrize("text", ["a\r\nb\nc\rd\u2028e\x85f\n", "a\n\n", "", "a\x0bb\nc\x1cd\n"])
def test_lines_of_a_source_are_those_between_its_breaks(text: str) -> None:
    source = Source("a.xml", text)
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", text)
    assert [source.line(i) for i in range(len(lines) + 2)] == [*lines, "", ""]
