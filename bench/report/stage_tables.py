"""Tables of stages: those of the blocking path, and those that follow the receipt."""

from bench.report.number_format import (
    UNKNOWN,
    count,
    fixed,
    milliseconds,
    number,
    percent,
    strategy_name,
)
from bench.report.tables import Row, Table, rows, size_label, strategy_columns
from bench.statistics import Summary
from bench.statistics.samples import REMAINDER


def stage_table(summary: Summary) -> Table:
    """Show the mean of each stage for each strategy and size, adding up to the mean latency."""
    groups, columns = strategy_columns(summary)
    cells = [
        summary.stage_means(strategy, size.name)
        for size in summary.sizes
        for strategy in summary.strategies
    ]
    stages = list(dict.fromkeys(stage for each in cells if each for stage in each.means_ms))
    lines = [
        Row(
            (stage, *(fixed(each.means_ms.get(stage) if each else None) for each in cells)),
            "muted" if stage == REMAINDER else "",
        )
        for stage in stages
        if any(each and each.means_ms.get(stage) for each in cells)
    ]
    totals = (
        ("sum of the stages", [fixed(each.sum_of_means_ms if each else None) for each in cells]),
        ("mean latency", [fixed(each.mean_latency_ms if each else None) for each in cells]),
    )
    lines += [Row((name, *texts), "total") for name, texts in totals]
    lines.append(
        Row(("samples", *(count(each.samples) if each else UNKNOWN for each in cells)), "muted")
    )
    return Table(
        caption=f"Mean of each stage, ms, warm environments, profile {summary.profile}",
        groups=groups,
        columns=("stage", *columns),
        rows=tuple(lines),
        note=(
            "Means, because means of disjoint stages add up to the mean latency; medians and "
            "percentiles do not. The remainder is what no stage claims: connection, kernel, the "
            "client's own reading of the answer. Figures are rounded one by one."
        ),
    )


def reconciliation_table(summary: Summary) -> Table:
    """Show in how many requests the stages account for the latency."""
    without = {(each.strategy, each.size): each.without_breakdown for each in summary.stages}
    return Table(
        caption="Requests whose stages cover the latency within 5 % or 1 ms, remainder left out",
        columns=(
            "body",
            "strategy",
            "samples",
            "covered",
            "share",
            "median remainder",
            "p95 of its size",
            "no breakdown",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.samples),
                count(each.covered),
                percent(each.covered_share),
                milliseconds(each.median_remainder_ms),
                milliseconds(each.p95_absolute_remainder_ms),
                count(without.get((each.strategy, each.size), 0)),
            )
            for each in summary.reconciliation
        ),
    )


def asynchronous_table(summary: Summary) -> Table:
    """Show p50 and p95 of each stage after the receipt, for each strategy and size."""
    groups, columns = strategy_columns(summary)
    found = {(each.stage, each.size, each.strategy): each for each in summary.asynchronous}
    stages = list(dict.fromkeys(each.stage for each in summary.asynchronous))
    lines = []
    for stage in stages:
        cells = [
            found.get((stage, size.name, strategy))
            for size in summary.sizes
            for strategy in summary.strategies
        ]
        lines.append(
            (
                stage,
                *(
                    f"{number(each.p50_ms)} / {number(each.p95_ms)}" if each else UNKNOWN
                    for each in cells
                ),
            )
        )
    return Table(
        caption=f"After the receipt: p50 / p95 of each stage, ms, profile {summary.profile}",
        groups=groups,
        columns=("stage", *columns),
        rows=rows(lines),
        note=(
            "From the execution history. In each execution start, branches, aggregate, "
            "final-publish and remainder follow each other and make up the total; so their means "
            "add up, and these percentiles do not. The branch stages run side by side within "
            "branches."
        ),
    )
