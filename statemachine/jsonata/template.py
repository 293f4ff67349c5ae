"""Payload templates: JSON in which strings `{% … %}` are expressions."""

import random
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from statemachine.jsonata.expression import compile_expression, is_expression
from statemachine.jsonata.static_analysis import UNSUPPORTED, JsonataSyntaxError


def expressions(template: Any, location: str) -> Iterator[tuple[str, str]]:
    """Yield a template's expressions, each with its location behind it."""
    if isinstance(template, dict):
        for name, value in template.items():
            yield from expressions(value, f"{location}/{name}")
    elif isinstance(template, list):
        for place, value in enumerate(template):
            yield from expressions(value, f"{location}[{place}]")
    elif is_expression(template):
        yield template, location


def template_problems(
    template: Any, location: str, states: Collection[str] | None = None
) -> list[tuple[str, str, str]]:
    """Return what AWS refuses in a template's expressions: location, diagnostic code, message.

    Parameters
    ----------
    states
        The members that `$states` has where the template is evaluated; all of them if None.
    """
    problems = []
    for text, where in expressions(template, location):
        try:
            read = compile_expression(text).states_fields
        except JsonataSyntaxError as error:
            problems.append((where, error.code, str(error)))
            continue
        missing = sorted(read - set(states)) if states is not None else []
        problems += [
            (where, UNSUPPORTED, f"Field '$states.{name}' does not exist.") for name in missing
        ]
    return problems


def filled(
    template: Any,
    bindings: Mapping[str, Any],
    randomness: random.Random,
    *,
    location: str,
    state: str,
    now_s: float | None = None,
) -> Any:
    """Return a template with its expressions evaluated; parameters as `Expression.evaluate`.

    Raises
    ------
    QueryEvaluationError
        For the first expression that fails, whose location is that within the template.
    """

    def at(value: Any, where: str) -> Any:
        if isinstance(value, str):
            return compile_expression(value).evaluate(
                bindings, randomness, location=where, state=state, now_s=now_s
            )
        if isinstance(value, dict):
            return {
                name: at(inner, f"{where}/{name}") if _may_hold(inner) else inner
                for name, inner in value.items()
            }
        return [
            at(inner, f"{where}[{place}]") if _may_hold(inner) else inner
            for place, inner in enumerate(value)
        ]

    return at(template, location) if _may_hold(template) else template


def _may_hold(value: Any) -> bool:
    """Return whether a value is an expression or may have some in it."""
    return isinstance(value, dict | list) or is_expression(value)
