from pathlib import Path

import numpy as np
import pytest

from bench.plan import PlanError, PlanOptions, request_of
from bench.plan.run_workload import workload_of_run
from bench.results import ResultsReadError, read_table
from bench.results.folder import SAMPLES
from sim.stack.checkout import ROOT
from sim.workload import LARGEST_BODY_BYTES, Workload

REFERENCE = ROOT / "results" / "reference"


def test_a_runs_messages_come_in_its_sizes_and_shares():
    samples = read_table(REFERENCE, SAMPLES)
    measured = samples[~samples["warm_up"] & samples["strategy"].isin(["redis-first", "s3-first"])]
    request = request_of(PlanOptions(run=REFERENCE, rate_per_s=20.0, duration="1h"))
    drawn = request.load().arrivals.body_bytes
    sizes, counts = np.unique(drawn, return_counts=True)
    expected = measured["body_bytes"].value_counts(normalize=True).sort_index()
    assert sizes[:-1].tolist() == expected.index[:-1].tolist()
    assert sizes[-1] == LARGEST_BODY_BYTES < expected.index[-1]
    assert counts / len(drawn) == pytest.approx(expected.to_numpy(), rel=0.05)
    assert request.workload.bursts is None
    assert request.workload.name == "reference"


def test_its_rate_is_that_within_its_blocks():
    found = workload_of_run(REFERENCE, Workload.read("audit-records"))
    samples = read_table(REFERENCE, SAMPLES)
    measured = samples[~samples["warm_up"] & samples["strategy"].isin(["redis-first", "s3-first"])]
    whole_s = 0.0
    for _, block in measured.groupby(["profile", "block"]):
        due_s = np.sort(block["due_s"].to_numpy())
        whole_s += float(np.diff(due_s).sum())
    blocks = measured.groupby(["profile", "block"]).ngroups
    assert found.mean_rate_per_s() == pytest.approx((len(measured) - blocks) / whole_s)


def test_a_folder_that_is_no_runs_is_refused(tmp_path: Path):
    with pytest.raises(ResultsReadError):
        request_of(PlanOptions(run=tmp_path))


def test_too_few_requests_are_refused(tmp_path: Path):
    few = read_table(REFERENCE, SAMPLES).head(3)
    few.to_parquet(tmp_path / SAMPLES)
    with pytest.raises(PlanError, match="measured requests"):
        request_of(PlanOptions(run=tmp_path))
