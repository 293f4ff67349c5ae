"""Payload templates: JSON in which fields named `x.$` are filled from the input or the context."""

import random
from typing import Any

from statemachine.errors import RUNTIME, StateFault
from statemachine.jsonpath.intrinsic_functions import check_call, evaluate
from statemachine.jsonpath.intrinsic_syntax import IntrinsicSyntaxError, parse_call
from statemachine.jsonpath.json_path import PathSyntaxError, check_path, read
from statemachine.scope import Scope


def expression_problem(text: Any) -> str | None:
    """Say what is wrong with a path or an intrinsic function, or nothing."""
    if not isinstance(text, str):
        return "it has to be a string: a path or an intrinsic function"
    try:
        if text.startswith("$"):
            check_path(text)
            return None
        return check_call(parse_call(text))
    except (PathSyntaxError, IntrinsicSyntaxError) as error:
        return str(error)


def expression_value(
    text: str, scope: Scope, randomness: random.Random, path_error: str, field: str = ""
) -> Any:
    """Return the value of a path or an intrinsic function, which is the value of a field."""
    if text.startswith("$"):
        return read(text, scope, path_error, field)
    try:
        return evaluate(parse_call(text), scope, randomness)
    except StateFault as fault:
        problem = f"The function '{text}' had the following error: {fault.cause}"
        raise StateFault(fault.error, problem) from fault


def template_problems(template: Any, location: str) -> list[tuple[str, str]]:
    """Return what is wrong with a template's expressions, each with its location."""
    problems: list[tuple[str, str]] = []
    if isinstance(template, dict):
        for name, value in template.items():
            where = f"{location}/{name}"
            if name.endswith(".$"):
                problem = expression_problem(value)
                if problem is None and name.removesuffix(".$") in template:
                    problem = f"'{name.removesuffix('.$')}' is there too: keep one of the two"
                problems += [(where, problem)] if problem else []
            else:
                problems += template_problems(value, where)
    elif isinstance(template, list):
        for place, value in enumerate(template):
            problems += template_problems(value, f"{location}[{place}]")
    return problems


def filled(template: Any, scope: Scope, randomness: random.Random) -> Any:
    """Return a template with its fields filled.

    Raises
    ------
    StateFault
        `States.Runtime` for a path that selects nothing, `States.IntrinsicFailure`.
    """
    if isinstance(template, dict):
        return {
            name.removesuffix(".$"): expression_value(value, scope, randomness, RUNTIME, name)
            if name.endswith(".$")
            else filled(value, scope, randomness)
            for name, value in template.items()
        }
    if isinstance(template, list):
        return [filled(value, scope, randomness) for value in template]
    return template
