"""A plan is balanced, its due times are an arrival process of the asked rate, its seed decides."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load import (
    INGESTING,
    USUAL_KINDS,
    BlockLoad,
    Design,
    Plan,
    PlanError,
    Stream,
    burst,
    constant,
    make_plan,
    poisson,
    read_trace,
    step,
)
from bench.load.proportion import in_proportion

LARGEST_BYTES = 6_288_384


def _load(**values: Any) -> BlockLoad:
    stream = Stream(values.pop("arrivals", poisson(5.0)), values.pop("sizes", {"256 KB": 1}))
    return BlockLoad(**{"label": "256 KB", "streams": (stream,), "requests": 6, **values})


def _plan(*loads: BlockLoad, seed: int = 1, **design: Any) -> Plan:
    given = Design(**{"rounds": 1, "floor_requests": 4, **design})
    return make_plan(loads, given, largest_bytes=LARGEST_BYTES, seed=seed, run_tag="t")


def _measured(block: Any) -> list[Any]:
    return [arrival for arrival in block.arrivals if not arrival.warm_up]


loads = st.builds(
    lambda rate, process, sizes, requests, warm_up: _load(
        arrivals=process(rate), sizes=sizes, requests=requests, warm_up=warm_up
    ),
    st.floats(0.1, 100),
    st.sampled_from([constant, poisson]),
    st.sampled_from([{"256 KB": 1}, {"256 KB": 3, "1 MB": 2, "largest": 1}]),
    st.integers(1, 20),
    st.integers(0, 4),
)
plans = st.builds(
    lambda loads, rounds, seed, floor_requests: _plan(
        *(replace(load, label=f"load {place}") for place, load in enumerate(loads)),
        rounds=rounds,
        seed=seed,
        floor_requests=floor_requests,
    ),
    st.lists(loads, min_size=1, max_size=3),
    st.integers(1, 4),
    st.integers(0, 2**32),
    st.integers(0, 10),
)


@given(plans)
@settings(deadline=None)
def test_each_round_and_size_goes_floor_set_and_then_a_b_b_a(plan: Plan) -> None:
    orders = defaultdict(list)
    for block in plan.blocks:
        orders[block.round, block.label].append(block.strategy)
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
            places[block.round, block.label, block.strategy].append(block.number)
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
        warmed[block.strategy, block.label] += any(warm)
    assert max(warmed.values()) <= 1


@given(plans)
@settings(deadline=None)
def test_strategies_get_the_same_load_within_a_round(plan: Plan) -> None:
    asked = defaultdict(set)
    for block in plan.blocks:
        if block.strategy in INGESTING:
            measured = _measured(block)
            gaps = tuple(round(b.due_s - a.due_s, 6) for a, b in pairwise(measured))
            contents = tuple((a.kind, a.size, a.body_bytes) for a in measured)
            asked[block.round, block.label].add((gaps, contents))
    assert {len(loads) for loads in asked.values()} == {1}


@given(plans)
@settings(deadline=None)
def test_the_n_th_blocks_of_the_strategies_share_their_luck_and_no_others_do(plan: Plan) -> None:
    lucks = defaultdict(list)
    for block in plan.blocks:
        if block.strategy in INGESTING:
            luck = tuple(arrival.luck for arrival in _measured(block))
            lucks[block.round, block.label, block.strategy].append(luck)
    for round_number, label, _ in lucks:
        redis = lucks[round_number, label, "redis-first"]
        assert redis == lucks[round_number, label, "s3-first"]
        assert len(set(redis)) == len(redis)


@given(plans)
@settings(deadline=None)
def test_kinds_are_balanced_and_dates_are_dates(plan: Plan) -> None:
    for block in plan.blocks:
        for warm_up in (False, True):
            counts = Counter(a.kind for a in block.arrivals if a.warm_up is warm_up)
            numbers = [counts[kind] for kind in USUAL_KINDS]
            assert max(numbers) - min(numbers) <= 1
        for arrival in block.arrivals:
            assert arrival.date_time.startswith("2026-01-0")
            assert len(arrival.date_time) == 24


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 100), min_size=1),
    st.integers(0, 200),
    st.integers(0, 2**32),
)
def test_things_are_dealt_out_by_weight(weights: dict[str, float], count: int, seed: int) -> None:
    dealt = Counter(in_proportion(weights, count, np.random.default_rng(seed)))
    assert dealt.total() == count
    for key, weight in weights.items():
        assert abs(dealt[key] - count * weight / sum(weights.values())) < len(weights)


def test_nothing_is_dealt_out_without_a_weight() -> None:
    with pytest.raises(ValueError, match="no weight"):
        in_proportion({"a": 0.0}, 1, np.random.default_rng(1))


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=20)
def test_the_seed_alone_decides(seed: int) -> None:
    load = _load(sizes={"256 KB": 1, "1 MB": 1}, requests=9)
    one, again, other = (_plan(load, seed=each, rounds=2) for each in (seed, seed, seed + 1))
    assert one == again
    assert one.blocks != other.blocks


def test_randomised_rounds_are_complete_and_their_order_is_the_seed_s() -> None:
    small, large = _load(), _load(label="large", sizes={"largest": 1})
    design = {"rounds": 12, "order": "randomised", "blocks": {"redis-first": 2, "s3-first": 1}}
    plan = _plan(small, large, **design)
    orders = defaultdict(list)
    for block in plan.blocks:
        orders[block.round].append((block.label, block.strategy))
    for order in orders.values():
        assert Counter(order) == Counter(orders[0])
        for label in ("256 KB", "large"):
            assert [s for name, s in order if name == label][:2] == ["floor", "redis-set"]
    ingesting = [tuple(each for each in order if each[1] in INGESTING) for order in orders.values()]
    assert len(set(ingesting)) > 4
    assert len({order[0] for order in ingesting}) > 2
    assert plan == _plan(small, large, **design)
    assert _plan(small, large, seed=2, **design).blocks != plan.blocks


def test_a_duration_ends_a_block_and_floors_keep_their_number() -> None:
    load = _load(arrivals=burst(2, 20, 2, 10), requests=None, duration_s=20, warm_up=4)
    plan = _plan(load)
    assert load.expected_requests == pytest.approx(112)
    begin_s = 4 / load.rate_per_s
    numbers = []
    for block in plan.blocks:
        if block.strategy in INGESTING:
            numbers.append(len(_measured(block)))
            assert all(a.due_s < begin_s + 20 for a in block.arrivals)
        else:
            assert len(_measured(block)) == 4
    assert len(set(numbers)) == 1
    assert numbers[0] == pytest.approx(112, abs=40)


def test_steps_and_traces_end_by_themselves(tmp_path: Path) -> None:
    (plan,) = {
        len(b.arrivals)
        for b in _plan(
            _load(arrivals=step([(2, 3), (4, 1)], "constant"), requests=None), floor_requests=0
        ).blocks
    }
    assert plan == 10
    path = tmp_path / "trace.csv"
    path.write_text("time,size,kind\n5,largest,json\n7.5,300000,text\n", encoding="utf-8")
    block = _plan(_load(arrivals=read_trace(path), requests=None), floor_requests=1).blocks[-1]
    assert [(a.due_s, a.size, a.body_bytes, a.kind) for a in block.arrivals] == [
        (0.0, "largest", LARGEST_BYTES, "json"),
        (2.5, "up to 1 MB", 524_288, "text"),
    ]


def test_two_streams_are_one_row_of_arrivals_with_their_tenants() -> None:
    streams = (
        Stream(constant(10.0), {"256 KB": 1}, {"json": 1}, tenant="patient"),
        Stream(constant(5.0), {"3 MB": 1}, {"image": 1}, tenant="bursting"),
    )
    load = BlockLoad("shared", streams, duration_s=4, warm_up=6)
    block = _plan(load, floor_requests=0).blocks[0]
    due_s = [arrival.due_s for arrival in block.arrivals]
    assert due_s == sorted(due_s)
    measured = Counter((a.tenant, a.size, a.kind) for a in _measured(block))
    assert measured == {("patient", "256 KB", "json"): 40, ("bursting", "3 MB", "image"): 20}
    warming = Counter(a.tenant for a in block.arrivals if a.warm_up)
    assert warming == {"patient": 4, "bursting": 2}
    first_ten = _plan(replace(load, duration_s=None, requests=10), floor_requests=0).blocks[0]
    assert len(_measured(first_ten)) == 10


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"requests": 0}, "requests"),
        ({"warm_up": -1}, "warm_up"),
        ({"duration_s": 3.0}, "both requests and duration_s"),
        ({"requests": None}, "neither requests nor duration_s"),
        ({"requests": None, "duration_s": -1.0}, "duration_s"),
        ({"streams": ()}, "no arrivals"),
    ],
)
def test_a_load_that_cannot_be_is_refused_by_name(values: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        _load(**values)


@pytest.mark.parametrize(
    ("loads", "design", "said"),
    [
        ([_load()], {"rounds": 0}, r"rounds .* and loads"),
        ([], {}, r"rounds .* and loads"),
        ([_load(), _load()], {}, r"rounds .* and loads"),
        ([_load()], {"floor_requests": -1}, "floor_requests"),
        ([_load()], {"blocks": {"redis-first": 1, "s3-first": 2}}, "order abba"),
        ([_load()], {"blocks": {"redis-first": 0, "s3-first": 0}}, "one above 0"),
        ([_load(sizes={"9 MB": 1})], {}, "9 MB"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    loads: list[BlockLoad], design: dict[str, Any], said: str
) -> None:
    with pytest.raises(PlanError, match=said):
        _plan(*loads, **design)


@given(plans)
@settings(deadline=None, max_examples=30)
def test_a_plan_survives_json(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan


def _plan_json(**values: Any) -> str:
    import json

    plan = json.loads(_plan(_load()).to_json())
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
        ({"body_bytes": True}, r"plan.blocks\[0\].arrivals\[0\].body_bytes"),
        ({"label": 3}, r"plan.blocks\[0\].label"),
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
