"""Fits the local model: what each process spends on a message, from runs at two sizes and rates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from bench.plan_validation.local_model import Demand, Machine, local_network
from bench.plan_validation.measurement import Measured
from bench.plan_validation.processor_time import (
    CACHE,
    ENVIRONMENTS,
    GENERATOR,
    LOCALSTACK,
    SERVER,
)
from sim.capacity.design import STRATEGIES, Strategy
from sim.capacity.network import Arrivals, Empirical, simulate
from sim.capacity.pipeline.names import RECEIPT

SLICES_S: Final = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.008)
"""Time slices that are tried."""

SHARES: Final = np.linspace(0.0, 1.0, 101)
_LEAST_PART_S: Final = 1e-5

_AT_SERVER: Final = (
    "request_transit", "gateway_receive", "gateway_event", "start_execution",
    "gateway_respond", "response_transit",
)  # fmt: skip
_AT_FUNCTION: Final = (
    "runtime", "handler_parse", "handler_validate", "handler_decode", "handler_hash",
    "handler_rest",
)  # fmt: skip
"""Stages of the blocking path, by the process that is at work in them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model of one strategy at the sizes that it was fitted on.

    Attributes
    ----------
    demands
        By body size in bytes.
    rest
        What a receipt takes on top, by size.
    """

    strategy: Strategy
    machine: Machine
    demands: Mapping[int, Demand]
    rest: Empirical

    def demand(self, body_bytes: int) -> Demand:
        """Return the demand of a size, interpolated between those that were measured."""
        sizes = sorted(self.demands)

        def between(parts: Callable[[Demand], Mapping[str, float]]) -> dict[str, float]:
            names = parts(self.demands[sizes[0]])
            return {
                name: float(
                    np.interp(
                        body_bytes, sizes, [parts(self.demands[size])[name] for size in sizes]
                    )
                )
                for name in names
            }

        return Demand(between(lambda each: each.blocking_s), between(lambda each: each.behind_s))


def fit(measured: Sequence[Measured], cores: int) -> dict[Strategy, Fitted]:
    """Fit each strategy's model to its fitted cells.

    The demands are of the slower rate, at which messages seldom meet; what a receipt takes beyond
    them there is the rest. The time slice is the one under which the model comes nearest to the
    median and the p99 at the faster rate, of both strategies together.

    Raises
    ------
    ValueError
        If a strategy lacks cells at two rates.
    """
    by_strategy = {
        strategy: [each for each in measured if each.cell.strategy == strategy]
        for strategy in STRATEGIES
    }
    best: tuple[float, dict[Strategy, Fitted]] | None = None
    for slice_s in SLICES_S:
        machine = Machine(cores, slice_s)
        found = {
            strategy: _at_slow_rate(strategy, cells, machine)
            for strategy, cells in by_strategy.items()
        }
        error = sum(
            _error(found[each.cell.strategy], each)
            for cells in by_strategy.values()
            for each in _faster(cells)
        )
        if best is None or error < best[0]:
            best = error, found
    assert best is not None  # noqa: S101 - there are slices
    return best[1]


def predicted_ms(model: Fitted, measured: Measured, *, repetitions: int = 20) -> np.ndarray:
    """Return the latencies that the model predicts, at the due times of a measured cell.

    The very same arrivals, so that the luck of the arrivals is in both; other luck is averaged
    over the repetitions.
    """
    due_s = measured.samples["due_s"].to_numpy(dtype=np.float64)
    due_s = due_s - due_s[0]
    body_bytes = measured.cell.body_bytes
    network = local_network(model.strategy, model.demand(body_bytes), model.machine, model.rest)
    arrivals = Arrivals(due_s, np.full(len(due_s), body_bytes, np.uint32))
    return np.concatenate(
        [
            simulate(network, arrivals, seed=seed).marks[RECEIPT].astype(np.float64)
            for seed in range(repetitions)
        ]
    )


def _slower(cells: Sequence[Measured]) -> list[Measured]:
    least = min(each.cell.share for each in cells)
    return [each for each in cells if each.cell.share == least]


def _faster(cells: Sequence[Measured]) -> list[Measured]:
    slower = _slower(cells)
    found = [each for each in cells if all(each is not other for other in slower)]
    if not found:
        raise ValueError("a strategy was measured at one rate only: measure two")
    return found


def _at_slow_rate(strategy: Strategy, cells: Sequence[Measured], machine: Machine) -> Fitted:
    slow = sorted(_slower(cells), key=lambda each: each.cell.body_bytes)
    demands = {each.cell.body_bytes: _demand(strategy, each) for each in slow}
    bare = Fitted(strategy, machine, demands, Empirical((1,), ((0.0, 0.0),)))
    rows = []
    for each in slow:
        model_ms = np.quantile(predicted_ms(bare, each, repetitions=4), SHARES)
        measured_ms = np.quantile(each.latency_ms, SHARES)
        rest_ms = np.maximum.accumulate(np.maximum(0.0, measured_ms - model_ms))
        rows.append(tuple(float(value) for value in rest_ms))
    sizes = tuple(each.cell.body_bytes for each in slow)
    return Fitted(strategy, machine, demands, Empirical(sizes, tuple(rows)))


def _demand(strategy: Strategy, measured: Measured) -> Demand:
    """Split the processor time of a message into what lies before its receipt and behind it."""
    samples = measured.samples[measured.samples["status"] == 200]
    store = LOCALSTACK if strategy == "s3-first" else CACHE
    blocking = {
        SERVER: _stages_s(samples, _AT_SERVER),
        ENVIRONMENTS: _stages_s(samples, _AT_FUNCTION),
        store: _stages_s(samples, ("payload_store",)),
        # It sends before and reads after; what it does between messages is little.
        GENERATOR: measured.processor_s.get(GENERATOR, 0.0),
    }
    behind = {
        part: max(_LEAST_PART_S, seconds - blocking.get(part, 0.0))
        for part, seconds in measured.processor_s.items()
    }
    return Demand(blocking, behind)


def _stages_s(samples: pd.DataFrame, stages: Sequence[str]) -> float:
    columns = [f"stage_{stage}_ms" for stage in stages if f"stage_{stage}_ms" in samples]
    return float(samples[columns].median().sum()) / 1e3


def _error(model: Fitted, measured: Measured) -> float:
    predicted = np.quantile(predicted_ms(model, measured, repetitions=8), [0.5, 0.99])
    observed = np.quantile(measured.latency_ms, [0.5, 0.99])
    return float(np.abs(np.log(predicted / observed)).sum())
