"""Reads what states have in common: their data flow, their variables and their transition."""

from collections.abc import Collection
from typing import Any

from statemachine.definition.fields import INPUT, RESULT, Fields
from statemachine.definition.states import DataFlow, JsonataFlow, JsonPathFlow
from statemachine.definition.variable_names import check_names
from statemachine.scope import ABSENT


def read_flow(
    fields: Fields,
    *,
    parameters: bool = False,
    selector: bool = False,
    result_path: bool = False,
    assign: bool = True,
    parameters_name: str = "Parameters",
) -> DataFlow:
    """Read what a state does to its data, in its own query language.

    Parameters
    ----------
    parameters
        Whether the state has Parameters, or Arguments.
    selector, result_path
        Whether it has ResultSelector and ResultPath; with the latter it has a result.
    assign
        Whether it may assign variables.
    parameters_name
        What Parameters are called.
    """
    states = RESULT if result_path else INPUT
    assigned = read_assign(fields, states) if assign else ABSENT
    if fields.is_jsonata:
        return JsonataFlow(
            arguments=fields.template("Arguments", ABSENT) if parameters else ABSENT,
            output=fields.template("Output", ABSENT, states=states),
            assign=assigned,
        )
    has_selector = selector and fields.has("ResultSelector")
    return JsonPathFlow(
        input_path=fields.path("InputPath", "$", nullable=True),
        parameters=fields.template(parameters_name) if parameters else None,
        has_parameters=parameters and fields.has(parameters_name),
        result_selector=fields.template("ResultSelector") if has_selector else None,
        has_result_selector=has_selector,
        result_path=fields.reference_path("ResultPath", "$") if result_path else "$",
        output_path=fields.path("OutputPath", "$", nullable=True),
        assign=assigned,
    )


def read_assign(fields: Fields, states: Collection[str]) -> Any:
    """Read the variables that a state, a choice rule or a catcher assigns.

    *states* are the members that `$states` has then.
    """
    if not fields.has("Assign"):
        return ABSENT
    assigned = fields.template("Assign", states=states)
    if not isinstance(assigned, dict):
        fields.report("Expected value of type Object", "Assign")
        return ABSENT
    check_names(assigned, fields)
    return assigned


def read_next(fields: Fields) -> str | None:
    """Read the transition: just one of Next and End."""
    following, ends = fields.text("Next"), fields.flag("End")
    if following is not None and ends:
        fields.one_of("Next", "End")
    if following is None and not ends:
        fields.report("These fields are required: [Next] or [End]")
    return following
