"""The token bucket's promises, for any sequence of requests."""

from hypothesis import given
from hypothesis import strategies as st

from sim.token_bucket import TokenBucket


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    rate=st.integers(1, 100),
    burst=st.integers(1, 50),
    waits=st.lists(st.integers(0, 4000), max_size=200),
)
def test_no_more_pass_than_the_burst_and_what_the_time_has_brought(rate, burst, waits):
    clock = Seconds()
    bucket = TokenBucket(rate, burst, clock)
    passed = 0
    for wait_ms in waits:
        clock.now += wait_ms / 1000
        passed += bucket.take()
        assert passed <= burst + rate * clock.now + 1e-6


@given(rate=st.integers(1, 100), burst=st.integers(1, 50))
def test_a_full_bucket_lets_its_burst_pass_at_once_and_not_one_more(rate, burst):
    bucket = TokenBucket(rate, burst, Seconds())
    assert [bucket.take() for _ in range(burst + 1)] == [True] * burst + [False]


@given(rate=st.integers(1, 50), seconds=st.integers(1, 20))
def test_requests_at_the_rate_all_pass(rate, seconds):
    clock = Seconds()
    bucket = TokenBucket(rate, 1, clock)
    for number in range(rate * seconds):
        clock.now = number / rate * (1 + 1e-9)
        assert bucket.take()
