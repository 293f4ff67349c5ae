"""Draws up a plan: blocks in order, due times, contents and dates, all from one seed.

Within a round and load the ingesting blocks share their due times, sizes and kinds (common random
numbers, Law and Kelton, "Simulation Modeling and Analysis", section 11.2), so that strategies
differ by themselves and not by what they were asked to do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.load.block_load import BlockLoad, measured_requests, warm_up_requests
from bench.load.block_order import (
    ABBA,
    Blocks,
    Order,
    check_order,
    loads_in_order,
    strategies_in_order,
)
from bench.load.corpus import Corpus
from bench.load.errors import PlanError
from bench.load.plan import INGESTING, Arrival, Block, Drain, Plan, Strategy
from sim.latency.luck import luck_from

FIRST_DATE_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Start of the range from which messages take their `dateTime`; any instant would do."""

_ORDER_STREAM = 0x0D3B
"""Keeps the draws of the order apart from those of the blocks, which begin with the round."""


@dataclass(frozen=True, slots=True)
class Design:
    """How often and in which order loads are gone through.

    Parameters
    ----------
    rounds
        Repetitions of the whole.
    floor_requests
        Of each floor and each redis-set block; 0 leaves these out.
    """

    rounds: int
    order: Order = "abba"
    blocks: Blocks = field(default_factory=lambda: ABBA)
    floor_requests: int = 0


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
    loads: Sequence[BlockLoad],
    design: Design,
    *,
    largest_bytes: int,
    seed: int,
    run_tag: str,
    corpus: Corpus | None = None,
    date_time_span_s: int = 86_400,
    drain: Drain | None = Drain(),  # noqa: B008 - frozen
    request_timeout_s: float = 35.0,
    in_flight_limit: int = 512,
) -> Plan:
    """Return the plan: in each round and load floor, redis-set, then the strategies in order.

    Parameters
    ----------
    largest_bytes
        Of the body size called `largest`.
    run_tag
        Makes the payloads of this run its own; two runs with one seed and tag are equal.
    corpus
        Files that take the place of all sizes and kinds.
    date_time_span_s
        Width, in seconds, of the range of the messages' `dateTime`.

    Raises
    ------
    PlanError
        If there is no round or no load, a load's label comes twice, or its requests cannot be.
    """
    labels = [load.label for load in loads]
    if design.rounds < 1 or not loads or len(set(labels)) < len(labels):
        raise PlanError(
            f"rounds (={design.rounds}) must be >= 1 and loads (={labels}) must be at least one,"
            " each once"
        )
    if in_flight_limit < 1 or design.floor_requests < 0:
        raise PlanError(
            f"in_flight_limit (={in_flight_limit}) must be >= 1 and floor_requests"
            f" (={design.floor_requests}) >= 0"
        )
    check_order(design.order, design.blocks)
    blocks: list[Block] = []
    seen: set[tuple[Strategy, str]] = set()
    for round_number in range(design.rounds):
        chance = np.random.default_rng([seed, round_number, _ORDER_STREAM, 0, 0])
        for place, label in loads_in_order(design.order, labels, chance):
            turns: Counter[Strategy] = Counter()
            for strategy in _strategies(design, round_number, chance):
                turn, turns[strategy] = turns[strategy], turns[strategy] + 1
                blocks.append(
                    _block(
                        number=len(blocks),
                        round_number=round_number,
                        strategy=strategy,
                        load=loads[place],
                        floor_requests=design.floor_requests,
                        warm_up=0 if (strategy, label) in seen else loads[place].warm_up,
                        largest_bytes=largest_bytes,
                        corpus=corpus,
                        # The same stream for every block of this round and load.
                        shared=np.random.default_rng([seed, round_number, place]),
                        own=np.random.default_rng([seed, round_number, place, len(blocks)]),
                        # The first block of one strategy meets what the first of the other does.
                        luck=(seed, round_number, label, turn),
                        date_time_span_s=date_time_span_s,
                    )
                )
                seen.add((strategy, label))
    return Plan(
        seed=seed,
        run_tag=run_tag,
        blocks=tuple(blocks),
        request_timeout_s=request_timeout_s,
        drain=drain,
        in_flight_limit=in_flight_limit,
        corpus=str(corpus.folder.resolve()) if corpus else "",
    )


def _strategies(design: Design, round_number: int, rng: np.random.Generator) -> list[Strategy]:
    floor: list[Strategy] = ["floor", "redis-set"] if design.floor_requests else []
    return floor + strategies_in_order(design.order, design.blocks, round_number, rng)


def _block(
    *,
    number: int,
    round_number: int,
    strategy: Strategy,
    load: BlockLoad,
    floor_requests: int,
    warm_up: int,
    largest_bytes: int,
    corpus: Corpus | None,
    shared: np.random.Generator,
    own: np.random.Generator,
    luck: tuple[object, ...],
    date_time_span_s: int,
) -> Block:
    count = load.requests if strategy in INGESTING else floor_requests
    measured = measured_requests(load, count, largest_bytes, corpus, shared)
    warming = warm_up_requests(load, warm_up, largest_bytes, corpus, own)
    begin_s = warm_up / load.rate_per_s if warm_up else 0.0
    dates = date_times(len(warming) + len(measured), date_time_span_s, own)
    return Block(
        number=number,
        round=round_number,
        strategy=strategy,
        label=load.label,
        users=load.closed.users if load.closed else 0,
        think_s=load.closed.think_s if load.closed else 0.0,
        arrivals=tuple(
            Arrival(
                due_s=due.due_s if place < warm_up else begin_s + due.due_s,
                kind=due.content.kind,
                size=due.content.size,
                body_bytes=due.content.body_bytes,
                date_time=date,
                warm_up=place < warm_up,
                # From the first measured request on, so that a warm-up shifts nothing.
                luck=luck_from(*luck, place - warm_up),
                tenant=due.tenant,
                source=due.content.source,
            )
            for place, (due, date) in enumerate(zip([*warming, *measured], dates, strict=True))
        ),
    )
