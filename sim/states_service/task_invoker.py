"""What a Task state's resource does: Lambda invocations here, other services through boto3.

Error names are AWS's: `Lambda.<Exception>` or the function's own error type, `SNS.<Exception>`,
`SQS.<Exception>`. Source: Step Functions Developer Guide, "Handling errors in Step Functions
workflows" and "Integrating services with Step Functions".
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from sim.lambda_service import InvokeError, LambdaService
from sim.lambda_service.invocation import InvocationResult
from statemachine import TaskFailed, TaskRequest
from statemachine.history import json_text

ClientFactory = Callable[[str], Any]

_CALLS: Final[Mapping[str, tuple[str, str, str]]] = {
    "arn:aws:states:::sns:publish": ("SNS", "sns", "publish"),
    "arn:aws:states:::sqs:sendMessage": ("SQS", "sqs", "send_message"),
}
"""Optimised integrations: the prefix of their errors, boto3's service and its method."""

_TEXT_FIELDS: Final = {"Message", "MessageBody"}
"""Fields in which a definition may give an object, which Step Functions writes out as text."""


class AwsTaskInvoker:
    """Carries out Task states.

    Parameters
    ----------
    functions
        Where Lambda resources go.
    client
        Gives the boto3 client of a service; clients are made once and used by several threads.
    concurrency
        How many calls to other services run at a time.
    """

    def __init__(
        self, functions: LambdaService, client: ClientFactory, *, concurrency: int = 16
    ) -> None:
        self._functions = functions
        self._clients = {service: client(service) for _, service, _ in _CALLS.values()}
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="integration")

    async def invoke(self, request: TaskRequest) -> Any:
        """Carry out one task and return its result.

        Raises
        ------
        TaskFailed
            With AWS's error name and cause.
        """
        if request.resource == "arn:aws:states:::lambda:invoke":
            return await self._lambda_invoke(request)
        if request.resource.startswith("arn:aws:lambda:"):
            payload = json_text(request.parameters).encode()
            result = await self._invoked(request.resource, payload, request.trace_header)
            return _payload(result)
        if request.resource in _CALLS:
            return await self._call(request)
        raise TaskFailed("States.Runtime", f"The resource {request.resource} is not supported here")

    async def _lambda_invoke(self, request: TaskRequest) -> dict[str, Any]:
        parameters = request.parameters
        name = parameters.get("FunctionName") if isinstance(parameters, Mapping) else None
        if not isinstance(name, str):
            raise TaskFailed("States.Runtime", "The parameter FunctionName has to be a string")
        payload = json_text(parameters.get("Payload", {})).encode()
        result = await self._invoked(name, payload, request.trace_header)
        return {
            "ExecutedVersion": "$LATEST",
            "Payload": _payload(result),
            "SdkHttpMetadata": {
                "AllHttpHeaders": {"x-amzn-RequestId": [result.request_id]},
                "HttpHeaders": {"x-amzn-RequestId": result.request_id},
                "HttpStatusCode": 200,
            },
            "SdkResponseMetadata": {"RequestId": result.request_id},
            "StatusCode": 200,
        }

    async def _invoked(
        self, name_or_arn: str, payload: bytes, trace_header: str
    ) -> InvocationResult:
        try:
            result = await self._functions.invoke(
                name_or_arn, payload, trace_id=trace_header, source="states"
            )
        except InvokeError as error:
            raise TaskFailed(f"Lambda.{error.code}", error.message) from error
        if result.outcome.function_error:
            failure = orjson.loads(result.outcome.payload)
            raise TaskFailed(failure.get("errorType", "Unhandled"), result.outcome.payload.decode())
        return result

    async def _call(self, request: TaskRequest) -> dict[str, Any]:
        prefix, service, method = _CALLS[request.resource]
        if not isinstance(request.parameters, Mapping):
            raise TaskFailed("States.Runtime", "The parameters have to be an object")
        arguments = {
            name: json_text(value) if name in _TEXT_FIELDS and not isinstance(value, str) else value
            for name, value in request.parameters.items()
        }
        call = getattr(self._clients[service], method)
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, lambda: call(**arguments))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            name = code if code.endswith("Exception") else f"{code}Exception"
            raise TaskFailed(f"{prefix}.{name}", str(error)) from error
        except BotoCoreError as error:
            raise TaskFailed(f"{prefix}.SdkClientException", str(error)) from error
        metadata = answer.pop("ResponseMetadata")
        return {
            **answer,
            "SdkHttpMetadata": {"HttpStatusCode": metadata["HTTPStatusCode"]},
            "SdkResponseMetadata": {"RequestId": metadata["RequestId"]},
        }

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _payload(result: InvocationResult) -> Any:
    return orjson.loads(result.outcome.payload or b"null")
