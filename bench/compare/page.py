"""A comparison as one HTML file, like the report: no script, nothing fetched."""

from collections.abc import Sequence

from bench.compare.comparison import Comparison, RunIdentity
from bench.compare.gates import GateResult
from bench.compare.headline import failed, sentences, verdict_line
from bench.compare.tables import change_tables, condition_table, gate_table
from bench.report.page import page_template


def render_comparison(comparison: Comparison, gates: Sequence[GateResult]) -> str:
    """Write the page."""
    _, _, reason = verdict_line(comparison, gates).partition(": ")
    tables = (gate_table(gates), *change_tables(comparison), condition_table(comparison))
    return page_template("comparison.html").render(
        title=f"firstwrite: {comparison.candidate.folder} against {comparison.baseline.folder}",
        facts=(
            _run("Baseline", comparison.baseline),
            _run("Candidate", comparison.candidate),
        ),
        verdict="fail" if failed(comparison, gates) else "pass",
        verdict_text=reason[:1].upper() + reason[1:],
        sentences=sentences(comparison),
        cautions=comparison.warnings,
        tables=[each for each in tables if each is not None],
    )


def _run(what: str, run: RunIdentity) -> str:
    facts = (run.folder, run.started_utc, f"commit {run.commit}" if run.commit else "")
    return f"{what}: {' · '.join(each for each in facts if each)}"
