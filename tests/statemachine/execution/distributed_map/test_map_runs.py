"""Distributed maps: events, names, results, tolerated failures, concurrency, counts."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statemachine import TaskFailed

MACHINE = "arn:aws:states:us-east-1:000000000000:{}:machine"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish"}


def reader(key: str, bucket: str = "data", **configuration: Any) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": configuration,
        "Parameters": {"Bucket": bucket, "Key": key},
    }


def put(storage: Any, key: str, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    storage.objects["data", key] = text.encode()


def test_a_map_run_has_the_events_and_the_names_of_aws(execute, distributed, map_runs):
    ran = execute(distributed(ItemsPath="$.items"), {"items": [5, 6]}, map_runs=map_runs)

    assert ran.result.output == [5, 6]
    events = [(e["type"], e["id"], e["previousEventId"]) for e in ran.events]
    assert events == [
        ("ExecutionStarted", 1, 0),
        ("MapStateEntered", 2, 0),
        ("MapStateStarted", 3, 2),
        ("MapRunStarted", 4, 3),
        ("MapRunSucceeded", 5, 4),
        ("MapStateSucceeded", 6, 5),
        ("MapStateExited", 7, 5),
        ("ExecutionSucceeded", 8, 7),
    ]
    assert ran.events[2]["mapStateStartedEventDetails"] == {"length": 2}
    (run,) = map_runs.runs
    assert ran.events[3]["mapRunStartedEventDetails"] == {"mapRunArn": run.arn}
    assert re.fullmatch(MACHINE.format("mapRun") + f"/Label:{UUID}", run.arn)
    assert run.execution_arn == MACHINE.format("execution") + ":run"
    assert run.status == "SUCCEEDED"
    for place, child in enumerate(map_runs.children):
        assert re.fullmatch(MACHINE.format("execution") + f"/Label:{UUID}", child.arn)
        assert child.state_machine_arn == MACHINE.format("stateMachine") + "/Label"
        assert child.map_run_arn == run.arn
        assert (child.index, child.input, child.output) == (place, str(5 + place), str(5 + place))
        assert [event["type"] for event in child.history.events] == [
            "ExecutionStarted",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]


def test_a_child_s_context_is_its_own_execution_s(execute, distributed, map_runs):
    processor = {
        "Type": "Pass",
        "Parameters": {"execution.$": "$$.Execution", "machine.$": "$$.StateMachine.Id"},
    }
    ran = execute(distributed(processor), [{"a": 1}], map_runs=map_runs)
    ((output,), (child,)) = ran.result.output, map_runs.children
    assert output["execution"]["Id"] == child.arn
    assert output["execution"]["Name"] == child.name
    assert output["execution"]["Input"] == {"a": 1}
    assert output["machine"] == child.state_machine_arn


def test_express_children_have_no_history(execute, distributed, map_runs):
    execute(distributed(kind="EXPRESS"), [1], map_runs=map_runs)
    assert [child.history for child in map_runs.children] == [None]
    assert map_runs.runs[0].express


def test_express_children_end_after_five_minutes(execute, distributed, map_runs):
    definition = distributed({"Type": "Wait", "Seconds": 301}, "EXPRESS", ToleratedFailureCount=1)
    ran = execute(definition, [1], map_runs=map_runs)
    assert map_runs.children[0].status == "TIMED_OUT"
    assert map_runs.runs[0].item_counts.timed_out == 1
    assert ran.lasted_s == pytest.approx(300)


@pytest.mark.parametrize(
    ("items", "source", "key"), [([7], "STATE_DATA", None), ({"k": 7}, "STATE_DATA", "k")]
)
def test_the_selector_sees_where_an_item_is_from(execute, distributed, items, source, key):
    selector = {"item.$": "$$.Map.Item", "all.$": "$.items"}
    ran = execute(distributed(ItemsPath="$.items", ItemSelector=selector), {"items": items})
    expected = {"Index": 0, "Value": 7, "Source": source}
    if key:
        expected["Key"] = key
    assert ran.result.output == [{"item": expected, "all": items}]


@pytest.mark.parametrize(
    ("key", "content", "configuration", "expected"),
    [
        ("a.json", [1, {"b": None}], {"InputType": "JSON"}, [1, {"b": None}]),
        ("a.json", {"d": {"l": [1, 2]}}, {"InputType": "JSON", "ItemsPointer": "/d/l"}, [1, 2]),
        ("a.jsonl", "1\n2\n", {"InputType": "JSONL"}, [1, 2]),
        ("a.json", [1, 2, 3], {"InputType": "JSON", "MaxItems": 2}, [1, 2]),
        (
            "a.csv",
            "x,y\n1,2\n",
            {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            [{"x": "1", "y": "2"}],
        ),
        (
            "a.csv",
            "1|2\n",
            {
                "InputType": "CSV",
                "CSVHeaderLocation": "GIVEN",
                "CSVHeaders": ["x", "y"],
                "CSVDelimiter": "PIPE",
            },
            [{"x": "1", "y": "2"}],
        ),
    ],
)
def test_items_are_read_from_an_object(
    execute, distributed, storage, key, content, configuration, expected
):
    put(storage, key, content)
    ran = execute(distributed(ItemReader=reader(key, **configuration)), {}, storage=storage)
    assert ran.result.output == expected
    assert ran.events[2]["mapStateStartedEventDetails"] == {"length": 0}


def test_listed_objects_are_items_page_after_page(execute, distributed, storage):
    for name in ("l/1", "l/2", "l/3", "m/1"):
        put(storage, name, name)
    listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "data", "Prefix.$": "$.prefix"},
    }
    ran = execute(distributed(ItemReader=listing), {"prefix": "l/"}, storage=storage)
    assert [item["Key"] for item in ran.result.output] == ["l/1", "l/2", "l/3"]
    assert ran.result.output[0] == {
        "Etag": '"5"',
        "Key": "l/1",
        "LastModified": 1.7e9,
        "Size": 5,
        "StorageClass": "STANDARD",
    } | {"Etag": '"3"', "Size": 3}


def test_listed_objects_can_be_read_for_their_items(execute, distributed, storage):
    put(storage, "l/1", "1\n2\n")
    put(storage, "l/2", "3\n")
    listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"},
        "Parameters": {"Bucket": "data", "Prefix": "l/"},
    }
    selector = {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"}
    ran = execute(distributed(ItemReader=listing, ItemSelector=selector), {}, storage=storage)
    assert ran.result.output == [
        {"v": 1, "s": "S3://data/l/1"},
        {"v": 2, "s": "S3://data/l/1"},
        {"v": 3, "s": "S3://data/l/2"},
    ]


@pytest.mark.parametrize(
    ("key", "configuration", "cause"),
    [
        ("none", {"InputType": "JSON"}, "The specified key does not exist."),
        ("object", {"InputType": "JSON"}, "Attempting to map over non-iterable node."),
        (
            "twice.csv",
            {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "CSV headers cannot contain duplicates.",
        ),
        (
            "array",
            {"InputType": "JSON", "MaxItemsPath": "$.minus"},
            "field MaxItems must be positive",
        ),
        (
            "array",
            {"InputType": "JSON", "MaxItemsPath": "$.text"},
            "The MaxItemsPath field refers to value 'x' which is not a valid integer: $.text",
        ),
    ],
)
def test_what_cannot_be_read_fails_the_map_run(
    execute, distributed, storage, key, configuration, cause
):
    put(storage, "array", [1])
    put(storage, "object", {"a": 1})
    put(storage, "twice.csv", "a,a\n1,2\n")
    ran = execute(
        distributed(ItemReader=reader(key, **configuration)),
        {"minus": -1, "text": "x"},
        storage=storage,
    )
    assert (ran.result.error, ran.result.cause) == ("States.ItemReaderFailed", cause)
    assert ran.types[2:] == [
        "MapStateStarted",
        "MapRunStarted",
        "MapRunFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    assert ran.events[4]["mapRunFailedEventDetails"] == {
        "error": "States.ItemReaderFailed",
        "cause": cause,
    }


def test_batches_are_the_children_s_inputs(execute, distributed, map_runs):
    batcher = {"MaxItemsPerBatchPath": "$.size", "BatchInput": {"size.$": "$.size"}}
    ran = execute(
        distributed(ItemsPath="$.items", ItemBatcher=batcher),
        {"items": [1, 2, 3], "size": 2},
        map_runs=map_runs,
    )
    assert ran.result.output == [
        {"BatchInput": {"size": 2}, "Items": [1, 2]},
        {"BatchInput": {"size": 2}, "Items": [3]},
    ]
    (run,) = map_runs.runs
    assert (run.item_counts.succeeded, run.execution_counts.succeeded) == (3, 2)


FAIL = {"Type": "Fail", "Error": "E", "Cause": "C"}


def test_the_first_failure_fails_a_map_run_that_bears_none(execute, distributed, map_runs):
    ran = execute(distributed(FAIL, MaxConcurrency=1), [1, 2, 3], map_runs=map_runs)
    assert ran.result.error == "States.ExceedToleratedFailureThreshold"
    assert ran.result.cause == "The specified tolerated failure threshold was exceeded"
    assert ran.types[4:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    (run,) = map_runs.runs
    assert run.status == "FAILED"
    assert (run.item_counts.failed, run.item_counts.pending, run.item_counts.total) == (1, 2, 3)


@pytest.mark.parametrize(
    ("fields", "failures", "is_borne"),
    [
        ({"ToleratedFailureCount": 2}, 2, True),
        ({"ToleratedFailureCount": 1}, 2, False),
        ({"ToleratedFailurePercentage": 50}, 2, True),
        ({"ToleratedFailurePercentage": 49.9}, 2, False),
        ({"ToleratedFailurePercentage": 100}, 4, True),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 25}, 2, False),
        ({"ToleratedFailureCountPath": "$.n"}, 2, True),
        ({"ToleratedFailurePercentagePath": "$.p"}, 1, True),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_failures_are_borne_up_to_the_threshold(
    execute, distributed, storage, fields, failures, is_borne, is_known
):
    def answer(request, _clock):
        if request.parameters < failures:
            raise TaskFailed("E", "C")
        return request.parameters

    items = [0, 1, 2, 3]
    put(storage, "items", items)
    where = (
        {"ItemsPath": "$.items"} if is_known else {"ItemReader": reader("items", InputType="JSON")}
    )
    data = {"n": 2, "p": 25.0, "items": items}
    ran = execute(distributed(TASK, **where, **fields), data, answer, storage=storage)
    assert (ran.result.status == "SUCCEEDED") == is_borne
    if is_borne:
        records, results = ran.result.output[:failures], ran.result.output[failures:]
        assert results == list(range(failures, 4))
        assert {(each["Status"], each["Error"], each["Cause"]) for each in records} == {
            ("FAILED", "E", "C")
        }


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        (
            {"ToleratedFailureCountPath": "$.x"},
            'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer'
            ": $.x",
        ),
        ({"ToleratedFailureCountPath": "$.minus"}, "ToleratedFailureCount cannot be negative."),
        (
            {"ToleratedFailurePercentagePath": "$.x"},
            'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid '
            "float: $.x",
        ),
        (
            {"ToleratedFailurePercentagePath": "$.much"},
            "ToleratedFailurePercentage must be between 0 and 100.",
        ),
        (
            {"MaxConcurrencyPath": "$.minus"},
            "Expected non-negative integer for MaxConcurrency, got '-1' instead.",
        ),
    ],
)
def test_bounds_that_are_none_end_the_execution(execute, distributed, fields, cause):
    data = {"x": "x", "minus": -1, "much": 101, "items": [1]}
    ran = execute(distributed(ItemsPath="$.items", **fields), data)
    assert ran.result.error == "States.Runtime"
    assert ran.result.cause.endswith(f"(entered at the event id #2). {cause}")
    assert "MapRunStarted" not in ran.types


def test_running_children_are_aborted_when_the_threshold_is_exceeded(
    execute, distributed, map_runs
):
    async def answer(request, clock):
        if request.parameters == 1:
            await clock.sleep(5)
            raise TaskFailed("E", "")
        await clock.sleep(60)

    ran = execute(distributed(TASK, MaxConcurrency=3), [0, 1, 2, 3], answer, map_runs=map_runs)
    assert ran.result.error == "States.ExceedToleratedFailureThreshold"
    assert ran.lasted_s == pytest.approx(5)
    assert [child.status for child in map_runs.children] == ["ABORTED", "FAILED", "ABORTED"]
    assert map_runs.children[0].history.events[-1]["type"] == "ExecutionAborted"
    counts = map_runs.runs[0].item_counts
    assert (counts.aborted, counts.failed, counts.pending, counts.total) == (2, 1, 1, 4)


def test_results_are_written_even_of_a_map_run_that_fails(execute, distributed, storage):
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "data", "Prefix": "out"},
    }
    definition = distributed(FAIL, MaxConcurrency=1, ResultWriter=writer)
    ran = execute(definition, [1, 2], storage=storage)
    assert ran.result.error == "States.ExceedToleratedFailureThreshold"
    (folder,) = {key.rpartition("/")[0] for _, key in storage.objects}
    manifest = json.loads(storage.objects["data", f"{folder}/manifest.json"])
    written = {
        name: [len(json.loads(storage.objects["data", file["Key"]])) for file in files]
        for name, files in manifest["ResultFiles"].items()
    }
    assert written == {"FAILED": [1], "PENDING": [1], "SUCCEEDED": []}


def test_a_bucket_that_cannot_be_written_fails_the_map(execute, distributed, storage):
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "readonly"},
    }
    ran = execute(distributed(ResultWriter=writer), [1], storage=storage)
    assert (ran.result.error, ran.result.cause) == ("States.ResultWriterFailed", "Access Denied")


def test_a_result_that_no_state_can_have_is_not_gathered(execute, distributed):
    processor = {"Type": "Pass", "Result": "x" * 10_000}
    ran = execute(distributed(processor), list(range(30)))
    assert ran.result.error == "States.DataLimitExceeded"
    assert ran.result.cause == (
        "The state/task 'M' returned a result with a size exceeding the maximum number of bytes "
        "service limit."
    )


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=12),
    st.integers(0, 4),
    st.none() | st.integers(0, 3),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(0, 6),
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counts_add_up_and_results_are_in_order(
    execute, distributed, new_map_runs, work, concurrency, tolerated, batch, bound
):
    map_runs = new_map_runs()

    async def answer(request, clock):
        given = request.parameters["Items"] if batch else [request.parameters]
        await clock.sleep(max(seconds for seconds, _ in given))
        if any(fails for _, fails in given):
            raise TaskFailed("E", "")
        return request.parameters

    fields: dict[str, Any] = {"MaxConcurrency": concurrency}
    if batch:
        fields["ItemBatcher"] = {"MaxItemsPerBatch": batch}
    if tolerated is not None:
        fields["ToleratedFailureCount"] = tolerated
    items = [list(each) for each in work][: bound or None]
    ran = execute(distributed(TASK, **fields), items, answer, map_runs=map_runs)

    (run,) = map_runs.runs
    counts = run.item_counts
    assert counts.total == len(items)
    assert counts.running == map_runs.running == 0
    assert concurrency == 0 or map_runs.most_running <= concurrency
    failed = counts.failed + counts.timed_out
    assert (ran.result.status == "SUCCEEDED") == (failed <= (tolerated or 0))
    if ran.result.status == "SUCCEEDED":
        assert counts.pending == counts.aborted == 0
        inputs = [
            json.loads(entry["Input"]) if isinstance(entry, dict) and "Status" in entry else entry
            for entry in ran.result.output
        ]
        flat = [item for each in inputs for item in each["Items"]] if batch else inputs
        assert flat == items


def test_an_input_that_no_execution_can_have_fails_the_map(execute, distributed, storage):
    put(storage, "items", ["x" * 262_200])
    storage.chunk_bytes = 4096
    ran = execute(distributed(ItemReader=reader("items", InputType="JSON")), {}, storage=storage)
    assert ran.result.error == "States.DataLimitExceeded"


def test_objects_of_a_manifest_are_read_one_after_the_other(execute, distributed, storage):
    storage.objects["reports", "1.csv"] = b'"data","a"\n"data","b"\n'
    storage.objects["reports", "2.csv"] = b'"data","c"\n'
    manifest = {
        "destinationBucket": "arn:aws:s3:::reports",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key",
        "files": [{"key": "1.csv"}, {"key": "2.csv"}],
    }
    put(storage, "manifest.json", manifest)
    ran = execute(
        distributed(ItemReader=reader("manifest.json", InputType="MANIFEST")), {}, storage=storage
    )
    assert ran.result.output == [{"Bucket": "data", "Key": key} for key in "abc"]


def test_a_query_s_results_are_read_by_their_manifest(execute, distributed, storage):
    put(storage, "1.jsonl", '{"a":1}\n')
    put(storage, "2.jsonl", '{"a":2}\n{"a":3}\n')
    put(storage, "manifest.csv", "s3://data/1.jsonl\ns3://data/2.jsonl\n")
    configuration = {"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}
    ran = execute(
        distributed(ItemReader=reader("manifest.csv", **configuration)), {}, storage=storage
    )
    assert ran.result.output == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_a_map_run_that_is_updated_goes_by_it_at_once(execute, distributed, map_runs):
    async def answer(request, clock):
        if request.parameters == 0:
            await clock.sleep(1)
            map_runs.runs[0].update(max_concurrency=3)
        await clock.sleep(10)

    definition = distributed(TASK, MaxConcurrency=1)
    ran = execute(definition, [0, 1, 2], answer, map_runs=map_runs)
    assert ran.result.status == "SUCCEEDED"
    assert ran.lasted_s == pytest.approx(11)
    assert map_runs.most_running == 3


def test_a_map_run_is_aborted_with_the_branch_that_it_is_in(execute, distributed, map_runs):
    slow = distributed({"Type": "Wait", "Seconds": 60})
    failing = {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": FAIL},
    }
    state = {"Type": "Parallel", "Branches": [slow, failing], "End": True}
    ran = execute({"StartAt": "S", "States": {"S": state}}, [1, 2], map_runs=map_runs)
    assert ran.types[-5:] == [
        "FailStateEntered",
        "MapRunAborted",
        "MapStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    assert map_runs.runs[0].status == "ABORTED"
    assert [child.status for child in map_runs.children] == ["ABORTED", "ABORTED"]


def test_a_map_within_a_child_is_of_the_same_machine(execute, distributed, map_runs):
    inner = distributed(Label="Inner")["States"]["M"]
    processor = inner["ItemProcessor"]
    processor["StartAt"] = "Q"
    processor["States"] = {"Q": processor["States"]["P"]}
    ran = execute(distributed(inner, Label="Outer"), [[1, 2], [3]], map_runs=map_runs)
    assert ran.result.output == [[1, 2], [3]]
    machine = MACHINE.format("stateMachine")
    labels = [run.state_machine_arn for run in map_runs.runs]
    assert labels == [f"{machine}/Outer", f"{machine}/Inner", f"{machine}/Inner"]
    outer = [child.arn for child in map_runs.children if "/Outer" in child.arn]
    assert [run.execution_arn for run in map_runs.runs[1:]] == outer
