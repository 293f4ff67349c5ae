"""What a distributed map says of a child execution in its results.

Source: Step Functions Developer Guide, "ResultWriter (Map)", Transformation NONE; API Reference,
DescribeExecution, redriveStatus.
"""

from typing import Any

from statemachine.execution.context import iso_time
from statemachine.history import json_text
from statemachine.map_run import ChildExecution


def child_record(child: ChildExecution) -> dict[str, Any]:
    """Return a child execution with its metadata; one that is pending has not started."""
    record: dict[str, Any] = {
        "ExecutionArn": child.arn,
        "Input": child.input,
        "InputDetails": {"Included": True},
        "Name": child.name,
        "StateMachineArn": child.state_machine_arn,
        "Status": child.status,
    }
    if child.error is not None:
        record["Error"] = child.error
    if child.cause is not None:
        record["Cause"] = child.cause
    if child.output is not None:
        record |= {"Output": child.output, "OutputDetails": {"Included": True}}
    if child.stopped_at is not None:
        record |= {
            "RedriveCount": 0,
            "StartDate": iso_time(child.started_at),
            "StopDate": iso_time(child.stopped_at),
            **_redrive_status(child),
        }
    return dict(sorted(record.items()))


def _redrive_status(child: ChildExecution) -> dict[str, str]:
    if child.status != "SUCCEEDED":
        return {"RedriveStatus": "REDRIVABLE_BY_MAP_RUN"}
    return {
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }


def record_text(child: ChildExecution) -> str:
    """Return a child's record as JSON text."""
    return json_text(child_record(child))
