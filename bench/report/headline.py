"""The answer of a run in two sentences, and what must be said before one believes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.load.generator_health import LATE_MS
from bench.probe import BlockedConclusion
from bench.report.cost_tables import cost_sentence
from bench.report.generator_marks import generator_marks, parts_of
from bench.report.number_format import (
    interval,
    milliseconds,
    percent,
    plural,
    strategy_name,
    times,
)
from bench.report.objectives import objective_sentences
from bench.report.world_sentences import world_sentences
from bench.statistics import BodySize, Difference, RunFigures, SendLag, Summary
from bench.statistics.requests import DROPPED

Verdict = Literal["pass", "fail", "not verified"]

COVERED_SHARE_WANTED = 0.95
"""Share of requests that the stages must account for before the stage table is trusted."""

FEW_BLOCKS = 4
"""Blocks of a strategy at a size below which an interval is called rough."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What is said first: the verification's verdict, the answer in sentences, and cautions."""

    verdict: Verdict
    verdict_text: str
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


FIRST_WRITES = frozenset({"elasticache.SET", "s3.PutObject"})
"""The operations that the answer is about."""


def headline(
    figures: RunFigures,
    verification: Mapping[str, Any],
    blocked: Sequence[BlockedConclusion] = (),
    run: Mapping[str, Any] | None = None,
) -> Headline:
    """Word the answer of a run; where the back ends cannot carry it, there is none.

    *run* is the content of run.json, which says whether the load generator kept up and which
    service level objectives are missed.
    """
    summary = figures.answer
    verdict = verdict_of(verification)
    return Headline(
        verdict=verdict,
        verdict_text=_verdict_text(verdict, verification),
        sentences=_no_answer(blocked)
        or (
            *_sentences(summary),
            *objective_sentences(run or {}, summary.profile),
            *world_sentences(figures),
            *cost_sentence(summary, figures.costs),
        ),
        cautions=(
            *_about_the_load(run or {}),
            *_cautions(summary),
            *_emulator_bound(figures),
        ),
    )


def verdict_of(verification: Mapping[str, Any]) -> Verdict:
    """Give the verdict; anything but pass and fail means that nobody verified."""
    verdict = verification.get("verdict")
    return verdict if verdict in ("pass", "fail") else "not verified"


def profile_warning(profile: str) -> str:
    """Say what numbers under this profile are not."""
    if profile == "raw":
        return (
            "Raw local numbers are not AWS numbers. The raw profile adds nothing: every call goes "
            "to a server on this machine, over loopback. They show which strategy does less work "
            "and where the time goes; they do not show what a sender will wait for on AWS."
        )
    return (
        f"These are local numbers under the latency profile {profile}: each remote call was given "
        "the delay that published figures state for AWS. They are an estimate, not a measurement "
        "on AWS."
    )


def headline_size(summary: Summary) -> BodySize | None:
    """Give the size of the first sentence: the middle one of those compared, the upper of two."""
    compared = [size for size in summary.sizes if summary.difference(size.name)]
    return compared[len(compared) // 2] if compared else None


def _verdict_text(verdict: Verdict, verification: Mapping[str, Any]) -> str:
    acknowledged = plural(int(verification.get("acknowledged") or 0), "acknowledged message")
    if verdict == "pass":
        return f"Verified: nothing lost, nothing doubled among {acknowledged}."
    if verdict == "fail":
        found = plural(len(verification.get("findings", ())), "finding")
        return (
            f"This run failed its verification: {found} among {acknowledged}. "
            "Its latencies count for nothing until they are explained."
        )
    return "This run was not verified: nobody checked that what was acknowledged was kept."


def _sentences(summary: Summary) -> tuple[str, str]:
    size = headline_size(summary)
    chosen = summary.difference(size.name) if size else None
    if size is None or chosen is None:
        return _without_comparison(summary)
    start = f"Under the {summary.profile} profile on this machine"
    return f"{start}, {_comparison(chosen, size, summary)}", _over_sizes(summary)


def _comparison(chosen: Difference, size: BodySize, summary: Summary) -> str:
    confidence = f"{summary.bootstrap.confidence * 100:g} % interval"
    spread = chosen.difference_interval_ms
    if chosen.sooner is not None and spread is not None:
        redis_sooner = chosen.sooner == "redis-first"
        later = "s3-first" if redis_sooner else "redis-first"
        p50s = (chosen.redis_first_p50_ms, chosen.s3_first_p50_ms)
        soon, late = p50s if redis_sooner else p50s[::-1]
        # Differences are counted from S3-first; a sentence tells a gain as a positive number.
        low, high = (spread.low, spread.high) if redis_sooner else (-spread.high, -spread.low)
        return (
            f"{strategy_name(chosen.sooner)} gave the receipt {times(late / soon)} sooner than "
            f"{strategy_name(later)} at {size.label} (p50 {milliseconds(soon)} against "
            f"{milliseconds(late)}; difference {milliseconds(late - soon)}, {confidence} "
            f"{milliseconds(low)} to {milliseconds(high)})."
        )
    reason = (
        "too few samples or blocks for an interval"
        if spread is None
        else f"{confidence} {interval(spread)} ms, {_why_not(chosen)}"
    )
    return (
        f"the difference between Redis-first and S3-first at {size.label} is not resolvable "
        f"(p50 {milliseconds(chosen.redis_first_p50_ms)} against "
        f"{milliseconds(chosen.s3_first_p50_ms)}; difference "
        f"{milliseconds(chosen.difference_ms)}, {reason})."
    )


def _why_not(chosen: Difference) -> str:
    spread, floor_ms = chosen.difference_interval_ms, chosen.noise_floor_ms
    why = (
        "which includes 0"
        if spread is None or spread.contains(0)
        else f"and a strategy differs from itself by {milliseconds(floor_ms)}"
    )
    return f"{why}; this run could have detected {milliseconds(chosen.smallest_detectable_ms)}"


def _over_sizes(summary: Summary) -> str:
    labels = {size.name: size.label for size in summary.sizes}
    ordered = sorted(summary.differences, key=lambda each: each.difference_ms)
    resolvable = sum(each.resolvable for each in ordered)
    if len(ordered) == 1:
        return "No other size was compared."
    least, most = ordered[0], ordered[-1]
    return (
        f"Over the {len(ordered)} body sizes, S3-first's p50 less Redis-first's runs from "
        f"{milliseconds(least.difference_ms)} at {labels[least.size]} to "
        f"{milliseconds(most.difference_ms)} at {labels[most.size]}, and is resolvable at "
        f"{resolvable} of {len(ordered)}."
    )


def _without_comparison(summary: Summary) -> tuple[str, str]:
    sent = sum(each.sent for each in summary.requests if each.strategy in summary.strategies)
    received = sum(
        each.answered for each in summary.requests if each.strategy in summary.strategies
    )
    if not sent:
        return ("No request was measured.", "There is no latency to report.")
    if not received:
        worst = summary.failures[0]
        said = f"status {worst.status}" if worst.status else "no answer"
        return (
            f"None of the {plural(sent, 'request')} got a receipt.",
            f"There is no latency to report; most often ({plural(worst.requests, 'time')}) it "
            f"was {said}{': ' + worst.error if worst.error else ''}.",
        )
    names = {each.strategy for each in summary.latency if each.strategy in summary.strategies}
    if len(names) == 1:
        return (
            f"Only {strategy_name(names.pop())} has receipts.",
            "There is nothing to compare it with.",
        )
    return (
        "No size has enough receipts of both strategies.",
        "There is no median to compare; see the counts of requests.",
    )


def _no_answer(blocked: Sequence[BlockedConclusion]) -> tuple[str, ...]:
    """Say that there is no answer when a first write is slower or smaller here than on AWS."""
    against = [each for each in blocked if each.operation in FIRST_WRITES and each.topic != "rate"]
    if not against:
        return ()
    reasons = " ".join(f"{each.statement}: {each.reason}." for each in against)
    return (f"This run gives no answer, since what it ran on cannot carry one. {reasons}",)


def _emulator_bound(figures: RunFigures) -> tuple[str, ...]:
    found = []
    for where, bound in (
        ("Emulator-bound on the way to the receipt", [e for e in figures.emulator_bound if e.size]),
        ("Emulator-bound behind the receipt", [e for e in figures.emulator_bound if not e.size]),
    ):
        if bound:
            named = ", ".join(
                f"{each.operation}{f' at {each.size}' if each.size else ''}"
                f" ({percent(each.exceeded_share)})"
                for each in bound
            )
            found.append(
                f"{where}: {named} of the calls took the emulator alone longer than the profile's "
                "target. These figures are upper bounds of the profile's."
            )
    return tuple(found)


def _about_the_load(run: Mapping[str, Any]) -> tuple[str, ...]:
    """Say where the load generator may have been measured, and where it was a closed loop."""
    found = []
    if any(str(part.get("model", "")).startswith("closed") for part in parts_of(run).values()):
        found.append(
            "Closed model: users waited for their answers before they sent again. A strategy that "
            "stalls was sent less meanwhile, and its percentiles look better than a sender's wait."
        )
    found += [f"This run is invalid: {mark}." for mark in generator_marks(run)]
    return tuple(found)


def _and_dropped(lag: SendLag) -> str:
    return f", and {plural(lag.dropped, 'request')} could not be sent at all" if lag.dropped else ""


def _cautions(summary: Summary) -> tuple[str, ...]:
    found = []
    lag = summary.send_lag
    if lag is not None and lag.invalid:
        found.append(
            f"{percent(lag.late_share)} of the requests left the load generator more than "
            f"{LATE_MS:g} ms late{_and_dropped(lag)}. It may have been the bottleneck: lower the "
            "rate before you compare."
        )
    dropped = sum(each.requests for each in summary.failures if each.error.startswith(DROPPED))
    if dropped:
        found.append(
            f"{plural(dropped, 'request')} that were due could not be sent, as too many were in "
            "flight: the system, or the load generator, did not keep up with the arrivals."
        )
    lost = sum(each.failed + each.refused for each in summary.requests)
    if lost:
        found.append(
            f"{plural(lost, 'request')} got no receipt. Latencies are of those that did, which "
            "flatters a strategy that fails when it is slow."
        )
    blocks = [
        each.blocks
        for each in summary.latency
        if each.stratum == "warm" and each.strategy in summary.strategies
    ]
    if blocks and min(blocks) < FEW_BLOCKS:
        found.append(
            f"Some medians rest on {plural(min(blocks), 'block')}. An interval from so few is "
            "rough, and from one there is none: run more rounds."
        )
    short = [each for each in summary.warm_ups if each.too_short]
    if short:
        named = ", ".join(
            f"{strategy_name(each.strategy)} at {each.size} ({each.detected} needed, "
            f"{each.planned} planned)"
            for each in short
        )
        found.append(
            f"The warm-up was too short for {named}: the first measured requests are not like the "
            "later ones. Plan more."
        )
    poor = [each for each in summary.reconciliation if each.covered_share < COVERED_SHARE_WANTED]
    if poor:
        worst = min(poor, key=lambda each: each.covered_share)
        found.append(
            f"The stages account for the latency in only {percent(worst.covered_share)} of "
            f"{strategy_name(worst.strategy)} at {worst.size}. Read the stage table with care."
        )
    return tuple(found)
