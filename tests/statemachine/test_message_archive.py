"""The state machine that is deployed, with its tasks played."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from statemachine import TaskFailed

DEFINITION = Path(__file__).parents[2] / "statemachine" / "message_archive.asl.json"
STEPS = ["RECEIVED", "ARCHIVED", "METADATA_STORED", "COMPLETED"]
MESSAGE_ID = "6f1c1f0e-2f52-4f43-9a0e-0a3f4d5b6c7d"
INPUT: dict[str, Any] = {
    "messageID": MESSAGE_ID,
    "messageMetaData": {
        "messageType": "t",
        "sourceSystemID": "s",
        "sourceTransactionID": "x",
        "dateTime": "2026-01-31T12:00:00Z",
    },
    "payload": {"bytes": 3, "sha256": "00" * 32},
    "storageContext": {
        "redisReference": f"message:{MESSAGE_ID}",
        "S3Reference": None,
        "metaDataReference": None,
        "persistence": {"S3": False, "metaData": False},
    },
}


@pytest.fixture
def definition() -> str:
    """The definition with each placeholder's own name as its value."""
    return re.sub(r"\$\{(\w+)\}", r"\1", DEFINITION.read_text(encoding="utf-8"))


class Services:
    """Lambda, SNS and SQS, played; `fail` maps a name to how often it fails, None for ever."""

    def __init__(self, fail: dict[str, int | None] | None = None, error: str = "Boom") -> None:
        self.fail = dict(fail or {})
        self.error = error
        self.published: list[dict[str, Any]] = []
        self.dead_letters: dict[str, dict[str, Any]] = {}
        self.invoked: list[str] = []

    def __call__(self, request: Any, _clock: Any) -> Any:
        parameters = request.parameters
        match request.resource.rsplit(":", 1)[-1]:
            case "publish":
                message = parameters["Message"]
                self._maybe_fail(message["progress"])
                self.published.append(message)
                return {"MessageId": "m"}
            case "sendMessage":
                queue = parameters["QueueUrl"].removesuffix("DeadLetterQueueUrl")
                self._maybe_fail(f"{queue} queue")
                body = parameters["MessageBody"]
                self.dead_letters[queue] = json.loads(body) if isinstance(body, str) else body
                return {"MessageId": "q"}
            case "invoke":
                name = parameters["FunctionName"].removesuffix("FunctionArn")
                self.invoked.append(name)
                self._maybe_fail(name)
                return {"Payload": self._payload(), "StatusCode": 200}
        raise AssertionError(f"{request.resource} is not part of the definition")

    def _maybe_fail(self, name: str) -> None:
        left = self.fail.get(name, 0)
        if left is None or left > 0:
            self.fail[name] = None if left is None else left - 1
            raise TaskFailed(self.error, f"{name} is played to fail")

    def _payload(self) -> dict[str, Any]:
        references = {
            "redisReference": f"message:{MESSAGE_ID}",
            "S3Reference": f"s3://archive/2026/01/31/12/00/00/{MESSAGE_ID}",
            "metaDataReference": f"dynamodb://table/{MESSAGE_ID}",
        }
        return {
            "messageID": MESSAGE_ID,
            **references,
            "storageContext": {**references, "persistence": {"S3": True, "metaData": True}},
        }

    @property
    def steps(self) -> list[str]:
        return [message["progress"] for message in self.published]


def test_each_step_is_announced_once_and_the_row_is_aggregated_between(execute, definition):
    services = Services()
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "SUCCEEDED", ran.result
    assert sorted(services.steps) == sorted(STEPS)
    assert services.steps[-1] == "COMPLETED"
    assert sorted(services.invoked[:2]) == ["Archive", "Metadata"]
    assert services.invoked[2:] == ["Aggregate"]
    assert services.dead_letters == {}
    assert all(message["messageID"] == MESSAGE_ID for message in services.published)


@pytest.mark.parametrize("name", ["Archive", "Metadata", "Aggregate", *STEPS])
@pytest.mark.parametrize("error", ["Lambda.ServiceException", "SNS.SdkClientException", "Boom"])
def test_a_passing_fault_is_retried_and_leaves_no_trace_behind(execute, definition, name, error):
    services = Services({name: 2}, error)
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "SUCCEEDED", ran.result
    assert sorted(services.steps) == sorted(STEPS)
    assert services.dead_letters == {}
    failed = ran.types.count("TaskFailed")
    assert failed == 2
    assert ran.lasted_s <= 1 + 2  # full jitter of one second, then of two


@pytest.mark.parametrize(
    ("fault", "queue", "others"),
    [
        ("RECEIVED", "Announce", {"ARCHIVED", "METADATA_STORED"}),
        ("Archive", "Archive", {"RECEIVED", "METADATA_STORED"}),
        ("ARCHIVED", "Archive", {"RECEIVED", "METADATA_STORED"}),
        ("Metadata", "Metadata", {"RECEIVED", "ARCHIVED"}),
        ("METADATA_STORED", "Metadata", {"RECEIVED", "ARCHIVED"}),
    ],
)
def test_a_branch_that_cannot_be_finished_lets_the_others_finish(
    execute, definition, fault, queue, others
):
    services = Services({fault: None})
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "FAILED"
    assert set(services.steps) == others
    assert "Aggregate" not in services.invoked
    assert list(services.dead_letters) == [queue]
    letter = services.dead_letters[queue]
    assert letter["messageID"] == MESSAGE_ID
    assert letter["error"]["Error"] == "Boom"
    assert letter["input"] == INPUT


@pytest.mark.parametrize("fault", ["Aggregate", "COMPLETED"])
def test_a_failed_aggregation_goes_to_its_queue_and_fails_the_execution(execute, definition, fault):
    services = Services({fault: None})
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "FAILED"
    assert list(services.dead_letters) == ["Aggregate"]
    assert "COMPLETED" not in services.steps


def test_a_dead_letter_queue_that_fails_too_does_not_stop_the_other_branches(execute, definition):
    services = Services({"Archive": None, "Archive queue": None})
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "FAILED"
    assert set(services.steps) == {"RECEIVED", "METADATA_STORED"}
    assert services.dead_letters == {}


def test_an_error_that_no_retry_can_mend_is_not_retried(execute, definition):
    services = Services({"Archive": None}, error="PayloadExpiredError")
    ran = execute(definition, INPUT, services)
    assert ran.result.status == "FAILED"
    assert services.invoked.count("Archive") == 1


def test_a_task_that_never_answers_is_ended_by_its_time_limit(execute, definition):
    services = Services()

    def answer(request: Any, clock: Any) -> Any:
        if request.parameters.get("FunctionName") == "ArchiveFunctionArn":
            return clock.sleep(100_000)
        return services(request, clock)

    ran = execute(definition, INPUT, answer)
    assert ran.result.status == "FAILED"
    assert ran.types.count("TaskTimedOut") == 5  # the first attempt and four retries
    assert services.dead_letters["Archive"]["error"]["Error"] == "States.Timeout"
