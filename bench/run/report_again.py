"""The report of a finished run, from its results folder alone: figures, plots and page anew."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.probe import probe_from_json
from bench.report import draw_plots, render_report
from bench.results import Results, ResultsReadError, load_results
from bench.run.figures import figures_of, part_of
from bench.run.latency_facts import shaping_from
from bench.statistics import Bootstrap, figures_json

_TOLERANCE: Final = 1e-9
"""Relative: sums of floats differ in their last digits from one numpy to the next."""


@dataclass(frozen=True, slots=True)
class ReportAgain:
    """A report and its plots, and where its figures are not those of summary.json.

    Each of `differences` is a line: the key, and both values.
    """

    html: str
    plots: Mapping[str, bytes]
    figures: int
    differences: tuple[str, ...]


def report_again(folder: Path, *, progress: Callable[[str], None] = lambda _: None) -> ReportAgain:
    """Compute the figures of a results folder again, and draw and write its report.

    Raises
    ------
    bench.results.ResultsError
        If the folder is not, or not completely, a results folder.
    bench.statistics.SamplesTableError
        If a table lacks a column.
    bench.probe.ProbeError
        If what run.json says of the back ends cannot be read.
    """
    results = load_results(folder)
    for name, table in (("samples.parquet", results.samples), ("calls.parquet", results.calls)):
        if "profile" not in table.columns:
            raise ResultsReadError(
                f"{folder.name}/{name} lacks the column profile: run `firstwrite bench` again"
            )
    shaping = shaping_from(results.run)
    figures = figures_of(
        results.samples,
        results.calls,
        shaping,
        plan=_bootstrap(results),
        progress=progress,
    )
    capabilities = results.run.get("capabilities")
    probe, blocked = probe_from_json(capabilities) if capabilities else (None, ())
    plots = draw_plots(part_of(results.samples, shaping.profile), figures, progress=progress)
    html = render_report(
        figures,
        run=results.run,
        verification=results.verification,
        plots=plots,
        probe=probe,
        blocked=blocked,
    )
    # As a reader of the file has them: JSON has lists only.
    again = json.loads(json.dumps(figures_json(figures, results.verification)))
    known = sum(1 for _ in _leaves(results.summary, ""))
    return ReportAgain(html, plots, known, tuple(_differences(results.summary, again)))


def _bootstrap(results: Results) -> Bootstrap:
    try:
        return Bootstrap(**results.summary["bootstrap"])
    except (KeyError, TypeError, ValueError) as error:
        raise ResultsReadError(
            f"the key bootstrap of summary.json does not say how intervals are made ({error}): "
            "run `firstwrite bench` again"
        ) from error


def _differences(before: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs; a key that summary.json did not have yet is none."""
    now = dict(_leaves(again, ""))
    for path, value in _leaves(before, ""):
        if path not in now:
            yield f"{path} was {value!r} and is gone"
        elif not _equal(value, now[path]):
            yield f"{path} was {value!r} and is {now[path]!r}"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def _equal(before: Any, now: Any) -> bool:
    if isinstance(before, float) and isinstance(now, int | float):
        return math.isclose(before, now, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return bool(before == now)
