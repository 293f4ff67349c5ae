"""What a benchmark of the project's own parts prints: a row a figure, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `ratio` is what the target is set on; `met` is `None` where there is none."""

    section: str
    what: str
    value: str
    against: str
    ratio: float | None
    target: str
    met: bool | None


def table_of(rows: Sequence[Row]) -> Table:
    """Return the rows as a table."""
    table = Table("section", "what", "measured", "against", "ratio", "target", "met")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = "" if row.met is None else "yes" if row.met else "NO"
        table.add_row(row.section, row.what, row.value, row.against, ratio, row.target, met)
    return table
