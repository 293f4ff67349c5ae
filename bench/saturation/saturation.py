"""The order of a search: a stack, the rates of both strategies in turn, verification, results."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from bench.collect import Verification, read_calls, verify
from bench.load import Strategy, read_corpus
from bench.results import (
    SaturationFiles,
    check_name,
    redaction_of_this_machine,
    run_facts,
    write_saturation,
)
from bench.run import BeforeVerify, Display, RunningStack, largest_body_bytes, leave_as_is
from bench.run.latency_facts import latency_facts
from bench.saturation.curve import saturation_plot
from bench.saturation.document import plan_facts, saturation_json
from bench.saturation.page import render_saturation
from bench.saturation.probe import RateProbe, probe_rate
from bench.saturation.result import SaturationResult
from bench.saturation.search import Search
from bench.saturation.sending import Sender
from bench.saturation.settings import SaturationSettings
from sim.latency.shaping import Shaping
from sim.stack.checkout import ROOT

OpenStack = Callable[[Shaping], AbstractContextManager[RunningStack]]
StackFacts = Callable[[RunningStack], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SaturationOutcome:
    """What came of a search, and the folder it was written to."""

    folder: Path
    document: Mapping[str, Any]
    verification: Verification
    verification_json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Searched:
    result: SaturationResult
    samples: pd.DataFrame
    calls: pd.DataFrame
    verification: Verification
    secrets: tuple[str, ...]


def find_highest_rates(
    settings: SaturationSettings,
    open_stack: OpenStack,
    *,
    work_folder: Path,
    stack_facts: StackFacts,
    display: Display,
    before_verify: BeforeVerify = leave_as_is,
) -> SaturationOutcome:
    """Search for the highest rate of each strategy and write a results folder.

    Parameters
    ----------
    open_stack
        Runs a stack under a latency profile while its block runs.
    work_folder
        For plans, the load generators' logs and samples while the search goes on.
    stack_facts
        Says what answers on a stack, for run.json.
    before_verify
        Called when every execution has ended and nothing is verified yet.

    Raises
    ------
    bench.load.LoadError, bench.collect.CollectError, bench.results.ResultsError
        If the search cannot be carried through; no results folder is left then.
    sim.errors.StackError
        If a part of the stack dies.
    """
    check_name(settings.name)
    started = datetime.now(UTC)
    display.part(settings.shaping.profile)
    with open_stack(settings.shaping) as stack:
        searched = _searched(settings, stack, work_folder, display, before_verify, started)
        facts = stack_facts(stack)
        display.phase("Stopping the stack")
    return _written(settings, searched, facts, started, display)


def _searched(
    settings: SaturationSettings,
    stack: RunningStack,
    work_folder: Path,
    display: Display,
    before_verify: BeforeVerify,
    started: datetime,
) -> _Searched:
    deployment = stack.deployment
    largest = largest_body_bytes(deployment)
    sender = Sender(
        stack,
        work_folder,
        seed=settings.seed,
        largest_bytes=largest,
        in_flight_limit=settings.scenario.in_flight_limit,
        display=display,
        corpus=read_corpus(settings.corpus, largest) if settings.corpus else None,
    )
    display.phase("Starting execution environments")
    for strategy in settings.strategies:
        sender.prepare(settings.load, strategy)
    result = _search_all(settings, sender, display)
    samples = pd.concat(sender.samples, ignore_index=True)
    stack.check()
    before_verify(deployment, samples)
    display.phase("Verifying every acknowledged message")
    verification = verify(
        deployment, samples, sender.statuses, since=started, progress=display.advance
    )
    stack.check()
    profile = settings.shaping.profile
    calls = read_calls(Path(deployment.call_file) if deployment.call_file else None)
    return _Searched(
        result,
        redaction_of_this_machine(secrets=[deployment.api_key])
        .samples(samples)
        .assign(profile=profile),
        calls.assign(profile=profile),
        verification,
        (deployment.api_key,),
    )


def _search_all(settings: SaturationSettings, sender: Sender, display: Display) -> SaturationResult:
    """Let the strategies take turns, so that a machine that drifts does not favour one."""
    searches: dict[Strategy, Search] = {each: Search(settings.plan) for each in settings.strategies}
    probes: list[RateProbe] = []
    asked = True
    while asked:
        asked = False
        for strategy in searches:
            asked |= _next_probe(settings, sender, display, strategy, searches, probes)
    found = {strategy: search.found for strategy, search in searches.items()}
    return SaturationResult(settings, found, tuple(probes))


def _next_probe(
    settings: SaturationSettings,
    sender: Sender,
    display: Display,
    strategy: Strategy,
    searches: Mapping[Strategy, Search],
    probes: list[RateProbe],
) -> bool:
    """Try one more rate of a strategy; return whether there was one to try."""
    search = searches[strategy]
    if (ask := search.ask()) is None:
        return False
    display.phase(
        f"{strategy}: {ask.rate_per_s:.1f} messages/s{'' if ask.decides else ', briefly'}"
    )
    probe = probe_rate(settings, sender, strategy, ask, number=len(probes))
    probes.append(probe)
    search.record(ask, probe.judgement.answer)
    if sender.stalled:
        for each in searches.values():
            each.stop()
    return True


def _written(
    settings: SaturationSettings,
    searched: _Searched,
    stack_facts: Mapping[str, Any],
    started: datetime,
    display: Display,
) -> SaturationOutcome:
    finished = datetime.now(UTC)
    display.phase("Drawing and writing")
    redaction = redaction_of_this_machine(secrets=searched.secrets)
    verdict = redaction.value(json.loads(searched.verification.to_json()))
    document = redaction.value(saturation_json(searched.result))
    run = redaction.value(
        run_facts(
            name=settings.name,
            profile=settings.shaping.profile,
            seed=settings.seed,
            started=started,
            finished=finished,
            latency=latency_facts(settings.shaping),
            plan={settings.shaping.profile: plan_facts(settings)},
            stack=stack_facts,
            repository=ROOT,
        )
    )
    plots = {"saturation.png": saturation_plot(document)}
    folder = write_saturation(
        settings.results_root,
        SaturationFiles(searched.samples, searched.calls, document, run, verdict),
        name=settings.name,
        started=started,
        plots=plots,
        report_html=render_saturation(document, run=run, verification=verdict, plots=plots),
    )
    return SaturationOutcome(folder, document, searched.verification, verdict)
