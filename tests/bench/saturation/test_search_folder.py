"""The folder of a search: a tiny one on the real stack, and what the commands make of it."""

import json
import shutil
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd
import pytest

from bench.collect.findings import MESSAGE_CHECKS
from bench.results import SaturationFiles, list_results, write_saturation
from bench.saturation import find_highest_rates
from bench.saturation.search import SearchPlan
from bench.scenarios import load_scenario
from tests.bench.command_line.in_process import firstwrite
from tests.bench.results.whole_folder import STARTED, raw_tables, write_folder
from tests.bench.run.test_verdict_of_a_run import Silent
from tests.bench.saturation.documents import PASSED, RUN, document
from tests.bench.saturation.search_settings import search_settings


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A root with a run and a search."""
    root = tmp_path_factory.mktemp("results")
    write_folder(root, raw_tables(), name="run")
    samples, calls = raw_tables()
    write_saturation(
        root,
        SaturationFiles(samples, calls, document(search_settings("p99=600ms")), RUN, PASSED),
        name="search",
        started=STARTED,
        plots={"saturation.png": b"png"},
        report_html="<p>report</p>",
    )
    return root


def folder_of(root, name):
    return next(each for each in list_results(root) if each.name.endswith(name))


def test_the_list_has_the_rates_of_a_search_beside_runs(root, program_environment):
    done = firstwrite(root, program_environment, "results", "list", "--results", ".")
    assert done.code == 0
    lines = [line for line in done.stdout.splitlines() if "search" in line]
    assert len(lines) == 1
    held = document(search_settings("p99=600ms"))["strategies"][0]["held_per_s"]
    assert f"{held:.2f}/s" in lines[0]
    assert "steady, highest rate" in lines[0]


def test_show_prints_what_the_search_printed(root, program_environment):
    folder = folder_of(root, "search")
    done = firstwrite(root, program_environment, "results", "show", str(folder))
    assert done.code == 0, done.stderr
    said = " ".join(done.stdout.split())
    for part in ("Redis-first holds p99 ≤ 600 ms", "PASS", "not AWS's", "Rates that were tried"):
        assert part in said


@pytest.mark.parametrize("command", ["report", "compare", "results export --format json"])
def test_commands_that_need_a_run_refuse_a_search(root, program_environment, command):
    search, run = folder_of(root, "search"), folder_of(root, "run")
    words = [*command.split(), str(search), *([str(run)] if command == "compare" else [])]
    done = firstwrite(root, program_environment, *words)
    assert done.code == 2
    assert "holds a saturation search (`bench --find-max`)" in done.stderr


def test_a_damaged_search_hides_no_run_in_the_list(root, tmp_path, program_environment):
    copied = shutil.copytree(root, tmp_path / "copied")
    (folder_of(copied, "search") / "saturation.json").write_text('{"schema_version": 9}')
    done = firstwrite(copied, program_environment, "results", "list", "--results", ".")
    assert done.code == 0
    assert "saturation.json is 9" in " ".join(done.stdout.split())
    assert any("run" in line and "pass" in line for line in done.stdout.splitlines())


@pytest.mark.integration
def test_a_small_search_on_the_real_stack_ends_at_the_highest_rate(stack, tmp_path):
    scenario = load_scenario("steady", ['load.steady.sizes={"256 KB"=1}'])
    settings = replace(
        search_settings("p50=5s"),
        scenario=scenario,
        plan=SearchPlan(4.0, 4.0),
        least_block_s=2.0,
        warm_up_s=0.5,
        strategies=("s3-first",),
        results_root=tmp_path / "results",
    )
    outcome = find_highest_rates(
        settings,
        lambda _: nullcontext(stack),
        work_folder=tmp_path / "work",
        stack_facts=lambda _: {},
        display=Silent(),
    )
    read = {
        name: json.loads((outcome.folder / f"{name}.json").read_text())
        for name in ("saturation", "run", "verification")
    }
    (found,) = read["saturation"]["strategies"]
    assert (found["held_per_s"], found["ending"]) == (4.0, "held at the highest rate")
    (probe,) = read["saturation"]["probes"]
    assert probe["outcome"] == "holds"
    assert probe["machine_cpu_share"] > 0
    assert 2.0 < probe["offered_per_s"] < 8.0
    samples = pd.read_parquet(outcome.folder / "samples.parquet")
    measured = samples[~samples["warm_up"]]
    assert len(measured) == probe["requests"]
    assert (samples["status"] == 200).all()
    # One clock for all load generators: a block is due when the one before has been answered.
    ends = samples.groupby("block").agg(due=("due_s", "min"), done=("done_s", "max"))
    assert (ends["due"].iloc[1:].to_numpy() > ends["done"].iloc[:-1].to_numpy()).all()
    assert read["verification"]["verdict"] == "pass"
    assert read["verification"]["acknowledged"] == len(samples)
    for check in MESSAGE_CHECKS:
        assert read["verification"]["checks"][check]["failed"] == 0
    assert read["run"]["plan"]["raw"]["search"] == "highest rate"
    assert "the highest rate tried" in (outcome.folder / "report.html").read_text()
