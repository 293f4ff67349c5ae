import hashlib

import pytest
from aggregate import open_aggregate
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from errors import (
    BranchIncompleteError,
    InvalidExecutionInputError,
    MetadataConflictError,
    MetadataRowMissingError,
)
from metadata import open_metadata

PAYLOAD = b"record"
KEY = "2026/01/31/22/30/05/id-1"


@pytest.fixture
def metadata(aws):
    return open_metadata(aws.environment)


@pytest.fixture
def aggregate(aws):
    return open_aggregate(aws.environment)


@pytest.fixture
def references(aws):
    return {
        "S3Reference": f"s3://{aws.environment['ARCHIVE_BUCKET']}/{KEY}",
        "metaDataReference": f"dynamodb://{aws.environment['METADATA_TABLE']}/id-1",
    }


@pytest.fixture(params=["redis", "s3"])
def message(request, make_input, references):
    if request.param == "redis":
        return make_input(PAYLOAD, redis="message:id-1")
    return make_input(PAYLOAD, s3=references["S3Reference"])


@pytest.fixture
def delivered(message, references):
    """The aggregate task's input after three branches that delivered."""
    return {
        **message,
        "branches": {
            "announce": {"delivered": True},
            "archive": {"delivered": True, "S3Reference": references["S3Reference"]},
            "metadata": {"delivered": True, "metaDataReference": references["metaDataReference"]},
        },
    }


def text_or_null(value):
    return {"NULL": True} if value is None else {"S": value}


def row(message, references, *, completed):
    context = message["storageContext"]
    s3_reference = references["S3Reference"] if completed else context["S3Reference"]
    return {
        "messageID": {"S": "id-1"},
        **{name: {"S": value} for name, value in message["messageMetaData"].items()},
        "payloadBytes": {"N": str(len(PAYLOAD))},
        "payloadSHA256": {"S": hashlib.sha256(PAYLOAD).hexdigest()},
        "redisReference": text_or_null(context["redisReference"]),
        "S3Reference": text_or_null(s3_reference),
        "metaDataReference": {"S": references["metaDataReference"]},
        "persistenceS3": {"BOOL": completed},
        "persistenceMetaData": {"BOOL": True},
        "state": {"S": "COMPLETED" if completed else "RECEIVED"},
    }


def test_metadata_writes_the_row_of_a_received_message(metadata, aws, message, references):
    assert metadata.store(message) == {"metaDataReference": references["metaDataReference"]}
    assert aws.row("id-1") == row(message, references, completed=False)


def test_aggregate_sets_both_flags_and_all_references(
    metadata, aggregate, aws, message, delivered, references
):
    metadata.store(message)
    assert aggregate.complete(delivered) == {
        "storageContext": {
            "redisReference": message["storageContext"]["redisReference"],
            **references,
            "persistence": {"S3": True, "metaData": True},
        }
    }
    assert aws.row("id-1") == row(message, references, completed=True)


def test_repeated_tasks_leave_a_completed_row_completed(
    metadata, aggregate, aws, message, delivered, references
):
    metadata.store(message)
    first = aggregate.complete(delivered)
    assert metadata.store(message) == {"metaDataReference": references["metaDataReference"]}
    assert aggregate.complete(delivered) == first
    assert aws.row("id-1") == row(message, references, completed=True)


def test_row_of_another_payload_is_not_overwritten(metadata, aws, message, make_input):
    metadata.store(message)
    before = aws.row("id-1")
    with pytest.raises(MetadataConflictError, match="id-1"):
        metadata.store(make_input(b"another record", redis="message:id-1"))
    assert aws.row("id-1") == before


@pytest.mark.parametrize("branch", ["archive", "metadata"])
@pytest.mark.parametrize(
    "result", [None, {}, {"delivered": False, "error": "States.Timeout"}, "wrong"]
)
def test_branch_that_did_not_deliver_is_an_error_and_the_row_stays(
    metadata, aggregate, aws, message, delivered, branch, result
):
    metadata.store(message)
    before = aws.row("id-1")
    with pytest.raises(BranchIncompleteError, match=branch):
        aggregate.complete({**delivered, "branches": {**delivered["branches"], branch: result}})
    assert aws.row("id-1") == before


@pytest.mark.parametrize(
    ("branch", "name"), [("archive", "S3Reference"), ("metadata", "metaDataReference")]
)
def test_branch_that_delivered_another_message_is_an_error(
    metadata, aggregate, message, delivered, branch, name
):
    metadata.store(message)
    delivered["branches"][branch][name] += "0"
    with pytest.raises(BranchIncompleteError, match=branch):
        aggregate.complete(delivered)


def test_no_branches_at_all_is_an_error(aggregate, message):
    with pytest.raises(BranchIncompleteError):
        aggregate.complete(message)


def test_aggregate_makes_no_row_of_its_own(aggregate, aws, delivered):
    with pytest.raises(MetadataRowMissingError, match="id-1"):
        aggregate.complete(delivered)
    assert aws.row("id-1") is None


def test_unfit_input_is_an_error(metadata, aggregate):
    for task in (metadata.store, aggregate.complete):
        with pytest.raises(InvalidExecutionInputError):
            task({"statusCode": 500})


@pytest.mark.parametrize("method", ["put_item", "update_item"])
def test_refusal_of_dynamodb_reaches_the_state_machine(
    metadata, aggregate, message, delivered, method
):
    table = (metadata if method == "put_item" else aggregate).table
    with Stubber(table.client) as stub:
        stub.add_client_error(method, "ProvisionedThroughputExceededException")
        with pytest.raises(ClientError, match="ProvisionedThroughput"):
            metadata.store(message) if method == "put_item" else aggregate.complete(delivered)
