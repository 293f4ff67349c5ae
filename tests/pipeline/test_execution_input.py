import hashlib

import pytest
from errors import InvalidExecutionInputError
from execution_input import ExecutionInput, Payload, StorageReferences, read_execution_input
from hypothesis import given
from hypothesis import strategies as st
from message import MessageMetaData

INPUT = ExecutionInput(
    message_id="id-1",
    meta_data=MessageMetaData("audit", "ledger", "tx-1", "2026-01-31T23:30:05+01:00"),
    payload=Payload(3, hashlib.sha256(b"abc").hexdigest()),
    references=StorageReferences(redis="message:id-1"),
)


@given(
    st.uuids().map(str),
    st.lists(st.text(min_size=1), min_size=3, max_size=3),
    st.binary(),
    st.booleans(),
)
def test_what_ingest_writes_is_what_the_tasks_read(message_id, texts, content, redis_first):
    written = ExecutionInput(
        message_id,
        MessageMetaData(*texts, "2026-01-31T23:30:05Z"),
        Payload(len(content), hashlib.sha256(content).hexdigest()),
        StorageReferences(redis="message:1") if redis_first else StorageReferences(s3="s3://b/k"),
    )
    assert read_execution_input(written.as_dict()) == written


def test_input_has_the_documented_shape():
    assert INPUT.as_dict() == {
        "messageID": "id-1",
        "messageMetaData": {
            "messageType": "audit",
            "sourceSystemID": "ledger",
            "sourceTransactionID": "tx-1",
            "dateTime": "2026-01-31T23:30:05+01:00",
        },
        "payload": {"bytes": 3, "sha256": hashlib.sha256(b"abc").hexdigest()},
        "storageContext": {
            "redisReference": "message:id-1",
            "S3Reference": None,
            "metaDataReference": None,
            "persistence": {"S3": False, "metaData": False},
        },
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("messageID", 1),
        ("messageMetaData", "text"),
        ("messageMetaData.dateTime", None),
        ("messageMetaData.dateTime", "yesterday"),
        ("payload", []),
        ("payload.bytes", "3"),
        ("payload.sha256", "abc"),
        ("payload.sha256", "A" * 64),
        ("storageContext.redisReference", 7),
    ],
)
def test_unfit_field_is_named(path, value):
    document = INPUT.as_dict()
    *parents, name = path.split(".")
    holder = document
    for parent in parents:
        holder = holder[parent]
    holder[name] = value
    with pytest.raises(InvalidExecutionInputError, match=path.split(".")[0]):
        read_execution_input(document)


@pytest.mark.parametrize("name", ["messageID", "messageMetaData", "payload", "storageContext"])
def test_missing_field_is_named(name):
    document = INPUT.as_dict()
    del document[name]
    with pytest.raises(InvalidExecutionInputError, match=f"{name}.* is missing"):
        read_execution_input(document)


@pytest.mark.parametrize("references", [(None, None), ("message:id-1", "s3://bucket/key")])
def test_payload_must_be_in_exactly_one_place(references):
    document = INPUT.as_dict()
    document["storageContext"].update(redisReference=references[0], S3Reference=references[1])
    with pytest.raises(InvalidExecutionInputError, match="both or none"):
        read_execution_input(document)
