"""Workloads as TOML files: those that come along, and those that users write.

description = "…"

[rate]
shape = "diurnal"                  # or "constant", or "trace"
mean_per_s = 50                    # records a second over a day, without bursts
peak_factor = 2.5                  # diurnal: the rate at the peak over the mean, 1 to 24
peak_hour = 14.0                   # diurnal: when that is
# file = "calls.csv"               # trace: CSV or Parquet with columns time and, if known, size
# speed = 2.0                      # trace: so many times faster than it was

[bursts]                           # leave it out for none
factor = 5                         # the rate is so many times what it would be
duration_s = 60
every_s = 3600
first_s = 3540                     # from midnight; by default at the end of each interval

[sizes]                            # weights; of a trace with sizes, its own
"256 KB" = 5
largest = 1

[kinds]                            # weights of image, json, binary, text; by default even
json = 1

[growth]
per_month = 0.03
horizon_months = 12

[retries]                          # a sender's
attempts = 3
backoff_s = 1.0
backoff_factor = 2.0

[sender]
network = "office"                 # none, same-region, office, home, mobile
uplink = "50mbit"
rtt = "20ms"
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from sim.errors import WorkloadError
from sim.latency.network import PRESETS, Network, network_of
from sim.toml_file import CheckedTable, overridden, read_document
from sim.workload.body_size import LEAST_BYTES, body_bytes_of
from sim.workload.kind import KINDS, Kind
from sim.workload.rate import LARGEST_PEAK_FACTOR, Bursts, ConstantRate, DiurnalRate, RateShape
from sim.workload.trace import Trace, read_trace
from sim.workload.workload import Growth, Retries

FOLDER: Final = Path(__file__).parent / "workloads"
_SHAPES: Final = ("constant", "diurnal", "trace")


def workload_names() -> list[str]:
    """Return the names of the workloads that come along."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_workload(
    name_or_path: str | Path, overrides: Sequence[str], largest_bytes: int
) -> dict[str, Any]:
    """Return the fields of a `Workload`.

    Raises
    ------
    WorkloadError
        Naming the file, the key, its value's problem and the mend.
    """
    path = _path_of(name_or_path)
    refuse = WorkloadError.saying
    if largest_bytes < LEAST_BYTES:
        raise refuse(f"largest_bytes is {largest_bytes}; give {LEAST_BYTES} or more")
    table = CheckedTable(
        overridden(read_document(path, refuse), overrides, refuse), path.name, refuse
    )
    table.only("description", "rate", "bursts", "sizes", "kinds", "growth", "retries", "sender")
    rate = _rate(table.table("rate"), path.parent, largest_bytes)
    return {
        "name": path.stem,
        "description": " ".join(table.text("description").split()),
        "rate": rate,
        "bursts": _bursts(table, rate),
        "sizes": _sizes(table, rate, largest_bytes),
        "kinds": _kinds(table.table("kinds")),
        "largest_bytes": largest_bytes,
        "growth": _growth(table.table("growth")),
        "retries": _retries(table.table("retries")),
        "sender": _sender(table.table("sender")),
    }


def _path_of(name_or_path: str | Path) -> Path:
    if name_or_path in workload_names():
        return FOLDER / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise WorkloadError(
        f"There is no workload {name_or_path}.",
        f"Take {' or '.join(workload_names())}, or the path of a .toml file.",
    )


def _rate(table: CheckedTable, beside: Path, largest_bytes: int) -> RateShape | Trace:
    shape = table.choice("shape", _SHAPES)
    if shape == "trace":
        table.only("shape", "file", "speed")
        speed = _above_0(table, "speed", 1.0)
        return read_trace(beside / table.text("file"), largest_bytes, speed)
    mean_per_s = _above_0(table, "mean_per_s")
    if shape == "constant":
        table.only("shape", "mean_per_s")
        return ConstantRate(mean_per_s)
    table.only("shape", "mean_per_s", "peak_factor", "peak_hour")
    peak_factor = table.number("peak_factor", least=1.0)
    if peak_factor > LARGEST_PEAK_FACTOR:
        raise table.error(
            "peak_factor",
            f"is {peak_factor:g}; write {LARGEST_PEAK_FACTOR:g} or less, shorter peaks as bursts",
        )
    peak_hour = table.number("peak_hour")
    if peak_hour > 24:
        raise table.error("peak_hour", f"is {peak_hour:g}; write an hour of the day, 0 to 24")
    return DiurnalRate(mean_per_s, peak_factor, peak_hour)


def _bursts(document: CheckedTable, rate: RateShape | Trace) -> Bursts | None:
    table = document.table("bursts")
    if not table.content:
        return None
    if isinstance(rate, Trace):
        raise document.error("bursts", "stand beside a trace; leave them out, it has its own")
    table.only("factor", "duration_s", "every_s", "first_s")
    every_s = table.number("every_s", least=1.0)
    duration_s = _above_0(table, "duration_s")
    if duration_s >= every_s:
        raise table.error("duration_s", f"is {duration_s:g}; write less than every_s, {every_s:g}")
    first_s = table.number("first_s", every_s - duration_s)
    if first_s >= every_s:
        raise table.error("first_s", f"is {first_s:g}; write less than every_s, {every_s:g}")
    return Bursts(table.number("factor"), duration_s, every_s, first_s)


def _sizes(
    document: CheckedTable, rate: RateShape | Trace, largest_bytes: int
) -> Mapping[str, float]:
    table = document.table("sizes")
    if isinstance(rate, Trace) and rate.body_bytes is not None:
        if table.content:
            raise document.error("sizes", f"stand beside those of {rate.file}; leave them out")
        return {}
    weights = table.weights()
    for size in weights:
        try:
            body_bytes_of(size, largest_bytes)
        except ValueError as error:
            raise table.error(size, f"cannot be; {error}") from error
    return {size: weight for size, weight in weights.items() if weight}


def _kinds(table: CheckedTable) -> Mapping[Kind, float]:
    table.only(*KINDS)
    if not table.content:
        return dict.fromkeys(KINDS, 1.0)
    return cast("dict[Kind, float]", table.weights())


def _growth(table: CheckedTable) -> Growth:
    table.only("per_month", "horizon_months")
    return Growth(
        per_month=table.number("per_month", Growth().per_month, least=-0.99),
        horizon_months=table.whole("horizon_months", Growth().horizon_months, least=1),
    )


def _retries(table: CheckedTable) -> Retries:
    table.only("attempts", "backoff_s", "backoff_factor")
    usual = Retries()
    return Retries(
        attempts=table.whole("attempts", usual.attempts, least=1),
        backoff_s=table.number("backoff_s", usual.backoff_s),
        backoff_factor=table.number("backoff_factor", usual.backoff_factor, least=1.0),
    )


def _sender(table: CheckedTable) -> Network:
    table.only("network", "uplink", "rtt")
    preset = table.choice("network", tuple(PRESETS), "same-region")
    given = {key: table.text(key) for key in ("uplink", "rtt") if key in table.content}
    try:
        return network_of(preset, **given)
    except ValueError as error:
        key = "rtt" if "--rtt" in str(error) else "uplink"
        raise table.error(key, f"cannot be; {str(error).removeprefix(f'--{key} ')}") from error


def _above_0(table: CheckedTable, key: str, default: float | None = None) -> float:
    value = table.number(key, default)
    if not value:
        raise table.error(key, "is 0; write a number above 0")
    return value
