"""Writes results folders, and replaces a report in one.

A folder ``<UTC time>-<name>`` is written as a hidden sibling and renamed when it is complete, so
that a results folder is never a part of one. Its files are described in SCHEMA.md.
"""

import errno
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from bench.results.errors import (
    DiskFullError,
    ResultsNameError,
    ResultsWriteError,
)
from bench.results.histograms import histogram_files

SAMPLES = "samples.parquet"
CALLS = "calls.parquet"
SUMMARY = "summary.json"
SATURATION = "saturation.json"
RUN = "run.json"
VERIFICATION = "verification.json"
REPORT = "report.html"
PLOTS = "plots"
HISTOGRAMS = "histograms"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SAME_SECOND_LIMIT = 100

WriteFile = Callable[[Path, bytes], None]


@dataclass(frozen=True, slots=True)
class Results:
    """What a results folder holds but for its pictures: two tables and three JSON objects."""

    samples: pd.DataFrame
    calls: pd.DataFrame
    summary: Mapping[str, Any]
    run: Mapping[str, Any]
    verification: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaturationFiles:
    """The same of a saturation search, which has a document of its own in place of a summary."""

    samples: pd.DataFrame
    calls: pd.DataFrame
    saturation: Mapping[str, Any]
    run: Mapping[str, Any]
    verification: Mapping[str, Any]


def write_file(path: Path, content: bytes) -> None:
    """Write a file and have it reach the disk, so that a full disk shows here and not later."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_results(
    root: Path,
    results: Results,
    *,
    name: str,
    started: datetime,
    plots: Mapping[str, bytes],
    report_html: str,
    write: WriteFile = write_file,
) -> Path:
    """Write a results folder and give its path.

    Parameters
    ----------
    root
        The folder of all results; made if absent.
    results
        What to write.
    name
        1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or a digit.
    started
        When the run started, with a time zone.
    plots
        PNG files by file name.
    report_html
        The report.
    write
        Writes one file.

    Raises
    ------
    ResultsNameError
        If ``name`` has other characters.
    DiskFullError
        If the disk or the quota is full.
    ResultsWriteError
        If the folder cannot be written for another reason of the system's.
    """
    files = {
        SUMMARY: _json(results.summary),
        **_files(results, plots, report_html),
        **{
            f"{HISTOGRAMS}/{file_name}": content
            for file_name, content in histogram_files(results.samples).items()
        },
    }
    return _write_folder(root, files, name=name, started=started, write=write)


def write_saturation(
    root: Path,
    results: SaturationFiles,
    *,
    name: str,
    started: datetime,
    plots: Mapping[str, bytes],
    report_html: str,
    write: WriteFile = write_file,
) -> Path:
    """Write the results folder of a saturation search; as `write_results`, without histograms.

    Raises
    ------
    ResultsNameError, DiskFullError, ResultsWriteError
        As `write_results`.
    """
    files = {
        SATURATION: _json(results.saturation),
        **_files(results, plots, report_html),
    }
    return _write_folder(root, files, name=name, started=started, write=write)


def _write_folder(
    root: Path, files: Mapping[str, bytes], *, name: str, started: datetime, write: WriteFile
) -> Path:
    check_name(name)
    size_mb = sum(len(content) for content in files.values()) / 1e6
    partial: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=root))
        for relative, content in files.items():
            (partial / relative).parent.mkdir(exist_ok=True)
            write(partial / relative, content)
        # mkdtemp makes it for this user alone; results are for all who may read the root.
        partial.chmod(root.stat().st_mode & 0o777)
        stamp = started.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return _rename_to_free_name(partial, root / f"{stamp}-{name}")
    except OSError as error:
        raise _write_error(error, root, size_mb) from error
    finally:
        # Gone already if it was renamed.
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)


def replace_report(
    folder: Path,
    plots: Mapping[str, bytes],
    report_html: str,
    *,
    write: WriteFile = write_file,
) -> None:
    """Replace the report and the plots in a results folder; plots of other names stay.

    Each file is whole at any time: it is written beside the old one and takes its place.

    Raises
    ------
    DiskFullError
        If the disk or the quota is full.
    ResultsWriteError
        If the folder cannot be written for another reason of the system's.
    """
    files = {
        **{f"{PLOTS}/{name}": content for name, content in plots.items()},
        REPORT: report_html.encode(),
    }
    size_mb = sum(len(content) for content in files.values()) / 1e6
    try:
        (folder / PLOTS).mkdir(exist_ok=True)
        for relative, content in files.items():
            _replace_file(folder / relative, content, write)
    except OSError as error:
        raise _write_error(error, folder, size_mb) from error


def _replace_file(path: Path, content: bytes, write: WriteFile) -> None:
    beside = path.with_name(f".partial-{path.name}")
    try:
        write(beside, content)
        beside.replace(path)
    finally:
        # Gone already if it took the old one's place.
        beside.unlink(missing_ok=True)


def list_results(root: Path) -> list[Path]:
    """Give the results folders under ``root``, oldest first, those of saturation searches too.

    A folder that has the document of neither is none.
    """
    if not root.is_dir():
        return []
    return sorted(
        folder
        for folder in root.iterdir()
        if not folder.name.startswith(".")
        and ((folder / SUMMARY).is_file() or is_saturation(folder))
    )


def is_saturation(folder: Path) -> bool:
    """Say whether a folder is that of a saturation search."""
    return (folder / SATURATION).is_file()


def check_name(name: str) -> None:
    """Refuse a run's name that cannot be part of a folder's; call it before the run.

    Raises
    ------
    ResultsNameError
        Says which names are allowed.
    """
    if not _NAME.fullmatch(name):
        raise ResultsNameError(
            f"name is {name!r}: use 1 to 64 letters, digits, '.', '-' and '_', "
            "the first a letter or a digit"
        )


def _files(
    results: Results | SaturationFiles, plots: Mapping[str, bytes], report_html: str
) -> dict[str, bytes]:
    return {
        SAMPLES: _parquet(results.samples),
        CALLS: _parquet(results.calls),
        RUN: _json(results.run),
        VERIFICATION: _json(results.verification),
        REPORT: report_html.encode(),
        **{f"{PLOTS}/{name}": content for name, content in plots.items()},
    }


def _parquet(frame: pd.DataFrame) -> bytes:
    table = io.BytesIO()
    frame.to_parquet(table, engine="pyarrow", compression="zstd", index=False)
    return table.getvalue()


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _rename_to_free_name(partial: Path, wanted: Path) -> Path:
    """Two runs of one name may start in the same second: the later gets a number."""
    for number in range(1, _SAME_SECOND_LIMIT):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        if target.exists():
            continue
        try:
            return partial.rename(target)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
    raise FileExistsError(errno.EEXIST, "too many results folders of this second", wanted.name)


def _write_error(error: OSError, root: Path, size_mb: float) -> ResultsWriteError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(
            f"no space left for the results in {root.name}/: they take {size_mb:.1f} MB; "
            "free that much there and run again (nothing was kept of this one)"
        )
    reason = error.strerror or type(error).__name__
    return ResultsWriteError(
        f"the results cannot be written to {root.name}/: {reason}; "
        "give a folder that you may write to"
    )
