"""What a run on a probed back end cannot conclude, and why: a function of the probe alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from bench.probe.back_end import CONCURRENCY
from bench.probe.latency_targets import LatencyTargets
from bench.probe.result import CallLatency, Probe, ServiceProbe, SizeTrial, Throughput
from bench.probe.service import KB, LARGEST_RECORD_BYTES, MB

LEAST_SCALING: Final = 1.2
"""Below it, calls made at once wait for each other: the rate is known to about 10 %, so 1.2 times
is the least that differs from 1."""

CLIENT_MARGIN: Final = 1.25
"""A client that alone gets through less than so many times as much is what limits the rate."""

Topic = Literal["size", "latency", "rate"]


@dataclass(frozen=True, slots=True)
class BlockedConclusion:
    """One thing that the run cannot conclude.

    Attributes
    ----------
    topic
        What it is about.
    operation
        As latency profiles call it.
    statement
        What cannot be concluded.
    reason
        What was measured that says so.
    """

    topic: Topic
    operation: str
    statement: str
    reason: str

    def to_json(self) -> dict[str, str]:
        """Return the four texts."""
        return {
            "topic": self.topic,
            "operation": self.operation,
            "statement": self.statement,
            "reason": self.reason,
        }


def blocked_conclusions(
    probe: Probe,
    targets: LatencyTargets | None = None,
    *,
    planned_concurrency: int = CONCURRENCY,
    largest_body_bytes: int = LARGEST_RECORD_BYTES,
) -> tuple[BlockedConclusion, ...]:
    """Return what a run on the probed back end cannot conclude.

    Parameters
    ----------
    probe
        What was measured.
    targets
        The medians of the latency profile that the run is taken under; `None`: it adds nothing, and
        there is nothing to be slower than.
    planned_concurrency
        How many calls of a service the run's load has under way at once.
    largest_body_bytes
        The largest size that the run compares.
    """
    found: list[BlockedConclusion] = []
    for service in probe.services:
        found += _of_sizes(service, largest_body_bytes)
        if targets is not None:
            found += _of_latencies(service, targets, largest_body_bytes)
        found += _of_rates(service, planned_concurrency)
    return tuple(found)


def size_text(size_bytes: int) -> str:
    """Return a size with its unit: `6 MB`, `350 KB`, or bytes where it is no whole number."""
    if size_bytes % MB == 0:
        return f"{size_bytes // MB} MB"
    if size_bytes % KB == 0:
        return f"{size_bytes // KB} KB"
    return f"{size_bytes:,} bytes"


def _of_sizes(service: ServiceProbe, largest_body_bytes: int) -> Iterator[BlockedConclusion]:
    traits, limits = service.traits, service.limits
    if limits.refused is not None:
        most = limits.largest_taken_bytes
        if traits.stores_records and most < largest_body_bytes:
            statement = f"Sizes above {_exactly(most)} cannot be compared"
        else:
            statement = f"Whether {traits.name} takes more than {_exactly(most)} cannot be told"
        yield BlockedConclusion(
            "size",
            traits.operation,
            statement,
            f"{traits.name} takes no more here ({_answer(limits.refused)}); AWS takes "
            f"{traits.aws_limit_bytes:,} bytes",
        )
    if limits.accepted is not None:
        yield BlockedConclusion(
            "size",
            traits.operation,
            f"Whether {traits.name} on AWS takes what it takes here cannot be told",
            f"{traits.name} takes {limits.accepted.size_bytes:,} bytes here; AWS refuses more than "
            f"{traits.aws_limit_bytes:,} bytes",
        )


def _exactly(size_bytes: int) -> str:
    text = size_text(size_bytes)
    return text if text.endswith("bytes") else f"{text} ({size_bytes:,} bytes)"


def _answer(trial: SizeTrial) -> str:
    return f'{trial.size_bytes:,} bytes are answered with "{trial.answer}"'


def _of_latencies(
    service: ServiceProbe, targets: LatencyTargets, largest_body_bytes: int
) -> Iterator[BlockedConclusion]:
    medians_ms = targets.p50_ms.get(service.traits.operation, {})
    for latency in service.latencies:
        target_ms = medians_ms.get(latency.size_bytes)
        if latency.size_bytes > largest_body_bytes or target_ms is None:
            continue
        if latency.median_ms > target_ms:
            yield _emulator_bound(service, latency, target_ms, targets.profile)


def _emulator_bound(
    service: ServiceProbe, latency: CallLatency, target_ms: float, profile: str
) -> BlockedConclusion:
    name, size = service.traits.name, size_text(latency.size_bytes)
    subject = f"{name}-first" if service.traits.stores_records else name
    return BlockedConclusion(
        "latency",
        service.traits.operation,
        f"{subject} at {size} is emulator-bound under profile {profile}",
        f"the call alone takes {latency.median_ms:.3g} ms here (client {latency.client_ms:.3g} ms, "
        f"emulator {latency.back_end_ms:.3g} ms), target {target_ms:.3g} ms",
    )


def _of_rates(service: ServiceProbe, planned_concurrency: int) -> Iterator[BlockedConclusion]:
    if planned_concurrency <= 1:
        return
    traits, throughput = service.traits, service.throughput
    if throughput is None:
        # A middle size that is refused has been told of by its size.
        if traits.latency_bytes[1] <= service.limits.largest_taken_bytes:
            yield BlockedConclusion(
                "rate",
                traits.operation,
                f"The rate that {traits.name} here can take is not known",
                "the probe's time was over before: the back end is slow, or this machine is busy",
            )
        return
    if throughput.failed_calls:
        yield BlockedConclusion(
            "rate",
            traits.operation,
            f"Failures under load may be those of {traits.name} here, not of AWS",
            f"{throughput.failed_calls} calls failed when {CONCURRENCY} came at once",
        )
    if throughput.scaling < min(LEAST_SCALING, planned_concurrency):
        yield _queued(service, throughput)


def _queued(service: ServiceProbe, throughput: Throughput) -> BlockedConclusion:
    traits = service.traits
    client_per_s = throughput.client_together_per_s
    together = (
        f"{CONCURRENCY} calls at once get through {throughput.together_per_s:,.0f}/s, "
        f"{throughput.scaling:.2f} times as many as one at a time"
    )
    if client_per_s < CLIENT_MARGIN * throughput.together_per_s:
        what = "this machine's client"
        reason = f"{together}, and a server that does nothing is sent {client_per_s:,.0f}/s"
    else:
        what = "the emulator's queue"
        reason = f"{together}; a server that does nothing is sent {client_per_s:,.0f}/s"
    rate, size = f"{throughput.together_per_s:,.0f}/s", size_text(throughput.size_bytes)
    return BlockedConclusion(
        "rate",
        traits.operation,
        f"Rates above {rate} at {size} measure {what}, not {traits.name}",
        reason,
    )
