"""The validation that each plan tells of."""

from dataclasses import replace

import pytest

from bench.plan_validation import record
from bench.plan_validation.comparison import Prediction, table_of
from bench.report.markdown import table_markdown

CELL = Prediction(
    strategy="redis-first",
    size="256 KB",
    share=0.4,
    rate_per_s=10.0,
    requests=300,
    fitted=False,
    measured_p50_ms=10.0,
    predicted_p50_ms=10.5,
    measured_p99_ms=100.0,
    predicted_p99_ms=50.0,
    p99_interval_ms=(80.0, 120.0),
    mark="",
)


def test_what_is_written_is_read_again_and_told(tmp_path):
    fitted = replace(CELL, fitted=True, predicted_p50_ms=99.0)
    path = tmp_path / "validation.json"
    path.write_text(record.written([CELL, fitted], 2))
    found = record.read(path)
    assert found.cells == (CELL, fitted)
    # The fitted cell's error of 890 % is in no mean.
    assert "on 1 combinations" in str(found)
    assert "p50 is off by 5% in the mean (within 10% in 1)" in str(found)
    assert "p99 by 50% (within 25% in 0)" in str(found)


def test_the_kept_one_has_the_cells_that_were_asked_for():
    predicted = [each for each in record.read().cells if not each.fitted]
    assert len(predicted) >= 12
    assert {each.strategy for each in predicted} == {"redis-first", "s3-first"}


def test_what_is_no_validation_is_refused(tmp_path):
    path = tmp_path / "validation.json"
    path.write_text("[]")
    with pytest.raises(ValueError, match="no validation"):
        record.read(path)


def test_the_readme_shows_it(repository):
    validation = record.read()
    readme = (repository / "README.md").read_text(encoding="utf-8")
    assert table_markdown(table_of(validation.cells)) in readme
    assert str(validation) in readme
