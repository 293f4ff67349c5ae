"""Collect: what a run left behind, read into tables, and the proof that nothing was lost.

Everything is read through `deployment.client(...)`, so it works on the local stack and on AWS
alike. Nothing is printed: functions take a `progress` callback.
"""

from bench.collect.calls import CALL_COLUMNS, read_calls
from bench.collect.errors import CollectError, SamplesTableError
from bench.collect.execution_stages import (
    ExecutionStages,
    collect_execution_stages,
    with_execution_stages,
)
from bench.collect.executions import NOT_FOUND, RUNNING, execution_arn, wait_for_executions
from bench.collect.findings import Check, CheckCount, Finding, Verification, merged
from bench.collect.history_stages import (
    BRANCH_COLUMNS,
    SEQUENTIAL_STAGES,
    TOTAL,
    history_stages,
)
from bench.collect.samples import (
    RECORD_COLUMNS,
    REQUEST_COLUMNS,
    read_blocks,
    read_payloads,
    read_samples,
    read_worker_blocks,
    stage_column,
    with_blocking_stages,
    write_samples,
)
from bench.collect.token_bucket import GET_EXECUTION_HISTORY_BUDGET, CallBudget
from bench.collect.verification import verify

__all__ = [
    "BRANCH_COLUMNS",
    "CALL_COLUMNS",
    "GET_EXECUTION_HISTORY_BUDGET",
    "NOT_FOUND",
    "RECORD_COLUMNS",
    "REQUEST_COLUMNS",
    "RUNNING",
    "SEQUENTIAL_STAGES",
    "TOTAL",
    "CallBudget",
    "Check",
    "CheckCount",
    "CollectError",
    "ExecutionStages",
    "Finding",
    "SamplesTableError",
    "Verification",
    "collect_execution_stages",
    "execution_arn",
    "history_stages",
    "merged",
    "read_blocks",
    "read_calls",
    "read_payloads",
    "read_samples",
    "read_worker_blocks",
    "stage_column",
    "verify",
    "wait_for_executions",
    "with_blocking_stages",
    "with_execution_stages",
    "write_samples",
]
