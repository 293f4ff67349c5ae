"""A token bucket lets a burst through, then the refill rate, whoever asks."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from bench.collect import GET_EXECUTION_HISTORY_BUDGET, CallBudget
from bench.collect.token_bucket import TokenBucket


class FakeClock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, duration_s: float) -> None:
        assert duration_s > 0
        self.now_s += duration_s


@given(
    st.integers(1, 20),
    st.floats(0.5, 50),
    st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_no_span_of_time_sees_more_calls_than_bucket_and_refill_allow(
    bucket: int, refill_per_s: float, pauses_s: list[float]
) -> None:
    clock = FakeClock()
    tokens = TokenBucket(CallBudget(bucket, refill_per_s), clock, clock.sleep)
    calls_s = []
    for pause_s in pauses_s:
        clock.now_s += pause_s
        tokens.take()
        calls_s.append(clock.now_s)
    for first in range(len(calls_s)):
        for last in range(first, len(calls_s)):
            allowed = bucket + (calls_s[last] - calls_s[first]) * refill_per_s
            assert last - first + 1 <= allowed + 1e-6


def test_the_quota_of_get_execution_history_takes_30_s_for_1000_calls() -> None:
    clock = FakeClock()
    tokens = TokenBucket(GET_EXECUTION_HISTORY_BUDGET, clock, clock.sleep)
    for _ in range(400):
        tokens.take()
    assert clock.now_s == 0
    for _ in range(600):
        tokens.take()
    assert abs(clock.now_s - 30.0) < 1e-6


def test_threads_share_one_bucket() -> None:
    waits_s: list[float] = []
    tokens = TokenBucket(CallBudget(bucket=10, refill_per_s=1.0), lambda: 0.0, waits_s.append)
    threads = [threading.Thread(target=lambda: [tokens.take() for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits_s) == [float(wait) for wait in range(1, 11)]
