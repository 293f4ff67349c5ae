"""One request as it went, and the file of JSON lines that holds all of a run.

Each line has a `record`: `run` first, then for each block `payload` (a template that it was the
first to need), `block` (its start), its `request` lines as they finish, and `block_end` (how the
generator itself fared); `end` last. A file without `end` is that of a run that was killed.

If several Locust workers carried out the run, a `request` has its `worker`, and before each
`block_end` there is a `worker_block_end` for each worker: how that one fared, and how its clock was
found to stand to the master's.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from bench.load.errors import SamplesFileError
from bench.load.plan import Strategy
from sim.workload.kind import Kind


@dataclass(frozen=True, slots=True)
class RequestSample:
    """A request from due to done; seconds are on the run's own monotonic clock.

    Parameters
    ----------
    latency_ms
        Done less due: what a sender waits who comes at the due time. For redis-set, done less sent.
    service_ms
        Done less sent.
    status
        HTTP status; 0 if there was no answer, or the request was dropped. For redis-set, 200 or 0.
    message_id
        From the answer, on 200 and on 5xx; "" if none.
    trace_id
        The request's X-Ray trace id; "" if it had none.
    request_transit_ms, response_transit_ms
        See `bench.load.shared_clock`; None where the gateway is on another machine.
    tenant
        Of which of several streams it was; "" where there is one.
    """

    block: int
    round: int
    strategy: Strategy
    kind: Kind
    size: str
    body_bytes: int
    payload_bytes: int
    payload_sha256: str
    date_time: str
    warm_up: bool
    due_s: float
    sent_s: float
    done_s: float
    latency_ms: float
    service_ms: float
    status: int
    error: str
    message_id: str
    server_timing: str
    request_transit_ms: float | None = None
    response_transit_ms: float | None = None
    trace_id: str = ""
    tenant: str = ""


class Records(ABC):
    """Takes the records of a run as they come."""

    @abstractmethod
    def write(self, record: str, **content: Any) -> None:
        """Take `{"record": record, **content}`."""

    def write_request(self, sample: RequestSample) -> None:
        """Take a finished request."""
        self.write("request", **asdict(sample))


class SamplesFile(Records):
    """Writes records, each in one flushed line, so that the file may be followed as it grows."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, record: str, **content: Any) -> None:
        """Append one line."""
        self._out.write(json.dumps({"record": record, **content}, separators=(",", ":")) + "\n")
        self._out.flush()


class Unkept(Records):
    """Keeps nothing: who looks at Locust's page need not fill a disk."""

    def write(self, record: str, **content: Any) -> None:
        """Let go of it."""


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a samples file in order.

    A last line without its line end is what a killed writer leaves, and is skipped.

    Raises
    ------
    SamplesFileError
        If a whole line is not a JSON object with `record`.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith("\n"):
                return
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise SamplesFileError(f"{path} line {number} is not JSON: {error}") from error
            if not isinstance(record, dict) or "record" not in record:
                raise SamplesFileError(
                    f"{path} line {number} has no `record`; is it a samples file?"
                )
            yield record
