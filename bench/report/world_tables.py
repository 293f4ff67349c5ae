"""The answer in other worlds, as tables; and where the choice stops to matter."""

from bench.report.number_format import (
    UNKNOWN,
    interval,
    number,
    percent,
    strategy_name,
)
from bench.report.tables import Row, Table, size_label
from bench.statistics import BreakEven, RunFigures, VariantDifference
from bench.statistics.robustness import MATTERS_SHARE

KINDS = {
    "as measured": "as measured",
    "profile": "other profiles",
    "slope": "soft numbers varied",
    "network": "senders elsewhere",
}
"""Kind of a world → how it is called."""


def world_table(figures: RunFigures) -> Table | None:
    """Show the comparison in each world at each size, or None for a raw run."""
    if figures.robustness is None:
        return None
    return Table(
        caption="The wait for the receipt in other worlds, p50, ms",
        columns=(
            "world",
            "what is changed",
            "body",
            "Redis-first",
            "S3-first",
            "S3-first less Redis-first",
            "interval",
            "share of the wait",
            "better",
        ),
        text_columns=3,
        rows=tuple(_world_row(figures, each) for each in figures.robustness.differences),
        note=(
            "Each request's calls are drawn again under the other numbers, with the same luck; "
            "nothing is sent again, so what queues would do differently is left out. A difference "
            f"matters when it is resolvable and at least {MATTERS_SHARE * 100:g} % of the slower "
            "strategy's wait."
        ),
    )


def break_even_table(figures: RunFigures) -> Table | None:
    """Show from where on the choice does not matter, or None for a raw run."""
    found = figures.robustness
    if found is None:
        return None
    return Table(
        caption="Where the choice stops to matter",
        columns=(
            "body",
            f"uplink below which it is under {MATTERS_SHARE * 100:g} % of the wait, Mbit/s",
            f"messages/s that fill the network of one {found.cache_node}",
            "messages/s at which its queue takes Redis-first's lead away",
        ),
        rows=tuple(
            Row(
                (
                    size_label(figures.answer, each.size),
                    _uplink(each),
                    number(each.cache_rate_per_s),
                    UNKNOWN if each.even_rate_per_s is None else number(each.even_rate_per_s),
                )
            )
            for each in found.break_even
        ),
        note=(
            f"The node's baseline of {found.cache_bytes_per_s / 1e6:g} MB/s in each direction; "
            "above it a node lives on credits. The queue is taken for M/D/1, payloads of this one "
            "size alone."
        ),
    )


def _uplink(each: BreakEven) -> str:
    if each.uplink_mbit_per_s is None:
        return "any"
    return number(each.uplink_mbit_per_s)


def _world_row(figures: RunFigures, each: VariantDifference) -> Row:
    found = each.difference
    better = strategy_name(found.sooner) if found.sooner else "not resolvable"
    return Row(
        (
            KINDS.get(each.kind, each.kind),
            each.name,
            size_label(figures.answer, found.size),
            number(found.redis_first_p50_ms),
            number(found.s3_first_p50_ms),
            number(found.difference_ms),
            interval(found.difference_interval_ms),
            percent(each.share),
            better if each.matters else f"{better}, does not matter" if found.sooner else better,
        ),
        "total" if each.kind == "as measured" else "",
    )
