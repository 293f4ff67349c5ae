"""A name is one execution: the same while it runs with the same input, taken when it has ended."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.states_service import StatesService
from sim.states_service.refusal import Refusal

WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
ROLE = "arn:aws:iam::000000000000:role/r"

names = st.sampled_from("ab")
steps = st.one_of(
    st.tuples(st.just("start"), names, st.sampled_from(['{"n":1}', '{"n": 1}', "[]"])),
    st.tuples(st.just("stop"), names, st.none()),
    st.tuples(st.just("redrive"), names, st.none()),
)


async def check(script):
    service = StatesService(SimpleNamespace(), region="us-east-1")
    machine = service.create_state_machine("m", json.dumps(WAIT), ROLE).arn
    known, running = {}, set()
    for action, name, text in script:
        existing = known.get(name)
        if action == "start" and existing is None:
            known[name] = service.start_execution(machine, name=name, input_text=text)
            running.add(name)
        elif action == "start" and name in running and existing.input == text:
            assert service.start_execution(machine, name=name, input_text=text) is existing
        elif action == "start":
            with pytest.raises(Refusal) as refused:
                service.start_execution(machine, name=name, input_text=text)
            assert refused.value.code == "ExecutionAlreadyExists"
        elif existing is not None and action == "stop":
            await service.stop_execution(existing.arn, error=None, cause=None)
            running.discard(name)
        elif existing is not None and name not in running:
            service.redrive_execution(existing, None)
            running.add(name)
        statuses = {each.name: each.status for each in service.executions.of_machine(machine)}
        assert statuses == {name: "RUNNING" if name in running else "ABORTED" for name in known}
        assert {each.name for each in service.executions.running()} == running
        assert service.state_machines.get(machine).running == len(running)
    await service.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=12))
def test_a_name_stands_for_one_execution(script):
    asyncio.run(check(script))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["n", "n", "other"]), max_size=6))
def test_express_executions_of_one_name_are_many(given_names):
    async def started():
        service = StatesService(SimpleNamespace(), region="us-east-1")
        machine = service.create_state_machine("m", json.dumps(WAIT), ROLE, kind="EXPRESS").arn
        arns = {
            service.start_execution(machine, name=name, input_text="{}").arn for name in given_names
        }
        await service.close()
        return arns

    assert len(asyncio.run(started())) == len(given_names)
