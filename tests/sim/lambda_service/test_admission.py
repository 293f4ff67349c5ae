"""What Lambda throttles, and with which reason."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.lambda_service import FunctionConfiguration, InvokeError
from sim.lambda_service.admission import Admission


def function(name: str, reserved: int | None = None) -> FunctionConfiguration:
    return FunctionConfiguration(
        name=name,
        arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        handler="h.h",
        runtime="python3.12",
        code=Path(),
        memory_mb=128,
        timeout_s=3,
        environment={},
        reserved_concurrency=reserved,
    )


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def reason(call) -> str:
    with pytest.raises(InvokeError) as caught:
        call()
    assert (caught.value.status, caught.value.code) == (429, "TooManyRequestsException")
    return caught.value.reason


def test_the_thousand_and_first_concurrent_invocation_is_throttled():
    admission = Admission()
    admission.add(function("f"))
    for _ in range(1000):
        admission.enter("f")
    assert reason(lambda: admission.enter("f")) == "ConcurrentInvocationLimitExceeded"
    admission.leave("f")
    admission.enter("f")
    assert admission.throttles["f"] == 1


def test_a_reservation_is_a_limit_and_is_taken_from_the_others():
    admission = Admission(concurrency=200)
    admission.add(function("own", reserved=2))
    admission.add(function("other"))
    for _ in range(2):
        admission.enter("own")
    assert (
        reason(lambda: admission.enter("own"))
        == "ReservedFunctionConcurrentInvocationLimitExceeded"
    )
    for _ in range(198):
        admission.enter("other")
    assert reason(lambda: admission.enter("other")) == "ConcurrentInvocationLimitExceeded"


def test_a_reservation_of_zero_throttles_everything():
    admission = Admission()
    admission.add(function("off", reserved=0))
    assert (
        reason(lambda: admission.enter("off"))
        == "ReservedFunctionConcurrentInvocationLimitExceeded"
    )


def test_a_hundred_units_stay_unreserved():
    admission = Admission()
    admission.add(function("f", reserved=900))
    with pytest.raises(InvokeError, match=r"below its minimum value of \[100\]") as caught:
        admission.add(function("g", reserved=1))
    assert (caught.value.status, caught.value.code) == (400, "InvalidParameterValueException")


def test_requests_a_second_are_ten_times_the_concurrency():
    clock = Seconds()
    admission = Admission(concurrency=200, clock=clock)
    admission.add(function("f"))
    for _ in range(2000):
        admission.enter("f")
        admission.leave("f")
    assert reason(lambda: admission.enter("f")) == "FunctionInvocationRateLimitExceeded"
    admission.enter("f", rated=False)
    admission.leave("f")
    clock.now += 0.0006
    admission.enter("f")


def test_requests_a_second_of_a_reservation_are_ten_times_the_reservation():
    admission = Admission(clock=Seconds())
    admission.add(function("f", reserved=3))
    for _ in range(30):
        admission.enter("f")
        admission.leave("f")
    assert reason(lambda: admission.enter("f")) == "ReservedFunctionInvocationRateLimitExceeded"


def test_a_function_gains_a_thousand_environments_in_ten_seconds_and_a_hundred_more_each_second():
    clock = Seconds()
    admission = Admission(concurrency=10_000, clock=clock)
    for name in ("f", "g"):
        admission.add(function(name))
    for _ in range(1000):
        admission.scale("f")
    reason(lambda: admission.scale("f"))
    admission.scale("g")
    clock.now += 1
    for _ in range(100):
        admission.scale("f")
    reason(lambda: admission.scale("f"))


@given(st.lists(st.sampled_from(["enter a", "enter b", "leave a", "leave b"]), max_size=300))
def test_concurrency_never_passes_its_limits(steps):
    admission = Admission(concurrency=110, clock=Seconds())
    admission.add(function("a", reserved=5))
    admission.add(function("b"))
    inside = {"a": 0, "b": 0}
    for step in steps:
        what, name = step.split()
        if what == "leave":
            if inside[name]:
                admission.leave(name)
                inside[name] -= 1
            continue
        with contextlib.suppress(InvokeError):
            admission.enter(name)
            inside[name] += 1
        assert inside["a"] <= 5
        assert inside["b"] <= 105
        assert admission.running == sum(inside.values())
