"""Suites: what they may hold, and that a test that fails says where and why."""

import json

import pytest
import yaml

from bench.asl.errors import AslError
from bench.asl.suite import read_suite
from bench.asl.suite_run import run_suite
from statemachine import parse
from tests.bench.asl.definitions import ORDER

MACHINE = parse(json.dumps(ORDER))
PATH = ["Check", "Rest", {"Ship": [["Pack", "Label"], ["Pay"]]}, "Each", "Done"]
INPUT = {"urgent": False, "items": ["a"]}
OUTPUT = ["a"]
BUSY = {"Throw": {"Error": "Busy", "Cause": "later"}}


def suite_of(tmp_path, *tests, **fields):
    path = tmp_path / "orders.yaml"
    path.write_text(yaml.safe_dump({"tests": list(tests), **fields}))
    return read_suite(path)


def differences(tmp_path, expect, **test):
    given = {"name": "t", "input": INPUT, "mocks": {"Pay": {"Return": 1}}, **test}
    (outcome,) = run_suite(MACHINE, suite_of(tmp_path, {**given, "expect": expect}))
    return list(outcome.differences)


@pytest.mark.parametrize(
    ("expect", "test"),
    [
        ({"path": PATH}, {}),
        ({"path": "Check > Rest > Ship > Each > Done"}, {}),
        ({"path": [*PATH[:3], {"Each": {0: ["Tell"]}}, "Done"]}, {}),
        ({"output": OUTPUT}, {}),
        ({"calls": {"Pay": 2}}, {"mocks": {"Pay": [BUSY, {"Return": 1}]}}),
        ({"error": "NotShipped", "cause": "sorry"}, {"mocks": {"Pay": [BUSY] * 3}}),
        ({"status": "FAILED"}, {"mocks": {"Pay": [BUSY] * 3}}),
        ({"path": ["Check", "Ship", "Each", "Done"]}, {"input": {**INPUT, "urgent": True}}),
    ],
)
def test_what_happens_as_expected_passes(tmp_path, expect, test):
    assert differences(tmp_path, expect, **test) == []


@pytest.mark.parametrize(
    ("expect", "test", "said"),
    [
        (
            {"path": ["Check", "Ship", "Each", "Done"]},
            {},
            "path: step 2 should be Ship, but was Rest (chosen by Check)",
        ),
        (
            {"path": ["Check", "Rest", {"Ship": [["Pack"], ["Pay"]]}, "Each", "Done"]},
            {},
            "path: step 2 in branch 1 of Ship should not be, but was Label (after Pack)",
        ),
        (
            {"path": PATH},
            {"mocks": {"Pay": [BUSY] * 3}},
            "path: step 4 should be Each, but was Apologise (Busy was caught in Ship: later)",
        ),
        (
            {"path": [*PATH[:3], {"Each": [["Tell"], ["Tell"]]}, "Done"]},
            {},
            "path: Each should have 2 iterations, but had 1",
        ),
        (
            {"path": [*PATH, "More"]},
            {},
            "path: step 6 should be More, but nothing came",
        ),
        ({"output": ["b"]}, {}, 'output[0]: expected "b", but it was "a"'),
        ({"output": [True]}, {"input": {**INPUT, "items": [1]}}, "output[0]: expected true"),
        ({"output_includes": {"x": 1}}, {}, 'output: expected {"x": 1}, but it was ["a"]'),
        ({"calls": {"Pay": 2}}, {}, "calls: Pay should be called 2 times, but was 1"),
        (
            {"output": OUTPUT},
            {"mocks": {"Pay": [BUSY] * 3}},
            "status: expected SUCCEEDED, but it was FAILED: NotShipped: sorry",
        ),
        ({"error": "X"}, {"mocks": {"Pay": [BUSY] * 3}}, "error: expected 'X', but it was"),
        ({"output": OUTPUT}, {"mocks": {}}, "mocks: Pay has no mock"),
    ],
)
def test_what_differs_is_said_with_its_place(tmp_path, expect, test, said):
    assert any(each.startswith(said) for each in differences(tmp_path, expect, **test)), (
        differences(tmp_path, expect, **test)
    )


def test_common_mocks_are_for_every_test_and_its_own_win(tmp_path):
    suite = suite_of(
        tmp_path,
        {"name": "a", "input": INPUT, "expect": {"output": OUTPUT}},
        {
            "name": "b",
            "input": INPUT,
            "mocks": {"Pay": {"Throw": {"Error": "E"}}},
            "expect": {"error": "NotShipped"},
        },
        mocks={"Pay": {"Return": 1}},
    )
    assert [outcome.differences for outcome in run_suite(MACHINE, suite)] == [(), ()]


def test_an_input_file_is_beside_the_suite(tmp_path):
    (tmp_path / "in.json").write_text(json.dumps(INPUT))
    assert (
        suite_of(
            tmp_path, {"name": "a", "input_file": "in.json", "expect": {"status": "SUCCEEDED"}}
        )
        .tests[0]
        .execution_input
        == INPUT
    )


EXPECT = {"status": "SUCCEEDED"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "an object is needed, with mocks, storage, tests"),
        ({"tests": []}, "tests is needed"),
        ({"tests": [{"expect": EXPECT}]}, r"tests\[0\]: name is needed"),
        ({"tests": [{"name": "a"}]}, r"tests\[0\] \(a\): expect: an object is needed"),
        ({"tests": [{"name": "a", "expect": {}}]}, "nothing is expected"),
        ({"tests": [{"name": "a", "expects": EXPECT}]}, "expects is not known"),
        ({"tests": [{"name": "a", "expect": EXPECT}] * 2}, "two tests are named 'a'"),
        ({"tests": [{"name": "a", "expect": {"status": "OK"}}]}, "status is 'OK'"),
        (
            {"tests": [{"name": "a", "expect": {"status": "SUCCEEDED", "error": "E"}}]},
            "not succeed",
        ),
        ({"tests": [{"name": "a", "expect": {"error": "E", "output": 1}}]}, "has an output"),
        ({"tests": [{"name": "a", "expect": {"error": 5}}]}, "error is 5"),
        ({"tests": [{"name": "a", "expect": {"path": [{"A": 1}]}}]}, r"path\[0\]: a state's name"),
        ({"tests": [{"name": "a", "expect": {"path": 5}}]}, "a list of states"),
        ({"tests": [{"name": "a", "expect": {"calls": {"A": "2"}}}]}, "how often"),
        ({"tests": [{"name": "a", "expect": EXPECT, "seed": "x"}]}, "seed is 'x'"),
        ({"tests": [{"name": "a", "expect": EXPECT, "start": "today"}]}, "start is 'today'"),
        ({"tests": [{"name": "a", "expect": EXPECT, "input_file": "none.json"}]}, "is not there"),
        ({"tests": [{"name": "a", "expect": EXPECT, "input_file": "x", "input": 1}]}, "not both"),
    ],
)
def test_a_suite_that_is_wrong_is_refused_with_the_mend(tmp_path, value, said):
    path = tmp_path / "suite.yaml"
    path.write_text(yaml.safe_dump(value))
    with pytest.raises(AslError, match=said):
        read_suite(path)
