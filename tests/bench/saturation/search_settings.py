"""Settings of a search for tests; the scenario is `steady`."""

from bench.saturation import SaturationSettings, parse_objectives, search_plan, searchable_load
from bench.scenarios import load_scenario
from sim.latency.shaping import Shaping


def search_settings(*slo: str, **plan: float) -> SaturationSettings:
    scenario = load_scenario("steady")
    asked = {"start_rate_per_s": 3.0, "max_rate_per_s": None, "resolution": 0.1} | plan
    return SaturationSettings(
        name="test",
        seed=1,
        scenario=scenario,
        objectives=parse_objectives(slo),
        plan=search_plan(searchable_load(scenario), **asked),
        shaping=Shaping("raw"),
    )
