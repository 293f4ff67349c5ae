"""Each command and program of docs/state-machines.md is run, and what it quotes is there."""

import contextlib
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from sim.stack import Deployment
from tests.bench.command_line.in_process import Ended, firstwrite

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "state-machines.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples" / "state-machine"
ENVIRONMENT = {"COLUMNS": "160", "NO_COLOR": "1"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(folder: Path, command: str) -> Ended:
    program, *words = shlex.split(command)
    assert program == "firstwrite"
    ended = firstwrite(folder, ENVIRONMENT, *words)
    assert ended.code == 0, ended.stdout + ended.stderr
    return ended


VALIDATE, SVG, MERMAID, RUN, TEST, BENCH = commands()


def test_the_commands_do_what_is_said_of_them(folder: Path) -> None:
    assert run(folder, VALIDATE).stdout == "order.asl.json: valid\n"
    run(folder, SVG)
    assert (folder / "order.svg").read_text().startswith("<svg")
    assert run(folder, MERMAID).stdout.startswith("flowchart TD")
    assert run(folder, TEST).stdout.endswith("4 of 4 passed\n")
    assert (folder / "junit.xml").exists()


def test_the_tree_is_the_one_that_is_quoted(folder: Path) -> None:
    (quoted,) = blocks("text")
    assert run(folder, RUN).stdout == quoted


def test_the_mocks_and_the_test_are_those_of_the_examples() -> None:
    mocks, test = blocks("yaml")
    assert yaml.safe_load(mocks) == yaml.safe_load((EXAMPLES / "mocks.yaml").read_text())
    suite = yaml.safe_load((EXAMPLES / "suite.yaml").read_text())
    assert yaml.safe_load(test)[0] in suite["tests"]


def printed(program: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(program, "docs/state-machines.md", "exec"), {"__name__": "example"})  # noqa: S102
    return shown.getvalue().strip()


def test_the_embedded_program_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    status, error, events = printed(blocks("python")[0]).split()
    assert (status, error) == ("FAILED", "NotPaid")
    assert int(events) > 10


@pytest.mark.integration
def test_the_program_with_boto3_runs(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", deployment.endpoint_urls["AWS_ENDPOINT_URL_SFN"])
    assert json.loads(printed(blocks("python")[1]).replace("'", '"'))[0] == "ExecutionStarted"


def test_the_benchmark_has_its_target() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert BENCH.split() == ["make", "bench-interpreter"]
    assert BENCH.split()[1] in targets


def test_every_linked_file_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
