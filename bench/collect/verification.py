"""Verifies a run: what was acknowledged must be stored, recorded and announced, exactly once."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

import pandas as pd
import redis

from bench.collect.archive_check import StoredObject, check_archive, list_objects
from bench.collect.executions import NOT_FOUND
from bench.collect.findings import (
    MESSAGE_CHECKS,
    Check,
    CheckCount,
    Finding,
    Verification,
)
from bench.collect.metadata_check import check_metadata
from bench.collect.notification_check import PROGRESS, check_notifications, receive_notifications
from bench.collect.sent_message import (
    SentMessage,
    UnacknowledgedRequest,
    acknowledged_messages,
    ingesting,
    unacknowledged_requests,
)
from bench.collect.traces import (
    Trace,
    cache_traces,
    execution_traces,
    object_traces,
    row_traces,
    strangers,
)
from bench.collect.unacknowledged_check import as_unacknowledged, judge_traces, twins
from bench.load import DeployedSystem, Progress

_CHECKS_PER_MESSAGE = 2 + len(PROGRESS)
"""The object, the row and each notification."""


def verify(
    deployment: DeployedSystem,
    samples: pd.DataFrame,
    statuses: Mapping[str, str],
    *,
    progress: Progress,
    since: datetime | None = None,
    threads: int = 8,
    notification_timeout_s: float = 60.0,
    clock: Callable[[], float] = time.monotonic,
) -> Verification:
    """Check each acknowledged message of a run, and that refused ones left nothing.

    Call it when all executions have ended. It reads every archived object of the run, and empties
    the notification queue.

    Parameters
    ----------
    samples
        The samples table, warm-up and floor rows included.
    statuses
        Message id → status of its execution, from `wait_for_executions`.
    since
        Start of the run, with a time zone. Objects and executions from before it that no receipt
        was given for are not looked at; None looks at all, right for a fresh stack.
    progress
        Called with the number of checks done and of all (one for the object, one for the row and
        four for the notifications of each message).

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, redis.RedisError
        If a service cannot be asked; a single object that cannot be read is a finding instead.
    """
    messages, receipts = acknowledged_messages(samples)
    requests = unacknowledged_requests(samples)
    message_ids = {message.message_id for message in messages}
    count = _Counting(progress, total=len(messages) * _CHECKS_PER_MESSAGE)
    bucket = deployment.outputs["ArchiveBucketName"]
    table = deployment.outputs["MetadataTableName"]
    s3, dynamodb = deployment.client("s3"), deployment.client("dynamodb")
    objects = list_objects(s3, bucket, count.look)
    unclaimed = strangers(objects, message_ids, since)
    sizes = {m.payload_bytes for m in (*messages, *(request.message for request in requests))}
    traces = [
        *object_traces(s3, bucket, unclaimed, sizes, count.look),
        *_other_traces(deployment, requests, message_ids, since, count.look),
    ]
    unacknowledged = judge_traces(requests, traces)
    count.total += len(unacknowledged.started) * _CHECKS_PER_MESSAGE
    held = [*messages, *unacknowledged.started]

    findings = _execution_findings(messages, statuses)
    findings += _execution_findings(
        list(unacknowledged.started),
        {message.message_id: status for message, status in unacknowledged.started.items()},
    )
    findings += check_archive(s3, bucket, held, objects, threads=threads, checked=count.add)
    findings += check_metadata(dynamodb, table, bucket, held, threads=threads, checked=count.add)
    notifications = receive_notifications(
        deployment.client("sqs"),
        deployment.outputs["NotificationQueueUrl"],
        {message.message_id for message in held},
        timeout_s=notification_timeout_s,
        clock=clock,
        received=count.add,
    )
    findings += check_notifications(held, notifications.progress)
    findings += twins(messages, traces)
    findings = [
        *receipts,
        *_nothing_acknowledged(samples, messages),
        *as_unacknowledged(findings, unacknowledged.started),
        *unacknowledged.findings,
    ]
    count.finish()

    notes = [*unacknowledged.notes, *_stranger_note(bucket, unclaimed, traces, messages, requests)]
    if notifications.unreadable:
        notes.append(f"{notifications.unreadable} notifications are not of this pipeline")
    if not notifications.drained:
        notes.append(f"the notification queue was not empty after {notification_timeout_s:g} s")
    checks: dict[Check, CheckCount] = {
        check: _count(check, message_ids, findings, receipts) for check in MESSAGE_CHECKS
    }
    failed = len({finding.message_id for finding in findings if finding.check == "unacknowledged"})
    checks["unacknowledged"] = CheckCount(passed=len(requests) - failed, failed=failed)
    return Verification(
        acknowledged=len(messages) + len(receipts),
        checks=checks,
        findings=tuple(findings),
        notes=tuple(notes),
    )


def _other_traces(
    deployment: DeployedSystem,
    requests: Sequence[UnacknowledgedRequest],
    message_ids: Collection[str],
    since: datetime | None,
    looked: Callable[[], None],
) -> Iterable[Trace]:
    """Yield traces outside the archive; nothing is looked for if every request has its receipt."""
    if not requests:
        return
    table, machine = deployment.outputs["MetadataTableName"], deployment.outputs["StateMachineArn"]
    yield from row_traces(deployment.client("dynamodb"), table, looked)
    stepfunctions = deployment.client("stepfunctions")
    yield from execution_traces(stepfunctions, machine, message_ids, since, looked)
    refused = {request.message.payload_bytes for request in requests if request.refused}
    if refused and deployment.redis_url:
        yield from cache_traces(redis.Redis.from_url(deployment.redis_url), refused, looked)


def _execution_findings(
    messages: Sequence[SentMessage], statuses: Mapping[str, str]
) -> list[Finding]:
    return [
        Finding(
            message.message_id,
            message.strategy,
            "execution succeeded",
            f"its execution is {status}, not SUCCEEDED",
        )
        for message in messages
        if (status := statuses.get(message.message_id, NOT_FOUND)) != "SUCCEEDED"
    ]


def _nothing_acknowledged(
    samples: pd.DataFrame, messages: Sequence[SentMessage]
) -> Iterable[Finding]:
    if len(ingesting(samples)) and not messages:
        problem = "no request was acknowledged, so there is nothing to verify"
        yield Finding("", "all", "execution succeeded", problem)


def _stranger_note(
    bucket: str,
    unclaimed: Sequence[StoredObject],
    traces: Iterable[Trace],
    messages: Sequence[SentMessage],
    requests: Sequence[UnacknowledgedRequest],
) -> Iterable[str]:
    ours = {message.payload_sha256 for message in messages}
    ours |= {request.message.payload_sha256 for request in requests}
    claimed = {trace.place for trace in traces if trace.payload_sha256 in ours}
    unknown = sum(f"s3://{bucket}/{stored.key}" not in claimed for stored in unclaimed)
    if unknown:
        yield f"{unknown} objects in {bucket} belong to no request of this run"


def _count(
    check: Check,
    message_ids: Collection[str],
    findings: Sequence[Finding],
    receipts: Sequence[Finding],
) -> CheckCount:
    """Count messages; receipts that cannot be followed up have no execution that could succeed."""
    failed = {
        finding.message_id
        for finding in findings
        if finding.check == check and finding not in receipts and finding.message_id in message_ids
    }
    without_execution = len(receipts) if check == "execution succeeded" else 0
    return CheckCount(passed=len(message_ids) - len(failed), failed=len(failed) + without_execution)


class _Counting:
    """Adds up what is done and shows signs of life meanwhile."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._done = 0
        self.total = total
        progress(0, total)

    def look(self) -> None:
        self._progress(self._done, self.total)

    def add(self, done: int = 1) -> None:
        self._done += done
        self._progress(self._done, self.total)

    def finish(self) -> None:
        self._progress(self.total, self.total)
