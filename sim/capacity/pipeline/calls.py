"""Calls of the pipeline as steps: how long each takes, and what its caller does when refused."""

from dataclasses import replace
from typing import Final

from sim.capacity.network import Delay, Fail, Latency, PlainStep, Retry, Serve, Take, Wait
from sim.capacity.network.service_time import Bandwidth
from sim.capacity.pipeline import names
from sim.capacity.pipeline.cache_costs import THREAD_BYTES_PER_S, THREAD_SECONDS
from sim.latency.operation_model import MB_BYTES, OperationModel
from sim.latency.profile import Profile

PAYLOAD_SHARE: Final = 0.75
"""Bytes of a payload for each byte of the request's body, which carries it in Base64 (RFC 4648)."""

ITEM_WRITE_UNITS: Final = 1
"""Of a metadata row of 0.9 KB, as it was in the reference run; one unit is 1 KB. Source: DynamoDB
Developer Guide, "DynamoDB on-demand capacity mode"."""


def delay(profile: Profile, operation: str, luck: str, body_share: float = 0.0) -> Delay:
    """Return what an operation takes by the profile.

    Parameters
    ----------
    luck
        Which of the message's calls of this operation it is.
    body_share
        Bytes that it moves, for each byte of the request's body.
    """
    return Delay(Latency(profile.model(operation), body_share), luck=f"{operation} {luck}")


def sdk_retry(reason: str) -> Retry:
    """Return what the SDK does when refused: a second attempt after up to a second, then no more.

    Source: the pipeline's own budgets, two attempts in standard mode; AWS SDKs and Tools Reference
    Guide, "Retry behavior".
    """
    return Retry(first_s=1.0, then=Fail(reason), attempts=1, jitter="full")


def task_retry(attempts: int) -> Retry:
    """Return what the state machine does when a task is refused: its Retry, then the next queue."""
    return Retry(
        first_s=1.0,
        backoff=2.0,
        max_delay_s=60.0,
        attempts=attempts,
        jitter="full",
        then=Fail(names.TASK_GIVEN_UP),
    )


def cache_call(profile: Profile, operation: str, direction: str, *, tls: bool) -> list[PlainStep]:
    """Return a SET or a GET: the node's network, its thread, and the time on the way.

    What the thread takes is part of the profile's time, and taken out of it again.
    """
    model = profile.model(operation)
    if tls:
        model = _with(model, profile.model("elasticache.tls"))
    thread_ms_per_mb = MB_BYTES / THREAD_BYTES_PER_S * 1e3
    kept = max(0.0, model.ms_per_mb - thread_ms_per_mb)
    spread = model.ms_per_mb_p99 / model.ms_per_mb if model.ms_per_mb else 1.0
    way = replace(model, ms_per_mb=kept, ms_per_mb_p99=kept * spread)
    thread = Bandwidth(THREAD_BYTES_PER_S / PAYLOAD_SHARE, THREAD_SECONDS)
    return [
        Take(direction, Wait(), tokens=0.0, tokens_per_byte=PAYLOAD_SHARE),
        Serve(names.CACHE_THREAD, thread),
        Delay(Latency(way, PAYLOAD_SHARE), luck=operation),
    ]


def put_object(profile: Profile, refused: Retry) -> list[PlainStep]:
    """Return the PUT of a payload into the archive."""
    return [
        Take(names.ARCHIVE_PUTS, refused),
        delay(profile, "s3.PutObject", "payload", PAYLOAD_SHARE),
    ]


def _with(one: OperationModel, other: OperationModel) -> OperationModel:
    """Return the sum of two operations' medians and p99: a close upper bound."""
    return replace(
        one,
        median_ms=one.median_ms + other.median_ms,
        p99_ms=one.p99_ms + other.p99_ms,
        ms_per_mb=one.ms_per_mb + other.ms_per_mb,
        ms_per_mb_p99=one.ms_per_mb_p99 + other.ms_per_mb_p99,
    )
