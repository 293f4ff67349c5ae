"""POST /ingestMessage: accept a message, put its payload down, start its execution, answer.

One handler for both strategies: PAYLOAD_STORE decides where the first write goes.
"""

import functools
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

import environment as env
from errors import (
    ExecutionNotStartedError,
    FailureNotRecordedError,
    IngestStepError,
    InvalidMessageError,
    PayloadNotStoredError,
)
from execution_input import ExecutionInput, Payload
from failure_channel import INVOKE_BUDGET, FailureChannel, open_failure_channel
from lambda_context import LambdaContext
from log import write_log
from message import Message, archive_key, decode_payload, parse_document, validate_message
from payload_store import PayloadStore, open_payload_store
from proxy_request import body_text
from proxy_response import json_response, receipt, refusal
from server_timing import ServerTiming
from service_call import CallBudget, error_code, error_reason, is_unavailable, make_client

START_BUDGET = CallBudget(connect_s=1.0, answer_s=2.5)


@dataclass(frozen=True, slots=True)
class Ingest:
    """What one execution environment keeps between invocations.

    Parameters
    ----------
    store
        The first write.
    step_functions
        boto3 client.
    state_machine_arn
        What to start.
    failures
        Where unfinished records go.
    new_id
        Source of messageIDs.
    """

    store: PayloadStore
    step_functions: Any
    state_machine_arn: str
    failures: FailureChannel
    new_id: Callable[[], uuid.UUID] = uuid.uuid4

    def answer(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Return the proxy response to a proxy event (format 1.0).

        200 only after the payload is stored and the execution is started; 400 before either was
        tried; 500 or 503 when one of them failed, with the failureID of the raw record (null if
        ingest_failure did not confirm that it keeps it).
        """
        timing = ServerTiming()
        message_id = str(self.new_id())
        try:
            with timing.stage("handler-parse"):
                document = parse_document(body_text(event))
            with timing.stage("handler-validate"):
                message = validate_message(document)
            with timing.stage("handler-decode"):
                content = decode_payload(message)
        except InvalidMessageError as error:
            write_log("WARNING", "message refused", field=error.log_field, problem=error.problem)
            return refusal(error, timing)
        try:
            payload = self._accept(message_id, message, content, context, timing)
        except IngestStepError as error:
            return self._fail(event, message_id, error, timing)
        write_log("INFO", "message accepted", messageID=message_id, payloadBytes=payload.size_bytes)
        return receipt(message_id, timing)

    def _accept(
        self,
        message_id: str,
        message: Message,
        content: bytes,
        context: LambdaContext,
        timing: ServerTiming,
    ) -> Payload:
        with timing.stage("handler-hash"):
            payload = Payload(len(content), hashlib.sha256(content).hexdigest())
        _require_time(context, self.store.worst_case_s, PayloadNotStoredError)
        key = archive_key(message.meta_data, message_id)
        with timing.stage("payload-store"):
            references = self.store.put(message_id, key, content, payload)
        _require_time(context, START_BUDGET.worst_case_s, ExecutionNotStartedError)
        with timing.stage("start-execution"):
            self._start(ExecutionInput(message_id, message.meta_data, payload, references))
        return payload

    def _start(self, execution_input: ExecutionInput) -> None:
        """Start the execution, under the messageID as its name.

        When this raises after a time-out, the execution may run all the same. The sender may
        conclude only that the message was not acknowledged: if it posts the record again, that is
        another message under another messageID, and the record may be archived twice. The name
        makes one request's own attempts idempotent; making the sender's is not this function's.
        """
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=execution_input.message_id,
                input=json.dumps(execution_input.as_dict()),
            )
        except ClientError as error:
            # The name is this request's own random UUID: an execution that has it was started by
            # an earlier attempt of this very call, and has ended since.
            if error_code(error) == "ExecutionAlreadyExists":
                return
            raise _not_started(error) from error
        except BotoCoreError as error:
            raise _not_started(error) from error

    def _fail(
        self,
        event: Mapping[str, Any],
        message_id: str,
        error: IngestStepError,
        timing: ServerTiming,
    ) -> dict[str, Any]:
        # What was stored stays: the execution may have started and need it. The cache's copy
        # expires; the archive's, of S3-first, can be told by the failure record's messageID.
        failure_id: str | None
        try:
            failure_id = self.failures.record(event, message_id, error)
            kept = "The raw record was kept under failureID"
        except FailureNotRecordedError as failure:
            failure_id = None
            kept = "Whether the raw record was kept is not known"
            write_log("ERROR", "failure not recorded", messageID=message_id, reason=str(failure))
        write_log(
            "ERROR",
            "message not accepted",
            messageID=message_id,
            failureID=failure_id,
            step=error.step,
            reason=error.reason,
        )
        body = {
            "message": f"The message was not accepted: {error.step} failed. {kept}; "
            "no receipt was given, so send the message again.",
            "failureID": failure_id,
            "messageID": message_id,
        }
        return json_response(503 if error.unavailable else 500, body, timing)


def open_ingest(environment: Mapping[str, str]) -> Ingest:
    """Return the handler that the environment variables describe.

    Raises
    ------
    ConfigurationError
        If one is missing or wrong.
    """
    return Ingest(
        store=open_payload_store(environment),
        step_functions=make_client("stepfunctions", START_BUDGET),
        state_machine_arn=env.text(environment, "STATE_MACHINE_ARN"),
        failures=open_failure_channel(environment),
    )


def _not_started(error: BotoCoreError | ClientError) -> ExecutionNotStartedError:
    return ExecutionNotStartedError(error_reason(error), unavailable=is_unavailable(error))


def _require_time(context: LambdaContext, step_s: float, error: type[IngestStepError]) -> None:
    """Refuse to begin a step that might leave no time to record its failure.

    Raises
    ------
    IngestStepError
        Of the type *error*.
    """
    left_s = context.get_remaining_time_in_millis() / 1000
    if left_s < step_s + INVOKE_BUDGET.worst_case_s:
        raise error(f"only {left_s:.1f} s were left to begin it", unavailable=True)


@functools.cache
def _ingest() -> Ingest:
    return open_ingest(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda entry point; see `Ingest.answer`."""
    return _ingest().answer(event, context)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # In Lambda, make the clients while the environment starts: that runs at full CPU speed and
    # before the first request is timed. Connections wait for the first invocation, whose failure
    # path can deal with a cache that is down.
    _ingest()
