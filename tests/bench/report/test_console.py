import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.report import print_report
from bench.report.number_format import interval, number, times
from bench.statistics import RunFigures

FOLDER = Path("results/20260301T120000Z-local")


def printed(summary, verification, *, width=80, folder=FOLDER):
    out = io.StringIO()
    figures = RunFigures(summary, raw=summary)
    print_report(Console(file=out, width=width), figures, verification, folder)
    return out.getvalue()


def test_each_size_and_strategy_has_a_line_with_its_figures(summary, passed):
    lines = printed(summary, passed).splitlines()
    ratios = {(each.strategy, each.size): each.ratio for each in summary.floor_ratios}
    tables = [line for line in lines if "-first " in line and " to " in line and "ms" not in line]
    cells = [(strategy, size) for size in summary.sizes for strategy in summary.strategies]
    assert len(tables) == len(cells) == 8
    for line, (strategy, size) in zip(tables, cells, strict=True):
        latency = summary.warm(strategy, size.name)
        assert line.split()[-8:] == [
            str(latency.samples),
            number(latency.p50_ms),
            *interval(latency.p50_interval_ms).split(),
            number(latency.p95_ms),
            number(latency.p99_ms),
            times(ratios[strategy, size.name]),
        ]


def test_it_fits_a_terminal_of_80_columns(summary, passed):
    text = printed(summary, passed)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "…" not in text


@pytest.mark.parametrize(
    ("verification", "said"),
    [("passed", "PASS  Verified: nothing lost"), ("failed", "FAIL  This run failed")],
)
def test_the_verdict_is_said_after_the_table(summary, verification, said, request):
    text = printed(summary, request.getfixturevalue(verification))
    assert text.index("÷ floor") < text.index(said) < text.index("Under the raw profile")


def test_the_path_of_the_report_stays_whole_however_long(summary, passed):
    folder = Path("results") / ("x" * 120)
    assert f"{folder}/report.html" in printed(summary, passed, folder=folder)


def test_a_profile_in_brackets_is_no_markup(summary, passed):
    assert "profile [bold]" in printed(replace(summary, profile="[bold]"), passed)
