"""Executions: started, described, listed, stopped."""

from collections.abc import Mapping
from typing import Any, Final

from sim.latency.worker import ANSWER_DUE_HEADER
from sim.states_service.executions import Execution
from sim.states_service.operations.call import Call
from sim.states_service.page import page, with_token
from sim.states_service.service import StatesService


async def _start_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = service.start_execution(
        given["stateMachineArn"],
        name=given.get("name"),
        input_text=given.get("input", "{}"),
        trace_header=given.get("traceHeader", ""),
        answer_due_s=given.get(ANSWER_DUE_HEADER, 0.0),
    )
    return {"executionArn": execution.arn, "startDate": execution.started_at}


async def _describe_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = service.execution(given["executionArn"])
    optional = {
        "output": execution.output,
        "outputDetails": {"included": True} if execution.output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    return {
        **_listed_execution(execution),
        "input": execution.input,
        "inputDetails": {"included": True},
        "redriveCount": 0,
        **{name: value for name, value in optional.items() if value is not None},
    }


async def _list_executions(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    found = service.executions(given["stateMachineArn"], given.get("statusFilter"))
    items, token = page(found, given)
    return with_token({"executions": [_listed_execution(item) for item in items]}, token)


async def _stop_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = await service.stop_execution(
        given["executionArn"], error=given.get("error"), cause=given.get("cause")
    )
    return {"stopDate": execution.stopped_at}


def _listed_execution(execution: Execution) -> dict[str, Any]:
    listed = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started_at,
    }
    if execution.stopped_at is not None:
        listed["stopDate"] = execution.stopped_at
    return listed


CALLS: Final[dict[str, Call]] = {
    "DescribeExecution": _describe_execution,
    "ListExecutions": _list_executions,
    "StartExecution": _start_execution,
    "StopExecution": _stop_execution,
}
