"""One invocation: what goes in, what comes out, and the limits on both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from sim.latency.call_record import Source

MAX_REQUEST_BYTES: Final = 6_291_456
"""A synchronous request must be *smaller*. Source: Lambda quotas, "Invocation payload"."""

MAX_EVENT_BYTES: Final = 1_048_576
"""The largest asynchronous payload. Source: as above; 262,144 bytes until October 2025."""

MAX_RESPONSE_BYTES: Final = 6_291_556
"""The largest response: 6 MiB and 100 bytes, as the runtime interface emulator enforces it."""


class InvokeError(Exception):
    """An Invoke call that Lambda refuses before any handler runs.

    Parameters
    ----------
    status
        The HTTP status of the Invoke API's answer.
    code
        The exception's name in the Lambda API reference.
    reason
        The `Reason` of a throttle, else empty.
    """

    def __init__(self, status: int, code: str, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Invocation:
    """An invocation on its way to an execution environment."""

    request_id: str
    payload: bytes
    trace_id: str
    source: Source = "api"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an execution environment made of an invocation.

    `function_error` is `None` or the value of the `X-Amz-Function-Error` header.
    """

    payload: bytes
    function_error: str | None = None


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """An outcome with its times, which are on `time.perf_counter`, in seconds.

    Attributes
    ----------
    asked_s
        When the invocation came.
    handed_over_s
        When an execution environment was there to take it.
    answered_s
        When the environment's answer was complete.
    init_ms
        How long that environment's init took, 0.0 for a warm start; it ends at `handed_over_s`.
    log_path, log_begins
        The log stream's file, and the byte at which the START line begins.
    """

    request_id: str
    outcome: Outcome
    asked_s: float
    handed_over_s: float
    answered_s: float
    init_ms: float
    log_stream: str = ""
    log_path: Path | None = None
    log_begins: int = 0

    @property
    def environment_wait_ms(self) -> float:
        """How long it waited for an environment, without that one's init."""
        return (self.handed_over_s - self.asked_s) * 1e3 - self.init_ms

    @property
    def invoke_ms(self) -> float:
        """How long the environment had it."""
        return (self.answered_s - self.handed_over_s) * 1e3


def error_outcome(error_type: str, message: str) -> Outcome:
    """Return the outcome of a function that failed outside of its handler."""
    return Outcome(
        orjson.dumps({"errorType": error_type, "errorMessage": message}), function_error="Unhandled"
    )


def timeout_outcome(request_id: str, timeout_s: float) -> Outcome:
    """Return what Lambda answers for a function that passed its timeout."""
    return error_outcome(
        "Sandbox.Timedout",
        f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds",
    )


def out_of_memory_outcome(request_id: str) -> Outcome:
    """Return what Lambda answers for a function that passed its memory."""
    return error_outcome(
        "Runtime.OutOfMemory",
        f"RequestId: {request_id} Error: Runtime exited with error: signal: killed",
    )


def exit_outcome(request_id: str, returncode: int) -> Outcome:
    """Return what Lambda answers when the runtime's process ended during an invocation.

    *returncode* is `subprocess`'s: negative for a signal.
    """
    if returncode == 0:
        return error_outcome(
            "Runtime.ExitError",
            f"RequestId: {request_id} Error: Runtime exited without providing a reason",
        )
    reason = (
        f"signal: {_SIGNAL_NAMES.get(-returncode, str(-returncode))}"
        if returncode < 0
        else f"exit status {returncode}"
    )
    return error_outcome(
        "Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {reason}"
    )


_SIGNAL_NAMES = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
"""As Go's `syscall.Signal` prints them, which is what Lambda's messages carry."""
