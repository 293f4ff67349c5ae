"""A bill is what AWS's rules make of a month, worked by hand, and keeps the laws of tiers."""

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.prices import (
    CacheUsage,
    EndpointUsage,
    FunctionUsage,
    Price,
    Tier,
    Usage,
    bill_of,
    billed_requests,
    read_prices,
    storage_gb_months,
)

SNAPSHOT = read_prices()
AMOUNTS = [
    each.name
    for each in fields(Usage)
    if each.name not in ("functions", "caches", "interface_endpoints")
]
QUANTITY = st.floats(0, 1e12, allow_nan=False)
USAGES = st.builds(
    Usage,
    functions=st.lists(
        st.builds(
            FunctionUsage,
            name=st.sampled_from(["ingest", "archive"]),
            architecture=st.sampled_from(["x86_64", "arm64"]),
            invocations=QUANTITY,
            gb_seconds=QUANTITY,
        ),
        max_size=3,
    ).map(tuple),
    caches=st.lists(
        st.builds(
            CacheUsage,
            node_type=st.sampled_from(["cache.r7g.large", "cache.t4g.small"]),
            engine=st.sampled_from(["valkey", "redis-oss"]),
            shards=st.integers(1, 90),
            replicas_per_shard=st.integers(0, 5),
        ),
        max_size=2,
    ).map(tuple),
    interface_endpoints=st.lists(
        st.builds(EndpointUsage, name=st.just("states"), zones=st.integers(1, 3), data_gb=QUANTITY),
        max_size=2,
    ).map(tuple),
    **dict.fromkeys(AMOUNTS, QUANTITY),
)
TIERED = st.lists(st.tuples(st.floats(1, 1e9), st.floats(0, 100)), min_size=1, max_size=4).map(
    lambda found: _price(sorted(found))
)


def _price(tiers: list[tuple[float, float]]) -> Price:
    made = [Tier(end, price) for end, price in tiers[:-1]] + [Tier(math.inf, tiers[-1][1])]
    return Price("p", "request", 1000.0, tuple(made), "us-east-1", "2026-11-25", "user", "a test")


def test_a_month_of_the_pipeline_worked_by_hand() -> None:
    # 50 messages/s for 730 h: 50 · 2,628,000 s = 131,400,000 messages.
    messages = 131_400_000
    usage = Usage(
        api_requests=messages,
        functions=(
            FunctionUsage("ingest", "arm64", messages, messages * 0.120 * 0.5),
            FunctionUsage("archive", "arm64", messages, messages * 0.200 * 1.0),
        ),
        state_transitions=messages * 5,
        s3_puts=messages,
        s3_storage_gb_months=60_000,
        caches=(CacheUsage("cache.r7g.large", "valkey", 3, 1),),
        dynamodb_write_units=messages,
        interface_endpoints=(EndpointUsage("states", 2, data_gb=100),),
        logs_gb=100,
        cross_az_gb=2000,
    )
    by_hand = {
        "API Gateway": 131.4 * 3.50,  # 459.90: below 333 million, one tier
        "Lambda ingest": 131.4 * 0.20 + 7_884_000 * 0.0000133334,  # 26.28 + 105.12
        "Lambda archive": 131.4 * 0.20 + 26_280_000 * 0.0000133334,  # 26.28 + 350.40
        "ElastiCache": 3 * 2 * 730 * 0.219 * 0.8,  # 6 nodes, 4,380 h, 0.1752 each: 767.38
        "Step Functions": 657_000 * 0.025,  # 657 million transitions: 16,425
        "S3": 131_400 * 0.005 + 51_200 * 0.023 + 8_800 * 0.022,  # 657 + 1,177.60 + 193.60
        "DynamoDB": 131.4 * 0.625,  # 82.125
        "VPC endpoints": 2 * 730 * 0.01 + 100 * 0.01,  # 14.60 + 1
        "CloudWatch Logs": 50.0,
        "Data transfer": 20.0,
    }
    bill = bill_of(usage, SNAPSHOT)
    assert bill.by_component() == {
        component: pytest.approx(amount) for component, amount in by_hand.items()
    }
    assert bill.total == pytest.approx(20_356.28, abs=0.01)
    assert any("free tiers" in each for each in bill.left_out)
    assert not any("no price" in each for each in bill.left_out)


def test_a_billion_requests_go_through_three_tiers() -> None:
    # 333 million at 3.50, 667 million at 2.80, and 500 million at 2.38.
    bill = bill_of(Usage(api_requests=1.5e9), SNAPSHOT)
    assert bill.total == pytest.approx(1165.50 + 1867.60 + 1190.00)


def test_functions_share_the_tiers_of_their_account() -> None:
    # 6 thousand million GB-s cost 100,000.20; the next 6 thousand million 90,000.
    one = FunctionUsage("ingest", "x86_64", 0, 9e9)
    other = FunctionUsage("archive", "x86_64", 0, 3e9)
    bill = bill_of(Usage(functions=(one, other)), SNAPSHOT)
    assert bill.total == pytest.approx(190_000.20)
    assert bill.by_component()["Lambda ingest"] == pytest.approx(0.75 * 190_000.20)


def test_what_has_no_price_is_named_and_not_guessed() -> None:
    usage = Usage(
        caches=(
            CacheUsage("db.r7g.large", "valkey", 2, 1),
            CacheUsage("cache.r7g.large", "valkey", 1, 0),
        )
    )
    bill = bill_of(usage, SNAPSHOT)
    assert bill.lines[0].amount is None
    assert bill.total == pytest.approx(730 * 0.1752)
    (said,) = [each for each in bill.left_out if each.startswith("no price")]
    assert "MemoryDB, 4 db.r7g.large, valkey (2,920 node-hours at memorydb_node_hour" in said


def test_cautions_say_how_much_rests_on_memory_and_on_another_region() -> None:
    usage = Usage(sns_requests=2e6, dynamodb_write_units=1.6e6)  # 1 dollar each, one recalled
    assert "50% of the total rests on prices from memory" in bill_of(usage, SNAPSHOT).cautions()[0]
    own = replace(SNAPSHOT.price("sns_publish"), region="eu-west-1", confidence="price-list")
    found = bill_of(usage, SNAPSHOT.changed({"sns_publish": own}, "eu-west-1")).cautions()
    assert found == [
        "not eu-west-1's, but another Region's: dynamodb_on_demand_write",
        "prices were read between 2026-09-06 and 2026-11-23",
    ]


@given(USAGES, USAGES)
def test_more_never_costs_less_and_together_never_more_than_apart(one: Usage, other: Usage) -> None:
    # All tiers of the snapshot fall but MemoryDB's on Valkey, which begins at 0.
    one, other = (replace(each, memorydb_valkey_written_gb=0.0) for each in (one, other))
    together = bill_of(one + other, SNAPSHOT).total
    apart = bill_of(one, SNAPSHOT).total + bill_of(other, SNAPSHOT).total
    rounding = 1e-9 * (1 + apart)
    assert together <= apart + rounding
    assert together >= max(bill_of(each, SNAPSHOT).total for each in (one, other)) - rounding


@given(USAGES)
def test_lines_add_up_and_are_what_is_used(usage: Usage) -> None:
    bill = bill_of(usage, SNAPSHOT)
    assert sum(bill.by_component().values()) == pytest.approx(bill.total)
    assert [line.quantity for line in bill.lines] == [
        item.quantity for item in usage.items() if item.quantity
    ]


@given(st.floats(0, 1e8), st.floats(0, 1e8))
def test_within_a_tier_a_bill_is_linear(one: float, other: float) -> None:
    def total(requests: float) -> float:
        return bill_of(Usage(api_requests=requests, sns_requests=requests), SNAPSHOT).total

    assert total(2 * one) == pytest.approx(2 * total(one))
    assert total(one + other) == pytest.approx(total(one) + total(other))


@given(TIERED)
def test_an_amount_does_not_jump_where_a_tier_ends(price: Price) -> None:
    for tier in price.tiers[:-1]:
        before, at, after = (
            price.amount(tier.up_to * factor) for factor in (1 - 1e-9, 1, 1 + 1e-9)
        )
        step = 2e-9 * tier.up_to / price.per * max(each.price for each in price.tiers) + 1e-9
        assert before <= at <= after
        assert after - before <= 2 * step + 1e-12 * after


@given(TIERED, st.floats(0, 1e10))
def test_a_marginal_price_is_its_tiers(price: Price, quantity: float) -> None:
    tier = next(each for each in price.tiers if quantity < each.up_to)
    more = min(quantity + 1, tier.up_to)
    expected = price.amount(quantity) + (more - quantity) / price.per * tier.price
    assert price.amount(more) == pytest.approx(expected)


@pytest.mark.parametrize("quantity", [-1.0, math.nan, math.inf])
def test_a_quantity_that_cannot_be_is_refused(quantity: float) -> None:
    with pytest.raises(ValueError, match="API Gateway requests"):
        Usage(api_requests=quantity)
    with pytest.raises(ValueError, match="api_gateway_rest"):
        SNAPSHOT.price("api_gateway_rest").amount(quantity)


def test_64_kb_are_a_request() -> None:
    assert [billed_requests(10, size) for size in (0, 65_536, 65_537, 262_144)] == [10, 10, 20, 40]


@given(st.floats(0.01, 100), st.integers(0, 200))
def test_storage_is_the_integral_of_what_is_kept(retention: float, month: int) -> None:
    steps = 2000
    summed = sum(min(month + (step + 0.5) / steps, retention) for step in range(steps)) / steps
    assert storage_gb_months(7.0, retention, month) == pytest.approx(7 * summed, rel=1e-3)
    assert storage_gb_months(7.0, retention, 300) == pytest.approx(
        storage_gb_months(7.0, retention)
    )


def test_storage_that_is_never_deleted_grows() -> None:
    assert storage_gb_months(10, math.inf, 23) == pytest.approx(10 * 23.5)
    with pytest.raises(ValueError, match="month is missing"):
        storage_gb_months(10, math.inf)
