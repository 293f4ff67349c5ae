"""Whatever is asked, the answer is one of AWS's: no request breaks the service."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from botocore.model import Shape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.states_service import StatesService
from sim.states_service.constraints import check_parameters, service_model, unmet
from sim.states_service.operations import CALLS
from sim.states_service.refusal import Refusal

MODEL = service_model()
ROLE = "arn:aws:iam::000000000000:role/r"
PREFIX = "arn:aws:states:us-east-1:000000000000"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}

likely = st.sampled_from(
    [
        *(f"{PREFIX}:{kind}" for kind in (
            "stateMachine:pass", "stateMachine:fail", "stateMachine:express", "execution:pass:e",
            "execution:fail:e", "express:express:e:1", "mapRun:pass/l:1", "activity:a",
        )),
        ROLE, "e", "pass", "{}", "[1]", "{", '"x"', json.dumps(PASS), json.dumps(FAIL),
        json.dumps(PASS["States"]["P"]), '{"Type": "Wait", "Seconds": 0, "End": true}',
        '{"Type": "Succeed", "QueryLanguage": "JSONata", "Output": "{% $x %}"}',
    ]
)  # fmt: skip


def values(shape: Shape) -> st.SearchStrategy:
    """What may be given for a shape: mostly something likely, sometimes anything."""
    match shape.type_name:
        case "structure":
            members = {name: values(member) for name, member in shape.members.items()}
            needed = {name: members.pop(name) for name in shape.required_members}
            return st.fixed_dictionaries(needed, optional=members)
        case "list":
            return st.lists(values(shape.member), max_size=2)
        case "string":
            enum = [st.sampled_from(shape.enum)] if shape.enum else []
            return st.one_of(*enum, likely, st.text(max_size=5))
        case "boolean":
            return st.booleans()
        case _:
            return st.one_of(st.integers(0, 5), st.integers(-(2**70), 2**70))


async def asked(operation, given_):
    invoker = SimpleNamespace(invoke=lambda request: asyncio.sleep(0, request.parameters))
    service = StatesService(invoker, region="us-east-1", activity_poll_s=0.0)
    for name, definition in {"pass": PASS, "fail": FAIL}.items():
        machine = service.create_state_machine(name, json.dumps(definition), ROLE)
        started = service.start_execution(machine.arn, name="e", input_text="{}")
        await asyncio.wait([started.task])
    service.create_state_machine("express", json.dumps(PASS), ROLE, kind="EXPRESS")
    try:
        check_parameters(operation, given_)
        return await asyncio.wait_for(CALLS[operation](service, given_), 10)
    except Refusal as refusal:
        return refusal
    finally:
        await service.close()


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_every_request_has_an_answer_of_the_model(operation):
    model = MODEL.operation_model(operation)
    codes = {shape.name for shape in model.error_shapes} | {
        "ValidationException",
        "SerializationException",
    }

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(values(model.input_shape))
    def check(given_):
        answer = asyncio.run(asked(operation, given_))
        if isinstance(answer, Refusal):
            assert answer.code in codes, answer
            assert answer.message
        else:
            present = {name: value for name, value in answer.items() if value is not None}
            assert not unmet(model.output_shape, json.loads(json.dumps(present)))

    check()
