"""What the calls of a run tell of the emulators and of the shaping itself.

A call that the emulator alone took longer for than its target does not stand for AWS: its latency
is the emulator's.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

EMULATOR_BOUND_SHARE: Final = 0.05
"""Above this share of calls beyond their targets, a figure is called emulator-bound."""

LEAST_TARGET_MS: Final = 0.1
"""Below it a target is less than a timer can tell, such as the way of a receipt of 50 bytes."""

GATEWAY: Final = "gateway"
"""Source of the calls that a sender waits for."""


@dataclass(frozen=True, slots=True)
class OperationCalls:
    """The calls of one operation. Times in ms.

    Attributes
    ----------
    operation
        As profiles name it.
    size
        The requests' size; empty for what is done behind the receipt.
    calls
        How many there were.
    target_p50_ms, emulator_p50_ms, emulator_p95_ms, client_p50_ms, total_p50_ms
        What was drawn; what the emulator took alone, and of that what the client did before it
        sent; and what it took in the end.
    exceeded
        How many the emulator alone took longer for than their targets.
    timer_error_p50_ms, timer_error_p99_ms
        How much later than its target a call ended that was filled up; `None` when none was.
    """

    operation: str
    size: str
    calls: int
    target_p50_ms: float
    emulator_p50_ms: float
    emulator_p95_ms: float
    client_p50_ms: float
    total_p50_ms: float
    exceeded: int
    timer_error_p50_ms: float | None
    timer_error_p99_ms: float | None

    @property
    def exceeded_share(self) -> float:
        """The share of `exceeded`."""
        return self.exceeded / self.calls

    @property
    def emulator_bound(self) -> bool:
        """Whether the figure is the emulator's rather than the profile's."""
        return self.exceeded_share > EMULATOR_BOUND_SHARE


def operation_calls(samples: pd.DataFrame, calls: pd.DataFrame) -> tuple[OperationCalls, ...]:
    """Sum the calls of measured requests up, what senders wait for first and by size.

    Parameters
    ----------
    samples
        The samples table.
    calls
        The calls table. Calls that no profile describes (no target, as under `raw`) are in it too.
    """
    measured = samples[~samples["warm_up"].astype(bool) & (samples["trace_id"] != "")]
    known = calls.merge(measured[["trace_id", "size"]], left_on="trace", right_on="trace_id")
    blocking = known["source"] == GATEWAY
    known = known.assign(size=known["size"].where(blocking, ""))
    order = {size: place for place, size in enumerate(dict.fromkeys(known["size"]))}
    found = [
        _summed(str(operation), str(size), rows)
        for (operation, size), rows in known.groupby(["operation", "size"], sort=False)
    ]
    sized = sorted(found, key=lambda each: (each.size == "", each.operation, order[each.size]))
    return tuple(sized)


def _summed(operation: str, size: str, rows: pd.DataFrame) -> OperationCalls:
    target, emulator = (rows[name].to_numpy(np.float64) for name in ("target_ms", "emulator_ms"))
    total = rows["total_ms"].to_numpy(np.float64)
    shaped = target >= LEAST_TARGET_MS
    exceeded = (emulator > target) & shaped
    late = (total - target)[(emulator <= target) & shaped]
    return OperationCalls(
        operation=operation,
        size=size,
        calls=len(rows),
        target_p50_ms=float(np.median(target)),
        emulator_p50_ms=float(np.median(emulator)),
        emulator_p95_ms=float(np.percentile(emulator, 95)),
        client_p50_ms=float(rows["client_ms"].median()),
        total_p50_ms=float(np.median(total)),
        exceeded=int(exceeded.sum()),
        timer_error_p50_ms=float(np.median(late)) if len(late) else None,
        timer_error_p99_ms=float(np.percentile(late, 99)) if len(late) else None,
    )
