"""What the report says of objectives, of the load generator and of the payloads."""

import re

import pytest

from bench.export.run_markdown import run_markdown
from bench.report import headline, render_report
from bench.report.load_tables import generator_table, payload_table
from bench.report.number_format import number
from bench.report.objectives import objective_sentences, objective_table
from bench.results import Documents
from bench.run.part_facts import objective_facts
from bench.statistics import RunFigures, figures_json

GENERATOR = {
    "valid": True,
    "marked_blocks": {},
    "requests_sent_late": 3,
    "requests_dropped": 5,
    "connections_opened_by_requests": 7,
    "cpu_percent_of_a_core_at_most": 11.0,
    "client_wait_p99_ms_at_most": 1.3,
    "client_wait_ms_at_most": 1.7,
    "loop_lag_p50_ms": 0.19,
    "loop_lag_p99_ms_at_most": 2.3,
    "loop_lag_ms_at_most": 2.9,
}


@pytest.fixture
def figures(summary):
    return RunFigures(summary, raw=summary)


@pytest.fixture
def loaded(run, samples):
    """A run.json whose objectives are judged on the samples: one kept, one missed by S3-first."""
    limits_ms = {"p50_ms": 1e4, "p90_ms": 35.0, "p99_ms": 1e4}
    part = {
        "load_generator": GENERATOR,
        "payloads": [
            {"kind": "json", "size": "1 MB", "templates": 2, "compressible_share": 0.83},
            {"kind": "binary", "size": "largest", "templates": 1, "compressible_share": 0.0},
        ],
        "sizes": {
            "1 MB": {"least_body_bytes": 1_048_576, "most_body_bytes": 1_048_576},
            "largest": {"least_body_bytes": 6_289_400, "most_body_bytes": 6_289_408},
        },
        "slo": objective_facts(limits_ms, samples),
    }
    return {**run, "plan": {"raw": part}}


def test_a_missed_objective_is_in_the_headline_and_marked_in_the_table(loaded, figures, passed):
    (table,) = [objective_table(loaded)]
    judged = {row.cells[:4]: row for row in table.rows}
    assert len(judged) == 6
    missed = [row for row in table.rows if row.cells[3] == "missed"]
    assert [row.cells[2] for row in missed if row.cells[1].startswith("p90")] == ["S3-first"]
    assert all((row.emphasis == "total") is (row.cells[3] == "missed") for row in table.rows)
    said = [each for each in headline(figures, passed, run=loaded).sentences if "Missed" in each]
    assert len(said) == 1
    for row in missed:
        assert f"{row.cells[1].split()[0]} of {row.cells[2]} at most" in said[0]
    value = next(row.cells[5] for row in missed if row.cells[1].startswith("p90"))
    assert f"p90 of S3-first at most 35.0 ms (it is {value} ms)" in said[0]
    assert "Redis-first" not in said[0].split("p90")[1].split(";")[0]


def test_requests_without_a_receipt_and_too_few_are_told_apart(run):
    fact = {
        "limit_ms": 900.0,
        "redis-first": {"measured_ms": None, "met": None},
        "s3-first": {"measured_ms": None, "met": False},
    }
    told = {**run, "plan": {"raw": {"slo": {"p99_ms": fact}}}}
    redis, s3 = objective_table(told).rows
    assert (redis.cells[3], s3.cells[3]) == ("too few requests", "missed")
    assert s3.cells[5] == "no receipt"
    missed, unknown = objective_sentences(told, "raw")
    assert "p99 of S3-first" in missed
    assert "too many requests got no receipt" in missed
    assert unknown.endswith("p99 of Redis-first.")
    assert objective_sentences(told, "aws-typical") == ()


def test_kept_objectives_are_said_to_be_kept_and_none_is_not_told_of(loaded, run, samples):
    loaded["plan"]["raw"]["slo"] = objective_facts({"p50_ms": 1e6}, samples)
    assert objective_sentences(loaded, "raw") == (
        "Both strategies keep every service level objective.",
    )
    assert objective_table(run) is None
    assert objective_sentences(run, "raw") == ()


def test_each_fact_of_the_load_generator_is_in_its_table(loaded, figures, summary):
    lines = dict(row.cells for row in generator_table(loaded, figures).rows)
    assert lines["counts"] == "valid"
    shown = {"3", "5", "7", "11.0", "1.30", "1.70", "2.30", "2.90"}
    assert shown <= set(lines.values())
    for size in summary.sizes:
        p50_ms = summary.warm("floor", size.name).p50_ms
        assert lines[f"null route at {size.label}, p50, ms"] == number(p50_ms)


def test_a_spoilt_block_is_named_with_its_reason(loaded, figures, run):
    loaded["plan"]["raw"]["load_generator"] = {
        **GENERATOR,
        "valid": False,
        "marked_blocks": {"4": "the generator used 95 % of a core"},
    }
    table = generator_table(loaded, figures)
    assert dict(row.cells for row in table.rows)["counts"] == "INVALID"
    assert table.note.startswith("Block 4 under raw: the generator used 95 % of a core.")
    assert generator_table(run, figures) is None


def test_payloads_are_shown_with_their_bytes_and_what_compresses(loaded, figures, run):
    first, second = (row.cells for row in payload_table(loaded, figures).rows)
    assert first == ("json", "1 MB", "1,048,576", "2", "83.0 %")
    assert second[2:] == ("6,289,400 to 6,289,408", "1", "0 %")
    assert payload_table(run, figures) is None


def test_page_and_markdown_show_the_same_lines(loaded, figures, passed, read_page):
    page = read_page(render_report(figures, run=loaded, verification=passed, plots={}))
    assert page.problems == []
    anchors = [each["id"] for each in page.of("section")]
    assert {"objectives", "load-generator", "payloads"} <= set(anchors)
    documents = Documents("a-run", figures_json(figures, passed), loaded, passed)
    markdown = run_markdown(documents)
    for table in (
        objective_table(loaded),
        generator_table(loaded, figures),
        payload_table(loaded, figures),
    ):
        for row in table.rows:
            assert all(cell in page.text for cell in row.cells)
            pattern = r"\s*\|\s*".join(
                r"\**" + re.escape(cell).replace(r"\_", "_") + r"\**" for cell in row.cells
            )
            assert re.search(pattern, markdown), row.cells
