"""Lambda's Invoke API over HTTP, as boto3's `lambda` client speaks it."""

import orjson
from aiohttp import web

from sim.lambda_service.invocation import InvokeError
from sim.lambda_service.service import LambdaService


def invoke_api_routes(service: LambdaService) -> list[web.RouteDef]:
    """Return the routes of the Invoke API.

    Source: AWS Lambda API Reference, "Invoke". `RequestResponse` and `DryRun` are served; an
    `Event` invocation is refused by name.
    """

    async def invoke(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        invocation_type = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        payload = await request.content.read() or b"{}"
        try:
            function = service.function(name)
            if invocation_type == "DryRun":
                return web.Response(status=204)
            if invocation_type != "RequestResponse":
                raise InvokeError(
                    400,
                    "InvalidParameterValueException",
                    f"The invocation type {invocation_type} is not served: use RequestResponse",
                )
            _check_json(payload)
            result = await service.invoke(function.name, payload)
        except InvokeError as error:
            return _refused(error)
        headers = {"X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": result.request_id}
        if result.outcome.function_error:
            headers["X-Amz-Function-Error"] = result.outcome.function_error
        return web.Response(
            body=result.outcome.payload, content_type="application/json", headers=headers
        )

    return [web.post("/2015-03-31/functions/{name}/invocations", invoke)]


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
    kind = "User" if error.status < 500 else "Service"
    return web.json_response(
        {"Type": kind, "Message": error.message, "message": error.message},
        status=error.status,
        headers={"x-amzn-ErrorType": error.code},
    )
