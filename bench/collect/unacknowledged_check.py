"""Judges what was found of requests without a receipt.

- A refused request (4xx) must leave nothing: no object, row, execution or cached payload.
- After an error of the service (5xx) or no answer, the sender does not know and will send again.
  The message may be there or not; what there is has to be consistent. If its execution was started,
  it is held to everything that an acknowledged message is, and a note says that it was kept. A
  payload that was only put down, without an execution, is noted: it is what "payload first,
  execution second" leaves when the second fails.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.collect.findings import Finding
from bench.collect.sent_message import SentMessage, UnacknowledgedRequest
from bench.collect.traces import Trace


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """What is to be said of the requests without a receipt.

    Parameters
    ----------
    started
        Those that are ambiguous and whose execution was started, under its messageID, with the
        execution's status: they have to be complete.
    findings
        Traces of refused requests.
    notes
        Traces of ambiguous ones.
    """

    started: Mapping[SentMessage, str]
    findings: Sequence[Finding]
    notes: Sequence[str]


def judge_traces(
    requests: Sequence[UnacknowledgedRequest], traces: Iterable[Trace]
) -> Unacknowledged:
    """Match traces with requests by the payload's SHA-256; other messages' traces are left out."""
    by_sha256 = {request.message.payload_sha256: request for request in requests}
    started: dict[SentMessage, str] = {}
    findings: list[Finding] = []
    notes: list[str] = []
    for trace in traces:
        request = by_sha256.get(trace.payload_sha256)
        if request is None:
            continue
        strategy = request.message.strategy
        problem = f"{request.told}, but its message is at {trace.place}"
        if request.refused:
            findings.append(Finding(trace.message_id, strategy, "unacknowledged", problem))
            continue
        notes.append(f"{trace.message_id} ({strategy}): {problem}")
        if trace.execution_status is not None:
            message = replace(request.message, message_id=trace.message_id)
            started[message] = trace.execution_status
    return Unacknowledged(started, findings, notes)


def as_unacknowledged(
    findings: Iterable[Finding], messages: Iterable[SentMessage]
) -> list[Finding]:
    """Return `findings`, those of `messages` turned into findings of the check unacknowledged."""
    message_ids = {message.message_id for message in messages}
    return [
        replace(
            finding,
            check="unacknowledged",
            problem="it was started although its sender got no receipt, and is incomplete:"
            f" {finding.check}: {finding.problem}",
        )
        if finding.message_id in message_ids
        else finding
        for finding in findings
    ]


def twins(messages: Iterable[SentMessage], traces: Iterable[Trace]) -> list[Finding]:
    """Return acknowledged payloads that are there a second time, under another messageID."""
    by_sha256 = {message.payload_sha256: message for message in messages}
    return [
        Finding(
            message.message_id,
            message.strategy,
            "archived object",
            f"its payload is there a second time, at {trace.place}",
        )
        for trace in traces
        if (message := by_sha256.get(trace.payload_sha256)) is not None
        and trace.message_id != message.message_id
    ]
