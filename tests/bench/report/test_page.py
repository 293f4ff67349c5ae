import re

import pandas as pd
import pytest

from bench.report import draw_plots, render_report
from bench.report.number_format import number
from bench.statistics import Bootstrap, RunFigures, summarise
from bench.statistics.samples import STAGE_ORDER
from tests.bench.statistics.synthetic_samples import SIZES, Shape, synthetic_samples

HOSTILE = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>\"'&{{ 7*7 }}"
FETCHING = ("src", "href", "srcset", "data", "poster", "action", "background")


def render(summary, run, verification, plots):
    return render_report(
        RunFigures(summary, raw=summary), run=run, verification=verification, plots=plots
    )


def test_the_page_is_well_formed_html(summary, run, passed, plots, read_page):
    html = render(summary, run, passed, plots)
    assert html.startswith("<!doctype html>")
    page = read_page(html)
    assert page.problems == []
    assert len(page.of("h1")) == 1
    anchors = [each["id"] for each in page.of("section")]
    assert len(anchors) == len(set(anchors))
    assert [each["href"] for each in page.of("a")] == [f"#{anchor}" for anchor in anchors]


def test_the_page_runs_no_script_and_fetches_nothing(summary, run, passed, plots, read_page):
    html = render(summary, run, passed, plots)
    page = read_page(html)
    assert page.of("script") == []
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in FETCHING:
            value = attributes.get(name, "#")
            assert value.startswith(("#", "data:")), f"<{tag} {name}={value[:60]}>"
    assert not re.search(r"url\(|@import|https?://", html)


def test_every_picture_is_inside_and_described(summary, run, passed, plots, read_page):
    pictures = read_page(render(summary, run, passed, plots)).of("img")
    assert len(pictures) == len(plots) == 7
    for each in pictures:
        assert each["src"].startswith("data:image/png;base64,iVBORw0KGgo")
        assert each["alt"]


def test_every_size_and_strategy_is_shown_with_its_p50(summary, run, passed, plots, read_page):
    text = read_page(render(summary, run, passed, plots)).text
    for size in summary.sizes:
        assert size.label in text
        for strategy in summary.strategies:
            assert number(summary.warm(strategy, size.name).p50_ms) in text
    assert {size.name for size in summary.sizes} == set(SIZES)
    assert "Redis-first" in text
    assert "S3-first" in text


def test_what_each_stage_covers_is_told(summary, run, passed, plots, read_page):
    text = read_page(render(summary, run, passed, plots)).text
    definitions = text[text.index("Where each number comes from\n") :]
    for stage in STAGE_ORDER:
        assert stage in definitions
    assert "does not know" not in definitions


def test_a_failed_verdict_comes_before_every_figure_with_its_message(
    summary, run, failed, plots, read_page
):
    text = read_page(render(summary, run, failed, plots)).text
    first_answer = text.index("Under the raw profile")
    assert text.index("FAIL") < first_answer
    assert text.index("0b6d-lost") < first_answer
    assert "count for nothing until they are explained" in text[:first_answer]
    assert "Verified" not in text


def test_a_run_that_nobody_verified_says_so(summary, run, plots, read_page):
    text = read_page(render(summary, run, {}, plots)).text
    assert text.index("NOT VERIFIED") < text.index("Under the raw profile")


def test_the_warning_about_the_profile_comes_before_the_first_table(summary, run, passed, plots):
    html = render(summary, run, passed, plots)
    assert html.index("Raw local numbers are not AWS numbers") < html.index("<table")


def test_hostile_text_is_shown_as_text(samples, run, failed, read_page):
    lost = samples.assign(
        error=samples["error"].where(samples["error"] == "", HOSTILE),
        size=samples["size"].replace("3 MB", f"3 {HOSTILE}"),
    )
    summary = summarise(lost, profile=HOSTILE, bootstrap=Bootstrap(resamples=20))
    findings = [dict.fromkeys(("message_id", "strategy", "check", "problem"), HOSTILE)]
    verification = {
        **failed,
        "findings": findings,
        "notes": [HOSTILE],
        "checks": {HOSTILE: {"passed": 1, "failed": 1}},
    }
    html = render(summary, {**run, "name": HOSTILE, HOSTILE: HOSTILE}, verification, {})
    page = read_page(html)
    assert page.problems == []
    assert page.of("script") == []
    assert page.of("img") == []
    assert HOSTILE in page.text


def test_conditions_are_shown_with_their_units(summary, run, passed, plots, read_page):
    text = read_page(render(summary, run, passed, plots)).text
    for fact in ("Valkey 8.1.1", "plan · sizes · 1 MB · body bytes", "1,048,576", "Fast 9000"):
        assert fact in text
    assert "commit 0123456789 with changes" in text


@pytest.mark.parametrize(
    "poor",
    [
        synthetic_samples(Shape(rounds=1)).head(0),
        synthetic_samples(Shape(rounds=1)).assign(status=503, error="down"),
        synthetic_samples(Shape(rounds=1, requests_in_block=1, floors=())),
        synthetic_samples(Shape(rounds=2, strategies=("s3-first",), sizes=("1 MB",))),
    ],
    ids=["no rows", "nothing answered", "a request a block", "one strategy at one size"],
)
def test_a_poor_run_has_a_report_too(poor: pd.DataFrame, run, passed, read_page):
    summary = summarise(poor, profile="raw", bootstrap=Bootstrap(resamples=50))
    plots = draw_plots(poor, RunFigures(summary, raw=summary))
    page = read_page(render(summary, run, passed, plots))
    assert page.problems == []
    assert len(page.of("img")) == 7
    assert "nan" not in re.findall(r"\w+", page.text)
