"""The order of a run: load, asynchronous stages, verification, statistics, report, results."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import pandas as pd

from bench.collect import (
    NOT_FOUND,
    RUNNING,
    Verification,
    collect_execution_stages,
    read_blocks,
    read_samples,
    verify,
    wait_for_executions,
    with_execution_stages,
)
from bench.load import (
    INGESTING,
    SIZES_BYTES,
    LoadFiles,
    Plan,
    PlannedLoad,
    SizeLoad,
    make_plan,
)
from bench.report import draw_plots, render_report
from bench.results import (
    Results,
    check_name,
    redaction_of_this_machine,
    run_facts,
    write_results,
)
from bench.run.display import Display
from bench.run.largest_body import largest_body_bytes
from bench.run.settings import LARGEST, RAW_PROFILE, BenchSettings
from bench.statistics import Summary, summarise, summary_json
from sim.stack import Deployment
from sim.stack.checkout import ROOT

EXECUTIONS_TIMEOUT_S: Final = 60.0
"""How long executions may go on after the last answer; seen here: 1 s."""


BeforeVerify = Callable[[Deployment, pd.DataFrame], None]
"""Is given the deployment and the samples; fault tests damage what was stored with it."""


def leave_as_is(_deployment: Deployment, _samples: pd.DataFrame) -> None:
    """Do nothing between the run and its verification."""


class RunningStack(Protocol):
    """A local stack that may die under the run."""

    @property
    def deployment(self) -> Deployment:
        """Where it answers."""

    def check(self) -> None:
        """Raise `sim.errors.StackError` if a part has ended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run, and the folder it was written to.

    `verification_json` is the content of verification.json.
    """

    folder: Path
    summary: Summary
    verification: Verification
    verification_json: Mapping[str, Any]


def run_benchmark(
    settings: BenchSettings,
    stack: RunningStack,
    *,
    work_folder: Path,
    stack_facts: Mapping[str, Any],
    display: Display,
    before_verify: BeforeVerify = leave_as_is,
) -> Outcome:
    """Run the benchmark against a running stack and write its results folder.

    Parameters
    ----------
    work_folder
        For the plan, the load generator's log and its samples while the run goes on.
    stack_facts
        What answers on the stack, for run.json.
    before_verify
        Called when every execution has ended and nothing is verified yet.

    Raises
    ------
    bench.load.LoadError, bench.collect.CollectError, bench.results.ResultsError
        If the run cannot be carried through; no results folder is left then.
    sim.errors.StackError
        If a part of the stack dies.
    """
    check_name(settings.name)
    started = datetime.now(UTC)
    deployment = stack.deployment
    plan = plan_of(settings, deployment, run_tag=uuid.uuid4().hex)
    samples, generator = _load(plan, deployment, stack, work_folder, display)
    samples, statuses = _asynchronous_stages(samples, settings, deployment, display)
    stack.check()
    before_verify(deployment, samples)
    display.phase("Verifying every acknowledged message")
    verification = verify(deployment, samples, statuses, since=started, progress=display.advance)
    stack.check()
    finished = datetime.now(UTC)
    display.phase("Computing and drawing")
    redaction = redaction_of_this_machine(secrets=[deployment.api_key])
    samples = redaction.samples(samples)
    verdict = redaction.value(json.loads(verification.to_json()))
    summary = summarise(samples, profile=RAW_PROFILE, progress=display.detail)
    run = run_facts(
        name=settings.name,
        profile=RAW_PROFILE,
        seed=settings.seed,
        started=started,
        finished=finished,
        plan={**plan_facts(settings, plan), "load_generator": generator},
        stack=stack_facts,
        repository=ROOT,
    )
    run = redaction.value(run)
    plots = draw_plots(samples, summary, progress=display.detail)
    report = render_report(summary, run=run, verification=verdict, plots=plots)
    folder = write_results(
        settings.results_root,
        Results(samples, summary_json(summary, verdict), run, verdict),
        name=settings.name,
        started=started,
        plots=plots,
        report_html=report,
    )
    return Outcome(folder, summary, verification, verdict)


def plan_of(settings: BenchSettings, deployment: Deployment, run_tag: str) -> Plan:
    """Return the plan of a run: which request is sent when."""
    largest = largest_body_bytes(deployment)
    sizes = [
        SizeLoad(
            size=size,
            body_bytes=largest if size == LARGEST else SIZES_BYTES[size],
            rate_per_s=load.rate_per_s,
            requests=load.requests,
            floor_requests=settings.floor_requests,
            warm_up=load.warm_up,
        )
        for size, load in settings.loads.items()
    ]
    return make_plan(sizes, rounds=settings.rounds, seed=settings.seed, run_tag=run_tag)


def plan_facts(settings: BenchSettings, plan: Plan) -> dict[str, Any]:
    """Return the load in short, for run.json."""
    bodies = {block.size: block.body_bytes for block in plan.blocks}
    return {
        "model": "open: requests are sent when due, whatever the earlier ones do",
        "arrivals": "Poisson",
        "order": "floor, redis-set, then A B B A; A is Redis-first in even rounds",
        "rounds": settings.rounds,
        "blocks": len(plan.blocks),
        "requests": plan.requests,
        "floor_requests_per_block": settings.floor_requests,
        "sizes": {
            size: {"body_bytes": bodies[size], **asdict(load)}
            for size, load in settings.loads.items()
        },
    }


def _load(
    plan: Plan, deployment: Deployment, stack: RunningStack, work_folder: Path, display: Display
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Carry out the plan; return the samples and how the load generator fared."""
    display.phase("Sending records")
    work_folder.mkdir(parents=True, exist_ok=True)
    deployment_path = work_folder / "deployment.json"
    deployment_path.touch(mode=0o600)
    deployment_path.write_text(deployment.to_json(), encoding="utf-8")
    files = LoadFiles.within(work_folder)
    with PlannedLoad(plan, deployment_path, files) as load:
        load.follow(
            display.advance,
            block_started=lambda block: display.detail(
                f"round {block['round'] + 1}, {block['size']}, {block['strategy']}"
            ),
            watch=stack.check,
        )
    blocks = read_blocks(files.samples)
    generator = {
        "requests_sent_late": int(blocks["late"].sum()),
        "connections_opened_by_requests": int(blocks["connections_opened"].sum()),
        "cpu_percent_of_a_core_at_most": round(float(blocks["cpu_percent"].max()), 1),
        "client_wait_ms_at_most": round(float(blocks["client_wait_max_ms"].max()), 3),
    }
    return read_samples(files.samples), generator


def _asynchronous_stages(
    samples: pd.DataFrame, settings: BenchSettings, deployment: Deployment, display: Display
) -> tuple[pd.DataFrame, dict[str, str]]:
    ingested = samples[samples["strategy"].isin(INGESTING) & (samples["status"] == 200)]
    message_ids = sorted(set(ingested["message_id"]) - {""})
    display.phase("Waiting for executions to end")
    statuses = wait_for_executions(
        deployment, message_ids, timeout_s=EXECUTIONS_TIMEOUT_S, progress=display.advance
    )
    display.phase("Reading execution histories")
    ended = [name for name in message_ids if statuses[name] not in {NOT_FOUND, RUNNING}]
    stages = collect_execution_stages(
        deployment, ended, seed=settings.seed, progress=display.advance
    )
    return with_execution_stages(samples, stages), statuses
