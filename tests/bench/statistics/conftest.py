"""One synthetic run and its summary, made once for all tests of the figures."""

import pandas as pd
import pytest

from bench.statistics import Bootstrap, Summary, summarise
from tests.bench.statistics.synthetic_samples import synthetic_samples


@pytest.fixture(scope="session")
def samples() -> pd.DataFrame:
    return synthetic_samples()


@pytest.fixture(scope="session")
def summary(samples: pd.DataFrame) -> Summary:
    return summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=400))
