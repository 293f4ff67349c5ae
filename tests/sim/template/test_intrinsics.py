import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import TemplateError
from sim.template import resolve


class Names:
    """A scope of fixed names."""

    def __init__(self, references=None, attributes=None, conditions=None):
        self.references = references or {}
        self.attributes = attributes or {}
        self.conditions = conditions or {}

    def reference(self, name):
        return self.references[name]

    def attribute(self, logical_id, name):
        return self.attributes[logical_id, name]

    def condition(self, name):
        return self.conditions[name]

    def mapping(self, name, key, second_key):
        return f"{name}/{key}/{second_key}"


NAMES = Names(
    references={"Bucket": "b-1", "AWS::Region": "eu-west-1", "Zero": "0"},
    attributes={("Table", "Arn"): "arn:t", ("Nested", "Outputs.Port"): "6379"},
    conditions={"Yes": True, "No": False},
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Bucket"}, "b-1"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:t"),
        ({"Fn::GetAtt": "Nested.Outputs.Port"}, "6379"),
        ({"Fn::Sub": "s3://${Bucket}/${!Literal}/${Table.Arn}"}, "s3://b-1/${Literal}/arn:t"),
        ({"Fn::Sub": ["${A}-${Bucket}", {"A": {"Ref": "Zero"}}]}, "0-b-1"),
        ({"Fn::Join": [",", ["a", {"Ref": "Bucket"}]]}, "a,b-1"),
        ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "eu-west-1b"),
        ({"Fn::Split": ["-", {"Ref": "Bucket"}]}, ["b", "1"]),
        ({"Fn::If": ["No", 1, {"Ref": "Zero"}]}, "0"),
        ({"Fn::Equals": [{"Ref": "Zero"}, 0]}, True),
        ({"Fn::Not": [{"Condition": "No"}]}, True),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "x"]}, "M/eu-west-1/x"),
    ],
)
def test_a_function_gives_what_cloudformation_gives(value, expected):
    assert resolve(value, NAMES) == expected


def test_no_value_removes_the_key_and_the_list_entry_that_hold_it():
    value = {
        "gone": {"Ref": "AWS::NoValue"},
        "list": [1, {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, 2]}, 3],
    }
    assert resolve(value, NAMES) == {"list": [1, 3]}


def test_a_policy_condition_is_not_taken_for_a_named_one():
    value = {"Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "Bucket"}}}}
    assert resolve(value, NAMES) == {"Condition": {"ArnEquals": {"aws:SourceArn": "b-1"}}}


def test_an_unknown_function_is_named():
    with pytest.raises(TemplateError, match="Fn::Cidr is not supported"):
        resolve({"Fn::Cidr": ["10.0.0.0/16", 4, 8]}, NAMES)


def test_arguments_of_the_wrong_form_are_named():
    with pytest.raises(TemplateError, match="Fn::Join cannot take 3"):
        resolve({"Fn::Join": 3}, NAMES)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: (
        st.lists(children) | st.dictionaries(st.text(string.ascii_lowercase, min_size=1), children)
    ),
)


@given(plain)
def test_a_value_without_functions_is_left_as_it_is(value):
    assert resolve(value, NAMES) == value
