"""Manifests: objects that name the objects in which a distributed map's items are."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

_BUCKET_ARN: Final = "arn:aws:s3:::"


@dataclass(frozen=True, slots=True)
class Inventory:
    """An S3 Inventory report: the objects that hold it, without a header, and their columns."""

    bucket: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]


async def inventory(chunks: AsyncIterator[bytes]) -> Inventory:
    """Read the manifest of an S3 Inventory report.

    Source: Amazon S3 User Guide, "Locating your inventory list", inventory manifest.

    Raises
    ------
    ValueError
        For what is none, or one of a report that is not in CSV.
    """
    try:
        manifest: Any = json.loads(b"".join([chunk async for chunk in chunks]))
        if manifest["fileFormat"] != "CSV":
            raise ValueError(
                f"The S3 Inventory report is in {manifest['fileFormat']}; only CSV can be read"
            )
        return Inventory(
            bucket=manifest["destinationBucket"].removeprefix(_BUCKET_ARN),
            keys=tuple(file["key"] for file in manifest["files"]),
            columns=tuple(name.strip() for name in manifest["fileSchema"].split(",")),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"The object is no manifest of an S3 Inventory report: {error}") from error


async def athena_files(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str]]:
    """Give the buckets and keys in a data manifest of Athena.

    Source: Amazon Athena User Guide, "UNLOAD": the manifest is a text with an address a line.

    Raises
    ------
    ValueError
        For a line that is no address of an object.
    """
    async for line in lines:
        address = line.strip()
        if not address:
            continue
        bucket, _, key = address.removeprefix("s3://").partition("/")
        if not address.startswith("s3://") or not key:
            raise ValueError(f"The manifest has '{address}', which is no address s3://bucket/key")
        yield bucket, key
