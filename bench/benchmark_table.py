"""What a benchmark of the project's own parts prints: a row a figure, and the table of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
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


def exit_code_of_rows(rows: Sequence[Row], console: Console, output: Path | None) -> int:
    """Print the rows, write them as JSON if that is asked for, and return the exit code.

    Returns
    -------
    int
        0 if every target is met, else 1.

    Raises
    ------
    OSError
        If *output* cannot be written.
    """
    console.print(table_of(rows))
    if output is not None:
        output.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 1 if any(row.met is False for row in rows) else 0
