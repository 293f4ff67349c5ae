"""Buckets let through exactly what the closed form says. Times and rates are binary fractions, so
that neither side rounds."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.network import (
    Arrivals,
    Fail,
    Mark,
    Network,
    Take,
    TokenBucket,
    Wait,
    simulate,
)

gaps = st.lists(st.integers(0, 3000), min_size=1, max_size=80)


def outcome_of(gaps, rate_per_s, burst, refusal, tokens=1.0):
    due_s = np.cumsum(np.array(gaps)) / 1024
    network = Network(
        (TokenBucket("bucket", rate_per_s, burst),),
        (Take("bucket", refusal, tokens), Mark("through")),
    )
    return due_s, simulate(network, Arrivals(due_s, np.zeros(len(due_s), np.uint32)))


@settings(max_examples=150, deadline=None)
@given(
    gaps=gaps,
    eighths=st.integers(1, 64),
    burst=st.integers(1, 12),
    tokens=st.sampled_from([1.0, 0.5]),
)
def test_what_is_let_through_is_what_fits_below_the_line(gaps, eighths, burst, tokens):
    due_s, outcome = outcome_of(gaps, eighths / 8, burst, Fail("throttled"), tokens)
    rate, size = Fraction(eighths, 8), Fraction(tokens)
    through: list[Fraction] = []
    for due in map(Fraction, due_s):
        # As a queue: what was taken stands in it and is worked off at the rate; `burst` may stand.
        backlog = Fraction(0)
        for earlier, later in zip(through, [*through[1:], due], strict=False):
            backlog = max(Fraction(0), backlog + size - rate * (later - earlier))
        if backlog + size <= burst:
            through.append(due)
    found = due_s[outcome.code == 1]
    assert list(map(Fraction, found)) == through
    assert outcome.totals["bucket"].taken == size * len(through)
    assert outcome.totals["bucket"].refusals == len(due_s) - len(through)
    for first in range(len(through)):
        for last in range(first, len(through)):
            taken = size * (last - first + 1)
            assert taken <= burst + rate * (through[last] - through[first])


@settings(max_examples=100, deadline=None)
@given(gaps=gaps, power=st.integers(-3, 5), burst=st.integers(1, 12))
def test_who_waits_is_let_through_when_the_closed_form_says(gaps, power, burst):
    rate = Fraction(2) ** power
    due_s, outcome = outcome_of(gaps, float(rate), burst, Wait())
    # The n-th can go when the bucket has given n - burst since it was last full, not before that
    # many intervals after the one that was `burst` places ahead of it.
    through: list[Fraction] = []
    empty_at = Fraction(0) - burst / rate  # when a bucket that never overflows would have held 0
    for due in map(Fraction, due_s):
        empty_at = max(empty_at, due - burst / rate) + 1 / rate
        through.append(max(due, empty_at))
    waited_ms = [
        float(1000 * (at - due)) for at, due in zip(through, map(Fraction, due_s), strict=True)
    ]
    np.testing.assert_array_equal(outcome.marks["through"], np.float32(waited_ms))
    waits = sum(at - due for at, due in zip(through, map(Fraction, due_s), strict=True))
    assert Fraction(outcome.totals["bucket"].wait_s) == waits
    assert Fraction(outcome.totals["bucket"].queue_s) == waits


def test_the_series_show_a_burst_and_the_rate_behind_it():
    due_s = np.repeat(np.arange(20.0), 30)
    network = Network((TokenBucket("b", 10.0, 50.0),), (Take("b", Fail("throttled")),))
    outcome = simulate(
        network, Arrivals(due_s, np.zeros(len(due_s), np.uint32)), interval_s=10, until_s=20.0
    )
    series = outcome.buckets["b"]
    # 30, then 30 of 50 - 30 + 10, then 10 a second.
    assert series.taken.tolist() == [30 + 30 + 8 * 10, 100]
    assert series.arrivals.tolist() == [300, 300]
    assert series.refusals.tolist() == [160, 200]
    assert series.peak_utilisation.tolist() == [3.0, 1.0]
    assert series.level_min.tolist() == [0.0, 0.0]
    assert series.utilisation.tolist() == pytest.approx([1.4, 1.0])
