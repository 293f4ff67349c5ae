"""The samples table: one row a request, with the blocking path's stages as columns.

Columns are those of `RequestSample`, then `stage_<name>_ms` for each entry of the `Server-Timing`
header (`-` becomes `_`), the two transits, `stage_client_wait_ms` (due to sent) and
`stage_remainder_ms`: latency less all other stages. The remainder keeps its sign; a negative one
tells of clocks or of stages that overlap, and must be seen.
"""

from dataclasses import fields
from pathlib import Path

import pandas as pd

from bench.collect.errors import SamplesTableError
from bench.load import RequestSample, parse_server_timing, read_records

TRANSITS = ("request_transit_ms", "response_transit_ms")
"""Fields of `RequestSample` that become stages."""
RECORD_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(RequestSample))
REQUEST_COLUMNS: tuple[str, ...] = tuple(name for name in RECORD_COLUMNS if name not in TRANSITS)
CLIENT_WAIT = "stage_client_wait_ms"
REMAINDER = "stage_remainder_ms"


def stage_column(stage: str) -> str:
    """Return the column of a stage: `payload-store` is in `stage_payload_store_ms`."""
    return f"stage_{stage.replace('-', '_')}_ms"


def read_samples(path: Path) -> pd.DataFrame:
    """Read the load's JSON lines into the samples table, in the order that requests finished.

    A run that was killed gives the requests that had finished.

    Raises
    ------
    bench.load.SamplesFileError
        If the file is not one of the load's.
    """
    rows = [record for record in read_records(path) if record["record"] == "request"]
    frame = pd.DataFrame(rows, columns=list(RECORD_COLUMNS))
    return with_blocking_stages(frame)


def read_blocks(path: Path) -> pd.DataFrame:
    """Read how the load generator fared: one row a finished block.

    Columns: block, drain_s, requests, wall_s, cpu_percent (of one core), client_wait_p50_ms,
    client_wait_p99_ms, client_wait_max_ms, late, dropped, loop_lag_p50_ms, loop_lag_p99_ms,
    loop_lag_max_ms, mark (see `bench.load.GeneratorHealth`).
    """
    return _records(path, "block_end")


def read_worker_blocks(path: Path) -> pd.DataFrame:
    """Read how each of several Locust workers fared: one row a finished block and worker.

    Columns: block, worker, host, process_id, clock_offset_s (its clock less the master's),
    clock_uncertainty_ms, and those of `read_blocks` but drain_s. Without rows for one process.
    """
    return _records(path, "worker_block_end")


def read_payloads(path: Path) -> pd.DataFrame:
    """Read what payloads were made from: one row a template.

    Columns: kind, size, body_bytes, source ("" if made up), compressible_share (by zlib at level 6,
    of 1).
    """
    return _records(path, "payload")


def _records(path: Path, name: str) -> pd.DataFrame:
    rows = [record for record in read_records(path) if record["record"] == name]
    return pd.DataFrame(rows).drop(columns="record", errors="ignore")


def with_blocking_stages(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with its stage columns, in the order of first appearance.

    A stage that a request did not report is NaN. A redis-set row has no stages: its latency is the
    SET alone.

    Raises
    ------
    SamplesTableError
        If a column that stages are computed from is missing.
    """
    needed = {"server_timing", "strategy", "due_s", "sent_s", "latency_ms"}
    if missing := sorted(needed - set(frame.columns)):
        raise SamplesTableError(f"the samples table has no column {missing[0]}")
    stages = pd.DataFrame(
        [_reported(header) for header in frame["server_timing"]], index=frame.index
    ).astype("float64")
    staged = frame["strategy"] != "redis-set"
    client_wait = ((frame["sent_s"] - frame["due_s"]) * 1e3).where(staged)
    under_way = [column for column in TRANSITS if column in frame]
    stages = pd.concat(
        [
            stages,
            frame[under_way].astype("float64").rename(columns=lambda name: f"stage_{name}"),
            client_wait.rename(CLIENT_WAIT),
        ],
        axis=1,
    )
    remainder = (frame["latency_ms"] - stages.sum(axis=1)).where(staged)
    return pd.concat([frame.drop(columns=under_way), stages, remainder.rename(REMAINDER)], axis=1)


def _reported(header: str) -> dict[str, float]:
    """Return stage column → ms of one header; what the client computes itself is not taken."""
    stages: dict[str, float] = {}
    for name, duration_ms in parse_server_timing(header).items():
        column = stage_column(name)
        if column not in {CLIENT_WAIT, REMAINDER}:
            stages[column] = stages.get(column, 0.0) + duration_ms
    return stages


def write_samples(frame: pd.DataFrame, path: Path) -> None:
    """Write the table to a Parquet file compressed with Zstandard."""
    frame.to_parquet(path, engine="pyarrow", compression="zstd", index=False)
