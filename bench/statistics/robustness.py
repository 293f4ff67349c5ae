"""Whether a run's answer holds in other worlds, and from where on the choice matters at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.statistics.condition_crossover import (
    MATTERS_SHARE,
    ConditionCrossover,
    ConditionCurve,
)
from bench.statistics.interval import Bootstrap
from bench.statistics.latency import Difference, difference
from bench.statistics.noise_floor import noise_floors_ms, self_differences
from bench.statistics.rate_crossover import along_rate, even_rates_per_s
from bench.statistics.redrawn import redrawn
from bench.statistics.samples import BodySize
from bench.statistics.uplink_crossover import along_uplink
from sim.latency.network import Network
from sim.latency.shaping import Shaping


@dataclass(frozen=True, slots=True)
class Variant:
    """Another world: what kind of change it is, what it is called, and its shaping."""

    kind: str
    name: str
    shaping: Shaping


@dataclass(frozen=True, slots=True)
class VariantDifference:
    """The comparison at one size in one world."""

    kind: str
    name: str
    difference: Difference

    @property
    def share(self) -> float:
        """The difference as a share of the slower strategy's p50."""
        return share_of(self.difference)

    @property
    def matters(self) -> bool:
        """Whether it is resolvable and large enough."""
        return matters(self.difference)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From where on the choice does not matter any more, at one size.

    Attributes
    ----------
    size
        The size's name.
    uplink_mbit_per_s
        Below this uplink the difference is less than `MATTERS_SHARE` of the wait; `None` when it
        is so on any uplink, 0 when it is so on none.
    cache_rate_per_s
        The rate of messages at which one cache node's network is busy.
    even_rate_per_s
        The rate at which the queue before that network takes Redis-first's lead at the p50 away;
        `None` where it has none.
    """

    size: str
    uplink_mbit_per_s: float | None
    cache_rate_per_s: float
    even_rate_per_s: float | None


@dataclass(frozen=True, slots=True)
class Robustness:
    """The answer in every world, and its limits."""

    cache_node: str
    cache_bytes_per_s: float
    differences: tuple[VariantDifference, ...]
    break_even: tuple[BreakEven, ...]
    curves: tuple[ConditionCurve, ...] = ()
    crossovers: tuple[ConditionCrossover, ...] = ()

    def at(self, kind: str, name: str, size: str) -> VariantDifference | None:
        """Give one world's comparison at one size."""
        return next(
            (
                each
                for each in self.differences
                if (each.kind, each.name, each.difference.size) == (kind, name, size)
            ),
            None,
        )


def share_of(found: Difference) -> float:
    """Return a difference as a share of the slower strategy's p50."""
    return abs(found.difference_ms) / max(found.redis_first_p50_ms, found.s3_first_p50_ms)


def matters(found: Difference) -> bool:
    """Tell whether a difference is resolvable and at least `MATTERS_SHARE` of the wait."""
    return found.resolvable and share_of(found) >= MATTERS_SHARE


def robustness(
    samples: pd.DataFrame,
    calls: pd.DataFrame,
    sizes: Sequence[BodySize],
    variants: Sequence[Variant],
    plan: Bootstrap,
    *,
    cache_node: str,
    cache_bytes_per_s: float,
) -> Robustness:
    """Hold a run's answer against other worlds.

    Parameters
    ----------
    samples, calls
        Of one profile, the first variant's.
    variants
        The run itself first.
    cache_node, cache_bytes_per_s
        The cache node that the template asks for, and its network's bandwidth in each direction.
    """
    found: list[VariantDifference] = []
    # Nothing is sent again: what the machine adds is the measured run's in every world.
    floors_ms = {
        size.name: noise_floors_ms(self_differences(samples, calls, size.name), size.name)
        for size in sizes
    }
    for variant in variants:
        # The first is the run itself: nothing of it is drawn again.
        there = redrawn(samples, calls, variant.shaping) if found else samples
        for size in sizes:
            compared = difference(
                there, size.name, plan, noise_floor_ms=floors_ms[size.name].get("p50")
            )
            if compared is not None:
                found.append(VariantDifference(variant.kind, variant.name, compared))
    own = variants[0].shaping
    along = (
        along_uplink(samples, calls, sizes, own, plan, floors_ms),
        along_rate(samples, sizes, plan, floors_ms, cache_bytes_per_s=cache_bytes_per_s),
    )
    measured = {each.difference.size: each.difference for each in found[: len(sizes)]}
    even = even_rates_per_s(samples, sizes, cache_bytes_per_s=cache_bytes_per_s)
    return Robustness(
        cache_node=cache_node,
        cache_bytes_per_s=cache_bytes_per_s,
        differences=tuple(found),
        break_even=tuple(
            break_even(
                size, measured[size.name], own.sender, cache_bytes_per_s, even.get(size.name)
            )
            for size in sizes
            if size.name in measured
        ),
        curves=tuple(curve for curves, _ in along for curve in curves),
        crossovers=tuple(each for _, crossovers in along for each in crossovers),
    )


def break_even(
    size: BodySize,
    measured: Difference,
    sender: Network,
    cache_bytes_per_s: float,
    even_rate_per_s: float | None = None,
) -> BreakEven:
    """Return where the choice stops to matter at one size.

    How the queue is counted: `bench.statistics.rate_crossover`.
    """
    return BreakEven(
        size=size.name,
        uplink_mbit_per_s=_uplink(size, measured, sender),
        cache_rate_per_s=cache_bytes_per_s / size.payload_bytes,
        even_rate_per_s=even_rate_per_s,
    )


def _uplink(size: BodySize, measured: Difference, sender: Network) -> float | None:
    slower_ms = max(measured.redis_first_p50_ms, measured.s3_first_p50_ms)
    without_upload_ms = slower_ms - sender.upload_ms(size.body_bytes)
    room_ms = abs(measured.difference_ms) / MATTERS_SHARE - without_upload_ms
    trips_ms = Network(math.inf, math.inf, sender.rtt_ms).upload_ms(size.body_bytes)
    if room_ms <= trips_ms:
        return None
    return size.body_bytes * 8e-3 / (room_ms - trips_ms)
