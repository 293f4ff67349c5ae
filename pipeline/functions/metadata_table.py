"""The metadata table: one row a message, written by metadata, completed by aggregate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from errors import MetadataConflictError, MetadataRowMissingError
from execution_input import ExecutionInput
from service_call import CallBudget, error_code

TABLE_BUDGET = CallBudget(connect_s=1.0, answer_s=3.0)


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """The metadata table.

    Parameters
    ----------
    client
        boto3 DynamoDB client.
    name
        Table name.
    """

    client: Any
    name: str

    def reference(self, message_id: str) -> str:
        """Return the metaDataReference of a message: `dynamodb://table/messageID`."""
        return f"dynamodb://{self.name}/{message_id}"

    def insert(self, message: ExecutionInput) -> None:
        """Write the row of a received message, unless it is there.

        A repeated call leaves the row alone: aggregate may have completed it meanwhile.

        Raises
        ------
        MetadataConflictError
            If the row under this messageID is another payload's.
        """
        meta_data = message.meta_data.as_dict()
        references = message.references
        item: dict[str, Mapping[str, Any]] = {
            "messageID": {"S": message.message_id},
            **{name: {"S": value} for name, value in meta_data.items()},
            "payloadBytes": {"N": str(message.payload.size_bytes)},
            "payloadSHA256": {"S": message.payload.sha256},
            "redisReference": _text_or_null(references.redis),
            "S3Reference": _text_or_null(references.s3),
            "metaDataReference": {"S": self.reference(message.message_id)},
            "persistenceS3": {"BOOL": False},
            "persistenceMetaData": {"BOOL": True},
            "state": {"S": "RECEIVED"},
        }
        try:
            self.client.put_item(
                TableName=self.name,
                Item=item,
                ConditionExpression="attribute_not_exists(messageID)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            row = error.response.get("Item", {})
            if row.get("payloadSHA256") != {"S": message.payload.sha256}:
                raise MetadataConflictError(
                    f"{self.reference(message.message_id)} is the row of another payload."
                ) from error

    def complete(self, message: ExecutionInput, s3_reference: str) -> None:
        """Set both persistence flags, all references and the state COMPLETED.

        Raises
        ------
        MetadataRowMissingError
            If there is no row of this message with this payload.
        """
        try:
            self.client.update_item(
                TableName=self.name,
                Key={"messageID": {"S": message.message_id}},
                ConditionExpression="payloadSHA256 = :sha256",
                # `state` is a reserved word of DynamoDB.
                UpdateExpression=(
                    "SET persistenceS3 = :true, persistenceMetaData = :true, #state = :completed, "
                    "redisReference = :redis, S3Reference = :s3, metaDataReference = :row"
                ),
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":sha256": {"S": message.payload.sha256},
                    ":true": {"BOOL": True},
                    ":completed": {"S": "COMPLETED"},
                    ":redis": _text_or_null(message.references.redis),
                    ":s3": {"S": s3_reference},
                    ":row": {"S": self.reference(message.message_id)},
                },
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise MetadataRowMissingError(
                f"{self.reference(message.message_id)} does not exist with this payload: "
                "the metadata branch did not write it."
            ) from error


def _text_or_null(value: str | None) -> Mapping[str, Any]:
    return {"NULL": True} if value is None else {"S": value}
