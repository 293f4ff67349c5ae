"""Task of the state machine: write the message's row into the metadata table."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import environment as env
from execution_input import read_execution_input
from lambda_context import LambdaContext
from log import write_log
from metadata_table import TABLE_BUDGET, MetadataTable
from service_call import make_client


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata table."""

    table: MetadataTable

    def store(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Write the row and return `{"metaDataReference": "dynamodb://table/messageID"}`.

        Parameters
        ----------
        event
            The execution's input.

        Raises
        ------
        InvalidExecutionInputError
            If the input is not ingest's.
        MetadataConflictError
            If the row under this messageID is another payload's.
        """
        message = read_execution_input(event)
        self.table.insert(message)
        write_log("INFO", "metadata stored", messageID=message.message_id)
        return {"metaDataReference": self.table.reference(message.message_id)}


def open_metadata(environment: Mapping[str, str]) -> Metadata:
    """Return the handler that the environment variables describe.

    Raises
    ------
    ConfigurationError
        If METADATA_TABLE is missing.
    """
    client = make_client("dynamodb", TABLE_BUDGET)
    return Metadata(MetadataTable(client, env.text(environment, "METADATA_TABLE")))


@functools.cache
def _metadata() -> Metadata:
    return open_metadata(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda entry point; see `Metadata.store`."""
    del context
    return _metadata().store(event)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # in Lambda: make the client in the init phase
    _metadata()
