"""A run in Markdown, fit for a comment on a pull request: the answer, the table, the conditions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.probe import BlockedConclusion
from bench.report import headline
from bench.report.headline import profile_warning
from bench.report.latency_tables import overview_table
from bench.report.load_tables import generator_table, payload_table
from bench.report.markdown import details_markdown, escaped, list_markdown, table_markdown
from bench.report.objectives import objective_table
from bench.report.run_tables import check_table, finding_table, short_facts
from bench.report.tables import Table, rows
from bench.report.tenant_tables import tenant_difference_table, tenant_latency_table
from bench.results import Documents
from bench.statistics import figures_from_json

_SHOWN_FINDINGS = 10


def run_markdown(documents: Documents, blocked: Sequence[BlockedConclusion] = ()) -> str:
    """Write the Markdown.

    Parameters
    ----------
    blocked
        What the back ends keep the run from concluding.

    Raises
    ------
    bench.statistics.SummaryReadError
        If summary.json lacks a figure.
    """
    figures = figures_from_json(documents.summary)
    answer = headline(figures, documents.verification, blocked, documents.run)
    findings = finding_table(documents.verification, shown=_SHOWN_FINDINGS)
    load = _present(generator_table(documents.run, figures), payload_table(documents.run, figures))
    cautions = list_markdown(answer.cautions)
    parts = [
        f"### firstwrite: {escaped(documents.name)}\n",
        f"**{answer.verdict.upper()}** {escaped(answer.verdict_text)}\n",
        *((table_markdown(findings),) if findings else ()),
        "\n\n".join(escaped(each) for each in answer.sentences) + "\n",
        table_markdown(overview_table(figures.answer)),
        *_present(objective_table(documents.run)),
        *_present(tenant_latency_table(figures.answer), tenant_difference_table(figures.answer)),
        *(("Before you believe it:\n\n" + cautions,) if cautions else ()),
        escaped(profile_warning(figures.answer.profile)) + "\n",
        details_markdown("Verification", table_markdown(check_table(documents.verification))),
        *((details_markdown("Load", "\n".join(load)),) if load else ()),
        details_markdown("Conditions", table_markdown(_conditions(documents.run))),
    ]
    return "\n".join(parts)


def _present(*tables: Table | None) -> list[str]:
    return [table_markdown(table) for table in tables if table is not None]


def _conditions(run: Mapping[str, Any]) -> Table:
    return Table(
        caption="Under which conditions",
        columns=("fact", "value"),
        text_columns=2,
        rows=rows(_facts(run)),
        note="All of them are in run.json.",
    )


def _facts(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "profile", str(run.get("profile", ""))
    yield "run", ", ".join(short_facts(run))
    for part, plan in (run.get("plan") or {}).items():
        if isinstance(plan, Mapping):
            for size, load in (plan.get("sizes") or {}).items():
                shown = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in load.items())
                yield f"load, {part}, {size}", shown
    for what, answered_by in (run.get("stack") or {}).items():
        yield str(what), str(answered_by)
    yield "template", str(run.get("template_sha256") or "")[:12]
