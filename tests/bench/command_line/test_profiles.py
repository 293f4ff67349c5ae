"""`firstwrite profiles`: lists, shows, compares and validates."""

import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from sim.latency import load_profile
from sim.latency.published import TARGETS, compare


def run(*words):
    return CliRunner(env={"COLUMNS": "300"}).invoke(program, ["profiles", *words])


def test_the_list_names_every_profile_with_its_confidence():
    done = run("list")
    assert done.exit_code == 0
    for name in ("raw", "aws-optimistic", "aws-typical", "aws-pessimistic"):
        assert name in done.stdout
    assert "judgement" in done.stdout


@pytest.mark.parametrize("name", ["raw", "aws-typical"])
def test_show_prints_and_plots(tmp_path, name):
    plot = tmp_path / "profile.png"
    done = run("show", name, "--plot", str(plot))
    assert done.exit_code == 0, done.output
    assert plot.read_bytes().startswith(b"\x89PNG")
    if name == "aws-typical":
        (row,) = [line for line in done.stdout.splitlines() if "s3.PutObject" in line]
        p50, p90, p99, p999, large = (float(cell) for cell in row.split("│")[2:7])
        assert (p50, round(p99)) == (40, 140)  # the parameters
        assert p50 < p90 < p99 < p999
        assert 60 < large < 62  # and 20 ms for 1 MB


def test_the_network_of_an_environment_is_shown_and_compared():
    assert "150 MiB at once and 150 once more, then 75 MiB/s" in run("show", "aws-typical").stdout
    assert "Network" not in run("show", "raw").stdout
    lines = list(run("diff", "raw", "aws-typical").stdout.splitlines())
    assert len([line for line in lines if "function-network" in line]) == 3


def test_diff_shows_what_differs_alone(tmp_path):
    assert "the same numbers" in run("diff", "raw", "raw").stdout
    path = tmp_path / "own.toml"
    path.write_text(
        'description = "own"\nextends = "aws-typical"\n[operations."s3.PutObject"]\n'
        'median_ms = { value = 20, confidence = "judgement", date = "2026", '
        'region = "none", source = "a guess" }\n'
    )
    lines = [
        line for line in run("diff", "aws-typical", str(path)).stdout.splitlines() if "s3." in line
    ]
    assert len(lines) == 1
    assert [cell.strip() for cell in lines[0].split("│")[1:6]] == [
        "s3.PutObject",
        "median_ms",
        "40",
        "20",
        "0.50",
    ]


def test_validate_lands_in_the_targets_or_says_why_not():
    done = run("validate")
    assert done.exit_code == 0
    compared = compare(load_profile("aws-typical"), TARGETS)
    outside = {each.figure.key for each in compared if not each.inside}
    assert outside == {"V6a", "V6b"}
    assert f"{len(TARGETS) - 2} of {len(TARGETS)} targets" in done.stdout


def test_a_profile_that_misses_a_target_without_a_reason_fails():
    assert run("validate", "aws-pessimistic").exit_code == 1


def test_an_unknown_profile_is_named_with_those_there_are():
    done = run("show", "aws")
    assert done.exit_code == 2
    assert "There is no profile aws" in done.output
    assert "aws-typical" in done.output
