"""A plan as one HTML file, like the report: pictures inside, no script, nothing fetched."""

import base64
from collections.abc import Mapping

from bench.plan.labels import variants
from bench.plan.left_out import LEFT_OUT
from bench.plan.planner import Plan
from bench.plan.sentences import answer_sentences, load_sentence
from bench.plan.tables import check_sentence, left_out_of_bill, plan_tables
from bench.plan_validation import record
from bench.report.page import page_template

_ALTERNATIVES = {
    "load.png": "Messages a second over the day, with each strategy's first limit.",
    "rate.png": "Percentiles of the wait for the receipt against the rate.",
    "cost.png": "A month's cost of both strategies against the mean rate.",
    "cache.png": "The cache's memory and network over time, against what there is.",
    "environments.png": "Busy execution environments over time, by function.",
}


def render_plan(plan: Plan, plots: Mapping[str, bytes]) -> str:
    """Write the page.

    Parameters
    ----------
    plots
        PNG files by file name, as `bench.plan.plots.draw_plots` gives them.
    """
    held = [name for name, each in variants(plan) if each.holds]
    sentences = answer_sentences(plan)
    return page_template("plan.html").render(
        title=f"firstwrite: plan for {plan.request.workload.name}",
        facts=(load_sentence(plan),),
        verdict="pass" if held else "fail",
        verdict_text=f"{' and '.join(held)}: holds." if held else "Nothing that was tried holds.",
        sentences=sentences,
        cautions=LEFT_OUT,
        figures=[
            {
                "source": f"data:image/png;base64,{base64.b64encode(content).decode()}",
                "text": _ALTERNATIVES[name],
            }
            for name, content in plots.items()
        ],
        tables=plan_tables(plan, narrow=False),
        checks=check_sentence(plan),
        validation=str(record.read()),
        left_out=left_out_of_bill(plan),
    )
