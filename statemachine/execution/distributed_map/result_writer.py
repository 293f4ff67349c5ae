"""Writes what the child executions of a distributed map gave to storage.

Source: Step Functions Developer Guide, "ResultWriter (Map)".
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from statemachine.definition.distributed_map import ResultWriter
from statemachine.errors import RESULT_WRITER_FAILED, ExecutionError
from statemachine.execution.distributed_map.child_record import record_text
from statemachine.execution.distributed_map.transformation import transformed
from statemachine.history import json_text
from statemachine.map_run import ChildExecution, ChildStatus, MapRun
from statemachine.storage import ObjectStorage, ObjectWriter, StorageError

_FILE_OF: Final[Mapping[ChildStatus, str]] = {
    "SUCCEEDED": "SUCCEEDED",
    "FAILED": "FAILED",
    "TIMED_OUT": "FAILED",
    "ABORTED": "FAILED",
    "PENDING": "PENDING",
}
"""Statuses and the files that they go to. Source: "ResultWriter", Exporting to Amazon S3."""

MAX_FILE_BYTES: Final = 5 * 1024**3
"""A further file is begun above. Source: "ResultWriter", Exporting to Amazon S3."""


class ResultFiles:
    """The result files of one Map Run.

    Parameters
    ----------
    writer
        What the state says of them.
    arguments
        The writer's Parameters or Arguments, filled: Bucket and Prefix.
    """

    def __init__(
        self,
        writer: ResultWriter,
        arguments: Mapping[str, Any],
        run: MapRun,
        storage: ObjectStorage,
    ) -> None:
        self._writer = writer
        self._run = run
        self._storage = storage
        self._bucket = arguments.get("Bucket")
        prefix = str(arguments.get("Prefix", "")).strip("/")
        run_id = run.arn.rpartition(":")[2]
        self._folder = f"{prefix}/{run_id}" if prefix else run_id
        self._written: list[dict[str, Any]] = []
        self._parts: dict[str, list[_Part]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}

    async def go_on(self) -> None:
        """Keep the files of what has succeeded before the Map Run was redriven.

        Raises
        ------
        ExecutionError
            `States.ResultWriterFailed`.
        """
        chunks = self._storage.get_object(self._address(self._manifest_key))
        try:
            manifest = json.loads(b"".join([chunk async for chunk in chunks]))
            self._written = manifest["ResultFiles"]["SUCCEEDED"]
        except StorageError as error:
            raise ExecutionError(RESULT_WRITER_FAILED, error.cause) from error

    @property
    def _manifest_key(self) -> str:
        return f"{self._folder}/manifest.json"

    async def add(self, child: ChildExecution) -> None:
        """Write one child execution to the file of its status.

        Raises
        ------
        ExecutionError
            `States.ResultWriterFailed`.
        """
        entries = self._entries(child)
        name = _FILE_OF[child.status]
        parts = self._parts[name]
        try:
            for entry in entries:
                if not parts or parts[-1].size_bytes + len(entry) > MAX_FILE_BYTES:
                    number = len(parts) + (len(self._written) if name == "SUCCEEDED" else 0)
                    parts.append(self._part(name, number))
                await parts[-1].write(entry)
        except StorageError as error:
            raise ExecutionError(RESULT_WRITER_FAILED, error.cause) from error
        if child.status != "PENDING":
            self._run.item_counts.results_written += child.items
            self._run.execution_counts.results_written += 1

    def _entries(self, child: ChildExecution) -> list[str]:
        if child.status != "SUCCEEDED" or self._writer.transformation == "NONE":
            return [record_text(child)]
        return [json_text(value) for value in transformed(child, self._writer.transformation)]

    def _part(self, name: str, number: int) -> "_Part":
        # AWS calls files of JSON lines .json, too.
        lines, key = self._writer.output_type == "JSONL", f"{self._folder}/{name}_{number}.json"
        return _Part(self._storage.put_object(self._address(key)), key, lines=lines)

    def _address(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key}

    async def close(self) -> dict[str, Any]:
        """Store all files and the manifest, and return where it is: the state's result.

        Raises
        ------
        ExecutionError
            `States.ResultWriterFailed`.
        """
        files: dict[str, list[dict[str, Any]]] = {}
        key = self._manifest_key
        try:
            for name, parts in self._parts.items():
                files[name] = list(self._written) if name == "SUCCEEDED" else []
                for part in parts:
                    await part.close()
                    files[name].append({"Key": part.key, "Size": part.size_bytes})
            manifest = {
                "DestinationBucket": self._bucket,
                "MapRunArn": self._run.arn,
                "ResultFiles": files,
            }
            writer = self._storage.put_object(self._address(key))
            await writer.write(json_text(manifest).encode())
            await writer.close()
        except StorageError as error:
            raise ExecutionError(RESULT_WRITER_FAILED, error.cause) from error
        return {
            "MapRunArn": self._run.arn,
            "ResultWriterDetails": {"Bucket": self._bucket, "Key": key},
        }

    def discard(self) -> None:
        """Let go of what has not been stored."""
        for parts in self._parts.values():
            for part in parts:
                part.discard()


class _Part:
    """One file: a JSON array, or a line for each entry."""

    def __init__(self, writer: ObjectWriter, key: str, *, lines: bool) -> None:
        self.key = key
        self.size_bytes = 0
        self._writer = writer
        self._lines = lines

    async def write(self, entry: str) -> None:
        if self._lines:
            await self._append(f"{entry}\n")
        else:
            await self._append(f"{',' if self.size_bytes else '['}{entry}")

    async def _append(self, text: str) -> None:
        content = text.encode()
        self.size_bytes += len(content)
        await self._writer.write(content)

    async def close(self) -> None:
        if not self._lines:
            await self._append("]")
        await self._writer.close()

    def discard(self) -> None:
        self._writer.discard()
