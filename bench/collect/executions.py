"""Waits for executions to end and tells how each did."""

import time
from collections.abc import Callable, Collection
from typing import Any

from bench.load import DeployedSystem, Progress

RUNNING = "RUNNING"
"""Status of an execution that had not ended when the wait was over."""

NOT_FOUND = "NOT_FOUND"
"""Status of an acknowledged message that no execution is named after."""

_NOT_FOUND_GRACE_S = 5.0
"""ListExecutions is eventually consistent on AWS."""
_PAGE_EXECUTIONS = 1000
"""AWS's maximum for `maxResults`."""


def execution_arn(state_machine_arn: str, name: str) -> str:
    """Return the ARN of the execution `name` of a standard state machine."""
    head, _, machine = state_machine_arn.partition(":stateMachine:")
    return f"{head}:execution:{machine}:{name}"


def wait_for_executions(
    deployment: DeployedSystem,
    message_ids: Collection[str],
    *,
    timeout_s: float,
    progress: Progress,
    poll_s: float = 0.25,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Return message id → status of its execution, when none of them runs any more.

    An execution that does not end does not fail the wait: it is a finding of the verification,
    which names it.

    Parameters
    ----------
    message_ids
        Names of the executions.
    timeout_s
        Wait no longer than this.
    progress
        Called with the number of ended executions and of all.

    Returns
    -------
    dict
        `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`, or `RUNNING` or `NOT_FOUND`.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        If Step Functions cannot be asked.
    """
    stepfunctions = deployment.client("stepfunctions")
    arn = deployment.outputs["StateMachineArn"]
    wanted = set(message_ids)
    ended: dict[str, str] = {}
    started_s = clock()
    while True:
        listed = _list_executions(stepfunctions, arn, wanted - set(ended))
        ended |= {name: status for name, status in listed.items() if status != RUNNING}
        progress(len(ended), len(wanted))
        running = [name for name, status in listed.items() if status == RUNNING]
        lost = wanted - set(ended) - set(running)
        waited_s = clock() - started_s
        settled = not running and (not lost or waited_s >= _NOT_FOUND_GRACE_S)
        if settled or waited_s >= timeout_s:
            return ended | dict.fromkeys(running, RUNNING) | dict.fromkeys(lost, NOT_FOUND)
        sleep(poll_s)


def _list_executions(stepfunctions: Any, arn: str, wanted: Collection[str]) -> dict[str, str]:
    """Return the statuses of the wanted executions that are listed; newest come first."""
    found: dict[str, str] = {}
    if not wanted:
        return found
    pages = stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=arn, PaginationConfig={"PageSize": _PAGE_EXECUTIONS}
    )
    for page in pages:
        found |= {
            execution["name"]: execution["status"]
            for execution in page["executions"]
            if execution["name"] in wanted
        }
        if len(found) == len(wanted):
            break
    return found
