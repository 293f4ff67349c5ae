"""The gateway's request handler: find the route, check the key, invoke, answer."""

import asyncio
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sim.gateway import gateway_response
from sim.gateway.access_log import AccessLog
from sim.gateway.first_byte import FIRST_BYTE
from sim.gateway.media_type import is_binary
from sim.gateway.preflight import preflight
from sim.gateway.proxy_event import GatewayRequest, proxy_event
from sim.gateway.proxy_response import MalformedProxyResponse, ProxyResponse, read_proxy_response
from sim.gateway.received_body import ReceivedBody
from sim.gateway.rest_api import RestApi, Route
from sim.gateway.stages import server_timing
from sim.gateway.usage import Throttles
from sim.lambda_service import InvocationResult, InvokeError, LambdaService
from sim.latency.luck import trace_id_of
from sim.latency.shaper import Shaper
from sim.latency.shaping import DOWNLOAD, UPLOAD, Call


@dataclass(frozen=True, slots=True)
class RequestIds:
    """The two ids that API Gateway gives a request."""

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extended: str = field(default_factory=lambda: f"{secrets.token_urlsafe(11)}=")


@dataclass(frozen=True, slots=True)
class _Found:
    stage: str
    path: str
    api: RestApi | None
    route: Route | None
    path_parameters: Mapping[str, str]


class Gateway:
    """Answers every path that starts with a stage.

    Parameters
    ----------
    apis
        The APIs by their stages.
    functions
        Where the integrations are invoked.
    region
        What the events say.
    access_log
        Takes one line a request; `None` for none.
    clock
        Seconds since the epoch, for throttles and quotas.
    shaper
        Fills up the sender's network and API Gateway's own time; `None` leaves them as they are.
    """

    def __init__(
        self,
        apis: Mapping[str, RestApi],
        functions: LambdaService,
        region: str,
        *,
        access_log: AccessLog | None = None,
        clock: Callable[[], float] = time.time,
        shaper: Shaper | None = None,
    ) -> None:
        self._shaper = shaper
        self._apis = apis
        self._functions = functions
        self._region = region
        self._access_log = access_log
        self._throttles = Throttles(clock)
        self._running: set[asyncio.Task[InvocationResult]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        ids = RequestIds()
        found = self._found(request)
        response = await self._answered(request, found, ids)
        response.headers["x-amzn-RequestId"] = ids.request_id
        response.headers["x-amz-apigw-id"] = ids.extended
        if self._access_log is not None:
            self._access_log.write(
                found.api.access_log_format if found.api else None,
                request,
                response,
                request_id=ids.request_id,
                stage=found.stage,
                resource=found.route.resource if found.route else found.path,
                took_ms=(time.perf_counter() - request[FIRST_BYTE]) * 1e3,
            )
        return response

    async def expect(self, request: web.Request) -> web.StreamResponse | None:
        """Answer `Expect: 100-continue`: a body that is too large need not be sent."""
        if _too_large(request):
            response = _closing(gateway_response.body_too_large())
            ids = RequestIds()
            response.headers["x-amzn-RequestId"] = ids.request_id
            response.headers["x-amz-apigw-id"] = ids.extended
            return response
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

    def _found(self, request: web.Request) -> _Found:
        stage, _, rest = request.path.lstrip("/").partition("/")
        api = self._apis.get(stage)
        path = f"/{rest}"
        match = api.route(request.method, path) if api else None
        route, parameters = match or (None, {})
        return _Found(stage, path, api, route, parameters)

    async def _answered(self, request: web.Request, found: _Found, ids: RequestIds) -> web.Response:
        if _header_bytes(request) > gateway_response.MAX_HEADER_BYTES:
            return _closing(gateway_response.headers_too_large())
        try:
            body = await _body(request)
        except web.HTTPRequestEntityTooLarge:
            return _closing(gateway_response.body_too_large())
        trace_id, body_bytes = _trace_id(request), body.size_bytes
        await self._fill(UPLOAD, trace_id, body_bytes, request[FIRST_BYTE])
        received = time.perf_counter()
        api, route = found.api, found.route
        if api is None:
            return gateway_response.missing_authentication_token()
        if route is None:
            answer = preflight(api, found.path) if request.method == "OPTIONS" else None
            return answer or gateway_response.missing_authentication_token()
        api_key = request.headers.get("x-api-key")
        if route.api_key_required and api_key not in api.api_keys:
            return gateway_response.forbidden()
        verdict = self._throttles.take(api, api_key if route.api_key_required else None)
        if verdict != "pass":
            return (
                gateway_response.too_many_requests()
                if verdict == "throttled"
                else gateway_response.limit_exceeded()
            )
        seen = _seen(request, found, api, route, api_key, self._region, ids, trace_id)
        binary_types = api.binary_media_types
        content_type = request.headers.get("Content-Type", "")
        event = proxy_event(seen, body, binary=is_binary(content_type, binary_types))
        await self._fill("apigateway.request", trace_id, body_bytes, received)
        built = time.perf_counter()
        invocation = asyncio.create_task(
            self._functions.invoke(
                route.function_name, event, trace_id=seen.trace_id, source="gateway"
            )
        )
        del event, body
        # The gateway stops waiting after its timeout; the function runs on, as on AWS.
        self._running.add(invocation)
        invocation.add_done_callback(self._running.discard)
        await asyncio.wait({invocation}, timeout=gateway_response.INTEGRATION_TIMEOUT_S)
        if not invocation.done():
            return gateway_response.endpoint_timed_out()
        try:
            result = invocation.result()
        except InvokeError as error:
            if error.status == 413:
                return gateway_response.event_too_large()
            return gateway_response.lambda_refused()
        decode = is_binary(request.headers.get("Accept", ""), binary_types)
        response = _answer(result, decode=decode)
        answer_bytes = len(response.body) if isinstance(response.body, bytes) else 0
        await self._fill(DOWNLOAD, trace_id, answer_bytes, time.perf_counter())
        _add_stages(response, result, request[FIRST_BYTE], received, built)
        return response

    async def _fill(self, operation: str, trace_id: str, body_bytes: int, begun_s: float) -> None:
        if self._shaper is not None:
            call = Call(operation, trace_id_of(trace_id), "gateway", body_bytes=body_bytes)
            took_ms = (time.perf_counter() - begun_s) * 1e3
            await self._shaper.fill(call, "gateway", took_ms)


def _header_bytes(request: web.Request) -> int:
    return sum(len(name) + len(value) + 4 for name, value in request.raw_headers)


def _too_large(request: web.Request) -> bool:
    return (request.content_length or 0) > gateway_response.MAX_BODY_BYTES


def _closing(response: web.Response) -> web.Response:
    """Have the connection closed: the rest of the body is not read."""
    response.force_close()
    return response


async def _body(request: web.Request) -> ReceivedBody:
    limit_bytes = gateway_response.MAX_BODY_BYTES
    if _too_large(request):
        raise web.HTTPRequestEntityTooLarge(limit_bytes, request.content_length or 0)
    body = ReceivedBody()
    async for chunk in request.content.iter_any():
        body.add(chunk)
        if body.size_bytes > limit_bytes:  # sent in chunks, without a length
            raise web.HTTPRequestEntityTooLarge(limit_bytes, body.size_bytes)
    return body


def _seen(
    request: web.Request,
    found: _Found,
    api: RestApi,
    route: Route,
    api_key: str | None,
    region: str,
    ids: RequestIds,
    trace_id: str,
) -> GatewayRequest:
    now = time.time()
    return GatewayRequest(
        api_id=api.api_id,
        stage=api.stage,
        resource=route.resource,
        path=found.path,
        method=request.method,
        # The server's header names are of a subclass of `str`, which the encoder does not take.
        headers=[(str(name), value) for name, value in request.headers.items()],
        query=list(request.query.items()),
        path_parameters=found.path_parameters,
        source_ip=request.remote or "127.0.0.1",
        request_id=ids.request_id,
        extended_request_id=ids.extended,
        trace_id=trace_id,
        received_at=now,
        region=region,
        api_key=api_key,
        api_key_id=api.api_keys.get(api_key or ""),
        stage_variables=api.stage_variables,
    )


def _trace_id(request: web.Request) -> str:
    """Return the request's tracing header; API Gateway adds one where there is none.

    Source: X-Ray Developer Guide, "Amazon API Gateway active tracing support".
    """
    given = request.headers.get("X-Amzn-Trace-Id", "")
    return given or f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def _answer(result: InvocationResult, *, decode: bool) -> web.Response:
    if result.outcome.function_error:
        return gateway_response.bad_gateway()
    try:
        return _as_http(read_proxy_response(result.outcome.payload, decode=decode))
    except MalformedProxyResponse:
        return gateway_response.bad_gateway()


def _add_stages(
    response: web.Response,
    result: InvocationResult,
    started: float,
    received: float,
    built: float,
) -> None:
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


def _as_http(answer: ProxyResponse) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    for name, value in answer.headers:
        # The length and the framing are the server's to state.
        if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
            response.headers.add(name, value)
    if "Content-Type" not in {name.title() for name, _ in answer.headers}:
        response.headers["Content-Type"] = "application/json"
    return response
