"""SAM templates that were written for other purposes run as they are."""

import json
import time
from pathlib import Path

import pytest
import urllib3

from sim.lambda_service.own_tmp import own_tmp_possible
from sim.stack import StackSettings, Supervisor

pytestmark = [pytest.mark.integration, pytest.mark.processes]

TEMPLATES = Path(__file__).parents[2] / "templates"


def run(name: str, folder: Path) -> Supervisor:
    return Supervisor(
        StackSettings(
            folder=folder / "stack",
            template=TEMPLATES / name / "template.yaml",
            parameters={},
            event_time_scale=100,
        )
    )


def until(condition, limit_s=30.0):
    ends = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < ends
        time.sleep(0.1)
    return found


def test_orders_go_through_the_queue_and_the_spoilt_one_to_the_dead_letter_queue(tmp_path):
    with run("orders", tmp_path) as stack:
        deployment = stack.deployment
        url = deployment.outputs["OrdersUrl"]
        texts = [f"order {number}" for number in range(12)] + ["spoilt"]
        ids = {}
        for text in texts:
            answer = urllib3.request("POST", f"{url}/ann", body=text, retries=False)
            assert answer.status == 202, answer.data
            ids[answer.data.decode()] = text
        dynamodb, sqs = deployment.client("dynamodb"), deployment.client("sqs")
        table = deployment.outputs["BookingsTable"]
        until(lambda: dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 12)
        rows = dynamodb.scan(TableName=table)["Items"]
        assert {row["order"]["S"]: row["text"]["S"] for row in rows} == {
            key: text for key, text in ids.items() if text != "spoilt"
        }
        assert {row["customer"]["S"] for row in rows} == {"ann"}
        assert {row["queue"]["S"].split(":")[2] for row in rows} == {"sqs"}

        def dead():
            return sqs.receive_message(
                QueueUrl=deployment.outputs["DeadOrdersUrl"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages")

        (message,) = until(dead)
        assert message["Body"] == "spoilt"
        time.sleep(1.5)
        assert dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 12


def test_pictures_are_bytes_within_a_usage_plan_and_failed_notes_reach_their_destination(tmp_path):
    with run("thumbnails", tmp_path) as stack:
        deployment = stack.deployment
        url = deployment.outputs["ShrinkUrl"]
        headers = {"x-api-key": deployment.api_key, "Accept": "image/png"}
        picture = bytes(range(256)) * 100

        def post():
            return urllib3.request(
                "POST", url, body=picture, headers=headers | {"Content-Type": "image/png"}
            )

        answer = post()
        assert (answer.status, answer.data) == (200, picture[::2])
        if own_tmp_possible():
            assert answer.headers["X-Room-MB"] == "640"
        preflight = urllib3.request("OPTIONS", url)
        assert preflight.headers["Access-Control-Allow-Origin"] == "https://pictures.example"
        assert preflight.headers["Access-Control-Allow-Methods"] == "OPTIONS,POST"
        assert [post().status for _ in range(4)] == [200, 200, 200, 429]

        sqs = deployment.client("sqs")
        records = []
        while len(records) < 4:
            found = sqs.receive_message(
                QueueUrl=deployment.outputs["UnnotedUrl"],
                MaxNumberOfMessages=10,
                WaitTimeSeconds=10,
            )
            records += [json.loads(message["Body"]) for message in found["Messages"]]
        assert {record["requestContext"]["condition"] for record in records} == {"RetriesExhausted"}
        assert {record["requestContext"]["approximateInvokeCount"] for record in records} == {2}
        assert records[0]["requestPayload"] == {"bytes": len(picture)}
        assert records[0]["responsePayload"]["errorMessage"] == "no room for 25600 bytes"
        log = (tmp_path / "stack/access.log").read_text().splitlines()
        assert log == ["200 /shrink", "200 /shrink"] + ["200 /shrink"] * 3 + ["429 /shrink"]
