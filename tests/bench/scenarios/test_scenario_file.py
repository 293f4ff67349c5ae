"""Scenarios that come along hold together; a wrong file or override is refused by its key."""

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench.command_line.bench_command import settings_of
from bench.command_line.scenarios_command import run_list, run_show
from bench.load import INGESTING, make_plan
from bench.run import SettingsError
from bench.scenarios import Scenario, ScenarioError, load_scenario, scenario_names
from sim.latency.shaping import Shaping

LARGEST_BYTES = 6_288_384
NAMES = [
    "sizes", "burst", "cold-start", "large-only", "mixed-sizes", "ramp", "soak", "steady",
    "two-tenants",
]  # fmt: skip
MINIMAL = """
description = "A test's."
repetitions = 2
order = "randomised"
[strategies]
redis-first = 1
s3-first = 1
[load.only]
requests = 5
arrivals = { process = "poisson", rate_per_s = 3 }
sizes = { "256 KB" = 1 }
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_these_come_with_firstwrite_the_default_first() -> None:
    assert scenario_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_makes_a_plan_of_about_the_requests_that_it_states(name: str) -> None:
    scenario = load_scenario(name)
    plan = make_plan(
        scenario.loads, scenario.design, largest_bytes=LARGEST_BYTES, seed=1, run_tag="t"
    )
    measured = [
        arrival
        for block in plan.blocks
        if block.strategy in INGESTING
        for arrival in block.arrivals
        if not arrival.warm_up
    ]
    assert len(measured) == pytest.approx(scenario.expected_requests, rel=0.2)
    last_s = sum(b.arrivals[-1].due_s for b in plan.blocks if b.strategy in INGESTING)
    assert last_s == pytest.approx(scenario.expected_s, rel=0.5)
    strategies = Counter(block.strategy for block in plan.blocks)
    assert strategies["redis-first"] == strategies["s3-first"] > 0
    assert len(scenario.description) > 80


def test_sizes_is_what_a_run_was_before_there_were_scenarios() -> None:
    scenario = load_scenario()
    assert [
        (load.label, load.requests, load.warm_up, load.rate_per_s) for load in scenario.loads
    ] == [
        ("256 KB", 20, 24, 6.0),
        ("1 MB", 14, 3, 4.0),
        ("3 MB", 9, 3, 2.0),
        ("largest", 7, 3, 1.25),
    ]
    design = scenario.design
    assert (design.rounds, design.order, design.floor_requests) == (2, "abba", 6)
    assert dict(design.blocks) == {"redis-first": 2, "s3-first": 2}


def test_cold_start_warms_nothing_up_and_two_tenants_are_two() -> None:
    assert [load.warm_up for load in load_scenario("cold-start").loads] == [0]
    (shared,) = load_scenario("two-tenants").loads
    assert [stream.tenant for stream in shared.streams] == ["patient", "bursting"]


@pytest.mark.parametrize(
    ("overrides", "found"),
    [
        (["repetitions=7"], lambda s: s.design.rounds == 7),
        (["order=abba"], lambda s: s.design.order == "abba"),
        (['order="abba"'], lambda s: s.design.order == "abba"),
        (["load.only.requests=", "load.only.duration_s=9"], lambda s: s.loads[0].length_s == 9),
        (["load.only.arrivals.rate_per_s=4.5"], lambda s: s.loads[0].rate_per_s == 4.5),
        (['load.only.sizes={"2.5 MB"=1}'], lambda s: s.loads[0].streams[0].sizes == {"2.5 MB": 1}),
        (["slo.p99_ms=300"], lambda s: s.objectives == {"p99_ms": 300}),
        (["in_flight_limit=3"], lambda s: s.in_flight_limit == 3),
    ],
)
def test_any_key_can_be_overridden_by_its_path(
    tmp_path: Path, overrides: list[str], found: Any
) -> None:
    before = load_scenario(written(tmp_path, MINIMAL))
    after = load_scenario(written(tmp_path, MINIMAL), overrides)
    assert not found(before)
    assert found(after)
    assert after.overrides == tuple(overrides)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("repetitions", "-o repetitions is no key=value"),
        ("=3", "-o =3 is no key=value"),
        ("a..b=3", "is no key=value"),
        ("repetitions.x=3", "repetitions is 2 and has no keys"),
        ("repetitons=3", "mine.toml: repetitons is unknown; known here: description, repetitions"),
        ("repetitions=0", "mine.toml: repetitions is 0; write 1 or more"),
        ("repetitions=1.5", "repetitions is 1.5; write a whole number"),
        ("repetitions=true", "repetitions is True; write a number"),
        ("repetitions=", "repetitions is missing"),
        ("order=abab", "order is 'abab'; take one of abba, randomised"),
        ("description=", 'description is missing, or no text; write description = "…"'),
        ("in_flight_limit=0", "in_flight_limit is 0; write 1 or more"),
        ("floor_requests=-1", "floor_requests is -1; write 0 or more"),
        ("strategies.redis=1", "strategies.redis is unknown; known here: redis-first, s3-first"),
        ("strategies={}", "strategies cannot be: "),
        ("model=closed", "model is 'closed'; it is \"closed\" where process is"),
        (
            'load.only.arrivals={process="closed", users=2}',
            "model is 'open'; it is \"closed\" where process is",
        ),
        (
            'load.only.arrivals={process="closed", users=0}',
            "load.only.arrivals.users is 0; write 1 or more",
        ),
        ("slo.p42_ms=3", "slo.p42_ms is unknown"),
        ("slo.p99_ms=nan", "slo.p99_ms is nan; write a number"),
        ("load={}", "load is missing; write a table"),
        ("load=5", "load is 5; write a table"),
        ("load.only=5", "load.only is 5; write a table"),
        ("load.only.speed=5", "load.only.speed is unknown"),
        ("load.only.requests=", "load.only cannot be: 'only' has neither requests"),
        ("load.only.duration_s=5", "has both requests and duration_s"),
        ("load.only.arrivals=", "load.only.arrivals is missing; write"),
        ("load.only.arrivals.process=uniform", "arrivals.process is 'uniform'; take one of"),
        ("load.only.arrivals.rate_per_s=", "load.only.arrivals.rate_per_s is missing"),
        ("load.only.arrivals.rate_per_s=0", "arrivals.process (poisson) cannot be: the rate is 0"),
        ("load.only.arrivals.to_per_s=2", "load.only.arrivals.to_per_s is unknown"),
        (
            'load.only.arrivals={process="burst", base_per_s=1, burst_per_s=2, burst_s=9,'
            " period_s=5}",
            "(burst) cannot be: burst_s is 9",
        ),
        ('load.only.arrivals={process="step", steps=[[1]]}', "arrivals.steps is [[1]]; write a"),
        (
            'load.only.arrivals={process="trace", file="none.csv"}',
            "(trace) cannot be: the trace",
        ),
        (
            'load.only.arrivals={process="ramp", from_per_s=1, to_per_s=2, over_s=3, spacing="x"}',
            "arrivals.spacing is 'x'; take one of poisson, constant",
        ),
        ("load.only.sizes={}", "load.only.sizes has no weight above 0"),
        ('load.only.sizes={"9 MB"=1}', "load.only.sizes.9 MB cannot be: size '9 MB'"),
        ("load.only.sizes.256 KB=-1", "load.only.sizes.256 KB is -1; write 0 or more"),
        ("load.only.kinds.film=1", "load.only.kinds.film is unknown; known here: image"),
        ("load.only.tenant.a.requests=3", "load.only.arrivals is unknown"),
    ],
)
def test_a_wrong_key_is_refused_with_its_path_and_the_reason(
    tmp_path: Path, override: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(written(tmp_path, MINIMAL), [override])
    assert said in str(refused.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"mine\.toml is no TOML"):
        load_scenario(written(tmp_path, "description ="))
    with pytest.raises(ScenarioError, match="there is no scenario none: take one of sizes"):
        load_scenario("none")


def test_a_trace_lies_beside_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("time\n0\n4\n", encoding="utf-8")
    arrivals = 'load.only.arrivals={process="trace", file="day.csv", speed=2}'
    scenario = load_scenario(written(tmp_path, MINIMAL), [arrivals, "load.only.requests="])
    assert scenario.loads[0].length_s == 2


def _settings(**values: Any) -> Scenario:
    given = {"scenario": "sizes", "overrides": [], "corpus": None, "name": "n", "seed": 1,
             "rounds": None, "sizes": None, "results_root": Path(), "shaping": Shaping("raw"),
             **values}  # fmt: skip
    return settings_of(**given).scenario


def test_rounds_and_size_narrow_a_scenario_as_they_did() -> None:
    assert _settings().design.rounds == 2
    assert _settings(rounds=5).design.rounds == 5
    assert [load.label for load in _settings(sizes=["largest", "1 MB"]).loads] == [
        "1 MB",
        "largest",
    ]
    with pytest.raises(SettingsError, match="--size '1 MB' is unknown: use steady"):
        _settings(scenario="steady", sizes=["1 MB"])
    with pytest.raises(SettingsError, match="rounds is 0"):
        _settings(rounds=0)


def test_the_raw_part_has_two_blocks_of_each_strategy_and_alone_the_floors() -> None:
    for name, raw_rounds in (("sizes", 1), ("steady", 2)):
        settings = settings_of(
            scenario=name, overrides=[], corpus=None, name="n", seed=1, rounds=None, sizes=None,
            results_root=Path(), shaping=Shaping("aws-typical"),
        )  # fmt: skip
        raw, answer = (part.design for part in settings.parts)
        assert raw.rounds == raw_rounds
        assert raw.floor_requests > answer.floor_requests == 0
        assert answer.rounds == settings.scenario.design.rounds


def test_list_and_show_print_what_a_scenario_is_for() -> None:
    out = io.StringIO()
    console = Console(file=out, width=120)
    assert run_list(console) == run_show("two-tenants", console) == 0
    text = out.getvalue()
    assert all(name in text for name in NAMES)
    assert "They share one API\n# key" in text
    assert "# shared: patient constant, 2/s, bursting poisson, 0.2/s with bursts" in text


def test_a_closed_model_is_chosen_by_name_and_needs_a_number_of_requests(tmp_path: Path) -> None:
    users = 'load.only.arrivals={process="closed", users=3, think_s=0.2}'
    file = written(tmp_path, MINIMAL)
    scenario = load_scenario(file, ["model=closed", users])
    plan = make_plan(
        scenario.loads, scenario.design, largest_bytes=LARGEST_BYTES, seed=1, run_tag="t"
    )
    assert {(block.users, block.think_s) for block in plan.blocks} == {(3, 0.2)}
    assert {len(block.arrivals) for block in plan.blocks} == {5}
    ends = ["load.only.requests=", "load.only.duration_s=5"]
    with pytest.raises(ScenarioError, match="is a closed model: it needs requests"):
        load_scenario(file, ["model=closed", users, *ends])
