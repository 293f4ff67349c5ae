"""What to buy: the cheapest configuration that meets service level objectives, and why.

Not for what a single configuration does under a load: that is an `Answer`.
"""

from sim.capacity.search.break_even import (
    BreakEven,
    Case,
    break_even_rates,
    break_even_sizes,
)
from sim.capacity.search.candidates import Candidate, Grid, candidates, default_grid
from sim.capacity.search.executors import InProcess, Workers, workers
from sim.capacity.search.nines import NINES, Nine, nines_of, price_of_nines
from sim.capacity.search.result import SearchResult, Tried
from sim.capacity.search.search import Search
from sim.capacity.search.verdict import Verdict, judge

__all__ = [
    "NINES",
    "BreakEven",
    "Candidate",
    "Case",
    "Grid",
    "InProcess",
    "Nine",
    "Search",
    "SearchResult",
    "Tried",
    "Verdict",
    "Workers",
    "break_even_rates",
    "break_even_sizes",
    "candidates",
    "default_grid",
    "judge",
    "nines_of",
    "price_of_nines",
    "workers",
]
