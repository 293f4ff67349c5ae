"""Redis-first: the payload in the cache, with a time to live."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis import exceptions as redis_errors

import environment as env
from cache import Cache, open_cache, worst_case_s
from errors import CacheSecretError, PayloadNotStoredError
from execution_input import Payload, StorageReferences

SET_TRANSFER_S = 1.5
"""Time to send one SET of at most 6 MB, and again to wait for its answer; 6 MB take 0.08 s at
the 625 Mbit/s of a function in a VPC. Source: AWS Lambda Developer Guide, "Lambda quotas"."""

# Only these may pass by themselves; a refused command stays refused. A full cache empties, since
# every key has a time to live; a node that only reads has lost its role in a failover.
_UNAVAILABLE = (
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.OutOfMemoryError,
    redis_errors.ReadOnlyError,
)


def redis_key(message_id: str) -> str:
    """Return the key of a message's payload, which is also its redisReference."""
    return f"message:{message_id}"


@dataclass(frozen=True, slots=True)
class RedisPayloadStore:
    """Payloads in the cache.

    Parameters
    ----------
    cache
        Connection of this execution environment.
    ttl_seconds
        Time to live of a payload.
    """

    cache: Cache
    ttl_seconds: int

    @property
    def worst_case_s(self) -> float:
        """Longest time that `put` takes, the secret's reading included."""
        return worst_case_s(SET_TRANSFER_S)

    def put(
        self, message_id: str, archive_key: str, content: bytes, payload: Payload
    ) -> StorageReferences:
        """Store *content* under the message's key; see `PayloadStore.put`."""
        del archive_key, payload  # the cache keeps bytes only
        key = redis_key(message_id)
        try:
            self.cache.set(key, content, self.ttl_seconds)
        except redis_errors.RedisError as error:
            unavailable = isinstance(error, _UNAVAILABLE) and not isinstance(
                error, redis_errors.AuthenticationError
            )
            reason = f"{type(error).__name__}: {error}"
            raise PayloadNotStoredError(reason, unavailable=unavailable) from error
        except CacheSecretError as error:
            raise PayloadNotStoredError(str(error), unavailable=True) from error
        return StorageReferences(redis=key)


def open_redis_payload_store(environment: Mapping[str, str]) -> RedisPayloadStore:
    """Return the store that the CACHE_ variables describe.

    Raises
    ------
    ConfigurationError
        If one of them is missing or wrong.
    """
    return RedisPayloadStore(
        cache=open_cache(environment, SET_TRANSFER_S),
        ttl_seconds=env.positive_integer(environment, "CACHE_TTL_SECONDS"),
    )
