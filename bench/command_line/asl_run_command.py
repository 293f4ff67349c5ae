"""`firstwrite asl run`."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bench.asl.definition_file import DefinitionFile, read_value
from bench.asl.errors import AslError
from bench.asl.folder_storage import FolderStorage
from bench.asl.history_tree import HistoryTree, tree_of
from bench.asl.local_run import Ran, run_locally
from bench.asl.mocked_tasks import task_resources
from bench.asl.mocks import Mocks, read_mocks
from bench.asl.service_run import endpoint_of, run_by_service
from bench.asl.tree_text import drawn
from bench.command_line.asl_definition_commands import valid_definition
from bench.command_line.failure import FAILED
from bench.command_line.stack_session import running_deployment
from bench.command_line.text_output import plain
from statemachine import StateMachine
from statemachine.history import json_text


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is run, and how: the options of the same names."""

    definition: Path
    input_file: Path | None = None
    mock: Path | None = None
    test_case: str | None = None
    storage: Path | None = None
    clock: Literal["virtual", "real"] | None = None
    seed: int = 0
    as_json: bool = False


def run_definition(options: RunOptions, output: Console, errors: Console) -> int:
    """Run a definition, show its history, and return the exit code.

    Raises
    ------
    MendableError
        When the definition, a file or an option has to be mended.
    """
    file, machine = valid_definition(options.definition)
    execution_input = {} if options.input_file is None else read_value(options.input_file, "input")
    with _Screen(file.name, errors) as screen:
        ran = _ran(options, file, machine, execution_input, screen)
    if options.as_json:
        plain(json.dumps(_as_json(ran), indent=2, ensure_ascii=False, default=str), output)
    else:
        output.print(drawn(tree_of(ran.events), Path(file.name).name))
        _print_end(ran, output)
    for said in dict.fromkeys(ran.unanswered):
        errors.print(Text(f"{said}: add it to the mock file"), soft_wrap=True)
    return 0 if ran.status == "SUCCEEDED" else FAILED


def _ran(
    options: RunOptions,
    file: DefinitionFile,
    machine: StateMachine,
    execution_input: Any,
    screen: "_Screen",
) -> Ran:
    tasks = task_resources(machine)
    if options.mock is None and options.test_case is not None:
        raise AslError("--test-case names a part of a mock file: give --mock too")
    if options.mock is None and tasks:
        return _by_service(options, file, tasks, execution_input, screen)
    mocks = Mocks()
    if options.mock is not None:
        mocks = read_mocks(read_value(options.mock, "mocks"), str(options.mock), options.test_case)
        _check_names(mocks, tasks, options.mock)
    real_time = options.clock == "real"
    if options.storage is not None and not options.storage.is_dir():
        raise AslError(f"--storage {options.storage} is no folder: name one with the buckets")
    return run_locally(
        machine,
        execution_input,
        mocks,
        seed=options.seed,
        real_time=real_time,
        watch=screen.show if real_time else None,
        storage=None if options.storage is None else FolderStorage(options.storage),
    )


def _by_service(
    options: RunOptions,
    file: DefinitionFile,
    tasks: Mapping[str, str],
    execution_input: Any,
    screen: "_Screen",
) -> Ran:
    running = running_deployment()
    url = endpoint_of(os.environ) or endpoint_of(running.endpoint_urls if running else {})
    if url is None:
        named = ", ".join([*tasks][:5]) + (" …" if len(tasks) > 5 else "")
        raise AslError(
            f"{file.name} has tasks ({named}): say what they answer by --mock FILE, or run it "
            "where they are deployed: beside a `firstwrite up`, or at AWS_ENDPOINT_URL_SFN"
        )
    if options.clock == "virtual":
        raise AslError(f"--clock virtual is for mocked tasks: give --mock, for {url} has real time")
    screen.say(f"Tasks call what is deployed at {url}")
    return run_by_service(url, file.text, json_text(execution_input), screen.show)


def _check_names(mocks: Mocks, tasks: Mapping[str, str], path: Path) -> None:
    known = {*tasks, *tasks.values()}
    unknown = next((name for name in mocks.states if name not in known), None)
    if unknown is not None:
        names = ", ".join(tasks) or "none"
        raise AslError(
            f"{path}: {unknown} is neither a Task state of the definition nor the resource of "
            f"one: there are {names}"
        )


def _as_json(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = {"status": ran.status}
    if ran.status == "SUCCEEDED":
        found["output"] = ran.output
    ends: Mapping[str, Any] = {"error": ran.error, "cause": ran.cause}
    found |= {name: value for name, value in ends.items() if value is not None}
    return {**found, "events": ran.events}


def _print_end(ran: Ran, output: Console) -> None:
    if ran.status == "SUCCEEDED":
        plain(json.dumps(ran.output, indent=2, ensure_ascii=False), output)
        return
    reason = ": ".join(each for each in (ran.error, ran.cause) if each)
    plain(f"{ran.status}{': ' if reason else ''}{reason}", output)


class _Screen:
    """Shows the tree while an execution goes on, where somebody looks."""

    def __init__(self, name: str, console: Console) -> None:
        self._name = Path(name).name
        self._console = console
        self._live: Live | None = None
        self._tree = HistoryTree()
        self._seen = 0

    def __enter__(self) -> "_Screen":
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """Print a line before the tree."""
        self._console.print(Text(text, style="dim"), soft_wrap=True)

    def show(self, events: list[dict[str, Any]], now_s: float) -> None:
        """Take what has happened so far."""
        fresh, self._seen = events[self._seen :], len(events)
        for event in fresh:
            self._tree.add(event)
            if not self._console.is_terminal and "stateEnteredEventDetails" in event:
                self.say(f"{event['stateEnteredEventDetails']['name']} …")
        if not self._console.is_terminal:
            return
        if self._live is None:
            self._live = Live(console=self._console, transient=True, auto_refresh=False)
            self._live.start()
        self._live.update(drawn(self._tree, self._name, now_s), refresh=True)
