"""The tables of a results folder as files that other programs read."""

import io
from pathlib import Path
from typing import Final, Literal

from bench.results import read_table
from bench.results.folder import CALLS, SAMPLES

Table = Literal["samples", "calls"]

_FILES: Final[dict[Table, str]] = {"samples": SAMPLES, "calls": CALLS}


def table_csv(folder: Path, table: Table) -> bytes:
    """Give a table as CSV in UTF-8, with a line of headings; what is not known is empty.

    Raises
    ------
    bench.results.ResultsReadError
        If the folder does not hold the table.
    """
    return read_table(folder, _FILES[table]).to_csv(index=False).encode()


def table_parquet(folder: Path, table: Table) -> bytes:
    """Give a table as Parquet, read and written again: a damaged file is not handed on.

    Raises
    ------
    bench.results.ResultsReadError
        If the folder does not hold the table.
    """
    content = io.BytesIO()
    frame = read_table(folder, _FILES[table])
    frame.to_parquet(content, engine="pyarrow", compression="zstd", index=False)
    return content.getvalue()
