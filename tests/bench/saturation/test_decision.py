"""How often a rate is told wrong, on models whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.saturation.decision import (
    Levels,
    Waits,
    decide,
    design_effect,
    lower_share,
    requests_needed,
    upper_share,
)
from bench.saturation.objective import Objective
from bench.saturation.quantiles import quantile_figures
from bench.saturation.search import Ask, search
from tests.bench.saturation.queue_model import MM1, Independent, tried
from tests.bench.saturation.search_settings import search_settings

P99 = Objective(0.99, 600.0)
REPETITIONS = 300


@pytest.mark.parametrize(
    ("fraction", "level", "requests"), [(0.99, 0.05, 299), (0.95, 0.05, 59), (0.99, 0.025, 368)]
)
def test_so_many_requests_of_which_none_misses_are_needed_and_enough(fraction, level, requests):
    objective = Objective(fraction, 1.0)
    assert requests_needed(objective, level) == requests
    # Each arrives in a batch of its own, as independent ones do.
    for count, outcome in ((requests, "holds"), (requests - 1, "cannot tell")):
        waits = Waits((np.full(count, 0.5),))
        assert decide(waits, objective, Levels(level, level)).outcome == outcome


@given(st.integers(1, 500), st.data())
def test_the_limits_are_those_of_the_exact_binomial_test(requests, data):
    missed = data.draw(st.integers(0, requests))
    interval = stats.binomtest(missed, requests).proportion_ci(0.9, method="exact")
    assert lower_share(missed, requests, 0.05) == pytest.approx(interval.low, abs=1e-9)
    assert upper_share(missed, requests, 0.05) == pytest.approx(interval.high, abs=1e-9)


def test_a_request_without_a_receipt_misses_whatever_the_limit():
    waits = Waits((np.array([1.0] * 50 + [np.inf] * 50),))
    decision = decide(waits, Objective(0.99, 1e9), Levels(0.05, 0.05))
    assert (decision.outcome, decision.missed) == ("fails", 50)


def test_neighbours_that_are_alike_count_for_less_and_independent_ones_do_not():
    rng = np.random.default_rng(1)
    alone = Waits(tuple(rng.exponential(100, 400) for _ in range(50)))
    assert design_effect(alone, 500.0) < 1.4
    alike = Waits(tuple(np.repeat(rng.exponential(100, 40), 10) for _ in range(50)))
    assert 7 < design_effect(alike, 500.0) < 15


def told(settings, model, rate) -> list[str]:
    return [
        tried(settings, model, Ask(rate, decides=True), np.random.default_rng(seed)).answer
        for seed in range(REPETITIONS)
    ]


@pytest.mark.repetitions
@pytest.mark.parametrize("model", [MM1(20.0), Independent(3.0)], ids=["M/M/1", "independent"])
def test_at_the_very_edge_neither_answer_is_wrong_more_often_than_stated(model):
    settings = search_settings("p99=600ms")
    edge = 10.0 if isinstance(model, Independent) else model.highest_rate(0.99, 600.0)
    answers = told(settings, model, edge)
    # 5 % and two standard errors of 300 repetitions.
    assert answers.count("holds") <= 0.075 * REPETITIONS
    assert answers.count("fails") <= 0.075 * REPETITIONS


@pytest.mark.repetitions
def test_far_from_the_edge_the_answer_is_found():
    settings, model = search_settings("p99=600ms"), Independent(1.0)
    assert told(settings, model, 6.0).count("holds") >= 0.8 * REPETITIONS
    assert told(settings, model, 14.0).count("fails") >= 0.95 * REPETITIONS
    assert told(settings, MM1(20.0), 3.0).count("holds") >= 0.5 * REPETITIONS
    assert told(settings, MM1(20.0), 22.0).count("fails") >= 0.95 * REPETITIONS


@pytest.mark.repetitions
@pytest.mark.parametrize("model", [MM1(20.0), Independent(1.0)], ids=["M/M/1", "independent"])
def test_the_interval_of_a_search_holds_the_true_rate_as_often_as_stated(model):
    settings = search_settings("p99=600ms")
    edge = 10.0 if isinstance(model, Independent) else model.highest_rate(0.99, 600.0)
    inside, ends = 0, 0
    for seed in range(REPETITIONS):
        rng = np.random.default_rng(seed)
        found = search(settings.plan, lambda ask, rng=rng: tried(settings, model, ask, rng).answer)
        low, high = found.held_per_s or 0.0, found.too_high_per_s or np.inf
        inside += low <= edge <= high
        ends += (found.held_per_s is not None) + (found.too_high_per_s is not None)
    assert inside >= 0.93 * REPETITIONS
    # An interval from nothing to infinity would hold it, too.
    assert ends >= 1.5 * REPETITIONS


@pytest.mark.repetitions
def test_the_interval_of_a_quantile_holds_the_true_one_also_where_waits_are_alike():
    model, rate = MM1(20.0), 10.0
    for fraction in (0.5, 0.95, 0.99):
        true_ms = 1e3 * -np.log(1 - fraction) / (model.service_per_s - rate)
        held = []
        for seed in range(REPETITIONS):
            rng = np.random.default_rng(seed)
            blocks = tuple(model.waits_ms(rate, 250, rng) for _ in range(3))
            found = quantile_figures(Waits(blocks), fraction)
            low, high = found.low_ms or 0.0, found.high_ms or np.inf
            held.append(low <= true_ms <= high)
        # Of 95 %: a batch is not much longer here than the queue remembers.
        assert np.mean(held) >= 0.88
