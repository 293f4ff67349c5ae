"""Figures read back from summary.json are those that were written."""

import json

import pytest

from bench.run.figures import figures_of
from bench.statistics import SummaryReadError, figures_from_json, figures_json
from sim.latency.shaping import Shaping
from tests.bench.results.whole_folder import QUICK, raw_tables, shaped_tables, typical
from tests.bench.statistics.synthetic_calls import with_invocations


def written(figures):
    return json.loads(json.dumps(figures_json(figures, {"verdict": "pass"})))


@pytest.mark.parametrize("profile", ["raw", "aws-typical"])
def test_figures_are_read_back_as_they_were_written(profile):
    if profile == "raw":
        figures = figures_of(*raw_tables(), Shaping("raw"), plan=QUICK)
    else:
        figures = figures_of(*shaped_tables(), typical(), plan=QUICK)
        assert figures.robustness is not None
    found = figures_from_json(written(figures))
    assert found == figures
    assert (found.raw is found.answer) is (profile == "raw")


def test_a_key_that_is_missing_is_named():
    content = written(figures_of(*raw_tables(), Shaping("raw"), plan=QUICK))
    del content["latency"][3]["p99_ms"]
    with pytest.raises(SummaryReadError, match=r"latency\[3\]\.p99_ms"):
        figures_from_json(content)


def test_keys_of_a_later_version_are_left_out():
    figures = figures_of(*raw_tables(), Shaping("raw"), plan=QUICK)
    content = written(figures)
    content["latency"][0]["p999_ms"] = 1.0
    assert figures_from_json(content) == figures


def test_a_summary_of_before_tenants_and_conditions_is_read_without_them():
    figures = figures_of(*shaped_tables(), typical(), plan=QUICK)
    content = written(figures)
    for part in (content, content["raw"]):
        for key in ("tenant_latency", "tenant_differences"):
            del part[key]
        del part["send_lag"]["dropped"]
    for key in ("curves", "crossovers"):
        assert content["other_worlds"].pop(key)
    found = figures_from_json(content)
    assert found.robustness.curves == found.robustness.crossovers == ()
    assert found.robustness.break_even == figures.robustness.break_even
    assert found.answer.tenant_latency == found.answer.tenant_differences == ()
    assert found.answer.send_lag == figures.answer.send_lag


def test_a_summary_of_before_costs_and_the_p99_along_conditions_is_read_without_them():
    samples, calls = shaped_tables()
    figures = figures_of(samples, with_invocations(calls), typical(), plan=QUICK)
    assert figures.costs is not None
    content = written(figures)
    assert figures_from_json(content) == figures
    del content["costs"]
    for key in ("curves", "crossovers"):
        content["other_worlds"][key] = [
            {name: value for name, value in each.items() if name not in {"measure", "reason"}}
            for each in content["other_worlds"][key]
            if each["measure"] == "p50"
        ]
    for each in content["crossovers"]:
        del each["reason"]
    found = figures_from_json(content)
    assert found.costs is None
    assert {each.measure for each in found.robustness.crossovers} == {"p50"}
    assert [(each.size, each.at) for each in found.robustness.crossovers] == [
        (each.size, each.at) for each in figures.robustness.crossovers if each.measure == "p50"
    ]
    assert {each.reason for each in found.answer.crossovers} == {None}


def test_a_summary_of_before_a_figure_was_known_is_read_without_it():
    figures = figures_of(*raw_tables(), Shaping("raw"), plan=QUICK)
    content = written(figures)
    whole = figures.answer
    for key in ("tail_differences", "effect_sizes", "self_differences", "byte_costs"):
        assert content.pop(key)
    for key in ("crossovers", "transmissions", "warm_ups", "blocks"):
        del content[key]
    for latency in content["latency"]:
        del latency["p99_interval_ms"]
    for difference in content["differences"]:
        for key in ("verdict", "noise_floor_ms", "smallest_detectable_ms"):
            del difference[key]
    found = figures_from_json(content).answer
    assert found.tail_differences == found.self_differences == found.blocks == ()
    assert [each.verdict for each in found.differences] == [
        each.verdict for each in whole.differences
    ]
    assert {each.noise_floor_ms for each in found.differences} == {None}
    assert {each.p99_interval_ms for each in found.latency} == {None}
    assert [each.p50_interval_ms for each in found.latency] == [
        each.p50_interval_ms for each in whole.latency
    ]
