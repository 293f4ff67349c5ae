"""Choice rules against Python's own comparisons."""

import fnmatch
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine.jsonpath.choice_rule import And, Comparison, Not, Or, holds, matches
from statemachine.scope import Scope

ORDERS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)


@given(st.sampled_from(sorted(ORDERS)), SCALARS, SCALARS, st.sampled_from(["Numeric", "String"]))
def test_orders_compare_two_of_the_type_and_nothing_else(
    name: str, first: Any, second: Any, kind: str
) -> None:
    def right(value: Any) -> bool:
        if kind == "String":
            return isinstance(value, str)
        return isinstance(value, int) and not isinstance(value, bool)

    expected = right(first) and right(second) and ORDERS[name](first, second)
    data = {"a": first, "b": second}
    assert holds(Comparison("$.a", f"{kind}{name}", second), Scope(data, {})) is expected
    assert (
        holds(Comparison("$.a", f"{kind}{name}", "$.b", is_path=True), Scope(data, {})) is expected
    )


@given(st.datetimes(), st.datetimes(), st.sampled_from(sorted(ORDERS)))
def test_times_compare_as_instants(first: Any, second: Any, name: str) -> None:
    texts = [f"{moment.isoformat(timespec='microseconds')}Z" for moment in (first, second)]
    rule = Comparison("$.t", f"Timestamp{name}", texts[1])
    assert holds(rule, Scope({"t": texts[0]}, {})) is ORDERS[name](first, second)


def test_times_in_other_zones_are_the_same_instant():
    rule = Comparison("$.t", "TimestampEquals", "2026-01-31T12:00:00Z")
    assert holds(rule, Scope({"t": "2026-01-31T13:00:00+01:00"}, {}))
    assert not holds(rule, Scope({"t": "2026-01-31 12:00:00"}, {}))


@given(st.text("ab*", max_size=8), st.text("ab*", max_size=6))
def test_patterns_match_as_a_shell_s_asterisk_does(value: str, pattern: str) -> None:
    assert matches(value, pattern) is fnmatch.fnmatchcase(value, pattern)


@pytest.mark.parametrize(
    ("value", "pattern", "matched"),
    [("a*", r"a\*", True), ("ab", r"a\*", False), ("a\\", r"a\\", True), ("a\nb", "a*b", True)],
)
def test_escapes_in_patterns(value, pattern, matched):
    assert matches(value, pattern) is matched


@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_and_or_not(values: list[bool]) -> None:
    rules = tuple(Comparison(f"$.v[{i}]", "BooleanEquals", True) for i in range(len(values)))
    data = {"v": values}
    assert holds(And(rules), Scope(data, {})) is all(values)
    assert holds(Or(rules), Scope(data, {})) is any(values)
    assert holds(Not(And(rules)), Scope(data, {})) is not all(values)


@pytest.mark.parametrize(
    ("name", "of_the_type"),
    [
        ("IsNull", None),
        ("IsBoolean", False),
        ("IsNumeric", 0.5),
        ("IsString", ""),
        ("IsTimestamp", "2026-01-31T12:00:00Z"),
    ],
)
@pytest.mark.parametrize("value", [None, False, 0.5, "", "2026-01-31T12:00:00Z", [], {}])
def test_type_tests(name, of_the_type, value):
    expected = value == of_the_type and type(value) is type(of_the_type)
    if name == "IsString":
        expected = isinstance(value, str)
    assert holds(Comparison("$.v", name, True), Scope({"v": value}, {})) is expected
    assert holds(Comparison("$.v", name, False), Scope({"v": value}, {})) is not expected


def test_presence_needs_no_value():
    assert holds(Comparison("$.v", "IsPresent", True), Scope({"v": None}, {}))
    assert holds(Comparison("$.v.w", "IsPresent", False), Scope({"v": None}, {}))


def test_the_first_rule_that_holds_chooses_else_the_default_else_it_fails(execute):
    definition: dict[str, Any] = {
        "StartAt": "C",
        "States": {
            "C": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Large"},
                    {"Variable": "$.n", "NumericGreaterThan": 5, "Next": "Middle"},
                ],
                "Default": "Small",
            },
            **{
                name: {"Type": "Pass", "Result": name, "End": True}
                for name in ("Large", "Middle", "Small")
            },
        },
    }
    chosen = [execute(definition, {"n": n}).result.output for n in (11, 7, 1)]
    assert chosen == ["Large", "Middle", "Small"]
    del definition["States"]["C"]["Default"], definition["States"]["Small"]
    ran = execute(definition, {"n": 1})
    assert ran.result.error == "States.Runtime"
    assert ran.result.cause == (
        "An error occurred while executing the state 'C' (entered at the event id #2). "
        "Failed to transition out of the state. The state does not point to a next state."
    )
    assert execute(definition, {}).result.error == "States.Runtime"
