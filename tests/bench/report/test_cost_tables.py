"""What messages cost, in tables, a sentence and a picture."""

from dataclasses import replace

import pytest

from bench.report import render_report
from bench.report.cost_tables import (
    component_table,
    cost_crossover_table,
    cost_difference_table,
    cost_sentence,
    cost_table,
)
from bench.report.headline import headline
from bench.report.number_format import dollars
from bench.report.plots.cost_plot import cost_plot
from bench.run.month_bills import TemplateBills
from bench.statistics import Bootstrap, Interval, RunFigures, costs, summarise
from bench.statistics.samples import body_sizes
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run, with_invocations

pytestmark = pytest.mark.filterwarnings("error")

SHAPING = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=100)


@pytest.fixture(scope="module")
def figures():
    samples, calls = shaped_run(SHAPING)
    samples = samples.assign(profile="aws-typical")
    summary = summarise(samples, profile="aws-typical", bootstrap=QUICK)
    found = costs(
        samples, with_invocations(calls), body_sizes(samples), QUICK, TemplateBills.under(SHAPING)
    )
    return RunFigures(summary, raw=replace(summary, profile="raw"), costs=found)


def test_each_cost_has_its_row_and_the_components_add_up_to_it(figures):
    summary, found = figures.answer, figures.costs
    table = cost_table(summary, found)
    assert len(table.rows) == 2 * len(summary.sizes)
    for row, each in zip(table.rows, found.costs, strict=True):
        assert row.cells[6] == dollars(each.per_million)
    parts = component_table(summary, found)
    assert parts.rows[-1].cells[0] == "total"
    assert {row.cells[0] for row in parts.rows} > {"ElastiCache", "Lambda ingest", "S3"}
    # What only Redis-first pays for has no price under S3-first.
    (nodes,) = [row for row in parts.rows if row.cells[0] == "ElastiCache"]
    assert "–" not in nodes.cells[1::2]  # noqa: RUF001 - the sign of what is not there
    assert len(cost_difference_table(summary, found).rows) == len(summary.sizes)


def test_the_crossovers_have_their_axis_in_its_unit(figures):
    table = cost_crossover_table(figures.answer, figures.costs)
    assert len(table.rows) == 1 + 2 * len(figures.answer.sizes)
    assert table.rows[0].cells[1] == "each"
    assert table.rows[0].cells[7] == "0.26 to 6.29"
    assert "moves no bill" in table.note
    found = replace(
        figures.costs.crossovers[0], answer="found", at=2e6, interval=Interval(1e6, 3e6)
    )
    turned = replace(figures.costs, crossovers=(found,))
    (row,) = cost_crossover_table(figures.answer, turned).rows
    assert row.cells[5:7] == ("2.00", "1.00 to 3.00")


def test_the_answer_ends_with_the_cost_where_and_of_when_its_prices_are(figures, passed):
    (said,) = cost_sentence(figures.answer, figures.costs)
    assert headline(figures, passed).sentences[-1] == said
    assert "S3-first is cheaper at every body size" in said
    assert "us-east-1" in said
    assert figures.costs.prices_from in said
    assert "of the totals rest on prices from memory" in said
    assert cost_sentence(figures.answer, None) == ()


def test_a_rate_at_which_it_turns_is_said(figures):
    found = figures.costs
    turned = [
        replace(each, answer="found", at=7.0, below="s3-first", above="redis-first")
        if each.axis == "rate"
        else each
        for each in found.crossovers
    ]
    (said,) = cost_sentence(figures.answer, replace(found, crossovers=tuple(turned)))
    assert "Redis-first from 7.00 messages/s on at 256 KB" in said
    mixed = (replace(found.differences[0], cheaper="redis-first"), *found.differences[1:])
    (said,) = cost_sentence(figures.answer, replace(found, differences=mixed))
    assert "which is cheaper depends on the body size" in said
    vague = tuple(replace(each, cheaper="not resolvable") for each in found.differences)
    (said,) = cost_sentence(figures.answer, replace(found, differences=vague))
    assert "not resolvable at any body size" in said


def test_the_page_has_the_section_and_its_picture(figures, passed, read_page):
    picture = cost_plot(figures)
    assert picture.startswith(b"\x89PNG")
    html = render_report(figures, run={}, verification=passed, plots={"cost.png": picture})
    page = read_page(html)
    assert page.problems == []
    assert "cost" in {element.get("id") for element in page.of("section")}
    assert "Not in the totals" in page.text
