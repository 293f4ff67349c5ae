"""Workloads: what records senders bring, as a file says it, drawn for a simulated period.

Not for sending anything: `bench` does that, from scenarios.
"""

from sim.workload.arrivals import Arrivals
from sim.workload.body_size import LARGEST, LARGEST_BODY_BYTES, body_bytes_of
from sim.workload.expectation import Expectation
from sim.workload.kind import KINDS, Kind
from sim.workload.rate import Bursts, ConstantRate, DiurnalRate
from sim.workload.trace import Trace, read_trace
from sim.workload.workload import Growth, MonthTotals, Retries, Workload
from sim.workload.workload_file import workload_names

__all__ = [
    "KINDS",
    "LARGEST",
    "LARGEST_BODY_BYTES",
    "Arrivals",
    "Bursts",
    "ConstantRate",
    "DiurnalRate",
    "Expectation",
    "Growth",
    "Kind",
    "MonthTotals",
    "Retries",
    "Trace",
    "Workload",
    "body_bytes_of",
    "read_trace",
    "workload_names",
]
