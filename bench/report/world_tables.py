"""The answer in other worlds, as tables; and where the choice stops to matter."""

from bench.report.number_format import (
    UNKNOWN,
    answer_text,
    interval,
    number,
    percent,
    strategy_name,
)
from bench.report.tables import Row, Table, size_label
from bench.statistics import RunFigures, VariantDifference
from bench.statistics.condition_crossover import MATTERS_SHARE

KINDS = {
    "as measured": "as measured",
    "profile": "other profiles",
    "slope": "soft numbers varied",
    "network": "senders elsewhere",
}
"""Kind of a world → how it is called."""


AXES = {"uplink": "senders' uplink", "rate": "rate through one cache node"}
"""Axis of a condition → how it is called."""

_QUESTIONS = {
    "matters": "does it matter?",
    "sooner": "who is sooner?",
}


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


def condition_table(figures: RunFigures) -> Table | None:
    """Show from where on the answer is another along uplink and rate, or None for a raw run."""
    found = figures.robustness
    if found is None or not found.crossovers:
        return None
    return Table(
        caption="From where on the answer is another",
        columns=(
            "along",
            "body",
            "of",
            "question",
            "answer",
            "below",
            "above",
            "changes at",
            f"{figures.answer.bootstrap.confidence * 100:g} % interval",
            "range tried",
        ),
        text_columns=7,
        rows=tuple(
            Row(
                (
                    f"{each.axis}, {each.unit}",
                    size_label(figures.answer, each.size),
                    each.measure,
                    _QUESTIONS.get(each.question, each.question),
                    answer_text(each.answer, each.reason),
                    strategy_name(each.below or UNKNOWN),
                    strategy_name(each.above or UNKNOWN),
                    number(each.at),
                    interval(each.interval),
                    f"{number(each.least)} to {number(each.most)}",
                )
            )
            for each in found.crossovers
        ),
        note=(
            f"It matters from {MATTERS_SHARE * 100:g} % of the wait on. Found: what holds is "
            "resolvable on either side. None in the range tried: the same is, at both ends. An "
            "interval that ends where the range does may go on beyond it. The senders' "
            "uplink moves both strategies' waits alike: it hides a difference rather than turning "
            f"it. The rate is of messages of one size through one {found.cache_node}: its baseline "
            f"of {found.cache_bytes_per_s / 1e6:g} MB/s in each direction fills at the range's "
            "end, and the queue before it is M/D/1. A percentile is of the request's own wait and "
            "the queue's together (their convolution). Above the baseline a node lives on credits."
        ),
    )


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
