"""An execution by a Step Functions endpoint, where its tasks call what is deployed there."""

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bench.asl.errors import AslError
from bench.asl.local_run import Ran, Watch
from sim.stack.deployment import aws_client

_LOOK_S: Final = 0.25
_ROLE: Final = "arn:aws:iam::000000000000:role/firstwrite-asl"


def endpoint_of(variables: Mapping[str, str]) -> str | None:
    """Return where Step Functions answers by the SDK's own variables, or `None`.

    AWS itself is never meant: what is run there costs money.
    """
    return variables.get("AWS_ENDPOINT_URL_SFN") or variables.get("AWS_ENDPOINT_URL") or None


def run_by_service(
    endpoint_url: str, definition: str, input_text: str, watch: Watch | None = None
) -> Ran:
    """Run an execution of a state machine that is made for it, and is deleted behind it.

    Stopped by Ctrl-C, it is stopped there too.

    Raises
    ------
    AslError
        When nothing answers there, or it refuses the definition or the input.
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    client = aws_client("stepfunctions", region, {"AWS_ENDPOINT_URL_SFN": endpoint_url})
    try:
        with _state_machine(client, definition) as arn:
            started = client.start_execution(stateMachineArn=arn, input=input_text)
            return _followed(client, started["executionArn"], watch)
    except ClientError as error:
        fault = error.response["Error"]
        raise AslError(f"{endpoint_url} refused: {fault['Code']}: {fault['Message']}") from error
    except BotoCoreError as error:
        raise AslError(f"Step Functions does not answer at {endpoint_url}: {error}") from error


@contextlib.contextmanager
def _state_machine(client: Any, definition: str) -> Iterator[str]:
    name = f"firstwrite-asl-{uuid.uuid4().hex[:12]}"
    made = client.create_state_machine(name=name, definition=definition, roleArn=_ROLE)
    try:
        yield str(made["stateMachineArn"])
    finally:
        # What has happened matters more than what is left of it.
        with contextlib.suppress(ClientError, BotoCoreError):
            client.delete_state_machine(stateMachineArn=made["stateMachineArn"])


def _followed(client: Any, arn: str, watch: Watch | None) -> Ran:
    try:
        while True:
            status = client.describe_execution(executionArn=arn)
            events = _events(client, arn)
            if watch is not None:
                watch(events, time.time())
            if status["status"] not in {"RUNNING", "PENDING_REDRIVE"}:
                return _ran(status, events)
            time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        with contextlib.suppress(ClientError, BotoCoreError):
            client.stop_execution(executionArn=arn, error="Interrupted", cause="Ctrl-C")
        raise


def _ran(status: Mapping[str, Any], events: list[dict[str, Any]]) -> Ran:
    output = status.get("output")
    return Ran(
        status["status"],
        None if output is None else json.loads(output),
        status.get("error"),
        status.get("cause"),
        events,
        {},
    )


def _events(client: Any, arn: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [
        {**event, "timestamp": event["timestamp"].timestamp()}
        for page in pages
        for event in page["events"]
    ]
