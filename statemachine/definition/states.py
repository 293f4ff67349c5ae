"""The parsed states of a definition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from statemachine.definition.distributed_map import DistributedMode
from statemachine.jsonata import Expression
from statemachine.jsonpath.choice_rule import Rule
from statemachine.scope import ABSENT

ROOT: Final = "$"

Quantity = float | str | Expression | None
"""A number of seconds or of items: fixed, a path to it, or a JSONata expression for it."""


@dataclass(frozen=True, slots=True)
class Retrier:
    """One entry of Retry; its attempts are counted by itself."""

    error_equals: tuple[str, ...]
    interval_s: float
    max_attempts: int
    backoff_rate: float
    max_delay_s: float | None
    full_jitter: bool


@dataclass(frozen=True, slots=True)
class Catcher:
    """One entry of Catch; `result_path` None discards the error, `output` belongs to JSONata."""

    error_equals: tuple[str, ...]
    next: str
    result_path: str | None = ROOT
    output: Any = ABSENT
    assign: Any = ABSENT


@dataclass(frozen=True, slots=True)
class JsonPathFlow:
    """What a JSONPath state does to its data.

    None discards (paths) or leaves as it is (templates).
    """

    input_path: str | None = ROOT
    parameters: Any = None
    has_parameters: bool = False
    result_selector: Any = None
    has_result_selector: bool = False
    result_path: str | None = ROOT
    output_path: str | None = ROOT
    assign: Any = ABSENT


@dataclass(frozen=True, slots=True)
class JsonataFlow:
    """What a JSONata state does to its data: templates whose strings may be expressions."""

    arguments: Any = ABSENT
    output: Any = ABSENT
    assign: Any = ABSENT


DataFlow = JsonPathFlow | JsonataFlow


@dataclass(frozen=True, slots=True)
class Pass:
    """Passes its input on, or a fixed result."""

    flow: DataFlow
    next: str | None
    result: Any = None
    has_result: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Has work done by a resource.

    `credentials` is a template of the state's language, absent where tasks run as the machine.
    """

    flow: DataFlow
    next: str | None
    resource: str
    timeout_s: Quantity
    heartbeat_s: Quantity
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    credentials: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """A condition, where it leads, and what it does to the data instead of the state's own."""

    condition: Rule | Expression | bool
    next: str
    output: Any = ABSENT
    assign: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Choice:
    """Chooses the next state by the first rule that holds."""

    flow: DataFlow
    rules: tuple[ChoiceRule, ...]
    default: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits; just one of its fields is set."""

    flow: DataFlow
    next: str | None
    seconds: float | Expression | None = None
    seconds_path: str | None = None
    timestamp: str | Expression | None = None
    timestamp_path: str | None = None


@dataclass(frozen=True, slots=True)
class Succeed:
    """Ends its branch well."""

    flow: DataFlow


@dataclass(frozen=True, slots=True)
class Fail:
    """Ends the execution or its branch with an error; paths may be intrinsic functions."""

    flow: DataFlow
    error: str | Expression | None = None
    cause: str | Expression | None = None
    error_path: str | None = None
    cause_path: str | None = None


@dataclass(frozen=True, slots=True)
class Parallel:
    """Runs branches at the same time."""

    flow: DataFlow
    next: str | None
    branches: tuple["StatesMap", ...]
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Runs the same states for each item of an array.

    Parameters
    ----------
    items
        Where the items are: a path, an expression, or a template of them; absent for the input.
    item_selector
        A template that is filled for each item; absent for the item as it is.
    max_concurrency
        Iterations at a time; 0 or None for no bound of the state's own.
    distributed
        What belongs to the mode DISTRIBUTED; None for the inline mode.
    """

    flow: DataFlow
    next: str | None
    processor: "StatesMap"
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    items: Any = ROOT
    item_selector: Any = ABSENT
    max_concurrency: Quantity = None
    distributed: DistributedMode | None = None


State = Pass | Task | Choice | Wait | Succeed | Fail | Parallel | Map


@dataclass(frozen=True, slots=True)
class StatesMap:
    """States by name, and the one to begin with: a state machine's, a branch's, a processor's."""

    start_at: str
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class StateMachine:
    """A whole definition; `timeout_s` ends an execution."""

    top: StatesMap
    timeout_s: float | None
    comment: str
