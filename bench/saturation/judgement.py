"""What came of a rate, from its blocks: pure, so that it can be tried without a stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.saturation.backlog import Backlog
from bench.saturation.decision import (
    Decision,
    Levels,
    Waits,
    decide,
    lower_share,
    upper_share,
)
from bench.saturation.objective import Objective
from bench.saturation.search import Answer

BUSY_SHARE: Final = 0.9
"""Of all cores; above it the processors of this machine are named as what bounds a rate."""
OFFERED_SHARE: Final = 0.95
"""Of the rate asked for; with less, it is another rate that held."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that blocks at one rate have shown so far.

    Parameters
    ----------
    waits
        From due to answered.
    served
        From sent to answered: what the load generator's own lateness has no part in.
    marks
        Why the load generator may be what was measured; empty if it kept up.
    sent_share
        Of the rate asked for, what really left.
    drained
        Whether all executions ended within the time limit.
    dropped
        Requests that were not sent, as too many were in flight.
    cpu_share
        Of all cores of the machine.
    """

    waits: Waits
    served: Waits
    backlog: Backlog
    marks: tuple[str, ...]
    sent_share: float
    drained: bool
    dropped: int
    cpu_share: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a rate, in a word and in a sentence, and what was told of each objective."""

    answer: Answer
    reason: str
    decisions: tuple[Decision, ...]


def judge(evidence: Evidence, objectives: Sequence[Objective], levels: Levels) -> Judgement:
    """Tell what came of a rate at one look.

    The rate is too high as soon as one objective fails, or the executions do not keep up; it holds
    if all hold and they do. Where requests left late and what came after their leaving was in
    time, the load generator was the bottleneck and not the system.
    """
    decisions = tuple(decide(evidence.waits, each, levels) for each in objectives)
    failed = [each for each in decisions if each.outcome == "fails"]
    if failed:
        if evidence.marks and not any(
            decide(evidence.served, each.objective, levels).outcome == "fails" for each in failed
        ):
            reason = f"the load generator gave way first: {evidence.marks[0]}"
            return Judgement("generator-bound", reason, decisions)
        return Judgement("fails", _why_failed(failed[0], evidence), decisions)
    if not evidence.drained:
        reason = "executions still ran when the wait for them was over"
        return Judgement("falls behind", reason, decisions)
    if evidence.backlog.grows(levels.fails):
        reason = (
            f"kept for the blocking path, but the executions fall behind: "
            f"{evidence.backlog.growth_share:.0%} of those started were more at the end"
        )
        return Judgement("falls behind", reason, decisions)
    if all(each.outcome == "holds" for each in decisions):
        if evidence.sent_share < OFFERED_SHARE:
            reason = f"only {evidence.sent_share:.0%} of the rate left the load generator"
            return Judgement("generator-bound", reason, decisions)
        return Judgement("holds", "every objective holds, and the executions keep up", decisions)
    untold = next(each for each in decisions if each.outcome != "holds")
    reason = (
        f"{untold.missed} of {untold.requests} requests missed {untold.objective}, which tells "
        "neither"
    )
    return Judgement("cannot tell", reason, decisions)


def more_may_tell(judgement: Judgement, levels: Levels) -> bool:
    """Tell whether as many requests again may give an answer at the last look.

    It would hold if none of them missed, or fail if as many did. To end early for want of hope adds
    nothing to the chance of a wrong answer.
    """
    hopes = []
    for each in judgement.decisions:
        requests = 2 * each.requests / each.design_effect
        missed = each.missed / each.design_effect
        allowed = each.objective.allowed_share
        if lower_share(2 * missed, requests, levels.fails) > allowed:
            return True
        hopes.append(upper_share(missed, requests, levels.holds) <= allowed)
    return all(hopes)


def _why_failed(decision: Decision, evidence: Evidence) -> str:
    reason = (
        f"{decision.missed} of {decision.requests} requests missed {decision.objective}, which "
        f"allows {decision.objective.allowed_share:.1%}"
    )
    if evidence.dropped:
        reason += f"; {evidence.dropped} could not be sent, as too many were in flight"
    if evidence.cpu_share >= BUSY_SHARE:
        reason += f"; the machine's processors were {evidence.cpu_share:.0%} busy"
    return reason
