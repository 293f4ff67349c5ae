"""What a simulation came to: each message, and each resource over time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.kernel import codes

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StationSeries:
    """A station, one value an interval.

    `utilisation` is the mean share of busy servers, `peak_utilisation` the largest of the windows
    of one second in the interval. Queues are of those who wait, without those served.
    """

    arrivals: Counts
    refusals: Counts
    utilisation: Floats
    peak_utilisation: Floats
    queue_mean: Floats
    queue_max: Counts


@dataclass(frozen=True, slots=True)
class BucketSeries:
    """A token bucket, one value an interval.

    `utilisation` is what was taken against what the bucket gains in the time; above 1 while it
    lives on its burst. `level_min` is the least that it held.
    """

    arrivals: Counts
    refusals: Counts
    taken: Floats
    utilisation: Floats
    peak_utilisation: Floats
    level_min: Floats
    queue_mean: Floats
    queue_max: Counts


@dataclass(frozen=True, slots=True)
class PoolSeries:
    """A pool of environments, one value an interval; busy and alive are numbers of environments."""

    arrivals: Counts
    refusals: Counts
    cold_starts: Counts
    busy_mean: Floats
    busy_max: Counts
    alive_mean: Floats
    alive_max: Counts
    queue_mean: Floats
    queue_max: Counts


@dataclass(frozen=True, slots=True)
class MemorySeries:
    """A memory, one value an interval; bytes are of values with their overhead."""

    arrivals: Counts
    refusals: Counts
    bytes_mean: Floats
    bytes_max: Counts
    evictions: Counts
    expiries: Counts
    queue_mean: Floats
    queue_max: Counts


@dataclass(frozen=True, slots=True)
class Totals:
    """What was used of a resource in all; 0 where its kind has no such thing.

    Attributes
    ----------
    arrivals, refusals
        Steps that came to the resource, retries among them, and how many were refused.
    busy_s
        Server or environment seconds; of a memory, byte seconds. An invocation counts from Invoke
        to Release, its init included.
    queue_s
        Seconds that messages have stood in line, all together: the area under the queue.
    wait_s
        The same, added up over those who have left the line.
    taken
        Tokens.
    cold_starts, init_s
        New environments, and the seconds of their inits.
    billed_s
        Seconds of invocations that have ended, each rounded up to whole billing steps.
    stored_bytes, held_bytes
        Bytes stored in all, and those still there at the end.
    evictions, expiries
        Of values; expiries also of idle environments.
    in_use, waiting
        Servers, environments or bytes in use, and messages in line, at the end.
    """

    arrivals: int
    refusals: int
    busy_s: float
    queue_s: float
    wait_s: float
    taken: float
    cold_starts: int
    init_s: float
    billed_s: float
    stored_bytes: int
    held_bytes: int
    evictions: int
    expiries: int
    in_use: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation came to.

    Attributes
    ----------
    marks
        By the mark's name: milliseconds since each message was due first, NaN where it never came
        there; shape ``(messages,)``.
    code
        Index into `names` for each message.
    names
        The outcomes: `unfinished`, `completed`, and each reason twice, before and after the
        receipt.
    attempts
        How often each message was sent, at most 255; 0 while unfinished.
    cold
        1 where an invocation before the receipt began with an init, 2 after it, 3 both.
    interval_ends_s
        Where the intervals of the series end; the last may be shorter.
    stations, buckets, pools, memories
        Time series, by the resource's name.
    totals
        By the resource's name.
    ended_s
        The simulated time at which it ended.
    events
        Arrivals, ends of delays and services, and timers that were worked through.
    """

    marks: Mapping[str, NDArray[np.float32]]
    code: NDArray[np.uint8]
    names: tuple[str, ...]
    attempts: NDArray[np.uint8]
    cold: NDArray[np.uint8]
    interval_ends_s: Floats
    stations: Mapping[str, StationSeries]
    buckets: Mapping[str, BucketSeries]
    pools: Mapping[str, PoolSeries]
    memories: Mapping[str, MemorySeries]
    totals: Mapping[str, Totals]
    ended_s: float
    events: int

    def counts(self) -> dict[str, int]:
        """Return how many messages came to each outcome; those of none are left out."""
        found = np.bincount(self.code, minlength=len(self.names))
        return {name: int(count) for name, count in zip(self.names, found, strict=True) if count}


def outcome_names(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of all outcomes, by their code."""
    failed = [name for reason in reasons for name in (reason, f"{reason}, after the receipt")]
    return ("unfinished", "completed", *failed)


def series_of(resource: Any, rows: Any, ends_s: Floats) -> Any:
    """Return the series of a resource from its rows, whose counts only grow."""
    widths_s = np.diff(ends_s, prepend=0.0)
    widths_s[widths_s == 0] = np.inf  # of an outcome that ends at 0 s

    def gained(field: str) -> Any:
        return np.diff(rows[field], prepend=rows[field].dtype.type(0))

    def most(field: str) -> Counts:
        return np.array(rows[field])

    line = {
        "arrivals": gained("arrivals"),
        "refusals": gained("refusals"),
        "queue_mean": gained("queue_area") / widths_s,
        "queue_max": most("queue_max"),
    }
    busy_mean = gained("busy_area") / widths_s
    match int(resource["kind"]):
        case codes.STATION:
            return StationSeries(
                **line,
                utilisation=busy_mean / resource["capacity"],
                peak_utilisation=np.array(rows["peak"]),
            )
        case codes.BUCKET:
            taken = gained("taken")
            return BucketSeries(
                **line,
                taken=taken,
                utilisation=taken / (widths_s * resource["rate_per_s"]),
                peak_utilisation=np.array(rows["peak"]),
                level_min=np.array(rows["level_min"]),
            )
        case codes.POOL:
            return PoolSeries(
                **line,
                cold_starts=gained("cold_starts"),
                busy_mean=busy_mean,
                busy_max=most("busy_max"),
                alive_mean=gained("alive_area") / widths_s,
                alive_max=most("alive_max"),
            )
        case _:
            return MemorySeries(
                **line,
                bytes_mean=busy_mean,
                bytes_max=most("busy_max"),
                evictions=gained("evictions"),
                expiries=gained("expiries"),
            )


def totals_of(resource: Any) -> Totals:
    """Return what was used of a resource in all."""
    is_memory = int(resource["kind"]) == codes.MEMORY
    return Totals(
        arrivals=int(resource["arrivals"]),
        refusals=int(resource["refusals"]),
        busy_s=float(resource["busy_area"]),
        queue_s=float(resource["queue_area"]),
        wait_s=float(resource["wait_s"]),
        taken=float(resource["taken"]),
        cold_starts=int(resource["cold_starts"]),
        init_s=float(resource["init_s"]),
        billed_s=float(resource["billed_s"]),
        stored_bytes=int(resource["stored_bytes"]),
        held_bytes=int(resource["busy"]) if is_memory else 0,
        evictions=int(resource["evictions"]),
        expiries=int(resource["expiries"]),
        in_use=int(resource["busy"]),
        waiting=int(resource["waiting"]),
    )
