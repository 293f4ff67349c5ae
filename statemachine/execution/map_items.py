"""The items of a Map state that are in the state's data, and what of them an iteration gets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from statemachine.definition.states import JsonataFlow, Map
from statemachine.errors import RUNTIME, QueryEvaluationError, StateFault
from statemachine.execution.jsonata_flow import type_name, wrong_type
from statemachine.execution.map_item import Item
from statemachine.execution.visit import Visit
from statemachine.history import json_text
from statemachine.jsonata import Expression
from statemachine.scope import ABSENT

STATE_DATA: Final = "STATE_DATA"
"""Source of items that are in the state's data. Source: Step Functions Developer Guide, "Accessing
execution data from the Context object", Map.Item.Source."""


def state_items(state: Map, visit: Visit) -> Sequence[Item]:
    """Return the items that Items or ItemsPath gives, or else the state's input.

    Raises
    ------
    StateFault
        For what is no array; a distributed map takes an object, too.
    """
    given = state.items
    if isinstance(given, list | dict):
        values = visit.filled(given, visit.scope, "Items")
    else:
        values = visit.scope.data if given is ABSENT else visit.evaluated(given, "Items")
    source = STATE_DATA if state.distributed else ""
    if state.distributed and isinstance(values, Mapping):
        return [
            Item(place, value, key, source) for place, (key, value) in enumerate(values.items())
        ]
    if isinstance(values, list):
        return [Item(place, value, source=source) for place, value in enumerate(values)]
    if isinstance(given, Expression):
        raise wrong_type(values, given, "Items", "array")
    if isinstance(visit.flow, JsonataFlow):
        raise QueryEvaluationError(f"Map state input must be an array but was: {type_name(values)}")
    raise StateFault(RUNTIME, f'Reference path "{_path(given)}" must point to array.')


def _path(given: Any) -> str:
    return given if isinstance(given, str) else "$"


def selected(state: Map, visit: Visit, item: Item) -> Any:
    """Return what an iteration works on: the item, or what ItemSelector makes of it."""
    if state.item_selector is ABSENT:
        return item.value
    scope = replace(visit.scope, context={**visit.context, "Map": item.context()})
    return visit.filled(state.item_selector, scope, "ItemSelector")


def max_concurrency(state: Map, visit: Visit) -> int:
    """Return MaxConcurrency, 0 for no bound of the state's own.

    Raises
    ------
    StateFault
        For a path to what is no whole number from 0.
    """
    given = state.max_concurrency
    if not isinstance(given, str):
        return visit.integer(given, "MaxConcurrency") or 0
    return whole_number(given, visit.evaluated(given, "MaxConcurrency"), "MaxConcurrency")


def whole_number(path: str, value: Any, field: str) -> int:
    """Return what a path leads to, which has to be a whole number from 0.

    Raises
    ------
    StateFault
        Otherwise.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise StateFault(RUNTIME, no_number(path, value, field, "integer"))
    if value < 0:
        raise StateFault(
            RUNTIME, f"Expected non-negative integer for {field}, got '{value}' instead."
        )
    return value


def no_number(path: str, value: Any, field: str, kind: str) -> str:
    """Return AWS's words for a path to what is no number."""
    text = json_text(value)
    return f"The {field}Path field refers to value {text} which is not a valid {kind}: {path}"
