"""What a call's parameters have to be, read off botocore's model of the service.

Words as AWS's service framework has them: `1 validation error detected: Value 'x' at 'type' failed
to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]`. A value that the
model calls sensitive is not repeated.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from sim.states_service.refusal import Refusal

Check = Callable[[Any, str, list[str]], None]
"""Takes a value and where it is, and appends the constraints that it does not satisfy."""

_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "a String"),
    "boolean": ((bool,), "a Boolean"),
    "integer": ((int,), "an Integer"),
    "long": ((int,), "a Long"),
    "float": ((int, float), "a Float"),
    "timestamp": ((int, float), "a Timestamp"),
    "list": ((list,), "a List"),
    "map": ((dict,), "a Map"),
    "structure": ((dict,), "a Structure"),
}
_JSON_NAMES: Final = ((bool, "BOOLEAN"), (str, "STRING"), (list, "ARRAY"), (dict, "OBJECT"))


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """Return botocore's model of Step Functions."""
    return ServiceModel(Loader().load_service_model("stepfunctions", "service-2"), "stepfunctions")


def check_parameters(operation: str, given: Any) -> None:
    """Refuse parameters that break the constraints of the operation's input shape.

    Raises
    ------
    Refusal
        `SerializationException` for a value of another type than the model's,
        `ValidationException` with every constraint that is not satisfied.
    """
    problems = unmet(service_model().operation_model(operation).input_shape, given)
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise Refusal("ValidationException", f"{count}: {'; '.join(problems)}")


def unmet(shape: Shape, value: Any) -> list[str]:
    """Return the constraints of a shape that a value does not satisfy.

    Raises
    ------
    Refusal
        `SerializationException` for a value of another type.
    """
    problems: list[str] = []
    _check_of_named(shape.name)(value, "", problems)
    return problems


@lru_cache(maxsize=256)
def _check_of_named(shape_name: str) -> Check:
    return _check_of(service_model().shape_for(shape_name))


def _check_of(shape: Shape) -> Check:
    types, name = _KINDS[shape.type_name]
    inner = _inner_check(shape)

    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            message = f"{_json_name(value)}_VALUE can not be converted to {name}"
            raise Refusal("SerializationException", message)
        inner(value, path, problems)

    return check


def _inner_check(shape: Shape) -> Check:
    match shape.type_name:
        case "structure":
            return _structure_check(shape)
        case "list":
            return _list_check(shape)
        case "map":
            return _map_check(shape)
    return _scalar_check(shape)


def _structure_check(shape: Shape) -> Check:
    members = {name: _check_of(member) for name, member in shape.members.items()}
    required = tuple(shape.required_members)

    def check(value: Any, path: str, problems: list[str]) -> None:
        problems.extend(
            f"Value null at '{_joined(path, name)}' failed to satisfy constraint: "
            "Member must not be null"
            for name in required
            if value.get(name) is None
        )
        for name, member in value.items():
            if member is not None and name in members:
                members[name](member, _joined(path, name), problems)

    return check


def _list_check(shape: Shape) -> Check:
    element = _check_of(shape.member)
    own = _scalar_check(shape)

    def check(value: Any, path: str, problems: list[str]) -> None:
        own(value, path, problems)
        for place, item in enumerate(value, 1):
            element(item, f"{path}.{place}.member", problems)

    return check


def _map_check(shape: Shape) -> Check:
    key_check, value_check = _check_of(shape.key), _check_of(shape.value)

    def check(value: Any, path: str, problems: list[str]) -> None:
        for key, item in value.items():
            key_check(key, f"{path}.key", problems)
            value_check(item, f"{path}.{key}.value", problems)

    return check


def _scalar_check(shape: Shape) -> Check:
    rules = _rules(shape)
    sensitive = bool(shape.metadata.get("sensitive"))

    def check(value: Any, path: str, problems: list[str]) -> None:
        for holds, words in rules:
            if not holds(value):
                shown = "Value" if sensitive else f"Value '{_shown(value)}'"
                problems.append(f"{shown} at '{path}' failed to satisfy constraint: {words}")

    return check


def _rules(shape: Shape) -> list[tuple[Callable[[Any], bool], str]]:
    metadata = shape.metadata
    rules: list[tuple[Callable[[Any], bool], str]] = []
    sized = shape.type_name in {"string", "list"}
    measured = "have length" if sized else "have value"
    size = _size_of(shape) if sized else lambda value: value
    if (least := metadata.get("min")) is not None:
        rules.append(
            (
                lambda value: bool(size(value) >= least),
                f"Member must {measured} greater than or equal to {least}",
            )
        )
    if (most := metadata.get("max")) is not None:
        rules.append(
            (
                lambda value: bool(size(value) <= most),
                f"Member must {measured} less than or equal to {most}",
            )
        )
    if (pattern := metadata.get("pattern")) is not None:
        expression = re.compile(pattern.replace(r"\p{ASCII}", r"[\x00-\x7F]"))
        rules.append(
            (
                lambda value: expression.fullmatch(value) is not None,
                f"Member must satisfy regular expression pattern: {pattern}",
            )
        )
    if values := metadata.get("enum"):
        allowed = frozenset(values)
        rules.append(
            (
                lambda value: value in allowed,
                f"Member must satisfy enum value set: [{', '.join(values)}]",
            )
        )
    return rules


def _size_of(shape: Shape) -> Callable[[Any], int]:
    """Return how a value is measured: data of an execution in bytes of UTF-8, as the model says."""
    if shape.name.startswith("SensitiveData"):
        return _utf8_bytes
    return len


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _json_name(value: Any) -> str:
    return next((name for kind, name in _JSON_NAMES if isinstance(value, kind)), "NUMBER")


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
