"""An object storage in memory, and what reads an asynchronous iterator to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from statemachine.map_run import ChildExecution, MapRun
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
            # Through a future, as an error comes out of a thread.
            loop = asyncio.get_running_loop()
            answer = loop.create_future()
            loop.call_soon(answer.set_exception, StorageError("The specified key does not exist."))
            await answer
            return
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


class RecordedMapRuns:
    """Remembers all Map Runs and children."""

    def __init__(self) -> None:
        self.runs: list[MapRun] = []
        self.children: list[ChildExecution] = []
        self.running = 0
        self.most_running = 0

    def started(self, run: MapRun) -> None:
        self.runs.append(run)

    def child_started(self, run: MapRun, child: ChildExecution) -> None:
        self.children.append(child)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        assert sum(each.execution_counts.running for each in self.runs) == self.running
        assert run in self.runs

    def child_ended(self, run: MapRun, child: ChildExecution) -> None:
        self.running -= 1
        assert child.status != "RUNNING"
        assert sum(each.execution_counts.running for each in self.runs) == self.running
        assert run in self.runs


@pytest.fixture
def map_runs() -> RecordedMapRuns:
    return RecordedMapRuns()


@pytest.fixture
def new_map_runs() -> Callable[[], RecordedMapRuns]:
    """Make one for each example."""
    return RecordedMapRuns


@pytest.fixture
def distributed() -> Callable[..., dict[str, Any]]:
    """A definition of one distributed Map, `M`, whose processor is one state, `P`."""

    def definition(
        processor: dict[str, Any] | None = None, kind: str = "STANDARD", **fields: Any
    ) -> dict[str, Any]:
        states = {
            "StartAt": "P",
            "States": {"P": {"End": True, **(processor or {"Type": "Pass"})}},
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        }
        if states["States"]["P"]["Type"] == "Fail":
            del states["States"]["P"]["End"]
        state = {"Type": "Map", "ItemProcessor": states, "Label": "Label", "End": True, **fields}
        return {"StartAt": "M", "States": {"M": state}}

    return definition
