"""Figures of each tenant: those of its requests alone."""

import numpy as np
import pandas as pd
import pytest

from bench.report.tenant_tables import (
    tenant_difference_table,
    tenant_latency_table,
    tenant_sentence,
)
from bench.statistics import Bootstrap, summarise
from bench.statistics.latency import difference
from bench.statistics.tenants import tenant_differences, tenant_latencies, tenants_of
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

QUICK = Bootstrap(resamples=100)


@pytest.fixture(scope="module")
def shared() -> pd.DataFrame:
    """Two tenants in common blocks: one sends a size, the other two."""
    samples = synthetic_samples(Shape(rounds=4, requests_in_block=14, floors=()))
    samples = samples[samples["size"] != "largest"].copy()
    samples["tenant"] = np.where(samples["size"] == "256 KB", "patient", "bursting")
    return samples


def warm_ms(samples, tenant, strategy):
    rows = samples[(samples["tenant"] == tenant) & (samples["strategy"] == strategy)]
    rows = rows[~rows["warm_up"] & (rows["error"] == "") & rows["stage_init_ms"].isna()]
    return rows["latency_ms"].to_numpy()


def test_each_tenants_percentiles_are_those_of_its_own_requests(shared):
    found = tenant_latencies(shared, QUICK)
    assert [(each.tenant, each.strategy) for each in found] == [
        (tenant, strategy)
        for tenant in ("bursting", "patient")
        for strategy in ("redis-first", "s3-first")
    ]
    for each in found:
        values = warm_ms(shared, each.tenant, each.strategy)
        assert each.samples == len(values)
        assert each.p50_ms == pytest.approx(np.quantile(values, 0.5))
        assert each.p95_ms == pytest.approx(np.quantile(values, 0.95))
        assert each.p50_interval_ms.contains(each.p50_ms)
        assert each.p95_interval_ms.contains(each.p95_ms)
    assert {each.tenant: each.sizes for each in found} == {
        "patient": ("256 KB",),
        "bursting": ("1 MB", "3 MB"),
    }


def test_the_difference_for_a_tenant_of_one_size_is_that_of_the_size(shared):
    found = {
        each.percentile: each
        for each in tenant_differences(shared, None, QUICK)
        if each.tenant == "patient"
    }
    assert {"p50", "p95"} <= set(found)
    of_size = difference(shared, "256 KB", QUICK)
    assert found["p50"].difference_ms == pytest.approx(of_size.difference_ms)
    for each in found.values():
        assert each.difference_ms == pytest.approx(each.s3_first_ms - each.redis_first_ms)
        assert each.verdict in ("redis-first", "not resolvable")
    assert found["p50"].verdict == "redis-first"


def test_what_one_tenant_waits_is_in_no_figure_of_the_other(shared):
    slow = shared.copy()
    slow.loc[slow["tenant"] == "bursting", ["latency_ms", "service_ms"]] *= 10

    def patient(samples):
        return [
            each
            for each in (
                *tenant_latencies(samples, QUICK),
                *tenant_differences(samples, None, QUICK),
            )
            if each.tenant == "patient"
        ]

    assert patient(slow) == patient(shared)


def test_a_run_without_tenants_has_no_such_figures(shared):
    for alone in (shared.assign(tenant=""), shared.drop(columns="tenant")):
        assert tenants_of(alone) == ()
        assert tenant_latencies(alone, QUICK) == tenant_differences(alone, None, QUICK) == ()


def test_both_tables_name_each_tenant_and_the_sentence_its_p95(shared):
    summary = summarise(shared, profile="raw", bootstrap=QUICK)
    latency, compared = tenant_latency_table(summary), tenant_difference_table(summary)
    assert [row.cells[0] for row in latency.rows] == ["bursting"] * 2 + ["patient"] * 2
    assert len(compared.rows) == len(summary.tenant_differences) >= 4
    assert "patient" in tenant_sentence(summary)
    assert "bursting" in tenant_sentence(summary)
    plain = summarise(shared.assign(tenant=""), profile="raw", bootstrap=QUICK)
    assert tenant_latency_table(plain) is tenant_difference_table(plain) is None
    assert tenant_sentence(plain) == ""
