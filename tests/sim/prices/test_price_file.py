"""The snapshot is dated; a user's file changes what it names, and is refused by key."""

import math
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import PriceError
from sim.prices import CONFIDENCES, Price, Tier, Usage, read_prices, write_prices
from sim.prices.catalogue import product_of

SNAPSHOT = read_prices()


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_price_of_the_snapshot_says_where_it_is_from() -> None:
    for name in SNAPSHOT.names():
        price = SNAPSHOT.price(name)
        assert price.confidence in CONFIDENCES
        assert date(2026, 1, 1) <= date.fromisoformat(price.date)
        assert price.source
        assert price.region == "us-east-1"


def test_all_that_can_be_used_has_an_entry() -> None:
    for item in Usage().items():
        assert SNAPSHOT.price(item.price_name).unit
    assert len(fields(Usage)) == len(list(Usage().items())) + 3  # functions, caches, endpoints


def test_most_prices_can_be_read_anew() -> None:
    unknown = {name for name in SNAPSHOT.names() if product_of(name) is None}
    assert {name.partition("/")[0] for name in unknown} == {
        "elasticache_serverless_storage",
        "elasticache_serverless_ecpu",
        "memorydb_data_written",
        "secrets_manager_request",
        "vpc_gateway_endpoint",
    }


def test_valkey_costs_a_fifth_less_than_redis_oss() -> None:
    for name in SNAPSHOT.names():
        family, _, node_type = name.partition("/")
        if family == "elasticache_node_hour_redis_oss" and SNAPSHOT.price(name).is_known:
            redis = SNAPSHOT.node_hour(node_type, "redis-oss").amount(1)
            assert SNAPSHOT.node_hour(node_type, "valkey").amount(1) == pytest.approx(0.8 * redis)


def test_a_file_changes_what_it_names_and_what_follows_from_it(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        region = "eu-west-1"
        date = "2026-12-01"
        [prices]
        lambda_request = 0.19
        "elasticache_node_hour_redis_oss/cache.r7g.large" = { price = 0.2, source = "an offer" }
        api_gateway_rest = { tiers = [[10, 4], [inf, 3]], per = 1_000_000, unit = "request" }
        """,
    )
    listed = read_prices(path)
    request = listed.price("lambda_request")
    assert (request.amount(2e6), request.region) == (pytest.approx(0.38), "eu-west-1")
    assert (request.date, request.confidence) == ("2026-12-01", "user")
    assert listed.node_hour("cache.r7g.large", "redis-oss").source == "an offer"
    assert listed.node_hour("cache.r7g.large", "valkey").amount(1) == pytest.approx(0.16)
    assert listed.price("api_gateway_rest").tiers == (Tier(10, 4), Tier(math.inf, 3))
    assert listed.price("sns_publish") == SNAPSHOT.price("sns_publish")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[prices]\nlambda_requests = 1", r"mine\.toml: there is no price lambda_requests\. Did"
         r" you mean lambda_request\?"),
        ('[prices]\n"elasticache_node_hour_valkey/cache.r7g.larg" = 1', "mean elasticache_node_ho"
         r"ur_valkey/cache\.r7g\.large\?"),
        ("[prices]\nlambda_request = -1", r"prices\.lambda_request is -1; write 0 or more"),
        ("[prices]\nlambda_request = nan", "prices.lambda_request is nan; write a number"),
        ('[prices]\nlambda_request = "x"', "prices.lambda_request is 'x'; write a number"),
        ("[prices]\nlambda_request = {}", "prices.lambda_request.price is missing"),
        ("[prices]\nlambda_request = {price=1, tiers=[]}", "tiers stands beside a price"),
        ("[prices]\nlambda_request = {tiers=[[1,2]]}", "tiers do not end at inf"),
        ("[prices]\nlambda_request = {tiers=[[5,2],[2,1],[inf,1]]}", "tiers end in another order"),
        ("[prices]\nlambda_request = {tiers=[[inf,-2]]}", r"price >= 0\]"),
        ("[prices]\nlambda_request = {price=1, per=1000}", "per is 1000; write the price of 1M"),
        ('[prices]\nlambda_request = {price=1, unit="GB"}', 'write "request"'),
        ('[prices]\nlambda_request = {price=1, confidence="sure"}', "confidence is 'sure'"),
        ('[prices]\nlambda_request = {price=1, cost=1}', "cost is unknown; known here: price"),
        ('date = "May"\n[prices]', "date is 'May'; write as in"),
        ('currency = "EUR"\n[prices]', "currency is 'EUR'; take one of USD"),
        ("prices = 3", "prices is 3; write a table"),
        ("[prices", r"mine\.toml is no TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_its_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PriceError, match=message):
        read_prices(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"none\.toml cannot be read"):
        read_prices(tmp_path / "none.toml")


PRICES = st.floats(0, 1e6, allow_nan=False)
ENDS = st.lists(st.floats(1e-3, 1e12), max_size=4, unique=True).map(sorted)


@settings(max_examples=40)
@given(ENDS, st.data())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, ends: list[float], data: st.DataObject
) -> None:
    ends = [*ends, math.inf]
    tiers = tuple(Tier(end, data.draw(PRICES)) for end in ends)
    known = SNAPSHOT.price("sns_publish")
    source = data.draw(st.text().filter(str.strip))
    price = Price(
        known.name, known.unit, known.per, tiers, "eu-west-1", "2026-12-01", "user", source
    )
    path = tmp_path_factory.getbasetemp() / "round.toml"
    write_prices(path, "eu-west-1", [price])
    assert read_prices(path).price("sns_publish") == price


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="cannot be written"):
        write_prices(tmp_path / "none" / "prices.toml", "us-east-1", [])
