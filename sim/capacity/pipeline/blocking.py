"""The steps that the sender waits for."""

from collections.abc import Sequence

from sim.capacity.design import Design, Strategy
from sim.capacity.network import (
    Delay,
    Empirical,
    Fail,
    Invoke,
    Mark,
    PlainStep,
    Release,
    Store,
    Take,
)
from sim.capacity.pipeline import names
from sim.capacity.pipeline.cache_costs import ALLOCATOR_SHARE
from sim.capacity.pipeline.calls import (
    PAYLOAD_SHARE,
    cache_call,
    delay,
    put_object,
    sdk_retry,
)
from sim.capacity.pipeline.handler_work import INGEST_WORK
from sim.latency.network import Network as SenderNetwork
from sim.latency.profile import Profile


def blocking_steps(
    design: Design,
    strategy: Strategy,
    profile: Profile,
    sender: SenderNetwork,
    body_bytes: Sequence[int],
) -> list[PlainStep]:
    """Return the steps from a request's due time to its receipt.

    Parameters
    ----------
    sender
        The way from the sender to the gateway, which no other sender is on.
    body_bytes
        The sizes that occur, between which the upload is interpolated.
    """
    store = _cache_write(design, profile) if strategy == "redis-first" else _s3_write(profile)
    return [
        *entrance_steps(design, strategy, profile, sender, body_bytes),
        *store,
        *receipt_steps(profile),
    ]


def entrance_steps(
    design: Design,
    strategy: Strategy,
    profile: Profile,
    sender: SenderNetwork,
    body_bytes: Sequence[int],
) -> list[PlainStep]:
    """Return the steps from the due time until the ingest function has its payload in hand."""
    function = design.function(strategy, "ingest")
    return [
        Delay(upload(sender, body_bytes), luck="network.upload"),
        *throttles(design),
        delay(profile, "apigateway.request", "ingest", 1.0),
        Take(names.LAMBDA_REQUESTS, Fail(names.NO_ENVIRONMENT)),
        Invoke(names.environments("ingest"), Fail(names.NO_ENVIRONMENT), luck="ingest"),
        delay(profile, "lambda.Invoke", "ingest", 1.0),
        Delay(INGEST_WORK.on(function.memory_mb), luck="ingest work"),
    ]


def receipt_steps(profile: Profile) -> list[PlainStep]:
    """Return the steps from a stored payload to the receipt: the execution is started."""
    return [
        Take(names.STARTS, sdk_retry(names.START_REFUSED)),
        delay(profile, "states.StartExecution", "ingest"),
        Release(names.environments("ingest")),
        Mark(names.RECEIPT),
    ]


def throttles(design: Design) -> list[PlainStep]:
    """Return the token buckets at the entrance: the usage plan's, then the account's.

    Source of the order: API Gateway Developer Guide, "Throttle requests to your REST APIs".
    """
    account: list[PlainStep] = [Take(names.GATEWAY, Fail(names.OVER_GATEWAY))]
    if design.api.rate_per_s is None or design.api.burst is None:
        return account
    return [Take(names.USAGE_PLAN, Fail(names.OVER_USAGE_PLAN)), *account]


def _cache_write(design: Design, profile: Profile) -> list[PlainStep]:
    return [
        Store(
            names.CACHE_MEMORY,
            Fail(names.CACHE_FULL),
            body_share=PAYLOAD_SHARE * ALLOCATOR_SHARE,
        ),
        *cache_call(profile, "elasticache.SET", names.CACHE_IN, tls=design.cache.tls),
    ]


def _s3_write(profile: Profile) -> list[PlainStep]:
    return put_object(profile, sdk_retry(names.PUT_REFUSED))


def upload(sender: SenderNetwork, body_bytes: Sequence[int]) -> Empirical:
    """Return what sending each size takes."""
    sizes = tuple(sorted(set(body_bytes)))
    times = (sender.upload_ms(size) for size in sizes)
    return Empirical(sizes, tuple((each, each) for each in times))
