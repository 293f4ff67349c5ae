"""The queue is emptied once, in bounded time; SQS's own repetitions are not announcements."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.collect.notification_check import PROGRESS, receive_notifications


@dataclass
class Queue:
    """Hands out batches as SQS does, and remembers what was asked of it."""

    batches: list[list[Mapping[str, str]]]
    waits_s: list[int] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        self.waits_s.append(asked["WaitTimeSeconds"])
        assert asked["MaxNumberOfMessages"] == 10
        batch = self.batches.pop(0) if self.batches else []
        return {"Messages": batch} if batch else {}

    def delete_message_batch(self, **asked: Any) -> dict[str, Any]:
        self.deleted += [entry["ReceiptHandle"] for entry in asked["Entries"]]
        return {}


def _message(sqs_id: str, message_id: str, progress: str) -> dict[str, str]:
    body = json.dumps({"messageID": message_id, "progress": progress})
    return {"MessageId": sqs_id, "ReceiptHandle": f"handle-{sqs_id}", "Body": body}


def _receive(queue: Queue, message_ids: set[str], **settings: Any) -> Any:
    settings = {
        "timeout_s": 60.0,
        "clock": itertools.count().__next__,
        "received": lambda _: None,
        "threads": 1,
        **settings,
    }
    return receive_notifications(queue, "queue", message_ids, **settings)


def _all_of(message_id: str) -> list[Mapping[str, str]]:
    return [_message(f"{message_id}-{step}", message_id, step) for step in PROGRESS]


def test_a_repeated_delivery_counts_once_and_a_second_announcement_twice() -> None:
    batch = _all_of("m")
    again = _message("new id", "m", "COMPLETED")
    for batches in ([batch, batch, [again]], [[*batch, *batch, again]]):
        received = _receive(Queue(list(batches)), {"m"})
        assert received.progress["m"] == {
            "RECEIVED": 1,
            "ARCHIVED": 1,
            "METADATA_STORED": 1,
            "COMPLETED": 2,
        }


def test_whatever_was_received_is_deleted() -> None:
    queue = Queue([_all_of("m"), _all_of("of another run")])
    assert _receive(queue, {"m"}).drained
    assert len(queue.deleted) == 8
    assert not queue.batches


def test_with_everything_there_one_empty_long_poll_ends_the_wait() -> None:
    queue = Queue([_all_of("m")])
    _receive(queue, {"m"})
    assert queue.waits_s == [0, 1]


def test_missing_announcements_are_waited_for_through_three_empty_rounds() -> None:
    queue = Queue([_all_of("m")])
    received = _receive(queue, {"m", "lost"})
    assert (received.drained, queue.waits_s) == (True, [0, 0, 1, 1])


def test_a_queue_that_never_empties_is_left_after_the_time_out() -> None:
    endless = [[_message(str(number), "m", "RECEIVED")] for number in range(1000)]
    received = _receive(Queue(endless), {"m"}, timeout_s=20.0)
    assert not received.drained
    assert 10 <= received.progress["m"]["RECEIVED"] <= 21


def test_bodies_of_others_are_counted_as_unreadable() -> None:
    bodies = ["no JSON", "[]", "{}", '{"messageID": 1, "progress": "RECEIVED"}']
    batch = [
        {"MessageId": str(place), "ReceiptHandle": "handle", "Body": body}
        for place, body in enumerate(bodies)
    ]
    received = _receive(Queue([batch]), set())
    assert (received.unreadable, dict(received.progress)) == (4, {})


def test_progress_counts_each_awaited_announcement_once() -> None:
    counted: list[int] = []
    again = _message("new id", "m", "COMPLETED")
    queue = Queue([_all_of("m"), [again], _all_of("of another run")])
    _receive(queue, {"m"}, received=counted.append)
    assert sum(counted) == 4
