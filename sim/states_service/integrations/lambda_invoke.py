"""Lambda functions: by their ARN as a resource, and `lambda:invoke`.

Source: Step Functions Developer Guide, "Invoke an AWS Lambda function with Step Functions" and
"Handling errors in Step Functions workflows", Lambda error names; Lambda API Reference, Invoke.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from typing import Any, Final

import orjson

from sim.lambda_service import InvokeError, LambdaService
from sim.lambda_service.invocation import InvocationResult
from sim.states_service.integrations.api_calls import ApiAnswer
from sim.states_service.integrations.failures import LAMBDA
from sim.states_service.integrations.sdk_answers import with_metadata
from sim.states_service.integrations.sdk_names import capitalised, exception_name, operation_model
from sim.states_service.integrations.sdk_values import problems
from statemachine import JsonAnswer, TaskFailed, TaskRequest
from statemachine.history import json_text

_NAME: Final = re.compile(
    r"((arn:aws[\w-]*:lambda:[\w-]+:)?\d{12}:function:|function:)?(?P<name>[\w-]+)"
    r"(:(?P<qualifier>\$LATEST|[\w-]+))?"
)
"""Source: Lambda API Reference, Invoke, FunctionName: name, name:alias, ARN and partial ARN."""

_LATEST: Final = "$LATEST"


class LambdaFunction:
    """A function's ARN as a resource: its input is the payload, its payload the result."""

    def __init__(self, functions: LambdaService) -> None:
        self._functions = functions

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say nothing: a function takes any JSON."""
        del request
        return iter(())

    async def invoke(self, request: TaskRequest) -> Any:
        """Invoke the function and return what it returns.

        Raises
        ------
        TaskFailed
            `Lambda.<Exception>`, or the function's own error type.
        """
        payload = json_text(request.parameters).encode()
        result = await _invoked(self._functions, request.resource, "", payload, request)
        return JsonAnswer(_payload(result), (result.outcome.payload or b"null").decode())


class LambdaInvoke:
    """`lambda:invoke`: the Invoke API, whose answer carries metadata beside the payload."""

    def __init__(self, functions: LambdaService) -> None:
        self._functions = functions

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        given = request.parameters if isinstance(request.parameters, Mapping) else {}
        named = {name: value for name, value in given.items() if name != "Payload"}
        return problems(operation_model("lambda", "invoke").input_shape, named, capitalised)

    async def invoke(self, request: TaskRequest) -> Any:
        """Invoke the function as the parameters say and return Invoke's answer.

        Raises
        ------
        TaskFailed
            `Lambda.<Exception>`, or the function's own error type.
        """
        given = request.parameters
        payload = json_text(given.get("Payload", {})).encode()
        name, qualifier = given["FunctionName"], given.get("Qualifier", "")
        match given.get("InvocationType", "RequestResponse"):
            case "Event":
                function = _function_name(self._functions, name, qualifier)
                request_id = _accepted(self._functions, function, payload, request)
                return with_metadata({"Payload": "", "StatusCode": 202}, _answer(202, request_id))
            case "DryRun":
                _function_name(self._functions, name, qualifier)
                answer = _answer(204, str(uuid.uuid4()))
                return with_metadata({"Payload": "", "StatusCode": 204}, answer)
        result = await _invoked(self._functions, name, qualifier, payload, request)
        answer = _answer(200, result.request_id, result.outcome.payload, request.trace_header)
        body = {"ExecutedVersion": _LATEST, "Payload": _payload(result), "StatusCode": 200}
        return with_metadata(body, answer)


async def _invoked(
    functions: LambdaService, name: str, qualifier: str, payload: bytes, request: TaskRequest
) -> InvocationResult:
    function = _function_name(functions, name, qualifier)
    try:
        result = await functions.invoke(
            function, payload, trace_id=request.trace_header, source="states"
        )
    except InvokeError as error:
        raise _refused(error) from error
    if result.outcome.function_error:
        raise _function_failed(result.outcome.payload)
    return result


def _accepted(functions: LambdaService, function: str, payload: bytes, request: TaskRequest) -> str:
    try:
        return functions.invoke_event(function, payload, trace_id=request.trace_header)
    except InvokeError as error:
        raise _refused(error) from error


def _function_name(functions: LambdaService, given: str, qualifier: str) -> str:
    """Return a function's name; versions and aliases there are none beside `$LATEST`.

    Raises
    ------
    TaskFailed
        `Lambda.ResourceNotFoundException`.
    """
    match = _NAME.fullmatch(given)
    name = match["name"] if match is not None else given
    wanted = qualifier or (match["qualifier"] if match is not None else "") or _LATEST
    try:
        arn = functions.function(name).arn
    except InvokeError as error:
        # Lambda names the version that was looked for, `$LATEST` too.
        missing = InvokeError(error.status, error.code, f"{error.message}:{wanted}")
        raise _refused(missing) from error
    if wanted != _LATEST:
        text = f"Function not found: {arn}:{wanted}"
        raise _refused(InvokeError(404, "ResourceNotFoundException", text))
    return name


def _refused(error: InvokeError) -> TaskFailed:
    name = exception_name(error.code)
    return LAMBDA.refused(name, error.code, error.message, error.status, str(uuid.uuid4()))


def _function_failed(payload: bytes) -> TaskFailed:
    text = payload.decode()
    try:
        failure = orjson.loads(payload)
    except orjson.JSONDecodeError:
        failure = None
    error_type = failure.get("errorType") if isinstance(failure, dict) else None
    if isinstance(error_type, str) and error_type:
        return TaskFailed(error_type, text)
    return TaskFailed(
        "Lambda.Unknown",
        "The cause could not be determined because Lambda did not return an error type. Returned "
        f"payload: {text}",
    )


def _payload(result: InvocationResult) -> Any:
    return orjson.loads(result.outcome.payload or b"null")


def _answer(
    status: int, request_id: str, payload: bytes = b"", trace_header: str = ""
) -> ApiAnswer:
    """Return the headers that Lambda's Invoke sends."""
    headers = {
        **({"X-Amz-Executed-Version": _LATEST} if status == 200 else {}),
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "x-amzn-RequestId": request_id,
        "Content-Length": str(len(payload)),
        "Date": formatdate(usegmt=True),
        **({"X-Amzn-Trace-Id": trace_header} if trace_header else {}),
        **({"Content-Type": "application/json"} if status == 200 else {}),
    }
    return ApiAnswer(body={}, status=status, headers=headers, request_id=request_id)
