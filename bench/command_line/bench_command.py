"""`firstwrite bench`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from bench.command_line.failure import FAILED
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.stack_session import own_stack, state_folder
from bench.load import read_corpus
from bench.load.largest_body import MAX_EVENT_BYTES
from bench.report import print_report
from bench.results import check_name
from bench.run import (
    BeforeVerify,
    BenchSettings,
    RunningStack,
    SettingsError,
    leave_as_is,
    run_benchmark,
)
from bench.scenarios import Scenario, load_scenario
from sim.latency.shaping import Shaping
from sim.stack import Supervisor
from sim.stack.identity import stack_identity

_SHOWN_FINDINGS = 10


def settings_of(
    *,
    scenario: str,
    overrides: Sequence[str],
    corpus: Path | None,
    name: str,
    seed: int,
    rounds: int | None,
    sizes: Sequence[str] | None,
    results_root: Path,
    workers: int = 0,
    shaping: Shaping,
) -> BenchSettings:
    """Return the settings that the options ask for, or refuse them."""
    check_name(name)
    if corpus is not None:
        # Before minutes have passed; how much of Lambda's event a body may be is not known yet.
        read_corpus(corpus, MAX_EVENT_BYTES)
    return BenchSettings(
        name=name,
        seed=seed,
        scenario=_narrowed(load_scenario(scenario, overrides), rounds, sizes),
        corpus=corpus,
        results_root=results_root,
        workers=workers,
        shaping=shaping,
    )


def refuse_without_find_max(**options: object) -> None:
    """Refuse options that only a search has.

    Raises
    ------
    SettingsError
        Naming the option.
    """
    for name, value in options.items():
        if value:
            raise SettingsError(
                f"--{name.replace('_', '-')} is for the search for the highest rate: add "
                "--find-max, or leave it out"
            )


def run_bench(
    settings: BenchSettings,
    output: Console,
    errors: Console,
    *,
    before_verify: BeforeVerify = leave_as_is,
) -> int:
    """Run the benchmark on stacks of its own and print the table; return the exit code."""
    with ProgressDisplay(errors) as display, TemporaryDirectory(dir=state_folder()) as work:
        outcome = run_benchmark(
            settings,
            lambda shaping: own_stack(display.report, shaping),
            work_folder=Path(work),
            stack_facts=stack_facts,
            display=display,
            before_verify=before_verify,
        )
    print_report(
        output,
        outcome.figures,
        outcome.verification_json,
        outcome.folder,
        blocked=outcome.blocked,
        run=outcome.run,
    )
    if outcome.verification.verdict == "pass":
        return 0
    findings = outcome.verification.findings
    for finding in findings[:_SHOWN_FINDINGS]:
        errors.print(f"[bold red]lost or damaged:[/] {finding}", highlight=False, soft_wrap=True)
    if len(findings) > _SHOWN_FINDINGS:
        errors.print(f"{len(findings) - _SHOWN_FINDINGS} more are in verification.json.")
    return FAILED


def stack_facts(stack: RunningStack) -> Mapping[str, Any]:
    """Say what answers on a stack of the command's own, for run.json."""
    return stack_identity(stack) if isinstance(stack, Supervisor) else {}


def _narrowed(scenario: Scenario, rounds: int | None, sizes: Sequence[str] | None) -> Scenario:
    """Return the scenario with so many rounds, and only the loads that are named."""
    if rounds is not None:
        scenario = replace(scenario, design=replace(scenario.design, rounds=rounds))
    if not sizes:
        return scenario
    known = [load.label for load in scenario.loads]
    unknown = [size for size in sizes if size not in known]
    if unknown:
        raise SettingsError(f"--size {unknown[0]!r} is unknown: use {', '.join(known)}")
    loads = tuple(load for load in scenario.loads if load.label in sizes)
    return replace(scenario, loads=loads)
