"""Draws as a SimPy model makes them: from Python's own generator, as fast as it is."""

import math
import random

from sim.capacity.network import Bandwidth, Constant, Exponential, Latency, ServiceTime
from sim.latency.operation_model import MB_BYTES, sigma


class RandomLuck:
    """A seeded generator; what is drawn depends on the order of the draws."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._lognormals: dict[ServiceTime, tuple[float, float, float, float]] = {}

    def service_s(
        self,
        service_time: ServiceTime,
        name: str,  # noqa: ARG002 - the engine's luck has names
        occurrence: int,  # noqa: ARG002
        message: int,  # noqa: ARG002
        attempt: int,  # noqa: ARG002
        body_bytes: int,
    ) -> float:
        """Return how long a step takes.

        Raises
        ------
        TypeError
            When the time is of a kind that the benchmark does not use.
        """
        match service_time:
            case Latency():
                return self._latency_s(service_time, body_bytes)
            case Bandwidth():
                return service_time.seconds + body_bytes / service_time.bytes_per_s
            case Constant():
                return service_time.seconds
            case Exponential():
                return self._random.expovariate(1 / service_time.mean_s)
        raise TypeError(f"No draws of {type(service_time).__name__} here")

    def jitter(self, name: str, occurrence: int, message: int, attempt: int, tries: int) -> float:  # noqa: ARG002
        """Return the share of a delay that is waited."""
        return self._random.random()

    def _latency_s(self, latency: Latency, body_bytes: int) -> float:
        operation = latency.operation
        if latency not in self._lognormals:
            self._lognormals[latency] = (
                math.log(operation.median_ms / 1e3),
                sigma(operation.median_ms, operation.p99_ms),
                operation.ms_per_mb * latency.body_share / MB_BYTES / 1e3,
                sigma(operation.ms_per_mb, operation.ms_per_mb_p99),
            )
        mu, base_sigma, per_byte_s, per_byte_sigma = self._lognormals[latency]
        time_s = self._random.lognormvariate(mu, base_sigma)
        if operation.tail_share and self._random.random() < operation.tail_share:
            time_s *= operation.tail_factor
        if per_byte_s:
            streaming_s = body_bytes * per_byte_s
            if per_byte_sigma:
                streaming_s *= self._random.lognormvariate(0, per_byte_sigma)
            time_s += streaming_s
        return time_s
