"""Map Runs: described, listed, and changed while they go on."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.arn import name_in
from sim.states_service.map_runs import RecordedMapRun
from sim.states_service.operations.call import Call
from sim.states_service.operations.executions import execution_of
from sim.states_service.page import page, with_token
from sim.states_service.service import StatesService
from statemachine.map_run import described


async def _describe_map_run(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    run = _recorded(service, given).run
    found: dict[str, Any] = {
        "mapRunArn": run.arn,
        "executionArn": run.execution_arn,
        "status": run.status,
        "startDate": run.started_at,
        "maxConcurrency": run.max_concurrency,
        "toleratedFailurePercentage": run.tolerated_failure_percentage or 0.0,
        "toleratedFailureCount": run.tolerated_failure_count or 0,
        "itemCounts": described(run.item_counts),
        "executionCounts": described(run.execution_counts),
        "redriveCount": run.redrive_count,
    }
    if run.stopped_at is not None:
        found["stopDate"] = run.stopped_at
    if run.redriven_at is not None:
        found["redriveDate"] = run.redriven_at
    return found


async def _list_map_runs(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = execution_of(service, given)
    runs = service.map_runs.of_execution(execution.arn)
    found, token = page(runs, given, lambda recorded: -recorded.number)
    return with_token({"mapRuns": [_listed(recorded) for recorded in found]}, token)


async def _update_map_run(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    _recorded(service, given).run.update(
        max_concurrency=given.get("maxConcurrency"),
        tolerated_failure_count=given.get("toleratedFailureCount"),
        tolerated_failure_percentage=given.get("toleratedFailurePercentage"),
    )
    return {}


def _recorded(service: StatesService, given: Mapping[str, Any]) -> RecordedMapRun:
    name_in(given["mapRunArn"], "mapRun")
    return service.map_runs.get(given["mapRunArn"])


def _listed(recorded: RecordedMapRun) -> dict[str, Any]:
    run = recorded.run
    listed = {
        "executionArn": run.execution_arn,
        "mapRunArn": run.arn,
        "stateMachineArn": run.state_machine_arn,
        "startDate": run.started_at,
    }
    if run.stopped_at is not None:
        listed["stopDate"] = run.stopped_at
    return listed


CALLS: Final[dict[str, Call]] = {
    "DescribeMapRun": _describe_map_run,
    "ListMapRuns": _list_map_runs,
    "UpdateMapRun": _update_map_run,
}
