"""Whether the executions behind the receipts keep up: how many run at once, early and late.

A sender may get its receipt in time while the state machine falls behind; such a rate is kept for
as long as memory lasts, and no longer. At a rate that is kept, the number of executions that run at
once varies about a mean (Little's law: the rate times how long one takes).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]  # SciPy comes without types

from bench.load import DeployedSystem

TOLERATED_SHARE: Final = 0.05
"""Of the executions that start: so many may be more at the end and still count as kept up."""

_PAGE_EXECUTIONS: Final = 1000
"""AWS's maximum for `maxResults`."""
_QUARTER: Final = 0.25


@dataclass(frozen=True, slots=True)
class ExecutionTimes:
    """When executions started and stopped, in seconds of one clock; infinite if one still runs.

    Arrays of equal length, in the order of starts.
    """

    started_s: NDArray[np.float64]
    stopped_s: NDArray[np.float64]

    def running(self, from_s: float, to_s: float) -> float:
        """Give how many ran at once between two times, in the mean."""
        if to_s <= from_s:
            return 0.0
        within = np.minimum(self.stopped_s, to_s) - np.maximum(self.started_s, from_s)
        return float(np.clip(within, 0.0, None).sum() / (to_s - from_s))


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the executions of one or more blocks fared while requests came.

    Attributes
    ----------
    started
        Executions between the middles of the first and the last quarter of the blocks.
    running_early, running_late
        How many ran at once in these quarters, in the mean, summed over blocks.
    """

    started: float
    running_early: float
    running_late: float

    @property
    def growth_share(self) -> float:
        """By how many more run at the end, of those that started (of 1)."""
        return (self.running_late - self.running_early) / self.started if self.started else 0.0

    def grows(self, level: float) -> bool:
        """Tell whether the backlog grows by more than `TOLERATED_SHARE`, wrong with chance `level`.

        The number that run at once is about Poisson (exactly so for executions that do not wait
        for each other), and so has its mean for a variance.
        """
        spread = math.sqrt(self.running_early + self.running_late)
        if level <= 0 or spread == 0.0:
            return False
        beyond = self.running_late - self.running_early - TOLERATED_SHARE * self.started
        return bool(beyond / spread > stats.norm.ppf(1 - level))


NO_BACKLOG: Final = Backlog(0.0, 0.0, 0.0)


def backlog_of(times: ExecutionTimes, *, warm_up: int = 0) -> Backlog:
    """Give the backlog of one block; the first *warm_up* executions run along, not more."""
    if len(times.started_s) < warm_up + 2:
        return NO_BACKLOG
    first_s, last_s = float(times.started_s[warm_up]), float(times.started_s[-1])
    quarter_s = (last_s - first_s) * _QUARTER
    early = (first_s, first_s + quarter_s)
    late = (last_s - quarter_s, last_s)
    between = (times.started_s >= np.mean(early)) & (times.started_s <= np.mean(late))
    return Backlog(float(between.sum()), times.running(*early), times.running(*late))


def summed(backlogs: Sequence[Backlog]) -> Backlog:
    """Give the backlog of several blocks together."""
    return Backlog(
        sum(each.started for each in backlogs),
        sum(each.running_early for each in backlogs),
        sum(each.running_late for each in backlogs),
    )


def execution_times(deployment: DeployedSystem, names: Collection[str]) -> ExecutionTimes:
    """Ask Step Functions when the executions of these names started and stopped.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        If Step Functions cannot be asked.
    """
    wanted = set(names)
    found: dict[str, tuple[float, float]] = {}
    pages: Any = (
        deployment.client("stepfunctions")
        .get_paginator("list_executions")
        .paginate(
            stateMachineArn=deployment.outputs["StateMachineArn"],
            PaginationConfig={"PageSize": _PAGE_EXECUTIONS},
        )
    )
    for page in pages:  # the newest come first
        for each in page["executions"]:
            if each["name"] in wanted:
                stopped = each.get("stopDate")
                found[each["name"]] = (
                    each["startDate"].timestamp(),
                    stopped.timestamp() if stopped else math.inf,
                )
        if len(found) == len(wanted):
            break
    table = np.array(sorted(found.values()), dtype=np.float64).reshape(-1, 2)
    return ExecutionTimes(table[:, 0], table[:, 1])
