"""Bills of the template's deployment against the plan's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.run.month_bills import TemplateBills
from sim.capacity.account import AccountLimits
from sim.capacity.cache_room import shards_for
from sim.capacity.pipeline import Surroundings, pipeline_network
from sim.capacity.search.candidates import Candidate
from sim.capacity.search.full_service import full_service, full_service_bill
from sim.capacity.template_design import template_design
from sim.latency import Network, load_profile
from sim.latency.shaping import shaping_of
from sim.month import SECONDS_PER_MONTH
from sim.prices import read_prices
from sim.quotas import cache_node
from sim.stack.checkout import TEMPLATE

PROFILE = load_profile("aws-typical")
DESIGN = template_design(TEMPLATE)
AROUND = Surroundings(AccountLimits.of("us-east-1"), cache_node(DESIGN.cache.node_type), PROFILE)
BILLS = TemplateBills.under(shaping_of(PROFILE))


@pytest.mark.parametrize("strategy", ["redis-first", "s3-first"])
@pytest.mark.parametrize("body_bytes", [262_144, 3_145_728])
def test_with_the_models_own_duration_it_is_the_bill_of_the_plan(strategy, body_bytes):
    network = pipeline_network(DESIGN, strategy, AROUND, sender=Network(), body_bytes=[body_bytes])
    own_s = full_service(network, body_bytes).totals["ingest environments"].billed_s
    rate = 0.2  # which one shard holds
    expected = full_service_bill(
        Candidate(strategy, DESIGN), AROUND, body_bytes, rate * SECONDS_PER_MONTH, read_prices()
    )
    found = BILLS.bill(strategy, body_bytes, rate, own_s)
    assert found.by_component() == pytest.approx(expected.by_component())


@settings(deadline=None, max_examples=20)
@given(billed_s=st.floats(0.01, 1.0), rate=st.floats(0.01, 20.0))
def test_a_second_more_of_the_ingest_function_costs_its_memory_and_nothing_else(billed_s, rate):
    one, two = (BILLS.bill("s3-first", 1_048_576, rate, each) for each in (billed_s, 2 * billed_s))
    gb_seconds = rate * SECONDS_PER_MONTH * billed_s * BILLS.memory_mb("s3-first") / 1024
    price = read_prices().price("lambda_duration_x86_64")
    assert two.total - one.total == pytest.approx(price.amount(gb_seconds), rel=1e-6)


def test_the_cache_grows_with_the_load_and_ends_with_the_clusters_nodes():
    body = 1_048_576
    assert BILLS.shards(body, 0.001) == DESIGN.cache.shards
    most = BILLS.most_per_s(body)
    shards = BILLS.shards(body, most)
    assert shards == shards_for(DESIGN.cache, AROUND.node, body, most)
    assert shards * (1 + DESIGN.cache.replicas) <= 90
    assert BILLS.most_per_s(16_384) == AROUND.limits.start_rate_per_s
    nodes = BILLS.bill("redis-first", body, most, 0.1).by_component()["ElastiCache"]
    one = BILLS.bill("redis-first", body, 0.001, 0.1).by_component()["ElastiCache"]
    assert nodes == pytest.approx(one * shards / DESIGN.cache.shards)


def test_redis_first_alone_pays_for_nodes_endpoints_and_the_secret():
    redis, s3 = (BILLS.bill(each, 262_144, 1.0, 0.1) for each in ("redis-first", "s3-first"))
    only = redis.by_component().keys() - s3.by_component().keys()
    assert only == {"ElastiCache", "VPC endpoints", "Secrets Manager", "Data transfer"}
