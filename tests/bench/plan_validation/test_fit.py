"""The fit against local stacks that are themselves simulated, so that the truth is known."""

import numpy as np
import pandas as pd
import pytest

from bench.plan_validation.cells import REQUESTS, SHARES, SIZES, Cell, cells
from bench.plan_validation.comparison import mean_errors, prediction, table_of
from bench.plan_validation.fit import Fitted, fit
from bench.plan_validation.local_model import Demand, Machine, local_network
from bench.plan_validation.measurement import Measured, read, written
from bench.plan_validation.processor_time import (
    CACHE,
    ENVIRONMENTS,
    LOCALSTACK,
    SERVER,
    TABLES,
)
from sim.capacity.design import STRATEGIES, Strategy
from sim.capacity.network import Arrivals, Empirical, simulate
from sim.capacity.pipeline.names import RECEIPT

TRUTH = Machine(cores=2, slice_s=0.003)
REST = Empirical((1,), (tuple(np.linspace(0.5, 4.0, 20)),))


def demand(strategy: Strategy, body_bytes: int) -> Demand:
    """Return what a message takes: a line over its size."""
    mb = body_bytes / 1e6
    store = LOCALSTACK if strategy == "s3-first" else CACHE
    return Demand(
        blocking_s={
            SERVER: 4e-3 + 1e-3 * mb,
            ENVIRONMENTS: 4e-3 + 5e-3 * mb,
            store: (5e-3 if store == LOCALSTACK else 0.5e-3) + 2e-3 * mb,
        },
        behind_s={
            SERVER: 20e-3,
            ENVIRONMENTS: 20e-3 + 2e-3 * mb,
            LOCALSTACK: 30e-3,
            TABLES: 7e-3,
            CACHE: 1e-3,
        },
    )


def measured(cell: Cell, seed: int) -> Measured:
    """Return what a stack of that demand would show of a cell."""
    rng = np.random.default_rng(seed)
    due_s = np.cumsum(rng.exponential(1 / cell.rate_per_s, cell.requests))
    truth = demand(cell.strategy, cell.body_bytes)
    network = local_network(cell.strategy, truth, TRUTH, REST)
    arrivals = Arrivals(due_s, np.full(len(due_s), cell.body_bytes, np.uint32))
    latency_ms = simulate(network, arrivals, seed=seed).marks[RECEIPT]
    store = LOCALSTACK if cell.strategy == "s3-first" else CACHE
    samples = pd.DataFrame(
        {
            "due_s": due_s,
            "latency_ms": latency_ms.astype(float),
            "status": 200,
            "stage_gateway_receive_ms": 1e3 * truth.blocking_s[SERVER],
            "stage_runtime_ms": 1e3 * truth.blocking_s[ENVIRONMENTS],
            "stage_payload_store_ms": 1e3 * truth.blocking_s[store],
        }
    )
    spent = {
        part: truth.blocking_s.get(part, 0.0) + truth.behind_s.get(part, 0.0)
        for part in truth.behind_s
    }
    return Measured(cell, samples, spent, wall_s=float(due_s[-1]), mark="")


@pytest.fixture(scope="module")
def all_cells() -> list[Measured]:
    return [
        measured(cell, seed)
        for seed, cell in enumerate(
            cell
            for strategy in STRATEGIES
            for size in SIZES
            for cell in cells(strategy, size, carried_per_s=20.0)
        )
    ]


@pytest.fixture(scope="module")
def models(all_cells: list[Measured]) -> dict[Strategy, Fitted]:
    return fit([each for each in all_cells if each.cell.fitted], cores=2)


def test_the_fit_predicts_a_stack_that_the_model_describes(
    all_cells: list[Measured], models: dict[Strategy, Fitted]
):
    found = [prediction(models[each.cell.strategy], each) for each in all_cells]
    predicted = [each for each in found if not each.fitted]
    assert len(predicted) >= 12
    assert all(each.p50_met for each in predicted)
    p50_error, p99_error = mean_errors(found)
    assert p50_error < 0.04
    assert p99_error < 0.12
    assert len(table_of(found).rows) == len(SHARES) * len(SIZES) * len(STRATEGIES)


def test_a_stack_that_takes_more_than_was_fitted_is_told_apart(models: dict[Strategy, Fitted]):
    slower = Cell("redis-first", "1 MB", 0.4, 8.0, REQUESTS)
    found = measured(slower, 99)
    worse = Measured(
        slower,
        found.samples.assign(latency_ms=found.samples["latency_ms"] * 1.4),
        found.processor_s,
        found.wall_s,
        "",
    )
    assert prediction(models["redis-first"], found).p50_met
    assert not prediction(models["redis-first"], worse).p50_met


def test_demands_between_the_sizes_lie_on_the_line(models: dict[Strategy, Fitted]):
    for strategy in STRATEGIES:
        between = models[strategy].demand(1_048_576)
        assert between.total_s == pytest.approx(demand(strategy, 1_048_576).total_s, rel=0.01)


def test_a_fit_on_one_rate_is_refused(all_cells: list[Measured]):
    with pytest.raises(ValueError, match="measure two"):
        fit([each for each in all_cells if each.cell.share == 0.2 and each.cell.fitted], cores=2)


def test_kept_samples_give_the_same_prediction(
    all_cells: list[Measured], models: dict[Strategy, Fitted]
):
    kept = [read(written(each)) for each in all_cells if each.cell.fitted]
    again = fit(kept, cores=2)
    for strategy in STRATEGIES:
        assert again[strategy].machine == models[strategy].machine
        assert again[strategy].demand(1_048_576).total_s == pytest.approx(
            models[strategy].demand(1_048_576).total_s, rel=1e-3
        )


def test_what_are_no_samples_is_refused():
    with pytest.raises(ValueError, match="no line of measured samples"):
        read('{"strategy": "redis-first"}')
