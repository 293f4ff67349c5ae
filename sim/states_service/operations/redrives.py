"""Executions that did not succeed: redriven."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.operations.executions import execution_of
from sim.states_service.service import StatesService


async def _redrive_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = execution_of(service, given)
    return {"redriveDate": service.redrive_execution(execution, given.get("clientToken"))}


CALLS: Final[dict[str, Call]] = {"RedriveExecution": _redrive_execution}
