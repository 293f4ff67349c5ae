"""The operations of Step Functions' API, each topic in a file of its own with its `CALLS`."""

from typing import Final

from sim.states_service.operations import (
    activities,
    callbacks,
    definitions,
    executions,
    histories,
    map_runs,
    redrives,
    state_machines,
    state_tests,
)
from sim.states_service.operations.call import Call
from sim.states_service.operations.unsupported import UNSUPPORTED

CALLS: Final[dict[str, Call]] = {
    **activities.CALLS,
    **callbacks.CALLS,
    **definitions.CALLS,
    **executions.CALLS,
    **histories.CALLS,
    **map_runs.CALLS,
    **redrives.CALLS,
    **state_machines.CALLS,
    **state_tests.CALLS,
}
"""All operations that are served, by their names in the API Reference."""

__all__ = ["CALLS", "UNSUPPORTED", "Call"]
