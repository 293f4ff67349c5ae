"""Whatever a definition is: it ends, it ends the same way again, and it leaves its input alone."""

import asyncio
import copy
import json
import random
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statemachine import Interpreter
from statemachine.clock import VirtualClock
from tests.statemachine.differential.comparison import branching
from tests.statemachine.differential.machines import Machine, machines
from tests.statemachine.differential.peers import NoQueues, run_ours

FEW = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ENDINGS = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED"}


class ShuffledPace:
    """Lets other branches go on before a state is entered, as often as chance says."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    async def before_state(self, _name: str) -> None:
        for _ in range(self._random.randrange(6)):
            await asyncio.sleep(0)


def outcome(machine: Machine, seed: int) -> tuple[Any, list[dict[str, Any]]]:
    """Run a machine with its branches shuffled and return how it ended, and its history."""
    interpreter = Interpreter(
        machine.definition, NoQueues(), VirtualClock(), pace=ShuffledPace(seed)
    )
    result = asyncio.run(interpreter.run(machine.execution_input))
    return (result.status, result.output, result.error), result.history


@FEW
@given(machines(timed=True))
def test_a_machine_is_accepted_and_ends_with_a_whole_history(machine):
    ran = run_ours(machine)
    assert ran.refused is None
    assert ENDINGS[ran.events[-1]["type"]] == ran.status
    assert [event["id"] for event in ran.events] == list(range(1, len(ran.events) + 1))
    assert all(0 <= event["previousEventId"] < event["id"] for event in ran.events)
    times = [event["timestamp"] for event in ran.events]
    assert times == sorted(times)
    assert sum(event["type"] in ENDINGS for event in ran.events) == 1


@FEW
@given(machines(timed=True))
def test_the_same_seed_gives_the_same_history_byte_for_byte(machine):
    once, again = run_ours(machine), run_ours(machine)
    assert json.dumps(once.events) == json.dumps(again.events)


@FEW
@given(machines())
def test_definition_and_input_are_left_as_they_were(machine):
    kept = copy.deepcopy(machine)
    outcome(machine, seed=1)
    assert machine == kept


@FEW
@given(machines(), st.integers(1, 1000))
def test_how_it_ends_does_not_hang_on_the_order_of_its_branches(machine, seed):
    one, events = outcome(machine, seed)
    other, _ = outcome(machine, seed + 1)
    failed_in_branch = branching(events) and one[0] != "SUCCEEDED"
    caught = any(event["type"].endswith("StateFailed") for event in events)
    if not (failed_in_branch or caught):
        assert one == other


@pytest.fixture(scope="module")
def event_shape():
    model = botocore.session.get_session().get_service_model("stepfunctions")
    return model.shape_for("HistoryEvent")


@FEW
@given(machine=machines())
def test_events_have_the_members_of_the_service_model(event_shape, machine):
    for event in run_ours(machine).events:
        assert event["type"] in event_shape.members["type"].enum
        report = ParamValidator().validate(event, event_shape)
        assert not report.has_errors(), report.generate_report()
