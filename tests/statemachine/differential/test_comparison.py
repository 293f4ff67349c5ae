"""The comparison sees what it is for, and nothing else: it is what campaigns rely on."""

import copy
from typing import Any

import pytest

from tests.statemachine.differential.comparison import Run, differences

PARALLEL = {
    "StartAt": "P",
    "States": {
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in "AB"
            ],
            "End": True,
        }
    },
}


def passed(identifier: int, previous: int, name: str, output: str = "1") -> list[dict[str, Any]]:
    details = {"name": name}
    return [
        {
            "id": identifier,
            "previousEventId": previous,
            "type": "PassStateEntered",
            "stateEnteredEventDetails": {**details, "input": "{}"},
        },
        {
            "id": identifier + 1,
            "previousEventId": identifier,
            "type": "PassStateExited",
            "stateExitedEventDetails": {**details, "output": output},
        },
    ]


def parallel(*branches: str) -> Run:
    """Return a run whose branches went on one after the other, in the given order."""
    events = [{"id": 1, "previousEventId": 0, "type": "ParallelStateStarted"}]
    for place, name in enumerate(branches):
        events += passed(2 + 2 * place, 1, name)
    last = len(events)
    events.append({"id": last + 1, "previousEventId": last, "type": "ParallelStateSucceeded"})
    return Run("SUCCEEDED", [1, 1], events=events)


def test_branches_may_come_in_any_order():
    assert differences(parallel("A", "B"), parallel("B", "A")) == []


def test_a_missing_branch_is_seen():
    (found,) = differences(parallel("A", "B"), parallel("A"))
    assert "PassStateEntered" in found.what


def test_without_branches_ids_and_links_count():
    ours = Run("SUCCEEDED", events=passed(1, 0, "A"))
    theirs = copy.deepcopy(ours)
    theirs.events[1]["previousEventId"] = 0
    (found,) = differences(ours, theirs)
    assert found.what == "history: previousEventId of PassStateExited"


@pytest.mark.parametrize(
    ("mine", "other", "same"),
    [
        ('{"a": 1, "b": 2}', '{"b":2,"a":1.0}', True),
        ("1", "true", False),
        ("[1]", "[1, 2]", False),
    ],
)
def test_data_is_compared_by_value(mine, other, same):
    ours, theirs = (Run("SUCCEEDED", events=passed(1, 0, "A", text)) for text in (mine, other))
    assert (differences(ours, theirs) == []) is same


def test_causes_may_quote_other_event_numbers_and_spaces():
    ours = Run("FAILED", cause="(entered at the event id #4). In '{\"a\":1}'")
    theirs = Run("FAILED", cause="(entered at the event id #6). In '{\"a\": 1}'")
    assert differences(ours, theirs) == []
    assert differences(ours, Run("FAILED", cause="another")) != []
