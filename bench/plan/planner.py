"""Runs what a request asks for: both strategies, their headroom, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bench.plan.cache_sizing import CacheChoice, cache_choices, is_of_the_cache, same_cache
from bench.plan.curve import Curve, curve_of
from bench.plan.headroom import Headroom, filled, is_undisturbed, needed, without_limits
from bench.plan.month_quota import month_quota
from bench.plan.progress import Progress
from bench.plan.request import PlanRequest
from bench.plan.search import Found, check_enough_messages, search_for
from sim.capacity.alternatives import Alternative, alternatives
from sim.capacity.answer import Answer, Load, answer
from sim.capacity.design import STRATEGIES, Design, Strategy
from sim.capacity.limits import LimitUse
from sim.capacity.network import prepare
from sim.capacity.pipeline import Outages, names
from sim.capacity.recovery import Recovery, recovery
from sim.capacity.usage import month_usage
from sim.prices import Bill, bill_of
from sim.quotas import cache_node


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A burst or an outage, and how the path came back; None: too few messages to tell."""

    what: str
    from_s: float
    to_s: float
    recovery: Recovery | None


@dataclass(frozen=True, slots=True)
class StrategyPlan:
    """What a plan says of one strategy.

    Attributes
    ----------
    answer
        To the load as it is.
    headroom
        How far the load could grow, or would have to shrink.
    refused_from_s
        By reason: when the first message was due that got no receipt for it.
    bill
        Of the month if all messages are carried.
    """

    answer: Answer
    headroom: Headroom
    refused_from_s: dict[str, float]
    disturbances: tuple[Disturbance, ...]
    bill: Bill

    @property
    def strategy(self) -> Strategy:
        """Which."""
        return self.answer.strategy

    @property
    def holds(self) -> bool:
        """Whether all that was simulated went well, and would if it went on."""
        return self.answer.holds and all(use.share < 1 for use in self.headroom.limits)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    Attributes
    ----------
    month_quota
        What a month uses of the usage plan's quota; None where there is none.
    caches
        Clusters that the load fits into, the cheapest first.
    better_cache
        Redis-first on the first of them; None where what is deployed holds.
    curve
        Against the rate; None where nobody asked for it.
    found
        What was searched for; None where there is no objective.
    alternatives
        Other places for the first write; empty where nobody asked for them.
    """

    request: PlanRequest
    load: Load
    strategies: tuple[StrategyPlan, ...]
    month_quota: LimitUse | None
    caches: tuple[CacheChoice, ...]
    better_cache: StrategyPlan | None
    curve: Curve | None = None
    found: Found | None = None
    alternatives: tuple[Alternative, ...] = ()

    def of(self, strategy: Strategy) -> StrategyPlan:
        """Return what is said of a strategy."""
        return next(each for each in self.strategies if each.strategy == strategy)


def make_plan(
    request: PlanRequest,
    progress: Progress,
    *,
    with_curve: bool = False,
    with_alternatives: bool = False,
    scheduler: str | None = None,
) -> Plan:
    """Simulate what a request asks for.

    Parameters
    ----------
    with_curve
        Also simulate stretches at other rates.
    with_alternatives
        Also simulate other places for the first write.
    scheduler
        Address of a Dask scheduler for the search; None: processes of this machine.

    Raises
    ------
    bench.plan.errors.PlanError, sim.errors.SimError
        If the load is empty, or a value cannot be.
    """
    load = request.load()
    check_enough_messages(request, load)
    progress.phase("compiling the simulator (once; later runs load it)")
    prepare()
    strategies = tuple(
        _strategy(request, request.design, strategy, load, progress) for strategy in STRATEGIES
    )
    cached = strategies[STRATEGIES.index("redis-first")]
    caches = cache_choices(request.design, cached.headroom, request.prices)
    return Plan(
        request=request,
        load=load,
        strategies=strategies,
        month_quota=month_quota(request.design, load),
        caches=caches,
        better_cache=_on_other_nodes(request, load, cached, caches, progress),
        curve=_curve(request, load, strategies, progress) if with_curve else None,
        alternatives=_alternatives(request, load, progress) if with_alternatives else (),
        found=search_for(request, load, progress, scheduler) if request.slo else None,
    )


def _alternatives(request: PlanRequest, load: Load, progress: Progress) -> tuple[Alternative, ...]:
    progress.phase("alternatives")
    calm = _without_outages(request)
    return alternatives(
        calm.design,
        calm.around,
        load,
        calm.prices,
        region=calm.region,
        seed=calm.seed,
        kept=calm.kept,
        progress=progress.advance,
    )


def _curve(
    request: PlanRequest, load: Load, strategies: tuple[StrategyPlan, ...], progress: Progress
) -> Curve:
    progress.phase("stretches at other rates")
    rooms = {each.strategy: each.headroom for each in strategies}
    calm = _without_outages(request)

    def simulate(strategy: Strategy, part: Load) -> Answer:
        return _answer(calm, calm.design, strategy, part)

    return curve_of(request, load, rooms, simulate, progress.advance)


def _strategy(
    request: PlanRequest, design: Design, strategy: Strategy, load: Load, progress: Progress
) -> StrategyPlan:
    progress.phase(f"{strategy}, messages")
    found = _answer(request, design, strategy, load, progress.advance)
    room = _headroom(request, design, strategy, load, found, progress)
    usage = month_usage(
        design,
        strategy,
        load.arrivals,
        room.carried.outcome,
        messages_per_month=load.messages_per_month,
        kept=request.kept,
    )
    return StrategyPlan(
        answer=found,
        headroom=room,
        refused_from_s=_refused_from_s(found, load),
        disturbances=_disturbances(request, found, load),
        bill=bill_of(usage, request.prices),
    )


def _headroom(
    request: PlanRequest,
    design: Design,
    strategy: Strategy,
    load: Load,
    found: Answer,
    progress: Progress,
) -> Headroom:
    carried, limits = found, found.limits
    if request.outages or not is_undisturbed(found):
        progress.phase(f"{strategy} without limits, messages")
        boundless, around = without_limits(design, request.around)
        calm = replace(request, around=around)
        carried = _answer(calm, boundless, strategy, load, progress.advance)
        limits = needed(found.limits, carried)
    return Headroom(carried, filled(limits, design.cache, request.period_s))


def _answer(
    request: PlanRequest,
    design: Design,
    strategy: Strategy,
    load: Load,
    advance: Callable[[int, int], None] | None = None,
) -> Answer:
    due = len(load.arrivals.due_s)

    def show(share: float, _: float) -> None:
        if advance is not None:
            advance(round(share * due), due)

    return answer(
        design,
        strategy,
        request.around,
        load,
        request.prices,
        seed=request.seed,
        kept=request.kept,
        progress=show,
    )


def _on_other_nodes(
    request: PlanRequest,
    load: Load,
    found: StrategyPlan,
    caches: tuple[CacheChoice, ...],
    progress: Progress,
) -> StrategyPlan | None:
    """Try the cheapest nodes where those that are deployed are what does not hold."""
    too_small = any(is_of_the_cache(use.name) and use.share >= 1 for use in found.headroom.limits)
    if not caches or not too_small or same_cache(caches[0], request.design.cache):
        return None
    around = replace(request.around, node=cache_node(caches[0].node_type))
    other = replace(request, around=around)
    return _strategy(other, caches[0].applied_to(request.design), "redis-first", load, progress)


def _without_outages(request: PlanRequest) -> PlanRequest:
    return replace(request, around=replace(request.around, outages=Outages()), outages=())


def _refused_from_s(found: Answer, load: Load) -> dict[str, float]:
    outcome = found.outcome
    none = np.isnan(outcome.marks[names.RECEIPT])
    times = {}
    for reason in found.fates.refused:
        of_it = none & (outcome.code == outcome.names.index(reason))
        if of_it.any():
            times[reason] = float(load.arrivals.due_s[int(np.argmax(of_it))])
    return times


def _disturbances(request: PlanRequest, found: Answer, load: Load) -> tuple[Disturbance, ...]:
    windows = [("burst", from_s, to_s) for from_s, to_s in request.bursts_s()]
    windows += [(f"outage of {each.service}", each.from_s, each.to_s) for each in request.outages]
    return tuple(
        Disturbance(what, from_s, to_s, recovery(load.arrivals, found.outcome, from_s, to_s))
        for what, from_s, to_s in sorted(windows, key=lambda each: each[1])
    )
