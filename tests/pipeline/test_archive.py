import base64
import hashlib
import json

import pytest
from archive import open_archive
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from errors import (
    ArchiveMismatchError,
    ArchiveObjectMissingError,
    InvalidExecutionInputError,
    PayloadExpiredError,
    PayloadMismatchError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

PAYLOAD = b"\x00a planted marker\xff" * 50
KEY = "2026/01/31/22/30/05/id-1"


def checksum(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@pytest.fixture
def archive(aws):
    return open_archive(aws.environment)


@pytest.fixture
def redis_first(make_input):
    return make_input(PAYLOAD, redis="message:id-1")


@pytest.fixture
def s3_first(make_input, aws):
    return make_input(PAYLOAD, s3=f"s3://{aws.environment['ARCHIVE_BUCKET']}/{KEY}")


def put(aws, content):
    aws.s3.put_object(
        Bucket=aws.environment["ARCHIVE_BUCKET"],
        Key=KEY,
        Body=content,
        ChecksumAlgorithm="SHA256",
    )


def test_payload_is_copied_from_the_cache_under_the_messages_own_time(
    archive, aws, redis, redis_first
):
    redis.set("message:id-1", PAYLOAD)
    result = archive.store(redis_first)
    assert result == {"S3Reference": f"s3://{aws.environment['ARCHIVE_BUCKET']}/{KEY}"}
    assert aws.keys("ARCHIVE_BUCKET") == [KEY]
    assert aws.object("ARCHIVE_BUCKET", KEY) == PAYLOAD
    assert redis.get("message:id-1") == PAYLOAD


def test_repeated_copy_changes_nothing(archive, aws, redis, redis_first):
    redis.set("message:id-1", PAYLOAD)
    assert archive.store(redis_first) == archive.store(redis_first)
    assert aws.keys("ARCHIVE_BUCKET") == [KEY]


def test_object_that_ingest_wrote_is_confirmed_and_not_written_again(archive, aws, s3_first):
    put(aws, PAYLOAD)
    writes = []
    archive.bucket.client.meta.events.register(
        "before-call.s3.PutObject", lambda **call: writes.append(call)
    )
    assert archive.store(s3_first) == {
        "S3Reference": s3_first["storageContext"]["S3Reference"],
    }
    assert writes == []


def test_payload_missing_in_the_cache_is_an_error(archive, aws, redis, redis_first):
    del redis
    with pytest.raises(PayloadExpiredError, match="message:id-1"):
        archive.store(redis_first)
    assert aws.keys("ARCHIVE_BUCKET") == []


def test_payload_that_expired_after_it_was_archived_is_no_error(archive, aws, redis, redis_first):
    del redis
    put(aws, PAYLOAD)
    assert archive.store(redis_first)["S3Reference"].endswith(KEY)


@pytest.mark.parametrize("content", [b"", b"x", PAYLOAD[:-1] + b"x"])
def test_other_bytes_in_the_cache_are_not_archived(archive, aws, redis, redis_first, content):
    redis.set("message:id-1", content)
    with pytest.raises(PayloadMismatchError) as raised:
        archive.store(redis_first)
    assert aws.keys("ARCHIVE_BUCKET") == []
    assert "planted" not in str(raised.value)


def test_object_that_is_missing_is_an_error(archive, s3_first):
    with pytest.raises(ArchiveObjectMissingError, match=KEY):
        archive.store(s3_first)


@pytest.mark.parametrize("content", [b"x", PAYLOAD[:-1] + b"x"])
def test_object_with_other_bytes_is_an_error(archive, aws, s3_first, content):
    put(aws, content)
    with pytest.raises(ArchiveMismatchError):
        archive.store(s3_first)


def test_object_without_a_checksum_is_an_error(archive, s3_first):
    with Stubber(archive.bucket.client) as stub:
        stub.add_response("head_object", {"ContentLength": len(PAYLOAD)})
        with pytest.raises(ArchiveMismatchError, match="None"):
            archive.store(s3_first)


def test_copy_whose_checksum_does_not_come_back_is_an_error(archive, redis, redis_first):
    redis.set("message:id-1", PAYLOAD)
    with Stubber(archive.bucket.client) as stub:
        stub.add_response(
            "put_object",
            {},
            {
                "Bucket": archive.bucket.name,
                "Key": KEY,
                "Body": PAYLOAD,
                "ChecksumAlgorithm": "SHA256",
                "ChecksumSHA256": checksum(PAYLOAD),
                "ContentType": "application/octet-stream",
            },
        )
        stub.add_response(
            "head_object", {"ContentLength": len(PAYLOAD), "ChecksumSHA256": checksum(b"other")}
        )
        with pytest.raises(ArchiveMismatchError):
            archive.store(redis_first)


@pytest.mark.parametrize(("method", "code"), [("put_object", "SlowDown"), ("head_object", "403")])
def test_refusal_of_s3_reaches_the_state_machine(archive, redis, redis_first, method, code):
    redis.set("message:id-1", PAYLOAD)
    with Stubber(archive.bucket.client) as stub:
        if method == "head_object":
            stub.add_response("put_object", {})
        stub.add_client_error(method, code, http_status_code=403)
        with pytest.raises(ClientError, match=code):
            archive.store(redis_first)


def test_cache_that_cannot_be_reached_reaches_the_state_machine(aws, redis_first):
    archive = open_archive({**aws.environment, "CACHE_PORT": "1"})
    with pytest.raises(RedisConnectionError):
        archive.store(redis_first)


def test_s3_first_never_opens_the_cache(aws, s3_first):
    put(aws, PAYLOAD)
    without_cache = {"ARCHIVE_BUCKET": aws.environment["ARCHIVE_BUCKET"]}
    assert open_archive(without_cache).store(s3_first)


def test_reference_to_another_object_is_refused(archive, make_input):
    with pytest.raises(InvalidExecutionInputError, match="S3Reference"):
        archive.store(make_input(PAYLOAD, s3="s3://elsewhere/key"))


def test_archive_logs_no_payload(archive, redis, redis_first, capfd):
    redis.set("message:id-1", PAYLOAD)
    archive.store(redis_first)
    (line,) = (json.loads(line) for line in capfd.readouterr().out.splitlines())
    assert line["event"] == "payload archived"
    assert "planted marker" not in json.dumps(line)
