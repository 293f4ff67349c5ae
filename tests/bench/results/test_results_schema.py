"""SCHEMA.md against what is really written."""

import json
import re
from pathlib import Path

import pytest

import bench.results
from bench.collect import (
    BRANCH_COLUMNS,
    CALL_COLUMNS,
    REQUEST_COLUMNS,
    SEQUENTIAL_STAGES,
    TOTAL,
    CheckCount,
    Finding,
    Verification,
    stage_column,
)
from bench.collect.findings import MESSAGE_CHECKS
from bench.statistics.samples import STAGE_ORDER
from tests.bench.saturation.documents import document
from tests.bench.saturation.search_settings import search_settings

SCHEMA = (Path(bench.results.__file__).parent / "SCHEMA.md").read_text(encoding="utf-8")
MAPPINGS_OF_NAMES = {
    "stages[].means_ms",
    "distributions[].quantiles_ms",
    "costs.costs[].by_component",
    "rules.minimum_samples",
    "rules.minimum_samples_of_intervals",
    "packages",
    "plan",
    "raw",
    "latency.operations",
    "stack",
    "checks",
}
"""Objects whose keys are names of things, or described before; the schema has one line for each."""


def documented(heading):
    section = SCHEMA.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)


def paths(value, path=""):
    """Yield the path of each key of a JSON value; lists count as `[]`."""
    if path in MAPPINGS_OF_NAMES or (isinstance(value, dict) and value.keys() == {"low", "high"}):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from paths(inner, f"{path}[]")


def test_every_column_of_the_samples_is_documented_and_every_documented_one_exists(results):
    columns = documented("samples.parquet")
    real = [
        *REQUEST_COLUMNS,
        *(stage_column(stage) for stage in STAGE_ORDER),
        *SEQUENTIAL_STAGES,
        TOTAL,
        *BRANCH_COLUMNS,
        "profile",
    ]
    assert columns == real
    assert set(results.samples.columns) == set(columns)


def test_every_column_of_the_calls_is_documented_and_every_documented_one_exists(results):
    assert documented("calls.parquet") == [*CALL_COLUMNS, "profile"]
    assert list(results.calls.columns) == documented("calls.parquet")


def test_every_key_of_the_summary_is_documented_and_every_documented_one_exists(results):
    assert list(dict.fromkeys(paths(results.summary))) == documented("summary.json")


def test_every_key_of_a_saturation_search_is_documented_and_every_documented_one_exists():
    found = document(search_settings("p99=600ms"))
    assert list(dict.fromkeys(paths(found))) == documented("saturation.json")


def test_every_key_of_the_run_is_documented_and_every_documented_one_exists(results):
    run = {**results.run, "git": results.run["git"] or {"commit": "", "dirty": False}}
    assert list(dict.fromkeys(paths(run))) == documented("run.json")


def test_every_key_of_the_verification_is_documented_and_every_documented_one_exists():
    verification = Verification(
        acknowledged=1,
        checks={check: CheckCount(1, 0) for check in MESSAGE_CHECKS},
        findings=(Finding("0b6d", "s3-first", "archived object", "not there"),),
        notes=("a note",),
    )
    assert list(dict.fromkeys(paths(json.loads(verification.to_json())))) == documented(
        "verification.json"
    )


@pytest.mark.parametrize("check", [*MESSAGE_CHECKS, "unacknowledged"])
def test_every_check_is_named(check):
    assert f"`{check}`" in SCHEMA
