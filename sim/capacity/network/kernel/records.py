"""What the kernel's records hold. Indices are -1 where there is nothing; times are seconds.

All whole numbers are of one type: of another, each function that takes one is compiled again.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = Any
"""A structured array. In compiled code its records' fields are attributes, which numpy's types do
not know."""

STEP: Final = np.dtype(
    [
        ("luck", "u8"),  # hash of the step's name
        ("amount", "f8"),  # TAKE: tokens; STORE: bytes a body byte
        ("per_byte", "f8"),  # TAKE: tokens for each body byte on top
        ("op", "i8"),
        ("resource", "i8"),
        ("service", "i8"),  # INVOKE: the init
        ("rule", "i8"),
        ("hold", "i8"),  # INVOKE, RELEASE: which of the message's holdings
        ("value", "i8"),  # STORE, LOAD, FREE: which of the message's values
        ("mark", "i8"),
        ("receipt", "i8"),  # MARK: 1 where it is the receipt
        ("lost", "i8"),  # LOAD: the reason when the value is gone
        ("occurrence", "i8"),  # of the name in the program
        ("join", "i8"),  # in a branch: its JOIN; -1 in the trunk
        ("branches", "i8"),  # FORK
        ("after", "i8"),  # JOIN: the step after the fork
        ("sibling", "i8"),  # JOIN: where the next branch begins
        ("hold_from", "i8"),  # holdings that this branch or the trunk takes
        ("hold_to", "i8"),
    ],
    align=True,
)

SERVICE: Final = np.dtype(
    [
        ("kind", "i8"),
        ("sizes", "i8"),  # EMPIRICAL: rows of its table
        ("quantiles", "i8"),  # EMPIRICAL: columns
        ("table", "i8"),  # EMPIRICAL: where its sizes, and behind them its rows, begin
        ("base_s", "f8"),  # constant, mean, or median
        ("base_sigma", "f8"),
        ("per_byte_s", "f8"),
        ("per_byte_sigma", "f8"),
        ("tail_share", "f8"),
        ("tail_factor", "f8"),
    ],
    align=True,
)

RULE: Final = np.dtype(
    [
        ("kind", "i8"),
        ("reason", "i8"),
        ("attempts", "i8"),
        ("jitter", "i8"),
        ("first_s", "f8"),
        ("backoff", "f8"),
        ("max_delay_s", "f8"),
    ],
    align=True,
)

COUNTS: Final[list[tuple[str, str]]] = [
    ("arrivals", "i8"),
    ("refusals", "i8"),
    ("cold_starts", "i8"),
    ("evictions", "i8"),
    ("expiries", "i8"),
    ("stored_bytes", "f8"),
    ("busy_area", "f8"),  # servers, environments or bytes in use x seconds
    ("queue_area", "f8"),
    ("alive_area", "f8"),
    ("wait_s", "f8"),  # of those who have left the queue
    ("taken", "f8"),  # tokens
    ("billed_s", "f8"),
    ("init_s", "f8"),
    ("busy_max", "i8"),
    ("queue_max", "i8"),
    ("alive_max", "i8"),
    ("level_min", "f8"),
    ("peak", "f8"),
]
"""What is counted of a resource: a row of it is kept an interval. Up to `init_s` it only grows;
the others are of the interval."""

ROW: Final = np.dtype(COUNTS, align=True)

RESOURCE: Final = np.dtype(
    [
        *COUNTS,
        ("kind", "i8"),
        ("index", "i8"),
        ("outage", "i8"),  # the next outage that is not over, and the last one's end
        ("outages_end", "i8"),
        ("head", "i8"),  # tokens in line
        ("tail", "i8"),
        ("waiting", "i8"),
        ("busy", "i8"),
        ("capacity", "i8"),  # servers, reserved concurrency (-1: shared), bytes
        ("alive", "i8"),
        ("newest", "i8"),  # entries: idle environments, values
        ("oldest", "i8"),
        ("timer", "i8"),  # 1 while one is under way
        ("evicts", "i8"),
        ("touched_s", "f8"),  # areas are up to date to here
        ("rate_per_s", "f8"),  # of the bucket, or of the pool's scaling
        ("burst", "f8"),
        ("level", "f8"),
        ("filled_s", "f8"),
        ("expiry_s", "f8"),  # of idle environments, or of values
        ("overhead_bytes", "i8"),
        ("billing_step_s", "f8"),
        ("window_mark", "f8"),  # area or tokens at the window's beginning
    ],
    align=True,
)

SLOT: Final = np.dtype(
    [
        ("due_s", "f8"),
        ("message", "i8"),
        ("bytes", "i8"),
        ("attempt", "i8"),
        ("joining", "i8"),  # branches that have not ended
        ("reason", "i8"),  # of the first branch that failed
        ("next", "i8"),
        ("receipt", "i8"),
        ("cold", "i8"),
    ],
    align=True,
)

TOKEN: Final = np.dtype(
    [
        ("since_s", "f8"),  # in line
        ("order", "i8"),  # of joining a line
        ("slot", "i8"),
        ("step", "i8"),
        ("tries", "i8"),
        ("next", "i8"),  # in line, or of the free
    ],
    align=True,
)

ENTRY: Final = np.dtype(
    [
        ("time_s", "f8"),  # stored, or idle since
        ("bytes", "i8"),
        ("owner", "i8"),  # index into `values`
        ("newer", "i8"),
        ("older", "i8"),  # also of the free
    ],
    align=True,
)

EVENT: Final = np.dtype([("time_s", "f8"), ("key", "i8")], align=True)

CLOCK: Final = np.dtype(
    [
        ("now_s", "f8"),
        ("seed", "u8"),
        ("sequence", "i8"),
        ("events", "i8"),
        ("heap", "i8"),  # events in the heap
        ("arrived", "i8"),
        ("in_flight", "i8"),
        ("window", "i8"),  # windows that are over
        ("row", "i8"),
        ("row_windows", "i8"),
        ("free_token", "i8"),
        ("fresh_token", "i8"),
        ("spare_tokens", "i8"),
        ("free_slot", "i8"),
        ("fresh_slot", "i8"),
        ("spare_slots", "i8"),
        ("free_entry", "i8"),
        ("fresh_entry", "i8"),
        ("spare_entries", "i8"),
        ("branches", "i8"),  # most of a fork
        ("holds", "i8"),  # of a message
        ("values", "i8"),  # of a message
        ("sender", "i8"),  # rule by which the sender tries again
        ("shared", "i8"),  # concurrency that pools without a reservation share
        ("shared_busy", "i8"),
        ("pools_waiting", "i8"),
    ],
    align=True,
)


class World(NamedTuple):
    """All that the kernel knows: the network, the messages, and where everything stands."""

    steps: Records
    services: Records
    tables: NDArray[np.float64]
    rules: Records
    retried: NDArray[np.uint8]
    outages: NDArray[np.float64]
    hold_pools: NDArray[np.int64]
    resources: Records
    clock: Records
    heap: Records
    tokens: Records
    slots: Records
    entries: Records
    holds: NDArray[np.float64]
    values: NDArray[np.int64]
    due_s: NDArray[np.float64]
    body_bytes: NDArray[np.uint32]
    marks: NDArray[np.float32]
    flags: NDArray[np.uint8]
    rows: Records
    row_ends_s: NDArray[np.float64]


Scalar = Any
"""A number in compiled code, where its type is the compiler's."""
