"""What a saturation search shows on the terminal at its end, and `results show` later."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from bench.command_line.rich_tables import rich_table
from bench.command_line.text_output import plain
from bench.report.console import REPORT_FILE
from bench.report.headline import verdict_of
from bench.saturation.page import verdict_text
from bench.saturation.sentences import answer_sentences, cautions
from bench.saturation.tables import probe_table, rate_table

_STYLES: Final = {"pass": "bold green", "fail": "bold red", "not verified": "bold yellow"}


def print_saturation(
    output: Console, document: Mapping[str, Any], verification: Mapping[str, Any], folder: Path
) -> None:
    """Print what a search came to: its rates, its probes, the verdict and the answer."""
    output.print()
    for table in (probe_table(document, reasons=False), rate_table(document)):
        output.print(rich_table(table))
        output.print()
    verdict = verdict_of(verification)
    line = Text(verdict.upper(), style=_STYLES[verdict])
    line.append(f"  {verdict_text(verification)}", style="default")
    output.print(line)
    output.print()
    for sentence in answer_sentences(document):
        output.print(Text(sentence))
    for caution in cautions(document):
        output.print(Text(f"Caution: {caution}", style="yellow"))
    output.print()
    plain(f"Report: {folder / REPORT_FILE}", output)
