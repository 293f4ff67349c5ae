"""The sender's `dateTime`: ISO 8601 text to an instant in UTC."""

import re
from datetime import UTC, datetime

EXAMPLE = "2026-01-31T12:34:56Z"

# datetime.fromisoformat alone would also take a date without a time, any separator and an offset of
# 99 minutes, and its grammar changes between Python versions (3.13 takes 24:00); this pins the
# forms: calendar or week date, T, hour and minute at least, optional seconds and fraction, optional
# Z or offset, basic or extended.
_ISO_8601 = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-W\d{2}-\d|\d{4}W\d{3})"
    r"T"
    r"(?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?|[0-5]\d(?:[0-5]\d(?:[.,]\d+)?)?)"
    r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?",
    re.ASCII,
)


def parse_date_time(text: str) -> datetime:
    """Return the instant in UTC; without an offset, the text is taken as UTC.

    Raises
    ------
    ValueError
        If the text is not an ISO 8601 date and time, or its UTC date is outside years 1 to 9999.
        The message tells which, without the text.
    """
    if not _ISO_8601.fullmatch(text):
        raise ValueError("is not an ISO 8601 date and time")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("names a date or time that does not exist") from error
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside years 1 to 9999 in UTC") from error


def date_prefix(instant: datetime) -> str:
    """Return `YYYY/MM/DD/HH/MM/SS` of an instant in UTC.

    >>> date_prefix(parse_date_time("0999-01-31T23:30:05-01:00"))
    '0999/02/01/00/30/05'
    """
    # Not strftime: on Linux its %Y drops the leading zeros of years before 1000.
    t = instant
    return f"{t.year:04d}/{t.month:02d}/{t.day:02d}/{t.hour:02d}/{t.minute:02d}/{t.second:02d}"
