from __future__ import annotations

import pytest
import yaml

from inspector.maps.headlines import headlines

HEAD = "regmap: 1\nname: chip\ntitle: A chip\ndoc: Its manual\n"


def test_the_single_values_at_the_top_are_told() -> None:
    text = f"{HEAD}enums: {{a: {{0: title}}}}\nx-list: [1, {{title: no}}]\nvendor: Us\n"
    assert headlines(text)["title"] == "A chip"
    assert headlines("title: one\nblocks: {title: two}\nsource: here\n") == {"title": "one", "source": "here"}


def test_nothing_is_looked_at_behind_what_is_wanted() -> None:
    assert headlines(f"{HEAD}blocks: {{this is: [no YAML\n")["doc"] == "Its manual"


def test_what_is_no_mapping_has_none() -> None:
    assert headlines("[title, doc]") == headlines("") == headlines("text") == {}


def test_what_is_no_yaml_is_told_to_be_none() -> None:
    with pytest.raises(yaml.YAMLError):
        headlines("title: {a: ")
