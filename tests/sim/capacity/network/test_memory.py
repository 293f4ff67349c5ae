"""Memory holds exactly what the closed form says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.network import (
    Arrivals,
    Constant,
    Delay,
    Fail,
    Free,
    Load,
    Memory,
    Network,
    Store,
    Wait,
    simulate,
)


def test_constant_arrivals_hold_rate_times_size_times_time_to_live():
    rate_per_s, size, overhead, time_to_live_s = 4, 1_000, 24, 40
    due_s = np.arange(0, 600, 1 / rate_per_s)
    network = Network(
        (Memory("m", 10**9, time_to_live_s=time_to_live_s, overhead_bytes=overhead),),
        (Store("m", Fail("full")),),
    )
    outcome = simulate(
        network, Arrivals(due_s, np.full(len(due_s), size, np.uint32)), until_s=600.0
    )
    held = rate_per_s * (size + overhead) * time_to_live_s
    series = outcome.memories["m"]
    assert (series.bytes_mean[1:] == held).all()
    assert (series.bytes_max[1:] == held).all()
    assert series.expiries.tolist() == [20 * rate_per_s + 1, *[60 * rate_per_s] * 9]
    assert outcome.totals["m"].stored_bytes == len(due_s) * (size + overhead)


def simulated(values, capacity, when_full, time_to_live_s, hold_s):
    due_s = np.cumsum([gap for gap, _ in values]) / 8
    body_bytes = np.array([size for _, size in values], np.uint32)
    network = Network(
        (Memory("m", capacity, when_full, time_to_live_s),),
        (Store("m", Fail("full")), Delay(Constant(hold_s)), Load("m"), Free("m")),
    )
    return due_s, simulate(network, Arrivals(due_s, body_bytes), interval_s=1)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 100)), min_size=1, max_size=40),
    capacity=st.integers(60, 400),
    when_full=st.sampled_from(["refuse", "evict-oldest"]),
    time_to_live_s=st.sampled_from([None, 1.0, 3.0]),
    hold_s=st.sampled_from([0.5625, 2.0625]),
)
def test_refusals_evictions_and_expiries_are_those_of_a_plain_list(
    values, capacity, when_full, time_to_live_s, hold_s
):
    due_s, outcome = simulated(values, capacity, when_full, time_to_live_s, hold_s)
    times = [(due, 1, at) for at, due in enumerate(due_s)]
    times += [(due + hold_s, 0, at) for at, due in enumerate(due_s)]  # a sixteenth off the stores
    held: list[tuple[int, float, int]] = []
    names, evictions, area, last_s = {}, 0, 0.0, 0.0
    for now_s, stores, at in sorted(times):
        for each in [*held]:
            ends_s = each[1] + (time_to_live_s or 1e9)
            if ends_s <= now_s:
                area += each[2] * (ends_s - max(last_s, each[1]))
                held.remove(each)
        area += sum(size * (now_s - max(last_s, stored_s)) for _, stored_s, size in held)
        last_s = now_s
        if stores:
            size = values[at][1]
            if size > capacity or (
                when_full == "refuse" and sum(each[2] for each in held) + size > capacity
            ):
                names[at] = "full"
                continue
            while sum(each[2] for each in held) + size > capacity:
                held.pop(0)
                evictions += 1
            held.append((at, now_s, size))
        elif at not in names:
            mine = [each for each in held if each[0] == at]
            names[at] = "completed" if mine else "lost from m"
            held = [each for each in held if each not in mine]
    assert [outcome.names[code] for code in outcome.code] == [names[at] for at in range(len(due_s))]
    total = outcome.totals["m"]
    assert total.evictions == evictions
    assert total.held_bytes == 0
    assert total.busy_s == pytest.approx(area, rel=1e-12)


def test_who_waits_for_room_gets_it_in_order_when_values_expire():
    network = Network(
        (Memory("m", 100, time_to_live_s=10.0),), (Store("m", Wait()), Delay(Constant(0.0)))
    )
    arrivals = Arrivals(np.arange(5.0), np.full(5, 60, np.uint32))
    outcome = simulate(network, arrivals)
    assert outcome.counts() == {"completed": 5}
    # One at a time, ten seconds each: the second waits 9 s, the third 18, ...
    assert outcome.totals["m"].wait_s == 9 + 18 + 27 + 36
    assert outcome.totals["m"].queue_s == 90
    assert outcome.ended_s == 40
