"""Strategies of whole definitions: valid ones, which end by themselves, in either query language.

States follow each other without loops, waits are short or over, and Task states ask for a queue
that does not exist: what a machine does hangs on nothing but its definition and its input, so every
interpreter has to do the same. Errors come from Fail states, from tasks that fail, and from paths,
functions and data that do not fit.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from hypothesis import strategies as st

from tests.statemachine.differential.choice_rules import rules
from tests.statemachine.differential.intrinsics import function_calls, templates
from tests.statemachine.differential.jsonata_expressions import expressions, jsonata_templates
from tests.statemachine.differential.values import JSON, MOMENTS, paths, records

Language = Literal["JSONPath", "JSONata"]

_NAMES: Final = ("Boom", "Custom.Error", "States.TaskFailed", "")
_CAUGHT: Final = (
    "Boom",
    "SQS.QueueDoesNotExistException",
    "States.TaskFailed",
    "States.ParameterPathFailure",
    "States.IntrinsicFailure",
    "States.NoChoiceMatched",
    "States.QueryEvaluationError",
    "States.Runtime",
)


@dataclass(frozen=True)
class Machine:
    """A definition and an input for it."""

    definition: dict[str, Any]
    execution_input: Any


@dataclass
class _Scope:
    """What may be written at one place of a definition."""

    language: Language
    depth: int
    variables: tuple[str, ...] = ()
    numbers: list[int] = field(default_factory=lambda: [0])

    @property
    def own_variables(self) -> list[str]:
        """Names to assign here: a scope must not assign what one around it has."""
        return [f"v{self.depth}", f"w{self.depth}"]

    def new_name(self) -> str:
        self.numbers[0] += 1
        return f"S{self.numbers[0]}"

    def within(self) -> "_Scope":
        return _Scope(self.language, self.depth - 1, self.variables, self.numbers)


def _one_in(count: int) -> st.SearchStrategy[bool]:
    """Return true in one of so many draws; a smaller machine has false."""
    return st.integers(1, count).map(lambda drawn: drawn == count)


@st.composite
def machines(
    draw: st.DrawFn, language: Language | None = None, depth: int = 2, *, timed: bool = False
) -> Machine:
    """Draw a machine with its input.

    Parameters
    ----------
    language
        Of the whole machine; drawn if it is not given.
    depth
        How many Parallel and Map states may stand in each other.
    timed
        Whether it may wait for seconds: only for those whose clock is virtual.
    """
    chosen = language or draw(st.sampled_from(["JSONPath", "JSONata"]))
    scope = _Scope(chosen, depth)
    definition = draw(_chains(scope, timed))
    if chosen == "JSONata":
        definition["QueryLanguage"] = "JSONata"
    if draw(_one_in(4)):
        definition["Comment"] = "drawn"
    return Machine(definition, draw(records()))


@st.composite
def _chains(draw: st.DrawFn, scope: _Scope, timed: bool) -> dict[str, Any]:
    """Draw StartAt and States: each state leads only to ones behind it."""
    names = [scope.new_name() for _ in range(draw(st.integers(1, 4)))]
    states: dict[str, Any] = {}
    wanted = {names[0]}
    for place, name in enumerate(names):
        if name not in wanted:
            continue
        states[name] = draw(_states(scope, names[place + 1 :], timed))
        wanted |= set(_targets(states[name]))
    return {"StartAt": names[0], "States": states}


def _targets(state: dict[str, Any]) -> list[str]:
    entries = [state, *state.get("Choices", []), *state.get("Catch", [])]
    found = [entry["Next"] for entry in entries if "Next" in entry]
    return found + ([state["Default"]] if "Default" in state else [])


@st.composite
def _states(draw: st.DrawFn, scope: _Scope, ahead: list[str], timed: bool) -> dict[str, Any]:
    kinds = ["Pass", "Pass", "Pass", "Wait", "Succeed", "Task"]
    kinds += ["Fail"] if draw(_one_in(4)) else []
    kinds += ["Choice", "Choice"] if ahead else []
    kinds += ["Parallel", "Map"] if scope.depth else []
    kind = draw(st.sampled_from(kinds))
    state: dict[str, Any] = {"Type": kind}
    if kind not in {"Succeed", "Fail", "Choice"}:
        if ahead and not draw(_one_in(6)):
            state["Next"] = ahead[0]
        else:
            state["End"] = True
    state |= draw(_FIELDS[kind](scope, ahead, timed))
    if kind != "Fail":
        state |= draw(_data_flow(scope, kind))
    if kind in {"Task", "Parallel", "Map"}:
        state |= draw(_handlers(scope, ahead))
    return state


@st.composite
def _data_flow(draw: st.DrawFn, scope: _Scope, kind: str) -> dict[str, Any]:
    """Draw the fields that choose what goes in and out."""
    fields: dict[str, Any] = {}

    def sometimes(name: str, values: st.SearchStrategy[Any], one_in: int = 4) -> None:
        if draw(_one_in(one_in)):
            fields[name] = draw(values)

    if scope.language == "JSONata":
        if kind != "Choice":
            sometimes("Output", jsonata_templates(scope.variables), 3)
        if kind == "Parallel":
            wanted = jsonata_templates(scope.variables).filter(
                lambda drawn: isinstance(drawn, dict)
            )
            sometimes("Arguments", wanted | expressions("object", scope.variables))
    else:
        sometimes("InputPath", st.none() | paths("object") | paths("any"), 8)
        sometimes("OutputPath", st.none() | paths("object") | paths("any"), 8)
        if kind in {"Pass", "Task", "Parallel", "Map"}:
            sometimes("ResultPath", st.sampled_from(["$.r", "$.r", "$.o.r", None, "$", "$.s.r"]), 2)
        if kind in {"Task", "Parallel", "Map"}:
            sometimes("ResultSelector", templates(variables=scope.variables))
        if kind in {"Pass", "Parallel"} and "Result" not in fields:
            sometimes("Parameters", templates(variables=scope.variables), 2)
    # Those of a Choice state belong to its Default, which peers get wrong.
    if kind not in {"Choice", "Succeed", "Fail"}:
        sometimes("Assign", _assignments(scope), 5)
    return fields


@st.composite
def _assignments(draw: st.DrawFn, scope: _Scope) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(scope.own_variables), unique=True, min_size=1)):
        if scope.language == "JSONata":
            fields[name] = draw(jsonata_templates(scope.variables, 1))
        elif draw(st.booleans()):
            fields[name] = draw(JSON)
        else:
            fields[f"{name}.$"] = draw(paths("any") | function_calls())
        scope.variables = tuple(sorted({*scope.variables, name}))
    return fields


@st.composite
def _handlers(draw: st.DrawFn, scope: _Scope, ahead: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    errors = st.lists(st.sampled_from(_CAUGHT), min_size=1, max_size=2, unique=True)
    errors = errors | st.just(["States.ALL"])
    if draw(_one_in(4)):
        retrier: dict[str, Any] = {"ErrorEquals": draw(errors), "IntervalSeconds": 1}
        retrier["MaxAttempts"] = draw(st.integers(0, 1))
        fields["Retry"] = [retrier]
    if ahead and draw(st.booleans()):
        catcher: dict[str, Any] = {"ErrorEquals": draw(errors), "Next": ahead[-1]}
        if scope.language == "JSONata":
            if draw(st.booleans()):
                catcher["Output"] = "{% $states.errorOutput %}"
        elif draw(st.booleans()):
            catcher["ResultPath"] = draw(st.sampled_from(["$.e", None, "$.o.e"]))
        fields["Catch"] = [catcher]
    return fields


@st.composite
def _passes(draw: st.DrawFn, scope: _Scope, _ahead: list[str], _timed: bool) -> dict[str, Any]:
    if scope.language == "JSONPath" and draw(_one_in(4)):
        return {"Result": draw(records() | JSON)}
    return {}


@st.composite
def _waits(draw: st.DrawFn, scope: _Scope, _ahead: list[str], timed: bool) -> dict[str, Any]:
    seconds = st.integers(0, 9_999_999) if timed else st.just(0)
    match draw(st.integers(0, 3)):
        case 0:
            return {"Timestamp": draw(MOMENTS)}
        case 1 if scope.language == "JSONPath":
            return {"TimestampPath": draw(paths("text") if draw(st.booleans()) else st.just("$.t"))}
        case 1:
            return {"Timestamp": "{% $states.input.t %}"}
        case 2 if timed and scope.language == "JSONPath":
            return {"SecondsPath": draw(paths("integer"))}
        case 2 if timed:
            return {"Seconds": draw(expressions("integer", scope.variables))}
        case _:
            return {"Seconds": draw(seconds)}


@st.composite
def _choices(draw: st.DrawFn, scope: _Scope, ahead: list[str], _timed: bool) -> dict[str, Any]:
    entries = []
    for _ in range(draw(st.integers(1, 3))):
        if scope.language == "JSONata":
            rule: dict[str, Any] = {"Condition": draw(expressions("flag", scope.variables))}
        else:
            rule = draw(rules())
        entries.append({**rule, "Next": draw(st.sampled_from(ahead))})
    default = {"Default": draw(st.sampled_from(ahead))} if not draw(_one_in(5)) else {}
    return {"Choices": entries, **default}


@st.composite
def _fails(draw: st.DrawFn, scope: _Scope, _ahead: list[str], _timed: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, fixed in (("Error", st.sampled_from(_NAMES)), ("Cause", st.just("played"))):
        match draw(st.integers(0, 3)):
            case 0:
                continue
            case 1 if scope.language == "JSONata":
                fields[name] = draw(expressions("text", scope.variables))
            case 1:
                fields[f"{name}Path"] = draw(paths("text") | function_calls("text"))
            case _:
                fields[name] = draw(fixed)
    return fields


@st.composite
def _tasks(draw: st.DrawFn, scope: _Scope, _ahead: list[str], _timed: bool) -> dict[str, Any]:
    """Draw a call that lists queues, of which there are none, or one that looks for one."""
    action, member = draw(
        st.sampled_from([("listQueues", "QueueNamePrefix"), ("getQueueUrl", "QueueName")])
    )
    arguments: dict[str, Any] = {member: "differential"}
    if draw(_one_in(4)):
        # Nothing is called so either: a state's name, or what is not there at all.
        path = draw(st.sampled_from(["State.Name", "None"]))
        if scope.language == "JSONata":
            arguments = {member: f"{{% $states.context.{path} %}}"}
        else:
            arguments = {f"{member}.$": f"$$.{path}"}
    name = "Arguments" if scope.language == "JSONata" else "Parameters"
    fields = {"Resource": f"arn:aws:states:::aws-sdk:sqs:{action}", name: arguments}
    if draw(_one_in(4)):
        fields |= {"TimeoutSeconds": 60, "HeartbeatSeconds": 30}
    return fields


@st.composite
def _parallels(draw: st.DrawFn, scope: _Scope, _ahead: list[str], timed: bool) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    return {"Branches": [draw(_chains(scope.within(), timed)) for _ in range(count)]}


@st.composite
def _maps(draw: st.DrawFn, scope: _Scope, _ahead: list[str], timed: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"ItemProcessor": draw(_chains(scope.within(), timed))}
    if scope.language == "JSONata":
        fields["Items"] = draw(expressions("array", scope.variables) | st.just([1, "x", None]))
        selector = st.just({"item": "{% $states.context.Map.Item.Value %}"})
        selector = selector | st.fixed_dictionaries({"n": jsonata_templates(scope.variables)})
    else:
        fields["ItemsPath"] = draw(st.sampled_from(["$.a", "$.l"]) | paths("array"))
        index = {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value"}
        selector = templates(1, scope.variables).map(lambda filled: {**filled, **index})
    if draw(st.booleans()):
        fields["ItemSelector"] = draw(selector)
    if draw(st.booleans()):
        fields["MaxConcurrency"] = draw(st.integers(0, 2))
    return fields


_FIELDS: Final = {
    "Pass": _passes,
    "Wait": _waits,
    "Choice": _choices,
    "Succeed": lambda *_: st.just({}),
    "Fail": _fails,
    "Task": _tasks,
    "Parallel": _parallels,
    "Map": _maps,
}
