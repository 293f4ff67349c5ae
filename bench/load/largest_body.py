"""How large a request body may be for Lambda to take the event that the gateway makes of it."""

import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import orjson

from bench.load.deployed_system import DeployedSystem
from bench.load.payloads import BodyFactory
from sim.gateway import GatewayRequest, envelope_bytes

MAX_EVENT_BYTES: Final = 6_291_455
"""Largest event of a synchronous invocation. Source: Lambda quotas, "Invocation payload", 6 MB; the
service takes events *smaller* than 6,291,456 bytes (its own error text)."""

_STEP_BYTES: Final = 1024
"""The result is rounded down to this, which also leaves room for header values that vary."""


def largest_body_bytes(deployment: DeployedSystem) -> int:
    """Return the largest body, in whole KiB, whose event Lambda takes on both routes.

    The event is the body as JSON text (a quotation mark becomes two bytes) in the envelope of the
    REST proxy event, which is counted with the headers that the load generator sends.
    """
    envelope = max(
        envelope_bytes(_request(url, deployment.api_key))
        for name, url in deployment.outputs.items()
        if name in {"RedisFirstUrl", "S3FirstUrl"}
    )
    # Quotation marks are the only bytes of a body that JSON escapes, and their number is fixed.
    instant = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sample = BodyFactory(seed=0, run_tag="").body("binary", 4 * _STEP_BYTES, 0, instant).content
    escapes = len(orjson.dumps(sample.decode())) - len(sample)
    return (MAX_EVENT_BYTES - envelope - escapes) // _STEP_BYTES * _STEP_BYTES


def _request(url: str, api_key: str) -> GatewayRequest:
    address = urlsplit(url)
    stage, _, resource = address.path.lstrip("/").partition("/")
    return GatewayRequest(
        api_id="a" * 10,
        stage=stage,
        resource=f"/{resource}",
        path=f"/{resource}",
        method="POST",
        headers=[
            ("Host", address.netloc),
            ("User-Agent", "python/gevent-http-client-0.0.00"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Connection", "keep-alive"),
            ("Content-Type", "application/json"),
            ("Content-Length", str(MAX_EVENT_BYTES)),
            ("x-api-key", api_key),
        ],
        query=[],
        path_parameters={},
        source_ip="255.255.255.255",
        request_id="0" * 36,
        trace_id="Root=1-00000000-" + "0" * 24,
        received_at=time.time(),
        api_key=api_key,
        api_key_id="a" * 10,
    )
