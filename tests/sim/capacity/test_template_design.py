from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.design import ROLES, STRATEGIES
from sim.capacity.template_design import template_design
from sim.errors import TemplateError
from sim.stack.checkout import ROOT

TEMPLATE = ROOT / "pipeline" / "template.yaml"


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Return the template of a copy in which one text is another."""
    for each in ("template.yaml", "cache.yaml"):
        text = (ROOT / "pipeline" / each).read_text(encoding="utf-8")
        if each == name:
            assert old in text
            text = text.replace(old, new)
        (folder / each).write_text(text, encoding="utf-8")
    return folder / "template.yaml"


def test_the_pipelines_template_is_read_whole():
    design = template_design(TEMPLATE)
    assert {(s, r) for s in STRATEGIES for r in ROLES} == set(design.functions)
    assert design.function("redis-first", "ingest").memory_mb == 1769
    assert design.function("s3-first", "aggregate").timeout_s == 20
    assert design.cache.nodes == 2
    assert design.cache.time_to_live_s == 3600
    assert not design.cache.evicts
    assert (design.interface_endpoints, design.zones) == (3, 2)


@settings(max_examples=8, deadline=None)
@given(
    rate=st.integers(1, 10_000),
    burst=st.integers(1, 5_000),
    node=st.sampled_from(["cache.t4g.small", "cache.m7g.xlarge"]),
)
def test_parameters_reach_the_nested_stack_and_the_usage_plan(rate: int, burst: int, node: str):
    given_values = {"ApiRateLimit": rate, "ApiBurstLimit": burst, "CacheNodeType": node}
    design = template_design(TEMPLATE, given_values)
    assert (design.api.rate_per_s, design.api.burst) == (rate, burst)
    assert design.cache.node_type == node


@pytest.mark.parametrize(
    ("old", "new", "shards", "replicas"),
    [
        ("NumCacheClusters: 2", "NumCacheClusters: 3", 1, 2),
        ("NumCacheClusters: 2", "NumNodeGroups: 2\n      ReplicasPerNodeGroup: 1", 2, 1),
        ("NumCacheClusters: 2", "NumCacheClusters: 1", 1, 0),
    ],
)
def test_nodes_are_counted_in_both_of_cloudformations_forms(
    tmp_path: Path, old: str, new: str, shards: int, replicas: int
):
    cache = template_design(changed(tmp_path, "cache.yaml", old, new)).cache
    assert (cache.shards, cache.replicas) == (shards, replicas)


def test_a_policy_that_evicts_is_seen(tmp_path: Path):
    path = changed(tmp_path, "cache.yaml", "noeviction", "volatile-lru")
    assert template_design(path).cache.evicts


def test_a_reservation_is_read(tmp_path: Path):
    path = changed(
        tmp_path,
        "template.yaml",
        "Handler: archive.handler",
        "Handler: archive.handler\n      ReservedConcurrentExecutions: 7",
    )
    design = template_design(path)
    assert design.function("redis-first", "archive").reserved_concurrency == 7
    assert design.function("redis-first", "ingest").reserved_concurrency is None


def test_what_is_not_the_pipeline_is_refused_by_name(tmp_path: Path):
    path = changed(tmp_path, "template.yaml", "Handler: archive.handler", "Handler: other.handler")
    with pytest.raises(TemplateError, match=r"archive\.handler"):
        template_design(path)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(TemplateError, match="CacheNodeTyp"):
        template_design(TEMPLATE, {"CacheNodeTyp": "cache.r7g.large"})
