"""What a search came to: the cheapest that meets all objectives, and why the others do not."""

from dataclasses import dataclass
from typing import Literal

from sim.capacity.search.candidates import Candidate
from sim.capacity.search.evaluation import Trial
from sim.objective import Objective

Fate = Literal["meets", "misses", "ruled out", "behaves as a cheaper one"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A configuration and what came of it.

    Attributes
    ----------
    cost
        US dollars a month if it carries every message at once; more where its simulation is
        dearer, because functions wait: what the search ranks by.
    because
        Why it does not meet the objectives: each that is missed and by how much, or the bound.
    missed
        The objectives that it is known to miss.
    trial
        What was simulated; None where it was ruled out without.
    """

    candidate: Candidate
    cost: float
    fate: Fate
    because: tuple[str, ...] = ()
    missed: tuple[Objective, ...] = ()
    trial: Trial | None = None

    @property
    def distance(self) -> tuple[int, float]:
        """How far from meeting: objectives missed, and messages too many as a share."""
        if self.trial is None:
            return (len(self.missed) or 99, float("inf"))
        missed = self.trial.missed
        excess = sum((verdict.bad - verdict.allowed) / verdict.due for verdict in missed)
        return (len(missed), excess)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search came to.

    Attributes
    ----------
    objectives
        Those that were judged.
    too_few
        Those that the load has too few messages for: nothing is said of them.
    best, runner_up
        The cheapest that meets all, and the next cheapest other one; None where there is none.
    tried
        By cost at full service, until none that is left can be cheaper than the runner-up.
    not_tried
        Configurations that were left out: dearer than the runner-up, or beyond `stopped`.
    stopped
        Whether the search gave up after as many simulations as it was allowed.
    closest
        Where none meets: the one that misses the fewest objectives by the least.
    unmeetable
        Where none meets: objectives that each configuration misses; empty if each is met by some.
    simulated
        What was simulated of the load, in words.
    """

    objectives: tuple[Objective, ...]
    too_few: tuple[Objective, ...]
    best: Tried | None
    runner_up: Tried | None
    tried: tuple[Tried, ...]
    not_tried: int
    stopped: bool
    closest: Tried | None
    unmeetable: tuple[Objective, ...]
    simulated: str

    def __str__(self) -> str:
        wanted = " and ".join(each.text for each in self.objectives)
        if not self.objectives:
            return "No objective can be judged: " + ", ".join(self._few())
        if self.best is not None:
            text = (
                f"The cheapest that meets {wanted}: {self.best.candidate}, ${self.best.cost:,.0f}"
            )
            text += " a month."
            if self.runner_up is not None:
                text += f" Next: {self.runner_up.candidate}, ${self.runner_up.cost:,.0f}."
            return text
        text = f"No configuration meets {wanted}"
        text += f" among {len(self.tried):,} tried" if self.stopped else ""
        if self.unmeetable:
            text += f"; each misses {', '.join(each.text for each in self.unmeetable)}"
        if self.closest is not None:
            text += f". Closest: {self.closest.candidate}: {'; '.join(self.closest.because)}"
        return text + "."

    def _few(self) -> list[str]:
        return [f"{each.text} needs {each.least_messages:,} messages" for each in self.too_few]


def closest_of(tried: tuple[Tried, ...]) -> Tried | None:
    """Return the one that misses the fewest objectives by the least; the cheapest of equal ones."""
    own = [each for each in tried if each.fate in {"misses", "ruled out"}]
    return min(own, key=lambda each: (*each.distance, each.cost), default=None)


def unmeetable_of(
    objectives: tuple[Objective, ...], tried: tuple[Tried, ...]
) -> tuple[Objective, ...]:
    """Return the objectives that each configuration that was tried is known to miss."""
    own = [each for each in tried if each.fate != "behaves as a cheaper one"]
    return tuple(
        objective for objective in objectives if all(objective in each.missed for each in own)
    )
