"""What a probe found: times in ms, sizes in bytes, rates in calls per second.

`Probe.to_json` is what `run.json` keeps under `capabilities`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.probe.back_end import CONCURRENCY
from bench.probe.service import ServiceTraits


@dataclass(frozen=True, slots=True)
class SizeTrial:
    """One size that was tried.

    Attributes
    ----------
    size_bytes
        Of the object, message, item or value.
    aws_takes
        Whether AWS takes it.
    taken
        Whether this back end did.
    answer
        The refusal's words; empty when it was taken.
    """

    size_bytes: int
    aws_takes: bool
    taken: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """What a service takes.

    Attributes
    ----------
    trials
        The sizes that AWS's limit is about.
    largest_taken_bytes
        The largest size that was taken, of all that were tried; 0 when none was.
    """

    trials: tuple[SizeTrial, ...]
    largest_taken_bytes: int

    @property
    def refused(self) -> SizeTrial | None:
        """The smallest size that AWS takes and this back end does not."""
        return next((trial for trial in self.trials if trial.aws_takes and not trial.taken), None)

    @property
    def accepted(self) -> SizeTrial | None:
        """A size that AWS refuses and this back end takes."""
        return next((trial for trial in self.trials if trial.taken and not trial.aws_takes), None)


@dataclass(frozen=True, slots=True)
class CallLatency:
    """How long one call takes at one size, with no other beside it.

    Attributes
    ----------
    size_bytes
        Of the content.
    repeats
        How many calls the figures are of.
    median_ms, p95_ms
        Of the call as the client sees it; `p95_ms` is `None` where there are too few repeats.
    client_ms
        Median of the same call against a server that only acknowledges: the client's own cost.
    body_sha256_ms
        Of `client_ms`, the SHA-256 of the body, which boto3 takes for S3's signature over plain
        HTTP only; `None` for other calls.
    """

    size_bytes: int
    repeats: int
    median_ms: float
    p95_ms: float | None
    client_ms: float
    body_sha256_ms: float | None = None

    @property
    def back_end_ms(self) -> float:
        """What is left for the back end; 0 where the two medians differ by less than they vary."""
        return max(0.0, self.median_ms - self.client_ms)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Calls of one size per second, one at a time and several at once.

    Attributes
    ----------
    size_bytes
        Of the content.
    alone_per_s
        With one thread.
    together_per_s
        With `CONCURRENCY` threads.
    client_together_per_s
        With as many threads against the server that only acknowledges: what this client can do.
    failed_calls
        Of those made at once, how many were refused.
    """

    size_bytes: int
    alone_per_s: float
    together_per_s: float
    client_together_per_s: float
    failed_calls: int = 0

    @property
    def scaling(self) -> float:
        """How many times as many calls several threads get through."""
        return self.together_per_s / self.alone_per_s if self.alone_per_s else 0.0


@dataclass(frozen=True, slots=True)
class ServiceProbe:
    """One service; sizes that it refused have no latency, and `throughput` may be missing."""

    traits: ServiceTraits
    limits: SizeLimits
    latencies: tuple[CallLatency, ...]
    throughput: Throughput | None

    @property
    def takes_less(self) -> bool:
        """Whether a size was refused that AWS takes."""
        return self.limits.refused is not None

    @property
    def takes_more(self) -> bool:
        """Whether a size was taken that AWS refuses."""
        return self.limits.accepted is not None


@dataclass(frozen=True, slots=True)
class Probe:
    """All services, and how long it took to probe them."""

    services: tuple[ServiceProbe, ...]
    took_s: float

    @property
    def takes_less(self) -> tuple[ServiceProbe, ...]:
        """The services that refused a size that AWS takes."""
        return tuple(service for service in self.services if service.takes_less)

    def to_json(self) -> dict[str, Any]:
        """Return numbers, texts and truth values under names with their units."""
        return {
            "took_s": self.took_s,
            "concurrency": CONCURRENCY,
            "services": {each.traits.name: _service_json(each) for each in self.services},
        }


def _service_json(found: ServiceProbe) -> dict[str, Any]:
    return {
        "operation": found.traits.operation,
        "aws_limit_bytes": found.traits.aws_limit_bytes,
        "largest_taken_bytes": found.limits.largest_taken_bytes,
        "takes_less_than_aws": found.takes_less,
        "takes_more_than_aws": found.takes_more,
        "sizes": [
            {
                "size_bytes": trial.size_bytes,
                "aws_takes": trial.aws_takes,
                "taken": trial.taken,
                "answer": trial.answer,
            }
            for trial in found.limits.trials
        ],
        "latency": [_latency_json(each) for each in found.latencies],
        "throughput": None if found.throughput is None else _throughput_json(found.throughput),
    }


def _latency_json(latency: CallLatency) -> Mapping[str, Any]:
    return {
        "size_bytes": latency.size_bytes,
        "repeats": latency.repeats,
        "median_ms": latency.median_ms,
        "p95_ms": latency.p95_ms,
        "client_ms": latency.client_ms,
        "body_sha256_ms": latency.body_sha256_ms,
        "back_end_ms": latency.back_end_ms,
    }


def _throughput_json(throughput: Throughput) -> Mapping[str, Any]:
    return {
        "size_bytes": throughput.size_bytes,
        "alone_per_s": throughput.alone_per_s,
        "together_per_s": throughput.together_per_s,
        "scaling": throughput.scaling,
        "client_together_per_s": throughput.client_together_per_s,
        "failed_calls": throughput.failed_calls,
    }
