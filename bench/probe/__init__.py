"""What the servers that stand for AWS can do, measured before a run: size limits, latency, rates.

Not for the system under test: nothing here calls a function, a route or a resource of a deployment.
"""

from bench.probe.back_end import BackEnd, back_end_of
from bench.probe.conclusions import BlockedConclusion, blocked_conclusions
from bench.probe.errors import ProbeError
from bench.probe.latency_targets import LatencyTargets, profile_targets
from bench.probe.measurement import Progress, probe
from bench.probe.reading import probe_from_json
from bench.probe.result import CallLatency, Probe, ServiceProbe, SizeLimits, SizeTrial, Throughput
from bench.probe.tables import (
    LATENCY_HEADINGS,
    LIMIT_HEADINGS,
    THROUGHPUT_HEADINGS,
    latency_rows,
    limit_rows,
    throughput_rows,
)

__all__ = [
    "LATENCY_HEADINGS",
    "LIMIT_HEADINGS",
    "THROUGHPUT_HEADINGS",
    "BackEnd",
    "BlockedConclusion",
    "CallLatency",
    "LatencyTargets",
    "Probe",
    "ProbeError",
    "Progress",
    "ServiceProbe",
    "SizeLimits",
    "SizeTrial",
    "Throughput",
    "back_end_of",
    "blocked_conclusions",
    "latency_rows",
    "limit_rows",
    "probe",
    "probe_from_json",
    "profile_targets",
    "throughput_rows",
]
