"""Tables about the run itself: requests, failures, verification, and the facts of run.json."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.load.generator_health import LATE_MS
from bench.report.number_format import (
    UNKNOWN,
    count,
    fixed,
    milliseconds,
    number,
    percent,
    plural,
    strategy_name,
)
from bench.report.tables import Table, rows, size_label
from bench.statistics import Summary, WarmUp

SHOWN_FINDINGS = 50
"""Findings in the report; all of them are in verification.json."""

GIBIBYTE = 1_073_741_824


def request_table(summary: Summary) -> Table:
    """Count what was sent, answered, refused and lost."""
    lag = summary.send_lag
    note = "Warm-up is counted here and measured nowhere."
    if lag is not None:
        note += (
            f" Requests left the load generator p50 {milliseconds(lag.p50_ms)}, "
            f"p99 {milliseconds(lag.p99_ms)} after they were due; {percent(lag.late_share)} more "
            f"than {LATE_MS:g} ms late."
        )
    return Table(
        caption="Requests",
        columns=(
            "body",
            "what",
            "warm-up",
            "sent",
            "answered",
            "refused (4xx)",
            "failed",
            "cold starts",
            "in warm-up",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.warm_up),
                count(each.sent),
                count(each.answered),
                count(each.refused),
                count(each.failed),
                count(each.cold_starts),
                count(each.cold_starts_in_warm_up),
            )
            for each in summary.requests
        ),
        note=note,
    )


def block_table(summary: Summary) -> Table:
    """Show each block in the order of time."""
    return Table(
        caption="Blocks in the order of time",
        columns=(
            "body",
            "strategy",
            "round",
            "from, s",
            "to, s",
            "warm-up",
            "measured",
            "cold starts",
            "no receipt",
            "p50, ms",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.round + 1),
                fixed(each.first_due_s, 1),
                fixed(each.last_due_s, 1),
                count(each.warm_up),
                count(each.measured),
                count(each.cold_starts),
                count(each.without_receipt),
                number(each.p50_ms),
            )
            for each in summary.blocks
        ),
        note="Times are when the first and the last request of a block were due.",
    )


def warm_up_table(summary: Summary) -> Table | None:
    """Show the warm-up that was needed beside the planned one, or None where nothing was sent."""
    if not summary.warm_ups:
        return None
    return Table(
        caption="Warm-up in the first block, requests",
        columns=("body", "strategy", "first block", "planned", "needed (MSER-5)", "enough"),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.requests),
                count(each.planned),
                UNKNOWN if each.detected is None else count(each.detected),
                _enough(each),
            )
            for each in summary.warm_ups
        ),
        note=(
            "MSER-5 (White, 1997) cuts off at the beginning what makes the mean of the rest least "
            "sure, in steps of five requests; it needs 20. A planned warm-up is called too short "
            "where measured requests before the cut differ from those after it (Mann-Whitney, 1 %)."
        ),
    )


def _enough(found: WarmUp) -> str:
    if found.detected is None:
        return "too few requests to tell"
    if found.too_short:
        return "too short"
    return "yes" if found.steady or found.detected <= found.planned else "no steady state seen"


def failure_table(summary: Summary) -> Table | None:
    """Show how requests went without a receipt, or None if all got one."""
    if not summary.failures:
        return None
    return Table(
        caption="Requests without a receipt, the most frequent kinds",
        columns=("body", "what", "error", "status", "requests"),
        text_columns=3,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                each.error or UNKNOWN,
                str(each.status) if each.status else "no answer",
                count(each.requests),
            )
            for each in summary.failures
        ),
    )


def check_table(verification: Mapping[str, Any]) -> Table:
    """Show each check of the verification with the messages that passed and failed it."""
    checks: Mapping[str, Mapping[str, int]] = verification.get("checks") or {}
    return Table(
        caption=(
            "Checks of "
            + plural(int(verification.get("acknowledged") or 0), "acknowledged message")
        ),
        columns=("check", "passed", "failed"),
        rows=rows(
            (name, count(int(each.get("passed", 0))), count(int(each.get("failed", 0))))
            for name, each in checks.items()
        ),
    )


def finding_table(verification: Mapping[str, Any], *, shown: int = SHOWN_FINDINGS) -> Table | None:
    """Show the first findings of the verification, or None if there are none."""
    findings = verification.get("findings") or []
    if not findings:
        return None
    hidden = len(findings) - shown
    return Table(
        caption="Findings",
        columns=("message", "strategy", "check", "problem"),
        text_columns=4,
        rows=rows(
            tuple(
                str(each.get(key) or UNKNOWN)
                for key in ("message_id", "strategy", "check", "problem")
            )
            for each in findings[:shown]
        ),
        note=f"{hidden:,} more in verification.json." if hidden > 0 else "",
    )


def fact_table(run: Mapping[str, Any]) -> Table:
    """Show run.json, one line a fact."""
    return Table(
        caption="Under which conditions",
        columns=("fact", "value"),
        text_columns=2,
        rows=rows((" · ".join(path), text) for path, text in _facts(run, ())),
    )


def short_facts(run: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what belongs under the title: when, under which profile, on what, from which commit."""
    machine: Mapping[str, Any] = run.get("machine") or {}
    cores = machine.get("usable_cores") or machine.get("logical_cores")
    memory = machine.get("memory_bytes")
    revision: Mapping[str, Any] = run.get("git") or {}
    commit = str(revision.get("commit", ""))[:10]
    return tuple(
        text
        for text in (
            str(run.get("started_utc") or ""),
            str(machine.get("cpu_model") or ""),
            plural(int(cores), "core") if cores else "",
            f"{memory / GIBIBYTE:.0f} GB memory" if memory else "",
            f"commit {commit}{' with changes' if revision.get('dirty') else ''}" if commit else "",
        )
        if text
    )


def _facts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _facts(inner, (*path, str(key).replace("_", " ")))
    elif isinstance(value, list | tuple) and value:
        if all(not isinstance(inner, Mapping | list | tuple) for inner in value):
            yield path, ", ".join(str(inner) for inner in value)
        else:
            for place, inner in enumerate(value, start=1):
                yield from _facts(inner, (*path, str(place)))
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    elif value is None or value in ({}, [], (), ""):
        yield path, UNKNOWN
    elif isinstance(value, int) and path[-1].endswith("bytes"):
        yield path, count(value)
    else:
        yield path, str(value)
