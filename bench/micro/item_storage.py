"""An object storage whose one object is as many JSON lines as are asked for, made while read.

So that what a Map over many items takes is the Map's own, not its input's.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from statemachine.storage import StoredObject

_LINES: Final = 1_000
"""Items in one piece."""


class CountedLines:
    """An object storage (`statemachine.storage.ObjectStorage`) of so many items.

    What is written to it is counted and dropped.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self.written_bytes = 0

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Give the items, whatever the object's name."""
        for first in range(0, self._items, _LINES):
            numbers = range(first, min(first + _LINES, self._items))
            yield "".join(
                f"{json.dumps(_item(number, parameters))}\n" for number in numbers
            ).encode()

    async def list_objects(
        self, parameters: Mapping[str, Any]
    ) -> AsyncIterator[Sequence[StoredObject]]:
        """Give no objects."""
        for _ in parameters.get("Nothing", ()):
            yield ()

    def put_object(self, parameters: Mapping[str, Any]) -> "_Counter":
        """Return what counts an object's content."""
        return _Counter(self, str(parameters.get("Key", "")))


def _item(number: int, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": number, "name": f"item {number}", "from": parameters.get("Key")}


class _Counter:
    def __init__(self, storage: CountedLines, key: str) -> None:
        self._storage = storage
        self.key = key

    async def write(self, content: bytes) -> None:
        """Count the content."""
        self._storage.written_bytes += len(content)

    async def close(self) -> None:
        """Do nothing: there is nothing left to store."""

    def discard(self) -> None:
        """Do nothing: nothing was kept."""
