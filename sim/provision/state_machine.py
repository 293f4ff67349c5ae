"""State machines."""

import re
from typing import Any, Final

from sim.errors import TemplateError
from sim.provision.code_path import existing_path
from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.states_service.refusal import Refusal
from sim.template import Resource, resolve

_KINDS: Final = ("STANDARD", "EXPRESS")
"""Source: SAM Developer Guide, AWS::Serverless::StateMachine, Type."""


def _state_machine(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(
        {key: item for key, item in resource.properties.items() if key != "Policies"}, stack
    )
    where = f"{stack.template.path.name}:{resource.line}: {resource.logical_id}"
    path = existing_path(stack, str(properties.get("DefinitionUri", "")), f"{where}: DefinitionUri")
    definition = _substituted(
        path.read_text(encoding="utf-8"), properties.get("DefinitionSubstitutions", {}), where
    )
    kind = str(properties.get("Type", "STANDARD"))
    if kind not in _KINDS:
        raise TemplateError(f"{where}: Type is {kind}.", f"Use {' or '.join(_KINDS)}.")
    name = properties.get("Name") or physical_name(stack.name, resource.logical_id)
    role_arn = f"arn:aws:iam::{stack.target.account_id}:role/{name}-role"
    try:
        machine = stack.target.states.create_state_machine(name, definition, role_arn, kind=kind)
    except Refusal as refusal:
        raise TemplateError(f"{where}: {refusal.message}.", f"Mend {path.name}.") from refusal
    return PhysicalResource(ref=machine.arn, attributes={"Arn": machine.arn, "Name": name})


def _substituted(definition: str, values: dict[str, Any], where: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise TemplateError(
                f"{where}: the definition asks for ${{{match[1]}}}.",
                "Add it to DefinitionSubstitutions.",
            )
        return str(values[match[1]])

    return re.sub(r"\$\{([A-Za-z0-9_]+)\}", value, definition)


CREATORS: Final[dict[str, Creator]] = {"AWS::Serverless::StateMachine": _state_machine}
