"""The seam to object storage: where distributed maps read their items and write their results."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from statemachine.errors import StateMachineError


class StorageError(StateMachineError):
    """An object or a bucket could not be read or written.

    Parameters
    ----------
    cause
        What the storage says of it, for people.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing has it; `last_modified_s` in whole seconds since the epoch."""

    key: str
    size_bytes: int
    etag: str
    last_modified_s: int
    storage_class: str = "STANDARD"


class ObjectWriter(Protocol):
    """Takes an object's content bit by bit."""

    async def write(self, content: bytes) -> None:
        """Append to the content."""

    async def close(self) -> None:
        """Store the object.

        Raises
        ------
        StorageError
            If it cannot be.
        """

    def discard(self) -> None:
        """Store nothing, and let go of what was written."""


class ObjectStorage(Protocol):
    """Holds objects in buckets, as S3 does. Parameters are named as in S3's API."""

    def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Give an object's content in pieces.

        Raises
        ------
        StorageError
            While it is read, also for an object that is not there.
        """

    def list_objects(self, parameters: Mapping[str, Any]) -> AsyncIterator[Sequence[StoredObject]]:
        """Give the objects of a bucket in pages, in the order of their keys.

        Raises
        ------
        StorageError
            While they are read.
        """

    def put_object(self, parameters: Mapping[str, Any]) -> ObjectWriter:
        """Return where an object's content can be written to."""


class NoStorage:
    """Holds nothing: what an interpreter has that was given no storage."""

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Refuse."""
        raise _no_storage(parameters)
        yield b""

    async def list_objects(
        self, parameters: Mapping[str, Any]
    ) -> AsyncIterator[Sequence[StoredObject]]:
        """Refuse."""
        raise _no_storage(parameters)
        yield ()

    def put_object(self, parameters: Mapping[str, Any]) -> ObjectWriter:
        """Refuse."""
        raise _no_storage(parameters)


def _no_storage(parameters: Mapping[str, Any]) -> StorageError:
    return StorageError(
        f"There is no object storage with a bucket {parameters.get('Bucket')}: "
        "hand one to the Interpreter as 'storage'"
    )
