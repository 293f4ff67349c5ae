"""Reads one state of a definition, by its type."""

from collections.abc import Callable, Mapping
from typing import Final

from statemachine.definition.choice_reader import read_rule
from statemachine.definition.error_handler_reader import read_catchers, read_retriers
from statemachine.definition.fields import Fields
from statemachine.definition.states import (
    Choice,
    DataFlow,
    Fail,
    Map,
    Parallel,
    Pass,
    State,
    StatesMap,
    Succeed,
    Task,
    Wait,
)
from statemachine.execution.resource import resource_of
from statemachine.jsonpath.choice_rule import timestamp

ReadStates = Callable[[Fields], StatesMap]

_UNSUPPORTED: Final[Mapping[str, str]] = {
    "Arguments": "it belongs to JSONata",
    "Assign": "variables are not supported",
    "Credentials": "tasks run with the caller's own",
    "ItemBatcher": "it belongs to distributed maps",
    "ItemReader": "it belongs to distributed maps",
    "MaxConcurrencyPath": "give MaxConcurrency a number",
    "Output": "it belongs to JSONata",
    "ResultWriter": "it belongs to distributed maps",
    "ToleratedFailureCount": "it belongs to distributed maps",
    "ToleratedFailurePercentage": "it belongs to distributed maps",
}


def read_state(fields: Fields, read_states: ReadStates) -> State | None:
    """Read a state; None if its type is missing or unknown, which is reported.

    Parameters
    ----------
    read_states
        Reads the states within a Parallel or Map state.
    """
    kind = fields.text("Type", required=True)
    fields.text("Comment")
    if fields.text("QueryLanguage", "JSONPath") != "JSONPath":
        fields.report("Only the query language JSONPath is supported", "QueryLanguage")
    for name, why in _UNSUPPORTED.items():
        if fields.has(name):
            fields.raw(name)
            fields.report(f"Field '{name}' is not supported: {why}", name)
    state: State | None
    match kind:
        case "Pass":
            state = Pass(
                flow=_flow(fields, parameters=True, result_path=True),
                next=_next(fields),
                result=fields.raw("Result"),
                has_result=fields.has("Result"),
            )
        case "Task":
            state = _task(fields)
        case "Choice":
            state = _choice(fields)
        case "Wait":
            state = _wait(fields)
        case "Succeed":
            state = Succeed(_flow(fields))
        case "Fail":
            state = _fail(fields)
        case "Parallel":
            state = _parallel(fields, read_states)
        case "Map":
            state = _map(fields, read_states)
        case _:
            if kind is not None:
                fields.report(f"Unknown state type '{kind}'", "Type")
            return None
    fields.unread()
    return state


def _flow(
    fields: Fields,
    *,
    parameters: bool = False,
    selector: bool = False,
    result_path: bool = False,
    parameters_name: str = "Parameters",
) -> DataFlow:
    has_selector = selector and fields.has("ResultSelector")
    return DataFlow(
        input_path=fields.path("InputPath", "$", nullable=True),
        parameters=fields.template(parameters_name) if parameters else None,
        has_parameters=parameters and fields.has(parameters_name),
        result_selector=fields.template("ResultSelector") if has_selector else None,
        has_result_selector=has_selector,
        result_path=fields.reference_path("ResultPath", "$") if result_path else "$",
        output_path=fields.path("OutputPath", "$", nullable=True),
    )


def _next(fields: Fields) -> str | None:
    """Read the transition: just one of Next and End."""
    following, ends = fields.text("Next"), fields.flag("End")
    if following is not None and ends:
        fields.report("A state has Next or End, not both", "End")
    if following is None and not ends:
        fields.report("These fields are required: [Next] or [End]")
    return following


def _seconds(fields: Fields, name: str) -> float | str | None:
    fixed, path = fields.number(name, least=1), fields.path(f"{name}Path")
    if fields.has(name) and fields.has(f"{name}Path"):
        fields.report(f"A state has {name} or {name}Path, not both", name)
    return path if path is not None else fixed


def _task(fields: Fields) -> Task:
    resource = fields.text("Resource", required=True) or ""
    if resource:
        try:
            resource_of(resource)
        except ValueError as error:
            fields.report(str(error), "Resource")
    timeout_s = _seconds(fields, "TimeoutSeconds")
    heartbeat_s = _seconds(fields, "HeartbeatSeconds")
    if isinstance(timeout_s, int) and isinstance(heartbeat_s, int) and heartbeat_s >= timeout_s:
        fields.report("HeartbeatSeconds has to be smaller than TimeoutSeconds", "HeartbeatSeconds")
    return Task(
        flow=_flow(fields, parameters=True, selector=True, result_path=True),
        next=_next(fields),
        resource=resource,
        timeout_s=timeout_s,
        heartbeat_s=heartbeat_s,
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
    )


def _choice(fields: Fields) -> Choice:
    rules = []
    for entry in fields.items("Choices", required=True):
        target = entry.text("Next", required=True) or ""
        rule = read_rule(entry)
        if rule is not None:
            rules.append((rule, target))
    return Choice(flow=_flow(fields), rules=tuple(rules), default=fields.text("Default"))


def _wait(fields: Fields) -> Wait:
    names = [
        name
        for name in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
        if fields.has(name)
    ]
    if len(names) != 1:
        fields.report("A Wait state has one of Seconds, SecondsPath, Timestamp and TimestampPath")
    fixed = fields.text("Timestamp")
    if fixed is not None and timestamp(fixed) is None:
        fields.report("Timestamp has to be a time such as 2026-01-31T12:00:00Z", "Timestamp")
    return Wait(
        flow=_flow(fields),
        next=_next(fields),
        seconds=fields.number("Seconds"),
        seconds_path=fields.path("SecondsPath"),
        timestamp=fixed,
        timestamp_path=fields.path("TimestampPath"),
    )


def _fail(fields: Fields) -> Fail:
    for name in ("Error", "Cause"):
        if fields.has(name) and fields.has(f"{name}Path"):
            fields.report(f"A Fail state has {name} or {name}Path, not both", name)
    return Fail(
        error=fields.text("Error"),
        cause=fields.text("Cause"),
        error_path=fields.expression("ErrorPath"),
        cause_path=fields.expression("CausePath"),
    )


def _parallel(fields: Fields, read_states: ReadStates) -> Parallel:
    branches = []
    for branch in fields.items("Branches", required=True):
        branch.text("Comment")
        branches.append(read_states(branch))
        branch.unread()
    return Parallel(
        flow=_flow(fields, parameters=True, selector=True, result_path=True),
        next=_next(fields),
        branches=tuple(branches),
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
    )


def _map(fields: Fields, read_states: ReadStates) -> Map:
    name = "Iterator" if fields.has("Iterator") else "ItemProcessor"
    if not fields.has(name):
        fields.report("These fields are required: [ItemProcessor]")
    processor = fields.object(name)
    processor.text("Comment")
    configuration = processor.object("ProcessorConfig")
    if configuration.text("Mode", "INLINE") != "INLINE":
        configuration.report("Only maps of the mode INLINE are supported", "Mode")
        configuration.raw("ExecutionType")  # belongs to distributed maps, which is said above
    configuration.unread()
    selector = "Parameters" if fields.has("Parameters") else "ItemSelector"
    state = Map(
        flow=_flow(
            fields, parameters=True, selector=True, result_path=True, parameters_name=selector
        ),
        next=_next(fields),
        processor=read_states(processor),
        items_path=fields.path("ItemsPath", "$") or "$",
        max_concurrency=int(fields.number("MaxConcurrency", 0) or 0),
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
    )
    processor.unread()
    return state
