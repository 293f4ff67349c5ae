"""S3 as distributed maps read and write it, against botocore's service model."""

import asyncio
import datetime
import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from sim.states_service import S3Storage
from statemachine.storage import StorageError


@pytest.fixture
def stub() -> Iterator[Any]:
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def storage(stub: Any) -> Iterator[S3Storage]:
    made = S3Storage(lambda service: {"s3": stub.client}[service])
    yield made
    made.close()


def _whole(values: Any) -> list[Any]:
    async def gather() -> list[Any]:
        return [value async for value in values]

    return asyncio.run(gather())


def test_an_object_is_read_in_pieces(stub: Any, storage: S3Storage) -> None:
    content = bytes(range(256)) * 3_000
    body = StreamingBody(io.BytesIO(content), len(content))
    address = {"Bucket": "b", "Key": "k", "VersionId": "v"}
    stub.add_response("get_object", {"Body": body}, address)
    pieces = _whole(storage.get_object(address))
    assert b"".join(pieces) == content
    assert len(pieces) > 1


def test_a_listing_is_followed_from_page_to_page(stub: Any, storage: S3Storage) -> None:
    modified = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    entry = {"Size": 3, "ETag": '"e"', "LastModified": modified, "StorageClass": "STANDARD_IA"}
    asked = {"Bucket": "b", "Prefix": "p/"}
    stub.add_response(
        "list_objects_v2",
        {"Contents": [{"Key": "p/1", **entry}], "IsTruncated": True, "NextContinuationToken": "t"},
        asked,
    )
    stub.add_response(
        "list_objects_v2",
        {"Contents": [{"Key": "p/2", **entry}], "IsTruncated": False},
        {**asked, "ContinuationToken": "t"},
    )
    found = [each for page in _whole(storage.list_objects(asked)) for each in page]
    assert [each.key for each in found] == ["p/1", "p/2"]
    assert (found[0].size_bytes, found[0].etag, found[0].storage_class) == (3, '"e"', "STANDARD_IA")
    assert found[0].last_modified_s == int(modified.timestamp())


def test_an_object_is_stored_once_it_is_whole(stub: Any, storage: S3Storage) -> None:
    stored: list[bytes] = []

    def keep(params: Any, **_: Any) -> None:
        stored.append(params["Body"].read())
        params["Body"].seek(0)

    stub.client.meta.events.register("provide-client-params.s3.PutObject", keep)
    stub.add_response("put_object", {}, {"Bucket": "b", "Key": "k", "Body": ANY})

    async def write() -> None:
        writer = storage.put_object({"Bucket": "b", "Key": "k"})
        await writer.write(b"[1")
        await writer.write(b"]")
        await writer.close()
        writer.discard()

    asyncio.run(write())
    assert stored == [b"[1]"]


def test_a_refusal_is_told_as_step_functions_tells_it(stub: Any, storage: S3Storage) -> None:
    stub.add_client_error(
        "get_object", "NoSuchKey", "The specified key does not exist.", http_status_code=404
    )
    with pytest.raises(StorageError) as caught:
        _whole(storage.get_object({"Bucket": "b", "Key": "k"}))
    assert caught.value.cause.startswith(
        "The specified key does not exist. (Service: Amazon S3; Status Code: 404; "
        "Error Code: NoSuchKey; Request ID: "
    )


def test_parameters_that_the_api_has_not_are_told(stub: Any, storage: S3Storage) -> None:
    stub.deactivate()  # the parameters are looked at before anything is sent
    with pytest.raises(StorageError, match="Colour"):
        _whole(storage.get_object({"Bucket": "b", "Key": "k", "Colour": "red"}))
