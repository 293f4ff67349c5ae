"""boto3 clients whose calls end in a known time, and what their errors mean.

The defaults of the SDK (60 s to read, up to 5 attempts) would outlive API Gateway's 29 s: the
sender would get a 504 and the failure path would never run.
"""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

MAX_BACKOFF_S = 1.0
"""Longest wait before the SDK's second attempt in standard mode: a random part of 1 s.
Source: AWS SDKs and Tools Reference Guide, "Retry behavior"."""


@dataclass(frozen=True, slots=True)
class CallBudget:
    """Time that one call to a service may take, all its attempts included.

    Parameters
    ----------
    connect_s
        Time to open a connection, and again the longest stall while the request is sent on it:
        urllib3 sends under the time-out for connecting. Too little of it breaks large uploads.
    answer_s
        Time to wait for the answer, once the request is sent.
    attempts
        1 or 2.
    """

    connect_s: float
    answer_s: float
    attempts: int = 2

    @property
    def worst_case_s(self) -> float:
        """Longest time until the call has answered or raised, if the service falls silent.

        A service that takes the request in a trickle can exceed it: then the function's own
        time-out ends the invocation, without a receipt.
        """
        attempt_s = 2 * self.connect_s + self.answer_s
        return self.attempts * attempt_s + (self.attempts - 1) * MAX_BACKOFF_S


def make_client(service: str, budget: CallBudget) -> Any:
    """Return a boto3 client held to *budget*; the SDK's own variables choose the endpoint."""
    return boto3.client(
        service,
        config=Config(
            connect_timeout=budget.connect_s,
            read_timeout=budget.answer_s,
            retries={"total_max_attempts": budget.attempts, "mode": "standard"},
            tcp_keepalive=True,
        ),
    )


def error_code(error: ClientError) -> str:
    """Return the service's error code, `""` if the answer held none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_reason(error: BotoCoreError | ClientError) -> str:
    """Return what went wrong, without the call's arguments: they may hold a payload."""
    if isinstance(error, ClientError):
        return f"{error.operation_name}: {error_code(error)}"
    if isinstance(error, ParamValidationError):  # its text repeats the arguments
        return type(error).__name__
    return f"{type(error).__name__}: {error}"


def is_unavailable(error: BotoCoreError | ClientError) -> bool:
    """Tell whether the same call may succeed later: no answer, throttled, or the service's 5xx."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
        # Step Functions throttles with status 400.
        throttled = status == 429 or "Throttl" in error_code(error)
        return status >= 500 or throttled or error_code(error) == "ExecutionLimitExceeded"
    return not isinstance(error, ParamValidationError)
