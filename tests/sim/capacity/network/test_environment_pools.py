"""Environments are reused, made, expire and are refused as Lambda's rules say."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.network import (
    Account,
    Arrivals,
    Bandwidth,
    Constant,
    Delay,
    EnvironmentPool,
    Fail,
    Invoke,
    Mark,
    Network,
    Release,
    Wait,
    simulate,
)

THROTTLED = Fail("throttled")


def invoked(due_s, busy_bytes, pool, account=None, refusal=THROTTLED):
    """Invocations that take as many 1024ths of a second as their body has bytes."""
    program = (
        Invoke(pool.name, refusal),
        Mark("began"),
        Delay(Bandwidth(1024.0)),
        Release(pool.name),
    )
    network = Network((pool,), program, account)
    return simulate(network, Arrivals(np.array(due_s), np.array(busy_bytes, np.uint32)))


@settings(max_examples=200, deadline=None)
@given(
    calls=st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 1500)), min_size=1, max_size=60),
    limit=st.one_of(st.none(), st.integers(0, 5)),
    reserved=st.booleans(),
    expiry=st.sampled_from([0.25, 1.0, 64.0]),
    scaling=st.sampled_from([5, 10, 40, 1000]),
)
def test_reuse_expiry_limit_and_scaling_are_those_of_a_list_of_environments(
    calls, limit, reserved, expiry, scaling
):
    # An odd 2048th of a second: no arrival meets an end. Rates of binary fractions: no rounding.
    due_s = np.cumsum([gap for gap, _ in calls]) / 1024 + 1 / 2048
    init_s = 0.125
    account = None
    if limit is not None and not reserved:
        account = Account(max(1, limit))
    pool = EnvironmentPool(
        "f", Constant(init_s), expiry, limit if reserved else None, scaling_per_10_s=scaling
    )
    outcome = invoked(due_s, [size for _, size in calls], pool, account)

    most = 1e9 if limit is None else limit if reserved else max(1, limit)
    free_at: list[float] = []  # each environment's end of its last invocation
    cold, refused, tokens, filled_s = [], [], float(scaling), 0.0
    for number, (due, (_, size)) in enumerate(zip(due_s, calls, strict=True)):
        free_at = [end for end in free_at if end > due - expiry]
        idle = [end for end in free_at if end <= due]
        tokens, filled_s = min(scaling, tokens + (due - filled_s) * scaling / 10), due
        if len(free_at) - len(idle) >= most or (not idle and tokens < 1):
            refused.append(number)
            continue
        if idle:
            free_at.remove(max(idle))  # used last, used first
            free_at.append(due + size / 1024)
        else:
            tokens -= 1
            cold.append(number)
            free_at.append(due + init_s + size / 1024)
    assert np.flatnonzero(outcome.cold).tolist() == cold
    assert np.flatnonzero(outcome.code != 1).tolist() == refused
    assert outcome.totals["f"].cold_starts == len(cold)
    assert outcome.totals["f"].init_s == pytest.approx(init_s * len(cold), abs=1e-9)


def test_a_cold_start_passes_its_init_and_the_bill_rounds_up():
    pool = EnvironmentPool("f", Constant(0.25), 60.0, billing_step_s=0.1)
    outcome = invoked([0.0, 1.0], [512, 51], pool)
    assert outcome.marks["began"].tolist() == [250.0, 0.0]
    total = outcome.totals["f"]
    assert total.busy_s == 0.75 + 51 / 1024
    assert total.billed_s == pytest.approx(0.8 + 0.1)
    assert outcome.cold.tolist() == [1, 0]


def test_a_burst_gains_a_thousand_environments_and_a_hundred_a_second():
    due_s = np.repeat([0.0, 1.0, 2.0], [1500, 300, 300])
    pool = EnvironmentPool("f", Constant(0.0), 600.0)
    outcome = invoked(due_s, np.full(len(due_s), 100 * 1024), pool)
    let_in = Counter(due_s[outcome.code == 1].tolist())
    assert let_in == {0.0: 1000, 1.0: 100, 2.0: 100}


def test_pools_share_what_the_account_has_left_and_wait_in_one_order():
    pools = (
        EnvironmentPool("a", Constant(0.0), 60.0),
        EnvironmentPool("b", Constant(0.0), 60.0),
        EnvironmentPool("kept", Constant(0.0), 60.0, reserved=3),
    )
    program = (
        Invoke("a", Wait()),
        Delay(Constant(1.0)),
        Release("a"),
        Invoke("b", Wait()),
        Delay(Constant(1.0)),
        Release("b"),
        Invoke("kept", THROTTLED),
        Delay(Constant(5.0)),
        Release("kept"),
    )
    arrivals = Arrivals(np.arange(6) / 64, np.zeros(6, np.uint32))
    outcome = simulate(Network(pools, program, Account(5)), arrivals, interval_s=1)
    shared_busy = outcome.pools["a"].busy_mean + outcome.pools["b"].busy_mean
    assert shared_busy[1:5].tolist() == pytest.approx([2.0] * 4)
    assert outcome.pools["kept"].busy_max.max() == 3
    # Two at a time in order of standing in line: all have been in a before the first is in b, from
    # 3 s on. The reserved three are taken by 5 s and until 9 s.
    assert [outcome.names[code] for code in outcome.code] == ["completed"] * 3 + ["throttled"] * 3
    assert outcome.ended_s == pytest.approx(10, abs=0.1)


def test_who_waits_for_scaling_is_let_in_at_its_rate():
    pool = EnvironmentPool("f", Constant(0.0), 60.0, scaling_per_10_s=5)
    outcome = invoked(np.zeros(9), np.full(9, 100 * 1024), pool, refusal=Wait())
    assert outcome.marks["began"].tolist() == [0.0] * 5 + [2000.0, 4000.0, 6000.0, 8000.0]
    assert outcome.pools["f"].queue_max.max() == 4
