"""The summary of a run: every figure of the report, from one samples table.

Its JSON form is ``summary.json``; `bench/results/SCHEMA.md` documents the keys. The figures are a
function of the samples, the calls and the bootstrap plan only.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from bench.statistics.asynchronous import AsynchronousStage, asynchronous_stages
from bench.statistics.blocks import BlockFigures, block_figures
from bench.statistics.byte_cost import ByteCost, byte_costs
from bench.statistics.crossover import AT, Crossover, crossover
from bench.statistics.distribution import Distribution, distribution
from bench.statistics.effect_size import EffectSize, effect_size
from bench.statistics.errors import SamplesTableError
from bench.statistics.floor_ratio import FloorRatio, floor_ratio
from bench.statistics.interval import Bootstrap
from bench.statistics.latency import Difference, Latency, difference, latency
from bench.statistics.noise_floor import SelfDifference, noise_floors_ms, self_differences
from bench.statistics.percentile import METHOD, PERCENTILES, minimum_samples
from bench.statistics.requests import (
    Failure,
    RequestCount,
    SendLag,
    failures,
    request_count,
    send_lag,
)
from bench.statistics.samples import (
    REDIS_SET,
    UPLOAD_FLOOR,
    BodySize,
    body_sizes,
    check_samples,
    strategies_present,
)
from bench.statistics.stages import Reconciliation, StageMeans, reconciliation, stage_means
from bench.statistics.tail_difference import TailDifference, tail_differences
from bench.statistics.tenants import (
    TenantDifference,
    TenantLatency,
    tenant_differences,
    tenant_latencies,
)
from bench.statistics.transmission import Transmission, transmissions
from bench.statistics.warm_up import WarmUp, warm_up

SCHEMA_VERSION = 1
"""Raised when a key of ``summary.json`` changes its meaning or goes; not when one is added."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run, taken under the latency profile ``profile``."""

    profile: str
    bootstrap: Bootstrap
    strategies: tuple[str, ...]
    sizes: tuple[BodySize, ...]
    requests: tuple[RequestCount, ...]
    failures: tuple[Failure, ...]
    send_lag: SendLag | None
    latency: tuple[Latency, ...]
    differences: tuple[Difference, ...]
    tail_differences: tuple[TailDifference, ...]
    effect_sizes: tuple[EffectSize, ...]
    self_differences: tuple[SelfDifference, ...]
    distributions: tuple[Distribution, ...]
    stages: tuple[StageMeans, ...]
    reconciliation: tuple[Reconciliation, ...]
    floor_ratios: tuple[FloorRatio, ...]
    asynchronous: tuple[AsynchronousStage, ...]
    byte_costs: tuple[ByteCost, ...]
    crossovers: tuple[Crossover, ...]
    transmissions: tuple[Transmission, ...]
    warm_ups: tuple[WarmUp, ...]
    blocks: tuple[BlockFigures, ...]
    tenant_latency: tuple[TenantLatency, ...]
    tenant_differences: tuple[TenantDifference, ...]

    def warm(self, strategy: str, size: str) -> Latency | None:
        """Give the warm latency of a strategy (or of a floor) at a size, if any."""
        return next(
            (
                each
                for each in self.latency
                if (each.strategy, each.size, each.stratum) == (strategy, size, "warm")
            ),
            None,
        )

    def difference(self, size: str) -> Difference | None:
        """Give the comparison at a size, if both strategies have a p50."""
        return next((each for each in self.differences if each.size == size), None)

    def stage_means(self, strategy: str, size: str) -> StageMeans | None:
        """Give the stage means of a strategy at a size, if any."""
        return next(
            (each for each in self.stages if (each.strategy, each.size) == (strategy, size)), None
        )


def summarise(
    samples: pd.DataFrame,
    *,
    profile: str,
    calls: pd.DataFrame | None = None,
    bootstrap: Bootstrap | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Compute every figure of a run.

    Parameters
    ----------
    samples
        One row a request (see `bench/results/SCHEMA.md`).
    profile
        Name of the latency profile of the run, such as "raw".
    calls
        One row a call; the noise floor under a profile needs it.
    bootstrap
        How intervals are made; by default 2000 resamples, 95 %, seed 0.
    progress
        Called with a line of text before each step.

    Raises
    ------
    SamplesTableError
        If a column is missing.
    """
    check_samples(samples)
    plan = bootstrap or Bootstrap()
    sizes = body_sizes(samples)
    strategies = strategies_present(samples)
    cells = [(strategy, size.name) for size in sizes for strategy in strategies]
    floors = [(name, size.name) for size in sizes for name in (UPLOAD_FLOOR, REDIS_SET)]
    progress("latencies and their intervals")
    latencies = [
        latency(samples, strategy, size, which, plan)
        for strategy, size in (*cells, *floors)
        for which in ("warm", "cold")
    ]
    progress("the noise floor and the differences")
    itself = tuple(each for size in sizes for each in self_differences(samples, calls, size.name))
    floors_ms = {size.name: noise_floors_ms(itself, size.name) for size in sizes}
    differences = [
        difference(samples, name, plan, noise_floor_ms=floors_ms[name].get("p50"))
        for name in floors_ms
    ]
    tails = tuple(
        each
        for name, floors in floors_ms.items()
        for each in tail_differences(samples, name, plan, noise_floors_ms=floors)
    )
    verdicts = {
        "p50": {each.size: each.verdict for each in differences if each is not None},
        "p99": {each.size: each.verdict for each in tails if each.percentile == "p99"},
    }
    progress("stages and floor ratios")
    means = tuple(
        each
        for strategy, size in cells
        if (each := stage_means(samples, strategy, size)) is not None
    )
    lines = tuple(
        line for strategy in strategies for line in byte_costs(samples, sizes, strategy, plan)
    )
    return Summary(
        profile=profile,
        bootstrap=plan,
        strategies=strategies,
        sizes=sizes,
        requests=tuple(
            count
            for strategy, size in (*cells, *floors)
            if (count := request_count(samples, strategy, size)).sent + count.warm_up
        ),
        failures=failures(samples),
        send_lag=send_lag(samples),
        latency=tuple(each for each in latencies if each is not None),
        differences=tuple(each for each in differences if each is not None),
        tail_differences=tails,
        effect_sizes=tuple(
            effect
            for size in sizes
            if (effect := effect_size(samples, size.name, plan)) is not None
        ),
        self_differences=itself,
        distributions=tuple(
            quantiles
            for strategy, size in cells
            if (quantiles := distribution(samples, strategy, size)) is not None
        ),
        stages=means,
        reconciliation=tuple(
            check
            for strategy, size in cells
            if (check := reconciliation(samples, strategy, size)) is not None
        ),
        floor_ratios=tuple(floor_ratio(samples, strategy, size, plan) for strategy, size in cells),
        asynchronous=tuple(
            stage
            for strategy, size in cells
            for stage in asynchronous_stages(samples, strategy, size)
        ),
        byte_costs=lines,
        crossovers=tuple(
            found
            for name in AT
            if (found := crossover(samples, sizes, name, verdicts[name], plan)) is not None
        ),
        transmissions=transmissions(means, lines, sizes),
        warm_ups=tuple(
            warming
            for strategy, size in cells
            if (warming := warm_up(samples, strategy, size)) is not None
        ),
        blocks=block_figures(samples),
        tenant_latency=tenant_latencies(samples, plan),
        tenant_differences=tenant_differences(samples, calls, plan),
    )


def summary_json(summary: Summary, verification: Mapping[str, Any]) -> dict[str, Any]:
    """Give the content of ``summary.json``: the figures, the rules behind them and the verdict."""
    figures = asdict(summary)
    _refuse_non_finite(figures, "summary")
    return {
        "schema_version": SCHEMA_VERSION,
        **figures,
        "rules": {
            "percentile_method": METHOD,
            "minimum_samples": {
                name: minimum_samples(fraction) for name, fraction in PERCENTILES.items()
            },
            "minimum_samples_of_an_interval": summary.bootstrap.minimum_samples(),
            "minimum_samples_of_intervals": {
                name: summary.bootstrap.minimum_samples(fraction)
                for name, fraction in PERCENTILES.items()
            },
        },
        "verification": {
            "verdict": verification.get("verdict"),
            "acknowledged": verification.get("acknowledged"),
            "findings": len(verification.get("findings", ())),
        },
    }


def _refuse_non_finite(value: Any, path: str) -> None:
    """JSON has no NaN: a figure that is one must fail here, not in the reader's parser."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_non_finite(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _refuse_non_finite(inner, f"{path}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise SamplesTableError(
            f"{path} is {value}: a latency or a stage in the samples is not a finite number"
        )
