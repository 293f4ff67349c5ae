"""Tables of what grows with the body: what a byte costs, and what of the wait is sending bytes."""

from bench.report.number_format import (
    UNKNOWN,
    answer_text,
    count,
    interval,
    number,
    percent,
    strategy_name,
)
from bench.report.tables import Row, Table, rows, size_label
from bench.statistics import ByteCost, Summary
from bench.statistics.byte_cost import LATENCY, MEGABYTE


def byte_cost_table(summary: Summary) -> Table:
    """Show the lines of the latency and of each stage, strategies side by side."""
    found = {(each.strategy, each.stage): each for each in summary.byte_costs}
    stages = list(dict.fromkeys(each.stage for each in summary.byte_costs))
    return Table(
        caption=f"Fixed time and time per MB, medians, profile {summary.profile}",
        groups=(
            ("", 1),
            *((strategy_name(strategy), len(_HEADINGS)) for strategy in summary.strategies),
        ),
        columns=("stage", *(heading for _ in summary.strategies for heading in _HEADINGS)),
        rows=tuple(
            Row(
                (
                    "latency, the whole" if stage == LATENCY else stage,
                    *(
                        cell
                        for strategy in summary.strategies
                        for cell in _cells(found.get((strategy, stage)))
                    ),
                ),
                "total" if stage == LATENCY else "",
            )
            for stage in stages
        ),
        note=(
            "A line through the medians of the body sizes, weighted by requests. MB are 1,000,000 "
            "bytes of the body here. The misfit is the largest distance of a size's median from "
            "the line: where it is large, time does not grow in proportion to bytes. Medians of "
            "stages do not add up, and so neither do their lines."
        ),
    )


def transmission_table(summary: Summary) -> Table | None:
    """Show how much of the wait is sending the bytes, or None where no stages were reported."""
    if not summary.transmissions:
        return None
    return Table(
        caption=f"What of the mean wait is sending the bytes, ms, profile {summary.profile}",
        columns=(
            "body",
            "strategy",
            "mean latency",
            "to the gateway",
            "on to the store, at most",
            "share of the wait",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                number(each.mean_latency_ms),
                number(each.arriving_ms),
                number(each.storing_ms),
                percent(each.share),
            )
            for each in summary.transmissions
        ),
        note=(
            "To the gateway: request-transit and gateway-receive. On to the store: the part of "
            "payload-store that grows with the body, which holds what the client does byte by "
            "byte, such as hashing, too. No choice of the first write shortens the way to the "
            "gateway."
        ),
    )


def transmission_sentence(summary: Summary) -> str:
    """Say how much of the wait is sending the bytes, over the sizes; nothing without stages."""
    told = []
    for strategy in summary.strategies:
        found = [each for each in summary.transmissions if each.strategy == strategy]
        if found:
            first, last = found[0], found[-1]
            reach = f"{percent(first.share)} of the wait at {size_label(summary, first.size)}"
            if last is not first:
                reach += f" and {percent(last.share)} at {size_label(summary, last.size)}"
            told.append(f"{reach} with {strategy_name(strategy)}")
    return f"Sending the bytes takes {', '.join(told)}." if told else ""


def crossover_table(summary: Summary) -> Table | None:
    """Show where one strategy overtakes the other, or None where nothing was compared."""
    if not summary.crossovers:
        return None
    return Table(
        caption="The body size at which one strategy overtakes the other, MB of 1,000,000 bytes",
        columns=(
            "percentile",
            "answer",
            "sooner below",
            "sooner above",
            "even at",
            "interval",
            "range tried",
        ),
        text_columns=4,
        rows=rows(
            (
                each.percentile,
                answer_text(each.answer, each.reason),
                strategy_name(each.sooner_below or UNKNOWN),
                strategy_name(each.sooner_above or UNKNOWN),
                _megabytes(each.body_bytes),
                UNKNOWN
                if each.interval_bytes is None
                else f"{_megabytes(each.interval_bytes.low)} to "
                f"{_megabytes(each.interval_bytes.high)}",
                f"{_megabytes(each.least_bytes)} to {_megabytes(each.most_bytes)}",
            )
            for each in summary.crossovers
        ),
        note=(
            "Interpolated between neighbouring sizes. Found: each strategy is resolvably sooner on "
            "its side. None in the range tried: one strategy is, at both ends, and the other "
            "nowhere. An interval that ends where the range does may go on beyond it."
        ),
    )


_HEADINGS = ("fixed, ms", "interval", "ms per MB", "interval", "misfit, ms", "requests")


def _megabytes(body_bytes: float | None) -> str:
    return number(None if body_bytes is None else body_bytes / MEGABYTE)


def _cells(line: ByteCost | None) -> tuple[str, ...]:
    if line is None:
        return (UNKNOWN,) * len(_HEADINGS)
    return (
        number(line.intercept_ms),
        interval(line.intercept_interval_ms),
        number(line.slope_ms_per_mb),
        interval(line.slope_interval_ms_per_mb),
        number(line.largest_misfit_ms),
        count(line.samples),
    )
