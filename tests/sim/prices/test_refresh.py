"""Prices are read from AWS's price list as it is documented, and no wrong one is taken."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bench.command_line.failure import BAD_INPUT, exit_code_of
from bench.command_line.prices_command import run_refresh
from sim.errors import PriceError
from sim.prices import read_prices, refresh
from sim.prices.catalogue import product_of
from tests.sim.prices.conftest import PriceListServer, product

REGION = "eu-central-1"
REQUESTS = product(
    "AWSLambda", "EUC1-Request", [(0, 0.00000021)], sku="L1", productFamily="Serverless"
)
DISTRACTING = product(
    "AWSLambda", "EUC1-Lambda-Edge-Request", [(0, 0.0000006)], productFamily="Serverless"
)
STORAGE = product(
    "AmazonDynamoDB",
    "EUC1-TimedStorage-ByteHrs",
    [(0, 0.0), (25, 0.306)],
    productFamily="Database Storage",
)
NODE = {"productFamily": "Cache Instance", "instanceType": "cache.r7g.large"}
REDIS = product(
    "AmazonElastiCache",
    "EUC1-NodeUsage:cache.r7g.large",
    [(0, 0.262)],
    cacheEngine="Redis",
    **NODE,
)


def run(path: Path, *keep: str) -> tuple[int, str, str]:
    output, errors = (Console(file=io.StringIO(), width=160) for _ in range(2))
    code = exit_code_of(lambda: run_refresh(REGION, path, None, keep, output, errors), errors)
    assert isinstance(output.file, io.StringIO)
    assert isinstance(errors.file, io.StringIO)
    return code, output.file.getvalue(), errors.file.getvalue()


def test_what_aws_returns_is_read_page_by_page_and_the_rest_is_kept_and_named(
    price_list_server: PriceListServer, tmp_path: Path
) -> None:
    price_list_server.products = [DISTRACTING, REQUESTS, STORAGE, REDIS]
    path = tmp_path / "prices.toml"
    code, said, _ = run(path)
    assert code == 0
    listed = read_prices(path)
    assert listed.region == REGION
    requests = listed.price("lambda_request")
    assert requests.amount(1e6) == pytest.approx(0.21)
    assert (requests.region, requests.confidence) == (REGION, "price-list")
    assert "SKU L1, published 2026-11-02" in requests.source
    assert listed.node_hour("cache.r7g.large", "redis-oss").amount(10) == pytest.approx(2.62)
    assert listed.node_hour("cache.r7g.large", "valkey").amount(10) == pytest.approx(2.62 * 0.8)
    assert listed.price("sns_publish") == read_prices().price("sns_publish")
    assert f"sns_publish: AWS returned none for {REGION} (us-east-1, 2026-11-23)" in said
    assert "lambda_request: " not in said
    second = [each for each in price_list_server.asked if each.get("NextToken")]
    assert [each["NextToken"] for each in second] == ["1"] * 3  # x86_64, arm64 and requests
    assert {each["FormatVersion"] for each in price_list_server.asked} == {"aws_v1"}


def test_a_free_tier_is_left_out_and_the_next_tier_begins_at_0(
    price_list_server: PriceListServer,
) -> None:
    price_list_server.products = [STORAGE]
    found = refresh(read_prices(), REGION).prices.price("dynamodb_storage")
    assert found.amount(25) == pytest.approx(25 * 0.306)


def test_throttled_calls_are_repeated(
    price_list_server: PriceListServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    price_list_server.products = [REQUESTS]
    price_list_server.throttles = 5
    assert refresh(read_prices(), REGION).read == ("lambda_request",)


def test_products_that_differ_in_price_are_an_error_unless_the_name_is_kept(
    price_list_server: PriceListServer, tmp_path: Path
) -> None:
    other = product(
        "AWSLambda", "EUC1-Request", [(0, 0.0000003)], sku="L2", productFamily="Serverless"
    )
    price_list_server.products = [REQUESTS, other, REDIS]
    path = tmp_path / "prices.toml"
    path.write_text("[prices]\n")
    code, _, said = run(path)
    assert code == BAD_INPUT
    assert "lambda_request (L1, L2)" in said
    assert "--keep" in said
    assert path.read_text() == "[prices]\n"
    assert [each.name for each in tmp_path.iterdir()] == ["prices.toml"]
    code, said, _ = run(path, "lambda_request")
    assert code == 0
    assert "lambda_request: not asked for" in said
    assert read_prices(path).price("lambda_request").region == "us-east-1"


def test_products_of_one_price_are_no_ambiguity(price_list_server: PriceListServer) -> None:
    price_list_server.products = [REQUESTS, {**REQUESTS, "version": "older"}]
    assert refresh(read_prices(), REGION).read == ("lambda_request",)


def test_without_credentials_the_mend_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, _, said = run(tmp_path / "prices.toml")
    assert code == BAD_INPUT
    assert "AWS_PROFILE" in said
    assert "pricing:GetProducts" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda server: setattr(server, "refusal", "AccessDeniedException"), "AccessDenied"),
        (lambda server: server.products.clear(), "no price at all for eu-central-1"),
        (lambda server: server.products[0]["terms"].pop("OnDemand"), "no price at all"),
        (lambda server: server.products[0]["product"].pop("sku"), "cannot be read: .*'sku'"),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_error(
    price_list_server: PriceListServer, change: object, message: str
) -> None:
    document = product("AWSLambda", "EUC1-Request", [(0, 0.1)], productFamily="Serverless")
    price_list_server.products = [document]
    assert callable(change)
    change(price_list_server)
    with pytest.raises(PriceError, match=message):
        refresh(read_prices(), REGION)


def test_a_price_that_nobody_has_said_is_filled_from_the_price_list(
    price_list_server: PriceListServer,
) -> None:
    valkey = product(
        "AmazonElastiCache",
        "EUC1-NodeUsage:cache.r8g.large",
        [(0, 0.2)],
        productFamily="Cache Instance",
        instanceType="cache.r8g.large",
        cacheEngine="Valkey",
    )
    price_list_server.products = [valkey]
    assert not read_prices().node_hour("cache.r8g.large", "valkey").is_known
    found = refresh(read_prices(), REGION).prices
    assert found.node_hour("cache.r8g.large", "valkey").amount(2) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("name", "usage_type", "whether"),
    [
        ("lambda_request", "Request", True),
        ("lambda_request", "USW2-Request", True),
        ("lambda_request", "Request-ARM", False),
        ("dynamodb_on_demand_write", "EU-WriteRequestUnits", True),
        ("dynamodb_on_demand_write", "IA-WriteRequestUnits", False),
        ("s3_standard_put", "EU-Requests-SIA-Tier1", False),
        ("secrets_manager_secret_month", "ap-southeast-1-AWSSecretsManager-Secrets", True),
        ("elasticache_node_hour_valkey/cache.r7g.large", "NodeUsage:cache.r7g.large", True),
        ("elasticache_node_hour_valkey/cache.r7g.large", "NodeUsage:cache.r7gxlarge", False),
    ],
)
def test_usage_types_are_told_apart_behind_their_regions_code(
    name: str, usage_type: str, whether: bool
) -> None:
    found = product_of(name)
    assert found is not None
    assert found.has_usage_type(usage_type) is whether
