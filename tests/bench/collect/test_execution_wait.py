"""The wait for executions ends when they do, and by its bound at the latest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.collect import NOT_FOUND, RUNNING, execution_arn, wait_for_executions

MACHINE_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:archive"


@dataclass
class Deployment:
    """Step Functions whose executions end at given times of a clock that sleeping moves on."""

    ends_s: dict[str, float]
    now_s: float = 0.0
    outputs: dict[str, str] = field(default_factory=lambda: {"StateMachineArn": MACHINE_ARN})
    api_key: str = ""
    floor_url: str | None = None
    redis_url: str | None = None

    def client(self, service: str) -> Any:
        assert service == "stepfunctions"
        return self

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_executions"
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        for name, end_s in self.ends_s.items():
            status = "SUCCEEDED" if end_s <= self.now_s else "RUNNING"
            yield {"executions": [{"name": name, "status": status}]}

    def wait(self, names: list[str], timeout_s: float = 60.0) -> dict[str, str]:
        def sleep(duration_s: float) -> None:
            self.now_s += duration_s

        self.calls: list[tuple[int, int]] = []
        return wait_for_executions(
            self,
            names,
            timeout_s=timeout_s,
            progress=lambda done, total: self.calls.append((done, total)),
            clock=lambda: self.now_s,
            sleep=sleep,
        )


def test_it_returns_when_the_last_one_has_ended() -> None:
    deployment = Deployment({"a": 0.0, "b": 1.0, "of another run": 99.0})
    assert deployment.wait(["a", "b"]) == {"a": "SUCCEEDED", "b": "SUCCEEDED"}
    assert deployment.now_s == 1.0
    assert deployment.calls[0] == (1, 2)
    assert deployment.calls[-1] == (2, 2)


def test_an_execution_that_is_not_listed_gets_a_grace_and_is_then_not_found() -> None:
    deployment = Deployment({"a": 0.0})
    assert deployment.wait(["a", "lost"]) == {"a": "SUCCEEDED", "lost": NOT_FOUND}
    assert deployment.now_s == 5.0


def test_one_that_does_not_end_is_running_at_the_time_out() -> None:
    deployment = Deployment({"a": 0.0, "b": 1e9})
    found = deployment.wait(["a", "b", "lost"], timeout_s=2.0)
    assert found == {"a": "SUCCEEDED", "b": RUNNING, "lost": NOT_FOUND}
    assert deployment.now_s == 2.0


def test_nothing_to_wait_for_is_no_wait() -> None:
    assert Deployment({}).wait([]) == {}


def test_the_arn_of_an_execution_names_its_machine() -> None:
    expected = "arn:aws:states:eu-west-1:000000000000:execution:archive:m"
    assert execution_arn(MACHINE_ARN, "m") == expected
