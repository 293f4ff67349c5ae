"""Runs a machine with our interpreter, or with another one behind the Step Functions API."""

import asyncio
import json
import logging
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from statemachine import (
    ExecutionContext,
    Interpreter,
    InvalidDefinition,
    TaskFailed,
    TaskRequest,
)
from statemachine.clock import VirtualClock
from tests.statemachine.differential.comparison import Run
from tests.statemachine.differential.machines import Machine

ENDPOINT_VARIABLE: Final = "FIRSTWRITE_STEP_FUNCTIONS_PEER"
"""Names the environment variable with the URL of another Step Functions, such as LocalStack's."""

ROLE: Final = "arn:aws:iam::000000000000:role/differential"


class NoQueues:
    """Does the tasks of generated machines as SQS does where there are no queues."""

    async def invoke(self, request: TaskRequest) -> Any:
        if request.resource.endswith(":listQueues"):
            return {}
        raise TaskFailed(
            "SQS.QueueDoesNotExistException",
            "The specified queue does not exist. (Service: SQS, Status Code: 400, Request ID: 1)",
        )


def run_ours(machine: Machine, seed: int = 1) -> Run:
    """Run a machine in this process on the virtual clock."""
    clock = VirtualClock()
    context = replace(ExecutionContext.embedded(clock.time()), role_arn=ROLE)
    try:
        interpreter = Interpreter(
            json.dumps(machine.definition), NoQueues(), clock, randomness=random.Random(seed)
        )
    except InvalidDefinition as error:
        return Run("REFUSED", refused=str(error))
    result = asyncio.run(interpreter.run(machine.execution_input, context=context))
    return Run(result.status, result.output, result.error, result.cause, result.history)


class StepFunctionsPeer:
    """Another implementation of Step Functions.

    Parameters
    ----------
    endpoint_url
        Where its API answers; None for AWS's own, which moto answers while it is on.
    timeout_s
        How long an execution may take.
    """

    def __init__(self, endpoint_url: str | None, timeout_s: float = 20.0) -> None:
        self._timeout_s = timeout_s
        self._client = boto3.client(
            "stepfunctions",
            endpoint_url=endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"max_attempts": 0}, read_timeout=timeout_s),
        )

    def run(self, machine: Machine) -> Run:
        """Create the machine, run it to its end, read its history, delete it."""
        try:
            arn = self._client.create_state_machine(
                name=f"generated-{uuid.uuid4().hex}",
                definition=json.dumps(machine.definition),
                roleArn=ROLE,
            )["stateMachineArn"]
        except ClientError as error:
            return Run("REFUSED", refused=str(error))
        try:
            return self._execute(arn, machine.execution_input)
        finally:
            self._client.delete_state_machine(stateMachineArn=arn)

    def _execute(self, state_machine: str, execution_input: Any) -> Run:
        execution = self._client.start_execution(
            stateMachineArn=state_machine, input=json.dumps(execution_input)
        )["executionArn"]
        deadline_s, pause_s = time.monotonic() + self._timeout_s, 0.01
        said = self._client.describe_execution(executionArn=execution)
        while said["status"] == "RUNNING":
            if time.monotonic() > deadline_s:
                self._client.stop_execution(executionArn=execution)
                return Run("STILL RUNNING")
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.2)
            said = self._client.describe_execution(executionArn=execution)
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return Run(
            status=said["status"],
            output=json.loads(said["output"]) if "output" in said else None,
            error=said.get("error"),
            cause=said.get("cause"),
            events=[event for page in pages for event in page["events"]],
        )


@contextmanager
def moto_peer() -> Iterator[StepFunctionsPeer]:
    """Have moto run machines in this process: a peer that is always there, for JSONPath.

    It has no engine for JSONata.
    """
    logging.getLogger("moto").setLevel(logging.CRITICAL)  # it logs each error of a machine
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield StepFunctionsPeer(None)
