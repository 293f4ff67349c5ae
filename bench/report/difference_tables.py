"""Tables of what one strategy gains on the other, percentile by percentile, and how sure it is."""

from bench.report.number_format import UNKNOWN, count, interval, number, percent, strategy_name
from bench.report.tables import Table, rows, size_label
from bench.statistics import Difference, Summary, TailDifference


def difference_table(summary: Summary) -> Table:
    """Show the difference of each percentile at each size, with what decides about it."""
    lines = []
    for size in summary.sizes:
        found = summary.difference(size.name)
        if found is not None:
            lines.append(
                (
                    size.label,
                    "p50",
                    number(found.redis_first_p50_ms),
                    number(found.s3_first_p50_ms),
                    *_rest(found),
                )
            )
        lines += [
            (
                size_label(summary, each.size),
                each.percentile,
                number(each.redis_first_ms),
                number(each.s3_first_ms),
                *_rest(each),
            )
            for each in summary.tail_differences
            if each.size == size.name
        ]
    return Table(
        caption=f"S3-first less Redis-first at each percentile, ms, profile {summary.profile}",
        columns=(
            "body",
            "percentile",
            "Redis-first",
            "S3-first",
            "difference",
            "interval",
            "ratio",
            "interval of the ratio",
            "noise floor",
            "smallest detectable",
            "sooner",
        ),
        text_columns=2,
        rows=rows(lines),
        note=(
            "The noise floor is what a strategy differs from itself by in this run; a difference "
            "that is not above it, or whose interval includes 0, is not resolvable. The smallest "
            "detectable difference is the one that a run like this detects in 80 % of runs."
        ),
    )


def effect_size_table(summary: Summary) -> Table:
    """Show how often a Redis-first request is sooner, beside the difference of the p50s."""
    lines = []
    for each in summary.effect_sizes:
        found = summary.difference(each.size)
        spread = each.redis_first_sooner_interval
        lines.append(
            (
                size_label(summary, each.size),
                number(found.difference_ms if found else None),
                percent(each.redis_first_sooner),
                f"{percent(spread.low)} to {percent(spread.high)}" if spread else UNKNOWN,
                percent(each.sooner_share_of_pairs),
                number(each.cliffs_delta),
                each.magnitude,
            )
        )
    return Table(
        caption=f"How often Redis-first is sooner, profile {summary.profile}",
        columns=(
            "body",
            "S3-first less Redis-first, p50, ms",
            "Redis-first sooner, any two",
            "interval",
            "with the same luck",
            "Cliff's delta",
            "effect",
        ),
        rows=rows(lines),
        note=(
            "The probability that a Redis-first request is sooner than an S3-first one; 50 % is no "
            "effect. Cliff's delta is twice it less 1: negligible below 0.147, small below 0.33, "
            "medium below 0.474, else large (Romano et al., 2006)."
        ),
    )


def self_difference_table(summary: Summary) -> Table:
    """Show what each strategy differs from itself by."""
    return Table(
        caption=f"Each strategy against itself (A/A), ms, profile {summary.profile}",
        columns=(
            "body",
            "strategy",
            "percentile",
            "requests of each",
            "first blocks",
            "second blocks",
            "difference",
        ),
        text_columns=3,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                each.percentile,
                count(each.pairs),
                number(each.first_ms),
                number(each.second_ms),
                number(each.difference_ms),
            )
            for each in summary.self_differences
        ),
        note=(
            "The first and the second block of each round, the second under the targets that were "
            "drawn for the first: two runs of one strategy. The larger difference of the two "
            "strategies is the noise floor."
        ),
    )


def _rest(found: Difference | TailDifference) -> tuple[str, ...]:
    return (
        number(found.difference_ms),
        interval(found.difference_interval_ms),
        number(found.ratio),
        interval(found.ratio_interval),
        number(found.noise_floor_ms),
        number(found.smallest_detectable_ms),
        strategy_name(found.verdict),
    )
