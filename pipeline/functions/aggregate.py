"""Task of the state machine: merge the branches' results into the message's row."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import environment as env
from errors import BranchIncompleteError
from execution_input import ExecutionInput, read_execution_input
from lambda_context import LambdaContext
from log import write_log
from metadata_table import TABLE_BUDGET, MetadataTable
from service_call import make_client


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The metadata table."""

    table: MetadataTable

    def complete(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Complete the row and return `{"storageContext": …}` with everything set.

        Parameters
        ----------
        event
            The execution's input, and under `branches` the results of the three branches:
            `archive` with its S3Reference, `metadata` with its metaDataReference.

        Raises
        ------
        InvalidExecutionInputError
            If the input is not ingest's.
        BranchIncompleteError
            If a branch's reference is missing or another message's.
        MetadataRowMissingError
            If there is no row of this message with this payload.
        """
        message = read_execution_input(event)
        s3_reference = _branch_reference(event, "archive", "S3Reference")
        meta_data_reference = _branch_reference(event, "metadata", "metaDataReference")
        _check_s3_reference(message, s3_reference)
        if meta_data_reference != self.table.reference(message.message_id):
            raise BranchIncompleteError(
                f"the metadata branch wrote {meta_data_reference}, "
                f"not {self.table.reference(message.message_id)}."
            )
        self.table.complete(message, s3_reference)
        write_log("INFO", "message completed", messageID=message.message_id)
        return {
            "storageContext": {
                "redisReference": message.references.redis,
                "S3Reference": s3_reference,
                "metaDataReference": meta_data_reference,
                "persistence": {"S3": True, "metaData": True},
            }
        }


def open_aggregate(environment: Mapping[str, str]) -> Aggregate:
    """Return the handler that the environment variables describe.

    Raises
    ------
    ConfigurationError
        If METADATA_TABLE is missing.
    """
    client = make_client("dynamodb", TABLE_BUDGET)
    return Aggregate(MetadataTable(client, env.text(environment, "METADATA_TABLE")))


def _branch_reference(event: Mapping[str, Any], branch: str, name: str) -> str:
    branches = event.get("branches")
    result = branches.get(branch) if isinstance(branches, Mapping) else None
    reference = result.get(name) if isinstance(result, Mapping) else None
    if not isinstance(reference, str) or not reference:
        raise BranchIncompleteError(f"the {branch} branch did not deliver its {name}.")
    return reference


def _check_s3_reference(message: ExecutionInput, s3_reference: str) -> None:
    if not s3_reference.endswith(f"/{message.archive_key}"):
        raise BranchIncompleteError(
            f"the archive branch wrote {s3_reference}, not the key {message.archive_key}."
        )


@functools.cache
def _aggregate() -> Aggregate:
    return open_aggregate(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda entry point; see `Aggregate.complete`."""
    del context
    return _aggregate().complete(event)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # in Lambda: make the client in the init phase
    _aggregate()
