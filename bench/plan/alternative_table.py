"""Other places for the first write, beside the two strategies that are implemented."""

from collections.abc import Sequence

from bench.report.number_format import UNKNOWN, dollars, number, percent
from bench.report.tables import Table, rows
from sim.capacity.alternatives import STATEMENT, Alternative


def alternative_table(found: Sequence[Alternative]) -> Table:
    """Show what each would come to: its waits, its bill, its first limit, and what it gives up."""
    return Table(
        caption=f"Alternatives: {STATEMENT}",
        columns=("alternative", "first limit", "gives up", "p50 ms", "p99 ms", "receipts",
                 "a month"),
        text_columns=3,
        rows=rows(
            (
                each.name,
                _first(each),
                "; ".join(each.gives_up) or UNKNOWN,
                number(each.blocking_ms.get("p50")),
                number(each.blocking_ms.get("p99")),
                percent(each.fates.acknowledged),
                dollars(each.bill.total),
            )
            for each in found
        ),
        note="Wait for the receipt; bill of those that get one.",
    )  # fmt: skip


def _first(each: Alternative) -> str:
    if each.first is None:
        return UNKNOWN
    return f"{each.first.name}, {100 * each.first.share:,.0f} % used"
