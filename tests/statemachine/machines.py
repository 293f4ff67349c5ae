"""Definitions of any shape: chains, loops, choices, failures, branches within branches."""

import itertools
from typing import Any

from hypothesis import strategies as st

RESOURCE = "arn:aws:states:::sns:publish"

_ERRORS = st.sampled_from(["Boom", "Bang", "States.Timeout"])


def _handlers(targets: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    retrier = st.fixed_dictionaries(
        {"ErrorEquals": st.lists(_ERRORS, min_size=1, max_size=2)},
        optional={
            "MaxAttempts": st.integers(0, 3),
            "IntervalSeconds": st.integers(1, 5),
            "BackoffRate": st.floats(1, 3),
            "JitterStrategy": st.sampled_from(["FULL", "NONE"]),
        },
    )
    catcher = st.fixed_dictionaries(
        {
            "ErrorEquals": st.lists(_ERRORS, min_size=1, max_size=2),
            "Next": st.sampled_from(targets),
        },
        optional={"ResultPath": st.sampled_from(["$", "$.error", None])},
    )
    return st.fixed_dictionaries(
        {},
        optional={"Retry": st.lists(retrier, max_size=2), "Catch": st.lists(catcher, max_size=2)},
    )


@st.composite
def _state(
    draw: Any, targets: list[str], following: str | None, depth: int, names: Any
) -> dict[str, Any]:
    """Draw a state that leads to the following one, so that all can be reached."""
    kinds = ["Pass", "Wait", "Task"] + (["Choice"] if following else ["Succeed", "Fail"])
    kind = draw(st.sampled_from(kinds + ["Parallel", "Map"] * (depth > 0)))
    state: dict[str, Any] = {"Type": kind}
    if kind == "Choice":
        rules = st.fixed_dictionaries(
            {
                "Variable": st.sampled_from(["$.n", "$.items[0]"]),
                "NumericGreaterThan": st.integers(0, 3),
                "Next": st.sampled_from(targets),
            }
        )
        state["Choices"] = draw(st.lists(rules, min_size=1, max_size=2))
        state["Default"] = following
    elif kind == "Fail":
        state |= {"Error": draw(_ERRORS), "Cause": "played"}
    elif kind != "Succeed":
        state |= {"End": True} if following is None else {"Next": following}
    if kind == "Pass":
        state |= draw(
            st.sampled_from(
                [
                    {},
                    {"Result": {"r": 1}, "ResultPath": "$.r"},
                    {"Parameters": {"n.$": "$.n", "items.$": "$.items"}},
                    {"Assign": {f"{targets[0]}v.$": "$.n"}},  # a name of this scope's own
                ]
            )
        )
    elif kind == "Wait":
        state["Seconds"] = draw(st.integers(0, 31_536_000))
    elif kind == "Task":
        state |= {"Resource": RESOURCE, "ResultPath": "$.task", **draw(_handlers(targets))}
        state |= draw(st.sampled_from([{}, {"TimeoutSeconds": 7}]))
    elif kind == "Parallel":
        branches = st.lists(_scope(depth - 1, names), min_size=1, max_size=2)
        state |= {"Branches": draw(branches), "ResultPath": "$.p", **draw(_handlers(targets))}
    elif kind == "Map":
        state |= {
            "ItemsPath": "$.items",
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "items.$": "$.items"},
            "ItemProcessor": draw(_scope(depth - 1, names)),
            "MaxConcurrency": draw(st.integers(0, 2)),
            "ResultPath": "$.m",
            **draw(_handlers(targets)),
        }
    return state


@st.composite
def _scope(draw: Any, depth: int, names: Any) -> dict[str, Any]:
    own = [f"S{next(names)}" for _ in range(draw(st.integers(1, 4)))]
    following = [*own[1:], None]
    states = {
        name: draw(_state(own, after, depth, names))
        for name, after in zip(own, following, strict=True)
    }
    return {"StartAt": own[0], "States": states}


def definitions(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Valid definitions in JSONPath."""
    return st.builds(itertools.count).flatmap(lambda names: _scope(depth, names))
