"""What the template says of a Lambda function."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.lambda_service.own_tmp import DEFAULT_SIZE_MB


@dataclass(frozen=True, slots=True)
class EventInvokeConfiguration:
    """What becomes of an asynchronous invocation.

    Defaults: Lambda API Reference, PutFunctionEventInvokeConfig.

    `on_success` and `on_failure` are ARNs of SQS queues, SNS topics or functions;
    `dead_letter_arn` is one of a queue or a topic.
    """

    maximum_retry_attempts: int = 2
    maximum_event_age_s: int = 21_600
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionConfiguration:
    """A Lambda function as deployed.

    `code` is the folder that would be zipped; `environment` holds its own variables only.
    `ephemeral_storage_mb` is the size of `/tmp`.
    `reserved_concurrency` is `None` without a reservation; 0 throttles every invocation.
    """

    name: str
    arn: str
    handler: str
    runtime: str
    code: Path
    memory_mb: int
    timeout_s: float
    environment: Mapping[str, str]
    reserved_concurrency: int | None = None
    provisioned_concurrency: int = 0
    event_invoke: EventInvokeConfiguration = EventInvokeConfiguration()
    active_tracing: bool = False
    ephemeral_storage_mb: int = DEFAULT_SIZE_MB
