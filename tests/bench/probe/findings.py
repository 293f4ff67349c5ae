"""Probes as they would come out, and a service in memory, for tests that need no server."""

from collections.abc import Callable
from dataclasses import replace

from bench.probe import CallLatency, Probe, ServiceProbe, SizeLimits, SizeTrial, Throughput
from bench.probe.errors import CallRefused
from bench.probe.service import ALL_TRAITS, S3, ServiceTraits


class ServiceInMemory:
    """Takes what is not above a limit, and remembers the sizes it was asked to take."""

    def __init__(self, traits: ServiceTraits, limit_bytes: int) -> None:
        self.traits = traits
        self.limit_bytes = limit_bytes
        self.asked: list[int] = []
        self.alive = True

    def make(self) -> None:
        pass

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        def call() -> None:
            self.asked.append(size_bytes)
            if not self.alive:
                raise CallRefused("hung up", answered=False)
            if size_bytes > self.limit_bytes:
                raise CallRefused("too large", code="EntityTooLarge")

        return call

    def remove(self) -> None:
        pass


def limits_of(traits: ServiceTraits) -> SizeLimits:
    """What a service as AWS's gives."""
    trials = [SizeTrial(size, aws_takes=True, taken=True) for size in traits.taken_bytes]
    if traits.refused_bytes is not None:
        trials.append(SizeTrial(traits.refused_bytes, aws_takes=False, taken=False, answer="no"))
    return SizeLimits(tuple(trials), traits.taken_bytes[-1])


def service_probe(traits: ServiceTraits = S3, median_ms: float = 2.0) -> ServiceProbe:
    """A quick service without a fault."""
    latencies = tuple(
        CallLatency(size, 20, median_ms, median_ms * 1.5, client_ms=median_ms / 4)
        for size in traits.latency_bytes
    )
    throughput = Throughput(traits.latency_bytes[1], 100.0, 300.0, 1000.0)
    return ServiceProbe(traits, limits_of(traits), latencies, throughput)


def faultless() -> Probe:
    """A probe that keeps a run from nothing."""
    # A median of 0.2 ms is below the shortest that a profile has, Redis's at 256 KB.
    return Probe(tuple(service_probe(traits, 0.2) for traits in ALL_TRAITS), took_s=6.5)


def with_service(found: ServiceProbe, **changes: object) -> Probe:
    """A probe of one service, changed."""
    return Probe((replace(found, **changes),), took_s=1.0)
