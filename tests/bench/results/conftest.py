"""What a small synthetic run leaves behind, made once."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.results import Results, run_facts
from bench.run.latency_facts import latency_facts
from bench.run.month_bills import TemplateBills
from bench.run.variants import variants_of
from bench.statistics import (
    Bootstrap,
    RunFigures,
    costs,
    figures_json,
    operation_calls,
    robustness,
    summarise,
)
from bench.statistics.samples import body_sizes
from sim.latency import load_profile, network_of
from sim.latency.shaping import Shaping, shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run, with_invocations
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

STARTED = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def results() -> Results:
    samples = synthetic_samples(Shape(rounds=2, failed_share=0.05))
    samples["tenant"] = samples["size"].map({"256 KB": "patient"}).fillna("bursting")
    verification = {
        "verdict": "fail",
        "acknowledged": 380,
        "checks": {"archived object": {"passed": 379, "failed": 1}},
        "findings": [
            {
                "message_id": "0b6d",
                "strategy": "s3-first",
                "check": "archived object",
                "problem": "not there",
            }
        ],
        "notes": [],
    }
    summary = summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=100))
    run = run_facts(
        name="test",
        profile="raw",
        seed=1,
        started=STARTED,
        finished=STARTED,
        latency=latency_facts(shaping_of(load_profile("aws-typical"))),
        plan={"raw": {"rounds": 2}},
        stack={"cache": "Valkey 8"},
        repository=Path(__file__).parents[3],
    )
    shaping = shaping_of(load_profile("aws-typical"), sender=network_of("office"))
    shaped, calls = shaped_run(shaping)
    bills = TemplateBills.under(shaping)
    worlds = robustness(
        shaped,
        calls,
        body_sizes(shaped),
        variants_of(shaping),
        Bootstrap(resamples=20),
        cache_node="cache.r7g.large",
        cache_bytes_per_s=1e8,
    )
    figures = RunFigures(
        summary,
        raw=replace(summary),
        calls=operation_calls(shaped, calls),
        robustness=worlds,
        costs=costs(
            shaped.assign(profile=shaping.profile),
            with_invocations(calls),
            body_sizes(shaped),
            Bootstrap(resamples=20),
            bills,
        ),
    )
    samples, calls = samples.assign(profile="raw"), calls.assign(profile="aws-typical")
    return Results(samples, calls, figures_json(figures, verification), run, verification)
