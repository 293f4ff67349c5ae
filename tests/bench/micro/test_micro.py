"""The benchmark runs through and its rows make sense; how fast is no test's matter."""

import asyncio
import json
import re
import subprocess
import sys

import psutil
import pytest

from bench.errors import MendableError
from bench.micro.in_process import in_process_rows
from bench.micro.item_storage import CountedLines
from bench.micro.machines import (
    ARCHIVE_INPUT,
    BRANCHES_INPUT,
    BRANCHES_OUTPUT,
    NoOpTasks,
    distributed_map,
    message_archive,
    three_branches,
)
from bench.micro.peers import peers_of
from statemachine import Interpreter
from statemachine.clock import VirtualClock


def run(definition, execution_input, **more):
    return asyncio.run(
        Interpreter(definition, NoOpTasks(), VirtualClock(), **more).run(execution_input)
    )


def test_what_is_measured_does_its_work():
    assert run(message_archive(), ARCHIVE_INPUT).output["messageID"] == ARCHIVE_INPUT["messageID"]
    assert run(three_branches(), BRANCHES_INPUT).output == BRANCHES_OUTPUT


def test_a_map_gets_all_items_and_its_results_are_counted():
    storage = CountedLines(2_500)
    assert run(distributed_map(), {}, storage=storage).status == "SUCCEEDED"
    assert storage.written_bytes > 2_500 * len('{"number":0}')


def test_the_interpreter_alone_says_what_bounds_it():
    rows = list(in_process_rows(0.05))
    assert [row.section for row in rows[:2]] == ["in process"] * 2
    assert rows[0].against.startswith("SUCCEEDED; 47 events")
    shares = [float(row.value.split()[0]) for row in rows if row.section == "bound by"]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 100


def environment(tmp_path, version, *files):
    packages = tmp_path / "lib" / version / "site-packages" / "localstack" / "runtime"
    for path in (tmp_path / "bin" / "python", *(packages / name for name in files)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_peers_are_known_by_what_their_environment_holds(tmp_path):
    localstack = environment(tmp_path / "a", "python3.13", "main.py")
    old = environment(tmp_path / "b", "python3.11", "main.py")
    ministack = environment(tmp_path / "c", "python3.11")
    (ministack / "bin" / "ministack").touch()
    found, words = peers_of([localstack, old, ministack])
    assert [name.split()[0] for name in found] == ["moto", "LocalStack", "ministack"]
    assert re.fullmatch(r"moto \d[\d.]+, jsonpath-ng \d[\d.]+", next(iter(found)))
    assert words == [f"LocalStack in {old} needs Python 3.13: it is left out"]
    with pytest.raises(MendableError, match="holds neither"):
        peers_of([environment(tmp_path / "d", "python3.13")])


@pytest.mark.processes
def test_a_short_run_gives_every_row_and_leaves_no_process(tmp_path, repository):
    file = tmp_path / "rows.json"
    command = [sys.executable, "-m", "bench.micro", "--quick", "--output", file]
    run = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    rows = json.loads(file.read_text())
    assert list(dict.fromkeys(row["section"] for row in rows)) == [
        "in process", "bound by", "memory", "API", "peers",
    ]  # fmt: skip
    for row in rows:
        assert (row["met"] is None) == (row["target"] == "")
    (moto, _) = [row for row in rows if ": moto" in row["what"]]
    assert moto["ratio"] > 1
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if "bench.micro.server" in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []
