"""Step Functions' API in AWS's JSON 1.0 protocol, as boto3 and the aws CLI speak it."""

import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

import orjson
from aiohttp import web

from sim.latency.worker import ANSWER_DUE_HEADER
from sim.states_service.constraints import check_parameters
from sim.states_service.operations import CALLS, UNSUPPORTED
from sim.states_service.operations.call import CONNECTED
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService

TARGET_PREFIX: Final = "AWSStepFunctions."

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""Room for the largest definition with each of its characters escaped."""

_TRACED: Final = frozenset({"StartExecution", "StartSyncExecution"})
_log = logging.getLogger(__name__)


def states_api_handler(
    service: StatesService,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of `POST /` with an `X-Amz-Target` of Step Functions."""

    async def handle(request: web.Request) -> web.Response:
        operation = request.headers.get("X-Amz-Target", "").removeprefix(TARGET_PREFIX)
        try:
            return _answered(200, await _called(service, operation, request))
        except Refusal as refusal:
            _log.info("%s refused: %s: %s", operation, refusal.code, refusal.message)
            fault = {"__type": refusal.code, "message": refusal.message, **refusal.members}
            return _answered(400, fault)

    return handle


async def _called(
    service: StatesService, operation: str, request: web.Request
) -> Mapping[str, Any]:
    call = CALLS.get(operation)
    if call is None:
        about = UNSUPPORTED.get(operation)
        reason = f"there are no {about} here" if about else "there is no such operation"
        raise Refusal("UnknownOperationException", f"{operation}: {reason}")
    given = _read(await _body(request))
    check_parameters(operation, given)
    if operation in _TRACED:
        given |= _start_headers(request)
    CONNECTED.set(partial(_is_connected, request))
    return await call(service, given)


def _is_connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _body(request: web.Request) -> bytes:
    """Return a request's body.

    Raises
    ------
    Refusal
        `RequestEntityTooLargeException`.
    """
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            message = f"The request is over {MAX_BODY_BYTES} bytes"
            raise Refusal("RequestEntityTooLargeException", message)
    return bytes(body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise Refusal("SerializationException", str(error)) from error
    if not isinstance(given, dict):
        raise Refusal("SerializationException", "Start of structure or map found where expected.")
    return given


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


def _answered(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        content_type="application/x-amz-json-1.0",
        headers={"x-amzn-RequestId": str(uuid.uuid4())},
    )
