"""The gateway's times are believed only where they lie between the client's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load.shared_clock import Transit, transit
from sim.machine_clock import clock_identity


@given(st.lists(st.floats(0, 1e6), min_size=4, max_size=4))
def test_transits_and_what_lies_between_add_up_to_the_whole(times: list[float]) -> None:
    sent_s, first_byte_s, answered_s, done_s = sorted(round(time, 6) for time in times)
    found = transit(f"{first_byte_s:.6f} {answered_s:.6f} {clock_identity()}", sent_s, done_s)
    assert found is not None
    whole_ms = found.request_ms + (answered_s - first_byte_s) * 1e3 + found.response_ms
    assert whole_ms == pytest.approx((done_s - sent_s) * 1e3, abs=1e-2)


@pytest.mark.parametrize("times", ["", "1", "a b", "1 2 3", "0.5 1.5", "1.5 2.5", "1.6 1.4"])
def test_times_that_cannot_be_or_none_give_nothing(times: str) -> None:
    assert transit(f"{times} {clock_identity()}", 1.0, 2.0) is None


@pytest.mark.parametrize("of", ["", " another-machine"])
def test_another_machines_times_give_nothing_even_where_they_would_fit(of: str) -> None:
    assert transit(f"1.2 1.4 {clock_identity()}", 1.0, 2.0) is not None
    assert transit(f"1.2 1.4{of}", 1.0, 2.0) is None


def test_milliseconds_to_and_from_the_gateway() -> None:
    assert transit(f"1.000500 1.002000 {clock_identity()}", 1.0, 1.003) == Transit(
        pytest.approx(0.5), pytest.approx(1.0)
    )
