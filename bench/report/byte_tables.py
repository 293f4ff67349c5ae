"""Tables of what grows with the body: what a byte costs, and what of the wait is sending bytes."""

from bench.report.number_format import UNKNOWN, count, interval, number, strategy_name
from bench.report.tables import Row, Table, rows
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
                each.answer,
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
