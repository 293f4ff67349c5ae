"""Reads the asynchronous path's stages from GetExecutionHistory, of all executions or a sample."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bench.collect.executions import execution_arn
from bench.collect.history_stages import (
    BRANCH_COLUMNS,
    SEQUENTIAL_STAGES,
    TOTAL,
    history_stages,
)
from bench.collect.token_bucket import CallBudget, TokenBucket
from bench.load import DeployedSystem, Progress

_PAGE_EVENTS = 1000
"""AWS's maximum for `maxResults`."""


@dataclass(frozen=True, slots=True)
class ExecutionStages:
    """Stages of the executions that were read.

    Parameters
    ----------
    frame
        One row an execution: message_id, `SEQUENTIAL_STAGES`, `async_total_ms`, `BRANCH_COLUMNS`;
        NaN where an execution did not come that far.
    executions
        Number that the sample was drawn from.
    """

    frame: pd.DataFrame
    executions: int


def collect_execution_stages(
    deployment: DeployedSystem,
    message_ids: Sequence[str],
    *,
    seed: int,
    progress: Progress,
    sample_size: int | None = None,
    budget: CallBudget | None = None,
    threads: int = 4,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> ExecutionStages:
    """Read the histories of ended executions.

    Parameters
    ----------
    message_ids
        Names of the executions.
    sample_size
        Read a random sample, drawn with `seed`, of at most so many; None reads all.
    budget
        Limit on calls, such as `GET_EXECUTION_HISTORY_BUDGET` on AWS; None for none.
    progress
        Called with how many histories have been read and of how many.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        If a history cannot be read, as that of an execution that does not exist.
    """
    names = list(dict.fromkeys(message_ids))
    executions = len(names)
    if sample_size is not None and sample_size < len(names):
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(names), size=sample_size, replace=False)
        names = [names[place] for place in sorted(chosen)]
    stepfunctions = deployment.client("stepfunctions")
    machine = deployment.outputs["StateMachineArn"]
    bucket = None if budget is None else TokenBucket(budget, clock, sleep)

    def read(name: str) -> dict[str, Any]:
        events = _history(stepfunctions, execution_arn(machine, name), bucket)
        return {"message_id": name, **history_stages(events)}

    rows: list[dict[str, Any]] = []
    progress(0, len(names))
    with ThreadPoolExecutor(threads) as pool:
        for row in pool.map(read, names):
            rows.append(row)
            progress(len(rows), len(names))
    columns = ["message_id", *SEQUENTIAL_STAGES, TOTAL, *BRANCH_COLUMNS]
    return ExecutionStages(pd.DataFrame(rows, columns=columns), executions=executions)


def with_execution_stages(samples: pd.DataFrame, stages: ExecutionStages) -> pd.DataFrame:
    """Return the samples table with the asynchronous columns; NaN where no history was read."""
    return samples.merge(stages.frame, on="message_id", how="left", validate="many_to_one")


def _history(stepfunctions: Any, arn: str, bucket: TokenBucket | None) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        if bucket is not None:
            bucket.take()
        page = stepfunctions.get_execution_history(
            executionArn=arn, maxResults=_PAGE_EVENTS, includeExecutionData=False, **token
        )
        events.extend(page["events"])
        if not page.get("nextToken"):
            return events
        token = {"nextToken": page["nextToken"]}
