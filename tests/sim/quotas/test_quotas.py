"""Quotas as data agree with what the services of `sim` enforce, and say where they are from."""

import pytest

from bench.collect.token_bucket import GET_EXECUTION_HISTORY_BUDGET
from sim.errors import QuotaError
from sim.gateway import gateway_response, usage
from sim.lambda_service import admission, cpu_share, invocation
from sim.latency import load_profile
from sim.preflight import hops
from sim.quotas import CONFIDENCES, read_quotas
from sim.states_service import execution_input

QUOTAS = read_quotas()
BIG = ("us-east-1", "us-west-2", "eu-west-1")


@pytest.mark.parametrize(
    ("name", "enforced"),
    [
        ("api-gateway.rate", usage.ACCOUNT_RATE_PER_S),
        ("api-gateway.burst", usage.ACCOUNT_BURST),
        ("api-gateway.payload", gateway_response.MAX_BODY_BYTES),
        ("lambda.concurrency", admission.ACCOUNT_CONCURRENCY),
        ("lambda.unreservable", admission.UNRESERVABLE),
        ("lambda.requests-per-concurrency", admission.REQUESTS_PER_CONCURRENCY),
        ("lambda.scaling-burst", admission.SCALING_BURST),
        ("lambda.scaling-rate", admission.SCALING_RATE_PER_S),
        ("lambda.memory-per-vcpu", cpu_share.MB_PER_VCPU),
        ("lambda.request-payload", invocation.MAX_REQUEST_BYTES),
        ("lambda.response-payload", invocation.MAX_RESPONSE_BYTES),
        ("lambda.event-payload", invocation.MAX_EVENT_BYTES),
        ("states.payload", execution_input.MAX_INPUT_BYTES),
        ("states.payload", hops.MAX_STATE_BYTES),
        ("states.history-burst", GET_EXECUTION_HISTORY_BUDGET.bucket),
        ("states.history-rate", GET_EXECUTION_HISTORY_BUDGET.refill_per_s),
        ("sns.message", hops.MAX_SNS_BYTES),
        ("sqs.message", hops.MAX_SQS_BYTES),
        ("dynamodb.item", hops.MAX_ITEM_BYTES),
        ("elasticache.value", hops.MAX_REDIS_BYTES),
    ],
)
def test_what_sim_enforces_is_the_quota_of_the_large_regions(name: str, enforced: float) -> None:
    for region in BIG:
        assert QUOTAS.value(name, region) == enforced


def test_the_measured_bandwidth_of_an_environment_is_about_the_documented_one() -> None:
    measured = load_profile("aws-typical").function_network
    assert measured is not None
    documented = QUOTAS.value("lambda.environment-bandwidth", "us-east-1") / 8
    assert measured.bytes_per_s == pytest.approx(documented, rel=0.02)


def test_each_quota_says_where_it_is_from() -> None:
    for quota in QUOTAS.quotas.values():
        assert quota.confidence in CONFIDENCES
        assert quota.source.startswith(("https://docs.aws.amazon.com/", "AWS's", "from memory"))
        assert (quota.source == "from memory") == (quota.confidence == "recalled")
        assert not quota.code or quota.adjustable == "yes"
        assert quota.date == "2026-11-23"


def test_quotas_differ_by_region() -> None:
    assert [QUOTAS.value("states.start-rate", each) for each in (*BIG, "eu-central-1")] == [
        300, 300, 300, 150
    ]  # fmt: skip
    assert QUOTAS.value("api-gateway.rate", "eu-south-2") == 2_500
    rates = [
        QUOTAS.value("sns.publish-rate", each)
        for each in ("us-east-1", "eu-west-1", "eu-central-1", "eu-north-1")
    ]
    assert rates == [30_000, 9_000, 1_500, 300]


def test_a_raised_quota_counts_in_each_region() -> None:
    own = QUOTAS.raised({"states.start-rate": 1_000, "lambda.concurrency": 10})
    assert own.value("states.start-rate", "us-east-1") == 1_000
    assert own.value("states.start-rate", "eu-central-1") == 1_000
    assert own.value("lambda.concurrency", "us-east-1") == 10
    assert QUOTAS.value("states.start-rate", "us-east-1") == 300


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"lambda.concurency": 1}, r"no quota lambda.concurency\. Did you mean lambda.concurrency"),
        ({"lambda.concurrency": 0}, "is 0 environments. Give a number above 0"),
        ({"lambda.request-payload": 7e6}, "does not raise it above 6,291,456"),
    ],
)
def test_what_cannot_be_raised_is_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(QuotaError, match=message):
        QUOTAS.raised(values)
