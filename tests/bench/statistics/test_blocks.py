import pytest

from bench.statistics.blocks import block_figures
from bench.statistics.samples import STRATEGIES
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples


def test_blocks_are_told_in_the_order_of_time_without_the_floors():
    samples = synthetic_samples(Shape(rounds=2))
    found = block_figures(samples.sample(frac=1, random_state=1))
    assert [each.first_due_s for each in found] == sorted(each.first_due_s for each in found)
    assert {each.strategy for each in found} == set(STRATEGIES)
    compared = samples[samples["strategy"].isin(STRATEGIES)]
    assert sum(each.warm_up + each.measured for each in found) == len(compared)


def test_a_block_counts_what_went_wrong_in_it_and_takes_its_p50_without():
    samples = synthetic_samples(Shape(rounds=1, sizes=("1 MB",), cold_share=0, failed_share=0))
    rows = samples[(samples["strategy"] == "s3-first") & ~samples["warm_up"]]
    block = rows["block"].min()
    own = rows.index[rows["block"] == block]
    samples.loc[own[0], "status"] = 503
    samples.loc[own[1], "stage_init_ms"] = 200.0
    samples.loc[own[:2], "latency_ms"] = 1e6
    (found,) = (each for each in block_figures(samples) if each.block == block)
    assert (found.measured, found.without_receipt, found.cold_starts) == (len(own), 1, 1)
    assert found.p50_ms == pytest.approx(samples.loc[own[2:], "latency_ms"].median())
    assert found.first_due_s == samples.loc[own, "due_s"].min()
