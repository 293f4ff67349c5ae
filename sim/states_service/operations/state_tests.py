"""TestState: one state by itself, with real work or a mock."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.arn import check_role_arn
from sim.states_service.operations.call import Call
from sim.states_service.service import StatesService
from sim.states_service.state_test.mock import Mock, mock_of
from sim.states_service.state_test.real_work import carried_out
from sim.states_service.state_test.tested_state import tested_state
from statemachine.clock import within
from statemachine.errors import TIMEOUT, ExecutionError
from statemachine.execution.inspection import Attempt, Inspection, inspect_state
from statemachine.execution.map_inspection import MapTrial
from statemachine.execution.visit import Visit
from statemachine.history import json_text

LIMIT_S: Final = 300.0
"""How long a state may take. Source: Step Functions API Reference, TestState."""

_NUMBERS: Final = frozenset(
    {"toleratedFailureCount", "toleratedFailurePercentage", "maxConcurrency"}
)
"""Members of InspectionData that are no JSON texts."""


async def _test_state(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    if (role_arn := given.get("roleArn")) is not None:
        check_role_arn(role_arn)
    tested = tested_state(given, service.prefix)
    mock = mock_of(given, tested.state)
    configuration = given.get("stateConfiguration") or {}
    work = inspect_state(
        tested.name,
        tested.state,
        tested.input,
        tested.context,
        tested.variables,
        _attempt(service, mock),
        service.clock,
        retries=configuration.get("retrierRetryCount") or 0,
        trial=MapTrial(
            configuration.get("mapItemReaderData"),
            configuration.get("mapIterationFailureCount") or 0,
        ),
    )
    expiry = ExecutionError(TIMEOUT)
    try:
        inspection = await within(service.clock, work, LIMIT_S, expiry)
    except ExecutionError as error:
        if error is not expiry:
            raise
        inspection = Inspection("FAILED", error=error, steps={"input": tested.input})
    return _answer(inspection, given.get("inspectionLevel") or "INFO")


def _attempt(service: StatesService, mock: Mock | None) -> Attempt:
    async def attempt(visit: Visit) -> Any:
        if mock is not None:
            return mock.outcome()
        return await carried_out(service, visit)

    return attempt


def _answer(inspection: Inspection, level: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"status": inspection.status}
    if inspection.has_output:
        answer["output"] = json_text(inspection.output)
    if inspection.error is not None:
        answer["error"] = inspection.error.error
        if inspection.error.cause:
            answer["cause"] = inspection.error.cause
    if inspection.next is not None:
        answer["nextState"] = inspection.next
    if level != "INFO":
        data: dict[str, Any] = {
            name: value if name in _NUMBERS else json_text(value)
            for name, value in inspection.steps.items()
        }
        if inspection.error_details:
            data["errorDetails"] = inspection.error_details
        answer["inspectionData"] = data
    return answer


CALLS: Final[dict[str, Call]] = {"TestState": _test_state}
