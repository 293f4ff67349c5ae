"""Pairs of synthetic runs as `bench.results` reads them, without a folder."""

import pandas as pd

from bench.results import Results
from bench.run.latency_facts import latency_facts
from sim.latency.shaping import Shaping
from tests.bench.results.whole_folder import PASSED, plan_of
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples


def raw_samples(seed: int, **shape) -> pd.DataFrame:
    settings = {"rounds": 4, "failed_share": 0.0, "sizes": ("256 KB",), "floors": ()} | shape
    return synthetic_samples(Shape(seed=seed, **settings)).assign(profile="raw")


def results_of(samples: pd.DataFrame, *, verification=PASSED, **facts) -> Results:
    run = {
        "profile": "raw",
        "seed": 1,
        "started_utc": "2026-03-01T12:00:00Z",
        "latency": latency_facts(Shaping("raw")),
        "plan": {name: plan_of(rows) for name, rows in samples.groupby("profile")},
        "machine": {"cpu_model": "Fast 9000", "usable_cores": 2},
        "template_sha256": "ab" * 32,
        "git": {"commit": "0123456789abcdef", "dirty": False},
        **facts,
    }
    return Results(samples, pd.DataFrame(), {}, run, verification)


def times(samples: pd.DataFrame, factor: float, *, strategy: str | None = None) -> pd.DataFrame:
    """Return the samples with latencies so many times as long."""
    chosen = samples["strategy"].isin([strategy] if strategy else samples["strategy"].unique())
    changed = samples.copy()
    for column in ("latency_ms", "service_ms"):
        changed[column] = changed[column].where(~chosen, changed[column] * factor)
    return changed
