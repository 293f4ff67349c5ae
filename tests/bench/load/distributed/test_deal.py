"""Shares of a plan are together the plan, and nobody has much more than another."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load import Arrival, Block, Plan, PlanError
from bench.load.distributed.deal import deal

WORKERS = st.integers(1, 9)


def _block(number: int, arrivals: int, users: int = 0) -> Block:
    return Block(
        number,
        0,
        "redis-first",
        "4 KB",
        tuple(
            Arrival(
                due_s=0.01 * place,
                kind="json",
                size="4 KB",
                body_bytes=4096,
                date_time="2026-01-01T10:00:00.000Z",
                warm_up=place < 2,
                luck=f"{number}/{place}",
            )
            for place in range(arrivals)
        ),
        users=users,
        think_s=0.1,
    )


@st.composite
def plans(draw: st.DrawFn, users: st.SearchStrategy[int]) -> Plan:
    sizes = draw(st.lists(st.integers(0, 23), min_size=1, max_size=7))
    blocks = tuple(_block(number, size, draw(users)) for number, size in enumerate(sizes))
    return Plan(1, "t", blocks, in_flight_limit=draw(st.integers(9, 600)))


@given(plans(st.integers(0, 12)), WORKERS)
def test_the_shares_are_together_the_plan_in_its_order(plan: Plan, workers: int) -> None:
    shares = deal(plan, workers)
    for place, (block, numbers) in enumerate(zip(plan.blocks, plan.numbers, strict=True)):
        dealt = [
            pair
            for share in shares
            for pair in zip(share.numbers[place], share.plan.blocks[place].arrivals, strict=True)
        ]
        # Numbers are what bodies are made from, luck is in the arrivals: both are the plan's.
        assert sorted(dealt, key=lambda pair: pair[0]) == list(
            zip(numbers, block.arrivals, strict=True)
        )
        for share in shares:
            assert list(share.numbers[place]) == sorted(share.numbers[place])
            mine = share.plan.blocks[place]
            assert replace(mine, arrivals=block.arrivals, users=block.users) == block
        assert sum(share.plan.blocks[place].users for share in shares) == block.users
    assert sum(share.plan.in_flight_limit for share in shares) == plan.in_flight_limit


@given(plans(st.just(0)), WORKERS)
def test_shares_differ_by_one_at_most_in_each_block_and_in_all(plan: Plan, workers: int) -> None:
    shares = deal(plan, workers)
    sizes = [[len(block.arrivals) for block in share.plan.blocks] for share in shares]
    for of_block in (*zip(*sizes, strict=True), tuple(sum(each) for each in sizes)):
        assert max(of_block) - min(of_block) <= 1


@given(st.integers(1, 12), st.integers(0, 30), WORKERS)
def test_a_worker_without_a_user_has_no_arrival(users: int, arrivals: int, workers: int) -> None:
    shares = deal(Plan(1, "t", (_block(0, arrivals, users),)), workers)
    for share in shares:
        (block,) = share.plan.blocks
        assert block.users or not block.arrivals


def test_one_worker_has_the_plan() -> None:
    plan = Plan(1, "t", (_block(0, 5), _block(1, 3, users=2)))
    (share,) = deal(plan, 1)
    assert (share.plan, share.numbers) == (plan, plan.numbers)


@pytest.mark.parametrize(("workers", "said"), [(0, "workers"), (4, "in_flight_limit")])
def test_what_cannot_be_dealt_is_refused(workers: int, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        deal(Plan(1, "t", (_block(0, 5),), in_flight_limit=3), workers)
