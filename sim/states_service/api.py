"""Step Functions' API in AWS's JSON 1.0 protocol, as boto3 and the aws CLI speak it."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from sim.latency.worker import ANSWER_DUE_HEADER
from sim.states_service.operations import CALLS
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService

TARGET_PREFIX = "AWSStepFunctions."
_log = logging.getLogger(__name__)


def states_api_handler(
    service: StatesService,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of `POST /` with an `X-Amz-Target` of Step Functions."""

    async def handle(request: web.Request) -> web.Response:
        operation = request.headers.get("X-Amz-Target", "").removeprefix(TARGET_PREFIX)
        try:
            call = CALLS.get(operation)
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
