"""Tables of a report in Markdown, as GitHub shows it (GitHub Flavored Markdown, "Tables")."""

import re
from collections.abc import Iterable

from bench.report.tables import Row, Table

_SPECIAL = re.compile(r"[\\`*_|\[\]~]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
"""An at sign would call somebody into the pull request."""


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    line = " ".join(text.split())
    plain = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    return "".join(_ENTITIES.get(character, character) for character in plain)


def table_markdown(table: Table) -> str:
    """Write a table with its caption above and its note below; ends with a line's end."""
    align = [":--" if place < table.text_columns else "--:" for place in range(len(table.columns))]
    lines = [
        f"**{escaped(table.caption)}**",
        "",
        _line(_headings(table)),
        _line(align),
        *(_line(_cells(row)) for row in table.rows),
    ]
    if table.note:
        lines += ["", escaped(table.note)]
    return "\n".join(lines) + "\n"


def details_markdown(summary: str, content: str) -> str:
    """Write content that a click on a line of text opens; ends with a line's end."""
    return f"<details><summary>{escaped(summary)}</summary>\n\n{content}\n</details>\n"


def list_markdown(items: Iterable[str]) -> str:
    """Write a list; ends with a line's end unless it is empty."""
    return "".join(f"- {escaped(each)}\n" for each in items)


def _headings(table: Table) -> list[str]:
    """Markdown has one line of headings: a group's stands before each of its columns'."""
    over = [heading for heading, span in table.groups for _ in range(span)]
    groups = over or [""] * len(table.columns)
    return [
        escaped(f"{group}: {column}" if group else column)
        for group, column in zip(groups, table.columns, strict=True)
    ]


def _cells(row: Row) -> list[str]:
    texts = [escaped(each) for each in row.cells]
    return [f"**{each}**" if each else "" for each in texts] if row.emphasis == "total" else texts


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
