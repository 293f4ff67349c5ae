"""State machines: created, described, listed."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.page import page, with_token
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService
from sim.states_service.state_machines import DeployedStateMachine


async def _create_state_machine(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    kind = given.get("type", "STANDARD")
    if kind != "STANDARD":
        raise Refusal("ValidationException", f"type: {kind} is not served here: use STANDARD")
    machine = service.create_state_machine(given["name"], given["definition"], given["roleArn"])
    return {"stateMachineArn": machine.arn, "creationDate": machine.created_at}


async def _describe_state_machine(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    machine = service.state_machine(given["stateMachineArn"])
    return {
        **_listed_machine(machine),
        "status": "ACTIVE",
        "definition": machine.definition,
        "roleArn": machine.role_arn,
    }


async def _list_state_machines(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    items, token = page(service.state_machines(), given)
    return with_token({"stateMachines": [_listed_machine(machine) for machine in items]}, token)


def _listed_machine(machine: DeployedStateMachine) -> dict[str, Any]:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": "STANDARD",
        "creationDate": machine.created_at,
    }


CALLS: Final[dict[str, Call]] = {
    "CreateStateMachine": _create_state_machine,
    "DescribeStateMachine": _describe_state_machine,
    "ListStateMachines": _list_state_machines,
}
