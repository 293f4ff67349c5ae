"""The example workflow is valid, what it calls exists, and its comparison is run as written."""

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import typer
import yaml

from bench.command_line.program import program
from tests.bench.compare.runs import times
from tests.bench.results.whole_folder import FAILED, raw_tables, write_folder
from tests.bench.statistics.synthetic_samples import Shape

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "github-actions.md").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load((ROOT / "docs" / "examples" / "gate.yml").read_text(encoding="utf-8"))
STEPS = WORKFLOW["jobs"]["gate"]["steps"]
BENCH_OPTIONS = re.compile(r'make -C \w+ bench BENCH_OPTIONS="([^"]*)"')


KEYS_OF_A_STEP = {"name", "id", "if", "uses", "with", "env", "run", "continue-on-error"}


def scripts():
    return [step["run"] for step in STEPS if "run" in step]


def commands():
    """Return the words after `firstwrite` of each command in the workflow and on the page."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    lines = [line for text in (*scripts(), *blocks) for line in text.splitlines()]
    found = [
        shlex.split(line.split("firstwrite ", 1)[1].split(" > ")[0])
        for line in lines
        if re.match(r"(\S*/)?firstwrite ", line)
    ]
    made = [BENCH_OPTIONS.search(line) for line in lines if "make " in line]
    assert all(made)
    return [*found, *(["bench", *shlex.split(each[1])] for each in made)]


def parse(words):
    """Parse a command line as the program would, without running it."""
    command, words = typer.main.get_command(program), list(words)
    while hasattr(command, "commands"):
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    return command.make_context("firstwrite", words)


def test_the_workflow_is_one_that_github_takes():
    # YAML 1.1 reads the key `on` as true; GitHub does not.
    assert WORKFLOW[True] == {"pull_request": None}
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert WORKFLOW["jobs"]["gate"]["runs-on"]
    for step in STEPS:
        assert ("run" in step) != ("uses" in step), step
        assert step.keys() <= {
            "name",
            "id",
            "if",
            "uses",
            "with",
            "env",
            "run",
            "continue-on-error",
        }
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])


def test_what_a_step_reads_an_earlier_one_has_made():
    text = "\n".join(scripts())
    for made, read in (
        ("> comparison.md", "--body-file comparison.md"),
        ("--html comparison.html", None),
        ("--output junit.xml", None),
    ):
        assert text.index(made) < (text.index(read) if read else len(text))
    kept = STEPS[-1]["with"]["path"].split()
    assert kept == ["results", "comparison.html", "junit.xml"]


def test_the_comparison_decides_and_what_comes_after_it_runs_all_the_same():
    names = [step.get("name") for step in STEPS]
    compare = names.index("Compare")
    assert "continue-on-error" not in STEPS[compare]
    assert all("!cancelled()" in step["if"] for step in STEPS[compare + 1 :])


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_exists_with_its_options(words):
    assert parse(words).params


def test_an_option_that_does_not_exist_would_be_noticed():
    with pytest.raises(Exception, match="--max-slowness"):
        parse(["compare", "a", "b", "--max-slowness", "p50=1%"])
    kinds = {words[0] for words in commands()}
    assert kinds == {"bench", "compare", "results"}


def test_the_targets_of_make_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"make -C \w+ ([a-z-]+)", "\n".join(scripts()))) <= set(targets)


def test_every_linked_file_is_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


@pytest.mark.processes
@pytest.mark.parametrize(
    ("factor", "verification", "code"), [(1.0, {}, 0), (1.5, {}, 1), (1.0, FAILED, 1)]
)
def test_the_steps_that_compare_end_as_they_should(tmp_path, factor, verification, code):
    (tmp_path / "candidate").mkdir()
    (tmp_path / "candidate" / ".venv").symlink_to(Path(sys.executable).parents[1])
    samples, calls = raw_tables(Shape(rounds=4, sizes=("256 KB",)))
    write_folder(tmp_path / "results", (samples, calls), name="base")
    write_folder(
        tmp_path / "results",
        (times(samples, factor), calls),
        name="candidate",
        later=timedelta(hours=1),
        verification=verification,
    )
    (compare, export) = [text for text in scripts() if "/firstwrite" in text]
    for script, expected in ((compare, code), (export, 0)):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == expected, done.stderr
    first = (tmp_path / "comparison.md").read_text().splitlines()[2]
    assert first.startswith("**FAIL" if code else "**PASS")
    assert (tmp_path / "comparison.html").exists()
    assert (tmp_path / "junit.xml").exists()
