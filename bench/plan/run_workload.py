"""`--from results/<run>`: the sizes, kinds and rate that a run has measured, as a workload."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bench.plan.errors import PlanError
from bench.results import read_table
from bench.results.folder import SAMPLES
from bench.statistics.offered_rate import mean_rate_per_s
from sim.capacity.design import STRATEGIES
from sim.workload import KINDS, ConstantRate, Workload

_LEAST_REQUESTS: Final = 20
"""Fewer say nothing of a mixture of sizes."""


def workload_of_run(folder: Path, otherwise: Workload) -> Workload:
    """Return a workload whose messages are like a run's.

    The rate is the mean within the run's blocks, without the pauses between them; it goes on
    without bursts. How long calls take is the latency profile's: `firstwrite calibrate` fits one to
    a run.

    Parameters
    ----------
    otherwise
        Gives what a run does not have: growth, retries, the senders' network.

    Raises
    ------
    PlanError
        If the run has too few requests.
    bench.results.ResultsReadError
        If the folder is no run's.
    """
    samples = read_table(folder, SAMPLES)
    measured = samples[~samples["warm_up"].astype(bool) & samples["strategy"].isin(STRATEGIES)]
    if len(measured) < _LEAST_REQUESTS:
        raise PlanError(
            f"--from {folder} has {len(measured)} measured requests: give a run of"
            f" {_LEAST_REQUESTS} or more"
        )
    # The proxy event's envelope is smaller on a local gateway, and its largest body larger.
    sizes = measured["body_bytes"].clip(upper=otherwise.largest_bytes).to_numpy()
    name = folder.resolve().name
    return replace(
        otherwise,
        name=name,
        description=f"Sizes, kinds and rate of {len(measured):,} requests of the run {name}.",
        rate=ConstantRate(_rate_per_s(measured, folder)),
        bursts=None,
        sizes={f"{size / 1024:.10f} KB": float((sizes == size).sum()) for size in np.unique(sizes)},
        kinds={kind: float((measured["kind"] == kind).sum()) for kind in KINDS},
    )


def _rate_per_s(measured: pd.DataFrame, folder: Path) -> float:
    rate_per_s = mean_rate_per_s(measured)
    if rate_per_s is None:
        raise PlanError(f"--from {folder} has no two requests of a block apart: give --rate, too")
    return rate_per_s
