"""Fields named …Path that lead to no number or no time fail in AWS's words."""

import pytest

RESOURCE = "arn:aws:states:::sns:publish"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "does not reference an input value: $.n"),
        ({"n": "x"}, "cannot be parsed as a long value: $.n == x"),
        ({"n": 0.5}, "cannot be parsed as a long value: $.n == 0.5"),
        ({"n": True}, "cannot be parsed as a long value: $.n == true"),
        ({"n": [1]}, "cannot be parsed as a long value: $.n == [1]"),
        ({"n": -1}, "references a negative value: $.n == -1"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("Wait", {}, "SecondsPath"),
        ("Task", {"Resource": RESOURCE}, "TimeoutSecondsPath"),
        ("Task", {"Resource": RESOURCE}, "HeartbeatSecondsPath"),
    ],
)
def test_what_is_no_number_of_seconds(execute, one_state, kind, fields, field, data, problem):
    ran = execute(one_state(kind, **fields, **{field: "$.n"}), data)
    assert (ran.result.status, ran.result.error) == ("FAILED", "States.Runtime")
    assert ran.result.cause == (
        "An error occurred while executing the state 'S' (entered at the event id #2). "
        f"The {field} parameter {problem}"
    )
    assert ran.requests == []


@pytest.mark.parametrize(("given", "shown"), [("2020", "2020"), (2, "2"), (None, "null")])
def test_what_is_no_time(execute, one_state, given, shown):
    ran = execute(one_state("Wait", TimestampPath="$.t"), {"t": given})
    assert ran.result.error == "States.Runtime"
    assert (ran.result.cause or "").endswith(
        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset "
        f"date-time format string: $.t == {shown}"
    )
