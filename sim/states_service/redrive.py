"""Which executions can be redriven, and how often they were.

Source: Step Functions API Reference, RedriveExecution and DescribeExecution, "redriveStatusReason".
"""

import time
from typing import Any, Final

from sim.states_service.executions import Execution, Redrives

PERIOD_S: Final = 14 * 24 * 3600.0
"""How long after its end an execution can be redriven."""

OPEN_S: Final = 365 * 24 * 3600.0
"""How long an execution may be open. Source: Step Functions quotas, "Maximum execution time"."""

MOST_EVENTS: Final = 24_999
"""A history has to be shorter, so that ExecutionRedriven and one more event find room."""

_TOKENS: Final = 10
_TOKEN_S: Final = 15 * 60.0
"""How many client tokens are remembered, and for how long."""


def obstacle(execution: Execution) -> str | None:
    """Return why an execution cannot be redriven, in AWS's words; None if it can be."""
    now_s = time.time()
    if execution.status in {"RUNNING", "SUCCEEDED"}:
        return f"Execution is {execution.status} and cannot be redriven"
    if execution.state_machine.deleting:
        return "State machine is in DELETING status"
    if now_s - (execution.stopped_at or now_s) > PERIOD_S:
        return "Execution redrivable period exceeded"
    if now_s - execution.started_at > OPEN_S:
        return "Execution has exceeded the max execution time"
    if len(execution.events) >= MOST_EVENTS:
        return "Execution history event limit exceeded"
    return None


def redrive_members(execution: Execution) -> dict[str, Any]:
    """Return what a description of an execution says of redriving it."""
    reason = obstacle(execution)
    if reason is None:
        by_map_run = execution.map_run_arn is not None
        return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN" if by_map_run else "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def redriven_before(execution: Execution, token: str | None) -> float | None:
    """Return when an execution was redriven by a client token, if it was, lately."""
    if token is None or execution.redrives is None:
        return None
    redriven_at = execution.redrives.tokens.get(token)
    return None if redriven_at is None or time.time() - redriven_at > _TOKEN_S else redriven_at


def count_redrive(execution: Execution, token: str | None) -> float:
    """Note that an execution is redriven now, and return the time."""
    redrives = execution.redrives = execution.redrives or Redrives()
    now_s = redrives.last_at = time.time()
    redrives.count += 1
    if token is not None:
        redrives.tokens[token] = now_s
        while len(redrives.tokens) > _TOKENS:
            del redrives.tokens[next(iter(redrives.tokens))]
    return now_s
