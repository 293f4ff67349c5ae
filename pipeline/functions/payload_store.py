"""Where ingest puts the payload before it answers: the one difference of the two strategies."""

from collections.abc import Mapping
from typing import Protocol

import environment as env
from errors import ConfigurationError
from execution_input import Payload, StorageReferences


class PayloadStore(Protocol):
    """The first write."""

    @property
    def worst_case_s(self) -> float:
        """Longest time that `put` takes, whatever the store does."""
        ...

    def put(
        self, message_id: str, archive_key: str, content: bytes, payload: Payload
    ) -> StorageReferences:
        """Store *content*, described by *payload*, and return where it is.

        Raises
        ------
        PayloadNotStoredError
            If the store did not confirm it.
        """
        ...


def open_payload_store(environment: Mapping[str, str]) -> PayloadStore:
    """Return the store that PAYLOAD_STORE names: `redis` or `s3`.

    Raises
    ------
    ConfigurationError
        If it is another word, or a variable of that store is missing.
    """
    strategy = env.text(environment, "PAYLOAD_STORE")
    # Imported in the branch: S3-first must not pay for redis in its cold start.
    if strategy == "redis":
        from redis_payload_store import open_redis_payload_store

        return open_redis_payload_store(environment)
    if strategy == "s3":
        from s3_payload_store import open_s3_payload_store

        return open_s3_payload_store(environment)
    raise ConfigurationError(f"PAYLOAD_STORE={strategy!r} is neither 'redis' nor 's3'.")
