"""One execution: what it is called, how it ends, and what its states can read of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal

Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

_ACCOUNT: Final = "us-east-1:000000000000"


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """Names of an execution and its state machine; `start_time` in seconds since the epoch.

    `trace_header` is the X-Ray tracing header that it was started with, which its tasks pass on.
    `redrive_count` says how often it was redriven, and `redriven_at` when the last time.
    """

    execution_arn: str
    execution_name: str
    role_arn: str
    start_time: float
    state_machine_arn: str
    state_machine_name: str
    trace_header: str = ""
    redrive_count: int = 0
    redriven_at: float | None = None

    @classmethod
    def embedded(cls, start_time: float) -> "ExecutionContext":
        """Return the names of an execution that no service has named."""
        return cls(
            execution_arn=f"arn:aws:states:{_ACCOUNT}:execution:machine:execution",
            execution_name="execution",
            role_arn="arn:aws:iam::000000000000:role/machine",
            start_time=start_time,
            state_machine_arn=f"arn:aws:states:{_ACCOUNT}:stateMachine:machine",
            state_machine_name="machine",
        )

    def context_object(self, execution_input: Any) -> dict[str, Any]:
        """Return what `$$` stands for outside of any state."""
        execution = {
            "Id": self.execution_arn,
            "Input": execution_input,
            "Name": self.execution_name,
            "RoleArn": self.role_arn,
            "StartTime": iso_time(self.start_time),
            "RedriveCount": self.redrive_count,
        }
        if self.redriven_at is not None:
            execution["RedriveTime"] = iso_time(self.redriven_at)
        return {
            "Execution": execution,
            "StateMachine": {"Id": self.state_machine_arn, "Name": self.state_machine_name},
        }


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """How an execution ended; `output` of a success, `error` and `cause` of anything else.

    `history` holds its events as GetExecutionHistory gives them, timestamps in epoch seconds.
    """

    status: Status
    output: Any = None
    error: str | None = None
    cause: str | None = None
    history: list[dict[str, Any]] = field(default_factory=list, repr=False)


def iso_time(epoch_s: float) -> str:
    """Return a time as the context object has it, `2026-01-31T12:00:00.123Z`."""
    second, microsecond = divmod(round(epoch_s * 1_000_000), 1_000_000)
    return f"{_iso_second(second)}.{microsecond // 1000:03d}Z"


@lru_cache(maxsize=16)
def _iso_second(epoch_s: int) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")
