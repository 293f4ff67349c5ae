"""Reads a distributed map's items from storage, one after the other.

Source: Step Functions Developer Guide, "ItemReader (Map)".
"""

import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from statemachine.definition.distributed_map import ItemReader
from statemachine.errors import ITEM_READER_FAILED, ExecutionError
from statemachine.execution.distributed_map.content import lines, unpacked
from statemachine.execution.distributed_map.csv_items import DELIMITERS, csv_items
from statemachine.execution.distributed_map.json_items import json_items, json_lines, pointer_steps
from statemachine.execution.distributed_map.manifest import athena_files, inventory
from statemachine.execution.distributed_map.parquet_items import parquet_items
from statemachine.execution.map_item import Item
from statemachine.scope import ABSENT
from statemachine.storage import ObjectStorage, StorageError, StoredObject

MAX_ITEMS: Final = 100_000_000
"""Source: Step Functions Developer Guide, "ItemReader", MaxItems."""

Address = Mapping[str, Any]
"""Bucket, Key and whatever else S3's GetObject takes."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where items are, and how many of them are wanted.

    Parameters
    ----------
    arguments
        The reader's Parameters or Arguments, filled.
    """

    reader: ItemReader
    arguments: Mapping[str, Any]
    max_items: int
    storage: ObjectStorage

    async def items(self) -> AsyncIterator[Item]:
        """Give the items, one by one.

        Raises
        ------
        ExecutionError
            `States.ItemReaderFailed`.
        """
        number = itertools.count()
        try:
            async for key, value, source in self._entries():
                index = next(number)
                if index >= self.max_items:
                    return
                yield Item(index, value, key, source)
        except StorageError as error:
            raise ExecutionError(ITEM_READER_FAILED, error.cause) from error
        except ValueError as error:
            raise ExecutionError(ITEM_READER_FAILED, str(error)) from error

    async def _entries(self) -> AsyncIterator[tuple[Any, Any, str]]:
        if self.reader.action == "listObjectsV2":
            entries = self._listed()
        elif self.reader.manifest_type == "S3_INVENTORY":
            entries = self._inventoried()
        elif self.reader.manifest_type == "ATHENA_DATA":
            entries = self._unloaded()
        else:
            entries = self._content(self.arguments)
        async for entry in entries:
            yield entry

    async def _listed(self) -> AsyncIterator[tuple[Any, Any, str]]:
        async for page in self.storage.list_objects(self.arguments):
            for each in page:
                if self.reader.flatten:
                    address = {"Bucket": self.arguments.get("Bucket"), "Key": each.key}
                    async for entry in self._content(address):
                        yield entry
                else:
                    yield ABSENT, _listed_item(each), f"S3://{self.arguments.get('Bucket')}"

    async def _inventoried(self) -> AsyncIterator[tuple[Any, Any, str]]:
        found = await inventory(self._chunks(self.arguments))
        for key in found.keys:
            address = {"Bucket": found.bucket, "Key": key}
            text = lines(self._chunks(address))
            async for row in csv_items(text, ",", found.columns):
                yield ABSENT, row, _source(address)

    async def _unloaded(self) -> AsyncIterator[tuple[Any, Any, str]]:
        async for bucket, key in athena_files(lines(self._chunks(self.arguments))):
            async for entry in self._content({"Bucket": bucket, "Key": key}):
                yield entry

    async def _content(self, address: Address) -> AsyncIterator[tuple[Any, Any, str]]:
        """Give the items of one object by the reader's InputType."""
        reader, source, chunks = self.reader, _source(address), self._chunks(address)
        match reader.input_type:
            case "CSV":
                delimiter = DELIMITERS[reader.csv_delimiter]
                async for row in csv_items(lines(chunks), delimiter, reader.csv_headers):
                    yield ABSENT, row, source
            case "JSONL":
                async for value in json_lines(lines(chunks)):
                    yield ABSENT, value, source
            case "PARQUET":
                async for row in parquet_items(chunks):
                    yield ABSENT, row, source
            case _:
                async for key, value in json_items(chunks, pointer_steps(reader.items_pointer)):
                    yield key, value, source

    def _chunks(self, address: Address) -> AsyncIterator[bytes]:
        return unpacked(self.storage.get_object(address))


def _source(address: Address) -> str:
    return f"S3://{address.get('Bucket')}/{address.get('Key')}"


def _listed_item(found: StoredObject) -> dict[str, Any]:
    """Return an object of a listing as an item, with the fields that the Developer Guide shows.

    AWS gives the time as a floating-point number.
    """
    return {
        "Etag": found.etag,
        "Key": found.key,
        "LastModified": float(found.last_modified_s),
        "Size": found.size_bytes,
        "StorageClass": found.storage_class,
    }
