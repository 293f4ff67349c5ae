"""The messages that were sent, what the sender was told of each, and where each has to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from bench.collect.findings import Finding
from bench.load import INGESTING


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What is known of a message at the sender's end, and its messageID."""

    message_id: str
    strategy: str
    date_time: str
    payload_bytes: int
    payload_sha256: str

    @property
    def archive_key(self) -> str:
        """Key in the archive bucket: `YYYY/MM/DD/HH/MM/SS/<messageID>`, in UTC."""
        instant = datetime.fromisoformat(self.date_time)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return f"{instant.astimezone(UTC):%Y/%m/%d/%H/%M/%S}/{self.message_id}"


@dataclass(frozen=True, slots=True)
class UnacknowledgedRequest:
    """A request that was answered with something else than 200, or not at all (status 0)."""

    message: SentMessage
    status: int

    @property
    def refused(self) -> bool:
        """Whether the sender was told that the request is bad (4xx), and so will not repeat it."""
        return 400 <= self.status < 500

    @property
    def told(self) -> str:
        """What the sender knows, in words."""
        return (
            f"the sender was answered {self.status}" if self.status else "the sender got no answer"
        )


def ingesting(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose requests went to one of the two strategies."""
    return samples[samples["strategy"].isin(INGESTING)]


def acknowledged_messages(
    samples: pd.DataFrame,
) -> tuple[Sequence[SentMessage], Sequence[Finding]]:
    """Return the acknowledged messages, and receipts that cannot be followed up.

    The latter are receipts without a message id, and those whose id an earlier one had.
    """
    messages: dict[str, SentMessage] = {}
    findings: list[Finding] = []
    rows = ingesting(samples)
    for message in _messages(rows[rows["status"] == 200]):
        if message.message_id and message.message_id not in messages:
            messages[message.message_id] = message
            continue
        problem = "its messageID was given out twice" if message.message_id else "has no messageID"
        findings.append(
            Finding(
                message.message_id,
                message.strategy,
                "execution succeeded",
                f"the receipt for the payload with SHA-256 {message.payload_sha256}, dateTime"
                f" {message.date_time}, cannot be followed up: {problem}",
            )
        )
    return list(messages.values()), findings


def unacknowledged_requests(samples: pd.DataFrame) -> Sequence[UnacknowledgedRequest]:
    """Return the requests to the two strategies that were not answered with 200."""
    rows = ingesting(samples)
    rows = rows[rows["status"] != 200]
    return [
        UnacknowledgedRequest(message, int(status))
        for message, status in zip(_messages(rows), rows["status"], strict=True)
    ]


def _messages(rows: pd.DataFrame) -> Sequence[SentMessage]:
    columns = ("message_id", "strategy", "date_time", "payload_bytes", "payload_sha256")
    return [
        SentMessage(str(message_id), str(strategy), str(date_time), int(payload_bytes), str(sha256))
        for message_id, strategy, date_time, payload_bytes, sha256 in zip(
            *(rows[column] for column in columns), strict=True
        )
    ]
