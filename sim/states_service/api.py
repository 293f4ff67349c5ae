"""Step Functions' API in AWS's JSON 1.0 protocol, as boto3 and the aws CLI speak it."""

import base64
import binascii
import contextlib
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from sim.latency.worker import ANSWER_DUE_HEADER
from sim.states_service.executions import DeployedStateMachine, Execution, StatesService
from sim.states_service.refusal import Refusal

TARGET_PREFIX = "AWSStepFunctions."
_MAX_PAGE = 1_000
_DEFAULT_PAGE = 100
_log = logging.getLogger(__name__)

Call = Callable[[StatesService, Mapping[str, Any]], Awaitable[dict[str, Any]]]


def states_api_handler(
    service: StatesService,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of `POST /` with an `X-Amz-Target` of Step Functions."""

    async def handle(request: web.Request) -> web.Response:
        operation = request.headers.get("X-Amz-Target", "").removeprefix(TARGET_PREFIX)
        try:
            call = _CALLS.get(operation)
            if call is None:
                raise Refusal("UnknownOperationException", f"{operation} is not served here")
            arguments = orjson.loads(await request.content.read() or b"{}")
            if operation == "StartExecution":
                arguments |= _start_headers(request)
            return _answered(200, await call(service, arguments))
        except orjson.JSONDecodeError as error:
            return _answered(400, _fault("SerializationException", str(error)))
        except KeyError as error:
            return _answered(
                400, _fault("ValidationException", f"{error.args[0]}: a required field is missing")
            )
        except Refusal as refusal:
            _log.info("%s refused: %s: %s", operation, refusal.code, refusal.message)
            return _answered(400, _fault(refusal.code, refusal.message))

    return handle


def _start_headers(request: web.Request) -> dict[str, Any]:
    """Return what headers say of an execution that is to start.

    The tracing header counts before the one in the body. Source: Step Functions API Reference,
    StartExecution, traceHeader.
    """
    found: dict[str, Any] = {}
    if trace_header := request.headers.get("X-Amzn-Trace-Id"):
        # botocore quotes it; what X-Ray writes into it needs no quoting.
        found["traceHeader"] = unquote(trace_header)
    with contextlib.suppress(KeyError, ValueError):
        found[ANSWER_DUE_HEADER] = float(request.headers[ANSWER_DUE_HEADER])
    return found


def _fault(code: str, message: str) -> dict[str, Any]:
    return {"__type": code, "message": message}


def _answered(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.Response(
        status=status, body=orjson.dumps(body), content_type="application/x-amz-json-1.0"
    )


async def _create_state_machine(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    kind = given.get("type", "STANDARD")
    if kind != "STANDARD":
        raise Refusal("ValidationException", f"type: {kind} is not served here: use STANDARD")
    machine = service.create_state_machine(given["name"], given["definition"], given["roleArn"])
    return {"stateMachineArn": machine.arn, "creationDate": machine.created_at}


async def _describe_state_machine(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    machine = service.state_machine(given["stateMachineArn"])
    return {
        **_listed_machine(machine),
        "status": "ACTIVE",
        "definition": machine.definition,
        "roleArn": machine.role_arn,
    }


async def _list_state_machines(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    page, token = _page(service.state_machines(), given)
    return _with_token({"stateMachines": [_listed_machine(machine) for machine in page]}, token)


async def _start_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = service.start_execution(
        given["stateMachineArn"],
        name=given.get("name"),
        input_text=given.get("input", "{}"),
        trace_header=given.get("traceHeader", ""),
        answer_due_s=given.get(ANSWER_DUE_HEADER, 0.0),
    )
    return {"executionArn": execution.arn, "startDate": execution.started_at}


async def _describe_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = service.execution(given["executionArn"])
    optional = {
        "output": execution.output,
        "outputDetails": {"included": True} if execution.output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    return {
        **_listed_execution(execution),
        "input": execution.input,
        "inputDetails": {"included": True},
        "redriveCount": 0,
        **{name: value for name, value in optional.items() if value is not None},
    }


async def _list_executions(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    found = service.executions(given["stateMachineArn"], given.get("statusFilter"))
    page, token = _page(found, given)
    return _with_token({"executions": [_listed_execution(item) for item in page]}, token)


async def _get_execution_history(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    events = service.execution(given["executionArn"]).history.events
    ordered = reversed(events) if given.get("reverseOrder") else events
    page, token = _page(ordered, given)
    if given.get("includeExecutionData") is False:
        page = [_without_data(event) for event in page]
    return _with_token({"events": page}, token)


def _without_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a history event without its input or output."""
    return {
        name: {key: value for key, value in member.items() if key not in {"input", "output"}}
        if isinstance(member, Mapping)
        else member
        for name, member in event.items()
    }


async def _stop_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = await service.stop_execution(
        given["executionArn"], error=given.get("error"), cause=given.get("cause")
    )
    return {"stopDate": execution.stopped_at}


_CALLS: dict[str, Call] = {
    "CreateStateMachine": _create_state_machine,
    "DescribeExecution": _describe_execution,
    "DescribeStateMachine": _describe_state_machine,
    "GetExecutionHistory": _get_execution_history,
    "ListExecutions": _list_executions,
    "ListStateMachines": _list_state_machines,
    "StartExecution": _start_execution,
    "StopExecution": _stop_execution,
}


def _listed_machine(machine: DeployedStateMachine) -> dict[str, Any]:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": "STANDARD",
        "creationDate": machine.created_at,
    }


def _listed_execution(execution: Execution) -> dict[str, Any]:
    listed = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started_at,
    }
    if execution.stopped_at is not None:
        listed["stopDate"] = execution.stopped_at
    return listed


def _page(items: Iterable[Any], given: Mapping[str, Any]) -> tuple[list[Any], str | None]:
    """Return a page of *items* and the token of the next; the token holds the place to go on."""
    size = int(given.get("maxResults") or _DEFAULT_PAGE)
    if not 0 < size <= _MAX_PAGE:
        raise Refusal("ValidationException", f"maxResults: {size} is not between 1 and {_MAX_PAGE}")
    start = _place(given.get("nextToken"))
    page = list(itertools.islice(items, start, start + size + 1))
    if len(page) <= size:
        return page, None
    return page[:size], base64.urlsafe_b64encode(str(start + size).encode()).decode()


def _place(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError) as error:
        raise Refusal("InvalidToken", f"Invalid Token: '{token}'") from error


def _with_token(body: dict[str, Any], token: str | None) -> dict[str, Any]:
    return {**body, "nextToken": token} if token else body
