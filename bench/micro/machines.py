"""The definitions that are measured, and tasks that do nothing."""

import json
import re
from pathlib import Path
from typing import Any, Final

from statemachine import TaskRequest

_ARCHIVE: Final = Path(__file__).parents[2] / "statemachine" / "message_archive.asl.json"
_MESSAGE_ID: Final = "6f1c1f0e-2f52-4f43-9a0e-0a3f4d5b6c7d"
_REFERENCES: Final = {
    "redisReference": f"message:{_MESSAGE_ID}",
    "S3Reference": f"s3://archive/2026/01/31/12/00/00/{_MESSAGE_ID}",
    "metaDataReference": f"dynamodb://table/{_MESSAGE_ID}",
}

ARCHIVE_INPUT: Final[dict[str, Any]] = {
    "messageID": _MESSAGE_ID,
    "messageMetaData": {
        "messageType": "invoice",
        "sourceSystemID": "erp-1",
        "sourceTransactionID": "4711",
        "dateTime": "2026-01-31T12:00:00Z",
    },
    "payload": {"bytes": 262_144, "sha256": "00" * 32},
    "storageContext": {
        "redisReference": f"message:{_MESSAGE_ID}",
        "S3Reference": None,
        "metaDataReference": None,
        "persistence": {"S3": False, "metaData": False},
    },
}
"""As the ingest function starts an execution."""


class NoOpTasks:
    """A task invoker whose tasks return at once what the message-archive machine reads."""

    _PUBLISHED: Final = {"MessageId": "m-1"}
    _INVOKED: Final = {
        "ExecutedVersion": "$LATEST",
        "Payload": {
            "messageID": _MESSAGE_ID,
            **_REFERENCES,
            "storageContext": {**_REFERENCES, "persistence": {"S3": True, "metaData": True}},
        },
        "StatusCode": 200,
    }

    async def invoke(self, request: TaskRequest) -> Any:
        """Return a result (`statemachine.TaskInvoker`)."""
        return self._INVOKED if request.resource.endswith("lambda:invoke") else self._PUBLISHED


def message_archive() -> str:
    """Return the definition that is deployed, with ARNs where the template puts them."""
    text = _ARCHIVE.read_text(encoding="utf-8")
    return re.sub(r"\$\{(\w+)\}", r"arn:aws:sqs:us-east-1:000000000000:\1", text)


def waiting(seconds: int) -> str:
    """Return a machine that waits."""
    return _text("Wait", Wait={"Type": "Wait", "Seconds": seconds, "End": True})


BRANCHES_INPUT: Final[dict[str, Any]] = {"order": {"number": 4711, "lines": [1, 2, 3]}}

BRANCHES_OUTPUT: Final = [
    {
        **BRANCHES_INPUT,
        **{
            name.lower(): {"from": f"{name}{branch}", "number": 4711, "first": 1}
            for name in ("A", "B", "C")
        },
    }
    for branch in range(1, 4)
]
"""What `three_branches` makes of that input."""


def three_branches() -> str:
    """Return a Parallel state of three branches with three Pass states each, which read paths."""
    branches = [
        _machine(
            f"A{branch}",
            **{
                f"{name}{branch}": {
                    "Type": "Pass",
                    "Parameters": {
                        "from": f"{name}{branch}",
                        "number.$": "$.order.number",
                        "first.$": "$.order.lines[0]",
                    },
                    "ResultPath": f"$.{name.lower()}",
                    **({"Next": f"{following}{branch}"} if following else {"End": True}),
                }
                for name, following in (("A", "B"), ("B", "C"), ("C", None))
            },
        )
        for branch in range(1, 4)
    ]
    return _text("Fan", Fan={"Type": "Parallel", "Branches": branches, "End": True})


def distributed_map() -> str:
    """Return a distributed Map whose items come from storage and whose results go there."""
    place = {"Bucket": "bucket", "Key": "items.jsonl"}
    each = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": place,
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            **_machine("One", One={"Type": "Pass", "End": True}),
        },
        "MaxConcurrency": 1_000,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "bucket", "Prefix": "results"},
        },
        "End": True,
    }
    return _text("Each", Each=each)


def _machine(start: str, **states: Any) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


def _text(start: str, **states: Any) -> str:
    return json.dumps(_machine(start, **states))
