"""What the deployed state machine sends: references, and never a payload."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from statemachine import TaskFailed

DEFINITION = Path(__file__).parents[2] / "statemachine" / "message_archive.asl.json"
PAYLOAD = "cGF5bG9hZCBvZiB0aGUgbWVzc2FnZQ=="
INPUT: dict[str, Any] = {
    "messageID": "id",
    "messageMetaData": {"messageType": "t"},
    "payload": {"bytes": 22, "sha256": "00" * 32},
    "storageContext": {
        "redisReference": "message:id",
        "S3Reference": None,
        "metaDataReference": None,
        "persistence": {"S3": False, "metaData": False},
    },
}
STORED = {
    "S3Reference": "s3://archive/key",
    "metaDataReference": "dynamodb://table/id",
    "storageContext": {"redisReference": "message:id", "persistence": {"S3": True}},
}


def run_machine(execute: Any, failing: str | None = None) -> tuple[Any, list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []

    def answer(request: Any, _clock: Any) -> Any:
        parameters = request.parameters
        if failing and parameters.get("FunctionName") == failing:
            raise TaskFailed("Lambda.Unknown", "played")
        if "Message" in parameters or "MessageBody" in parameters:
            sent.append(parameters)
        # A function's answer holds more than the machine is to pass on.
        return {"Payload": {**STORED, "payload": PAYLOAD}, "StatusCode": 200}

    text = re.sub(r"\$\{(\w+)\}", r"\1", DEFINITION.read_text(encoding="utf-8"))
    return execute(text, INPUT, answer), sent


def test_the_progress_messages_carry_what_is_known_by_then(execute):
    ran, sent = run_machine(execute)
    assert ran.result.status == "SUCCEEDED"
    messages = {each["Message"]["progress"]: each["Message"] for each in sent}
    assert len(messages) == len(sent) == 4
    assert messages["RECEIVED"]["storageContext"] == INPUT["storageContext"]
    archived = messages["ARCHIVED"]["storageContext"]
    assert archived["S3Reference"] == STORED["S3Reference"]
    assert archived["persistence"] == {"S3": True, "metaData": False}
    stored = messages["METADATA_STORED"]["storageContext"]
    assert stored["metaDataReference"] == STORED["metaDataReference"]
    assert messages["COMPLETED"]["storageContext"] == STORED["storageContext"]


@pytest.mark.parametrize("failing", [None, "ArchiveFunctionArn", "AggregateFunctionArn"])
def test_no_message_carries_the_payload(execute, failing):
    ran, sent = run_machine(execute, failing)
    assert sent
    assert PAYLOAD not in json.dumps(sent)
    assert PAYLOAD not in json.dumps(ran.result.output)
