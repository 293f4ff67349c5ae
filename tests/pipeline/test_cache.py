import pytest
import redis as redis_py
from botocore.stub import Stubber
from cache import Cache, CacheAddress, open_cache, secret_password
from errors import CacheSecretError, ConfigurationError, PayloadNotStoredError
from execution_input import Payload
from redis.exceptions import AuthenticationError, ReadOnlyError
from redis_payload_store import RedisPayloadStore, open_redis_payload_store

PAYLOAD = Payload(3, "0" * 64)


class Passwords:
    """Gives one password after the other and counts; the last one stays."""

    def __init__(self, *passwords):
        self.passwords = list(passwords)
        self.read = 0

    def __call__(self):
        self.read += 1
        return self.passwords.pop(0) if len(self.passwords) > 1 else self.passwords[0]


@pytest.fixture
def address(valkey):
    return CacheAddress(valkey.host, valkey.port, tls=False)


@pytest.fixture
def password(redis):
    return redis.connection_pool.connection_kwargs["password"]


def connections_received(redis):
    return redis.info("stats")["total_connections_received"]


def test_secret_is_read_once_and_one_connection_serves_all(address, password, redis):
    passwords = Passwords(password)
    cache = Cache(address, passwords, 1.0)
    assert passwords.read == 0
    cache.set("key", b"\x00\xff", 60)
    before = connections_received(redis)
    for _ in range(5):
        assert cache.get("key") == b"\x00\xff"
        assert cache.get("no such key") is None
    assert passwords.read == 1
    assert connections_received(redis) == before


def test_secret_is_read_again_when_it_has_rotated(address, password, redis):
    passwords = Passwords(password, "rotated")
    cache = Cache(address, passwords, 1.0)
    cache.set("key", b"old", 60)
    redis.config_set("requirepass", "rotated")
    try:
        redis.client_kill_filter(_type="normal", skipme=True)
        cache.set("key", b"new", 60)
        assert cache.get("key") == b"new"
    finally:
        redis.config_set("requirepass", password)
    assert passwords.read == 2


def test_refused_secret_is_read_once_an_invocation(address, password):
    passwords = Passwords("wrong", "wrong", password)
    cache = Cache(address, passwords, 1.0)
    for reads in (1, 2):
        with pytest.raises(AuthenticationError):
            cache.set("key", b"x", 60)
        assert passwords.read == reads
    cache.set("key", b"x", 60)
    assert passwords.read == 3


def test_connection_that_was_closed_meanwhile_is_opened_again(address, password, redis):
    passwords = Passwords(password)
    cache = Cache(address, passwords, 1.0)
    cache.set("key", b"a", 60)
    redis.client_kill_filter(_type="normal", skipme=True)
    cache.set("key", b"b", 60)
    assert (redis.get("key"), passwords.read) == (b"b", 1)


def test_node_that_lost_its_role_is_connected_to_anew_and_unavailable(address, password, redis):
    store = RedisPayloadStore(Cache(address, Passwords(password), 1.0), 60)
    store.put("1", "", b"abc", PAYLOAD)
    before = connections_received(redis)
    redis.replicaof("127.0.0.1", "1")
    try:
        with pytest.raises(PayloadNotStoredError) as raised:
            store.put("2", "", b"abc", PAYLOAD)
    finally:
        redis.replicaof("NO", "ONE")
    assert isinstance(raised.value.__cause__, ReadOnlyError)
    assert raised.value.unavailable
    assert connections_received(redis) == before + 1
    assert store.put("2", "", b"abc", PAYLOAD).redis == "message:2"


def test_full_cache_refuses_and_is_unavailable(address, password, redis):
    store = RedisPayloadStore(Cache(address, Passwords(password), 1.0), 60)
    redis.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(PayloadNotStoredError, match="OutOfMemory") as raised:
            store.put("1", "", b"x" * 2_000_000, PAYLOAD)
    finally:
        redis.config_set("maxmemory", "0")
    assert raised.value.unavailable
    assert redis.keys() == []


@pytest.mark.parametrize(
    ("passwords", "port", "unavailable"), [("right", 1, True), ("wrong", None, False)]
)
def test_cache_that_cannot_be_used_is_a_payload_that_is_not_stored(
    valkey, password, passwords, port, unavailable
):
    given = Passwords(password if passwords == "right" else "wrong")
    address = CacheAddress(valkey.host, port or valkey.port, tls=False)
    with pytest.raises(PayloadNotStoredError) as raised:
        RedisPayloadStore(Cache(address, given, 1.0), 60).put("1", "", b"abc", PAYLOAD)
    assert raised.value.unavailable is unavailable
    assert password not in str(raised.value)


def test_password_comes_from_the_secret_that_the_arn_names(aws, redis, monkeypatch):
    asked = []

    def recorded(client, secret_arn):
        asked.append(secret_arn)
        return secret_password(client, secret_arn)

    monkeypatch.setattr("cache.secret_password", recorded)
    cache = open_cache(aws.environment, 1.0)
    cache.set("key", b"x", 60)
    cache.set("key", b"y", 60)
    assert redis.get("key") == b"y"
    assert asked == [aws.environment["CACHE_SECRET_ARN"]]


@pytest.mark.parametrize(
    "secret", ["a-plain-password", "[]", "{}", '{"password": ""}', '{"password": 7}', "null"]
)
def test_secret_of_another_shape_is_an_error_that_does_not_tell_it(aws, secret):
    arn = aws.environment["CACHE_SECRET_ARN"]
    aws.secrets.put_secret_value(SecretId=arn, SecretString=secret)
    with pytest.raises(CacheSecretError) as raised:
        secret_password(aws.secrets, arn)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert "plain" not in str(raised.value)


def test_secret_that_cannot_be_read_is_a_payload_that_is_not_stored(aws):
    with Stubber(aws.secrets) as stub:
        stub.add_client_error("get_secret_value", "AccessDeniedException")
        with pytest.raises(CacheSecretError, match="AccessDenied"):
            secret_password(aws.secrets, "arn")
    store = open_redis_payload_store({**aws.environment, "CACHE_SECRET_ARN": "no-such-secret"})
    with pytest.raises(PayloadNotStoredError, match="ResourceNotFound") as raised:
        store.put("1", "", b"abc", PAYLOAD)
    assert raised.value.unavailable


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CACHE_HOST", ""),
        ("CACHE_PORT", "six"),
        ("CACHE_TLS", "yes"),
        ("CACHE_SECRET_ARN", ""),
        ("CACHE_TTL_SECONDS", "0"),
    ],
)
def test_variable_that_is_wrong_is_named_at_start(aws, name, value):
    with pytest.raises(ConfigurationError, match=name):
        open_redis_payload_store({**aws.environment, name: value})


def test_silent_cache_is_given_up(address, password, redis):
    cache = Cache(address, Passwords(password), 0.2)
    cache.set("key", b"x", 60)
    redis.client_pause(700)
    with pytest.raises(redis_py.exceptions.TimeoutError):
        cache.set("key", b"y", 60)
