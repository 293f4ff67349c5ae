"""The report's tables on the terminal."""

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table as RichTable

from bench.report.tables import Emphasis, Table

_STYLES: dict[Emphasis, str] = {"": "", "total": "bold", "muted": "dim"}


def rich_table(table: Table) -> RichTable:
    """Draw a table; its note stands below, and a group before its columns' headings."""
    over = [heading for heading, span in table.groups for _ in range(span)]
    groups = over or [""] * len(table.columns)
    drawn = RichTable(
        box=SIMPLE_HEAD,
        title=escape(table.caption),
        title_justify="left",
        title_style="bold",
        caption=escape(table.note) or None,
        caption_justify="left",
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )
    for place, (group, column) in enumerate(zip(groups, table.columns, strict=True)):
        heading, text = escape(f"{group} {column}".strip()), place < table.text_columns
        drawn.add_column(
            # A word a line: how wide a column of figures is, its figures say.
            heading if text else heading.replace(" ", "\n"),
            justify="left" if text else "right",
            overflow="fold",
        )
    for row in table.rows:
        drawn.add_row(*(escape(each) for each in row.cells), style=_STYLES[row.emphasis])
    return drawn
