"""The saturation search: the highest rate at which an objective holds, and the curve to it.

`search` says which rate is next, `probe` tries it on a stack, `judgement` tells what came of it
with the statistics of `decision` and `backlog`, and `saturation` has the order of all of it. The
rate that is found is this machine's: load generator, servers and functions share its cores.
"""

from bench.saturation.objective import Objective, SaturationError, parse_objectives
from bench.saturation.saturation import SaturationOutcome, find_highest_rates
from bench.saturation.settings import (
    SaturationSettings,
    parse_resolution,
    parse_strategies,
    search_plan,
    searchable_load,
)

__all__ = [
    "Objective",
    "SaturationError",
    "SaturationOutcome",
    "SaturationSettings",
    "find_highest_rates",
    "parse_objectives",
    "parse_resolution",
    "parse_strategies",
    "search_plan",
    "searchable_load",
]
