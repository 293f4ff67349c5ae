"""`firstwrite bench --find-max`."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from bench.command_line.bench_command import stack_facts
from bench.command_line.failure import FAILED
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.saturation_console import print_saturation
from bench.command_line.stack_session import own_stack, state_folder
from bench.run import BenchSettings
from bench.saturation import (
    SaturationSettings,
    find_highest_rates,
    parse_objectives,
    parse_resolution,
    parse_strategies,
    search_plan,
    searchable_load,
)

_SHOWN_FINDINGS: Final = 10


def search_settings_of(
    bench: BenchSettings,
    *,
    slo: Sequence[str],
    start_rate_per_s: float | None,
    max_rate_per_s: float | None,
    resolution: str,
    strategies: Sequence[str] | None,
) -> SaturationSettings:
    """Return the settings of a search from those of a run and the options of its own.

    Raises
    ------
    bench.saturation.SaturationError
        Naming the option, the problem and the mend.
    """
    load = searchable_load(bench.scenario)
    return SaturationSettings(
        name=bench.name,
        seed=bench.seed,
        scenario=bench.scenario,
        objectives=parse_objectives(slo),
        plan=search_plan(
            load,
            start_rate_per_s=start_rate_per_s,
            max_rate_per_s=max_rate_per_s,
            resolution=parse_resolution(resolution),
        ),
        shaping=bench.shaping,
        strategies=parse_strategies(strategies),
        corpus=bench.corpus,
        results_root=bench.results_root,
    )


def run_find_max(settings: SaturationSettings, output: Console, errors: Console) -> int:
    """Search on a stack of its own and print what was found; return the exit code."""
    with ProgressDisplay(errors) as display, TemporaryDirectory(dir=state_folder()) as work:
        outcome = find_highest_rates(
            settings,
            lambda shaping: own_stack(display.report, shaping),
            work_folder=Path(work),
            stack_facts=stack_facts,
            display=display,
        )
    print_saturation(output, outcome.document, outcome.verification_json, outcome.folder)
    findings = outcome.verification.findings
    for finding in findings[:_SHOWN_FINDINGS]:
        errors.print(f"[bold red]lost or damaged:[/] {finding}", highlight=False, soft_wrap=True)
    if len(findings) > _SHOWN_FINDINGS:
        errors.print(f"{len(findings) - _SHOWN_FINDINGS} more are in verification.json.")
    return FAILED if findings else 0
