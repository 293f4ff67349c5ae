"""Whether one rate keeps an objective: told with a confidence, or not told.

A quantile q is within its limit exactly if at most 1 - q of all requests miss it. Of n requests k
miss; Clopper and Pearson's limits of the share that misses (Biometrika 26(4), 1934) are exact for
independent requests. Those of a loaded server are not: they wait in one queue, and misses come in
clusters. So n counts for less: it is divided by the design effect, the variance of batches of
neighbours over that of independent requests (batch means: Law and Kelton, "Simulation Modeling and
Analysis", section 9.5; within exact limits: Korn and Graubard, Survey Methodology 24(2), 1998).
Misses are too few to see clusters by, so that it is also measured where there are many: at the
slowest tenth of the requests. The larger of the two counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]  # SciPy comes without types

from bench.saturation.objective import Objective

Outcome = Literal["holds", "fails", "cannot tell"]

BATCHES: Final = 4
"""Of each block; a block lasts 8 s or more, so that a batch is some times as long as a queue
remembers."""

BATCHES_OF_ONE: Final = 6
"""Of a block that is alone: from fewer, their variance could not be told."""

_TAIL: Final = 0.90
"""Where clusters are looked for: the slowest tenth."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits for the receipt at one rate, ms, infinite without a receipt: an array a block.

    Each is in the order of due times, without warm-up.
    """

    blocks: tuple[NDArray[np.float64], ...]

    @property
    def all_ms(self) -> NDArray[np.float64]:
        """All waits in one array."""
        return np.concatenate(self.blocks) if self.blocks else np.empty(0)

    @property
    def batches(self) -> list[NDArray[np.float64]]:
        """Neighbours of one block together, in batches of about equal size."""
        number = BATCHES if len(self.blocks) > 1 else BATCHES_OF_ONE
        return [
            batch
            for block in self.blocks
            for batch in np.array_split(block, max(1, min(number, len(block))))
        ]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was told of one objective at one rate.

    Attributes
    ----------
    requests, missed
        Measured requests, and those of them that missed the objective.
    design_effect
        By how much fewer independent requests tell as much; at least 1.
    share_low, share_high
        The share that misses (of 1) is above the one and below the other, each with the
        confidence of its side at this look.
    """

    objective: Objective
    outcome: Outcome
    requests: int
    missed: int
    design_effect: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Chances of a wrong answer that one look may have.

    Parameters
    ----------
    holds
        Of saying that the objective holds where it does not; 0 if this look may not say so.
    fails
        Of saying that it fails where it does not.
    """

    holds: float
    fails: float


def decide(waits: Waits, objective: Objective, levels: Levels) -> Decision:
    """Tell whether the objective holds, from the waits so far."""
    all_ms = waits.all_ms
    missed = all_ms > objective.limit_ms
    requests, count = len(all_ms), int(missed.sum())
    effect = design_effect(waits, objective.limit_ms)
    effective = requests / effect
    effective_missed = count / effect
    low = lower_share(effective_missed, effective, levels.fails)
    high = upper_share(effective_missed, effective, levels.holds)
    outcome: Outcome = "cannot tell"
    if high <= objective.allowed_share:
        outcome = "holds"
    elif low > objective.allowed_share:
        outcome = "fails"
    return Decision(objective, outcome, requests, count, effect, low, high)


def upper_share(missed: float, requests: float, level: float) -> float:
    """Give Clopper and Pearson's upper limit of a share, which is wrong with chance `level`."""
    if level <= 0 or missed >= requests:
        return 1.0
    return float(stats.beta.ppf(1 - level, missed + 1, requests - missed))


def lower_share(missed: float, requests: float, level: float) -> float:
    """Give their lower limit, which is wrong with chance `level`."""
    if level <= 0 or missed <= 0:
        return 0.0
    return float(stats.beta.ppf(level, missed, requests - missed + 1))


def requests_needed(objective: Objective, level: float) -> int:
    """Give the fewest independent requests that tell that an objective holds: none has missed.

    For p99 and 0.05 these are 299 (Wilks, Annals of Mathematical Statistics 12(1), 1941).
    """
    return int(np.ceil(np.log(level) / np.log(objective.fraction)))


def design_effect(waits: Waits, limit_ms: float) -> float:
    """Give the larger of the design effects at the limit and in the slowest tenth; at least 1."""
    all_ms = waits.all_ms
    if not len(all_ms):
        return 1.0
    tail_ms = float(np.quantile(all_ms, _TAIL, method="lower"))
    at_limit = _effect(waits.batches, limit_ms)
    if at_limit is not None:
        at_limit *= _few_batches(waits)
    return max(1.0, at_limit or 0.0, _effect(waits.batches, tail_ms) or 0.0)


def _few_batches(waits: Waits) -> float:
    """Allow for the error that few batches have, by Student's distribution as Korn and Graubard do.

    The slowest tenth is a guard beside it, which for independent requests would only cost.
    """
    batches, requests = len(waits.batches), len(waits.all_ms)
    if batches < 2:
        return 1.0
    return float((stats.t.ppf(0.975, batches - 1) / stats.t.ppf(0.975, requests - 1)) ** 2)


def _effect(batches: Sequence[NDArray[np.float64]], above_ms: float) -> float | None:
    """Compare the batches' shares above a value: their variance with that of chance alone.

    None where it cannot be seen: all are above, or none is.
    """
    counts = np.array([len(each) for each in batches])
    above = np.array([int((each > above_ms).sum()) for each in batches])
    share = above.sum() / counts.sum()
    if len(batches) < 2 or share in (0.0, 1.0):
        return None
    # Of shares of batches of about equal length, weighted by it.
    spread = float((counts * (above / counts - share) ** 2).sum()) / (len(batches) - 1)
    return float(spread / (share * (1 - share)))
