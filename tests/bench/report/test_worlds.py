"""What a report says of other worlds, of emulators too slow, and when it has no answer."""

import io
from dataclasses import replace

import pytest
from matplotlib.image import imread

from bench.probe import BlockedConclusion
from bench.report import draw_plots, headline, render_report
from bench.report.call_tables import call_table
from bench.report.number_format import interval, number
from bench.report.plots.conditions_plot import conditions_plot
from bench.report.world_sentences import world_sentences
from bench.report.world_tables import condition_table, world_table
from bench.run.variants import variants_of
from bench.statistics import Bootstrap, RunFigures, operation_calls, robustness, summarise
from bench.statistics.samples import body_sizes
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run

pytestmark = pytest.mark.filterwarnings("error")

SHAPING = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=100)
BLOCKED = BlockedConclusion("latency", "s3.PutObject", "S3-first at 6 MB", "S3 alone takes 900 ms")


def figures_of(emulator_ms):
    samples, calls = shaped_run(SHAPING, emulator_ms=emulator_ms)
    summary = summarise(samples, profile="aws-typical", bootstrap=QUICK)
    worlds = robustness(
        samples,
        calls,
        body_sizes(samples),
        variants_of(SHAPING),
        QUICK,
        cache_node="cache.r7g.large",
        cache_bytes_per_s=117.1e6,
    )
    raw = replace(summary, profile="raw")
    return samples, RunFigures(summary, raw, operation_calls(samples, calls), worlds)


@pytest.fixture(scope="module")
def run():
    return figures_of(emulator_ms=1.0)


def test_the_answer_is_followed_by_how_far_it_holds(run, passed):
    _, figures = run
    said = headline(figures, passed).sentences
    assert said[0].startswith("Under the aws-typical profile")
    assert said[2:] == world_sentences(figures)
    assert "under aws-optimistic" in said[2]
    assert "under aws-pessimistic" in said[2]
    assert "Mbit/s" in said[3]
    assert "messages/s" in said[3]
    assert said[4].startswith("The answer is robust")


def test_a_world_in_which_the_other_strategy_is_better_is_named(run, passed):
    _, figures = run
    found = figures.robustness
    turned = [
        replace(
            each,
            difference=replace(each.difference, sooner="s3-first", difference_ms=-5.0),
        )
        if each.name == "Redis time per MB x 3"
        else each
        for each in found.differences
    ]
    other = replace(figures, robustness=replace(found, differences=tuple(turned)))
    last = headline(other, passed).sentences[-1]
    assert "not robust" in last
    assert "Redis time per MB x 3" in last
    assert "S3-first" in last


def test_where_nothing_matters_the_choice_is_left_to_cost(run):
    _, figures = run
    small = [
        replace(each, difference=replace(each.difference, difference_ms=0.5, resolvable=True))
        for each in figures.robustness.differences
    ]
    other = replace(figures, robustness=replace(figures.robustness, differences=tuple(small)))
    assert "decide by cost" in world_sentences(other)[1]


def test_what_a_run_cannot_tell_is_not_left_to_cost(run):
    _, figures = run
    vague = [
        replace(each, difference=replace(each.difference, resolvable=False))
        for each in figures.robustness.differences
    ]
    other = replace(figures, robustness=replace(figures.robustness, differences=tuple(vague)))
    told = world_sentences(other)[1]
    assert "cannot tell" in told
    assert "decide by cost" not in told


def test_every_world_and_every_size_has_its_row(run):
    _, figures = run
    table = world_table(figures)
    worlds = {each.name for each in variants_of(SHAPING)}
    assert {row.cells[1] for row in table.rows} == worlds
    assert len(table.rows) == len(worlds) * len(figures.answer.sizes)
    rows = condition_table(figures).rows
    assert [row.cells[1:3] for row in rows if row.cells[0].startswith("rate")] == [
        (size.label, measure) for size in figures.answer.sizes for measure in ("p50", "p99")
    ]
    # Of the uplink there are two questions at the p50, and one at the p99.
    assert len(rows) == 5 * len(figures.answer.sizes)
    for row, each in zip(rows, figures.robustness.crossovers, strict=True):
        assert row.cells[2] == each.measure
        assert row.cells[4].startswith(each.answer)
        assert ("too few requests" in row.cells[4]) == (each.measure == "p99")
        assert row.cells[7:9] == (number(each.at), interval(each.interval))


def test_the_sentence_gives_the_limits_with_their_intervals(run, passed):
    _, figures = run
    (said,) = [each for each in headline(figures, passed).sentences if "stops to matter" in each]
    largest = figures.answer.sizes[-1].name
    for question, unit in (("matters", "Mbit/s"), ("sooner", "messages/s")):
        (found,) = [
            each
            for each in figures.robustness.crossovers
            if (each.size, each.measure, each.question) == (largest, "p50", question)
            and each.answer == "found"
        ]
        assert f"{number(found.at)} {unit}" in said
        assert f"(95 % interval {interval(found.interval)})" in said


def test_both_axes_are_drawn_with_a_line_a_size(run):
    _, figures = run
    assert conditions_plot(figures).startswith(b"\x89PNG")
    found = figures.robustness
    assert {each.measure for each in found.curves} == {"p50"}
    tails = [replace(each, measure="p99") for each in found.curves]
    both = replace(figures, robustness=replace(found, curves=(*found.curves, *tails)))
    one_row, two_rows = (imread(io.BytesIO(conditions_plot(each))) for each in (figures, both))
    assert two_rows.shape[0] == one_row.shape[0] + 680
    none = replace(figures, robustness=replace(found, curves=(), crossovers=()))
    assert conditions_plot(none) != conditions_plot(figures)
    assert condition_table(none) is None


def test_slow_emulators_are_marked_and_told_of(passed):
    _, figures = figures_of(emulator_ms=60.0)
    cautions = " ".join(headline(figures, passed).cautions)
    assert "Emulator-bound on the way to the receipt" in cautions
    assert "Emulator-bound behind the receipt: dynamodb.PutItem" in cautions
    marked = {row.cells[0] for row in call_table(figures).rows if row.emphasis}
    assert "elasticache.SET" in marked
    bound = {each.operation for each in figures.emulator_bound}
    assert marked == bound


def test_fast_emulators_are_not(run, passed):
    _, figures = run
    assert not any("Emulator-bound" in each for each in headline(figures, passed).cautions)


def test_what_the_back_end_cannot_carry_is_not_answered(run, passed):
    _, figures = run
    (only,) = headline(figures, passed, [BLOCKED]).sentences
    assert only.startswith("This run gives no answer")
    assert "S3 alone takes 900 ms" in only
    rate = replace(BLOCKED, topic="rate")
    assert headline(figures, passed, [rate]) == headline(figures, passed)


def test_the_page_has_the_worlds_the_calls_and_raw(run, passed, read_page):
    samples, figures = run
    facts = {"name": "test", "profile": "aws-typical"}
    plots = draw_plots(samples, figures)
    assert plots["worlds.png"].startswith(b"\x89PNG")
    html = render_report(
        figures,
        run=facts,
        verification=passed,
        plots=plots,
        blocked=[replace(BLOCKED, topic="rate")],
    )
    page = read_page(html)
    assert page.problems == []
    anchors = {element.get("id") for element in page.of("section")}
    assert {"worlds", "calls", "raw", "floor"} <= anchors
    assert "S3 alone takes 900 ms" in page.text


def test_a_raw_run_has_none_of_it(summary, plots, passed, read_page):
    figures = RunFigures(summary, raw=summary)
    assert world_sentences(figures) == ()
    assert world_table(figures) is None
    assert "worlds.png" not in plots
    page = read_page(render_report(figures, run={}, verification=passed, plots=plots))
    assert not {"worlds", "raw"} & {element.get("id") for element in page.of("section")}
