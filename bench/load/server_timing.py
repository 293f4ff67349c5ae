"""Reads the `Server-Timing` response header: W3C Server Timing, section "The Server-Timing Header".

    Server-Timing             = #server-timing-metric
    server-timing-metric      = metric-name *( OWS ";" OWS server-timing-param )
    server-timing-param       = name OWS "=" OWS ( token / quoted-string )

The specification's parsing algorithm forgives: unknown parameters and whatever follows a value are
skipped, the first of two like-named parameters counts, a bad entry does not spoil the next.
"""

import math
import re
from collections.abc import Iterable

_OWS = re.compile(r"[ \t]*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?', re.DOTALL)  # RFC 9110 section 5.6.4
_DURATION = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def _entries(header: str) -> Iterable[str]:
    """Yield the list's members: text between commas that stand outside quoted strings."""
    start = position = 0
    while position < len(header):
        if header[position] == '"' and (quoted := _QUOTED.match(header, position)):
            position = quoted.end()
        elif header[position] == ",":
            yield header[start:position]
            start = position = position + 1
        else:
            position += 1
    yield header[start:]


def _parameters(entry: str) -> Iterable[tuple[str, str]]:
    """Yield name (lower case) and value of what comes after the metric's name, in order."""
    position = entry.find(";")
    while 0 <= position < len(entry):
        position = _skip(entry, position + 1)
        name = _TOKEN.match(entry, position)
        if name is None:
            position = entry.find(";", position)
            continue
        position = _skip(entry, name.end())
        value = ""
        if entry[position : position + 1] == "=":
            position = _skip(entry, position + 1)
            if quoted := _QUOTED.match(entry, position):
                value = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
                position = quoted.end()
            elif token := _TOKEN.match(entry, position):
                value = token[0]
                position = token.end()
        yield name[0].lower(), value
        position = entry.find(";", position)


def _skip(text: str, position: int) -> int:
    blank = _OWS.match(text, position)
    return blank.end() if blank else position


def _duration_ms(entry: str) -> float:
    """Return the first `dur` as the specification reads it: 0 if absent or not a number."""
    for name, value in _parameters(entry):
        if name == "dur":
            number = _DURATION.match(value.lstrip(" \t"))
            duration_ms = float(number[0]) if number else 0.0
            return duration_ms if math.isfinite(duration_ms) else 0.0
    return 0.0


def parse_server_timing(*headers: str) -> dict[str, float]:
    """Return metric name → duration in ms, in the order of the header.

    Parameters
    ----------
    headers
        Field values; several are taken as one joined by commas (RFC 9110 section 5.3).

    Returns
    -------
    dict
        Names as they were sent (they are case-sensitive). A metric without a usable `dur` has 0.0,
        as the specification says. One that is named twice has the sum, since stages are disjoint.
        Members that do not begin with a token are left out.

    Examples
    --------
    >>> parse_server_timing('payload-store;desc="Redis, SET";dur=1.250, init', "runtime; dur=2")
    {'payload-store': 1.25, 'init': 0.0, 'runtime': 2.0}
    """
    durations_ms: dict[str, float] = {}
    for header in headers:
        for entry in _entries(header):
            name = _TOKEN.match(entry, _skip(entry, 0))
            if name is not None:
                total = durations_ms.get(name[0], 0.0) + _duration_ms(entry)
                durations_ms[name[0]] = total
    return durations_ms
