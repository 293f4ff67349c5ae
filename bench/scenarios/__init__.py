"""Scenarios: what a run sends, when, how large, in which order and how often; one file each.

The files lie beside this module and say themselves what they are for. A user's own file is as good.
"""

from bench.scenarios.scenario import OBJECTIVES, Scenario, ScenarioError
from bench.scenarios.scenario_file import load_scenario, scenario_names, scenario_path

__all__ = [
    "OBJECTIVES",
    "Scenario",
    "ScenarioError",
    "load_scenario",
    "scenario_names",
    "scenario_path",
]
