"""The operations of Step Functions' API, each topic in a file of its own with its `CALLS`."""

from typing import Final

from sim.states_service.operations import (
    activities,
    callbacks,
    executions,
    histories,
    state_machines,
)
from sim.states_service.operations.call import Call
from sim.states_service.operations.unsupported import UNSUPPORTED

CALLS: Final[dict[str, Call]] = {
    **activities.CALLS,
    **callbacks.CALLS,
    **executions.CALLS,
    **histories.CALLS,
    **state_machines.CALLS,
}
"""All operations that are served, by their names in the API Reference."""

__all__ = ["CALLS", "UNSUPPORTED", "Call"]
