"""Rows of a Parquet file as items."""

import base64
import datetime
import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any


async def parquet_items(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """Give each row of a Parquet file as an object of JSON values.

    The file has its index at the end, so all its bytes are held, though not all its rows.

    Raises
    ------
    ValueError
        For what is no Parquet file, or where pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ValueError("Parquet files are read by pyarrow, which is not installed") from error
    content = io.BytesIO()
    async for chunk in chunks:
        content.write(chunk)
    try:
        file = parquet.ParquetFile(content)
        for batch in file.iter_batches(batch_size=1_000):
            for row in batch.to_pylist():
                yield {name: _json_value(value) for name, value in row.items()}
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from error


def _json_value(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _json_value(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_json_value(inner) for inner in value]
        case bytes():
            return base64.b64encode(value).decode()
        case Decimal():
            return float(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case float() if value != value or value in (float("inf"), float("-inf")):
            return None
        case _:
            return value
