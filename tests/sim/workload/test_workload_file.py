"""A workload's file is refused by its key, with the mend; flags override it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from sim.errors import WorkloadError
from sim.workload import DiurnalRate, Workload, read_trace

MINIMAL = """
description = "A test's."
[rate]
shape = "constant"
mean_per_s = 10
[sizes]
"1 MB" = 1
"""
TRACE = """
description = "A test's."
[rate]
shape = "trace"
file = "calls.csv"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_flags_override_the_file(tmp_path: Path) -> None:
    flags = ["rate.shape=diurnal", "rate.peak_factor=3", "rate.peak_hour=14", "sender.rtt=40ms"]
    made = Workload.read(written(tmp_path, MINIMAL), flags)
    assert made.rate == DiurnalRate(10.0, 3.0, 14.0)
    assert (made.sender.rtt_ms, made.sender.uplink_bit_per_s) == (40.0, 5e9)
    assert made.kinds == {"image": 1, "json": 1, "binary": 1, "text": 1}
    assert (made.growth.per_month, made.retries.attempts) == (0.0, 3)


def test_a_burst_is_at_the_end_of_its_interval_unless_it_is_put_elsewhere(tmp_path: Path) -> None:
    flags = ["bursts.factor=5", "bursts.duration_s=60", "bursts.every_s=3600"]
    made = Workload.read(written(tmp_path, MINIMAL), flags)
    assert made.bursts is not None
    assert made.bursts.first_s == 3540


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("rate.mean_per_s=-1", "rate.mean_per_s is -1; write 0 or more"),
        ("rate.mean_per_s=0", "rate.mean_per_s is 0; write a number above 0"),
        ("rate.mean_per_s=", "rate.mean_per_s is missing; write a number"),
        ("rate.mean_per_s=inf", "rate.mean_per_s is inf; write a number"),
        ("rate.shape=square", "rate.shape is 'square'; take one of constant, diurnal, trace"),
        ("rate.peak_factor=2", "rate.peak_factor is unknown; known here: shape, mean_per_s"),
        ("sizes={}", "sizes has no weight above 0; write one"),
        ('sizes={"1 MB"=0}', "sizes has no weight above 0; write one"),
        ('sizes={"1 MB"=-2}', "sizes.1 MB is -2; write 0 or more"),
        ('sizes={"7 MB"=1}', "sizes.7 MB cannot be; size '7 MB' is 7340032 bytes; a body has"),
        ('sizes={"1 TB"=1}', "sizes.1 TB cannot be; size '1 TB' is unknown: write it as in 256 KB"),
        ("kinds.video=1", "kinds.video is unknown; known here: image, json, binary, text"),
        ("kinds.json=0", "kinds has no weight above 0"),
        ("growth.per_month=-1", "growth.per_month is -1; write -0.99 or more"),
        ("growth.horizon_months=0.5", "growth.horizon_months is 0.5; write 1 or more"),
        ("retries.attempts=0", "retries.attempts is 0; write 1 or more"),
        ("retries.backoff_factor=0.5", "retries.backoff_factor is 0.5; write 1 or more"),
        ("sender.network=moon", "sender.network is 'moon'; take one of none, same-region"),
        ("sender.uplink=fast", "sender.uplink cannot be; fast is no bandwidth"),
        ("sender.rtt=soon", "sender.rtt cannot be; soon is no time"),
        ("bursts.factor=5", "bursts.every_s is missing"),
        ("burst.factor=5", "burst is unknown; known here: description, rate, bursts"),
        ("rate=5", "rate is 5; write a table"),
        ("5", "-o 5 is no key=value"),
    ],
)
def test_nonsense_is_refused_by_its_key(tmp_path: Path, flag: str, message: str) -> None:
    with pytest.raises(WorkloadError) as refused:
        Workload.read(written(tmp_path, MINIMAL), [flag])
    assert message in str(refused.value)
    assert refused.value.mend


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["duration_s=60", "every_s=60"], "bursts.duration_s is 60; write less than every_s, 60"),
        (["duration_s=0", "every_s=60"], "bursts.duration_s is 0; write a number above 0"),
        (["duration_s=5", "every_s=60", "first_s=60"], "bursts.first_s is 60; write less than"),
        (["duration_s=5", "every_s=0.5"], "bursts.every_s is 0.5; write 1 or more"),
    ],
)
def test_bursts_that_cannot_be_are_refused(tmp_path: Path, flags: list[str], message: str) -> None:
    overrides = ["bursts.factor=5", *(f"bursts.{flag}" for flag in flags)]
    with pytest.raises(WorkloadError, match=message):
        Workload.read(written(tmp_path, MINIMAL), overrides)


@pytest.mark.parametrize(
    ("peak", "message"),
    [("0.5", "peak_factor is 0.5; write 1 or more"), ("25", "is 25; write 24 or less")],
)
def test_a_peak_that_cannot_be_is_refused(tmp_path: Path, peak: str, message: str) -> None:
    flags = ["rate.shape=diurnal", f"rate.peak_factor={peak}", "rate.peak_hour=3"]
    with pytest.raises(WorkloadError, match=message):
        Workload.read(written(tmp_path, MINIMAL), flags)


def test_an_unknown_workload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match=r"no workload none\. Take audit-records, or the path"):
        Workload.read("none")
    with pytest.raises(WorkloadError, match="largest_bytes is 1000; give 2048 or more"):
        Workload.read(written(tmp_path, MINIMAL), largest_bytes=1000)


def test_a_trace_is_replayed_and_begins_again_a_mean_gap_behind_its_end(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "time,size,kind\n"
        "2026-03-01T08:00:04Z,largest,json\n"
        "2026-03-01T08:00:00.500Z,1 MB,image\n"
        "2026-03-01T08:00:01Z,409600,image\n"
    )
    made = Workload.read(written(tmp_path, TRACE), largest_bytes=6_000_000)
    # 3 records in 3.5 s: a mean gap of 1.75 s, and so again after 5.25 s.
    found = made.arrivals(10.5, seed=1)
    assert found.times_s == pytest.approx([0, 0.5, 3.5, 5.25, 5.75, 8.75])
    assert found.body_bytes.tolist() == [1_048_576, 409_600, 6_000_000] * 2
    later = made.arrivals(3.0, seed=9, start_s=3.0)
    assert later.times_s == pytest.approx([0.5, 2.25, 2.75])
    assert made.mean_rate_per_s() == pytest.approx(3 / 5.25)
    assert made.mean_body_bytes == pytest.approx((1_048_576 + 409_600 + 6_000_000) / 3)
    assert made.peak_rate_per_s(1.0) == 2
    fast = Workload.read(tmp_path / "mine.toml", ["rate.speed=2"], largest_bytes=6_000_000)
    assert fast.mean_rate_per_s() == pytest.approx(2 * 3 / 5.25)


def test_a_trace_without_sizes_needs_some(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("time\n0\n1\n2\n")
    with pytest.raises(WorkloadError, match="sizes has no weight above 0"):
        Workload.read(written(tmp_path, TRACE))
    made = Workload.read(written(tmp_path, TRACE + '[sizes]\n"256 KB" = 1'))
    assert made.arrivals(3, seed=1).body_bytes.tolist() == [262_144] * 3


def test_what_a_trace_says_itself_cannot_stand_beside_it(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("time,size\n0,1 MB\n1,1 MB\n")
    with pytest.raises(WorkloadError, match=r"sizes stand beside those of calls\.csv; leave them"):
        Workload.read(written(tmp_path, TRACE + '[sizes]\n"256 KB" = 1'))
    with pytest.raises(WorkloadError, match="bursts stand beside a trace; leave them out"):
        Workload.read(written(tmp_path, TRACE + "[bursts]\nfactor = 5"))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 6_000_000)), min_size=2, max_size=50))
def test_csv_and_parquet_say_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int]]
) -> None:
    rows = [*rows, (2e6, 5)]  # two records at different times, whatever was drawn
    folder = tmp_path_factory.getbasetemp()
    times, sizes = [row[0] for row in rows], [row[1] for row in rows]
    (folder / "t.csv").write_text(
        "size,time\n" + "".join(f"{size},{time!r}\n" for time, size in rows)
    )
    parquet.write_table(pa.table({"time": times, "size": sizes}), folder / "t.parquet")
    one, other = (read_trace(folder / name, 6_000_000) for name in ("t.csv", "t.parquet"))
    assert np.array_equal(one.times_s, other.times_s)
    assert one.body_bytes is not None
    assert other.body_bytes is not None
    assert np.array_equal(one.body_bytes, other.body_bytes)
    order = np.argsort(times, kind="stable")
    assert one.times_s == pytest.approx(np.array(times)[order] - min(times))
    assert np.array_equal(one.body_bytes, np.array(sizes)[order])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("when\n1\n", "has no column `time`"),
        ("time\n", "no two records"),
        ("time\n5\n5\n", "no two records at different times"),
        ("time\n1\nsoon\n", "the column `time` holds what is neither"),
        ("time,size\n1,1 MB\n,1 MB\n", "record 2: time is empty"),
        ("time,size\n1,1 MB\n2,7 MB\n", "record 2: size: size '7 MB' is 7340032 bytes"),
        ("time,size\n1,5\n2,0\n", "record 2: size: size 0 is no body's"),
        ("time,size\n1,5\n2,9999999\n", "record 2: size: size 9999999 is no body's"),
        ("time,size\n1,5\n2,-4\n", "record 2: size: size '-4' is unknown"),
        ("time\n1\n2,3,4\n", "cannot be read"),
    ],
)
def test_a_trace_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    with pytest.raises(WorkloadError, match=message):
        read_trace(path, 6_000_000)


def test_a_trace_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match=r"calls\.csv cannot be read"):
        Workload.read(written(tmp_path, TRACE))
