"""What a small synthetic run leaves behind, made once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.results import Results, run_facts
from bench.statistics import Bootstrap, summarise, summary_json
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

STARTED = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def results() -> Results:
    samples = synthetic_samples(Shape(rounds=2, failed_share=0.05))
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
        plan={"rounds": 2},
        stack={"cache": "Valkey 8"},
        repository=Path(__file__).parents[3],
    )
    return Results(samples, summary_json(summary, verification), run, verification)
