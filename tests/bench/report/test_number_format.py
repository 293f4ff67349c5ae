import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report.number_format import fixed, interval, number, percent, plural, times
from bench.statistics import Interval


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),  # noqa: RUF001 - the sign that the report prints
        (0.0, "0.00"),
        (-0.001, "0.00"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.96, "100"),
        (12345.6, "12,346"),
        (-3.14159, "−3.14"),  # noqa: RUF001
    ],
)
def test_three_digits_are_written(value, text):
    assert number(value) == text


@given(st.floats(-1e6, 1e6))
def test_a_number_is_written_within_half_a_per_cent_or_a_hundredth(value):
    written = float(number(value).replace(",", "").replace("−", "-"))  # noqa: RUF001
    assert written == pytest.approx(value, rel=0.005, abs=0.00501)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.99999, "99.9 %"), (0.00001, "0.1 %"), (0.5, "50.0 %")],
)
def test_a_share_is_all_or_nothing_only_when_it_is(share, text):
    assert percent(share) == text


def test_ends_ratios_and_counts_are_written_with_their_signs():
    assert interval(Interval(1.234, 56.78)) == "1.23 to 56.8"
    assert (times(2.04), times(123.4)) == ("2.0x", "123x")
    assert (plural(1, "finding"), plural(1200, "finding")) == ("1 finding", "1,200 findings")
    assert fixed(0.005) in {"0.00", "0.01"}
