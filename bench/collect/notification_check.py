"""Checks that each acknowledged message announced each step of its progress exactly once."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.collect.findings import Finding
from bench.collect.sent_message import SentMessage

PROGRESS: tuple[str, ...] = ("RECEIVED", "ARCHIVED", "METADATA_STORED", "COMPLETED")

_BATCH_MESSAGES = 10
"""AWS's maximum for ReceiveMessage and DeleteMessageBatch."""
_WAIT_S = 1
"""Long polling asks all of a queue's servers; a short poll may miss messages (AWS, "Amazon SQS
short and long polling")."""
_EMPTY_ROUNDS = 3
"""So many empty rounds of long polls are taken as an empty queue while messages are missing."""


@dataclass(frozen=True, slots=True)
class Notifications:
    """What the queue held.

    Parameters
    ----------
    progress
        Message id → how often each step was announced.
    unreadable
        Number of messages that are not `{"messageID": …, "progress": …}`.
    drained
        False if the time was over before the queue was empty.
    """

    progress: Mapping[str, Counter[str]]
    unreadable: int
    drained: bool


def receive_notifications(
    sqs: Any,
    queue_url: str,
    message_ids: Collection[str],
    *,
    timeout_s: float,
    clock: Callable[[], float],
    received: Callable[[int], None],
    threads: int = 4,
) -> Notifications:
    """Receive and delete until the queue is empty.

    A message that SQS itself delivers twice (standard queues do so at times, "at-least-once
    delivery") has the same SQS id and counts once; a second announcement has its own.

    Parameters
    ----------
    message_ids
        Whose announcements are awaited; with all of them there, one empty round ends the wait.
    received
        Called with the number of awaited announcements since the last call.
    """
    progress: dict[str, Counter[str]] = defaultdict(Counter)
    seen: set[str] = set()
    unreadable = empty_rounds = awaited = 0
    wanted = len(message_ids) * len(PROGRESS)
    deadline_s = clock() + timeout_s

    def receive(wait_s: int) -> list[dict[str, Any]]:
        answer = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=_BATCH_MESSAGES, WaitTimeSeconds=wait_s
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        if messages:
            entries = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
                for place, message in enumerate(messages)
            ]
            sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries)
        return messages

    with ThreadPoolExecutor(threads) as pool:
        while empty_rounds < (1 if awaited >= wanted else _EMPTY_ROUNDS):
            if clock() > deadline_s:
                return Notifications(progress, unreadable, drained=False)
            wait_s = _WAIT_S if empty_rounds or awaited >= wanted else 0
            batches = list(pool.map(receive, [wait_s] * threads))
            empty_rounds = 0 if any(batches) else empty_rounds + 1
            awaited_before = awaited
            for message in (message for batch in batches for message in batch):
                if message["MessageId"] in seen:
                    continue
                seen.add(message["MessageId"])
                announced = _announced(message["Body"])
                if announced is None:
                    unreadable += 1
                    continue
                message_id, step = announced
                progress[message_id][step] += 1
                awaited += message_id in message_ids and progress[message_id][step] == 1
            received(awaited - awaited_before)
    return Notifications(progress, unreadable, drained=True)


def check_notifications(
    messages: Sequence[SentMessage], progress: Mapping[str, Mapping[str, int]]
) -> list[Finding]:
    """Return which steps were not announced, announced more than once, or are none."""
    return [
        Finding(message.message_id, message.strategy, "notifications", problem)
        for message in messages
        for problem in _problems(progress.get(message.message_id, {}))
    ]


def _announced(body: str) -> tuple[str, str] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    message_id, step = content.get("messageID"), content.get("progress")
    return (message_id, step) if isinstance(message_id, str) and isinstance(step, str) else None


def _problems(announced: Mapping[str, int]) -> Iterable[str]:
    for step in PROGRESS:
        times = announced.get(step, 0)
        if times == 0:
            yield f"{step} was not announced"
        elif times > 1:
            yield f"{step} was announced {times} times"
    for step in sorted(set(announced) - set(PROGRESS)):
        yield f"{step!r} was announced, which is no known step"
