"""S3-first, the baseline: the payload straight into the archive bucket."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

import environment as env
from archive_object import ArchiveBucket
from errors import PayloadNotStoredError
from execution_input import Payload, StorageReferences
from service_call import CallBudget, error_reason, is_unavailable, make_client

PUT_BUDGET = CallBudget(connect_s=2.0, answer_s=4.0)


@dataclass(frozen=True, slots=True)
class S3PayloadStore:
    """Payloads in the archive bucket, under their final key."""

    bucket: ArchiveBucket

    @property
    def worst_case_s(self) -> float:
        """Longest time that `put` takes."""
        return PUT_BUDGET.worst_case_s

    def put(
        self, message_id: str, archive_key: str, content: bytes, payload: Payload
    ) -> StorageReferences:
        """Store *content* under the archive key; see `PayloadStore.put`."""
        del message_id  # the key ends in it
        try:
            self.bucket.put(archive_key, content, payload)
        except (BotoCoreError, ClientError) as error:
            raise PayloadNotStoredError(
                error_reason(error), unavailable=is_unavailable(error)
            ) from error
        return StorageReferences(s3=self.bucket.reference(archive_key))


def open_s3_payload_store(environment: Mapping[str, str]) -> S3PayloadStore:
    """Return the store in the bucket that ARCHIVE_BUCKET names.

    Raises
    ------
    ConfigurationError
        If it is missing.
    """
    bucket = ArchiveBucket(make_client("s3", PUT_BUDGET), env.text(environment, "ARCHIVE_BUCKET"))
    return S3PayloadStore(bucket)
