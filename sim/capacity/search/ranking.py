"""Configurations by what a month of them costs at full service, the cheapest first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from sim.capacity.answer import Load
from sim.capacity.design import ROLES
from sim.capacity.network import Network
from sim.capacity.pipeline import Surroundings, pipeline_network
from sim.capacity.pipeline.resources import resources
from sim.capacity.search.candidates import Candidate
from sim.capacity.search.full_service import full_service_usage
from sim.capacity.usage import Kept, cache_usage
from sim.prices import PriceList, Usage, bill_of


@dataclass(frozen=True, slots=True)
class Priced:
    """A configuration, its cost, and what makes two behave alike: their networks.

    The network is for messages of the mean size; only the upload knows sizes beforehand.
    """

    candidate: Candidate
    cost: float
    behaviour: Network


def ranked(
    configurations: Iterable[Candidate],
    around: Surroundings,
    load: Load,
    prices: PriceList,
    kept: Kept | None = None,
) -> list[Priced]:
    """Return configurations by cost; of equal ones first that which keeps values the longest.

    Raises
    ------
    sim.errors.PriceError
        If a node type is in no price list.
    """
    size = max(1, round(float(np.mean(load.arrivals.body_bytes, dtype=np.float64))))
    # Nodes change resources and their own price; the steps and the rest of the bill stay.
    kinds: dict[tuple[object, ...], tuple[Network, Usage]] = {}
    # How long copies are kept is in no bill.
    costs: dict[tuple[object, ...], float] = {}
    found = []
    for candidate in configurations:
        design, strategy, kind = candidate.design, candidate.strategy, kind_of(candidate)
        own = replace(around, node=candidate.node)
        if kind not in kinds:
            network = pipeline_network(
                design,
                strategy,
                own,
                sender=load.sender,
                body_bytes=[size],
                sender_retries=load.retries,
            )
            usage = full_service_usage(candidate, network, size, load.messages_per_month, kept)
            kinds[kind] = (network, usage)
        network, usage = kinds[kind]
        network = replace(network, resources=resources(design, strategy, own))
        bought = (kind, *((cache_usage(design.cache),) if usage.caches else ()))
        if bought not in costs:
            costs[bought] = bill_of(replace(usage, caches=bought[1:]), prices).total
        found.append(Priced(candidate, costs[bought], network))
    return sorted(found, key=_order)


def kind_of(candidate: Candidate) -> tuple[object, ...]:
    """Return what the steps depend on."""
    design, strategy = candidate.design, candidate.strategy
    roles = tuple(design.function(strategy, role) for role in ROLES)
    bought_once = (design.api, design.interface_endpoints, design.zones)
    return (strategy, roles, design.cache.tls, design.cache.engine, *bought_once)


def _order(priced: Priced) -> tuple[float, float, str]:
    candidate = priced.candidate
    return (round(priced.cost, 6), -candidate.design.cache.time_to_live_s, str(candidate))
