"""Tables of what grows with the body: what a byte costs, and what of the wait is sending bytes."""

from bench.report.number_format import UNKNOWN, count, interval, number, strategy_name
from bench.report.tables import Row, Table
from bench.statistics import ByteCost, Summary
from bench.statistics.byte_cost import LATENCY


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


_HEADINGS = ("fixed, ms", "interval", "ms per MB", "interval", "misfit, ms", "requests")


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
