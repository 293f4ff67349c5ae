"""The true offset of a clock always lies within what is stated of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load.distributed.clock_offset import Exchange, clock_offset

WAYS_S = st.floats(0, 2)


def _exchange(asked_s: float, there_s: float, held_s: float, back_s: float, offset_s: float):
    received_s = asked_s + there_s
    return Exchange(
        asked_s=asked_s,
        received_s=received_s + offset_s,
        answered_s=received_s + held_s + offset_s,
        returned_s=received_s + held_s + back_s,
    )


@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0, 1e4), WAYS_S, WAYS_S, WAYS_S), min_size=1, max_size=12),
)
def test_the_true_offset_is_within_the_uncertainty(
    offset_s: float, trips: list[tuple[float, float, float, float]]
) -> None:
    exchanges = [_exchange(*trip, offset_s) for trip in trips]
    found = clock_offset(exchanges)
    rounding_s = 1e-9
    assert abs(found.offset_s - offset_s) <= found.uncertainty_s + rounding_s
    # It is never worse than the quickest exchange alone, by which NTP goes.
    assert found.uncertainty_s <= min(there + back for _, there, _, back in trips) / 2 + rounding_s


@given(st.floats(-1e6, 1e6), WAYS_S)
def test_equal_ways_give_the_offset_itself(offset_s: float, way_s: float) -> None:
    found = clock_offset([_exchange(5.0, way_s, 0.1, way_s, offset_s)])
    assert found.offset_s == pytest.approx(offset_s, abs=1e-9)


def test_two_exchanges_can_know_more_than_the_quicker_of_them() -> None:
    there, back = _exchange(0.0, 0.001, 0, 0.5, 7.0), _exchange(1.0, 0.5, 0, 0.001, 7.0)
    assert clock_offset([there, back]).uncertainty_s == pytest.approx(0.001)
    assert clock_offset([there]).uncertainty_s == pytest.approx(0.2505)


def test_without_an_exchange_nothing_is_known() -> None:
    with pytest.raises(ValueError, match="no exchange"):
        clock_offset([])
