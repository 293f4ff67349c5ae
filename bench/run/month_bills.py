"""A month's bill of the template's deployment, with the ingest function's duration as measured."""

from dataclasses import replace
from functools import cache
from typing import Final, Self

import numpy as np

from sim.capacity.account import AccountLimits
from sim.capacity.cache_room import most_per_s, shards_for
from sim.capacity.design import Design, Strategy
from sim.capacity.network import Arrivals, Outcome
from sim.capacity.pipeline import Surroundings, pipeline_network
from sim.capacity.search.full_service import full_service
from sim.capacity.template_design import template_design
from sim.capacity.usage import month_usage
from sim.latency.network import Network as SenderNetwork
from sim.latency.profile import Profile
from sim.latency.shaping import Shaping
from sim.month import SECONDS_PER_MONTH
from sim.prices import Bill, FunctionUsage, PriceList, bill_of, read_prices
from sim.quotas import cache_node, read_quotas
from sim.stack.checkout import TEMPLATE

_INGEST: Final = "ingest"


class TemplateBills:
    """Bills of a design at steady rates of messages of one size, each carried.

    The formula is that of `firstwrite plan`'s break-evens: what each message uses, by means
    (`sim.capacity.search.full_service`), in the first month. The cache has as many shards of the
    design's node type as the load needs (`sim.capacity.cache_room`), but not fewer than the design.

    Parameters
    ----------
    profile
        What the functions behind the receipt take.
    """

    def __init__(self, design: Design, profile: Profile, prices: PriceList) -> None:
        self.region = prices.region
        self.node_type = design.cache.node_type
        self._design, self._prices = design, prices
        self._around = Surroundings(
            limits=AccountLimits.of(prices.region),
            node=cache_node(design.cache.node_type),
            profile=profile,
        )
        self._carried = cache(self._carried_by)

    @classmethod
    def under(cls, shaping: Shaping) -> Self:
        """Return those of the pipeline's own template, under what a run was shaped by."""
        profile = Profile(shaping.profile, "", shaping.operations, {}, shaping.function_network)
        return cls(template_design(TEMPLATE), profile, read_prices())

    def most_per_s(self, body_bytes: int) -> float:
        """Return the highest rate that AWS's defaults allow: executions, and nodes of a cluster."""
        nodes = read_quotas().quota("elasticache.nodes-per-cluster").value
        room = most_per_s(self._design.cache, self._around.node, body_bytes, nodes)
        return min(self._around.limits.start_rate_per_s, room)

    def shards(self, body_bytes: int, rate_per_s: float) -> int:
        """Return the shards of Redis-first's cache."""
        needed = shards_for(self._design.cache, self._around.node, body_bytes, rate_per_s)
        return max(self._design.cache.shards, needed)

    def memory_mb(self, strategy: Strategy) -> int:
        """Return the memory of the ingest function."""
        return self._design.function(strategy, "ingest").memory_mb

    def bill(
        self, strategy: Strategy, body_bytes: int, rate_per_s: float, ingest_billed_s: float
    ) -> Bill:
        """Return the bill of a month.

        Parameters
        ----------
        ingest_billed_s
            Of the ingest function, a message.
        """
        cluster = replace(self._design.cache, shards=self.shards(body_bytes, rate_per_s))
        messages = rate_per_s * SECONDS_PER_MONTH
        usage = month_usage(
            replace(self._design, cache=cluster),
            strategy,
            Arrivals(np.zeros(1), np.array([body_bytes], np.uint32)),
            self._carried(strategy, body_bytes),
            messages_per_month=messages,
        )
        gb_seconds = messages * ingest_billed_s * self.memory_mb(strategy) / 1024
        functions = tuple(_with_duration(each, gb_seconds) for each in usage.functions)
        return bill_of(replace(usage, functions=functions), self._prices)

    def _carried_by(self, strategy: Strategy, body_bytes: int) -> Outcome:
        network = pipeline_network(
            self._design, strategy, self._around, sender=SenderNetwork(), body_bytes=[body_bytes]
        )
        return full_service(network, body_bytes)


def _with_duration(function: FunctionUsage, ingest_gb_seconds: float) -> FunctionUsage:
    return replace(function, gb_seconds=ingest_gb_seconds) if function.name == _INGEST else function
