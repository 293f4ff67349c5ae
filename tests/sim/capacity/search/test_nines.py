import pytest

from sim.capacity.search.candidates import Grid, candidates
from sim.capacity.search.executors import InProcess, Workers
from sim.capacity.search.nines import NINES, nines_of, price_of_nines
from sim.capacity.search.search import Search
from sim.objective import parse_objective, parse_objectives

GRID = Grid(
    strategies=("redis-first", "s3-first"),
    node_types=("cache.m7g.large",),
    replicas=(1,),
    shards=(1,),
    time_to_live_s=(60.0,),
    ingest_memory_mb=(1_769,),
)


@pytest.mark.usefixtures("kernel")
def test_each_further_nine_costs_what_its_search_says(design, around, steady_load, prices):
    objective, others = parse_objective("p99<425ms"), parse_objectives(["refused=0"])
    load = steady_load(10.0, 12_000)
    asked = (*nines_of(objective), *others)
    search = Search(candidates(design, GRID), around, load, asked, prices, Workers(InProcess(), 1))
    found = price_of_nines(search, objective, others)
    assert [each.objective.text for each in found] == [f"{name}<425ms" for name in NINES]
    first, second, third = found
    # S3-first keeps 425 ms at p99; its tail costs the nodes of Redis-first at the next nine.
    assert first.result.best.candidate.strategy == "s3-first"
    assert second.result.best.candidate.strategy == "redis-first"
    assert first.more is None
    assert second.more == pytest.approx(second.result.best.cost - first.result.best.cost)
    assert second.more > 0
    assert f"(+{second.more:,.0f})" in str(second)
    assert (third.cost, third.more) == (None, None)
    assert "too few messages to say, it needs 100,000" in str(third)


@pytest.mark.usefixtures("kernel")
def test_a_nine_that_nothing_keeps_is_none(design, around, load, prices):
    objective = parse_objective("p99<50ms")
    search = Search(
        candidates(design, GRID), around, load, nines_of(objective), prices, Workers(InProcess(), 1)
    )
    first = price_of_nines(search, objective)[0]
    assert first.cost is None
    assert str(first) == "p99<50ms: none"
