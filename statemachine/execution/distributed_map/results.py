"""Gathers what the child executions of a distributed map give to the state's result."""

from collections.abc import Mapping
from typing import Any

from statemachine.data_limit import MAX_DATA_BYTES
from statemachine.definition.distributed_map import ResultWriter
from statemachine.errors import DATA_LIMIT_EXCEEDED, RESULT_WRITER_FAILED, ExecutionError
from statemachine.execution.distributed_map.result_writer import ResultFiles
from statemachine.execution.distributed_map.transformation import transformed
from statemachine.execution.visit import Visit
from statemachine.history import json_text
from statemachine.map_run import ChildExecution, MapRun
from statemachine.scope import ABSENT
from statemachine.storage import ObjectStorage


class StateResults:
    """Results that become the state's own, in the items' order.

    What could not be a state's result any more is not held.
    """

    def __init__(self, transformation: str, output_type: str, state_name: str) -> None:
        self._transformation = transformation
        self._lines = output_type == "JSONL"
        self._state_name = state_name
        self._entries: dict[int, list[Any]] = {}
        self._held_bytes = 0

    async def add(self, child: ChildExecution) -> None:
        """Take what a child execution gave."""
        if child.status == "PENDING" or self._held_bytes > MAX_DATA_BYTES:
            return
        entries = transformed(child, self._transformation)
        self._entries[child.index] = entries
        self._held_bytes += len(json_text(entries).encode()) - 1
        if self._held_bytes > MAX_DATA_BYTES:
            self._entries.clear()

    async def close(self) -> Any:
        """Return them all.

        Raises
        ------
        ExecutionError
            `States.DataLimitExceeded`.
        """
        if self._held_bytes > MAX_DATA_BYTES:
            raise ExecutionError(
                DATA_LIMIT_EXCEEDED,
                f"The state/task '{self._state_name}' returned a result with a size exceeding the "
                "maximum number of bytes service limit.",
            )
        ordered = [entry for index in sorted(self._entries) for entry in self._entries[index]]
        return "\n".join(map(json_text, ordered)) if self._lines else ordered

    def discard(self) -> None:
        """Let go of them."""
        self._entries.clear()


Results = StateResults | ResultFiles


def results_of(
    writer: ResultWriter | None, visit: Visit, run: MapRun, storage: ObjectStorage
) -> Results:
    """Return where results go to.

    Raises
    ------
    ExecutionError
        `States.ResultWriterFailed` for parameters without a bucket.
    """
    if writer is None:
        return StateResults("COMPACT", "JSON", visit.name)
    if writer.arguments is ABSENT:
        return StateResults(writer.transformation, writer.output_type, visit.name)
    arguments = visit.filled(writer.arguments, visit.scope, "ResultWriter/Arguments")
    if not isinstance(arguments, Mapping) or not isinstance(arguments.get("Bucket"), str):
        raise ExecutionError(
            RESULT_WRITER_FAILED, "The parameters of ResultWriter must have a Bucket."
        )
    return ResultFiles(writer, arguments, run, storage)
