"""The price of each further nine: the cheapest configuration for p99, p99.9 and p99.99."""

from dataclasses import dataclass
from typing import Final

from sim.capacity.search.result import SearchResult
from sim.capacity.search.search import Search
from sim.objective import Objective

NINES: Final = ("p99", "p99.9", "p99.99")


@dataclass(frozen=True, slots=True)
class Nine:
    """One percentile at the limit.

    Attributes
    ----------
    result
        What meets it, beside the other objectives.
    cost
        US dollars a month; None where no configuration was found.
    more
        What it costs beyond the percentile before; None where either has none.
    """

    objective: Objective
    result: SearchResult
    cost: float | None
    more: float | None

    def __str__(self) -> str:
        if self.result.too_few:
            few = self.result.too_few[0]
            return f"{few.text}: too few messages to say, it needs {few.least_messages:,}"
        if self.cost is None or self.result.best is None:
            return f"{self.objective.text}: none"
        more = "" if self.more is None else f" ({self.more:+,.0f})"
        return (
            f"{self.objective.text}: ${self.cost:,.0f} a month{more}, {self.result.best.candidate}"
        )


def nines_of(objective: Objective) -> tuple[Objective, ...]:
    """Return an objective for each of `NINES`; a `Search` for their prices is made for all.

    Raises
    ------
    sim.errors.SearchError
        If it is of no percentile.
    """
    return tuple(objective.with_percentile(percentile) for percentile in NINES)


def price_of_nines(
    search: Search, objective: Objective, others: tuple[Objective, ...] = ()
) -> tuple[Nine, ...]:
    """Return the cheapest configuration for each of `NINES` at an objective's limit.

    Parameters
    ----------
    search
        Made for `nines_of(objective)` and the others.
    others
        What has to be met beside each.
    """
    found: list[Nine] = []
    for each in nines_of(objective):
        result = search.cheapest((each, *others))
        judged = each in result.objectives
        cost = result.best.cost if judged and result.best is not None else None
        before = found[-1].cost if found else None
        more = None if cost is None or before is None else cost - before
        found.append(Nine(each, result, cost, more))
    return tuple(found)
