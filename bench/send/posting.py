"""One POST of a message, timed as the load generator times its own."""

import time
from typing import Final, Literal

import urllib3

from bench.load import DeployedSystem, RequestSample
from bench.load.deployed_system import post_url
from bench.load.receipt import message_id
from bench.load.shared_clock import CLOCK_HEADER, transit
from bench.send.errors import SendError
from bench.send.message_file import MessageFile

TIMEOUT_S: Final = 35.0
"""API Gateway gives up after 29 s; a little more sees its answer."""

Strategy = Literal["redis-first", "s3-first"]


def post(
    pool: urllib3.PoolManager, deployment: DeployedSystem, strategy: Strategy, file: MessageFile
) -> RequestSample:
    """Post a file's message and return the request as it went.

    Raises
    ------
    SendError
        If nothing answers, or the answer is no receipt.
    """
    url = post_url(deployment, strategy)
    sent_s = time.perf_counter()
    try:
        answer = pool.request(
            "POST",
            url,
            body=file.body,
            headers={"x-api-key": deployment.api_key, "Content-Type": "application/json"},
            timeout=TIMEOUT_S,
            retries=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise SendError(
            f"{file.path} was not sent, {url} does not answer ({error}): see that the stack runs"
        ) from error
    done_s = time.perf_counter()
    sent_as = message_id(answer.data)
    if answer.status != 200 or not sent_as:
        raise SendError(_refusal(file, answer.status, answer.data))
    latency_ms = (done_s - sent_s) * 1e3
    on_the_way = transit(answer.headers.get(CLOCK_HEADER, ""), sent_s, done_s)
    return RequestSample(
        block=0,
        round=0,
        strategy=strategy,
        kind="binary",
        size=file.path.name,
        body_bytes=len(file.body),
        payload_bytes=file.payload_bytes,
        payload_sha256=file.payload_sha256,
        date_time=file.date_time,
        warm_up=False,
        due_s=sent_s,
        sent_s=sent_s,
        done_s=done_s,
        latency_ms=latency_ms,
        service_ms=latency_ms,
        status=answer.status,
        error="",
        message_id=sent_as,
        server_timing=", ".join(answer.headers.getlist("Server-Timing")),
        request_transit_ms=on_the_way.request_ms if on_the_way else None,
        response_transit_ms=on_the_way.response_ms if on_the_way else None,
    )


def _refusal(file: MessageFile, status: int, answer: bytes) -> str:
    said = answer.decode("utf-8", errors="replace")[:300]
    if status == 413:
        return (
            f"{file.path} is too large: its {file.payload_bytes:,} bytes make a body of"
            f" {len(file.body):,}, and Lambda takes events below 6,291,456 bytes; split the file"
            f" or compress it (answer: {status} {said})"
        )
    return f"{file.path} got no receipt: {status} {said}"
