"""Results folders as `firstwrite bench` writes them, made of synthetic tables: no server."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from bench.collect import CALL_COLUMNS
from bench.report import draw_plots, render_report
from bench.results import Results, run_facts, write_results
from bench.run.figures import figures_of, part_of
from bench.run.latency_facts import latency_facts
from bench.statistics import Bootstrap, figures_json
from sim.latency import load_profile, network_of
from sim.latency.shaping import Shaping, shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
PASSED = {
    "verdict": "pass",
    "acknowledged": 380,
    "checks": {
        "archived object": {"passed": 380, "failed": 0},
        "metadata row": {"passed": 380, "failed": 0},
    },
    "findings": [],
    "notes": [],
}
FAILED = {
    **PASSED,
    "verdict": "fail",
    "checks": {
        "archived object": {"passed": 379, "failed": 1},
        "metadata row": {"passed": 380, "failed": 0},
    },
    "findings": [
        {
            "message_id": "0b6d-lost",
            "strategy": "s3-first",
            "check": "archived object",
            "problem": "no object has its key",
        }
    ],
}
QUICK = Bootstrap(resamples=200)


def typical(seed: int = 1) -> Shaping:
    return shaping_of(load_profile("aws-typical"), seed=seed, sender=network_of("same-region"))


def raw_tables(shape: Shape | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return samples and (no) calls of a raw run."""
    samples = synthetic_samples(shape or Shape(rounds=2)).assign(profile="raw")
    return samples, pd.DataFrame(columns=[*CALL_COLUMNS, "profile"])


def shaped_tables(
    shaping: Shaping | None = None, *, blocks: int = 4, requests: int = 12
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return samples and calls of a run under a profile, its raw part included."""
    shaping = shaping or typical()
    raw, no_calls = raw_tables(Shape(rounds=1, sizes=("256 KB", "largest")))
    samples, calls = shaped_run(shaping, blocks=blocks, requests=requests)
    return (
        pd.concat([raw, samples.assign(profile=shaping.profile)], ignore_index=True),
        pd.concat([no_calls, calls.assign(profile=shaping.profile)], ignore_index=True),
    )


def write_folder(
    root: Path,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    *,
    shaping: Shaping | None = None,
    name: str = "test",
    seed: int = 1,
    verification: Mapping[str, Any] = PASSED,
    later: timedelta = timedelta(),
    drawn: bool = False,
    plan: Bootstrap = QUICK,
    **facts: Any,
) -> Path:
    """Write a results folder; with plots and the report only if *drawn*, which takes a second.

    *facts* replace keys of run.json.
    """
    shaping = shaping or Shaping("raw")
    samples, calls = tables
    figures = figures_of(samples, calls, shaping, plan=plan)
    started = STARTED + later
    run = run_facts(
        name=name,
        profile=shaping.profile,
        seed=seed,
        started=started,
        finished=started + timedelta(minutes=4),
        latency=latency_facts(shaping),
        plan={part: plan_of(rows) for part, rows in samples.groupby("profile")},
        stack={"cache": "Valkey 8.1.1"},
        repository=ROOT,
    )
    run |= facts
    plots, html = {}, ""
    if drawn:
        plots = draw_plots(part_of(samples, shaping.profile), figures)
        html = render_report(figures, run=run, verification=verification, plots=plots)
    return write_results(
        root,
        Results(samples, calls, figures_json(figures, verification), run, verification),
        name=name,
        started=started,
        plots=plots,
        report_html=html,
    )


def plan_of(samples: pd.DataFrame) -> dict[str, Any]:
    return {
        "rounds": int(samples["round"].nunique()),
        "sizes": {
            str(size): {"body_bytes": int(rows["body_bytes"].max()), "rate_per_s": 4.0}
            for size, rows in samples.groupby("size")
        },
        "load_generator": {"requests_sent_late": 0},
    }


def edit(path: Path, change: Any) -> None:
    """Change a JSON file by a function of its content."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
