"""The cheapest configuration that meets the objectives, each further nine's price, break-evens."""

from dataclasses import dataclass
from typing import Final

from bench.plan.errors import PlanError
from bench.plan.progress import Progress
from bench.plan.request import PlanRequest
from sim.capacity.answer import Load
from sim.capacity.search.break_even import BreakEven, Case, break_even_rates, break_even_sizes
from sim.capacity.search.candidates import candidates, default_grid
from sim.capacity.search.executors import workers
from sim.capacity.search.nines import Nine, nines_of, price_of_nines
from sim.capacity.search.result import SearchResult
from sim.capacity.search.search import Search
from sim.objective import Objective, parse_objectives

_RATES: Final = (1 / 20, 4.0)
"""Of the load's mean rate: between which a break-even is looked for."""

_MOST_SIMULATIONS: Final = 30
"""For each set of objectives: a search is to end within minutes, and says when it gave up."""

_SIZES: Final = (16_384, 6_000_000)
"""Bytes: from a record of text to nearly the largest that Lambda takes."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    nines
        Of the first objective that is of a percentile; empty if none is.
    """

    result: SearchResult
    nines: tuple[Nine, ...]
    break_even_rates: tuple[BreakEven, ...]
    break_even_sizes: tuple[BreakEven, ...]


def search_for(
    request: PlanRequest, load: Load, progress: Progress, scheduler: str | None = None
) -> Found:
    """Search among strategies, nodes, times to live and function memory.

    Parameters
    ----------
    scheduler
        The address of a Dask scheduler; None: processes of this machine.

    Raises
    ------
    sim.errors.SimError
        If an objective cannot be read, or the scheduler does not answer.
    """
    objectives = parse_objectives(request.slo)
    first = next((each for each in objectives if each.share is not None), None)
    asked = _without_repeats([*objectives, *(nines_of(first) if first is not None else ())])
    grid = default_grid(request.design, request.prices)
    progress.phase("the search's workers")
    with workers(scheduler) as found:
        progress.phase("configurations")
        search = Search(
            candidates(request.design, grid),
            request.around,
            load,
            asked,
            request.prices,
            found,
            seed=request.seed,
            kept=request.kept,
            most_simulations=_MOST_SIMULATIONS,
            progress=progress.advance,
        )
        result = search.cheapest(objectives)
        others = tuple(each for each in objectives if each is not first)
        nines = () if first is None else price_of_nines(search, first, others)
        progress.phase("break-even rates and sizes")
        case = Case(
            request.design, request.around, load, request.prices, request.seed, request.kept
        )
        low, high = (times * case.rate_per_s for times in _RATES)
        return Found(
            result,
            nines,
            break_even_rates(case, low, high, found, progress=progress.advance),
            break_even_sizes(case, *_SIZES, found, progress=progress.advance),
        )


def check_enough_messages(request: PlanRequest, load: Load) -> None:
    """Refuse an objective that a load has too few messages for.

    Raises
    ------
    PlanError
        Naming the objective, and how many messages it needs.
    """
    messages = len(load.arrivals.due_s)
    objectives = parse_objectives(request.slo) if request.slo else ()
    few = [each for each in objectives if each.least_messages > messages]
    if few:
        needed = max(each.least_messages for each in few)
        raise PlanError(
            f"--slo {', '.join(each.text for each in few)} needs {needed:,} messages to be judged,"
            f" and there are {messages:,}: raise --duration or --rate"
        )


def _without_repeats(objectives: list[Objective]) -> tuple[Objective, ...]:
    return tuple({each.text: each for each in objectives}.values())
