"""Definitions of any shape, in either query language, with loops, failures and branches."""

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

RESOURCE = "arn:aws:states:::sns:publish"

_ERRORS = st.sampled_from(
    ["Boom", "Bang", "States.Timeout", "States.QueryEvaluationError", "States.TaskFailed"]
)
_NAMED = st.lists(_ERRORS, min_size=1, max_size=2)

Fields = dict[str, Any]


class _Scope:
    """What the states of one scope are drawn with."""

    def __init__(self, names: Iterator[int], depth: int, *, is_jsonata: bool, count: int) -> None:
        self.names, self.depth, self.is_jsonata = names, depth, is_jsonata
        self.states = [f"S{next(names)}" for _ in range(count)]
        self.variable = f"v{self.states[0]}"  # no other scope has it

    def any_state(self) -> st.SearchStrategy[str]:
        return st.sampled_from(self.states)


@st.composite
def _handlers(draw: Any, scope: _Scope) -> Fields:
    retrier = st.fixed_dictionaries(
        {"ErrorEquals": _NAMED},
        optional={
            "MaxAttempts": st.integers(0, 3),
            "IntervalSeconds": st.integers(1, 5),
            "BackoffRate": st.floats(1, 3),
            "JitterStrategy": st.sampled_from(["FULL", "NONE"]),
        },
    )
    place = {"ResultPath": st.sampled_from(["$", "$.error", None])}
    if scope.is_jsonata:
        place = {
            "Output": st.sampled_from(["{% $states.errorOutput.Error %}", "{% $states.input %}"]),
            "Assign": st.just({scope.variable: "{% $states.errorOutput %}"}),
        }
    catcher = st.fixed_dictionaries(
        {"ErrorEquals": _NAMED, "Next": scope.any_state()}, optional=place
    )
    fields: Fields = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "Retry": st.lists(retrier, max_size=2),
                "Catch": st.lists(catcher, max_size=2),
            },
        )
    )
    return fields


def _jsonpath_fields(kind: str, scope: _Scope) -> st.SearchStrategy[Fields]:
    match kind:
        case "Pass":
            return st.sampled_from(
                [
                    {},
                    {"Result": {"r": 1}, "ResultPath": "$.r"},
                    {"Parameters": {"n.$": "$.n", "items.$": "$.items"}},
                    {"Assign": {f"{scope.variable}.$": "$.n"}},
                    {"OutputPath": "$.none"},
                ]
            )
        case "Task" | "Parallel":
            return st.just({"ResultPath": f"$.{kind}"})
        case "Map":
            selector = {"n.$": "$$.Map.Item.Value", "items.$": "$.items"}
            return st.just({"ItemsPath": "$.items", "ItemSelector": selector, "ResultPath": "$.m"})
        case _:
            return st.just({})


def _jsonata_fields(kind: str, scope: _Scope) -> st.SearchStrategy[Fields]:
    whole = "{% $states.input %}"
    match kind:
        case "Pass" | "Wait":
            return st.sampled_from(
                [
                    {},
                    {"Output": {"n": "{% $states.input.n + 1 %}", "items": [1, 2]}},
                    {"Assign": {scope.variable: "{% $states.input.n %}"}},
                    {"Output": f"{{% $exists(${scope.variable}) ? $states.input : $none %}}"},
                    {"Output": "{% $states.input.n + 'a' %}"},
                ]
            )
        case "Task" | "Parallel":
            return st.sampled_from([{}, {"Arguments": whole, "Output": whole}])
        case "Map":
            selector = {"n": "{% $states.context.Map.Item.Value %}", "items": [1]}
            return st.just(
                {"Items": "{% $states.input.items %}", "ItemSelector": selector, "Output": whole}
            )
        case _:
            return st.just({})


def _rule(scope: _Scope) -> st.SearchStrategy[Fields]:
    if scope.is_jsonata:
        return st.fixed_dictionaries(
            {
                "Condition": st.sampled_from(["{% $states.input.n > 2 %}", "{% $exists($x) %}"]),
                "Next": scope.any_state(),
            }
        )
    return st.fixed_dictionaries(
        {
            "Variable": st.sampled_from(["$.n", "$.items[0]"]),
            "NumericGreaterThan": st.integers(0, 3),
            "Next": scope.any_state(),
        }
    )


@st.composite
def _state(draw: Any, scope: _Scope, following: str | None) -> Fields:
    """Draw a state that leads to the following one, so that all can be reached."""
    kinds = ["Pass", "Wait", "Task"] + (["Choice"] if following else ["Succeed", "Fail"])
    kind = draw(st.sampled_from(kinds + ["Parallel", "Map"] * (scope.depth > 0)))
    state: Fields = {"Type": kind}
    if kind == "Choice":
        state["Choices"] = draw(st.lists(_rule(scope), min_size=1, max_size=2))
        state["Default"] = following
    elif kind == "Fail":
        state |= {"Error": draw(_ERRORS), "Cause": "played"}
    elif kind != "Succeed":
        state |= {"End": True} if following is None else {"Next": following}
    inner = _states(scope.names, scope.depth - 1, is_jsonata=scope.is_jsonata)
    match kind:
        case "Wait":
            state["Seconds"] = draw(st.integers(0, 31_536_000))
        case "Task":
            state |= {"Resource": RESOURCE, **draw(st.sampled_from([{}, {"TimeoutSeconds": 7}]))}
        case "Parallel":
            state["Branches"] = draw(st.lists(inner, min_size=1, max_size=2))
        case "Map":
            state |= {"ItemProcessor": draw(inner), "MaxConcurrency": draw(st.integers(0, 2))}
    if kind in {"Task", "Parallel", "Map"}:
        state |= draw(_handlers(scope))
    fields = _jsonata_fields if scope.is_jsonata else _jsonpath_fields
    return {**state, **draw(fields(kind, scope))}


@st.composite
def _states(draw: Any, names: Iterator[int], depth: int, *, is_jsonata: bool) -> Fields:
    scope = _Scope(names, depth, is_jsonata=is_jsonata, count=draw(st.integers(1, 4)))
    following = [*scope.states[1:], None]
    states = {
        name: draw(_state(scope, after))
        for name, after in zip(scope.states, following, strict=True)
    }
    return {"StartAt": scope.states[0], "States": states}


@st.composite
def definitions(draw: Any, depth: int = 2) -> Fields:
    """Valid definitions in either query language."""
    is_jsonata = draw(st.booleans())
    language = {"QueryLanguage": "JSONata"} if is_jsonata else {}
    return {**language, **draw(_states(itertools.count(), depth, is_jsonata=is_jsonata))}
