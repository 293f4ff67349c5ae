"""What a saturation search is asked to do, and how many requests follow from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.load import BlockLoad, Strategy, Stream
from bench.load.arrival_process import TraceArrivals
from bench.saturation.counted_poisson import CountedPoisson
from bench.saturation.decision import Levels, requests_needed
from bench.saturation.objective import Objective, SaturationError
from bench.saturation.search import SearchPlan
from bench.scenarios import Scenario
from sim.latency.shaping import Shaping

BLOCKS_TO_HOLD: Final = 3
"""Blocks after which a rate may be said to hold, and how many more there are if it cannot be told
yet."""
MOST_BLOCKS: Final = 2 * BLOCKS_TO_HOLD

FIRST_LOOK_SHARE: Final = 0.8
"""Of the chance of saying wrongly that a rate holds: most is spent where most rates are told."""
PLANNED_DESIGN_EFFECT: Final = 1.25
"""Requests for the first look are so many times those that independent ones would need; the effect
of independent requests is estimated at up to this in three of four probes."""

LEAST_BLOCK_S: Final = 8.0
"""A shorter block would not show a queue that grows slowly; a short look is one such block."""
LEAST_REQUESTS: Final = 24
"""Of a short look."""
WARM_UP_S: Final = 3.0
"""Before each block, at its rate: so long an execution takes under a profile (seen here)."""

MAX_RATE_FACTOR: Final = 16.0
"""Of the start rate, if no highest rate is given."""
STRATEGIES: Final[tuple[Strategy, ...]] = ("redis-first", "s3-first")


@dataclass(frozen=True, slots=True)
class SaturationSettings:
    """A search's settings.

    Parameters
    ----------
    objectives
        All have to hold.
    strategies
        Each is searched for; they take turns, so that a drift of the machine meets both.
    confidence
        Of each answer but `cannot tell`.
    least_block_s, warm_up_s
        Of each block.
    """

    name: str
    seed: int
    scenario: Scenario
    objectives: tuple[Objective, ...]
    plan: SearchPlan
    shaping: Shaping
    strategies: tuple[Strategy, ...] = STRATEGIES
    confidence: float = 0.95
    corpus: Path | None = None
    results_root: Path = Path("results")
    least_block_s: float = LEAST_BLOCK_S
    warm_up_s: float = WARM_UP_S

    @property
    def load(self) -> BlockLoad:
        """The load of the scenario; it has one: see `searchable_load`."""
        return self.scenario.loads[0]

    def levels(self, block: int) -> Levels:
        """Give the chances of a wrong answer at the look after so many blocks.

        A rate is looked at several times, and each look is another chance to be wrong: together
        they have 1 less the confidence (alpha spending, added up as Bonferroni). That it holds may
        be said after half and after all blocks; that it does not, after each, half of it after the
        last. Any objective may fail, and so may the executions: these share it evenly.
        """
        wrong = 1 - self.confidence
        holds = {
            BLOCKS_TO_HOLD: FIRST_LOOK_SHARE * wrong,
            MOST_BLOCKS: (1 - FIRST_LOOK_SHARE) * wrong,
        }.get(block, 0.0)
        share = 1 / 2 if block == MOST_BLOCKS else 1 / (2 * (MOST_BLOCKS - 1))
        return Levels(holds, wrong * share / (len(self.objectives) + 1))

    def block_requests(self, rate_per_s: float, *, decides: bool) -> int:
        """Give the measured requests of a block at a rate."""
        least = math.ceil(rate_per_s * self.least_block_s)
        if not decides:
            return max(least, LEAST_REQUESTS)
        return max(least, math.ceil(PLANNED_DESIGN_EFFECT * self.requests_to_hold / BLOCKS_TO_HOLD))

    @property
    def requests_to_hold(self) -> int:
        """The fewest independent requests that tell at the first look that all objectives hold."""
        strictest = self.objectives[0]
        return requests_needed(strictest, FIRST_LOOK_SHARE * (1 - self.confidence))

    def load_at(self, rate_per_s: float, *, decides: bool) -> BlockLoad:
        """Give the scenario's load at another rate: its streams keep their shares of it.

        Arrivals are a Poisson process, whatever the scenario's own: a rate that holds is one that
        is the same all day, of senders that nobody coordinates.
        """
        factor = rate_per_s / self.load.rate_per_s
        return BlockLoad(
            label=self.load.label,
            streams=tuple(
                replace(
                    stream,
                    arrivals=CountedPoisson(
                        factor * stream.arrivals.mean_rate_per_s(self.load.length_s)
                    ),
                )
                for stream in self.load.streams
            ),
            requests=self.block_requests(rate_per_s, decides=decides),
            warm_up=math.ceil(self.warm_up_s * rate_per_s),
        )


def searchable_load(scenario: Scenario) -> BlockLoad:
    """Return the load whose rate can be searched for.

    Raises
    ------
    SaturationError
        If the scenario has several, or one whose rate is not its own to change.
    """
    if len(scenario.loads) > 1:
        labels = ", ".join(repr(load.label) for load in scenario.loads)
        raise SaturationError(
            f"the scenario {scenario.name} has several loads ({labels}), and each has a highest "
            f"rate of its own: choose one with --size, as in --size {scenario.loads[0].label!r}"
        )
    (load,) = scenario.loads
    if load.closed:
        raise SaturationError(
            f"the scenario {scenario.name} is a closed model, which a slow system slows down: "
            "--find-max needs arrivals that do not wait, such as poisson"
        )
    if any(_is_trace(stream) for stream in load.streams):
        raise SaturationError(
            f"the scenario {scenario.name} replays a trace, whose rate is its own: --find-max "
            "needs another process, such as poisson with the trace's sizes"
        )
    return load


def _is_trace(stream: Stream) -> bool:
    return isinstance(stream.arrivals, TraceArrivals)


def search_plan(
    load: BlockLoad,
    *,
    start_rate_per_s: float | None,
    max_rate_per_s: float | None,
    resolution: float,
) -> SearchPlan:
    """Return the plan that the options ask for; by default from the scenario's own rate on.

    Raises
    ------
    SaturationError
        If a value cannot be.
    """
    start = load.rate_per_s if start_rate_per_s is None else start_rate_per_s
    if start_rate_per_s is None and max_rate_per_s is not None:
        start = min(start, max_rate_per_s)
    highest = MAX_RATE_FACTOR * start if max_rate_per_s is None else max_rate_per_s
    return SearchPlan(start, highest, resolution)


def parse_resolution(text: str) -> float:
    """Read a share such as `10%`.

    Raises
    ------
    SaturationError
        If it is none.
    """
    number, percent, rest = text.strip().partition("%")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if rest or not math.isfinite(value):
        raise SaturationError(f"--resolution {text!r} is no share: write a percentage, as in 10%")
    return value / 100 if percent else value


def parse_strategies(texts: Sequence[str] | None) -> tuple[Strategy, ...]:
    """Read which strategies are searched for; by default both.

    Raises
    ------
    SaturationError
        If one is unknown.
    """
    wanted = [part.strip() for text in texts or () for part in text.split(",")]
    unknown = [each for each in wanted if each not in STRATEGIES]
    if unknown:
        raise SaturationError(
            f"--strategies {unknown[0]!r} is unknown: use {' or '.join(STRATEGIES)}"
        )
    return tuple(each for each in STRATEGIES if not wanted or each in wanted)
