"""Places of values are where a reader of the text would look for them."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bench.asl.json_places import json_places, pointer_text, yaml_places

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def pointers(value, pointer=()):
    yield pointer
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from pointers(inner, (*pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from pointers(inner, (*pointer, index))


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_value_has_a_place_and_its_name_or_text_begins_there(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places, lines = json_places(text), text.split("\n")
    assert set(places) == set(pointers(value))
    for pointer, place in places.items():
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        found, _ = json.JSONDecoder().raw_decode(rest)
        inner = value
        for step in pointer:
            inner = inner[step]
        assert found == (pointer[-1] if pointer and isinstance(pointer[-1], str) else inner)


@given(VALUES)
def test_a_yaml_text_has_the_places_of_the_same_values(value):
    text = yaml.safe_dump(value)
    assert set(yaml_places(text)) == set(pointers(value))


@given(st.text(max_size=30))
def test_any_text_at_all_has_places_or_none(text):
    for place in json_places(text).values():
        assert 1 <= place.line <= text.count("\n") + 1


def test_a_text_nested_too_deeply_has_the_places_before_that():
    assert () in json_places("[" * 100_000)


@pytest.mark.parametrize(("pointer", "text"), [((), ""), (("a/b", "c~d", 0), "/a~1b/c~0d/0")])
def test_pointers_are_written_as_rfc_6901_says(pointer, text):
    assert pointer_text(pointer) == text
