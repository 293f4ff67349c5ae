"""How a plan's variants, limits and amounts are called, in sentences, tables and pictures."""

from collections.abc import Iterator
from math import ceil, floor, log10

from bench.plan.planner import Plan, StrategyPlan
from bench.report.number_format import strategy_name


def variants(plan: Plan) -> Iterator[tuple[str, StrategyPlan]]:
    """Yield what is compared: both strategies as they are deployed, and a larger cache.

    That comes last, and only where what is deployed is too small.
    """
    for each in plan.strategies:
        yield strategy_name(each.strategy), each
    if plan.better_cache is not None:
        yield "Redis-first, larger cache", plan.better_cache


def nodes_text(plan: StrategyPlan) -> str:
    """Name a plan's cache nodes, such as `13 shards of cache.r6g.xlarge, 26 nodes`."""
    cache = plan.answer.design.cache
    shards = "1 shard" if cache.shards == 1 else f"{cache.shards} shards"
    nodes = "1 node" if cache.nodes == 1 else f"{cache.nodes} nodes"
    return f"{shards} of {cache.node_type} ({nodes})"


def rate_text(per_s: float) -> str:
    """Write a rate with two or three digits."""
    return f"{per_s:,.0f}/s" if per_s >= 99.5 else f"{per_s:.3g}/s"


def rounded_up(value: float) -> int:
    """Return a number that one would ask for: two digits, not below the value.

    Examples
    --------
    >>> rounded_up(313.0)
    320
    """
    step: int = 10 ** max(0, floor(log10(max(value, 1.0))) - 1)
    return ceil(value / step) * step


def clock_text(seconds: float) -> str:
    """Write a time of the day."""
    minutes = round(seconds / 60) % 1_440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
