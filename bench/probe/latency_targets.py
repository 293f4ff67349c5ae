"""How long the probed calls are to take under a latency profile."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.probe.service import ALL_TRAITS
from sim.latency import Profile
from sim.latency.operation_distribution import quantile_ms


@dataclass(frozen=True, slots=True)
class LatencyTargets:
    """The medians of a profile.

    Attributes
    ----------
    profile
        Its name.
    p50_ms
        Operation → size in bytes → median in ms, at the sizes that a run sends.
    """

    profile: str
    p50_ms: Mapping[str, Mapping[int, float]]


def profile_targets(profile: Profile) -> LatencyTargets:
    """Return the medians of *profile* for the sizes that a run sends to each probed service.

    An operation that the profile does not name takes no time of its own and so has no target.
    """
    return LatencyTargets(
        profile.name,
        {
            traits.operation: {
                size: quantile_ms(profile.model(traits.operation), 0.5, size)
                for size in traits.compared_bytes
            }
            for traits in ALL_TRAITS
            if traits.operation in profile.operations
        },
    )
