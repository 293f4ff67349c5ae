"""A probe's JSON and its rows."""

import json
import numbers
from collections.abc import Iterator, Mapping

from bench.probe import (
    LATENCY_HEADINGS,
    LIMIT_HEADINGS,
    THROUGHPUT_HEADINGS,
    CallLatency,
    Probe,
    SizeLimits,
    SizeTrial,
    latency_rows,
    limit_rows,
    throughput_rows,
)
from bench.probe.service import DYNAMODB, KB, MB, S3
from tests.bench.probe.findings import faultless, service_probe, with_service


def leaves(value, name="") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


def test_json_holds_plain_values_with_their_units():
    written = faultless().to_json()
    assert json.loads(json.dumps(written)) == written
    countable = {"concurrency", "repeats", "scaling", "failed_calls"}
    found = list(leaves(written))
    assert len(found) > 100
    for name, value in found:
        if isinstance(value, numbers.Number) and not isinstance(value, bool):
            assert name in countable or name.endswith(("_ms", "_s", "_bytes", "_per_s")), name


def test_json_tells_each_service_by_its_name():
    written = faultless().to_json()
    assert list(written["services"]) == ["S3", "Redis", "SQS", "SNS", "DynamoDB"]
    s3 = written["services"]["S3"]
    assert [each["size_bytes"] for each in s3["latency"]] == [256 * KB, MB, 6 * MB]
    assert s3["latency"][0]["back_end_ms"] == 0.2 - 0.05
    assert s3["throughput"]["scaling"] == 3
    assert not s3["takes_less_than_aws"]


def test_what_was_not_measured_is_null():
    probe = with_service(service_probe(S3), latencies=(), throughput=None)
    written = probe.to_json()["services"]["S3"]
    assert (written["latency"], written["throughput"]) == ([], None)
    assert latency_rows(probe) == throughput_rows(probe) == []


def test_the_client_takes_no_more_than_the_whole_call():
    assert CallLatency(KB, 20, median_ms=1.0, p95_ms=None, client_ms=1.2).back_end_ms == 0


def test_a_service_that_takes_less_is_named():
    less = SizeLimits((SizeTrial(409_600, aws_takes=True, taken=False, answer="no"),), 405_000)
    other = service_probe(S3)
    found = with_service(service_probe(DYNAMODB), limits=less).services[0]
    assert Probe((other, found), 1.0).takes_less == (found,)
    assert limit_rows(Probe((found,), 1.0)) == [
        ("DynamoDB", "409,600", "409,600 refused", "takes less than AWS: 405,000")
    ]


def test_rows_are_as_wide_as_their_headings():
    probe = faultless()
    for rows, headings, count in (
        (limit_rows(probe), LIMIT_HEADINGS, 5),
        (latency_rows(probe), LATENCY_HEADINGS, 15),
        (throughput_rows(probe), THROUGHPUT_HEADINGS, 5),
    ):
        assert len(rows) == count
        assert {len(row) for row in rows} == {len(headings)}


def test_a_p95_and_a_hash_that_are_not_known_are_dashes():
    latency = CallLatency(MB, 3, 1000.0, None, client_ms=2.0)
    (row,) = latency_rows(with_service(service_probe(S3), latencies=(latency,)))
    assert row == ("S3", "1 MB", "1000.00", "-", "2.00", "-", "998.00")
