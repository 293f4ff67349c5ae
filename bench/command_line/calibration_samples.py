"""The latencies that `firstwrite calibrate` fits to: of a run against AWS, or of a CSV file."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.errors import MendableError
from bench.results import load_results
from bench.statistics.samples import check_samples, stratum
from sim.latency.profile import OPERATIONS

CSV_COLUMNS: Final = ("operation", "bytes", "latency_ms")

_RUN_STAGES: Final = (
    ("redis-first", "stage_payload_store_ms", "elasticache.SET"),
    ("s3-first", "stage_payload_store_ms", "s3.PutObject"),
    ("redis-first", "stage_start_execution_ms", "states.StartExecution"),
    ("s3-first", "stage_start_execution_ms", "states.StartExecution"),
)
_WITHOUT_PAYLOAD: Final = ("states.StartExecution",)
"""Calls that carry a reference: the payload's size is not theirs."""
_ON_AWS: Final = ("raw", "aws")
"""Profiles of a run to which nothing is added."""
_EMULATORS: Final = ("firstwrite ", "LocalStack ", "moto ")
"""How the parts of a local stack begin in run.json; see `sim.stack.identity`."""


@dataclass(frozen=True, slots=True)
class CallSamples:
    """One operation's calls: latencies in ms, and the bytes that each sent or received."""

    latency_ms: NDArray[np.float64]
    body_bytes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Samples by operation, and where they are from.

    `region` is empty if the samples do not say it; `local` says why they are not AWS's, else it is
    empty.
    """

    calls: Mapping[str, CallSamples]
    source: str
    date: str
    region: str
    local: str


def read_run(folder: Path) -> Measurement:
    """Read the calls of a results folder: warm, measured and answered requests alone.

    Raises
    ------
    MendableError
        When the folder is no results folder, or none of its requests has a stage that is used.
    """
    results = load_results(folder)
    check_samples(results.samples)
    warm = stratum(results.samples, "warm")
    if "profile" in warm.columns:
        # A run under a profile has a raw part as well.
        warm = warm[warm["profile"] == results.run.get("profile")]
    parts: dict[str, list[pd.DataFrame]] = {}
    for strategy, column, operation in _RUN_STAGES:
        if column in warm.columns:
            rows = warm[(warm["strategy"] == strategy) & (warm[column] > 0)]
            call_bytes = 0 if operation in _WITHOUT_PAYLOAD else rows["payload_bytes"]
            found = pd.DataFrame({"latency_ms": rows[column], "bytes": call_bytes})
            parts.setdefault(operation, []).append(found)
    tables = {operation: pd.concat(found) for operation, found in parts.items()}
    calls = {
        operation: CallSamples(
            table["latency_ms"].to_numpy(np.float64), table["bytes"].to_numpy(np.float64)
        )
        for operation, table in tables.items()
        if len(table)
    }
    name = folder.resolve().name
    if not calls:
        raise MendableError(
            f"{name} has no warm, answered request with the stages payload-store and "
            "start-execution: give a run of redis-first or s3-first"
        )
    days = [str(results.run.get(key, ""))[:10] for key in ("started_utc", "finished_utc")]
    return Measurement(
        calls=calls,
        source=name,
        date=" to ".join(sorted({day for day in days if day})),
        region=str(_stack(results.run).get("region", "")),
        local=_why_local(results.run),
    )


def read_csv(path: Path) -> Measurement:
    """Read a CSV file with the columns operation, bytes and latency_ms; others are ignored.

    Raises
    ------
    MendableError
        Names the file, the line, the column and the reason.
    """
    latencies: dict[str, list[float]] = {}
    sizes: dict[str, list[float]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in CSV_COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise MendableError(
                    f"{path.name} line 1: the header lacks {', '.join(missing)}: "
                    f"write a header with {','.join(CSV_COLUMNS)}"
                )
            for row in rows:
                where = f"{path.name} line {rows.line_num}"
                operation = _operation(row["operation"], where)
                latencies.setdefault(operation, []).append(_latency(row["latency_ms"], where))
                sizes.setdefault(operation, []).append(_bytes(row["bytes"], where))
    except OSError as error:
        raise MendableError(
            f"{path.name} cannot be read ({error.strerror}): give a CSV file"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MendableError(f"{path.name} is no CSV file in UTF-8 ({error}): write one") from error
    if not latencies:
        raise MendableError(f"{path.name} has no row under its header: write one a call")
    calls = {
        operation: CallSamples(np.array(latencies[operation]), np.array(sizes[operation]))
        for operation in latencies
    }
    return Measurement(calls, path.name, date="", region="", local="")


def _operation(text: str | None, where: str) -> str:
    if text not in OPERATIONS:
        raise MendableError(
            f"{where}: operation is {text!r}, which no profile knows: "
            f"take one of {', '.join(OPERATIONS)}"
        )
    return text


def _latency(text: str | None, where: str) -> float:
    value = _number(text, f"{where}: latency_ms")
    if value <= 0:
        raise MendableError(f"{where}: latency_ms is {text}: a call takes more than 0 ms")
    return value


def _bytes(text: str | None, where: str) -> float:
    value = _number(text, f"{where}: bytes")
    if value < 0 or value != int(value):
        raise MendableError(f"{where}: bytes is {text}: write a whole number of at least 0")
    return value


def _number(text: str | None, what: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise MendableError(f"{what} is {text!r}, which is no number: write one such as 12.5")
    return value


def _stack(run: Mapping[str, Any]) -> Mapping[str, Any]:
    stack = run.get("stack")
    return stack if isinstance(stack, Mapping) else {}


def _why_local(run: Mapping[str, Any]) -> str:
    """Return why a run's latencies are not AWS's; empty if they are."""
    profile, stack = run.get("profile"), _stack(run)
    if profile not in _ON_AWS:
        return f"was shaped by the latency profile {profile}"
    emulated = [
        f"{part} were {what}" for part, what in stack.items() if str(what).startswith(_EMULATORS)
    ]
    if emulated:
        return f"was local ({'; '.join(emulated)})"
    return "" if stack else "does not say what answered it"
