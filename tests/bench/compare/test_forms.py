"""One comparison in its forms: page, Markdown and JSON tell the same."""

import json
import re
from pathlib import Path

import pytest

import bench.results
from bench.compare import (
    change_tables,
    compare_runs,
    comparison_json,
    comparison_markdown,
    judge,
    parse_gate,
    render_comparison,
)
from bench.report.markdown import escaped, table_markdown
from bench.report.number_format import number
from bench.report.tables import Row, Table
from tests.bench.compare.runs import raw_samples, results_of, times
from tests.bench.report.conftest import Page, _Reader
from tests.bench.results.whole_folder import FAILED, QUICK

HOSTILE = "<script>alert(1)</script>|*x*_y_`z`[a](http://evil.example)@everyone\n# big"
NAMES = ("was", "now")


def compared(*, factor=1.0, gates=("p50=5%",), name="Fast 9000", verification=FAILED):
    was = results_of(raw_samples(51, floors=("floor",)))
    now = results_of(
        times(raw_samples(51, floors=("floor",)), factor, strategy="s3-first"),
        machine={"cpu_model": name, "usable_cores": 4},
        verification=verification,
    )
    comparison = compare_runs(was, now, names=NAMES, plan=QUICK)
    return comparison, judge([parse_gate(each) for each in gates], comparison.changes)


def page_of(html):
    page = Page()
    reader = _Reader(page)
    reader.feed(html)
    return page


def test_every_change_is_in_the_tables_and_in_every_form():
    comparison, gates = compared(factor=1.3)
    (table,) = change_tables(comparison)
    shown = [each for each in comparison.changes if each.ratio is not None]
    assert len(table.rows) == len(shown) > 8
    markdown, text = (
        comparison_markdown(comparison, gates),
        page_of(render_comparison(comparison, gates)).text,
    )
    document = comparison_json(comparison, gates)
    assert len(document["changes"]) == len(comparison.changes)
    for each in shown:
        for form in (markdown, text):
            assert number(each.candidate_ms) in form
            assert f"{each.ratio:.3f}" in form
    assert document["changes"][0]["ratio"] == comparison.changes[0].ratio


def test_the_verdict_comes_first_and_a_loss_before_slowness():
    comparison, gates = compared(factor=2.0)
    first = comparison_markdown(comparison, gates).splitlines()[2]
    assert (
        first == "**FAIL: the candidate lost or damaged messages (1 finding of its verification).**"
    )
    assert comparison_json(comparison, gates)["verdict"] == "fail"
    comparison, gates = compared(factor=2.0, verification={"verdict": "pass"})
    first = comparison_markdown(comparison, gates).splitlines()[2]
    assert first.startswith(
        "**FAIL: slower than allowed in 1 of 2 comparisons, most of all in p50 of"
    )
    comparison, gates = compared(verification={"verdict": "pass"})
    first = comparison_markdown(comparison, gates).splitlines()[2]
    assert first == "**PASS: every gate held (2).**"
    assert comparison_json(comparison, gates)["verdict"] == "pass"


def test_conditions_and_cautions_are_in_every_form():
    comparison, gates = compared(name="Slow 1000")
    for form in (
        comparison_markdown(comparison, gates),
        page_of(render_comparison(comparison, gates)).text,
        json.dumps(comparison_json(comparison, gates)),
    ):
        assert "Slow 1000" in form
        assert "machine.cpu" in form
    assert "machine.usable\\_cores" in comparison_markdown(comparison, gates)


def test_the_page_is_well_formed_and_fetches_nothing():
    html = render_comparison(*compared(factor=1.3))
    page = page_of(html)
    assert page.problems == []
    assert html.startswith("<!doctype html>")
    assert page.of("script") == []
    assert not re.search(r"url\(|@import|https?://", html)


def test_hostile_text_is_shown_as_text_in_both_forms():
    comparison, gates = compared(name=HOSTILE)
    page = page_of(render_comparison(comparison, gates))
    assert page.problems == []
    assert page.of("script") == []
    assert "<script>alert(1)</script>" in page.text
    markdown = comparison_markdown(comparison, gates)
    assert "<script" not in markdown
    assert "@everyone" not in markdown
    (row,) = [line for line in markdown.splitlines() if "evil" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 4  # three cells


def test_a_markdown_table_has_one_line_a_row_and_aligns_figures():
    table = Table(
        "A | B",
        ("what", "p50", "p95"),
        (Row(("one\ntwo", "1", "2")), Row(("all", "3", "4"), "total")),
        note="Less < more.",
        groups=(("", 1), ("Redis-first", 2)),
    )
    assert table_markdown(table) == (
        "**A \\| B**\n\n"
        "| what | Redis-first: p50 | Redis-first: p95 |\n"
        "| :-- | --: | --: |\n"
        "| one two | 1 | 2 |\n"
        "| **all** | **3** | **4** |\n\n"
        "Less &lt; more.\n"
    )
    assert escaped("a\\b") == "a\\\\b"


def test_every_key_of_the_json_is_documented_and_every_documented_one_exists():
    schema = (Path(bench.results.__file__).parent / "SCHEMA.md").read_text(encoding="utf-8")
    section = schema.split("## firstwrite compare --json\n", 1)[1].split("\n## ", 1)[0]
    documented = re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)
    assert list(dict.fromkeys(paths(comparison_json(*compared(name="Slow 1000"))))) == documented


def paths(value, path=""):
    if isinstance(value, dict) and value.keys() != {"low", "high"}:
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from paths(inner, f"{path}[]")


@pytest.mark.parametrize("factor", [1.0, 1.3])
def test_the_json_is_json(factor):
    comparison, gates = compared(factor=factor)
    assert json.loads(json.dumps(comparison_json(comparison, gates), allow_nan=False))
