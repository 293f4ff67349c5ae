"""Rows of a delimited text as items.

Source of the rules: Step Functions Developer Guide, "ItemReader", how a text delimited file is
parsed: all values are strings; quotes are doubled within quotes; a backslash escapes a backslash,
a quote and the delimiter, and vanishes before anything else; values that are missing are empty, and
those beyond the header are skipped.
"""

import csv
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

DELIMITERS: Final[Mapping[str, str]] = {
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "SPACE": " ",
    "TAB": "\t",
}
"""Source: Step Functions Developer Guide, "ItemReader", CSVDelimiter."""

MAX_HEADER_BYTES: Final = 10 * 1024
"""Source: Step Functions Developer Guide, "ItemReader", CSVHeaderLocation."""


async def csv_rows(lines: AsyncIterator[str], delimiter: str) -> AsyncIterator[list[str]]:
    """Give the fields of each row of a text; an empty line is a row without any.

    Parameters
    ----------
    lines
        With their ends: a row goes on over the end of a line within quotes.
    delimiter
        One character.

    Raises
    ------
    ValueError
        For what the csv module cannot read, such as a field of over 128 KiB.
    """
    pending = ""
    async for line in lines:
        pending += line
        if '"' in pending and _ends_within_quotes(pending, delimiter):
            continue
        row, pending = pending, ""
        yield _fields(row, delimiter)
    if pending:
        yield _fields(pending, delimiter)


async def csv_items(
    lines: AsyncIterator[str], delimiter: str, headers: Sequence[str] | None
) -> AsyncIterator[dict[str, str]]:
    """Give each row as an object.

    Parameters
    ----------
    headers
        Names of the columns; None where the first row has them.

    Raises
    ------
    ValueError
        Also for a header of over 10 KiB, or one that names a column twice.
    """
    names = None if headers is None else _checked_names(headers, delimiter)
    async for row in csv_rows(lines, delimiter):
        if names is None:
            names = _checked_names(row, delimiter)
            continue
        row += [""] * (len(names) - len(row))
        yield dict(zip(names, row, strict=False))


def _checked_names(names: Sequence[str], delimiter: str) -> Sequence[str]:
    if len(set(names)) < len(names):
        raise ValueError("CSV headers cannot contain duplicates.")
    if len(delimiter.join(names).encode()) > MAX_HEADER_BYTES:
        raise ValueError(f"The CSV header is over {MAX_HEADER_BYTES} bytes")
    return names


def _fields(row: str, delimiter: str) -> list[str]:
    try:
        (fields,) = csv.reader([row], delimiter=delimiter, escapechar="\\")
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return fields


@lru_cache(maxsize=16)
def _part(delimiter: str) -> re.Pattern[str]:
    end = re.escape(delimiter)
    return re.compile(rf'\\.|"|{end}|[^"\\{end}]+', re.DOTALL)


def _ends_within_quotes(text: str, delimiter: str) -> bool:
    """Return whether a quote that opened a field is still open."""
    within, at_start = False, True
    for part in _part(delimiter).findall(text):
        if part == '"':
            # A quote within a field that did not begin with one is an ordinary character.
            within = not within if within or at_start else False
            at_start = not within and at_start
        else:
            at_start = part == delimiter and not within
    return within
