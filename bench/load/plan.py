"""The plan of a run: which request is sent when, decided before the first one leaves.

An open model (Schroeder, Wierman and Harchol-Balter, "Open Versus Closed: A Cautionary Tale",
NSDI 2006): due times do not depend on answers. How a plan is drawn up is `bench.load.schedule`'s
business, carrying it out `bench.load.planned_run`'s.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import accumulate, pairwise
from typing import Any, Literal, Self, get_args

from bench.load.errors import PlanError
from sim.workload.kind import KINDS, Kind

Strategy = Literal["redis-first", "s3-first", "floor", "redis-set"]
"""What a block measures; the last two are the floor that the first two are compared with."""

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
INGESTING: frozenset[Strategy] = frozenset({"redis-first", "s3-first"})
"""The strategies whose requests start an execution."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: due `due_s` seconds after its block starts.

    Parameters
    ----------
    size
        Its stratum, as in the samples table; `body_bytes` are the bytes of its HTTP body.
    luck
        Stands for what it meets on its way: two requests with the same have the same draws of a
        latency profile (see `sim.latency.luck`).
    tenant
        Of which of several streams it is; "" where there is one.
    source
        The file of the plan's corpus that is its payload; "" where it is made up.
    """

    due_s: float
    kind: Kind
    size: str
    body_bytes: int
    date_time: str
    warm_up: bool
    luck: str = ""
    tenant: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Requests of one strategy and one load, sent without a break between them.

    Parameters
    ----------
    label
        Of the load: a size where it has only one.
    users, think_s
        Of a closed model: so many users take the arrivals in order, each its next one so many
        seconds after its answer, and due times mean nothing. 0 users: the open model.
    """

    number: int
    round: int
    strategy: Strategy
    label: str
    arrivals: tuple[Arrival, ...]
    users: int = 0
    think_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Drain:
    """How long, and how often, to ask whether executions still run after a block.

    On AWS, ListExecutions is limited (quota "Step Functions API action throttling"), so a poll a
    second is apt there.
    """

    timeout_s: float = 60.0
    poll_s: float = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """All blocks of a run, in order.

    Parameters
    ----------
    seed, run_tag
        Of the payloads: see `bench.load.BodyFactory`.
    request_timeout_s
        After this a request counts as unanswered (status 0). API Gateway gives up after 29 s.
    prepared_bytes
        Bodies made ahead of time within a block, in bytes, at most (but always one).
    drain
        Wait after each ingesting block until no execution runs; None leaves it out.
    in_flight_limit
        A request that is due while so many have no answer yet is not sent but counted as dropped.
    corpus
        Folder of the files that arrivals name as their source.
    """

    seed: int
    run_tag: str
    blocks: tuple[Block, ...]
    request_timeout_s: float = 35.0
    prepared_bytes: int = 256 * 1024 * 1024
    drain: Drain | None = Drain()
    in_flight_limit: int = 512
    corpus: str = ""

    @property
    def requests(self) -> int:
        """Number of requests in all, warm-up included."""
        return sum(len(block.arrivals) for block in self.blocks)

    @property
    def numbers(self) -> tuple[range, ...]:
        """Numbers of each block's arrivals within the run, counted through from 0."""
        ends = list(accumulate(len(block.arrivals) for block in self.blocks))
        return tuple(range(*pair) for pair in pairwise([0, *ends]))

    def to_json(self) -> str:
        """Return the plan as JSON text, which `from_json` reads back to an equal plan."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        PlanError
            If the text is not JSON, or a field is missing, unknown or of the wrong type.
        """
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            raise PlanError(f"the plan is not JSON ({error}); make it with Plan.to_json") from error
        found = _fields_of(cls, value, "plan")
        blocks = tuple(
            _block(block, f"plan.blocks[{number}]")
            for number, block in enumerate(_list(found["blocks"], "plan.blocks"))
        )
        drain = found.get("drain")
        return cls(
            **{
                **found,
                "blocks": blocks,
                "drain": None if drain is None else Drain(**_fields_of(Drain, drain, "plan.drain")),
            }
        )


_PLAIN_TYPES: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (int, float),
    str: (str,),
    bool: (bool,),
}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise PlanError(f"{where} (={value!r}) must be a list")
    return value


def _fields_of(of: type[Any], value: Any, where: str) -> dict[str, Any]:
    """Return `value`'s entries, their names and plain types checked against dataclass `of`."""
    if not isinstance(value, Mapping):
        raise PlanError(f"{where} (={value!r}) must be an object")
    expected = {field.name: field.type for field in fields(of)}
    if unknown := sorted(set(value) - set(expected)):
        raise PlanError(f"{where}.{unknown[0]} is not a field of a plan; remove it")
    for name, annotation in expected.items():
        if name not in value:
            raise PlanError(f"{where}.{name} is missing; make the plan with Plan.to_json")
        plain = _PLAIN_TYPES.get(annotation)
        is_bool = isinstance(value[name], bool)
        if plain and (not isinstance(value[name], plain) or (is_bool and annotation is not bool)):
            raise PlanError(f"{where}.{name} (={value[name]!r}) must be of type {annotation}")
    return dict(value)


def _block(value: Any, where: str) -> Block:
    found = _fields_of(Block, value, where)
    if found["strategy"] not in STRATEGIES:
        raise PlanError(
            f"{where}.strategy (={found['strategy']!r}) must be one of {', '.join(STRATEGIES)}"
        )
    arrivals = []
    for number, arrival in enumerate(_list(found["arrivals"], f"{where}.arrivals")):
        entry = _fields_of(Arrival, arrival, f"{where}.arrivals[{number}]")
        if entry["kind"] not in KINDS:
            raise PlanError(
                f"{where}.arrivals[{number}].kind (={entry['kind']!r}) must be one of"
                f" {', '.join(KINDS)}"
            )
        arrivals.append(Arrival(**entry))
    return Block(**{**found, "arrivals": tuple(arrivals)})
