"""Metrics in log lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.observe import summarise


def line(value, **changes):
    metrics = [{"Name": "Bytes", "Unit": "Bytes"}]
    directive = {"Namespace": "audit", "Dimensions": [["store"]], "Metrics": metrics}
    return json.dumps(
        {"_aws": {"CloudWatchMetrics": [directive]}, "store": "redis", "Bytes": value} | changes
    )


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1))
def test_values_are_summed_up(values):
    (metric,) = summarise([line(value) for value in values])
    assert (metric.namespace, metric.name, metric.unit) == ("audit", "Bytes", "Bytes")
    assert metric.dimensions == (("store", "redis"),)
    assert (metric.count, metric.total) == (len(values), sum(values))
    assert (metric.minimum, metric.maximum) == (min(values), max(values))


def test_a_list_holds_several_values_and_dimensions_part_metrics():
    metrics = summarise([line([1, 2, 3]), line(4, store="s3"), "INFO plain", '{"a": 1}'])
    assert [(m.dimensions[0][1], m.count) for m in metrics] == [("redis", 3), ("s3", 1)]


@given(st.text())
def test_any_other_text_holds_none(text):
    assert summarise([text, '{"CloudWatchMetrics"' + text]) == []


@pytest.mark.parametrize(
    "directives",
    [
        ["x"],
        3,
        [{"Metrics": 1}],
        [{"Dimensions": 3, "Metrics": []}],
        [{"Metrics": [{"Name": [1]}]}],
    ],
)
def test_a_line_of_another_form_is_passed_over(directives):
    assert summarise([json.dumps({"_aws": {"CloudWatchMetrics": directives}})]) == []


@pytest.mark.parametrize("value", ["10" * 200, "NaN", "Infinity", '"text"', "true", "null"])
def test_what_cloudwatch_does_not_take_is_no_value(value):
    assert summarise([line("VALUE").replace('"VALUE"', value)]) == []


def test_deep_nesting_is_passed_over():
    assert summarise(['{"CloudWatchMetrics":' + "[" * 100_000]) == []
