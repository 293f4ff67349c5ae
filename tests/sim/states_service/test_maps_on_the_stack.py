"""A distributed Map over a real S3: what it reads there, and what it leaves there."""

import json
import time
import uuid
from typing import Any

import pytest

from sim.stack import Deployment

pytestmark = pytest.mark.integration


def test_a_table_in_s3_is_mapped_over_and_its_results_are_stored(deployment: Deployment) -> None:
    s3, states = deployment.client("s3"), deployment.client("stepfunctions")
    bucket = f"maps-{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket)
    rows = "".join(f'{number},"row {number}"\n' for number in range(5))
    s3.put_object(Bucket=bucket, Key="in/rows.csv", Body=f"id,text\n{rows}".encode())
    state = {
        "Type": "Map",
        "Label": "Rows",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket.$": "$.bucket", "Key": "in/rows.csv"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": 2},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Row",
            "States": {"Row": {"Type": "Pass", "End": True}},
        },
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket.$": "$.bucket", "Prefix": "out"},
        },
        "End": True,
    }
    machine = states.create_state_machine(
        name=f"maps-{uuid.uuid4()}",
        definition=json.dumps({"StartAt": "Rows", "States": {"Rows": state}}),
        roleArn="arn:aws:iam::000000000000:role/maps",
    )["stateMachineArn"]
    try:
        ended = _ended(states, machine, {"bucket": bucket})
        assert ended["status"] == "SUCCEEDED"
        result = json.loads(ended["output"])
        manifest = _stored(s3, bucket, result["ResultWriterDetails"]["Key"])
        assert manifest["MapRunArn"] == result["MapRunArn"]
        (file,) = manifest["ResultFiles"]["SUCCEEDED"]
        records = _stored(s3, bucket, file["Key"])
        batches = sorted((json.loads(record["Output"])["Items"] for record in records), key=str)
        assert [row for batch in batches for row in batch] == [
            {"id": str(number), "text": f"row {number}"} for number in range(5)
        ]
        run = states.describe_map_run(mapRunArn=result["MapRunArn"])
        assert (run["itemCounts"]["succeeded"], run["executionCounts"]["succeeded"]) == (5, 3)
        assert run["itemCounts"]["resultsWritten"] == 5
    finally:
        states.delete_state_machine(stateMachineArn=machine)
        for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            s3.delete_object(Bucket=bucket, Key=each["Key"])
        s3.delete_bucket(Bucket=bucket)


def _ended(states: Any, machine: str, given: Any) -> dict[str, Any]:
    arn = states.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    found: dict[str, Any] = {"status": "RUNNING"}
    for _ in range(300):
        found = states.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            break
        time.sleep(0.02)
    return found


def _stored(s3: Any, bucket: str, key: str) -> Any:
    return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
