"""A saturation search as one HTML file, like the report: no script, nothing fetched."""

import base64
from collections.abc import Mapping
from typing import Any

from bench.report.headline import profile_warning, verdict_of
from bench.report.page import page_template
from bench.report.run_tables import check_table, fact_table, finding_table, short_facts
from bench.saturation.sentences import answer_sentences, cautions, method_sentence
from bench.saturation.tables import probe_table, rate_table


def render_saturation(
    document: Mapping[str, Any],
    *,
    run: Mapping[str, Any],
    verification: Mapping[str, Any],
    plots: Mapping[str, bytes],
) -> str:
    """Write the page from the contents of saturation.json, run.json and verification.json."""
    findings = finding_table(verification)
    return page_template("saturation.html").render(
        title=f"firstwrite: {run.get('name') or 'search'}, the highest rate",
        facts=short_facts(run),
        verdict=verdict_of(verification),
        verdict_text=verdict_text(verification),
        sentences=answer_sentences(document),
        profile_warning=profile_warning(str(document["profile"])),
        cautions=cautions(document),
        method=method_sentence(document),
        figures=[
            f"data:image/png;base64,{base64.b64encode(content).decode()}"
            for content in plots.values()
        ],
        tables=[rate_table(document), probe_table(document, reasons=True)],
        verification=[each for each in (check_table(verification), findings) if each is not None],
        conditions=fact_table(run),
        finished=run.get("finished_utc") or "",
    )


def verdict_text(verification: Mapping[str, Any]) -> str:
    """Say what the verification came to."""
    acknowledged = int(verification.get("acknowledged") or 0)
    found = len(verification.get("findings") or ())
    match verdict_of(verification):
        case "pass":
            return f"Verified: nothing lost, nothing doubled among {acknowledged:,} messages."
        case "fail":
            return (
                f"This search failed its verification: {found:,} findings among {acknowledged:,} "
                "messages. Its rates count for nothing until they are explained."
            )
        case _:
            return "This search was not verified: nobody checked that messages were kept."
