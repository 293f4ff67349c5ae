"""CloudFormation's intrinsic functions, resolved against a scope.

The scope says what a name stands for; it may create a resource to answer. `AWS::NoValue` makes the
key or the list entry that holds it vanish. Source: AWS CloudFormation User Guide, "Intrinsic
function reference".
"""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sim.errors import TemplateError

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class Scope(Protocol):
    """What the names in a template stand for."""

    def reference(self, name: str) -> Any:
        """Return what `Ref` gives for a parameter, pseudo parameter or resource."""
        ...

    def attribute(self, logical_id: str, name: str) -> Any:
        """Return what `Fn::GetAtt` gives."""
        ...

    def condition(self, name: str) -> bool:
        """Return whether a named condition holds."""
        ...

    def mapping(self, name: str, key: str, second_key: str) -> Any:
        """Return what `Fn::FindInMap` gives."""
        ...


class _NoValue:
    """What `AWS::NoValue` resolves to until its holder drops it."""


NO_VALUE = _NoValue()


def resolve(value: Any, scope: Scope) -> Any:
    """Return *value* with every intrinsic function in it carried out.

    Raises
    ------
    TemplateError
        For a function that is not supported, or one whose arguments are not of its form.
    """
    if isinstance(value, Mapping):
        if len(value) == 1:
            (name, argument) = next(iter(value.items()))
            if name in _FUNCTIONS and not (name == "Condition" and not isinstance(argument, str)):
                return _carried_out(name, argument, scope)
            if isinstance(name, str) and name.startswith("Fn::"):
                raise TemplateError(
                    f"The intrinsic function {name} is not supported.",
                    f"Supported: {', '.join(sorted(_FUNCTIONS))}.",
                )
        resolved = {key: resolve(item, scope) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}
    if isinstance(value, list):
        items = [resolve(item, scope) for item in value]
        return [item for item in items if item is not NO_VALUE]
    return value


def _carried_out(name: str, argument: Any, scope: Scope) -> Any:
    try:
        return _FUNCTIONS[name](argument, scope)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise TemplateError(
            f"{name} cannot take {argument!r}: {type(error).__name__}: {error}.",
            "Write it as the CloudFormation User Guide says.",
        ) from error


def _ref(argument: Any, scope: Scope) -> Any:
    return NO_VALUE if argument == "AWS::NoValue" else scope.reference(argument)


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return scope.attribute(logical_id, resolve(attribute, scope))


def _sub(argument: Any, scope: Scope) -> str:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    given = {name: resolve(item, scope) for name, item in variables.items()}

    def replaced(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        name = name.strip()
        if name in given:
            return str(given[name])
        if "." in name:
            return str(scope.attribute(*name.split(".", 1)))
        return str(scope.reference(name))

    return _PLACEHOLDER.sub(replaced, text)


def _join(argument: Any, scope: Scope) -> str:
    separator, items = argument
    return str(separator).join(str(item) for item in resolve(items, scope))


def _select(argument: Any, scope: Scope) -> Any:
    index, items = argument
    return resolve(items, scope)[int(index)]


def _split(argument: Any, scope: Scope) -> list[str]:
    separator, text = argument
    parts: list[str] = resolve(text, scope).split(separator)
    return parts


def _if(argument: Any, scope: Scope) -> Any:
    name, then, otherwise = argument
    chosen = then if scope.condition(name) else otherwise
    return NO_VALUE if chosen == {"Ref": "AWS::NoValue"} else resolve(chosen, scope)


def _equals(argument: Any, scope: Scope) -> bool:
    left, right = resolve(argument, scope)
    return str(left) == str(right)


def _get_azs(argument: Any, scope: Scope) -> list[str]:
    region = resolve(argument, scope) or scope.reference("AWS::Region")
    return [f"{region}{zone}" for zone in "abc"]


def _find_in_map(argument: Any, scope: Scope) -> Any:
    name, key, second_key = resolve(argument, scope)
    return scope.mapping(name, key, second_key)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Condition": lambda argument, scope: scope.condition(argument),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Not": lambda argument, scope: not resolve(argument, scope)[0],
    "Fn::And": lambda argument, scope: all(resolve(argument, scope)),
    "Fn::Or": lambda argument, scope: any(resolve(argument, scope)),
    "Fn::GetAZs": _get_azs,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": lambda argument, scope: base64.b64encode(
        str(resolve(argument, scope)).encode()
    ).decode(),
}
