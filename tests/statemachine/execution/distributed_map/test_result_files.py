"""What a distributed map writes of its child executions."""

import asyncio
import json
from typing import Any

import pytest

from statemachine import ExecutionError
from statemachine.definition.distributed_map import ResultWriter
from statemachine.execution.distributed_map.result_writer import ResultFiles
from statemachine.map_run import ChildExecution, MapRun

PREFIX = "arn:aws:states:us-east-1:123456789012"
RUN = "ad9b5f27-090b-3ac6-9beb-243cd77144a7"


def _child(index: int, status: str = "SUCCEEDED", **given: Any) -> ChildExecution:
    ending = {"output": json.dumps([index])} if status == "SUCCEEDED" else {}
    times = {"stopped_at": 1_700_000_001.5} if status != "PENDING" else {}
    return ChildExecution(
        arn=f"{PREFIX}:execution:csvProcess/Map:child-{index}",
        name=f"child-{index}",
        state_machine_arn=f"{PREFIX}:stateMachine:csvProcess/Map",
        map_run_arn=f"{PREFIX}:mapRun:csvProcess/Map:{RUN}",
        index=index,
        items=1,
        input="{}",
        started_at=1_700_000_000.0,
        status=status,  # type: ignore[arg-type]
        **{**ending, **times, **given},
    )


def _run() -> MapRun:
    return MapRun(
        arn=f"{PREFIX}:mapRun:csvProcess/Map:{RUN}",
        execution_arn=f"{PREFIX}:execution:csvProcess:run",
        state_machine_arn=f"{PREFIX}:stateMachine:csvProcess/Map",
        state_name="Map",
        express=False,
        started_at=0.0,
    )


def _written(
    storage: Any,
    children: list[ChildExecution],
    transformation: str = "NONE",
    output_type: str = "JSON",
    prefix: str = "csvProcessJobs",
    bucket: str = "results",
) -> dict[str, Any]:
    async def write() -> dict[str, Any]:
        files = ResultFiles(
            ResultWriter({}, transformation, output_type),
            {"Bucket": bucket, "Prefix": prefix},
            _run(),
            storage,
        )
        for child in children:
            await files.add(child)
        return await files.close()

    return asyncio.run(write())


def test_the_manifest_names_a_file_for_each_outcome(storage: Any) -> None:
    children = [
        _child(0),
        _child(1, "FAILED", error="E", cause="C"),
        _child(2, "TIMED_OUT"),
        _child(3, "PENDING"),
        _child(4),
    ]
    result = _written(storage, children)

    folder = f"csvProcessJobs/{RUN}"
    assert result == {
        "MapRunArn": f"{PREFIX}:mapRun:csvProcess/Map:{RUN}",
        "ResultWriterDetails": {"Bucket": "results", "Key": f"{folder}/manifest.json"},
    }
    manifest = json.loads(storage.objects["results", f"{folder}/manifest.json"])
    assert manifest["DestinationBucket"] == "results"
    assert manifest["MapRunArn"] == result["MapRunArn"]
    names = {
        name: [record["Name"] for record in json.loads(storage.objects["results", file["Key"]])]
        for name, files in manifest["ResultFiles"].items()
        for file in files
    }
    assert names == {
        "FAILED": ["child-1", "child-2"],
        "PENDING": ["child-3"],
        "SUCCEEDED": ["child-0", "child-4"],
    }
    for files in manifest["ResultFiles"].values():
        for file in files:
            assert file["Size"] == len(storage.objects["results", file["Key"]])


def test_a_record_has_the_execution_s_metadata(storage: Any) -> None:
    _written(storage, [_child(7)], prefix="")
    (record,) = json.loads(storage.objects["results", f"{RUN}/SUCCEEDED_0.json"])
    assert list(record) == sorted(record)
    assert record == {
        "ExecutionArn": f"{PREFIX}:execution:csvProcess/Map:child-7",
        "Input": "{}",
        "InputDetails": {"Included": True},
        "Name": "child-7",
        "Output": "[7]",
        "OutputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": "2023-11-14T22:13:20.000Z",
        "StateMachineArn": f"{PREFIX}:stateMachine:csvProcess/Map",
        "Status": "SUCCEEDED",
        "StopDate": "2023-11-14T22:13:21.500Z",
    }


@pytest.mark.parametrize(
    ("transformation", "output_type", "expected"),
    [
        ("COMPACT", "JSON", "[[0],[1]]"),
        ("FLATTEN", "JSON", "[0,1]"),
        ("COMPACT", "JSONL", "[0]\n[1]\n"),
        ("FLATTEN", "JSONL", "0\n1\n"),
    ],
)
def test_outputs_may_be_all_that_is_written(
    storage: Any, transformation: str, output_type: str, expected: str
) -> None:
    _written(storage, [_child(0), _child(1)], transformation, output_type, prefix="p/")
    assert storage.objects["results", f"p/{RUN}/SUCCEEDED_0.json"].decode() == expected


def test_a_failed_execution_keeps_its_metadata_whatever_the_transformation(storage: Any) -> None:
    _written(storage, [_child(0, "FAILED", error="E", cause="C")], "FLATTEN", prefix="p")
    (record,) = json.loads(storage.objects["results", f"p/{RUN}/FAILED_0.json"])
    assert (record["Error"], record["Cause"], record["Status"]) == ("E", "C", "FAILED")
    assert record["RedriveStatus"] == "REDRIVABLE_BY_MAP_RUN"


def test_no_results_leave_a_manifest_alone(storage: Any) -> None:
    _written(storage, [], prefix="p")
    (key,) = storage.objects
    assert json.loads(storage.objects[key])["ResultFiles"] == {
        "FAILED": [],
        "PENDING": [],
        "SUCCEEDED": [],
    }


def test_a_bucket_that_cannot_be_written_fails_the_writer(storage: Any) -> None:
    with pytest.raises(ExecutionError) as caught:
        _written(storage, [_child(0)], bucket="readonly")
    assert (caught.value.error, caught.value.cause) == (
        "States.ResultWriterFailed",
        "Access Denied",
    )
