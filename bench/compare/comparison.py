"""Two runs compared: figures, conditions, verification, and what to be careful of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from bench.compare.changes import LatencyChange, changes_of_part
from bench.compare.conditions import ConditionDifference, condition_differences
from bench.compare.errors import CompareError
from bench.report.generator_marks import generator_marks
from bench.report.headline import Verdict as Verified
from bench.report.headline import verdict_of
from bench.report.number_format import plural
from bench.results import Results
from bench.run.figures import part_of
from bench.run.settings import RAW_PROFILE
from bench.statistics import Bootstrap
from bench.statistics.samples import STRATEGIES, answered, check_samples, measured
from bench.statistics.two_runs import MINIMUM_ROUNDS

PROFILE: Final = "profile"
"""The column that says which part of a run a request was sent in."""


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Which run it is: its folder's name, when it started, of which commit; texts may be empty."""

    folder: str
    started_utc: str
    commit: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate beside its baseline.

    Attributes
    ----------
    profiles
        The parts that both have.
    bootstrap
        How intervals were made.
    verification
        The candidate's verdict.
    findings
        The number of its findings: what it lost, doubled or damaged.
    warnings
        What must be known before a figure is believed, one sentence each.
    """

    baseline: RunIdentity
    candidate: RunIdentity
    profiles: tuple[str, ...]
    bootstrap: Bootstrap
    changes: tuple[LatencyChange, ...]
    conditions: tuple[ConditionDifference, ...]
    verification: Verified
    findings: int
    warnings: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Whether the candidate failed its verification."""
        return self.verification == "fail"


def compare_runs(
    baseline: Results,
    candidate: Results,
    *,
    names: tuple[str, str],
    plan: Bootstrap | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Compare a candidate with its baseline.

    Parameters
    ----------
    names
        The folders' names, the baseline's first.
    plan
        How intervals are made; by default as `Bootstrap` has it.
    progress
        Called with a line of text before each step.

    Raises
    ------
    CompareError
        If they have no profile, strategy and size in common.
    bench.statistics.SamplesTableError
        If a table lacks a column.
    """
    plan = plan or Bootstrap()
    runs = (baseline, candidate)
    for run, name in zip(runs, names, strict=True):
        check_samples(run.samples)
        if PROFILE not in run.samples.columns:
            raise CompareError(
                f"samples.parquet of {name} lacks the column profile: run `firstwrite bench` again"
            )
    both = set(baseline.samples[PROFILE])
    profiles = tuple(each for each in candidate.samples[PROFILE].unique() if each in both)
    changes: list[LatencyChange] = []
    for profile in profiles:
        progress(f"profile {profile}")
        was, now = (part_of(run.samples, profile) for run in runs)
        changes += changes_of_part(was, now, profile, plan)
    if not changes:
        raise CompareError(
            f"{names[0]} and {names[1]} have nothing in common ({_held(baseline)} against "
            f"{_held(candidate)}): compare runs with a profile, a strategy and a size in common"
        )
    return Comparison(
        baseline=_identity(baseline.run, names[0]),
        candidate=_identity(candidate.run, names[1]),
        profiles=profiles,
        bootstrap=plan,
        changes=tuple(changes),
        conditions=condition_differences(baseline.run, candidate.run),
        verification=verdict_of(candidate.verification),
        findings=len(candidate.verification.get("findings", ())),
        warnings=tuple(_warnings(baseline, candidate, profiles, changes)),
    )


def _identity(run: Mapping[str, Any], folder: str) -> RunIdentity:
    revision = run.get("git") or {}
    commit = str(revision.get("commit", ""))
    return RunIdentity(
        folder,
        str(run.get("started_utc") or ""),
        f"{commit[:10]} with changes" if commit and revision.get("dirty") else commit[:10],
    )


def _held(run: Results) -> str:
    names = [str(each) for each in run.samples[PROFILE].unique()]
    sizes = [str(each) for each in run.samples["size"].unique()]
    return f"{', '.join(names) or 'no profile'}; {', '.join(sizes) or 'no size'}"


def _warnings(
    baseline: Results,
    candidate: Results,
    profiles: tuple[str, ...],
    changes: list[LatencyChange],
) -> Iterator[str]:
    for run, name in ((baseline, "baseline"), (candidate, "candidate")):
        verdict = verdict_of(run.verification)
        if verdict == "not verified":
            yield f"The {name} was not verified: nobody checked that what it acknowledged was kept."
        elif verdict == "fail" and run is baseline:
            yield "The baseline failed its verification: its latencies count for nothing."
        for mark in generator_marks(run.run):
            yield f"The {name} is invalid: {mark}."
        lost = _unanswered(run.samples)
        if lost:
            yield (
                f"In the {name} {plural(lost, 'measured request')} got no receipt. Latencies are "
                "of those that did, which flatters a run that fails when it is slow."
            )
    moved = [each for each in changes if each.is_floor and each.verdict != "not resolvable"]
    if moved:
        cells = ", ".join(f"{each.strategy} {each.size} {each.metric}" for each in moved)
        yield (
            f"Floors changed ({cells}), which pass through no handler: the machine may have been "
            "another, or busier."
        )
    for profile in profiles:
        rounds = min(
            int(part_of(run.samples, profile)["round"].nunique()) for run in (baseline, candidate)
        )
        if rounds < MINIMUM_ROUNDS:
            # Beside an answer under a profile the raw part is there for its floor, and is short.
            aside = profile == RAW_PROFILE and profiles != (RAW_PROFILE,)
            mend = "--profile raw" if aside else f"--rounds {MINIMUM_ROUNDS}"
            yield (
                f"Profile {profile} has {plural(rounds, 'round')}: what differs from one round to "
                f"the next cannot be seen. Run with `{mend}`{' to compare it.' if aside else '.'}"
            )
    if not any(each.paired for each in changes):
        yield (
            "No requests could be paired by their luck: run both with one seed and the same sizes, "
            "rates and rounds to narrow the intervals."
        )


def _unanswered(samples: pd.DataFrame) -> int:
    sent = measured(samples[samples["strategy"].isin(STRATEGIES)])
    return int((~answered(sent)).sum())
