"""The probe against the real stack: its figures, its time, and that it leaves nothing."""

import json

import pytest
import redis

from bench.probe import BackEnd, ProbeError, back_end_of, blocked_conclusions, probe
from bench.probe.service import ALL_TRAITS, MB
from sim.stack import Deployment

LIMIT_S = 30.0
"""Of one probe on a machine that others use as well; 6 to 7 s alone."""


def everything(deployment):
    """The names of all that the probed services hold; of the cache, what a probe would leave."""
    s3, sqs = deployment.client("s3"), deployment.client("sqs")
    sns, dynamodb = deployment.client("sns"), deployment.client("dynamodb")
    with redis.Redis.from_url(deployment.redis_url) as cache:
        keys = cache.keys("firstwrite-probe-*")
    return {
        "buckets": sorted(each["Name"] for each in s3.list_buckets()["Buckets"]),
        "queues": sorted(sqs.list_queues()["QueueUrls"]),
        "topics": sorted(each["TopicArn"] for each in sns.list_topics()["Topics"]),
        "tables": sorted(dynamodb.list_tables()["TableNames"]),
        "keys": keys,
    }


@pytest.mark.integration
def test_the_stack_is_measured_and_left_as_it_was(deployment, monkeypatch):
    # On a busy machine the last throughput would otherwise be left out.
    monkeypatch.setattr("bench.probe.measurement.WHOLE_S", LIMIT_S)
    before = everything(deployment)
    steps = []
    found = probe(back_end_of(deployment), lambda *step: steps.append(step))
    assert found.took_s < LIMIT_S
    assert everything(deployment) == before
    assert before["keys"] == []
    assert steps[0] == (0, 25, "S3: size limits")
    assert steps[-1] == (25, 25, "DynamoDB: throughput")
    assert [each.traits for each in found.services] == list(ALL_TRAITS)
    for service in found.services:
        assert not service.takes_more
        assert [each.size_bytes for each in service.latencies] == list(service.traits.latency_bytes)
        for latency in service.latencies:
            assert 0 < latency.client_ms < 1000
            assert latency.median_ms > 0.01
            assert (latency.body_sha256_ms is not None) == (service.traits.name == "S3")
        assert service.throughput.alone_per_s > 1
        assert service.throughput.failed_calls == 0
    s3 = found.services[0]
    # LocalStack is slower than a server that does nothing, and longer at 6 MB than at 256 KB.
    assert s3.latencies[2].back_end_ms > s3.latencies[0].back_end_ms > 0
    assert s3.latencies[2].body_sha256_ms < s3.latencies[2].client_ms
    # moto takes items of 405,000 bytes, AWS of 409,600.
    assert {each.traits.name for each in found.takes_less} <= {"DynamoDB"}
    assert json.dumps(found.to_json())
    assert not [each for each in blocked_conclusions(found) if "compared" in each.statement]


@pytest.mark.integration
@pytest.mark.parametrize("step", [1, 14, 28, 48], ids=lambda step: f"step {step}")
def test_ctrl_c_leaves_nothing(deployment, monkeypatch, step):
    monkeypatch.setattr("bench.probe.measurement.WHOLE_S", 0.0)
    before = everything(deployment)
    seen = []

    def interrupted(*progress):
        seen.append(progress)
        if len(seen) == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        probe(back_end_of(deployment), interrupted)
    assert everything(deployment) == before


@pytest.mark.integration
def test_a_back_end_without_a_cache_is_probed_without_it(deployment, monkeypatch):
    monkeypatch.setattr("bench.probe.measurement.WHOLE_S", 0.0)
    back_end = back_end_of(deployment)
    found = probe(BackEnd(back_end.endpoint_urls, None))
    assert [each.traits.name for each in found.services] == ["S3", "SQS", "SNS", "DynamoDB"]
    # With no time left, each size is called once more than to open the connection.
    assert {each.repeats for service in found.services for each in service.latencies} == {1}
    assert all(service.throughput is None for service in found.services)
    unknown = [each for each in blocked_conclusions(found) if "not known" in each.statement]
    assert len(unknown) == 4


@pytest.mark.integration
def test_a_cache_that_does_not_answer_ends_the_probe_and_leaves_nothing(deployment, monkeypatch):
    monkeypatch.setattr("bench.probe.measurement.WHOLE_S", 0.0)
    before = everything(deployment)
    back_end = BackEnd(back_end_of(deployment).endpoint_urls, "redis://127.0.0.1:9/0")
    with pytest.raises(ProbeError, match="Redis cannot be probed"):
        probe(back_end)
    assert everything(deployment) == before


def test_a_server_that_does_not_answer_is_named():
    nowhere = dict.fromkeys(("s3", "sqs", "sns", "dynamodb"), "http://127.0.0.1:9")
    with pytest.raises(ProbeError, match="S3 cannot be probed"):
        probe(BackEnd(nowhere, "redis://127.0.0.1:9/0"))


def test_endpoints_are_chosen_as_the_sdk_does_it():
    deployment = Deployment(
        outputs={},
        api_key="",
        region="eu-west-1",
        endpoint_urls={
            "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
            "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000",
        },
    )
    found = back_end_of(deployment)
    assert found.endpoint_urls["s3"] == "http://127.0.0.1:4566"
    assert found.endpoint_urls["dynamodb"] == "http://127.0.0.1:8000"
    assert (found.redis_url, found.region) == (None, "eu-west-1")


def test_aws_itself_is_not_probed():
    with pytest.raises(ProbeError, match="no endpoint for s3, sqs, sns, dynamodb"):
        back_end_of(Deployment(outputs={}, api_key="", region="us-east-1"))


def test_the_largest_record_is_among_the_sizes_of_both_stores():
    stores = [traits for traits in ALL_TRAITS if traits.stores_records]
    assert [traits.name for traits in stores] == ["S3", "Redis"]
    assert {traits.latency_bytes[-1] for traits in stores} == {6 * MB}
