"""A template's state machines are of the type that it says."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from sim.errors import TemplateError
from sim.provision.state_machine import CREATORS
from sim.states_service import StatesService
from sim.template import Resource

TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
WAITS = {
    "Type": "Task",
    "Resource": TOKEN,
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"},
    "End": True,
}


@pytest.fixture
def created(tmp_path):
    def create(state: Any, **properties: Any) -> Any:
        (tmp_path / "machine.asl.json").write_text(
            json.dumps({"StartAt": "S", "States": {"S": state}})
        )
        service = StatesService(SimpleNamespace(), region="us-east-1")
        stack = SimpleNamespace(
            name="stack",
            template=SimpleNamespace(path=tmp_path / "template.yaml", folder=tmp_path),
            target=SimpleNamespace(states=service, account_id="000000000000"),
        )
        given = {"DefinitionUri": "machine.asl.json", **properties}
        resource = Resource("Machine", "AWS::Serverless::StateMachine", given, None, 7)
        physical = CREATORS[resource.type](stack, resource)
        return service.state_machines.get(physical.ref)

    return create


def test_a_state_machine_is_standard_unless_its_type_says_otherwise(created):
    state = {"Type": "Pass", "End": True}
    assert created(state).kind == "STANDARD"
    assert created(state, Type="EXPRESS").kind == "EXPRESS"


def test_what_an_express_machine_cannot_do_is_told_with_its_place(created):
    assert created(WAITS).kind == "STANDARD"
    with pytest.raises(TemplateError, match=r"template\.yaml:7: Machine.*waitForTaskToken"):
        created(WAITS, Type="EXPRESS")


def test_a_type_that_there_is_not_is_refused(created):
    with pytest.raises(TemplateError, match="Type is FAST"):
        created({"Type": "Pass", "End": True}, Type="FAST")
