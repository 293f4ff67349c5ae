"""Whether a mocked result looks like the answer of the API that a task calls."""

from collections.abc import Callable
from typing import Any, Final

from botocore.model import OperationModel, Shape

from sim.states_service.integrations.sdk_names import (
    OPTIMISED_SERVICES,
    capitalised,
    member_name,
    operation_model,
)
from sim.states_service.refusal import Refusal
from statemachine.execution.resource import Resource

_KINDS: Final[dict[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "a string"),
    "character": ((str,), "a string"),
    "blob": ((str,), "a string"),
    "timestamp": ((str,), "a string"),
    "boolean": ((bool,), "a boolean"),
    "integer": ((int, float), "a number"),
    "long": ((int, float), "a number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "list": ((list,), "an array"),
    "map": ((dict,), "an object"),
    "structure": ((dict,), "an object"),
}

_COMPLAINT: Final = "Mock result schema validation error: "


def check_result(resource: Resource, result: Any, mode: str) -> None:
    """Refuse a result that the API which a resource names does not give.

    Parameters
    ----------
    mode
        `STRICT`: what the API always gives has to be there; `PRESENT`: what is there has to be of
        the API's types; `NONE`.

    Raises
    ------
    Refusal
        `ValidationException`.
    """
    found = None if mode == "NONE" else _operation(resource)
    if found is None or found[0].output_shape is None:
        return
    operation, name_of = found
    if not isinstance(result, dict):
        raise Refusal("ValidationException", "Mock result must be a valid JSON object")
    _check(operation.output_shape, result, "", name_of, is_strict=mode == "STRICT")


def _operation(resource: Resource) -> tuple[OperationModel, Callable[[str], str]] | None:
    """Return the API's operation, and how its members are named; None where no API answers."""
    if resource.pattern == "waitForTaskToken" or not resource.service:
        return None
    try:
        if resource.service.startswith("aws-sdk:"):
            service = resource.service.removeprefix("aws-sdk:")
            return operation_model(service, resource.action), member_name
        if resource.pattern:
            # What a job's end is read from.
            is_execution = resource.service == "states"
            return (
                (operation_model("sfn", "describeExecution"), capitalised)
                if is_execution
                else (None)
            )
        if resource.service in OPTIMISED_SERVICES:
            return operation_model(
                OPTIMISED_SERVICES[resource.service], resource.action
            ), capitalised
    except ValueError:
        return None
    return None


def _check(
    shape: Shape, value: Any, path: str, name_of: Callable[[str], str], *, is_strict: bool
) -> None:
    types, kind = _KINDS[shape.type_name]
    is_right = isinstance(value, types)
    if not is_right or (isinstance(value, bool) and bool not in types):
        raise Refusal("ValidationException", f"{_COMPLAINT}Field '{path}' must be {kind}")
    match shape.type_name:
        case "structure":
            required = shape.required_members if is_strict else ()
            for member in required:
                if name_of(member) not in value:
                    where = _joined(path, name_of(member))
                    message = f"{_COMPLAINT}Required field '{where}' is missing"
                    raise Refusal("ValidationException", message)
            for member, inner in shape.members.items():
                name = name_of(member)
                if value.get(name) is not None:
                    _check(inner, value[name], _joined(path, name), name_of, is_strict=is_strict)
        case "list":
            for place, item in enumerate(value):
                _check(shape.member, item, f"{path}[{place}]", name_of, is_strict=is_strict)
        case "map":
            for key, item in value.items():
                _check(shape.value, item, _joined(path, key), name_of, is_strict=is_strict)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
