"""Draws up a plan: blocks in ABBA order, due times, kinds and dates, all from one seed.

Within a round and size the ingesting blocks share their due times and kinds (common random numbers,
Law and Kelton, "Simulation Modeling and Analysis", section 11.2), so that strategies differ by
themselves and not by what they were asked to do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from bench.load.errors import PlanError
from bench.load.payload_template import KINDS, Kind
from bench.load.plan import Arrival, Block, Drain, Plan, Strategy
from sim.latency.luck import luck_from

ArrivalProcess = Literal["constant", "poisson"]
FIRST_DATE_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Start of the range from which messages take their `dateTime`; any instant would do."""


@dataclass(frozen=True, slots=True)
class SizeLoad:
    """The load at one body size.

    Parameters
    ----------
    size
        Label, as in the samples table: `256 KB`, `1 MB`, `3 MB`, `largest`.
    body_bytes
        Of the HTTP request body.
    rate_per_s
        Arrivals a second within a block.
    requests
        Measured requests in each redis-first or s3-first block.
    floor_requests
        Measured requests in each floor and each redis-set block.
    warm_up
        Requests that come before them in the first block of each strategy at this size.
    """

    size: str
    body_bytes: int
    rate_per_s: float
    requests: int
    floor_requests: int
    warm_up: int

    def __post_init__(self) -> None:
        for name in ("body_bytes", "rate_per_s", "requests"):
            if getattr(self, name) <= 0:
                raise PlanError(f"{name} (={getattr(self, name)}) of {self.size!r} must be > 0")
        for name in ("floor_requests", "warm_up"):
            if getattr(self, name) < 0:
                raise PlanError(f"{name} (={getattr(self, name)}) of {self.size!r} must be >= 0")


def due_times_s(
    process: ArrivalProcess, count: int, rate_per_s: float, rng: np.random.Generator
) -> list[float]:
    """Return `count` ascending due times in seconds, the first at 0.

    `constant` spaces them by `1 / rate_per_s`; `poisson` by exponential gaps of that mean.
    """
    if process == "constant":
        return [number / rate_per_s for number in range(count)]
    gaps = rng.exponential(1 / rate_per_s, size=max(0, count - 1))
    return [0.0, *np.cumsum(gaps).tolist()][:count]


def _kinds(count: int, rng: np.random.Generator) -> list[Kind]:
    """Return `count` kinds in seeded order, their numbers equal but for one."""
    balanced = [KINDS[number % len(KINDS)] for number in range(count)]
    return [balanced[place] for place in rng.permutation(count)]


def date_times(count: int, span_s: int, rng: np.random.Generator) -> list[str]:
    """Return `count` dates within `span_s` seconds of `FIRST_DATE_TIME`, as messages have them."""
    seconds = rng.integers(0, span_s, size=count)
    thousandths = rng.integers(0, 1000, size=count)
    return [
        (FIRST_DATE_TIME + timedelta(seconds=int(second), milliseconds=int(thousandth)))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
        for second, thousandth in zip(seconds, thousandths, strict=True)
    ]


def make_plan(
    sizes: Sequence[SizeLoad],
    *,
    rounds: int,
    seed: int,
    run_tag: str,
    process: ArrivalProcess = "poisson",
    date_time_span_s: int = 86_400,
    drain: Drain | None = Drain(),  # noqa: B008 - frozen
    request_timeout_s: float = 35.0,
) -> Plan:
    """Return the plan: in each round and size floor, redis-set, then A B B A.

    A is redis-first in even rounds and s3-first in odd ones, so that neither always goes first.

    Parameters
    ----------
    run_tag
        Makes the payloads of this run its own; two runs with one seed and tag are equal.
    date_time_span_s
        Width, in seconds, of the range of the messages' `dateTime`.

    Raises
    ------
    PlanError
        If there is no round or no size, or a size's label comes twice.
    """
    labels = [load.size for load in sizes]
    if rounds < 1 or not sizes or len(set(labels)) < len(labels):
        raise PlanError(
            f"rounds (={rounds}) must be >= 1 and sizes (={labels}) must be at least one, each once"
        )
    blocks: list[Block] = []
    seen: set[tuple[Strategy, str]] = set()
    for round_number in range(rounds):
        for place, load in enumerate(sizes):
            turns: Counter[Strategy] = Counter()
            for strategy in _block_order(round_number, load):
                turn, turns[strategy] = turns[strategy], turns[strategy] + 1
                blocks.append(
                    _block(
                        number=len(blocks),
                        round_number=round_number,
                        strategy=strategy,
                        load=load,
                        warm_up=0 if (strategy, load.size) in seen else load.warm_up,
                        process=process,
                        # The same stream for every block of this round and size.
                        shared=np.random.default_rng([seed, round_number, place]),
                        own=np.random.default_rng([seed, round_number, place, len(blocks)]),
                        # The first block of one strategy meets what the first of the other does.
                        luck=(seed, round_number, load.size, turn),
                        date_time_span_s=date_time_span_s,
                    )
                )
                seen.add((strategy, load.size))
    return Plan(
        seed=seed,
        run_tag=run_tag,
        blocks=tuple(blocks),
        request_timeout_s=request_timeout_s,
        drain=drain,
    )


def _block_order(round_number: int, load: SizeLoad) -> tuple[Strategy, ...]:
    a: Strategy = "redis-first" if round_number % 2 == 0 else "s3-first"
    b: Strategy = "s3-first" if a == "redis-first" else "redis-first"
    floor: tuple[Strategy, ...] = ("floor", "redis-set") if load.floor_requests else ()
    return (*floor, a, b, b, a)


def _block(
    *,
    number: int,
    round_number: int,
    strategy: Strategy,
    load: SizeLoad,
    warm_up: int,
    process: ArrivalProcess,
    shared: np.random.Generator,
    own: np.random.Generator,
    luck: tuple[object, ...],
    date_time_span_s: int,
) -> Block:
    measured = load.requests if strategy in {"redis-first", "s3-first"} else load.floor_requests
    kinds = _kinds(measured, shared)
    due_s = due_times_s(process, measured, load.rate_per_s, shared)
    warm_up_s = warm_up / load.rate_per_s
    due_s = [
        *(place / load.rate_per_s for place in range(warm_up)),
        *(warm_up_s + t for t in due_s),
    ]
    kinds = [*_kinds(warm_up, own), *kinds]
    dates = date_times(len(due_s), date_time_span_s, own)
    return Block(
        number=number,
        round=round_number,
        strategy=strategy,
        size=load.size,
        body_bytes=load.body_bytes,
        arrivals=tuple(
            Arrival(
                due_s=due,
                kind=kind,
                date_time=date,
                warm_up=place < warm_up,
                # From the first measured request on, so that a warm-up shifts nothing.
                luck=luck_from(*luck, place - warm_up),
            )
            for place, (due, kind, date) in enumerate(zip(due_s, kinds, dates, strict=True))
        ),
    )
