"""State machines: created, updated, described, listed, deleted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sim.states_service.arn import check_state_machine_arn
from sim.states_service.configuration import PLAIN, changes
from sim.states_service.names import check_name
from sim.states_service.operations.call import Call
from sim.states_service.page import page, with_token
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService
from sim.states_service.state_machines import DeployedStateMachine, Revision
from statemachine.definition.variable_references import variable_references


async def _create_state_machine(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    check_name(given["name"])
    _refuse_publishing(given)
    configuration = replace(PLAIN, **changes(given))
    kind = given.get("type") or "STANDARD"
    parsed = await service.definitions.read(given["definition"], kind)
    machine = service.state_machines.create(
        given["name"],
        given["definition"],
        parsed,
        given["roleArn"],
        kind=kind,
        configuration=configuration,
    )
    return {"stateMachineArn": machine.arn, "creationDate": machine.created_at}


async def _update_state_machine(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    check_state_machine_arn(given["stateMachineArn"])
    machine = service.state_machines.active(given["stateMachineArn"])
    _refuse_publishing(given)
    configuration = changes(given)
    definition, role_arn = given.get("definition"), given.get("roleArn")
    if definition is None and role_arn is None and not configuration:
        raise Refusal(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the "
            "TracingConfiguration must be specified",
        )
    read = None
    if definition is not None:
        read = (definition, await service.definitions.read(definition, machine.kind))
    revision = service.state_machines.update(
        machine, definition=read, role_arn=role_arn, configuration=configuration
    )
    return {"updateDate": revision.updated_at, "revisionId": revision.revision_id}


async def _delete_state_machine(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    check_state_machine_arn(given["stateMachineArn"])
    service.state_machines.delete(given["stateMachineArn"])
    return {}


async def _describe_state_machine(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    check_state_machine_arn(given["stateMachineArn"])
    machine = service.state_machines.get(given["stateMachineArn"])
    return {
        **_listed_machine(machine),
        **revision_members(machine.revision, given),
        "status": "DELETING" if machine.deleting else "ACTIVE",
    }


async def _list_state_machines(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    found, token = page(service.state_machines.listed(), given, lambda machine: machine.number)
    listed = [_listed_machine(machine) for machine in found]
    return with_token({"stateMachines": listed}, token)


def revision_members(revision: Revision, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a description of a state machine says of its revision."""
    metadata_only = given.get("includedData") == "METADATA_ONLY"
    members = {
        "definition": "{}" if metadata_only else revision.definition,
        "roleArn": revision.role_arn,
        **revision.configuration.members(),
    }
    references = {} if metadata_only else variable_references(revision.definition)
    if references:
        members["variableReferences"] = references
    if revision.revision_id is not None:
        members["revisionId"] = revision.revision_id
    return members


def _listed_machine(machine: DeployedStateMachine) -> dict[str, Any]:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": machine.kind,
        "creationDate": machine.created_at,
    }


def _refuse_publishing(given: Mapping[str, Any]) -> None:
    if given.get("publish"):
        raise Refusal(
            "ValidationException",
            "publish: there are no versions of state machines here; leave it out",
        )
    if given.get("versionDescription") is not None:
        raise Refusal(
            "ValidationException",
            "Version description can only be set when publish is true",
        )


CALLS: Final[dict[str, Call]] = {
    "CreateStateMachine": _create_state_machine,
    "DeleteStateMachine": _delete_state_machine,
    "DescribeStateMachine": _describe_state_machine,
    "ListStateMachines": _list_state_machines,
    "UpdateStateMachine": _update_state_machine,
}
