"""The table `arrivals` of a scenario: which process, and its numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast, get_args

from bench.load import (
    ArrivalProcess,
    PlanError,
    burst,
    constant,
    poisson,
    ramp,
    read_trace,
    step,
)
from bench.load.arrival_process import ClosedUsers, Spacing
from sim.toml_file import CheckedTable


def read_arrivals(table: CheckedTable, beside: Path) -> ArrivalProcess:
    """Return the process that `table` describes.

    Parameters
    ----------
    beside
        The folder that a trace's file is named from.

    Raises
    ------
    bench.scenarios.ScenarioError
        Naming the key and the reason.
    """
    process = table.choice("process", tuple(_READERS))
    try:
        return _READERS[process](table, beside)
    except PlanError as error:
        raise table.error("process", f"({process}) cannot be: {error}") from error


def _poisson(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "rate_per_s")
    return poisson(table.number("rate_per_s"))


def _constant(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "rate_per_s")
    return constant(table.number("rate_per_s"))


def _ramp(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "from_per_s", "to_per_s", "over_s", "spacing")
    return ramp(
        table.number("from_per_s"),
        table.number("to_per_s"),
        table.number("over_s"),
        spacing=_spacing(table),
    )


def _burst(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "base_per_s", "burst_per_s", "burst_s", "period_s", "spacing")
    return burst(
        table.number("base_per_s"),
        table.number("burst_per_s"),
        burst_s=table.number("burst_s"),
        period_s=table.number("period_s"),
        spacing=_spacing(table),
    )


def _step(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "steps", "spacing")
    steps = table.content.get("steps")
    if not isinstance(steps, list) or not all(_is_pair(each) for each in steps):
        raise table.error(
            "steps", f"is {steps!r}; write a list of [arrivals a second, seconds] pairs"
        )
    return step([(float(rate), float(seconds)) for rate, seconds in steps], _spacing(table))


def _trace(table: CheckedTable, beside: Path) -> ArrivalProcess:
    table.only("process", "file", "speed")
    return read_trace(beside / table.text("file"), speed=table.number("speed", 1.0))


def _closed(table: CheckedTable, _: Path) -> ArrivalProcess:
    table.only("process", "users", "think_s")
    return ClosedUsers(table.whole("users", least=1), table.number("think_s", 0.0))


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
    )


def _spacing(table: CheckedTable) -> Spacing:
    return cast("Spacing", table.choice("spacing", get_args(Spacing), "poisson"))


_READERS: Final[dict[str, Callable[[CheckedTable, Path], ArrivalProcess]]] = {
    "poisson": _poisson,
    "constant": _constant,
    "ramp": _ramp,
    "burst": _burst,
    "step": _step,
    "trace": _trace,
    "closed": _closed,
}
