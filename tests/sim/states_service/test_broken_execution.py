"""An execution that a defect of the invoker breaks off still ends, once."""

import asyncio
import json
import logging
from typing import Any

import pytest

from sim.states_service.service import StatesService

TASK = {
    "StartAt": "Task",
    "States": {
        "Task": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"Message": "m"},
            "End": True,
        }
    },
}


class DefectiveInvoker:
    async def invoke(self, *_: Any, **__: Any) -> Any:
        raise KeyError("TopicArn")


def test_a_defect_of_the_invoker_ends_the_execution_with_one_event(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> Any:
        service = StatesService(DefectiveInvoker(), region="us-east-1")
        machine = service.create_state_machine("m", json.dumps(TASK), "arn:aws:iam::0:role/r")
        execution = service.start_execution(machine.arn, name="e", input_text="{}")
        assert execution.task is not None
        await asyncio.wait([execution.task])
        await asyncio.sleep(0)
        return execution

    with caplog.at_level(logging.CRITICAL):
        execution = asyncio.run(run())
    ends = [e for e in execution.history.events if e["type"].startswith("ExecutionFailed")]
    assert execution.status == "FAILED"
    assert (execution.error, len(ends)) == ("States.Runtime", 1)
    assert "KeyError" in (execution.cause or "")
