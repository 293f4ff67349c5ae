"""An object storage in memory, and what reads an asynchronous iterator to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from statemachine.storage import StorageError, StoredObject


class MemoryStorage:
    """Buckets of objects; `chunk_bytes` is how much is given at a time."""

    def __init__(self, chunk_bytes: int = 7, page_size: int = 2) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.chunk_bytes = chunk_bytes
        self.page_size = page_size
        self.bytes_read = 0

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        content = self.objects.get((parameters["Bucket"], parameters["Key"]))
        if content is None:
            raise StorageError("The specified key does not exist.")
        for start in range(0, len(content), self.chunk_bytes):
            await asyncio.sleep(0)
            chunk = content[start : start + self.chunk_bytes]
            self.bytes_read += len(chunk)
            yield chunk

    async def list_objects(
        self, parameters: Mapping[str, Any]
    ) -> AsyncIterator[Sequence[StoredObject]]:
        found = [
            StoredObject(key, len(content), f'"{len(content)}"', 1_700_000_000)
            for (bucket, key), content in sorted(self.objects.items())
            if bucket == parameters["Bucket"] and key.startswith(parameters.get("Prefix", ""))
        ]
        for start in range(0, len(found), self.page_size):
            await asyncio.sleep(0)
            yield found[start : start + self.page_size]

    def put_object(self, parameters: Mapping[str, Any]) -> "MemoryWriter":
        return MemoryWriter(self, (parameters["Bucket"], parameters["Key"]))


class MemoryWriter:
    def __init__(self, storage: MemoryStorage, place: tuple[str, str]) -> None:
        self._storage = storage
        self._place = place
        self._content = bytearray()

    async def write(self, content: bytes) -> None:
        if self._place[0] == "readonly":
            raise StorageError("Access Denied")
        self._content += content

    async def close(self) -> None:
        self._storage.objects[self._place] = bytes(self._content)

    def discard(self) -> None:
        self._content.clear()


async def aiter_of(values: Iterable[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def whole() -> Callable[[AsyncIterator[Any]], list[Any]]:
    """Give everything of an asynchronous iterator."""

    def read(values: AsyncIterator[Any]) -> list[Any]:
        async def gather() -> list[Any]:
            return [value async for value in values]

        return asyncio.run(gather())

    return read


@pytest.fixture
def pieces() -> Callable[..., AsyncIterator[bytes]]:
    """Give a text's bytes in pieces."""

    def cut(text: str | bytes, size: int = 3) -> AsyncIterator[bytes]:
        content = text.encode() if isinstance(text, str) else text
        return aiter_of(content[i : i + size] for i in range(0, len(content), size))

    return cut
