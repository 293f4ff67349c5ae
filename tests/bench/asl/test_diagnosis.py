"""Each fault of a definition is found, in its line."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bench.asl.definition_file import read_definition, yaml_value
from bench.asl.diagnosis import diagnose, pointer_of
from bench.asl.errors import AslError

BROKEN = """{
  "StartAt": "A",
  "States": {
    "A": {
      "Type": "Pass",
      "Next": "Nowhere"
    },
    "B/[0]": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sns:publish",
      "Retry": [
        {"ErrorEquals": ["X"], "MaxAttempts": -1}
      ],
      "End": true
    }
  }
}
"""


def findings(tmp_path, text, name="machine.asl.json"):
    path = tmp_path / name
    path.write_text(text)
    machine, found = diagnose(read_definition(path))
    assert (machine is None) == bool(found)
    return found


def test_all_faults_are_found_each_in_its_line(tmp_path):
    found = findings(tmp_path, BROKEN)
    lines = {(each.place.line, each.pointer) for each in found}
    assert (6, "/States/A/Next") in lines
    assert (12, "/States/B~1[0]/Retry/0/MaxAttempts") in lines
    assert [each.place for each in found] == sorted(each.place for each in found)


def test_the_same_in_yaml(tmp_path):
    text = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Nowhere\n"
    (finding,) = [each for each in findings(tmp_path, text, "m.yaml") if "Next" in each.pointer]
    assert finding.place.line == 5


def test_what_is_no_json_has_the_place_of_the_fault(tmp_path):
    (finding,) = findings(tmp_path, '{\n  "StartAt": nothing\n}')
    assert finding.code == "INVALID_JSON_DESCRIPTION"
    assert finding.place.line == 2


def test_a_valid_definition_has_no_findings(tmp_path):
    text = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert findings(tmp_path, text) == []


@pytest.mark.parametrize(
    ("location", "pointer"),
    [
        ("/", ()),
        ("/States/A", ("States", "A")),
        ("/States/A/B", ("States", "A/B")),
        ("/States/C[0]/Retry[1]/ErrorEquals[0]", ("States", "C[0]", "Retry", 1, "ErrorEquals", 0)),
        ("/States/A/Missing", ("States", "A", "Missing")),
        ("/Nothing[3]/x", ("Nothing", 3, "x")),
    ],
)
def test_names_end_where_the_document_says(location, pointer):
    document = {"States": {"A": {}, "A/B": {}, "C[0]": {"Retry": [{}, {"ErrorEquals": ["X"]}]}}}
    assert pointer_of(location, document) == pointer


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.json", None, "is not there"),
        ("folder", "", "is a folder"),
        ("m.json", b"\xff\xfe\x00", "no UTF-8"),
        ("m.yaml", b"a: [", "no YAML"),
        ("m.yaml", b"a: 2026-01-01T00:00:00Z", None),
    ],
)
def test_what_is_no_file_with_a_definition_is_refused(tmp_path, name, content, said):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    if said is None:
        assert read_definition(path).value == {"a": "2026-01-01T00:00:00Z"}
        return
    with pytest.raises(AslError, match=said):
        read_definition(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("No", "No"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("2026-01-31", "2026-01-31"),
        ("true", True),
        ("null", None),
        ("", None),
        ("-12", -12),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'1'", "1"),
    ],
)
def test_a_yaml_definition_has_the_values_that_json_would_have(tmp_path, text, value):
    path = tmp_path / "m.yaml"
    path.write_text(f"a: {text}\n")
    found = read_definition(path).value["a"]
    assert (found, type(found)) == (value, type(value))


WRITABLE = st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029")
"""PyYAML's writer leaves these ends of lines bare in a key, and a reader folds them to a space."""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(WRITABLE, max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(WRITABLE, max_size=4), inner)
        ),
        max_leaves=8,
    )
)
def test_what_yaml_writes_is_read_as_it_was(value):
    assert yaml_value(yaml.safe_dump(value, allow_unicode=True), Path("m.yaml")) == value
