"""Reads one state of a definition, by its type."""

from collections.abc import Callable

from statemachine.definition.choice_reader import read_choice_rule
from statemachine.definition.error_handler_reader import read_catchers, read_retriers
from statemachine.definition.fields import Fields
from statemachine.definition.findings import SCHEMA
from statemachine.definition.flow_reader import read_flow, read_next
from statemachine.definition.languages import JSONATA, JSONPATH
from statemachine.definition.map_reader import read_map
from statemachine.definition.states import (
    Choice,
    Fail,
    JsonataFlow,
    JsonPathFlow,
    Parallel,
    Pass,
    State,
    StatesMap,
    Succeed,
    Task,
    Wait,
)
from statemachine.execution.resource import resource_of
from statemachine.jsonata import is_expression
from statemachine.jsonpath.choice_rule import timestamp
from statemachine.scope import ABSENT

ReadStates = Callable[[Fields], StatesMap]


def read_state(fields: Fields, read_states: ReadStates) -> State | None:
    """Read a state; None if its type is missing or unknown, which is reported.

    Parameters
    ----------
    read_states
        Reads the states within a Parallel or Map state.
    """
    fields.language = _language(fields)
    kind = fields.text("Type", required=True)
    fields.text("Comment")
    state: State | None
    match kind:
        case "Pass":
            state = Pass(
                flow=read_flow(fields, parameters=not fields.is_jsonata, result_path=True),
                next=read_next(fields),
                result=None if fields.is_jsonata else fields.raw("Result"),
                has_result=not fields.is_jsonata and fields.has("Result"),
            )
        case "Task":
            state = _task(fields)
        case "Choice":
            state = _choice(fields)
        case "Wait":
            state = _wait(fields)
        case "Succeed":
            state = Succeed(read_flow(fields, assign=False))
        case "Fail":
            state = _fail(fields)
        case "Parallel":
            state = _parallel(fields, read_states)
        case "Map":
            state = read_map(fields, read_states)
        case _:
            if kind is not None:
                fields.report(f"Unknown state type '{kind}'", "Type")
            return None
    fields.unread()
    return state


def _language(fields: Fields) -> str:
    """Read the state's query language.

    A machine in JSONPath may have states in JSONata, but not the other way round.
    """
    machine_language = fields.findings.machine_language
    own = fields.raw("QueryLanguage", machine_language)
    if own not in {JSONPATH, JSONATA}:
        fields.report(f"Value must be one of: [{JSONPATH}, {JSONATA}]", "QueryLanguage")
    if own == JSONPATH and machine_language == JSONATA:
        # AWS names the state and not the field as the place.
        fields.findings.add(
            SCHEMA,
            fields.location,
            f"'QueryLanguage' can not be '{JSONPATH}' if set to '{JSONATA}' for whole state "
            "machine",
            place=f"{fields.location}/QueryLanguage",
        )
    return JSONPATH if own == JSONPATH else JSONATA


def _task(fields: Fields) -> Task:
    resource = fields.text("Resource", required=True) or ""
    if resource:
        try:
            resource_of(resource)
        except ValueError as error:
            fields.report(str(error), "Resource")
    timeout_s = fields.quantity("TimeoutSeconds", least=1)
    heartbeat_s = fields.quantity("HeartbeatSeconds", least=1)
    if isinstance(timeout_s, int) and isinstance(heartbeat_s, int) and heartbeat_s >= timeout_s:
        fields.report("Value must be less than TimeoutSeconds.", "HeartbeatSeconds")
    return Task(
        flow=read_flow(fields, parameters=True, selector=True, result_path=True),
        next=read_next(fields),
        resource=resource,
        timeout_s=timeout_s,
        heartbeat_s=heartbeat_s,
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
        credentials=fields.template("Credentials", ABSENT),
    )


def _choice(fields: Fields) -> Choice:
    read = (read_choice_rule(entry) for entry in fields.items("Choices", required=True))
    rules = tuple(rule for rule in read if rule is not None)
    return Choice(flow=read_flow(fields), rules=rules, default=fields.text("Default"))


def _wait(fields: Fields) -> Wait:
    names = ["Seconds", "Timestamp"]
    if not fields.is_jsonata:
        names = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]
    given = [name for name in names if fields.has(name)]
    if len(given) != 1:
        fields.report(f"Exactly one of these fields is required: [{', '.join(names)}]")
    moment = fields.text_or_jsonata("Timestamp")
    if isinstance(moment, str) and timestamp(moment) is None:
        fields.report("Value must be a valid ISO-8601 timestamp.", "Timestamp")
    is_computed = fields.is_jsonata and is_expression(fields.raw("Seconds"))
    return Wait(
        flow=read_flow(fields),
        next=read_next(fields),
        seconds=fields.jsonata("Seconds") if is_computed else fields.number("Seconds"),
        seconds_path=fields.path("SecondsPath"),
        timestamp=moment,
        timestamp_path=fields.path("TimestampPath"),
    )


def _fail(fields: Fields) -> Fail:
    for name in ("Error", "Cause"):
        fields.one_of(name, f"{name}Path")
    return Fail(
        flow=JsonataFlow() if fields.is_jsonata else JsonPathFlow(),
        error=fields.text_or_jsonata("Error"),
        cause=fields.text_or_jsonata("Cause"),
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
        flow=read_flow(fields, parameters=True, selector=True, result_path=True),
        next=read_next(fields),
        branches=tuple(branches),
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
    )
