import pytest

from bench.report.latency_tables import floor_table, latency_table, overview_table
from bench.report.run_tables import check_table, failure_table, finding_table, request_table
from bench.report.stage_tables import asynchronous_table, reconciliation_table, stage_table
from bench.report.tables import Row, Table
from bench.statistics.samples import STAGE_ORDER


def test_the_written_stages_add_up_to_the_written_latency(summary):
    table = stage_table(summary)
    names = [row.cells[0] for row in table.rows]
    stages = [row for row in table.rows if row.cells[0] in STAGE_ORDER]
    assert names[-3:] == ["sum of the stages", "mean latency", "samples"]
    assert stages[-1].cells[0] == "remainder"
    total = table.rows[names.index("mean latency")]
    for column in range(1, len(table.columns)):
        added = sum(float(row.cells[column]) for row in stages)
        # Each figure is rounded to a hundredth on its own.
        assert added == pytest.approx(float(total.cells[column]), abs=0.005 * (len(stages) + 1))


def test_the_floor_table_divides_what_it_shows(summary):
    for row in floor_table(summary).rows:
        blocking, upload, redis_set = (float(cell) for cell in row.cells[2:5])
        ratio = float(row.cells[5].removesuffix("x"))
        assert blocking / (upload + redis_set) == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize(
    "make",
    [overview_table, latency_table, stage_table, reconciliation_table, asynchronous_table],
)
def test_the_captions_of_figures_name_the_profile_or_the_rule(summary, make):
    caption = make(summary).caption
    assert "profile raw" in caption or "within 5 % or 1 ms" in caption


def test_floors_are_in_the_latency_and_the_request_table(summary):
    for table in (latency_table(summary), request_table(summary)):
        assert {"upload floor", "Redis SET"} <= {row.cells[1] for row in table.rows}


def test_failures_are_listed_with_status_and_error(summary):
    table = failure_table(summary)
    assert {(row.cells[2], row.cells[3]) for row in table.rows} == {("Service Unavailable", "503")}


def test_findings_beyond_the_shown_are_counted(failed):
    many = {**failed, "findings": failed["findings"] * 12}
    table = finding_table(many, shown=5)
    assert len(table.rows) == 5
    assert table.note == "7 more in verification.json."
    assert finding_table(failed).note == ""
    assert finding_table({}) is None


def test_checks_are_listed_with_their_counts(failed):
    failed["checks"]["archived object"] = {"passed": 1379, "failed": 1}
    assert Row(("archived object", "1,379", "1")) in check_table(failed).rows


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="a row has 1 cells and there are 2 columns"):
        Table(caption="c", columns=("a", "b"), rows=(Row(("x",)),))


def test_groups_that_do_not_span_all_columns_are_refused():
    with pytest.raises(ValueError, match="groups span 1 of 2"):
        Table(caption="c", columns=("a", "b"), rows=(), groups=(("g", 1),))
