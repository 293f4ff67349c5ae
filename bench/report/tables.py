"""The tables of a report as text, for whoever shows them: the page and the terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.report.number_format import strategy_name
from bench.statistics import Summary

Emphasis = Literal["", "total", "muted"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of text cells, as many as there are columns."""

    cells: tuple[str, ...]
    emphasis: Emphasis = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a caption, columns, rows, and a note below.

    ``groups`` are headings over columns with the number of columns that each spans (an empty
    heading over those that have none); the first ``text_columns`` are text, the others figures.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    text_columns: int = 1

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"{self.caption}: a row has {len(row.cells)} cells and there are "
                    f"{len(self.columns)} columns: give one cell for each"
                )
        spanned = sum(span for _, span in self.groups)
        if self.groups and spanned != len(self.columns):
            raise ValueError(
                f"{self.caption}: groups span {spanned} of {len(self.columns)} columns: span all"
            )


def rows(cells: Iterable[Sequence[str]]) -> tuple[Row, ...]:
    """Make plain rows."""
    return tuple(Row(tuple(each)) for each in cells)


def size_label(summary: Summary, name: str) -> str:
    """Give the label of a size by its name."""
    return next((size.label for size in summary.sizes if size.name == name), name)


def strategy_columns(summary: Summary) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """Give the group headings and the columns of a table with the strategies under each size."""
    span = len(summary.strategies)
    groups = (("", 1), *((size.label, span) for size in summary.sizes)) if span else ()
    names = tuple(strategy_name(each) for _ in summary.sizes for each in summary.strategies)
    return groups, names
