"""What else differs between two runs is listed; what differs by itself is not."""

import copy

import pytest

from bench.compare import ConditionDifference, condition_differences
from bench.run.latency_facts import latency_facts
from tests.bench.results.whole_folder import typical

RUN = {
    "name": "a",
    "started_utc": "2026-03-01T12:00:00Z",
    "seed": 1,
    "profile": "aws-typical",
    "latency": latency_facts(typical()),
    "plan": {
        "raw": {
            "rounds": 2,
            "sizes": {"1 MB": {"body_bytes": 1_048_576, "rate_per_s": 4.0}},
            "load_generator": {"requests_sent_late": 0},
            "slo": {"p99_ms": {"limit_ms": 900.0, "s3-first": {"measured_ms": 7.0, "met": True}}},
        }
    },
    "stack": {"cache": "Valkey 8"},
    "machine": {"cpu_model": "Fast 9000", "usable_cores": 2},
    "packages": {"numpy": "2.4.6"},
    "template_sha256": "ab",
    "git": {"commit": "0123"},
}


def changed(path, value):
    run = copy.deepcopy(RUN)
    *folders, key = path
    place = run
    for folder in folders:
        place = place[folder]
    place[key] = value
    return run


@pytest.mark.parametrize(
    "path",
    [
        ("latency", "operations", "s3.PutObject", "median_ms"),
        ("latency", "sender_network", "rtt_ms"),
        ("machine", "cpu_model"),
        ("template_sha256",),
        ("plan", "raw", "sizes", "1 MB", "rate_per_s"),
        ("plan", "raw", "sizes", "1 MB", "body_bytes"),
        ("plan", "raw", "rounds"),
        ("plan", "raw", "slo", "p99_ms", "limit_ms"),
        ("packages", "numpy"),
        ("stack", "cache"),
        ("seed",),
    ],
)
def test_a_condition_that_differs_is_listed_with_both_values(path):
    (found,) = condition_differences(RUN, changed(path, 77))
    was = RUN
    for key in path:
        was = was[key]
    assert found == ConditionDifference(".".join(path), was, 77)


def test_what_only_one_run_tells_of_is_listed():
    run = copy.deepcopy(RUN)
    del run["machine"]["usable_cores"]
    expected = ConditionDifference("machine.usable_cores", 2, None)
    assert condition_differences(RUN, run) == (expected,)


@pytest.mark.parametrize(
    "path",
    [
        ("git", "commit"),
        ("name",),
        ("started_utc",),
        ("plan", "raw", "load_generator", "requests_sent_late"),
        ("plan", "raw", "slo", "p99_ms", "s3-first", "measured_ms"),
        ("plan", "raw", "slo", "p99_ms", "s3-first", "met"),
    ],
)
def test_what_differs_from_run_to_run_by_itself_is_not_listed(path):
    assert condition_differences(RUN, changed(path, 77)) == ()
