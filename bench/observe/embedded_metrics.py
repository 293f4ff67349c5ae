"""Metrics that functions write into their logs.

Source: CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Metric:
    """All values of one metric with the same dimensions."""

    namespace: str
    dimensions: tuple[tuple[str, str], ...]
    name: str
    unit: str
    count: int
    total: float
    minimum: float
    maximum: float


def summarise(lines: Iterable[str]) -> list[Metric]:
    """Return the metrics in log lines, sorted; lines of another form are passed over."""
    values: dict[tuple[str, tuple[tuple[str, str], ...], str, str], list[float]] = {}
    for line in lines:
        for key, found in _values(line):
            values.setdefault(key, []).extend(found)
    return [
        Metric(*key, len(found), sum(found), min(found), max(found))
        for key, found in sorted(values.items())
        if found
    ]


def _values(
    line: str,
) -> Iterator[tuple[tuple[str, tuple[tuple[str, str], ...], str, str], list[float]]]:
    if '"CloudWatchMetrics"' not in line:
        return
    try:
        document = json.loads(line[line.index("{") :])
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives if isinstance(directives, list) else []:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = tuple((name, str(document.get(name))) for name in names)
            for metric in directive.get("Metrics", []):
                key = (
                    str(directive.get("Namespace", "")),
                    dimensions,
                    str(metric.get("Name")),
                    str(metric.get("Unit", "None")),
                )
                yield key, _numbers(document.get(metric.get("Name")))


def _numbers(value: Any) -> list[float]:
    several = value if isinstance(value, list) else [value]
    return [float(n) for n in several if isinstance(n, int | float) and not isinstance(n, bool)]
