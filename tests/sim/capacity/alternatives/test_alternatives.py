"""The alternatives: how their numbers react, and each bill added up once by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.capacity.alternatives import STATEMENT, alternatives
from sim.capacity.answer import Load, answer
from sim.latency.network import PRESETS

pytestmark = pytest.mark.usefixtures("kernel")

MONTH_S = 730 * 3600
NAMES = ("S3 Express One Zone first", "MemoryDB first", "upload by presigned URL", "Kinesis")


@pytest.fixture(scope="module")
def rows_of(design, around, prices):
    def rows(load: Load) -> dict[str, object]:
        return {row.name: row for row in alternatives(design, around, load, prices)}

    return rows


@pytest.fixture(scope="module")
def small(rows_of, steady_load):
    return rows_of(steady_load(5.0, 3_000, body_bytes=400_000))


@pytest.fixture(scope="module")
def large(rows_of, steady_load):
    return rows_of(steady_load(5.0, 3_000, body_bytes=4_000_000))


def test_each_row_says_what_it_is_what_breaks_first_and_what_it_gives_up(small):
    assert [name for name in NAMES if any(row.startswith(name) for row in small)] == list(NAMES)
    for row in small.values():
        assert row.statement == STATEMENT
        assert row.fates.acknowledged == 1
        assert list(row.blocking_ms) == ["p50", "p95", "p99"]
        assert list(row.blocking_ms.values()) == sorted(row.blocking_ms.values())
        assert row.first is not None
        assert row.gives_up
        assert row.confidence[0].startswith("latency of ")


def test_more_bytes_are_slower_and_dearer(small, large):
    for name, row in small.items():
        for percentile, wait_ms in row.blocking_ms.items():
            assert large[name].blocking_ms[percentile] > wait_ms
        assert large[name].bill.total > row.bill.total


def test_a_slower_sender_waits_longer_and_pays_the_same(rows_of, steady_load, small):
    load = replace(steady_load(5.0, 3_000, body_bytes=400_000), sender=PRESETS["home"])
    for name, row in rows_of(load).items():
        assert row.blocking_ms["p50"] > small[name].blocking_ms["p50"] + 100
        assert row.bill.total == pytest.approx(small[name].bill.total, rel=0.001)


def test_what_is_shared_with_s3_first_costs_what_it_costs_there(
    design, around, prices, steady_load, small
):
    load = steady_load(5.0, 3_000, body_bytes=400_000)
    shared = answer(design, "s3-first", around, load, prices).bill.by_component()
    for row in small.values():
        own = row.bill.by_component()
        for component in ("API Gateway", "Step Functions", "S3", "DynamoDB", "SNS"):
            assert own[component] == pytest.approx(shared[component], rel=1e-6)


def test_the_bills_of_the_stores_are_added_up_as_by_hand(small):
    messages = 5.0 * MONTH_S
    gb = messages * 400_000 * 0.75 / 2**30
    express = small["S3 Express One Zone first"].bill.by_component()["S3 Express"]
    assert express == pytest.approx(
        messages * (0.00113 + 0.00003) / 1000 + gb * (0.0032 + 0.0006) + gb * 24 / 730 * 0.11
    )
    memorydb = small["MemoryDB first"].bill.by_component()["MemoryDB"]
    # 5 records of 300 KB a second for an hour are 5.6 GB: one shard of 9.8 GiB, two nodes of it at
    # 0.309 $ an hour less 30 %; the first 10 TB written cost nothing.
    assert memorydb == pytest.approx(2 * 730 * 0.309 * 0.7)
    kinesis = next(row for name, row in small.items() if name.startswith("Kinesis"))
    # 1.5 MB/s need three shards at 70 %; 300 KB are 12 payload units.
    assert kinesis.bill.by_component()["Kinesis"] == pytest.approx(
        3 * 730 * 0.015 + messages * 12 * 0.014 / 1e6, rel=1e-6
    )
    presigned = small["upload by presigned URL"].bill
    invocations = next(
        line.quantity
        for line in presigned.lines
        if line.component == "Lambda ingest" and line.what == "requests"
    )
    assert invocations == pytest.approx(2 * messages)


def test_kinesis_is_told_off_for_large_records_and_memorydb_grows_with_the_load(small, large):
    stream = next(row for name, row in large.items() if name.startswith("Kinesis"))
    assert stream.first.name == "Kinesis records above 1 MiB"
    assert stream.first.share == pytest.approx(50)
    nodes = [
        next(line.quantity for line in rows["MemoryDB first"].bill.lines if "db." in line.what)
        for rows in (small, large)
    ]
    assert nodes[1] >= 5 * nodes[0]
    writes = {use.name: use for use in large["MemoryDB first"].limits}["MemoryDB writes"]
    assert writes.unit == "MB/s"
    # The busiest minute of 15 MB/s of payload, against 100 MB/s a shard.
    assert 14 < writes.used < 25
    assert writes.limit % 100 == 0


def test_only_a_presigned_url_takes_what_lambda_does_not(rows_of, steady_load):
    load = steady_load(2.0, 500, body_bytes=9_000_000)
    for name, row in rows_of(load).items():
        event = {use.name: use for use in row.limits}["Lambda event size"]
        assert (event.share > 1) == (name != "upload by presigned URL")
        if event.share > 1:
            assert row.first.share > 1
            assert not row.first.grows


def test_no_message_is_refused_with_a_reason(design, around, prices, steady_load):
    load = steady_load(1.0, 10)
    none = replace(load, arrivals=type(load.arrivals)(np.zeros(0), np.zeros(0, np.uint32)))
    with pytest.raises(ValueError, match="no messages"):
        alternatives(design, around, none, prices)
