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
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for directive in _objects(directives):
        namespace = str(directive.get("Namespace", ""))
        for names in _lists(directive.get("Dimensions")) or [[]]:
            dimensions = tuple((str(name), str(document.get(str(name)))) for name in names)
            for metric in _objects(directive.get("Metrics")):
                name = str(metric.get("Name"))
                key = (namespace, dimensions, name, str(metric.get("Unit", "None")))
                yield key, _numbers(document.get(name))


def _objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; a function may log anything, so anything else is dropped."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _lists(value: Any) -> list[list[Any]]:
    return [each for each in value if isinstance(each, list)] if isinstance(value, list) else []


def _numbers(value: Any) -> list[float]:
    several = value if isinstance(value, list) else [value]
    numbers = [n for n in several if isinstance(n, int | float) and not isinstance(n, bool)]
    # CloudWatch takes no NaN, no infinity and nothing beyond 2 ** 360 (PutMetricData, "Values").
    return [float(n) for n in numbers if -(2**360) <= n <= 2**360]
