import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics import minimum_samples, percentile
from bench.statistics.percentile import PERCENTILES

latencies_ms = st.lists(
    st.floats(min_value=0.001, max_value=1e6, allow_nan=False), min_size=1, max_size=300
)


@given(latencies_ms, st.sampled_from(sorted(PERCENTILES.values())))
def test_a_percentile_is_numpys_or_is_withheld(values, fraction):
    array = np.array(values)
    found = percentile(array, fraction)
    if len(values) < 1 / (1 - fraction) - 1e-6:
        assert found is None
    else:
        assert found == pytest.approx(float(np.percentile(array, fraction * 100)))


@given(latencies_ms)
def test_percentiles_do_not_fall_and_stay_between_the_extremes(values):
    array = np.array(values)
    found = [percentile(array, fraction) for fraction in sorted(PERCENTILES.values())]
    known = [value for value in found if value is not None]
    assert known == sorted(known)
    assert all(array.min() <= value <= array.max() for value in known)


def test_the_least_samples_are_one_over_what_lies_beyond():
    needed = {name: minimum_samples(fraction) for name, fraction in PERCENTILES.items()}
    assert needed == {"p50": 2, "p90": 10, "p95": 20, "p99": 100}


def test_a_fraction_given_as_per_cent_is_refused():
    with pytest.raises(ValueError, match=r"fraction is 99.*give 0\.99 for p99"):
        minimum_samples(99)
