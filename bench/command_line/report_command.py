"""`firstwrite report`."""

from pathlib import Path
from typing import Final

from rich.console import Console

from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.text_output import plain, write_output
from bench.report.console import REPORT_FILE
from bench.results import replace_report
from bench.run.report_again import report_again

_SHOWN_DIFFERENCES: Final = 10


def run_report(folder: Path, output_file: Path | None, output: Console, errors: Console) -> int:
    """Render the report of a results folder again; return the exit code.

    Raises
    ------
    MendableError
        When the folder cannot be read, or the report cannot be written.
    """
    with ProgressDisplay(errors) as display:
        display.phase(f"Computing and drawing {folder.name}")
        again = report_again(folder, progress=display.detail)
    if output_file is None:
        replace_report(folder, again.plots, again.html)
    else:
        write_output(output_file, again.html.encode())
    if again.differences:
        plain(
            f"Warning: {len(again.differences)} of {again.figures:,} values are not those of "
            "summary.json, which stays as it is: this version computes otherwise, or a file was "
            "changed.",
            errors,
        )
        for line in again.differences[:_SHOWN_DIFFERENCES]:
            plain(f"- {line}", errors)
        if len(again.differences) > _SHOWN_DIFFERENCES:
            plain(f"- and {len(again.differences) - _SHOWN_DIFFERENCES} more", errors)
    else:
        plain(f"All {again.figures:,} values are those of summary.json.", output)
    plain(f"Report: {output_file or folder / REPORT_FILE}", output)
    return 0
