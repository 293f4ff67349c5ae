"""Gathers what the child executions of a distributed map give to the state's result."""

from collections.abc import Mapping
from typing import Any

from statemachine.data_limit import MAX_DATA_BYTES
from statemachine.definition.distributed_map import ResultWriter
from statemachine.errors import DATA_LIMIT_EXCEEDED, RESULT_WRITER_FAILED, ExecutionError
from statemachine.execution.distributed_map.redrive import Remains
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

    Parameters
    ----------
    succeeded
        What children that have succeeded gave, by their places; further ones are put in.
    """

    def __init__(
        self,
        transformation: str,
        output_type: str,
        state_name: str,
        succeeded: dict[int, list[Any]],
    ) -> None:
        self._transformation = transformation
        self._lines = output_type == "JSONL"
        self._state_name = state_name
        self._succeeded = succeeded
        self._others: dict[int, list[Any]] = {}
        self._held_bytes = sum(_bytes(entries) for entries in succeeded.values())

    async def add(self, child: ChildExecution) -> None:
        """Take what a child execution gave."""
        if child.status == "PENDING" or self._held_bytes > MAX_DATA_BYTES:
            return
        entries = transformed(child, self._transformation)
        held = self._succeeded if child.status == "SUCCEEDED" else self._others
        held[child.index] = entries
        self._held_bytes += _bytes(entries)
        if self._held_bytes > MAX_DATA_BYTES:
            self._succeeded.clear()
            self._others.clear()

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
        every = self._succeeded | self._others
        ordered = [entry for index in sorted(every) for entry in every[index]]
        return "\n".join(map(json_text, ordered)) if self._lines else ordered

    def discard(self) -> None:
        """Let go of them, but for those that a redrive takes up."""
        self._others.clear()


def _bytes(entries: list[Any]) -> int:
    return len(json_text(entries).encode()) - 1


Results = StateResults | ResultFiles


async def results_of(
    writer: ResultWriter | None,
    visit: Visit,
    run: MapRun,
    storage: ObjectStorage,
    remains: Remains,
) -> Results:
    """Return where results go to.

    Raises
    ------
    ExecutionError
        `States.ResultWriterFailed` for parameters without a bucket.
    """
    if writer is None:
        return StateResults("COMPACT", "JSON", visit.name, remains.results)
    if writer.arguments is ABSENT:
        return StateResults(writer.transformation, writer.output_type, visit.name, remains.results)
    arguments = visit.filled(writer.arguments, visit.scope, "ResultWriter/Arguments")
    if not isinstance(arguments, Mapping) or not isinstance(arguments.get("Bucket"), str):
        raise ExecutionError(
            RESULT_WRITER_FAILED, "The parameters of ResultWriter must have a Bucket."
        )
    files = ResultFiles(writer, arguments, run, storage)
    if remains.succeeded:
        await files.go_on()
    return files
