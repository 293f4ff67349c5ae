"""Executions that have ended are remembered within bounds, and put away small."""

import asyncio
import gc
import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.states_service.archive import put_away, taken_out
from sim.states_service.configuration import PLAIN
from sim.states_service.executions import KEPT_S, Execution, Executions
from sim.states_service.refusal import Refusal
from sim.states_service.state_machines import StateMachines
from statemachine import History, parse

TEXT = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
MACHINE = StateMachines("arn:aws:states:us-east-1:000000000000").create(
    "m", TEXT, parse(TEXT), "arn:aws:iam::000000000000:role/r", kind="STANDARD", configuration=PLAIN
)


def execution(name, *, events=4, stopped_at=None):
    history = History()
    for number in range(events):
        details = {"name": f"state {number % 3}", "input": json.dumps({"n": number})}
        history.add("PassStateEntered", 1.0 + number, number, details)
    started = Execution(
        arn=f"arn:aws:states:us-east-1:000000000000:execution:m:{name}",
        name=str(name),
        state_machine=MACHINE,
        revision=MACHINE.revision,
        input="{}",
        started_at=time.time(),
        _history=history,
    )
    started.stopped_at = stopped_at
    return started


def ended(executions, *names, **given_):
    for name in names:
        one = execution(name, **given_)
        executions.add(one)
        one.stopped_at = one.stopped_at or time.time()
        executions.end(one)


def names(executions):
    return [each.name for each in executions.of_machine(MACHINE.arn)]


@given(st.integers(0, 300))
def test_a_history_comes_back_as_it_was_put_away(events):
    one = execution("e", events=events)
    before = list(one.events)
    one.archive()
    assert one.events == before
    one.reopen()
    one.history.add("PassStateExited", 2.0, 0, None)
    assert one.events[:-1] == before


def test_a_long_history_put_away_takes_a_twentieth():
    gc.collect()
    tracemalloc.start()
    one = execution("e", events=2_000)
    loose = tracemalloc.get_traced_memory()[0]
    one.archive()
    gc.collect()
    put_away = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert put_away < loose / 20


def test_a_text_that_events_share_is_put_away_and_taken_out_once():
    text = json.dumps({"n": [*range(20_000)]})
    history = History()
    for number in range(5_000):
        details = {"name": "S", "input": text, "inputDetails": {"truncated": False}}
        history.add("PassStateEntered", 1.0, number, details)
    content = put_away(history.events)
    assert len(content) < 2 * len(text)
    events = taken_out(content)
    assert events == history.events
    assert len({id(event["stateEnteredEventDetails"]["input"]) for event in events}) == 1


def test_the_oldest_are_forgotten_when_they_take_too_much():
    size = 10 * execution("e").kept_bytes
    executions = Executions(kept_bytes=size)
    running = execution("running")
    executions.add(running)
    ended(executions, *range(1_000))
    kept = names(executions)
    assert kept[:2] == ["999", "998"]
    assert kept[-1] == "running"
    assert 5 <= len(kept) <= 11
    with pytest.raises(Refusal, match="Execution Does Not Exist"):
        executions.get(execution(0).arn)
    assert executions.get(running.arn) is running


def test_after_ninety_days_an_execution_is_forgotten_and_its_name_free():
    executions = Executions()
    ended(executions, "old", stopped_at=time.time() - KEPT_S - 1)
    ended(executions, "new", stopped_at=time.time() - KEPT_S + 60)
    assert names(executions) == ["new"]
    assert executions.find(execution("old").arn) is None


def test_one_that_goes_on_is_not_forgotten():
    executions = Executions(kept_bytes=1_000_000)
    ended(executions, "e")
    one = executions.get(execution("e").arn)
    executions.reopen(one)
    one.stopped_at = time.time() - 2 * KEPT_S
    assert executions.get(one.arn) is one
    executions.end(one)
    assert executions.find(one.arn) is None


def test_an_execution_that_waits_takes_little(served, create):
    definition = {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 600, "Next": "P"}, "P": {"Type": "Succeed"}},
    }
    machine = create(definition)
    count = 400

    async def start():
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        text = json.dumps({"order": "0123456789", "items": [1, 2, 3]})
        started = [
            served.service.start_execution(machine, name=None, input_text=text)
            for _ in range(count)
        ]
        await asyncio.sleep(0.01)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
        for each in started:
            await served.service.stop_execution(each.arn, error=None, cause=None)
        return taken

    tracemalloc.start()
    taken = served.do(start)
    tracemalloc.stop()
    assert taken / count < 20 * 1024
