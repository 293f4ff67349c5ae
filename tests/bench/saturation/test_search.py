"""The search finds the threshold of whatever it is told by, and says what it could not find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.saturation import SaturationError
from bench.saturation.search import Ask, Search, SearchPlan, search

plans = st.builds(
    lambda start, factor, resolution: SearchPlan(start, start * factor, resolution, probes=60),
    start=st.floats(0.1, 20),
    factor=st.floats(1, 100),
    resolution=st.sampled_from([0.02, 0.1, 0.3, 1.0]),
)
thresholds = st.floats(-3, 4).map(lambda each: 10**each)


def exact(threshold, too_high="fails"):
    """An oracle that knows the highest rate."""
    return lambda ask: (
        too_high if ask.rate_per_s > threshold else "holds" if ask.decides else "cannot tell"
    )


@given(plans, thresholds)
def test_the_interval_holds_the_threshold_and_is_as_narrow_as_asked(plan, threshold):
    found = search(plan, exact(threshold))
    if found.held_per_s is not None:
        assert found.held_per_s <= threshold
    if found.too_high_per_s is not None:
        assert found.too_high_per_s > threshold
    match found.ending:
        case "resolved":
            assert found.too_high_per_s / found.held_per_s <= 1 + plan.resolution
        case "held at the highest rate":
            assert threshold >= plan.max_rate_per_s == found.held_per_s
        case "not held at the lowest rate":
            assert found.held_per_s is None
            assert threshold < plan.start_rate_per_s / 8
        case other:
            pytest.fail(f"an exact oracle was not followed to the end: {other}")


@given(plans, thresholds)
def test_no_rate_is_asked_for_twice_for_the_same_and_none_outside_the_interval(plan, threshold):
    looking, asked, oracle = Search(plan), set(), exact(threshold)
    while (ask := looking.ask()) is not None:
        found = looking.found
        assert ask not in asked
        assert ask.rate_per_s <= plan.max_rate_per_s
        assert (found.held_per_s or 0) < ask.rate_per_s
        assert found.too_high_per_s is None or ask.rate_per_s < found.too_high_per_s
        asked.add(ask)
        looking.record(ask, oracle(ask))


@given(plans, thresholds, st.floats(1.0, 1.5))
def test_where_nothing_can_be_told_the_interval_is_wider_but_not_wrong(plan, threshold, blur):
    def oracle(ask: Ask):
        if threshold / blur < ask.rate_per_s < threshold * blur:
            return "cannot tell"
        return exact(threshold)(ask)

    found = search(plan, oracle)
    assert found.held_per_s is None or found.held_per_s <= threshold
    assert found.too_high_per_s is None or found.too_high_per_s > threshold
    if found.ending == "not to be told more finely" and None not in (
        found.held_per_s,
        found.too_high_per_s,
    ):
        # The resolution beyond the blur on either side, and no more.
        beyond = (1 + plan.resolution) ** 2
        assert found.too_high_per_s / found.held_per_s <= blur**2 * beyond * (1 + 1e-9)


@pytest.mark.parametrize("too_high", ["fails", "falls behind", "generator-bound"])
def test_what_the_lowest_rate_too_high_met_is_told(too_high):
    found = search(SearchPlan(1, 64), exact(10, too_high))
    assert found.too_high == too_high
    assert found.ending == "resolved"


def test_the_probes_are_bounded_and_said_to_be_out():
    found = search(SearchPlan(1, 1000, 0.01, probes=5), exact(700))
    assert (found.probes, found.ending) == (5, "out of probes")


def test_a_stopped_search_asks_no_more():
    looking = Search(SearchPlan(1, 4))
    looking.record(Ask(1, decides=False), "cannot tell")
    looking.stop()
    assert looking.ask() is None
    assert looking.found.ending == "stopped"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0, 4), "--start-rate is 0"),
        ((4, 2), "--max-rate is 2, below --start-rate 4"),
        ((1, float("inf")), "--max-rate is inf"),
        ((1, 4, 0.0), "--resolution is 0"),
        ((1, 4, 2.0), "--resolution is 200"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(values, said):
    with pytest.raises(SaturationError, match=said):
        SearchPlan(*values)
