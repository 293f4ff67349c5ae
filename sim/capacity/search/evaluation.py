"""One configuration simulated and judged: what a worker process does, and what it sends back."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.capacity.answer import Load, answer
from sim.capacity.design import CacheDesign
from sim.capacity.latencies import Fates, Latencies
from sim.capacity.limits import LimitUse
from sim.capacity.network import Outcome
from sim.capacity.pipeline import Surroundings, names
from sim.capacity.search.candidates import Candidate
from sim.capacity.search.verdict import Verdict, bad_messages, judge
from sim.capacity.usage import Kept
from sim.errors import NetworkError
from sim.objective import Objective
from sim.prices import Bill, PriceList

_BEFORE_THE_CACHE: Final = frozenset({names.USAGE_PLAN, names.GATEWAY, names.LAMBDA_REQUESTS})
_OF_THE_CACHE: Final = frozenset({names.CACHE_IN, names.CACHE_OUT})


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given.

    Attributes
    ----------
    boundless
        Simulate a cache without any limit instead of the candidate's own.
    """

    candidate: Candidate
    around: Surroundings
    load: Load
    objectives: tuple[Objective, ...]
    prices: PriceList
    seed: int = 0
    kept: Kept | None = None
    boundless: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a configuration; an `Answer` without its network and its messages.

    Attributes
    ----------
    bill
        Of what was simulated: lower where messages were refused.
    bad_for_sure
        By objective: bad messages that are not bad for a cold start alone.
    undisturbed
        Whether behind the cache nobody was refused or had to wait, so that a slower cache makes
        each message later and none sooner.
    """

    candidate: Candidate
    verdicts: tuple[Verdict, ...]
    fates: Fates
    latencies: Latencies
    limits: tuple[LimitUse, ...]
    first: LimitUse | None
    first_at_per_s: float | None
    bill: Bill
    bad_for_sure: tuple[int, ...]
    undisturbed: bool

    @property
    def meets(self) -> bool:
        """Whether all objectives are met."""
        return all(verdict.kind == "met" for verdict in self.verdicts)

    @property
    def missed(self) -> tuple[Verdict, ...]:
        """The verdicts that are no `met`."""
        return tuple(verdict for verdict in self.verdicts if verdict.kind != "met")


@dataclass(frozen=True, slots=True)
class Impossible:
    """A configuration that no message could get through."""

    candidate: Candidate
    because: str


def evaluate(job: Job) -> Trial | Impossible:
    """Simulate a configuration under a load, and judge it."""
    candidate = job.candidate
    node, design = candidate.node, candidate.design
    if job.boundless:
        node = replace(node, maxmemory_bytes=1e15, baseline_bytes_per_s=1e12)
        design = replace(design, cache=_boundless(design.cache))
    around = replace(job.around, node=node)
    try:
        found = answer(
            design, candidate.strategy, around, job.load, job.prices, seed=job.seed, kept=job.kept
        )
    except NetworkError as error:
        return Impossible(candidate, str(error))
    return Trial(
        candidate=candidate,
        verdicts=judge(job.objectives, found),
        fates=found.fates,
        latencies=found.latencies,
        limits=found.limits,
        first=found.first,
        first_at_per_s=found.first_at_per_s,
        bill=found.bill,
        bad_for_sure=tuple(_bad_for_sure(each, found.outcome) for each in job.objectives),
        undisturbed=_undisturbed(found.outcome),
    )


def _boundless(cache: CacheDesign) -> CacheDesign:
    # Nothing is gone before it is read, either: another time to live could be longer.
    return replace(cache, shards=1_000, replicas=0, time_to_live_s=1e9)


def _bad_for_sure(objective: Objective, outcome: Outcome) -> int:
    """Count bad messages but those that had a cold start, or found no environment.

    In another run of the same messages the environments may be warm already.
    """
    found_none = [
        number for number, name in enumerate(outcome.names) if name.startswith(names.NO_ENVIRONMENT)
    ]
    bad = bad_messages(objective, outcome) & (outcome.cold == 0)
    return int((bad & ~np.isin(outcome.code, found_none)).sum())


def _undisturbed(outcome: Outcome) -> bool:
    buckets = outcome.buckets.keys() - _BEFORE_THE_CACHE - _OF_THE_CACHE
    totals = [outcome.totals[name] for name in [*buckets, *outcome.pools]]
    return all(each.refusals == 0 and each.wait_s == 0 for each in totals)
