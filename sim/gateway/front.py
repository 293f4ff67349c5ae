"""The gateway's request handler: find the route, check the key, invoke, answer."""

import asyncio
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from sim.gateway import gateway_response
from sim.gateway.first_byte import FIRST_BYTE
from sim.gateway.proxy_event import GatewayRequest, proxy_event
from sim.gateway.proxy_response import MalformedProxyResponse, ProxyResponse, read_proxy_response
from sim.gateway.rest_api import RestApi, Route
from sim.gateway.stages import server_timing
from sim.lambda_service import InvocationResult, InvokeError, LambdaService

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def gateway_handler(apis: Mapping[str, RestApi], functions: LambdaService, region: str) -> Handler:
    """Return the handler for every path that starts with a stage; *apis* maps stages to APIs."""
    running: set[asyncio.Task[InvocationResult]] = set()

    async def handle(request: web.Request) -> web.StreamResponse:
        started = request[FIRST_BYTE]
        try:
            body = await _body(request)
        except web.HTTPRequestEntityTooLarge:
            return _closing(gateway_response.body_too_large())
        received = time.perf_counter()
        stage, _, rest = request.path.lstrip("/").partition("/")
        api = apis.get(stage)
        found = api.route(request.method, f"/{rest}") if api else None
        if api is None or found is None:
            return gateway_response.missing_authentication_token()
        route, path_parameters = found
        api_key = request.headers.get("x-api-key")
        if route.api_key_required and api_key not in api.api_keys:
            return gateway_response.forbidden()
        seen = _seen(request, api, route, path_parameters, api_key, region)
        event = proxy_event(seen, body)
        built = time.perf_counter()
        invocation = asyncio.create_task(
            functions.invoke(route.function_name, event, trace_id=seen.trace_id)
        )
        del event, body
        # The gateway stops waiting after its timeout; the function runs on, as on AWS.
        running.add(invocation)
        invocation.add_done_callback(running.discard)
        await asyncio.wait({invocation}, timeout=gateway_response.INTEGRATION_TIMEOUT_S)
        if not invocation.done():
            return gateway_response.endpoint_timed_out()
        try:
            result = invocation.result()
        except InvokeError as error:
            if error.status == 413:
                return gateway_response.event_too_large()
            return gateway_response.lambda_refused()
        return _answer(result, seen.request_id, started, received, built)

    return handle


def _closing(response: web.Response) -> web.Response:
    """Have the connection closed: the rest of the body is not read."""
    response.force_close()
    return response


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > gateway_response.MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(
            gateway_response.MAX_BODY_BYTES, request.content_length or 0
        )
    return await request.read()


def _seen(
    request: web.Request,
    api: RestApi,
    route: Route,
    path_parameters: Mapping[str, str],
    api_key: str | None,
    region: str,
) -> GatewayRequest:
    now = time.time()
    return GatewayRequest(
        api_id=api.api_id,
        stage=api.stage,
        resource=route.resource,
        path=request.path.removeprefix(f"/{api.stage}"),
        method=request.method,
        # The server's header names are of a subclass of `str`, which the encoder does not take.
        headers=[(str(name), value) for name, value in request.headers.items()],
        query=list(request.query.items()),
        path_parameters=path_parameters,
        source_ip=request.remote or "127.0.0.1",
        request_id=str(uuid.uuid4()),
        trace_id=f"Root=1-{int(now):08x}-{secrets.token_hex(12)}",
        received_at=now,
        region=region,
        api_key=api_key,
        api_key_id=api.api_keys.get(api_key or ""),
    )


def _answer(
    result: InvocationResult, request_id: str, started: float, received: float, built: float
) -> web.Response:
    if result.outcome.function_error:
        response = gateway_response.bad_gateway()
    else:
        try:
            response = _as_http(read_proxy_response(result.outcome.payload))
        except MalformedProxyResponse:
            response = gateway_response.bad_gateway()
    response.headers["x-amzn-RequestId"] = request_id
    response.headers["Server-Timing"] = server_timing(
        receive_ms=(received - started) * 1e3,
        event_ms=(built - received) * 1e3,
        # From the event's completion, and to this line from the function's answer: the turns that
        # the event loop takes in between belong to somebody's time, so to these.
        environment_wait_ms=(result.handed_over_s - built) * 1e3 - result.init_ms,
        init_ms=result.init_ms,
        invoke_ms=result.invoke_ms,
        respond_ms=(time.perf_counter() - result.answered_s) * 1e3,
        handler=response.headers.get("Server-Timing", ""),
    )
    return response


def _as_http(answer: ProxyResponse) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    for name, value in answer.headers:
        # The length and the framing are the server's to state.
        if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
            response.headers.add(name, value)
    if "Content-Type" not in {name.title() for name, _ in answer.headers}:
        response.headers["Content-Type"] = "application/json"
    return response
