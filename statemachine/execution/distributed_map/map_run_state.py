"""Distributed Map states: a Map Run from its first item to its result."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from statemachine.definition.distributed_map import DistributedMode
from statemachine.definition.states import Map, StateMachine
from statemachine.errors import EXCEED_TOLERATED_FAILURE_THRESHOLD, ExecutionError, StateFault
from statemachine.execution.distributed_map.child_inputs import child_inputs
from statemachine.execution.distributed_map.children import (
    EXPRESS_TIMEOUT_S,
    Children,
    random_uuid,
)
from statemachine.execution.distributed_map.redrive import Remains
from statemachine.execution.distributed_map.result_writer import ResultFiles
from statemachine.execution.distributed_map.results import results_of
from statemachine.execution.distributed_map.tolerance import tolerated_count, tolerated_percentage
from statemachine.execution.map_item import Item
from statemachine.execution.map_items import max_concurrency, state_items
from statemachine.execution.surroundings import Surroundings
from statemachine.execution.together import succeed
from statemachine.execution.visit import Visit
from statemachine.history import History, error_details, json_text
from statemachine.map_run import ChildExecution, MapRun, MapRunStatus


async def run_distributed_map(
    runner: Surroundings, state: Map, mode: DistributedMode, visit: Visit
) -> Any:
    """Run a child execution for each item or batch, and return the state's result.

    Raises
    ------
    ExecutionError
        `States.ItemReaderFailed`, `States.ExceedToleratedFailureThreshold`,
        `States.ResultWriterFailed`, and what its fields' expressions give.
    """
    trail, clock = visit.trail, runner.clock
    at_a_time = max_concurrency(state, visit)
    items = None if mode.reader else state_items(state, visit)
    remains = Remains.of(trail.progress)
    if remains is None:
        trail.add("MapStateStarted", clock.time(), {"length": len(items or ())})
    run = _map_run(runner, mode, visit, at_a_time)
    details: dict[str, Any]
    if remains is None:
        remains, details = Remains(run.arn, run.started_at), {"mapRunArn": run.arn}
        event_type = "MapRunStarted"
    else:
        remains.go_on(run, clock.time())
        details = {"mapRunArn": run.arn, "redriveCount": run.redrive_count}
        event_type = "MapRunRedriven"
    runner.map_runs.started(run)
    trail.add(event_type, clock.time(), details)
    trail.has_map_run = True
    status: MapRunStatus = "ABORTED"
    try:
        result = await _located_result(runner, state, mode, visit, run, items, remains)
        status, trail.has_map_run = "SUCCEEDED", False
    except ExecutionError as error:
        status, trail.has_map_run = "FAILED", False
        if not error.is_fatal:
            trail.add("MapRunFailed", clock.time(), error_details(error))
        raise
    finally:
        run.status, run.stopped_at = status, clock.time()
        if status != "SUCCEEDED":
            remains.keep(trail.progress)
    trail.progress.branches = None
    trail.add("MapRunSucceeded", clock.time())
    succeed("Map", clock, trail)
    return result


def _map_run(
    runner: Surroundings, mode: DistributedMode, visit: Visit, max_concurrency: int
) -> MapRun:
    execution = runner.execution
    # Within a child execution, too, it is the state machine and not the outer map's label.
    machine_arn = f"{execution.state_machine_arn.partition('/')[0]}/{mode.label}"
    run_id = random_uuid(runner.randomness)
    return MapRun(
        arn=f"{machine_arn.replace(':stateMachine:', ':mapRun:', 1)}:{run_id}",
        execution_arn=execution.execution_arn,
        state_machine_arn=machine_arn,
        state_name=visit.name,
        express=mode.express,
        started_at=runner.clock.time(),
        max_concurrency=max_concurrency,
        tolerated_failure_count=tolerated_count(mode, visit),
        tolerated_failure_percentage=tolerated_percentage(mode, visit),
    )


async def _located_result(
    runner: Surroundings,
    state: Map,
    mode: DistributedMode,
    visit: Visit,
    run: MapRun,
    items: Sequence[Item] | None,
    remains: Remains,
) -> Any:
    """Return the result; a fault of the state's expressions is told in AWS's words."""
    try:
        return await _result(runner, state, mode, visit, run, items, remains)
    except StateFault as fault:
        raise visit.located(fault, runner.clock.time()) from fault


async def _result(
    runner: Surroundings,
    state: Map,
    mode: DistributedMode,
    visit: Visit,
    run: MapRun,
    items: Sequence[Item] | None,
    remains: Remains,
) -> Any:
    results = await results_of(mode.writer, visit, run, runner.storage, remains)
    if items is not None and mode.batcher is None:
        run.expect(len(items), executions=len(items))
        run.all_read = True
    machine = StateMachine(state.processor, EXPRESS_TIMEOUT_S if mode.express else None, "")

    async def run_child(child: ChildExecution, value: Any) -> None:
        await _run_child(runner, machine, run, child, value)

    children = Children(
        run,
        run_child,
        results.add,
        map_runs=runner.map_runs,
        now=runner.clock.time,
        randomness=runner.randomness,
        succeeded=remains.succeeded,
    )
    before = remains.succeeded.copy()
    is_closed = False
    try:
        async with aclosing(child_inputs(state, mode, visit, items, runner.storage)) as inputs:
            await children.work(inputs)
        result = await results.close()
        is_closed = True
    finally:
        results.discard()
        if not is_closed and isinstance(results, ResultFiles):
            remains.succeeded = before  # what they gave is lost
    if run.exceeded:
        raise ExecutionError(
            EXCEED_TOLERATED_FAILURE_THRESHOLD,
            "The specified tolerated failure threshold was exceeded",
        )
    return result


async def _run_child(
    runner: Surroundings, machine: StateMachine, run: MapRun, child: ChildExecution, value: Any
) -> None:
    """Run a child execution and note how it ended."""
    context = replace(
        runner.execution,
        execution_arn=child.arn,
        execution_name=child.name,
        start_time=child.started_at,
        state_machine_arn=run.state_machine_arn,
        state_machine_name=run.state_machine_arn.rpartition(":")[2],
        redrive_count=0,
        redriven_at=None,
    )
    history = child.history or History()
    try:
        result = await runner.run_child(machine, value, context, history)
    except asyncio.CancelledError:
        child.status = "ABORTED"
        raise
    finally:
        child.stopped_at = runner.clock.time()
        if run.express:
            child.history = None  # as on AWS, which keeps none of an EXPRESS execution
    child.status, child.error, child.cause = result.status, result.error, result.cause
    if result.status == "SUCCEEDED":
        child.output = json_text(result.output)
