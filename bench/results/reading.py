"""Reads results folders: whole, or their JSON files alone, which takes no time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow

from bench.results.errors import ResultsReadError, SchemaVersionError
from bench.results.folder import (
    CALLS,
    RUN,
    SAMPLES,
    SATURATION,
    SUMMARY,
    VERIFICATION,
    Results,
    is_saturation,
)

KNOWN_SCHEMA_VERSIONS = frozenset({1})


@dataclass(frozen=True, slots=True)
class Documents:
    """The JSON files of a results folder, and the folder's name."""

    name: str
    summary: Mapping[str, Any]
    run: Mapping[str, Any]
    verification: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaturationDocuments:
    """The JSON files of a saturation search's folder, and the folder's name."""

    name: str
    saturation: Mapping[str, Any]
    run: Mapping[str, Any]
    verification: Mapping[str, Any]


def load_saturation(folder: Path) -> SaturationDocuments:
    """Read the JSON files of the results folder of a saturation search.

    Raises
    ------
    ResultsReadError
        If a file is missing or is not what its name says.
    SchemaVersionError
        If saturation.json has a schema that this version does not know.
    """
    saturation = _read_json(folder, SATURATION)
    _check_version(folder, SATURATION, saturation)
    name = folder.resolve().name
    return SaturationDocuments(
        name, saturation, _read_json(folder, RUN), _read_json(folder, VERIFICATION)
    )


def load_documents(folder: Path) -> Documents:
    """Read the JSON files of a results folder; its tables may be missing.

    Raises
    ------
    ResultsReadError
        If a file is missing or is not what its name says.
    SchemaVersionError
        If the summary has a schema that this version does not know.
    """
    if is_saturation(folder):
        raise ResultsReadError(
            f"{folder.name} holds a saturation search (`bench --find-max`), which has no summary of "
            "a run: look at it with `firstwrite results show`, or give the folder of a run"
        )
    summary = _read_json(folder, SUMMARY)
    _check_version(folder, SUMMARY, summary)
    name = folder.resolve().name
    return Documents(name, summary, _read_json(folder, RUN), _read_json(folder, VERIFICATION))


def load_results(folder: Path) -> Results:
    """Read a results folder.

    Raises
    ------
    ResultsReadError
        If a file is missing or is not what its name says.
    SchemaVersionError
        If the summary has a schema that this version does not know.
    """
    documents = load_documents(folder)
    samples = read_table(folder, SAMPLES)
    if not (folder / CALLS).exists():
        raise ResultsReadError(
            f"{folder.name} has no {CALLS}: a firstwrite wrote it that did not keep its calls yet, "
            "and its figures cannot be computed again; run `firstwrite bench` again"
        )
    calls = read_table(folder, CALLS)
    return Results(samples, calls, documents.summary, documents.run, documents.verification)


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one of the tables.

    Raises
    ------
    ResultsReadError
        If it is missing or is no Parquet file.
    """
    try:
        return pd.read_parquet(folder / name)
    except (OSError, pyarrow.ArrowException) as error:
        raise _read_error(folder, name, error) from error


def _check_version(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    version = content.get("schema_version")
    if version not in KNOWN_SCHEMA_VERSIONS:
        known = ", ".join(str(each) for each in sorted(KNOWN_SCHEMA_VERSIONS))
        raise SchemaVersionError(
            f"schema_version of {folder.name}/{name} is {version!r}, this version reads "
            f"{known}: read it with the firstwrite that wrote it"
        )


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _read_error(folder, name, error) from error
    if not isinstance(content, dict):
        raise ResultsReadError(f"{folder.name}/{name} holds no JSON object: run the bench again")
    return content


def _read_error(folder: Path, name: str, error: Exception) -> ResultsReadError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return ResultsReadError(
        f"{folder.name}/{name} cannot be read ({reason}): "
        "give a folder that `firstwrite bench` wrote"
    )
