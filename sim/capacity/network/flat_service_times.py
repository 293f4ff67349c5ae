"""Service times as the kernel's records, and one table of all measured quantiles."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.records import SERVICE, Records
from sim.capacity.network.service_time import (
    Bandwidth,
    Constant,
    Empirical,
    Exponential,
    Latency,
    ServiceTime,
)
from sim.latency.operation_model import MB_BYTES, sigma


class FlatServiceTimes:
    """Collects service times; each has the number under which it was added first."""

    def __init__(self) -> None:
        self._numbers: dict[ServiceTime, int] = {}
        self._table: list[float] = []
        self._fields: list[dict[str, Any]] = []

    def add(self, service_time: ServiceTime) -> int:
        """Return the number of a service time."""
        number = self._numbers.get(service_time)
        if number is None:
            number = self._numbers[service_time] = len(self._numbers)
            self._fields.append(self._fields_of(service_time))
        return number

    def records(self) -> Records:
        """Return what was added."""
        records = np.zeros(max(1, len(self._fields)), SERVICE)
        for number, fields in enumerate(self._fields):
            for field, value in fields.items():
                records[number][field] = value
        return records

    def tables(self) -> NDArray[np.float64]:
        """Return the sizes and quantiles of all empirical times, in bytes and seconds."""
        return np.array(self._table or [0.0], np.float64)

    def _fields_of(self, service_time: ServiceTime) -> dict[str, Any]:
        match service_time:
            case Constant(seconds):
                return {"kind": codes.CONSTANT, "base_s": seconds}
            case Exponential(mean_s):
                return {"kind": codes.EXPONENTIAL, "base_s": mean_s}
            case Bandwidth(bytes_per_s, seconds):
                return {
                    "kind": codes.BANDWIDTH,
                    "base_s": seconds,
                    "per_byte_s": 1.0 / bytes_per_s,
                }
            case Latency(operation, body_share):
                return {
                    "kind": codes.LATENCY,
                    "base_s": operation.median_ms / 1e3,
                    "base_sigma": sigma(operation.median_ms, operation.p99_ms),
                    "per_byte_s": operation.ms_per_mb * body_share / MB_BYTES / 1e3,
                    "per_byte_sigma": sigma(operation.ms_per_mb, operation.ms_per_mb_p99),
                    "tail_share": operation.tail_share,
                    "tail_factor": operation.tail_factor,
                }
            case Empirical(body_bytes, quantiles_ms):
                begins = len(self._table)
                self._table += [float(size) for size in body_bytes]
                self._table += [value / 1e3 for row in quantiles_ms for value in row]
                return {
                    "kind": codes.EMPIRICAL,
                    "sizes": len(body_bytes),
                    "quantiles": len(quantiles_ms[0]),
                    "table": begins,
                }
