"""The server that only acknowledges: real clients take its answers, and it outlives nobody."""

import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from bench.probe import acknowledger
from bench.probe.aws_services import DynamoDbTable, S3Bucket, SnsTopic, SqsQueue
from bench.probe.back_end import aws_client, redis_client
from bench.probe.call_timing import timing
from bench.probe.client_overhead import acknowledging_back_end, sha256_ms
from bench.probe.redis_keys import RedisKeys
from bench.probe.service import ALL_TRAITS, MB

AWS = {"s3": S3Bucket, "sqs": SqsQueue, "sns": SnsTopic, "dynamodb": DynamoDbTable}


@pytest.fixture(scope="module")
def back_end():
    with acknowledging_back_end("eu-west-1") as back_end:
        yield back_end


@pytest.mark.parametrize("kind", AWS)
def test_boto3_takes_the_answer_at_every_size(back_end, kind):
    service = AWS[kind](aws_client(kind, back_end.endpoint_urls[kind], back_end.region), "nowhere")
    for size in service.traits.latency_bytes:
        found = timing(service.prepared(size), repeats=3, limit_s=30, clock=time.perf_counter)
        assert found.repeats == 3
        # botocore waits for a whole second where a server leaves it without "100 Continue".
        assert found.median_ms < 900


def test_redis_py_takes_the_answer_at_every_size(back_end):
    with redis_client(back_end.redis_url) as client:
        service = RedisKeys(client, "nowhere")
        service.make()
        for size in service.traits.latency_bytes:
            service.prepared(size)()
        # Answers and commands are still in step.
        assert client.execute_command("SET", "a", "b") in (b"OK", True)


def test_every_probed_service_is_acknowledged():
    named = {*acknowledger.HTTP_ANSWERS, acknowledger.REDIS}
    assert named == {traits.name for traits in ALL_TRAITS}


def test_it_has_ended_after_the_block():
    with acknowledging_back_end("us-east-1") as back_end:
        address = urlsplit(back_end.redis_url)
        with socket.create_connection((address.hostname, address.port), timeout=5):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=5)


def test_it_ends_with_whoever_started_it():
    with subprocess.Popen(
        [sys.executable, "-I", acknowledger.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline().startswith(b"{")
        process.stdin.close()  # as the end of the other process does
        assert process.wait(5) == 0


def test_the_hash_of_more_takes_longer():
    small, large = (sha256_ms(size, time.perf_counter) for size in (MB // 4, 6 * MB))
    assert 0 < small < large < 1000
