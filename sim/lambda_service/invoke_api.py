"""Lambda's Invoke API over HTTP, as boto3's `lambda` client speaks it."""

import base64
from typing import Any

import orjson
from aiohttp import web

from sim.lambda_service.invocation import InvocationResult, InvokeError
from sim.lambda_service.log import log_tail
from sim.lambda_service.service import LambdaService


def invoke_api_routes(service: LambdaService) -> list[web.RouteDef]:
    """Return the routes of the Invoke API.

    Source: AWS Lambda API Reference, "Invoke". `RequestResponse` (with `LogType=Tail`), `Event` and
    `DryRun` are served.
    """

    async def invoke(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        invocation_type = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        payload = await request.content.read() or b"{}"
        trace_id = request.headers.get("X-Amzn-Trace-Id", "")
        try:
            function = service.function(name)
            _check_qualifier(request.query.get("Qualifier", "$LATEST"), function.arn)
            if invocation_type == "DryRun":
                return web.Response(status=204)
            _check_json(payload)
            if invocation_type == "Event":
                request_id = service.invoke_event(function.name, payload, trace_id=trace_id)
                return web.Response(status=202, headers={"x-amzn-RequestId": request_id})
            if invocation_type != "RequestResponse":
                raise InvokeError(
                    400,
                    "InvalidParameterValueException",
                    f"Unsupported invocation type: {invocation_type}. Use RequestResponse, Event "
                    "or DryRun.",
                )
            result = await service.invoke(function.name, payload, trace_id=trace_id)
        except InvokeError as error:
            return _refused(error)
        return _answered(result, with_log=request.headers.get("X-Amz-Log-Type") == "Tail")

    return [web.post("/2015-03-31/functions/{name}/invocations", invoke)]


def _answered(result: InvocationResult, *, with_log: bool) -> web.Response:
    headers = {"X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": result.request_id}
    if result.outcome.function_error:
        headers["X-Amz-Function-Error"] = result.outcome.function_error
    if with_log and result.log_path is not None:
        tail = log_tail(result.log_path, result.log_begins)
        headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
    return web.Response(
        body=result.outcome.payload, content_type="application/json", headers=headers
    )


def _check_qualifier(qualifier: str, arn: str) -> None:
    if qualifier != "$LATEST":
        raise InvokeError(
            404, "ResourceNotFoundException", f"Function not found: {arn}:{qualifier}"
        )


def _check_json(payload: bytes) -> None:
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise InvokeError(
            400,
            "InvalidRequestContentException",
            f"Could not parse request body into json: {error}",
        ) from error


def _refused(error: InvokeError) -> web.Response:
    body: dict[str, Any] = {
        "Type": "User" if error.status < 500 else "Service",
        "message": error.message,
    }
    if error.reason:
        body["Reason"] = error.reason
    else:
        body["Message"] = error.message
    return web.json_response(body, status=error.status, headers={"x-amzn-ErrorType": error.code})
