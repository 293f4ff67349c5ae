"""A comparison as Markdown, fit for a comment on a pull request."""

from collections.abc import Sequence

from bench.compare.comparison import Comparison, RunIdentity
from bench.compare.gates import GateResult
from bench.compare.headline import sentences, verdict_line
from bench.compare.tables import change_tables, condition_table, gate_table
from bench.report.markdown import details_markdown, escaped, list_markdown, table_markdown


def comparison_markdown(comparison: Comparison, gates: Sequence[GateResult]) -> str:
    """Write the verdict, the gates and the warnings; tables open at a click."""
    gated, differing = gate_table(gates), condition_table(comparison)
    parts = [
        "### firstwrite: candidate against baseline\n",
        f"**{escaped(verdict_line(comparison, gates))}**\n",
        "\n\n".join(escaped(each) for each in sentences(comparison)) + "\n",
    ]
    if comparison.warnings:
        parts.append("Before you believe it:\n\n" + list_markdown(comparison.warnings))
    if gated:
        parts.append(table_markdown(gated))
    changes = "\n".join(table_markdown(each) for each in change_tables(comparison))
    parts.append(details_markdown("All figures", changes))
    if differing:
        title = f"{differing.caption}: {len(differing.rows)}"
        parts.append(details_markdown(title, table_markdown(differing)))
    parts.append(
        f"{_run('Baseline', comparison.baseline)}\n{_run('Candidate', comparison.candidate)}"
    )
    return "\n".join(parts)


def _run(what: str, run: RunIdentity) -> str:
    facts = (run.folder, run.started_utc, f"commit {run.commit}" if run.commit else "")
    return f"{what}: {', '.join(each for each in facts if each)}"
