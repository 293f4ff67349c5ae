"""Every command of the README is run, and what it shows is there."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from sim.stack import Deployment

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def installed(command: str) -> list[str]:
    """Return a command with this interpreter's programs in the place of `.venv/bin`."""
    words = shlex.split(command)
    return [word.replace(".venv/bin/", f"{Path(sys.executable).parent}/") for word in words]


FEW_REQUESTS = ("-o", "load.256 KB.requests=4", "-o", "load.256 KB.warm_up=2")
"""A run of a few requests has all the parts of one of many."""


@dataclass(frozen=True)
class Surroundings:
    """An empty folder of the test's own, what programs run with, and the session's stack."""

    folder: Path
    environment: dict[str, str]
    deployment: Deployment


def ends_well(command: str, at: Surroundings, folder: Path, *more: str) -> str:
    done = subprocess.run(
        [*installed(command), *more],
        cwd=folder,
        env=at.environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_make_bench(command: str, at: Surroundings) -> None:
    """The target itself, with a run of one size; where it keeps its state is the checkout."""
    options = (
        "BENCH_OPTIONS=--rounds 1 --size '256 KB' --profile raw --name readme "
        f"--results {at.folder} {shlex.join(FEW_REQUESTS)}"
    )
    output = ends_well(command, at, ROOT, options)
    assert "PASS" in output
    (result,) = at.folder.glob("*-readme")
    assert (result / "report.html").exists()


def run_quick_benchmark(command: str, at: Surroundings) -> None:
    """The target itself, with few repeats: whether targets are met is not asked."""
    options = {
        "make bench-lambda": "--quick --memory-invocations 50",
        "make bench-load": "--seconds 0.5",
    }
    done = subprocess.run(
        [*installed(command), f"BENCH_OPTIONS={options[command]}"],
        cwd=ROOT,
        env=at.environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert "target" in done.stdout, done.stdout + done.stderr


def run_make_test(command: str, at: Surroundings) -> None:
    """The target itself, on the tests of one room: this is one of those it would run."""
    output = ends_well(command, at, ROOT, "PYTEST_OPTIONS=tests/sim/template -q")
    assert "passed" in output


def run_as_written(command: str, at: Surroundings) -> None:
    (at.folder / "results").mkdir()
    for name in ("README.md", "bench", "results/reference"):
        (at.folder / name).symlink_to(ROOT / name)
    assert ends_well(command, at, at.folder)


def run_bench_raw(command: str, at: Surroundings) -> None:
    """With its raw part alone: the other one is run by the command with a profile."""
    assert "PASS" in ends_well(command, at, at.folder, "--profile", "raw", *FEW_REQUESTS)


def run_bench(command: str, at: Surroundings) -> None:
    assert "PASS" in ends_well(command, at, at.folder, *FEW_REQUESTS)
    (result,) = (at.folder / "results").glob("*-local")
    assert (result / "calls.parquet").exists()


def run_until_interrupted(command: str, at: Surroundings) -> None:
    """`firstwrite up`: its curl line gets a receipt, and Ctrl-C ends it."""
    with subprocess.Popen(
        installed(command),
        cwd=at.folder,
        env=at.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        shown = []
        for line in process.stdout:
            shown.append(line)
            if line.startswith("Load with a web page"):
                break
        (curl,) = [line for line in shown if line.startswith("curl ")]
        assert "messageID" in answered(curl)
        process.send_signal(signal.SIGINT)
        assert "Stopped" in process.stdout.read()
    assert process.returncode == 0


def answered(curl: str) -> str:
    """Run a curl line, or do what it says where there is no curl."""
    words = shlex.split(curl)
    if shutil.which("curl"):
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
        return done.stdout
    name, _, value = words[words.index("-H") + 1].partition(": ")
    body = words[words.index("-d") + 1].encode()
    answer = urllib3.request("POST", words[-1], body=body, headers={name: value}, retries=False)
    return answer.data.decode()


def run_locust(command: str, at: Surroundings) -> None:
    """Locust finds the stack of `up`, and its web page answers."""
    (at.folder / "bench").symlink_to(ROOT / "bench")
    (at.folder / ".firstwrite").mkdir()
    (at.folder / ".firstwrite" / "deployment.json").write_text(at.deployment.to_json())
    with subprocess.Popen(
        [*installed(command), "--web-host", "127.0.0.1", "--web-port", "18089"],
        cwd=at.folder,
        env=at.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                assert process.poll() is None
                try:
                    page = urllib3.request("GET", "http://127.0.0.1:18089/", retries=False)
                    break
                except urllib3.exceptions.HTTPError:
                    assert time.monotonic() < deadline
                    time.sleep(0.2)
            assert page.status == 200
            assert b"Locust" in page.data
        finally:
            process.terminate()


WAYS: dict[str, Callable[[str, Surroundings], None]] = {
    "make bench": run_make_bench,
    "make test": run_make_test,
    ".venv/bin/firstwrite profiles list": run_as_written,
    ".venv/bin/firstwrite profiles show aws-typical --plot profile.png": run_as_written,
    ".venv/bin/firstwrite profiles validate": run_as_written,
    '.venv/bin/firstwrite bench --rounds 1 --size "256 KB" --profile aws-optimistic'
    " --network office --uplink 50mbit --rtt 20ms": run_bench,
    ".venv/bin/firstwrite scenarios list": run_as_written,
    ".venv/bin/firstwrite scenarios show burst": run_as_written,
    ".venv/bin/firstwrite results list": run_as_written,
    ".venv/bin/firstwrite report results/reference --output report.html": run_as_written,
    ".venv/bin/firstwrite compare results/reference results/reference --max-regression p50=10%": (
        run_as_written
    ),
    ".venv/bin/firstwrite plan audit-records --duration 10m --html plan.html": run_as_written,
    ".venv/bin/firstwrite prices show lambda": run_as_written,
    ".venv/bin/firstwrite doctor": run_as_written,
    '.venv/bin/firstwrite bench --rounds 1 --size "256 KB"': run_bench_raw,
    ".venv/bin/firstwrite send --strategy s3 README.md": run_as_written,
    ".venv/bin/firstwrite preflight 4MB": run_as_written,
    ".venv/bin/firstwrite probe": run_as_written,
    ".venv/bin/firstwrite up": run_until_interrupted,
    ".venv/bin/locust -f bench/locustfile.py": run_locust,
    "make bench-lambda": run_quick_benchmark,
    "make bench-load": run_quick_benchmark,
}


def test_every_command_has_its_test() -> None:
    assert commands() == list(WAYS)


@pytest.mark.integration
@pytest.mark.parametrize("command", WAYS)
def test_a_command_does_what_it_is_said_to(tmp_path, program_environment, deployment, command):
    WAYS[command](command, Surroundings(tmp_path, program_environment, deployment))


def test_every_linked_file_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing
