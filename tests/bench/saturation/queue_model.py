"""Queues whose percentiles are known in closed form, asked as a search asks a stack."""

import math
from dataclasses import dataclass

import numpy as np

from bench.saturation.backlog import NO_BACKLOG
from bench.saturation.decision import Waits
from bench.saturation.judgement import Evidence, Judgement, judge, more_may_tell
from bench.saturation.search import Ask
from bench.saturation.settings import BLOCKS_TO_HOLD, MOST_BLOCKS, SaturationSettings


@dataclass(frozen=True)
class MM1:
    """One server, Poisson arrivals, exponential service times.

    The time in the system is exponential with the service rate less the arrival rate (Kleinrock,
    "Queueing Systems", volume 1, section 3.2), so that a quantile q is below a limit t exactly for
    rates up to the service rate less log(1 / (1 - q)) / t.
    """

    service_per_s: float

    def highest_rate(self, fraction: float, limit_ms: float) -> float:
        return self.service_per_s + math.log(1 - fraction) / (limit_ms / 1e3)

    def waits_ms(self, rate_per_s: float, count: int, rng: np.random.Generator) -> np.ndarray:
        """Give the waits of arrivals that find the queue in its steady state."""
        gaps_s = rng.exponential(1 / rate_per_s, count)
        served_s = rng.exponential(1 / self.service_per_s, count)
        left_s = self.service_per_s - rate_per_s
        wait_s = rng.exponential(1 / left_s) if left_s > 0 else 10.0
        waits = np.empty(count)
        for place in range(count):  # Lindley's recursion
            wait_s = max(0.0, wait_s - gaps_s[place]) + served_s[place]
            waits[place] = wait_s * 1e3
        return waits


@dataclass(frozen=True)
class Independent:
    """No queue: each request misses by itself, by a share that grows with the rate."""

    doubling: float

    def share(self, rate_per_s: float) -> float:
        """Give 1 % at a rate of 10, and twice as much for each *doubling* more."""
        return min(1.0, 0.01 * 2 ** ((rate_per_s - 10) / self.doubling))

    def waits_ms(self, rate_per_s: float, count: int, rng: np.random.Generator) -> np.ndarray:
        misses = rng.random(count) < self.share(rate_per_s)
        return np.where(misses, 1000.0, 100.0 * rng.random(count))


def tried(
    settings: SaturationSettings, model: MM1 | Independent, ask: Ask, rng: np.random.Generator
) -> Judgement:
    """Try a rate as `bench.saturation.probe.probe_rate` does, with a model for the stack."""
    count = settings.block_requests(ask.rate_per_s, decides=ask.decides)
    blocks: list[np.ndarray] = []
    while True:
        blocks.append(model.waits_ms(ask.rate_per_s, count, rng))
        waits = Waits(tuple(blocks))
        evidence = Evidence(waits, waits, NO_BACKLOG, (), 1.0, True, 0, 0.5)
        judgement = judge(evidence, settings.objectives, settings.levels(len(blocks)))
        if judgement.answer != "cannot tell" or not ask.decides or len(blocks) == MOST_BLOCKS:
            return judgement
        if len(blocks) == BLOCKS_TO_HOLD and not more_may_tell(
            judgement, settings.levels(MOST_BLOCKS)
        ):
            return judgement
