import pytest

from bench.report.byte_tables import transmission_sentence
from bench.statistics import BodySize, Bootstrap, ByteCost, StageMeans, summarise
from bench.statistics.transmission import transmissions
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

MB = 1_000_000
SIZES = [BodySize("two", "2 MB", 2 * MB, MB)]
MEANS = StageMeans(
    strategy="s3-first",
    size="two",
    samples=10,
    without_breakdown=0,
    mean_latency_ms=100.0,
    means_ms={"request-transit": 3.0, "gateway-receive": 17.0, "payload-store": 60.0, "rest": 20.0},
    sum_of_means_ms=100.0,
)


def write_of(slope_ms_per_mb, stage="payload-store"):
    return ByteCost("s3-first", stage, 4, 40, 5.0, None, slope_ms_per_mb, None, 0.0)


@pytest.mark.parametrize(
    ("slope_ms_per_mb", "storing_ms", "share"),
    [(15.0, 30.0, 0.5), (-4.0, 0.0, 0.2), (900.0, 60.0, 0.8)],
    ids=["grows", "shrinks: none of it is sending", "steeper than its mean: all of it"],
)
def test_sending_is_the_way_to_the_gateway_and_what_grows_of_the_write(
    slope_ms_per_mb, storing_ms, share
):
    (found,) = transmissions([MEANS], [write_of(slope_ms_per_mb), write_of(7.0, "latency")], SIZES)
    assert found.arriving_ms == 20.0
    assert found.storing_ms == pytest.approx(storing_ms)
    assert found.share == pytest.approx(share)


def test_without_a_line_the_way_to_the_store_is_not_known():
    (found,) = transmissions([MEANS], [], SIZES)
    assert (found.storing_ms, found.share) == (None, pytest.approx(0.2))


def test_one_sentence_tells_the_share_at_the_ends_of_the_range(summary):
    text = transmission_sentence(summary)
    assert text.count("%") == 4
    assert "at 256 KB" in text
    assert "with S3-first." in text
    silent = synthetic_samples(Shape(rounds=1)).filter(regex="^(?!stage_)")
    assert (
        transmission_sentence(summarise(silent, profile="raw", bootstrap=Bootstrap(resamples=10)))
        == ""
    )
