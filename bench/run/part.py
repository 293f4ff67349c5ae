"""One part of a run: a plan carried out on one stack under one latency profile, and verified."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    read_calls,
    read_payloads,
    read_samples,
    read_worker_blocks,
    verify,
    wait_for_executions,
    with_execution_stages,
)
from bench.load import (
    INGESTING,
    LoadFiles,
    Plan,
    PlannedLoad,
    make_plan,
    read_corpus,
)
from bench.load.largest_body import largest_body_bytes
from bench.results import redaction_of_this_machine
from bench.run.display import Display
from bench.run.part_facts import (
    generator_facts,
    objective_facts,
    payload_facts,
    plan_facts,
)
from bench.run.settings import BenchSettings, PartSettings
from sim.stack import Deployment

EXECUTIONS_TIMEOUT_S: Final = 60.0
"""How long executions may go on after the last answer; seen here: 1 s, and 3 s under a profile."""


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
class Part:
    """What came of a part. `facts` are for run.json; secrets are taken out of all of it."""

    profile: str
    samples: pd.DataFrame
    calls: pd.DataFrame
    verification: Verification
    facts: Mapping[str, Any]


def run_part(
    settings: BenchSettings,
    part: PartSettings,
    stack: RunningStack,
    *,
    work_folder: Path,
    display: Display,
    before_verify: BeforeVerify = leave_as_is,
) -> Part:
    """Carry out a part's plan on a running stack and verify what it left.

    Raises
    ------
    bench.load.LoadError, bench.collect.CollectError
        If it cannot be carried through.
    sim.errors.StackError
        If a part of the stack dies.
    """
    started = datetime.now(UTC)
    deployment = stack.deployment
    largest = largest_body_bytes(deployment)
    corpus = read_corpus(settings.corpus, largest) if settings.corpus else None
    plan = make_plan(
        settings.scenario.loads,
        part.design,
        largest_bytes=largest,
        seed=settings.seed,
        run_tag=uuid.uuid4().hex,
        corpus=corpus,
        in_flight_limit=settings.scenario.in_flight_limit,
    )
    samples, sent = _load(plan, settings.workers, stack, work_folder, display)
    samples, statuses = _asynchronous_stages(samples, settings, deployment, display)
    stack.check()
    before_verify(deployment, samples)
    display.phase("Verifying every acknowledged message")
    verification = verify(deployment, samples, statuses, since=started, progress=display.advance)
    stack.check()
    profile = part.shaping.profile
    calls = read_calls(Path(deployment.call_file) if deployment.call_file else None)
    redaction = redaction_of_this_machine(secrets=[deployment.api_key])
    return Part(
        profile=profile,
        samples=redaction.samples(samples).assign(profile=profile),
        calls=calls.assign(profile=profile),
        verification=verification,
        facts=redaction.value(
            {
                **plan_facts(settings, part.design, plan, corpus),
                **sent,
                "slo": objective_facts(settings.scenario.objectives, samples),
            }
        ),
    )


def _load(
    plan: Plan, workers: int, stack: RunningStack, work_folder: Path, display: Display
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Carry out the plan; return the samples, and what run.json tells of the sending."""
    display.phase("Sending records")
    work_folder.mkdir(parents=True, exist_ok=True)
    deployment_path = work_folder / "deployment.json"
    deployment_path.touch(mode=0o600)
    deployment_path.write_text(stack.deployment.to_json(), encoding="utf-8")
    files = LoadFiles.within(work_folder)
    with PlannedLoad(plan, deployment_path, files, workers=workers) as load:
        load.follow(
            display.advance,
            block_started=lambda block: display.detail(
                f"round {block['round'] + 1}, {block['label']}, {block['strategy']}"
            ),
            watch=stack.check,
        )
    sent = {
        "load_generator": generator_facts(
            read_blocks(files.samples), read_worker_blocks(files.samples)
        ),
        "payloads": payload_facts(read_payloads(files.samples)),
    }
    return read_samples(files.samples), sent


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
