"""A plan is balanced, its due times are an arrival process of the asked rate, its seed decides."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load import INGESTING, KINDS, Plan, PlanError, SizeLoad, make_plan
from bench.load.schedule import due_times_s


def _size(**values: Any) -> SizeLoad:
    defaults = {
        "size": "256 KB",
        "body_bytes": 262_144,
        "rate_per_s": 5.0,
        "requests": 6,
        "floor_requests": 4,
        "warm_up": 2,
    }
    return SizeLoad(**{**defaults, **values})


loads = st.builds(
    _size,
    rate_per_s=st.floats(0.1, 100),
    requests=st.integers(1, 20),
    floor_requests=st.integers(0, 10),
    warm_up=st.integers(0, 4),
)
plans = st.builds(
    lambda loads, rounds, seed, process: make_plan(
        [_renamed(load, f"size {place}") for place, load in enumerate(loads)],
        rounds=rounds,
        seed=seed,
        run_tag="t",
        process=process,
    ),
    st.lists(loads, min_size=1, max_size=3),
    st.integers(1, 4),
    st.integers(0, 2**32),
    st.sampled_from(["constant", "poisson"]),
)


def _renamed(load: SizeLoad, size: str) -> SizeLoad:
    return _size(
        size=size,
        rate_per_s=load.rate_per_s,
        requests=load.requests,
        floor_requests=load.floor_requests,
        warm_up=load.warm_up,
    )


@given(plans)
@settings(deadline=None)
def test_each_round_and_size_goes_floor_set_and_then_a_b_b_a(plan: Plan) -> None:
    orders = defaultdict(list)
    for block in plan.blocks:
        orders[block.round, block.size].append(block.strategy)
    for (round_number, _), order in orders.items():
        ingesting = order[-4:]
        first = "redis-first" if round_number % 2 == 0 else "s3-first"
        assert ingesting[0] == first
        assert ingesting == ingesting[::-1]
        assert Counter(ingesting) == {"redis-first": 2, "s3-first": 2}
        assert order[:-4] in ([], ["floor", "redis-set"])
    assert [block.number for block in plan.blocks] == list(range(len(plan.blocks)))


@given(plans)
@settings(deadline=None)
def test_mean_positions_of_the_strategies_are_equal_within_a_round(plan: Plan) -> None:
    places = defaultdict(list)
    for block in plan.blocks:
        if block.strategy in INGESTING:
            places[block.round, block.size, block.strategy].append(block.number)
    for round_number, size, _ in places:
        redis = places[round_number, size, "redis-first"]
        assert sum(redis) == sum(places[round_number, size, "s3-first"])


@given(plans)
@settings(deadline=None)
def test_due_times_ascend_and_warm_up_comes_first_and_once(plan: Plan) -> None:
    warmed = Counter()
    for block in plan.blocks:
        due_s = [arrival.due_s for arrival in block.arrivals]
        assert due_s == sorted(due_s)
        assert not due_s or due_s[0] == 0
        warm = [arrival.warm_up for arrival in block.arrivals]
        assert warm == sorted(warm, reverse=True)
        warmed[block.strategy, block.size] += any(warm)
    assert max(warmed.values()) <= 1


@given(plans)
@settings(deadline=None)
def test_strategies_get_the_same_load_within_a_round(plan: Plan) -> None:
    asked = defaultdict(set)
    for block in plan.blocks:
        if block.strategy in INGESTING:
            measured = [arrival for arrival in block.arrivals if not arrival.warm_up]
            gaps = tuple(round(b.due_s - a.due_s, 6) for a, b in pairwise(measured))
            kinds = tuple(arrival.kind for arrival in measured)
            asked[block.round, block.size].add((gaps, kinds))
    assert {len(loads) for loads in asked.values()} == {1}


@given(plans)
@settings(deadline=None)
def test_kinds_are_balanced_and_dates_are_dates(plan: Plan) -> None:
    for block in plan.blocks:
        for warm_up in (False, True):
            counts = Counter(a.kind for a in block.arrivals if a.warm_up is warm_up)
            numbers = [counts[kind] for kind in KINDS]
            assert max(numbers) - min(numbers) <= 1
        for arrival in block.arrivals:
            assert arrival.date_time.startswith("2026-01-0")
            assert len(arrival.date_time) == 24


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=20)
def test_the_seed_alone_decides(seed: int) -> None:
    def make(seed: int) -> Plan:
        return make_plan([_size()], rounds=2, seed=seed, run_tag="t")

    assert make(seed) == make(seed)
    assert make(seed) != make(seed + 1)


@pytest.mark.parametrize("process", ["constant", "poisson"])
@pytest.mark.parametrize("rate_per_s", [0.5, 5.0, 80.0])
def test_the_mean_rate_is_the_asked_one(process: Any, rate_per_s: float) -> None:
    due_s = due_times_s(process, 4001, rate_per_s, np.random.default_rng(1))
    assert due_s[-1] == pytest.approx(4000 / rate_per_s, rel=0.05)


def test_poisson_gaps_have_the_spread_of_exponential_ones() -> None:
    gaps = np.diff(due_times_s("poisson", 4001, 5.0, np.random.default_rng(1)))
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=0.05)
    assert np.mean(gaps > gaps.mean()) == pytest.approx(np.exp(-1), abs=0.03)


@pytest.mark.parametrize("count", [0, 1])
def test_few_arrivals_are_no_special_case(count: int) -> None:
    assert due_times_s("poisson", count, 5.0, np.random.default_rng(1)) == [0.0] * count


@pytest.mark.parametrize(
    ("field", "value"),
    [("body_bytes", 0), ("rate_per_s", 0.0), ("requests", 0), ("warm_up", -1)],
)
def test_a_load_that_cannot_be_is_refused_by_name(field: str, value: float) -> None:
    with pytest.raises(PlanError, match=field):
        _size(**{field: value})


@pytest.mark.parametrize(("rounds", "sizes"), [(0, [_size()]), (1, []), (1, [_size(), _size()])])
def test_a_plan_without_rounds_or_with_doubled_sizes_is_refused(
    rounds: int, sizes: list[SizeLoad]
) -> None:
    with pytest.raises(PlanError, match=r"rounds .* and sizes"):
        make_plan(sizes, rounds=rounds, seed=1, run_tag="t")


@given(plans)
@settings(deadline=None, max_examples=30)
def test_a_plan_survives_json(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan


def _plan_json(**values: Any) -> str:
    import json

    plan = json.loads(make_plan([_size()], rounds=1, seed=1, run_tag="t").to_json())
    block = plan["blocks"][0]
    block.update({k: v for k, v in values.items() if k in block})
    block["arrivals"][0].update({k: v for k, v in values.items() if k in block["arrivals"][0]})
    plan.update({k: v for k, v in values.items() if k in plan or k == "extra"})
    return json.dumps(plan)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"strategy": "s4-first"}, r"plan.blocks\[0\].strategy"),
        ({"kind": "film"}, r"plan.blocks\[0\].arrivals\[0\].kind"),
        ({"due_s": "soon"}, r"plan.blocks\[0\].arrivals\[0\].due_s"),
        ({"body_bytes": True}, r"plan.blocks\[0\].body_bytes"),
        ({"seed": 1.5}, "plan.seed"),
        ({"extra": 1}, "plan.extra"),
        ({"drain": 3}, "plan.drain"),
        ({"blocks": {}}, "plan.blocks"),
    ],
)
def test_a_plan_with_a_wrong_field_is_refused_by_name(values: dict[str, Any], where: str) -> None:
    with pytest.raises(PlanError, match=where):
        Plan.from_json(_plan_json(**values))


def test_text_that_is_no_plan_is_refused() -> None:
    with pytest.raises(PlanError, match="not JSON"):
        Plan.from_json("not JSON")
    with pytest.raises(PlanError, match=r"plan.seed is missing"):
        Plan.from_json("{}")
