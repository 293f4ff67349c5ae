"""How far a load may grow until the first limit breaks, also where it is beyond that already.

Where something is refused, what a limit would have to be cannot be seen: a full cache is used to
100 % by twice and by ten times the load that it takes. So the same messages go through the same
pipeline without limits, and what they use there is held against the limits that there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.capacity.account import AccountLimits
from sim.capacity.answer import Answer
from sim.capacity.design import ROLES, CacheDesign, Design
from sim.capacity.limits import LimitUse
from sim.capacity.pipeline import Outages, Surroundings, names

_ENOUGH: Final = 1e9
"""Of anything a second: so far above all limits that it is none."""

_ENOUGH_BYTES: Final = 1e15
_ENOUGH_MEMORY_BYTES: Final = 1e18
"""Of all shards; a simulation counts bytes in 63 bits."""

_MORE_SHARDS: Final = 64
"""Times the threads that there are."""

_ENOUGH_ENVIRONMENTS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Headroom:
    """What a load uses when it is carried whole.

    Attributes
    ----------
    carried
        The answer to it: without limits where the deployment refuses anybody.
    limits
        Each limit of the deployment and its use, the most used first.
    """

    carried: Answer
    limits: tuple[LimitUse, ...]

    @property
    def first(self) -> LimitUse | None:
        """The limit that is reached first as the load grows."""
        return next((use for use in self.limits if use.grows and use.share > 0), None)

    @property
    def factor(self) -> float | None:
        """How many times the load may be what it is until then; below 1: it is beyond it."""
        return None if self.first is None else 1 / self.first.share


def is_undisturbed(found: Answer) -> bool:
    """Tell whether nobody was refused, so that what was used is what is needed."""
    return not any(use.grows and (use.share >= 1 or use.refused) for use in found.limits)


def without_limits(design: Design, around: Surroundings) -> tuple[Design, Surroundings]:
    """Return the same deployment where nothing is ever refused."""
    functions = {
        key: replace(function, reserved_concurrency=None)
        for key, function in design.functions.items()
    }
    cache = replace(design.cache, shards=design.cache.shards * _MORE_SHARDS)
    api = replace(design.api, rate_per_s=_ENOUGH, burst=int(_ENOUGH))
    limits = AccountLimits(
        gateway_rate_per_s=_ENOUGH,
        gateway_burst=_ENOUGH,
        concurrency=_ENOUGH_ENVIRONMENTS,
        scaling_per_10_s=_ENOUGH_ENVIRONMENTS,
        start_rate_per_s=_ENOUGH,
        start_burst=_ENOUGH,
        transition_rate_per_s=_ENOUGH,
        transition_burst=_ENOUGH,
        publish_rate_per_s=_ENOUGH,
        table_writes_per_s=_ENOUGH,
        prefix_puts_per_s=_ENOUGH,
        prefixes=around.limits.prefixes,
        idle_expiry_s=around.limits.idle_expiry_s,
    )
    node = replace(
        around.node,
        maxmemory_bytes=_ENOUGH_MEMORY_BYTES / cache.shards,
        baseline_bytes_per_s=_ENOUGH_BYTES,
    )
    return (
        replace(design, functions=functions, cache=cache, api=api),
        replace(around, limits=limits, node=node, outages=Outages()),
    )


def needed(limits: Sequence[LimitUse], carried: Answer) -> tuple[LimitUse, ...]:
    """Return the deployment's limits with what the load uses when it is carried.

    Parameters
    ----------
    limits
        Of the answer of the deployment itself.
    carried
        Of the deployment without limits.
    """
    used = {use.name: use.used for use in carried.limits}
    if names.CACHE_THREAD in used:
        used[names.CACHE_THREAD] *= _MORE_SHARDS
    for role in ROLES:
        pool = carried.outcome.pools[names.environments(role)]
        used[f"reserved concurrency of {role}"] = float(pool.busy_max.max(initial=0))
    found = [replace(use, used=used[use.name], share=used[use.name] / use.limit) for use in limits]
    return tuple(sorted(found, key=lambda use: -use.share))


def filled(limits: Sequence[LimitUse], cache: CacheDesign, period_s: float) -> tuple[LimitUse, ...]:
    """Return limits with the cache's memory as full as it gets.

    It fills for as long as copies are kept. After a shorter time the rest is added in proportion.
    """
    times = max(1.0, cache.time_to_live_s / period_s)
    found = [
        replace(use, used=use.used * times, share=use.share * times)
        if use.name == names.CACHE_MEMORY
        else use
        for use in limits
    ]
    return tuple(sorted(found, key=lambda use: -use.share))
