"""A part of a run under a profile, on real servers: its draws, its stages and its records agree."""

import pytest

from bench.load import INGESTING
from bench.run import BenchSettings
from bench.run.part import Part, run_part
from bench.run.settings import PartSettings
from bench.scenarios import load_scenario
from sim.latency import load_profile, network_of
from sim.latency.luck import luck_of
from sim.latency.shaping import shaping_of
from sim.stack import StackSettings, Supervisor
from tests.bench.run.test_verdict_of_a_run import Silent

pytestmark = pytest.mark.integration

SHAPING = shaping_of(load_profile("aws-optimistic"), seed=5, sender=network_of("office"))
SCENARIO = load_scenario(
    "sizes",
    [
        "repetitions=1",
        "floor_requests=0",
        *(f"load.{size}=" for size in ("1 MB", "3 MB", "largest")),
        "load.256 KB.requests=4",
        "load.256 KB.warm_up=1",
    ],
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> list[Part]:
    """The same part twice: on one stack, since draws know nothing of what was there before."""
    folder = tmp_path_factory.mktemp("shaped")
    settings = BenchSettings(name="test", scenario=SCENARIO, shaping=SHAPING)
    part = PartSettings(SHAPING, SCENARIO.design)
    with Supervisor(StackSettings(folder=folder / "stack", shaping=SHAPING)) as stack:
        return [
            run_part(settings, part, stack, work_folder=folder / f"work{n}", display=Silent())
            for n in range(2)
        ]


def draws(part: Part) -> dict[tuple[str, str, str, int], float]:
    """Return the targets of what is called once for each request, whatever the machine's pace."""
    waited = part.calls[part.calls["caller"].isin(["ingest.handler", "metadata.handler"])]
    waited = waited[~waited["fresh_connection"]]
    return {
        (luck_of(row.trace), row.caller, row.operation, row.occurrence): round(row.target_ms, 6)
        for row in waited.itertuples()
        if row.operation in {"elasticache.SET", "s3.PutObject", "dynamodb.PutItem"}
    }


def test_everything_acknowledged_under_a_profile_was_kept(parts):
    assert [part.verification.verdict for part in parts] == ["pass", "pass"]
    for part in parts:
        assert set(part.samples["strategy"]) == INGESTING
        assert (part.samples["profile"] == "aws-optimistic").all()


def test_the_same_seed_gives_the_same_draws_in_another_run(parts):
    first, second = (draws(part) for part in parts)
    common = first.keys() & second.keys()
    lucks = parts[0].samples["trace_id"].map(luck_of).nunique()
    assert len(common) >= 2 * lucks
    assert {key: first[key] for key in common} == {key: second[key] for key in common}
    assert len({first[key] for key in common}) > len(common) / 2


def test_both_strategies_meet_the_same_luck(parts):
    samples = parts[0].samples
    lucks = {
        strategy: set(rows["trace_id"].map(luck_of))
        for strategy, rows in samples.groupby("strategy")
    }
    assert lucks["redis-first"] == lucks["s3-first"]
    assert samples["trace_id"].is_unique
    calls = parts[0].calls
    starts = calls[calls["operation"] == "states.StartExecution"]
    starts = starts[~starts["fresh_connection"]].assign(luck=starts["trace"].map(luck_of))
    assert (starts.groupby("luck")["target_ms"].nunique() == 1).all()


def test_the_stages_hold_what_the_calls_took(parts):
    part = parts[0]
    rows = part.samples.set_index("trace_id")
    for operation, stage in (
        ("network.upload", "stage_gateway_receive_ms"),
        ("states.StartExecution", "stage_start_execution_ms"),
    ):
        calls = part.calls[part.calls["operation"] == operation].set_index("trace")
        assert set(calls.index) == set(rows.index)
        late_ms = rows[stage] - calls["total_ms"].reindex(rows.index)
        assert late_ms.abs().median() < 2.0
        assert (calls["total_ms"] >= calls["target_ms"] - 0.3).all()
    stages = rows[[name for name in rows if name.startswith("stage_")]]
    remainder = stages["stage_remainder_ms"].abs()
    assert remainder.median() < 2.0
