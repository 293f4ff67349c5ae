"""SAM's own resources: functions, APIs, state machines, and nested stacks."""

import re
import secrets
import string
from pathlib import Path
from typing import Any, Final

from sim.errors import TemplateError
from sim.gateway import RestApi, Route
from sim.lambda_service import FunctionConfiguration
from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.states_service.refusal import Refusal
from sim.template import Resource, resolve

_LOWER: Final = string.ascii_lowercase + string.digits


def _function(stack: StackScope, resource: Resource) -> PhysicalResource:
    target = stack.target
    properties = resolve(
        {key: item for key, item in resource.properties.items() if key != "Policies"}, stack
    )
    where = f"{stack.template.path.name}:{resource.line}: {resource.logical_id}"
    runtime = str(properties.get("Runtime", ""))
    if not runtime.startswith("python"):
        raise TemplateError(f"{where} has the runtime {runtime!r}.", "Only Python runs locally.")
    code = _existing(stack, str(properties.get("CodeUri", ".")), f"{where}: CodeUri")
    name = properties.get("FunctionName") or physical_name(stack.name, resource.logical_id)
    arn = f"arn:aws:lambda:{target.region}:{target.account_id}:function:{name}"
    variables = properties.get("Environment", {}).get("Variables", {})
    target.functions.create_function(
        FunctionConfiguration(
            name=name,
            arn=arn,
            handler=str(properties["Handler"]),
            runtime=runtime,
            code=code,
            # Defaults: Lambda API Reference, CreateFunction.
            memory_mb=int(properties.get("MemorySize", 128)),
            timeout_s=float(properties.get("Timeout", 3)),
            environment={key: _text(value) for key, value in variables.items()},
        )
    )
    for event_name, event in properties.get("Events", {}).items():
        if event["Type"] != "Api":
            raise TemplateError(
                f"{where} has the event {event_name} of type {event['Type']}.",
                "Only events of type Api are supported.",
            )
        _add_route(stack, event["Properties"], name, f"{where}: the event {event_name}")
    role = PhysicalResource(ref=f"{name}-role", attributes={"Arn": f"{arn}-role"})
    stack.generate(f"{resource.logical_id}Role", role)
    return PhysicalResource(ref=name, attributes={"Arn": arn})


def _add_route(stack: StackScope, event: dict[str, Any], function_name: str, where: str) -> None:
    api = next((a for a in stack.target.apis.values() if a.api_id == event.get("RestApiId")), None)
    if api is None:
        raise TemplateError(
            f"{where} names no API.", "Set its RestApiId to an AWS::Serverless::Api."
        )
    own = event.get("Auth", {}).get("ApiKeyRequired")
    required = own if own is not None else bool(api.api_keys)
    api.routes.append(
        Route(
            method=str(event["Method"]).upper(),
            resource=str(event["Path"]),
            function_name=function_name,
            api_key_required=_true(required),
        )
    )


def _api(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    api = RestApi(api_id=_random(_LOWER, 10), stage=str(properties["StageName"]))
    auth = properties.get("Auth", {})
    if _true(auth.get("ApiKeyRequired", False)):
        key_id = _random(_LOWER, 10)
        api.api_keys[_random(string.ascii_letters + string.digits, 40)] = key_id
        # The ids that SAM gives what it generates: SAM Developer Guide, "Generated resources".
        key = PhysicalResource(ref=key_id, attributes={"APIKeyId": key_id})
        for logical_id in (f"{resource.logical_id}ApiKey", f"{resource.logical_id}.ApiKey"):
            stack.generate(logical_id, key)
    for suffix in ("Stage", "UsagePlan", "UsagePlanKey", "Deployment"):
        generated = PhysicalResource(ref=api.stage if suffix == "Stage" else _random(_LOWER, 6))
        stack.generate(f"{resource.logical_id}{suffix}", generated)
        stack.generate(f"{resource.logical_id}.{suffix}", generated)
    if api.stage in stack.target.apis:
        raise TemplateError(
            f"{stack.template.path.name}:{resource.line}: two APIs have the stage {api.stage}.",
            "Give each a stage of its own: the stage tells them apart here.",
        )
    stack.target.apis[api.stage] = api
    return PhysicalResource(ref=api.api_id, attributes={"RootResourceId": _random(_LOWER, 10)})


def _state_machine(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(
        {key: item for key, item in resource.properties.items() if key != "Policies"}, stack
    )
    where = f"{stack.template.path.name}:{resource.line}: {resource.logical_id}"
    path = _existing(stack, str(properties.get("DefinitionUri", "")), f"{where}: DefinitionUri")
    definition = _substituted(
        path.read_text(encoding="utf-8"), properties.get("DefinitionSubstitutions", {}), where
    )
    name = properties.get("Name") or physical_name(stack.name, resource.logical_id)
    role_arn = f"arn:aws:iam::{stack.target.account_id}:role/{name}-role"
    try:
        machine = stack.target.states.create_state_machine(name, definition, role_arn)
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


def _nested_stack(stack: StackScope, resource: Resource) -> PhysicalResource:
    parameters = resolve(resource.properties.get("Parameters", {}), stack)
    outputs = stack.nested(resource, parameters).outputs()
    arn = f"arn:aws:cloudformation:{stack.target.region}:{stack.target.account_id}:stack/"
    return PhysicalResource(
        ref=f"{arn}{stack.name}-{resource.logical_id}/local",
        attributes={f"Outputs.{name}": value for name, value in outputs.items()},
    )


def _existing(stack: StackScope, relative: str, what: str) -> Path:
    path = (stack.template.folder / relative).resolve()
    if not relative or not path.exists():
        raise TemplateError(f"{what} is {relative!r}, which does not exist.", "Mend the path.")
    return path


def _true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


CREATORS: Final[dict[str, Creator]] = {
    "AWS::CloudFormation::Stack": _nested_stack,
    "AWS::Serverless::Api": _api,
    "AWS::Serverless::Application": _nested_stack,
    "AWS::Serverless::Function": _function,
    "AWS::Serverless::StateMachine": _state_machine,
}
