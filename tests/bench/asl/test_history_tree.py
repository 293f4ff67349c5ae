"""A tree holds what the history says, whatever the machine."""

import io
import json

import pytest
from rich.console import Console

from bench.asl.history_tree import HistoryTree, tree_of, visits_of
from bench.asl.local_run import run_locally
from bench.asl.mocks import read_mocks
from bench.asl.path_difference import path_text
from bench.asl.tree_text import drawn, elapsed_text
from statemachine import parse
from tests.bench.asl.definitions import ORDER, machine, passing, task

INPUT = {"urgent": False, "items": [1, 2]}
BUSY = {"Throw": {"Error": "Busy", "Cause": "later"}}


def ran(definition, mocks, execution_input=INPUT):
    return run_locally(parse(json.dumps(definition)), execution_input, read_mocks(mocks, "mocks"))


def shown(tree, width=200):
    console = Console(file=io.StringIO(), width=width)
    console.print(drawn(tree, "machine"))
    return console.file.getvalue()


def test_branches_iterations_and_attempts_stand_where_they_belong():
    tree = tree_of(ran(ORDER, {"Pay": [BUSY, {"Return": 1, "After": 5}]}).events)
    assert path_text(tree.root) == (
        "Check, Rest, {Ship: [[Pack, Label], [Pay]]}, {Each: [[Tell], [Tell]]}, Done"
    )
    visits = {visit.name: visit for visit in visits_of(tree.root)}
    assert visits["Rest"].left_s - visits["Rest"].entered_s == 3600
    assert visits["Pay"].attempts == 2
    assert visits["Pay"].left_s - visits["Pay"].entered_s == pytest.approx(7)
    assert {visit.outcome for visit in visits.values()} == {"succeeded"}
    assert tree.status == "SUCCEEDED"


def test_what_failed_what_was_caught_and_what_was_stopped_are_told_apart():
    slow = machine("Slow", Slow={"Type": "Wait", "Seconds": 9, "End": True})
    definition = json.loads(json.dumps(ORDER))
    definition["States"]["Ship"]["Branches"].append(slow)
    tree = tree_of(ran(definition, {"Pay": {"Throw": {"Error": "Broke"}}}).events)
    outcomes = {visit.name: visit.outcome for visit in visits_of(tree.root)}
    assert outcomes["Ship"] == "caught"
    assert outcomes["Pay"] == outcomes["Apologise"] == "failed"
    assert outcomes["Slow"] == "aborted"
    ship = next(visit for visit in visits_of(tree.root) if visit.name == "Ship")
    assert ship.error == "Broke"
    assert tree.status == "FAILED"
    assert "Broke" in shown(tree)


def test_every_event_may_be_the_last_so_far():
    tree = HistoryTree()
    for event in ran(ORDER, {"Pay": {"Return": 1}}).events:
        tree.add(event)
        assert shown(tree)


def test_composite_states_within_one_another_end_at_their_own_depth():
    inner = {
        "Type": "Parallel",
        "Branches": [machine("A", A=passing()), machine("B", B=passing("C"), C=passing())],
        "Next": "After",
    }
    outer = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": machine("Inner", Inner=inner, After=passing()),
        "Next": "End",
    }
    tree = tree_of(ran(machine("Outer", Outer=outer, End=passing()), {}).events)
    lane = "[{Inner: [[A], [B, C]]}, After]"
    assert path_text(tree.root) == f"{{Outer: [{lane}, {lane}]}}, End"


def test_a_loop_and_a_retried_composite_keep_the_last_attempt():
    ship = {
        "Type": "Parallel",
        "Branches": [machine("Pay", Pay=task())],
        "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}],
        "End": True,
    }
    tree = tree_of(ran(machine("Ship", Ship=ship), {"Pay": [BUSY, {"Return": 1}]}).events)
    (visit,) = tree.root.visits
    assert (visit.attempts, visit.outcome, len(visit.lanes)) == (2, "succeeded", 1)


def test_of_many_iterations_some_are_shown_and_the_others_counted():
    each = {"Type": "Map", "ItemProcessor": machine("Tell", Tell=passing()), "End": True}
    text = shown(tree_of(ran(machine("Each", Each=each), {}, list(range(100))).events))
    assert "97 more; 100 of 100 succeeded" in text
    assert text.count("iteration") == 3


def test_a_redriven_execution_goes_on_where_it_broke_off():
    events = ran(machine("A", A=passing("Pay"), Pay=task("B"), B=passing()), {"Pay": BUSY}).events
    last = events[-1]["id"]
    broken = events[-1]["previousEventId"]
    after = [
        ("ExecutionRedriven", last, None),
        ("TaskScheduled", broken, None),
        ("TaskStarted", last + 2, None),
        ("TaskSucceeded", last + 3, None),
        ("TaskStateExited", last + 4, ("stateExitedEventDetails", {"name": "Pay"})),
        ("PassStateEntered", last + 5, ("stateEnteredEventDetails", {"name": "B"})),
        ("PassStateExited", last + 6, ("stateExitedEventDetails", {"name": "B"})),
        ("ExecutionSucceeded", last + 7, None),
    ]
    for number, (kind, previous, details) in enumerate(after, last + 1):
        event = {"type": kind, "id": number, "previousEventId": previous}
        events.append(event | {"timestamp": 1.8e9} | dict([details] if details else []))
    tree = tree_of(events)
    assert [(visit.name, visit.outcome) for visit in tree.root.visits] == [
        (name, "succeeded") for name in ("A", "Pay", "B")
    ]
    assert (tree.status, tree.root.visits[1].attempts, tree.error) == ("SUCCEEDED", 2, None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 ms"), (0.0123, "12.3 ms"), (2, "2 s"), (7200, "2.0 h"), (31_536_000, "365.0 days")],
)
def test_durations_have_the_unit_that_suits_them(seconds, text):
    assert elapsed_text(seconds) == text
