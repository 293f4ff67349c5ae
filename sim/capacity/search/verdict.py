"""Whether an objective is kept: met, missed, or too few messages to say."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.capacity.answer import Answer
from sim.capacity.design import Design, Strategy
from sim.capacity.network import Outcome
from sim.capacity.pipeline import names
from sim.objective import Objective

Kind = Literal["met", "missed", "too few messages"]

NO_REPLICA: Final = "a shard without a replica loses what is not archived when its node fails"
"""A failing node is in no simulation, so `loss` asks for a replica by itself. With one, what the
replica has not got yet is lost all the same: replication is asynchronous (ElastiCache User Guide,
"Replication: Redis OSS Cluster Mode Disabled vs. Enabled")."""

GATEWAY_TIMEOUT_MS: Final = 29_000.0
"""Behind which a sender has a 504 instead of its receipt, whatever the function still does. Source:
API Gateway Developer Guide, "Quotas for REST APIs", integration timeout."""

_MARKS: Final = {"blocking": names.RECEIPT, "complete": names.COMPLETE}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one objective.

    Attributes
    ----------
    bad, allowed, due
        Messages that were not as the objective asks, how many may be, and how many there were.
    value
        The percentile in ms, infinite where that message got no receipt; else the share.
    because
        What makes it missed beside the messages.
    """

    objective: Objective
    kind: Kind
    bad: int
    allowed: int
    due: int
    value: float
    because: str = ""

    def __str__(self) -> str:
        objective = self.objective
        if self.kind == "too few messages":
            return (
                f"{objective.text}: too few messages to say, {self.due:,} of at least "
                f"{objective.least_messages:,}"
            )
        if self.because:
            return f"{objective.text} {self.kind}: {self.because}"
        if objective.share is None:
            return (
                f"{objective.text} {self.kind}: {self.bad:,} of {self.due:,} messages, "
                f"{max(0, self.allowed):,} allowed"
            )
        if math.isinf(self.value):
            return f"{objective.text} {self.kind}: {self.bad:,} of {self.due:,} are later or never"
        over = self.value / objective.limit - 1
        return f"{objective.text} {self.kind}: {self.value:,.0f} ms" + (
            f", {over:.0%} over" if self.kind == "missed" else ""
        )


def judge(objectives: Iterable[Objective], answer: Answer) -> tuple[Verdict, ...]:
    """Return a verdict on each objective."""
    return tuple(
        judge_outcome(objective, answer.outcome, answer.strategy, answer.design)
        for objective in objectives
    )


def judge_outcome(
    objective: Objective, outcome: Outcome, strategy: Strategy, design: Design
) -> Verdict:
    """Return the verdict on one objective."""
    due = len(outcome.code)
    bad = int(bad_messages(objective, outcome).sum())
    allowed = objective.allowed(due)
    kind: Kind = "met" if bad <= allowed else "missed"
    because = ""
    if due < objective.least_messages:
        kind = "too few messages"
    elif kind == "met" and lacks_replica(objective, strategy, design):
        kind, because = "missed", NO_REPLICA
    return Verdict(objective, kind, bad, allowed, due, _value(objective, outcome), because)


def lacks_replica(objective: Objective, strategy: Strategy, design: Design) -> bool:
    """Tell whether a design can lose by one node's failure what an objective does not let it."""
    return objective.quantity == "loss" and strategy == "redis-first" and design.cache.replicas == 0


def bad_messages(objective: Objective, outcome: Outcome) -> NDArray[np.bool_]:
    """Tell for each message whether it is one that the objective allows few of."""
    if objective.quantity == "loss":
        lost = [
            number
            for number, name in enumerate(outcome.names)
            if name.startswith("lost from") and name.endswith("after the receipt")
        ]
        return np.isin(outcome.code, lost)
    if objective.quantity == "refused":
        waits_ms = outcome.marks[names.RECEIPT]
        # The wait of what was sent again is that of several requests.
        too_late = (waits_ms > GATEWAY_TIMEOUT_MS) & (outcome.attempts <= 1)
        return ~np.isfinite(waits_ms) | too_late
    waits_ms = outcome.marks[_MARKS[objective.quantity]]
    good = waits_ms <= objective.limit if objective.inclusive else waits_ms < objective.limit
    return ~good


def _value(objective: Objective, outcome: Outcome) -> float:
    if objective.share is None:
        return float(bad_messages(objective, outcome).mean()) if len(outcome.code) else 0.0
    waits_ms = outcome.marks[_MARKS[objective.quantity]]
    rank = len(waits_ms) - objective.allowed(len(waits_ms)) - 1
    if rank < 0:
        return math.nan
    return float(np.partition(np.nan_to_num(waits_ms, nan=np.inf), rank)[rank])
