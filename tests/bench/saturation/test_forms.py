"""Page, plot, tables and sentences say what saturation.json holds."""

import re
from html import unescape

import matplotlib.figure
import pytest

from bench.saturation.curve import saturation_plot
from bench.saturation.page import render_saturation
from bench.saturation.sentences import answer_sentences, cautions
from bench.saturation.tables import probe_table, rate_table
from tests.bench.saturation.documents import PASSED, RUN, document
from tests.bench.saturation.search_settings import search_settings


@pytest.fixture(scope="module")
def found():
    return document(search_settings("p99=600ms"))


def drawn(monkeypatch, content) -> matplotlib.figure.Figure:
    """Return the figure that a plot was made of."""
    figures = []
    saved = matplotlib.figure.Figure.savefig

    def keep(self, *arguments, **options):
        figures.append(self)
        return saved(self, *arguments, **options)

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", keep)
    assert saturation_plot(content).startswith(b"\x89PNG")
    (figure,) = figures
    return figure


def test_the_plot_has_a_panel_a_percentile_the_objective_and_the_knees(monkeypatch, found):
    figure = drawn(monkeypatch, found)
    p50, p99 = figure.axes
    assert (p50.get_title(loc="left"), p99.get_title(loc="left")) == ("p50", "p99")
    limits = [line for line in p99.lines if set(line.get_ydata()) == {600.0}]
    assert len(limits) == 1
    assert not [line for line in p50.lines if set(line.get_ydata()) == {600.0}]
    knees = {
        (round(patch.get_x(), 6), round(patch.get_x() + patch.get_width(), 6))
        for patch in p99.patches
    }
    assert knees == {
        (round(each["held_per_s"], 6), round(each["too_high_per_s"], 6))
        for each in found["strategies"]
    }


def test_each_probe_is_a_point_and_those_too_high_are_crossed(monkeypatch, found):
    p50, _ = drawn(monkeypatch, found).axes
    points = [tuple(each.get_offsets()[0]) for each in p50.collections]
    too_high = [each for each in found["probes"] if each["outcome"] == "fails"]
    assert len(points) == len(found["probes"]) + len(too_high)
    assert {x for x, _ in points} == {each["offered_per_s"] for each in found["probes"]}


def test_the_page_needs_no_network_and_names_rates_method_and_machine(found):
    html = render_saturation(
        found, run=RUN, verification=PASSED, plots={"saturation.png": saturation_plot(found)}
    )
    text = unescape(re.sub(r"<[^>]+>", " ", html))
    assert "data:image/png;base64," in html
    assert 'src="http' not in html
    for said in (
        *answer_sentences(found),
        "this machine's and not AWS's",
        "Confidence of each answer: 95%",
        "seed 1",
        "Resolution 10%",
        "4,210 messages",
    ):
        assert said in text


def test_tables_have_a_row_a_strategy_and_a_row_a_probe(found):
    assert len(rate_table(found).rows) == 2
    rows = probe_table(found, reasons=True).rows
    assert len(rows) == len(found["probes"])
    assert {row.cells[1].removeprefix("brief: ") for row in rows} <= {
        "holds",
        "fails",
        "cannot tell",
        "not too high",
    }


def strategy(**changed):
    return {
        "strategy": "redis-first",
        "held_per_s": 6.0,
        "too_high_per_s": 6.6,
        "too_high": "fails",
        "bound": "latency",
        "ending": "resolved",
        "probes": 7,
        "decisions": 5,
        "least_confidence_of_all": 0.75,
    } | changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "at 6.00 messages/s; 6.60 is too high. What bounds it: latency"),
        ({"bound": "load generator"}, "at 6.00 messages/s at least, bound by the load generator"),
        (
            {"too_high_per_s": None, "ending": "held at the highest rate", "bound": None},
            "at 6.00 messages/s at least, the highest rate tried",
        ),
        ({"held_per_s": None}, "was not seen to hold p99 ≤ 600 ms"),
        ({"held_per_s": None, "too_high_per_s": None}, "could not be told"),
    ],
)
def test_each_ending_has_its_sentence(found, changed, said):
    (sentence,) = answer_sentences(found | {"strategies": [strategy(**changed)]})
    assert said in sentence


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("not to be told more finely", "wider than the resolution"),
        ("out of probes", "with its last probe"),
        ("stopped", "stopped early"),
    ],
)
def test_an_early_end_is_cautioned(found, ending, said):
    told = cautions(found | {"strategies": [strategy(ending=ending)]})
    assert any(said in each for each in told)


def test_a_rate_that_passed_above_one_that_was_too_high_is_cautioned(found):
    said = "The machine changed meanwhile"
    above = max(found["probes"], key=lambda each: each["rate_per_s"])
    passed = above | {"outcome": "cannot tell", "strategy": "redis-first"}
    clean = found | {"strategies": [strategy()], "probes": [above]}
    assert not any(said in each for each in cautions(clean))
    assert any(said in each for each in cautions(clean | {"probes": [passed]}))
