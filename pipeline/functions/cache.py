"""Connection to the Redis or Valkey cache, with the password from Secrets Manager.

Imported only by functions that use the cache: importing redis is a good part of a cold start.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ReadOnlyError
from redis.retry import Retry

import environment as env
from errors import CacheSecretError
from service_call import CallBudget, error_reason, make_client

Result = TypeVar("Result")

SECRET_BUDGET = CallBudget(connect_s=1.0, answer_s=0.75)

CONNECT_S = 0.5
RETRIES = 1
"""One more attempt on a new connection. A frozen environment's connection may have been closed
by the time it is used again, and SET and GET may be repeated."""


@dataclass(frozen=True, slots=True)
class CacheAddress:
    """Where the cache listens.

    Parameters
    ----------
    host, port
        TCP address.
    tls
        Whether it is spoken to over TLS.
    """

    host: str
    port: int
    tls: bool


class Cache:
    """A connection that lives as long as the execution environment.

    Parameters
    ----------
    address
        Where to connect, at the first use.
    read_password
        Called once, at the first use, and again when the cache refuses the password.
    transfer_s
        Time to send one command, and again to wait for its answer.
    """

    def __init__(
        self, address: CacheAddress, read_password: Callable[[], str], transfer_s: float
    ) -> None:
        self._address = address
        self._read_password = read_password
        self._transfer_s = transfer_s
        self._redis: Redis | None = None

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        """Store *value* under *key* for *ttl_seconds*.

        Raises
        ------
        CacheSecretError
            If the password cannot be read.
        redis.exceptions.RedisError
            If the cache cannot be reached or refuses.
        """
        self._run(lambda redis: redis.set(key, value, ex=ttl_seconds))

    def get(self, key: str) -> bytes | None:
        """Return the value under *key*, None if there is none; raises like `set`."""
        value = self._run(lambda redis: redis.get(key))
        return value.encode() if isinstance(value, str) else value

    def _run(self, command: Callable[[Redis], Result]) -> Result:
        if self._redis is not None:
            try:
                return command(self._redis)
            except AuthenticationError:
                self._disconnect()  # the secret may have rotated since it was read
        self._redis = self._connect()
        try:
            return command(self._redis)
        except AuthenticationError:
            self._disconnect()  # the next invocation reads the secret again, once
            raise

    def _disconnect(self) -> None:
        if self._redis is not None:
            self._redis.close()
            self._redis = None

    def _connect(self) -> Redis:
        return Redis(
            host=self._address.host,
            port=self._address.port,
            password=self._read_password(),
            ssl=self._address.tls,
            socket_connect_timeout=CONNECT_S,
            socket_timeout=self._transfer_s,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), RETRIES),
            # After a failover the connection may still lead to the former primary, which now only
            # reads: the second attempt opens a new one, to wherever the name points by then.
            retry_on_error=[ReadOnlyError],
            max_connections=1,
            # RESP2 without library info: opening a connection costs one round trip (AUTH).
            protocol=2,
            driver_info=None,
        )


def worst_case_s(transfer_s: float) -> float:
    """Return the longest time of one command on a silent cache, the secret's reading included.

    Each of the attempts may wait to connect, twice since redis-py retries that by itself, to send
    and to receive.
    """
    attempt_s = (1 + RETRIES) * CONNECT_S + 2 * transfer_s
    return SECRET_BUDGET.worst_case_s + (1 + RETRIES) * attempt_s


def secret_password(client: Any, secret_arn: str) -> str:
    """Return the JSON key `password` of a secret.

    Raises
    ------
    CacheSecretError
        If the secret cannot be read or has no such key.
    """
    try:
        secret = client.get_secret_value(SecretId=secret_arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        raise CacheSecretError(
            f"the cache's secret cannot be read: {error_reason(error)}"
        ) from error
    except KeyError as error:
        raise CacheSecretError("the cache's secret is binary: store JSON text.") from error
    try:
        password = json.loads(secret)["password"]
    except (ValueError, KeyError, TypeError):
        # Not chained: a JSON error carries the document, and so the password.
        raise CacheSecretError("the cache's secret is not JSON with a `password`.") from None
    if not isinstance(password, str) or not password:
        raise CacheSecretError("the cache's secret has no `password` text.")
    return password


def open_cache(environment: Mapping[str, str], transfer_s: float) -> Cache:
    """Return the cache that the variables CACHE_HOST, _PORT, _TLS and _SECRET_ARN describe.

    Raises
    ------
    ConfigurationError
        If one of them is missing or wrong.
    """
    address = CacheAddress(
        host=env.text(environment, "CACHE_HOST"),
        port=env.positive_integer(environment, "CACHE_PORT"),
        tls=env.boolean(environment, "CACHE_TLS"),
    )
    secret_arn = env.text(environment, "CACHE_SECRET_ARN")
    client = make_client("secretsmanager", SECRET_BUDGET)
    return Cache(address, lambda: secret_password(client, secret_arn), transfer_s)
