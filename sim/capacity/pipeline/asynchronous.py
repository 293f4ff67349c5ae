"""The steps behind the receipt: the state machine, as its definition orders them."""

from collections.abc import Sequence
from typing import Final

from sim.capacity.design import Design, Role, Strategy
from sim.capacity.network import (
    Delay,
    Fork,
    Invoke,
    Load,
    Mark,
    PlainStep,
    Release,
    Step,
    Take,
    Wait,
)
from sim.capacity.pipeline import names
from sim.capacity.pipeline.calls import (
    ITEM_WRITE_UNITS,
    cache_call,
    delay,
    put_object,
    task_retry,
)
from sim.capacity.pipeline.handler_work import ARCHIVE_WORK, ROW_WORK, HandlerWork
from sim.latency.profile import Profile

TRANSITIONS_PER_MESSAGE: Final = 11
"""States that an execution enters when nothing fails; a test counts them in the definition."""

PUBLISHES_PER_MESSAGE: Final = 4

THROTTLED_RETRIES: Final = 8
FAILED_RETRIES: Final = 4
PUBLISH_RETRIES: Final = 6
"""MaxAttempts in the definition: of a task whose function is throttled, of one that failed, and of
a publication; a test holds them against it."""


def asynchronous_steps(
    design: Design,
    strategy: Strategy,
    profile: Profile,
    copy: Sequence[PlainStep] | None = None,
) -> list[Step]:
    """Return the steps from the receipt to the execution's end.

    Parameters
    ----------
    copy
        How a payload that is stored elsewhere gets into the archive; by default as the strategy
        has it.
    """
    return [
        *_enter(profile, "ProcessMessage", first=True),
        Fork(
            (
                (
                    *_publish(profile, "Announce"),
                    *_enter(profile, "Announced"),
                ),
                (
                    *_task(profile, "Archive"),
                    *_archive(design, strategy, profile, copy),
                    *_publish(profile, "PublishArchived"),
                ),
                (
                    *_task(profile, "Metadata"),
                    *_row(design, strategy, profile, "metadata"),
                    *_publish(profile, "PublishMetadataStored"),
                ),
            )
        ),
        *_enter(profile, "AllDelivered"),
        *_task(profile, "Aggregate"),
        *_row(design, strategy, profile, "aggregate"),
        *_publish(profile, "PublishCompleted"),
        *_enter(profile, "MessageCompleted"),
        Mark(names.COMPLETE),
    ]


def _enter(profile: Profile, state: str, *, first: bool = False) -> list[PlainStep]:
    """Return the transition into a state; over the quota it is delayed, not refused.

    Source: Step Functions Developer Guide, "Quotas", state throttling.
    """
    operation = "states.first-state" if first else "states.transition"
    return [Take(names.TRANSITIONS, Wait()), delay(profile, operation, state)]


def _task(profile: Profile, state: str) -> list[PlainStep]:
    return [*_enter(profile, state), delay(profile, "states.task", state)]


def _publish(profile: Profile, state: str) -> list[PlainStep]:
    return [
        *_task(profile, state),
        Take(names.PUBLISHES, task_retry(PUBLISH_RETRIES)),
        delay(profile, "sns.Publish", state),
    ]


def _invoked(
    design: Design,
    strategy: Strategy,
    profile: Profile,
    role: Role,
    work: HandlerWork,
    calls: list[PlainStep],
) -> list[PlainStep]:
    pool = names.environments(role)
    return [
        Invoke(pool, task_retry(THROTTLED_RETRIES), luck=role),
        delay(profile, "lambda.Invoke", role),
        Delay(work.on(design.function(strategy, role).memory_mb), luck=f"{role} work"),
        *calls,
        Release(pool),
    ]


def _archive(
    design: Design, strategy: Strategy, profile: Profile, copy: Sequence[PlainStep] | None
) -> list[PlainStep]:
    confirm = delay(profile, "s3.HeadObject", "archive")
    if copy is None and strategy == "redis-first":
        copy = [
            Load(names.CACHE_MEMORY),
            *cache_call(profile, "elasticache.GET", names.CACHE_OUT, tls=design.cache.tls),
            *put_object(profile, task_retry(FAILED_RETRIES)),
        ]
    return _invoked(design, strategy, profile, "archive", ARCHIVE_WORK, [*(copy or ()), confirm])


def _row(design: Design, strategy: Strategy, profile: Profile, role: Role) -> list[PlainStep]:
    return _invoked(
        design,
        strategy,
        profile,
        role,
        ROW_WORK,
        [
            Take(names.TABLE_WRITES, task_retry(FAILED_RETRIES), tokens=ITEM_WRITE_UNITS),
            delay(profile, "dynamodb.PutItem", role),
        ],
    )
