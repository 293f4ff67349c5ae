"""Executions: started, described, listed, stopped."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.latency.worker import ANSWER_DUE_HEADER
from sim.states_service.arn import check_state_machine_arn, name_in
from sim.states_service.executions import Execution
from sim.states_service.operations.call import Call
from sim.states_service.operations.state_machines import revision_members
from sim.states_service.page import page, with_token
from sim.states_service.redrive import redrive_members
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService

_BILLED_MB: Final = 64
"""The least memory that is billed. Source: Step Functions pricing, Express Workflows: memory in
chunks of 64 MB."""

_BILLED_MS: Final = 100
"""Durations are billed in steps of it. Source: Step Functions pricing, Express Workflows."""


async def _start_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = _started(service, given)
    return {"executionArn": execution.arn, "startDate": execution.started_at}


def _started(service: StatesService, given: Mapping[str, Any]) -> Execution:
    check_state_machine_arn(given["stateMachineArn"])
    input_text = given.get("input")
    return service.start_execution(
        given["stateMachineArn"],
        name=given.get("name"),
        input_text="{}" if input_text is None else input_text,
        trace_header=given.get("traceHeader") or "",
        answer_due_s=given.get(ANSWER_DUE_HEADER, 0.0),
    )


async def _start_sync_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    check_state_machine_arn(given["stateMachineArn"])
    machine = service.state_machines.active(given["stateMachineArn"])
    if machine.kind != "EXPRESS":
        raise Refusal(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
    execution = _started(service, given)
    task = execution.task
    if task is not None:
        await asyncio.wait([task])
    status = "FAILED" if execution.status == "ABORTED" else execution.status
    return {
        "executionArn": execution.arn,
        "stateMachineArn": machine.arn,
        "name": execution.name,
        "startDate": execution.started_at,
        "stopDate": execution.stopped_at,
        "status": status,
        "outputDetails": {"included": given.get("includedData") != "METADATA_ONLY"},
        **_outcome(execution, given),
        "billingDetails": {
            "billedMemoryUsedInMB": _BILLED_MB,
            "billedDurationInMilliseconds": _billed_ms(execution),
        },
    }


def _billed_ms(execution: Execution) -> int:
    took_ms = ((execution.stopped_at or execution.started_at) - execution.started_at) * 1e3
    return max(1, -int(-took_ms // _BILLED_MS)) * _BILLED_MS


async def _describe_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    execution = execution_of(service, given)
    described = {
        **_listed_execution(execution),
        **_outcome(execution, given),
        **redrive_members(execution),
    }
    if execution.map_run_arn is not None:
        described["mapRunArn"] = execution.map_run_arn
    return described


def execution_of(service: StatesService, given: Mapping[str, Any]) -> Execution:
    """Return the execution that a call names.

    Raises
    ------
    Refusal
        `InvalidArn`, for an EXPRESS execution's, too; `ExecutionDoesNotExist`.
    """
    name_in(given["executionArn"], "execution")
    return service.executions.get(given["executionArn"])


def _outcome(execution: Execution, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what went in and what came out; only that there is some, where no data is wanted."""
    wanted = given.get("includedData") != "METADATA_ONLY"
    found: dict[str, Any] = {"inputDetails": {"included": wanted}}
    if wanted:
        found["input"] = execution.input
    if execution.output is not None:
        found["outputDetails"] = {"included": wanted}
        if wanted:
            found["output"] = execution.output
    if execution.error is not None and wanted:
        found["error"] = execution.error
    if execution.cause is not None and wanted:
        found["cause"] = execution.cause
    if execution.trace_header:
        found["traceHeader"] = execution.trace_header
    return found


async def _describe_state_machine_for_execution(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    execution = execution_of(service, given)
    machine = execution.state_machine
    described = {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "updateDate": execution.revision.updated_at,
        **revision_members(execution.revision, given),
    }
    if execution.map_run_arn is not None:
        described["mapRunArn"] = execution.map_run_arn
    return described


async def _list_executions(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    found, token = page(_matching(service, given), given, lambda execution: -execution.changed)
    listed = [_listed_execution(execution) for execution in found]
    return with_token({"executions": listed}, token)


def _matching(service: StatesService, given: Mapping[str, Any]) -> Iterator[Execution]:
    machine_arn, map_run_arn = given.get("stateMachineArn"), given.get("mapRunArn") or ""
    if (machine_arn is None) == (not map_run_arn):
        raise Refusal(
            "ValidationException",
            "Exactly one of stateMachineArn and mapRunArn has to be given",
        )
    status, redriven = given.get("statusFilter"), given.get("redriveFilter")
    if status == "PENDING_REDRIVE" and not map_run_arn:
        raise Refusal("ValidationException", "The statusFilter PENDING_REDRIVE needs a mapRunArn")
    candidates = (
        _of_machine(service, machine_arn)
        if machine_arn is not None
        else service.executions.of_map_run(map_run_arn)
    )
    for execution in candidates:
        was_redriven = execution.redrives is not None
        if status in {None, execution.status} and redriven in {
            None,
            "REDRIVEN" if was_redriven else "NOT_REDRIVEN",
        }:
            yield execution


def _of_machine(service: StatesService, arn: str) -> Iterator[Execution]:
    name_in(arn, "stateMachine")
    machine = service.state_machines.get(arn)
    if machine.kind == "EXPRESS":
        raise Refusal(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
    return (each for each in service.executions.of_machine(arn) if each.state_machine is machine)


async def _stop_execution(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    name_in(given["executionArn"], "execution")
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
        "redriveCount": 0 if execution.redrives is None else execution.redrives.count,
    }
    if execution.stopped_at is not None:
        listed["stopDate"] = execution.stopped_at
    if execution.redrives is not None:
        listed["redriveDate"] = execution.redrives.last_at
    return listed


CALLS: Final[dict[str, Call]] = {
    "DescribeExecution": _describe_execution,
    "DescribeStateMachineForExecution": _describe_state_machine_for_execution,
    "ListExecutions": _list_executions,
    "StartExecution": _start_execution,
    "StartSyncExecution": _start_sync_execution,
    "StopExecution": _stop_execution,
}
