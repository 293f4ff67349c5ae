"""What a search found, in a sentence and in tables."""

from bench.plan.search import Found
from bench.report.number_format import UNKNOWN, count, dollars, number
from bench.report.tables import Row, Table, rows
from sim.capacity.search.result import Tried


def search_sentence(found: Found) -> str:
    """Say which configuration to take, or that none meets the objectives and which is closest."""
    return str(found.result)


def search_tables(found: Found) -> list[Table]:
    """Show what was found, what each further nine costs, and where the strategies are level."""
    return [_configurations(found), *_nines(found), _break_even(found)]


def _configurations(found: Found) -> Table:
    result = found.result
    shown = (
        ("cheapest that meets all", result.best),
        ("next", result.runner_up),
        ("closest", result.closest),
    )
    gave_up = " It gave up early: there may be a cheaper or a nearer one." if result.stopped else ""
    return Table(
        caption="Configurations for " + " and ".join(each.text for each in result.objectives),
        columns=("", "configuration", "a month", "p50 ms", "p99 ms", "end p99 ms"),
        text_columns=2,
        rows=tuple(_row(name, tried) for name, tried in shown if tried is not None),
        note=f"{count(len(result.tried))} tried of {count(len(result.tried) + result.not_tried)};"
        f" simulated: {result.simulated}.{gave_up}",
    )


def _row(name: str, tried: Tried) -> Row:
    because = f": {'; '.join(tried.because)}" if tried.because else ""
    waits = tried.trial.latencies if tried.trial is not None else None
    cells = (
        name,
        f"{tried.candidate}{because}",
        dollars(tried.cost),
        number(waits.blocking_ms.get("p50")) if waits else UNKNOWN,
        number(waits.blocking_ms.get("p99")) if waits else UNKNOWN,
        number(waits.complete_ms.get("p99")) if waits else UNKNOWN,
    )
    return Row(cells)


def _nines(found: Found) -> list[Table]:
    if not found.nines:
        return []
    return [
        Table(
            caption="What each further nine costs",
            columns=("objective", "configuration", "a month", "more"),
            text_columns=2,
            rows=rows(
                (
                    each.objective.text,
                    _nine_text(found, place),
                    UNKNOWN if each.cost is None else dollars(each.cost),
                    UNKNOWN if each.more is None else f"{each.more:+,.0f}",
                )
                for place, each in enumerate(found.nines)
            ),
        )
    ]


def _nine_text(found: Found, place: int) -> str:
    result = found.nines[place].result
    if result.too_few:
        return f"needs {result.too_few[0].least_messages:,} messages to be judged"
    if result.best is None:
        return "none" if not result.stopped else "none among those that were tried"
    return str(result.best.candidate)


def _break_even(found: Found) -> Table:
    return Table(
        caption="Where the two strategies are level, as deployed and with room in the cache",
        columns=("over", "what", "answer"),
        text_columns=3,
        rows=rows(
            (each.over, each.what, str(each))
            for each in (*found.break_even_rates, *found.break_even_sizes)
        ),
    )
