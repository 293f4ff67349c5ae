"""The cheapest configuration that meets all objectives, by branch and bound.

Configurations are ranked by what a month costs if all messages are carried at once, which needs no
simulation. In that order each is ruled out by a bound, or simulated, until two that meet everything
are found and none that is left can be cheaper. Two bounds count what cannot be (`bounds`); a third
is one simulation of a cache without limits: all messages have the same luck in each configuration,
so what is too late there is too late with any cache.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.capacity.answer import Load
from sim.capacity.network import Network
from sim.capacity.pipeline import Surroundings
from sim.capacity.search.bounds import Bounds
from sim.capacity.search.candidates import Candidate
from sim.capacity.search.evaluation import Impossible, Job, Trial, evaluate
from sim.capacity.search.executors import Workers
from sim.capacity.search.ranking import Priced, kind_of, ranked
from sim.capacity.search.result import SearchResult, Tried, closest_of, unmeetable_of
from sim.capacity.search.stretch import peak_stretch
from sim.capacity.search.verdict import NO_REPLICA, lacks_replica
from sim.capacity.usage import Kept
from sim.errors import SearchError
from sim.objective import Objective
from sim.prices import PriceList

MOST_SIMULATIONS: Final = 400
"""After which a search gives up and says so."""

_LUCK: Final = 4.0
"""Standard deviations that the peak stretch's count of bad messages is taken lower by: its
messages' luck is not that of the whole load's."""

_NOISE: Final = 0.01
"""What a simulated bill differs by from one of means without anything waiting."""

Progress = Callable[[int, int], None]
"""Told how many configurations are done with, of how many."""


class Search:
    """Finds configurations; one for several objectives simulates nothing twice.

    Parameters
    ----------
    configurations
        What may be bought.
    around
        Account and profile; its node is replaced by each configuration's own.
    objectives
        All that will be asked for: each simulation is judged by all of them.
    workers
        Where simulations run.

    Raises
    ------
    SearchError
        If there is no configuration or no message.
    sim.errors.PriceError
        If a node type is in no price list.
    """

    def __init__(
        self,
        configurations: Iterable[Candidate],
        around: Surroundings,
        load: Load,
        objectives: tuple[Objective, ...],
        prices: PriceList,
        workers: Workers,
        *,
        seed: int = 0,
        kept: Kept | None = None,
        most_simulations: int = MOST_SIMULATIONS,
        progress: Progress | None = None,
    ) -> None:
        if not len(load.arrivals.due_s):
            raise SearchError("The load has no message.", "Raise the rate or the duration.")
        self._around, self._load, self._prices = around, load, prices
        self._objectives, self._workers = objectives, workers
        self._seed, self._kept = seed, kept
        self._most, self._progress = most_simulations, progress
        self._bounds = Bounds(load.arrivals, _upload_s(load))
        self._ranked = ranked(configurations, around, load, prices, kept)
        if not self._ranked:
            raise SearchError("There is no configuration to search.", "Widen the grid.")
        history_s = max(each.candidate.design.cache.time_to_live_s for each in self._ranked)
        self._stretch = peak_stretch(load, history_s)
        self._futures: dict[tuple[object, str], Future[Trial | Impossible]] = {}

    def cheapest(self, objectives: tuple[Objective, ...] | None = None) -> SearchResult:
        """Return the cheapest configuration that meets objectives, all of them by default.

        Parameters
        ----------
        objectives
            Some of those that the search was made for.
        """
        due = len(self._load.arrivals.due_s)
        wanted = self._objectives if objectives is None else objectives
        judged = tuple(each for each in wanted if due >= each.least_messages)
        too_few = tuple(each for each in wanted if due < each.least_messages)
        tried = list(self._try_all(judged)) if judged else []
        meeting = sorted(_meeting(tried), key=lambda each: each.cost)
        stopped = bool(judged) and len(meeting) < 2 and len(tried) < len(self._ranked)
        if self._progress is not None:
            self._progress(len(self._ranked), len(self._ranked))
        none_meets = bool(judged) and not meeting
        return SearchResult(
            objectives=judged,
            too_few=too_few,
            best=meeting[0] if meeting else None,
            runner_up=meeting[1] if len(meeting) > 1 else None,
            tried=tuple(tried),
            not_tried=len(self._ranked) - len(tried),
            stopped=stopped,
            closest=closest_of(tuple(tried)) if none_meets else None,
            unmeetable=unmeetable_of(judged, tuple(tried)) if none_meets else (),
            simulated=self._simulated(),
        )

    def _try_all(self, judged: tuple[Objective, ...]) -> Iterable[Tried]:
        """Yield each configuration's fate by cost, until two meet the objectives."""
        waiting: deque[tuple[Priced, Tried | None]] = deque()
        left = iter(self._ranked)
        seen: set[Network] = set()
        met: list[Tried] = []
        begun = under_way = done = 0
        while True:
            while begun < self._most and under_way < self._workers.count:
                priced = next(left, None)
                if priced is None:
                    break
                fate = self._without_simulation(priced, judged, seen)
                seen.add(priced.behaviour)
                if fate is None:
                    begun, under_way = begun + 1, under_way + 1
                    self._submit(priced, priced.behaviour, "stretch" if self._stretch else "whole")
                waiting.append((priced, fate))
            if not waiting:
                return
            priced, fate = waiting.popleft()
            under_way -= fate is None
            if sum(each.cost <= priced.cost for each in met) >= 2:
                return
            same = next((e for e in met if e.candidate.bought == priced.candidate.bought), None)
            if same is not None:
                because = (f"is the same as {same.candidate} but for the time to live",)
                fate = Tried(priced.candidate, priced.cost, "behaves as a cheaper one", because)
            fate = fate or self._end(priced, judged)
            done += 1
            if self._progress is not None:
                self._progress(done, len(self._ranked))
            yield fate
            if fate.fate == "meets":
                met.append(fate)

    def _without_simulation(
        self, priced: Priced, judged: tuple[Objective, ...], seen: set[Network]
    ) -> Tried | None:
        candidate, cost = priced.candidate, priced.cost
        if priced.behaviour in seen:
            return Tried(candidate, cost, "behaves as a cheaper one", ("no faster for its price",))
        found = {
            each: f"{each.text} missed: {NO_REPLICA}"
            for each in judged
            if lacks_replica(each, candidate.strategy, candidate.design)
        }
        for bound in self._bounds.ruled_out(priced.behaviour, judged):
            found.setdefault(bound.objective, str(bound))
        if candidate.strategy == "redis-first":
            for objective, because in self._by_boundless_cache(priced, judged).items():
                found.setdefault(objective, because)
        if not found:
            return None
        return Tried(candidate, cost, "ruled out", tuple(found.values()), tuple(found))

    def _by_boundless_cache(
        self, priced: Priced, judged: tuple[Objective, ...]
    ) -> dict[Objective, str]:
        """Return the objectives that are missed with a cache without limits, and so with any."""
        candidate = priced.candidate
        trial = self._submit(priced, kind_of(candidate), "boundless").result()
        if isinstance(trial, Impossible) or not self._tells(trial):
            return {}
        return {
            objective: f"{objective.text} cannot be met: {bad:,} messages miss it even with a "
            f"cache without limits, {max(0, allowed):,} allowed"
            for objective, bad, allowed in self._too_many(trial, judged, lucky=0.0)
        }

    def _tells(self, trial: Trial) -> bool:
        """Tell whether a cache without limits bounds the others: nothing else is in the way.

        Where a sender sends again what was refused, its messages meet the cache in another order.
        """
        return trial.undisturbed and (self._load.retries is None or not trial.fates.refused)

    def _too_many(
        self, trial: Trial, judged: tuple[Objective, ...], lucky: float
    ) -> list[tuple[Objective, int, int]]:
        """Return the objectives that a trial's bad messages miss for the whole load.

        Parameters
        ----------
        lucky
            Standard deviations that their count is taken lower by.
        """
        due = len(self._load.arrivals.due_s)
        by_objective = dict(zip(self._objectives, trial.bad_for_sure, strict=True))
        found = []
        for objective in judged:
            bad, allowed = by_objective[objective], objective.allowed(due)
            if bad - lucky * math.sqrt(bad) > allowed:
                found.append((objective, bad, allowed))
        return found

    def _submit(self, priced: Priced, key: object, part: str) -> "Future[Trial | Impossible]":
        known = self._futures.get((key, part))
        if known is not None:
            return known
        stretch = self._stretch if part == "stretch" else None
        job = Job(
            candidate=priced.candidate,
            around=self._around,
            load=self._load if stretch is None else stretch.load,
            objectives=self._objectives,
            prices=self._prices,
            seed=self._seed,
            kept=self._kept,
            boundless=part == "boundless",
        )
        future = self._workers.executor.submit(evaluate, job)
        self._futures[key, part] = future
        return future

    def _end(self, priced: Priced, judged: tuple[Objective, ...]) -> Tried:
        candidate, cost = priced.candidate, priced.cost
        if self._stretch is not None:
            trial = self._submit(priced, priced.behaviour, "stretch").result()
            found = [] if isinstance(trial, Impossible) else self._too_many(trial, judged, _LUCK)
            if found:
                because = tuple(
                    f"{objective.text} missed: {bad:,} messages of the busiest stretch, "
                    f"{max(0, allowed):,} allowed of all"
                    for objective, bad, allowed in found
                )
                missed = tuple(objective for objective, _, _ in found)
                return Tried(candidate, cost, "misses", because, missed)
        trial = self._submit(priced, priced.behaviour, "whole").result()
        if isinstance(trial, Impossible):
            return Tried(candidate, cost, "ruled out", (trial.because,), judged)
        verdicts = tuple(each for each in trial.verdicts if each.objective in judged)
        trial = replace(trial, verdicts=verdicts)
        if trial.meets:
            return Tried(candidate, cost_of(cost, trial), "meets", trial=trial)
        because = tuple(str(verdict) for verdict in trial.missed)
        missed = tuple(verdict.objective for verdict in trial.missed)
        return Tried(candidate, cost, "misses", because, missed, trial)

    def _simulated(self) -> str:
        due_s = self._load.arrivals.due_s
        whole = f"all {len(due_s):,} messages of {(due_s[-1] - due_s[0]) / 3600:.1f} h"
        if self._stretch is None:
            return whole
        return f"{self._stretch.text}; of those that meet the objectives there, {whole}"


def cost_of(full_service: float, trial: Trial) -> float:
    """Return what a month costs: at full service, or what was simulated where that is dearer.

    Functions are billed while they wait for a cache that is too slow for them.
    """
    simulated = trial.bill.total
    return simulated if simulated > full_service * (1 + _NOISE) else full_service


def _meeting(tried: Iterable[Tried]) -> list[Tried]:
    return [each for each in tried if each.fate == "meets"]


def _upload_s(load: Load) -> NDArray[np.float64]:
    sizes, which = np.unique(load.arrivals.body_bytes, return_inverse=True)
    each_ms = np.array([load.sender.upload_ms(int(size)) for size in sizes])
    return np.asarray(each_ms[which] / 1e3)
