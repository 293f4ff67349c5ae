"""Node types are AWS's table, and each that can be planned has an entry in the price list."""

from itertools import pairwise

import pytest

from sim.errors import QuotaError
from sim.prices import node_hour_name, read_prices
from sim.quotas import cache_node, cache_nodes, read_quotas


def test_a_node_has_what_its_row_of_the_user_guide_says() -> None:
    node = cache_node("cache.r7g.large")
    assert (node.vcpus, node.maxmemory_bytes) == (2, 14_037_181_030)
    assert node.usable_bytes() == pytest.approx(0.75 * 14_037_181_030)
    assert node.replica_output_buffer_bytes() == pytest.approx(1_403_718_103)
    assert node.baseline_bytes_per_s == pytest.approx(0.937e9 / 8)
    assert node.burst_bytes_per_s == pytest.approx(12.5e9 / 8)
    assert cache_node("db.r7g.large") == node


def test_defaults_are_the_quotas() -> None:
    quotas, node = read_quotas(), cache_node("cache.m7g.large")
    reserved = quotas.value("elasticache.reserved-memory-percent", "us-east-1")
    buffer = quotas.value("elasticache.replica-output-buffer-percent", "us-east-1")
    assert node.usable_bytes() == node.usable_bytes(reserved)
    assert node.replica_output_buffer_bytes() == node.replica_output_buffer_bytes(buffer)


def test_maxmemory_is_the_memory_so_that_it_can_stand_for_it_in_the_newer_types() -> None:
    for node in cache_nodes().values():
        assert node.maxmemory_bytes == pytest.approx(node.memory_bytes, rel=1e-3)


def test_a_larger_size_of_a_family_is_larger_in_all() -> None:
    sizes = ["small", "medium", "large", "xlarge", "2xlarge", "4xlarge"]
    families: dict[str, list[str]] = {}
    for name in cache_nodes():
        families.setdefault(name.rpartition(".")[0], []).append(name)
    for names in families.values():
        names.sort(key=lambda name: sizes.index(name.rpartition(".")[2]))
        nodes = [cache_node(name) for name in names]
        for small, large in pairwise(nodes):
            assert small.memory_bytes < large.memory_bytes
            assert small.baseline_bytes_per_s < large.baseline_bytes_per_s
            assert small.baseline_bytes_per_s < small.burst_bytes_per_s <= large.burst_bytes_per_s


def test_each_node_has_an_entry_in_the_price_list_for_each_engine_that_it_runs() -> None:
    names = set(read_prices().names())
    for node in cache_nodes().values():
        for engine in ("redis-oss", "valkey"):
            assert (node_hour_name(node.node_type, engine) in names) == (engine in node.engines)


@pytest.mark.parametrize("node_type", ["cache.r7g.larg", "r7g.large", "cache.x9.large", ""])
def test_an_unknown_type_is_refused_with_the_nearest(node_type: str) -> None:
    with pytest.raises(QuotaError, match=r"no node type .* Did you mean cache\."):
        cache_node(node_type)
