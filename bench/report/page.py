"""The report as one HTML file: pictures inside, no script, nothing fetched."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bench.probe import BlockedConclusion, Probe
from bench.report.definitions import figure_definitions
from bench.report.headline import headline, profile_warning
from bench.report.run_tables import finding_table, short_facts
from bench.report.sections import report_sections
from bench.statistics import RunFigures


def render_report(
    figures: RunFigures,
    *,
    run: Mapping[str, Any],
    verification: Mapping[str, Any],
    plots: Mapping[str, bytes],
    probe: Probe | None = None,
    blocked: Sequence[BlockedConclusion] = (),
) -> str:
    """Write the report.

    Parameters
    ----------
    figures
        The figures.
    run
        The content of run.json.
    verification
        The content of verification.json.
    probe, blocked
        What the back ends were measured to carry, and what they keep the run from concluding.
    plots
        PNG files by file name, as `bench.report.draw_plots` gives them.

    Returns
    -------
    str
        The HTML file: it needs no network, no script and no other file.
    """
    summary = figures.answer
    answer = headline(figures, verification, blocked, run)
    return page_template("page.html").render(
        title=f"firstwrite: {run.get('name') or 'run'}",
        facts=[" · ".join(short_facts(run))],
        verdict=answer.verdict,
        verdict_text=answer.verdict_text,
        sentences=answer.sentences,
        cautions=answer.cautions,
        urgent_findings=(
            finding_table(verification, shown=5) if answer.verdict == "fail" else None
        ),
        profile_warning=profile_warning(summary.profile),
        sections=report_sections(figures, run, verification, plots, probe, blocked),
        definitions=figure_definitions(summary),
        finished=run.get("finished_utc") or "",
    )


@cache
def page_template(name: str) -> Template:
    """Give a template of this package: text is escaped, and what it lacks is an error."""
    environment = Environment(
        loader=PackageLoader("bench.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
