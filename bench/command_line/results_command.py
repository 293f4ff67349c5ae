"""`firstwrite results`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from bench.command_line.compare_command import CompareOptions, compared
from bench.command_line.saturation_console import print_saturation
from bench.command_line.text_output import plain, write_output
from bench.compare import GateResult
from bench.errors import MendableError
from bench.export import (
    Table,
    junit_xml,
    run_json,
    run_markdown,
    table_csv,
    table_parquet,
)
from bench.probe import BlockedConclusion, probe_from_json
from bench.report import print_report
from bench.report.headline import headline_size, verdict_of
from bench.report.number_format import milliseconds, number, times
from bench.results import (
    Documents,
    SaturationDocuments,
    is_saturation,
    list_results,
    load_documents,
    load_saturation,
)
from bench.statistics import Summary, figures_from_json

Format = Literal["csv", "parquet", "json", "junit", "markdown"]

_VERDICTS: Final = {"pass": "green", "fail": "bold red", "not verified": "yellow"}


def run_list(root: Path, output: Console) -> int:
    """Print the results below a folder, oldest first; return the exit code.

    Raises
    ------
    MendableError
        When there is no such folder.
    """
    if not root.is_dir():
        raise MendableError(
            f"--results {root} is no folder: run `firstwrite bench` first, or name another"
        )
    table = RichTable(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for heading in ("started", "folder", "profile", "verified", "body"):
        table.add_column(heading, overflow="fold")
    for heading in ("Redis-first\np50", "S3-first\np50", "ratio"):
        table.add_column(heading, justify="right", overflow="fold")
    folders = list_results(root)
    for folder in folders:
        try:
            table.add_row(*_line_of(folder))
        except MendableError as error:
            # One folder that cannot be read must not hide the others.
            table.add_row("", escape(folder.name), f"[red]{escape(str(error))}[/]")
    if folders:
        output.print(table)
    else:
        plain(f"{root} holds no results: run `firstwrite bench` first.", output)
    return 0


def _line_of(folder: Path) -> tuple[str, ...]:
    if is_saturation(folder):
        return _search_line(load_saturation(folder))
    return _line(load_documents(folder))


def _search_line(documents: SaturationDocuments) -> tuple[str, ...]:
    """Give the line of a saturation search: the rates that held stand where medians do."""
    verdict = verdict_of(documents.verification)
    found = {each["strategy"]: each["held_per_s"] for each in documents.saturation["strategies"]}
    return (
        escape(_minute(str(documents.run.get("started_utc") or ""))),
        escape(documents.name),
        escape(str(documents.saturation["profile"])),
        f"[{_VERDICTS[verdict]}]{verdict}[/]",
        escape(f"{documents.saturation['load']}, highest rate"),
        *(
            f"{number(found[each])}/s" if each in found else ""
            for each in ("redis-first", "s3-first")
        ),
        "",
    )


def _line(documents: Documents) -> tuple[str, ...]:
    verdict = verdict_of(documents.verification)
    summary = figures_from_json(documents.summary).answer
    return (
        escape(_minute(str(documents.run.get("started_utc") or ""))),
        escape(documents.name),
        escape(summary.profile),
        f"[{_VERDICTS[verdict]}]{verdict}[/]",
        *_headline_numbers(summary),
    )


def _minute(started_utc: str) -> str:
    return started_utc[:16].replace("T", " ")


def _headline_numbers(summary: Summary) -> tuple[str, str, str, str]:
    size = headline_size(summary)
    found = summary.difference(size.name) if size else None
    if size is None or found is None:
        return "", "", "", ""
    return (
        escape(size.label),
        milliseconds(found.redis_first_p50_ms),
        milliseconds(found.s3_first_p50_ms),
        times(found.ratio) if found.resolvable else "not resolvable",
    )


def run_show(folder: Path, root: Path, output: Console) -> int:
    """Print what a run printed at its end; return the exit code.

    Raises
    ------
    MendableError
        When the folder cannot be read.
    """
    place = _place(folder, root)
    if is_saturation(place):
        search = load_saturation(place)
        print_saturation(output, search.saturation, search.verification, place)
        return 0
    documents = load_documents(place)
    print_report(
        output,
        figures_from_json(documents.summary),
        documents.verification,
        place,
        blocked=_blocked(documents),
        run=documents.run,
    )
    return 0


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is exported, and in which form: the options of the same names."""

    folder: Path
    root: Path
    format: Format
    output: Path | None = None
    table: Table = "samples"
    baseline: Path | None = None
    max_regression: Sequence[str] = ()


def run_export(options: ExportOptions, output: Console, errors: Console) -> int:
    """Write a run in another form; return the exit code.

    Raises
    ------
    MendableError
        When an option, a folder or a file has to be mended.
    """
    _check(options)
    place = _place(options.folder, options.root)
    documents = load_documents(place)
    forms: dict[Format, Callable[[], bytes]] = {
        "csv": lambda: table_csv(place, options.table),
        "parquet": lambda: table_parquet(place, options.table),
        "json": lambda: run_json(documents),
        "junit": lambda: junit_xml(documents, _gates(options, place, errors)),
        "markdown": lambda: run_markdown(documents, _blocked(documents)).encode(),
    }
    content = forms[options.format]()
    if options.output is None:
        plain(content.decode().removesuffix("\n"), output)
    else:
        write_output(options.output, content)
        plain(f"Written: {options.output}", output)
    return 0


def _check(options: ExportOptions) -> None:
    if options.format == "parquet" and options.output is None:
        raise MendableError("--format parquet is not text: name a file with --output")
    if options.max_regression and options.baseline is None:
        raise MendableError("--max-regression needs something to compare with: give --baseline")
    if options.baseline is not None and not options.max_regression:
        raise MendableError("--baseline is for gates: give --max-regression, such as p99=10%")
    if options.baseline is not None and options.format != "junit":
        raise MendableError(
            f"--format {options.format} has no gates: leave --baseline out, or use "
            "`firstwrite compare`"
        )


def _gates(options: ExportOptions, place: Path, errors: Console) -> tuple[GateResult, ...]:
    if options.baseline is None:
        return ()
    baseline = _place(options.baseline, options.root)
    _, gates = compared(CompareOptions(baseline, place, options.max_regression), errors)
    return gates


def _place(folder: Path, root: Path) -> Path:
    """Take a folder as it is named, or by its name among the results."""
    return folder if folder.exists() or not (root / folder).exists() else root / folder


def _blocked(documents: Documents) -> tuple[BlockedConclusion, ...]:
    capabilities = documents.run.get("capabilities")
    return probe_from_json(capabilities)[1] if capabilities else ()
