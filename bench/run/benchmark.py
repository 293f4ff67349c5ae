"""The order of a run: its parts, each on a stack of its own, then statistics, report, results."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from bench.collect import Verification, merged
from bench.load.largest_body import largest_body_bytes
from bench.probe import BlockedConclusion
from bench.report import draw_plots, render_report
from bench.results import Results, check_name, redaction_of_this_machine, run_facts, write_results
from bench.run.capabilities import Capabilities, probed
from bench.run.display import Display
from bench.run.figures import figures_of, part_of
from bench.run.latency_facts import latency_facts
from bench.run.part import BeforeVerify, Part, RunningStack, leave_as_is, run_part
from bench.run.settings import BenchSettings
from bench.statistics import RunFigures, Summary, figures_json
from sim.latency.shaping import Shaping
from sim.stack.checkout import ROOT

OpenStack = Callable[[Shaping], AbstractContextManager[RunningStack]]
StackFacts = Callable[[RunningStack], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run, and the folder it was written to.

    `verification_json` is the content of verification.json; `blocked` is what the back ends keep
    the run from concluding, and `run` the content of run.json.
    """

    folder: Path
    figures: RunFigures
    verification: Verification
    verification_json: Mapping[str, Any]
    blocked: tuple[BlockedConclusion, ...] = ()
    run: Mapping[str, Any] | None = None

    @property
    def summary(self) -> Summary:
        """The figures under the profile of the answer."""
        return self.figures.answer


def run_benchmark(
    settings: BenchSettings,
    open_stack: OpenStack,
    *,
    work_folder: Path,
    stack_facts: StackFacts,
    display: Display,
    before_verify: BeforeVerify = leave_as_is,
) -> Outcome:
    """Run the benchmark and write its results folder.

    Parameters
    ----------
    open_stack
        Runs a stack under a latency profile while its block runs.
    work_folder
        For the plans, the load generator's logs and samples while the run goes on.
    stack_facts
        Says what answers on a stack, for run.json.
    before_verify
        Called in each part when every execution has ended and nothing is verified yet.

    Raises
    ------
    bench.load.LoadError, bench.collect.CollectError, bench.results.ResultsError
        If the run cannot be carried through; no results folder is left then.
    sim.errors.StackError
        If a part of the stack dies.
    """
    check_name(settings.name)
    started = datetime.now(UTC)
    parts: list[Part] = []
    facts: Mapping[str, Any] = {}
    capabilities: Capabilities | None = None
    planned = settings.parts
    for part in planned:
        display.part(part.shaping.profile)
        with open_stack(part.shaping) as stack:
            if settings.probes and part is planned[-1]:
                largest = largest_body_bytes(stack.deployment)
                capabilities = probed(stack.deployment, part.shaping, largest, display)
            parts.append(
                run_part(
                    settings,
                    part,
                    stack,
                    work_folder=work_folder / part.shaping.profile,
                    display=display,
                    before_verify=before_verify,
                )
            )
            facts = stack_facts(stack)
            display.phase("Stopping the stack")
    return _written(settings, parts, facts, capabilities, started, display)


def _written(
    settings: BenchSettings,
    parts: list[Part],
    stack_facts: Mapping[str, Any],
    capabilities: Capabilities | None,
    started: datetime,
    display: Display,
) -> Outcome:
    finished = datetime.now(UTC)
    display.phase("Computing and drawing")
    redaction = redaction_of_this_machine()
    verification = merged({part.profile: part.verification for part in parts})
    verdict = redaction.value(json.loads(verification.to_json()))
    samples = pd.concat([part.samples for part in parts], ignore_index=True)
    calls = pd.concat([part.calls for part in parts], ignore_index=True)
    figures = figures_of(samples, calls, settings.shaping, progress=display.detail)
    blocked = capabilities.blocked if capabilities else ()
    run = run_facts(
        name=settings.name,
        profile=settings.shaping.profile,
        seed=settings.seed,
        started=started,
        finished=finished,
        latency=latency_facts(settings.shaping),
        plan={part.profile: part.facts for part in parts},
        stack=stack_facts,
        capabilities=capabilities.to_json() if capabilities else None,
        repository=ROOT,
    )
    run = redaction.value(run)
    answer = part_of(samples, settings.shaping.profile)
    plots = draw_plots(answer, figures, progress=display.detail)
    report = render_report(
        figures,
        run=run,
        verification=verdict,
        plots=plots,
        probe=capabilities.probe if capabilities else None,
        blocked=blocked,
    )
    folder = write_results(
        settings.results_root,
        Results(samples, calls, figures_json(figures, verdict), run, verdict),
        name=settings.name,
        started=started,
        plots=plots,
        report_html=report,
    )
    return Outcome(folder, figures, verification, verdict, blocked, run)
