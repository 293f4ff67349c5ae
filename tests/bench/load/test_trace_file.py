"""A recorded trace is replayed as it was, and refused by line where it cannot be."""

from pathlib import Path

import numpy as np
import pytest

from bench.load import PlanError
from bench.load.body_size import body_bytes_in_trace, body_bytes_of, label_of
from bench.load.trace_file import read_trace

RNG = np.random.default_rng(1)
LARGEST_BYTES = 6_288_384


def written(folder: Path, text: str) -> Path:
    path = folder / "trace.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_seconds_are_counted_from_the_earliest_and_put_in_order(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, "time\n107.5\n100\n103.25\n"))
    assert trace.times_s == (0.0, 3.25, 7.5)
    assert trace.own_duration_s == 7.5
    assert trace.within(7.5, RNG) == [0.0, 3.25, 7.5]
    assert trace.within(7.0, RNG) == trace.first(2, RNG) == [0.0, 3.25]
    assert trace.mean_rate_per_s(None) == pytest.approx(3 / 7.5)


def test_iso_times_of_several_offsets_are_one_time_line(tmp_path: Path) -> None:
    text = "time\n2026-03-01T09:00:01+01:00\n2026-03-01T08:00:00.500Z\n2026-03-01T08:00:03\n"
    assert read_trace(written(tmp_path, text)).times_s == pytest.approx((0.0, 0.5, 2.5))


def test_sizes_and_kinds_stay_with_their_times_and_speed_shortens(tmp_path: Path) -> None:
    text = "kind,time,size\njson,4,409600\nimage,0,largest\n"
    trace = read_trace(written(tmp_path, text), speed=2)
    assert (trace.times_s, trace.sizes, trace.kinds) == (
        (0.0, 2.0),
        ("largest", "409600"),
        ("image", "json"),
    )
    assert trace.name == "trace trace.csv at 2 times its speed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column `time`"),
        ("at\n1\n", "no column `time`"),
        ("time\n", "has no rows"),
        ("time\n1\nsoon\n", r"trace.csv line 3: time is 'soon'"),
        ("time\nnan\n", "line 2: time is 'nan'"),
        ("time,kind\n1,film\n", "line 2: kind is 'film'"),
        ("time,size\n1,\n", "line 2: size is empty"),
    ],
)
def test_a_wrong_trace_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        read_trace(written(tmp_path, text))


def test_a_trace_that_is_not_there_or_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        read_trace(tmp_path / "none.csv")
    with pytest.raises(PlanError, match="speed"):
        read_trace(written(tmp_path, "time\n1\n"), speed=0)
    with pytest.raises(PlanError, match="2 requests are more than the 1"):
        read_trace(written(tmp_path, "time\n1\n")).first(2, RNG)


def test_sizes_in_bytes_are_rounded_up_and_pooled_by_stratum() -> None:
    assert body_bytes_in_trace("1", LARGEST_BYTES) == ("up to 256 KB", 262_144)
    assert body_bytes_in_trace("262145", LARGEST_BYTES) == ("up to 1 MB", 524_288)
    assert body_bytes_in_trace("6288000", LARGEST_BYTES) == ("above 3 MB", LARGEST_BYTES)
    assert body_bytes_in_trace("3 MB", LARGEST_BYTES) == ("3 MB", 3_145_728)
    assert label_of(3_145_728) == "up to 3 MB"
    with pytest.raises(PlanError, match="7000000 bytes does not fit"):
        body_bytes_in_trace("7000000", LARGEST_BYTES)


def test_sizes_have_names() -> None:
    assert body_bytes_of("2.5 MB", LARGEST_BYTES) == 2_621_440
    assert body_bytes_of("largest", LARGEST_BYTES) == LARGEST_BYTES
    for wrong in ("2MB", "big", "1 KB", "7 MB"):
        with pytest.raises(PlanError, match=wrong):
            body_bytes_of(wrong, LARGEST_BYTES)
