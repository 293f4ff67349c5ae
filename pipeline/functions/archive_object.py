"""One payload as an object in the archive bucket: writing it and confirming it.

The SHA-256 goes along as S3's own additional checksum: S3 refuses other bytes when it stores the
object, and tells the checksum later without the object being read.
Source: Amazon S3 User Guide, "Checking object integrity".
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from errors import ArchiveMismatchError, ArchiveObjectMissingError
from execution_input import Payload
from service_call import error_code


@dataclass(frozen=True, slots=True)
class ArchiveBucket:
    """The archive bucket.

    Parameters
    ----------
    client
        boto3 S3 client.
    name
        Bucket name.
    """

    client: Any
    name: str

    def reference(self, key: str) -> str:
        """Return the S3Reference of a key: `s3://bucket/key`."""
        return f"s3://{self.name}/{key}"

    def put(self, key: str, content: bytes, payload: Payload) -> None:
        """Write *content*; writing the same again changes nothing.

        Raises
        ------
        botocore.exceptions.ClientError
            Among others `BadDigest`, if S3 received bytes of another SHA-256.
        """
        self.client.put_object(
            Bucket=self.name,
            Key=key,
            Body=content,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=_checksum(payload),
            ContentType="application/octet-stream",
        )

    def confirm(self, key: str, payload: Payload) -> None:
        """Check that the object under *key* has the payload's size and SHA-256.

        Raises
        ------
        ArchiveObjectMissingError
            If there is no such object.
        ArchiveMismatchError
            If its size or checksum differs, or it was stored without that checksum.
        """
        try:
            found: Mapping[str, Any] = self.client.head_object(
                Bucket=self.name, Key=key, ChecksumMode="ENABLED"
            )
        except ClientError as error:
            if error_code(error) in {"404", "NoSuchKey", "NotFound"}:
                raise ArchiveObjectMissingError(
                    f"{self.reference(key)} does not exist: it was removed or never written."
                ) from error
            raise
        size_bytes = found.get("ContentLength")
        if size_bytes != payload.size_bytes:
            raise ArchiveMismatchError(
                f"{self.reference(key)} has {size_bytes} bytes, not {payload.size_bytes}."
            )
        if found.get("ChecksumSHA256") != _checksum(payload):
            raise ArchiveMismatchError(
                f"{self.reference(key)} has SHA-256 {found.get('ChecksumSHA256')} (base64), "
                f"not {_checksum(payload)}."
            )


def _checksum(payload: Payload) -> str:
    """Return the SHA-256 in S3's spelling: base64 of the 32 bytes."""
    return base64.b64encode(bytes.fromhex(payload.sha256)).decode()
