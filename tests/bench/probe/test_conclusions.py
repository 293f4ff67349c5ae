"""What a run cannot conclude, from what was measured."""

from dataclasses import replace

import pytest

from bench.probe import (
    LatencyTargets,
    SizeLimits,
    SizeTrial,
    Throughput,
    blocked_conclusions,
    profile_targets,
)
from bench.probe.service import ALL_TRAITS, DYNAMODB, KB, MB, REDIS, S3, SNS, SQS
from sim.latency import load_profile
from tests.bench.probe.findings import faultless, service_probe, with_service


def refusing(size, most):
    return SizeLimits((SizeTrial(size, aws_takes=True, taken=False, answer="no"),), most)


@pytest.mark.parametrize("profile", ["raw", "aws-optimistic", "aws-typical", "aws-pessimistic"])
def test_a_back_end_without_a_fault_blocks_nothing(profile):
    assert blocked_conclusions(faultless(), profile_targets(load_profile(profile))) == ()


def test_a_store_that_refuses_the_largest_records_blocks_the_sizes_above():
    probe = with_service(service_probe(S3), limits=refusing(6 * MB, 3 * MB))
    (blocked,) = blocked_conclusions(probe)
    assert (blocked.topic, blocked.operation) == ("size", "s3.PutObject")
    assert blocked.statement == "Sizes above 3 MB (3,145,728 bytes) cannot be compared"
    assert '6,291,456 bytes are answered with "no"' in blocked.reason


def test_a_store_that_takes_all_that_the_run_sends_blocks_no_size_of_it():
    probe = with_service(service_probe(S3), limits=refusing(6 * MB, 3 * MB))
    (blocked,) = blocked_conclusions(probe, largest_body_bytes=MB)
    assert blocked.statement == ("Whether S3 takes more than 3 MB (3,145,728 bytes) cannot be told")


def test_a_table_that_takes_less_leaves_the_sizes_of_records_alone():
    probe = with_service(
        service_probe(DYNAMODB), limits=refusing(DYNAMODB.aws_limit_bytes, 405_000)
    )
    (blocked,) = blocked_conclusions(probe)
    assert blocked.statement == "Whether DynamoDB takes more than 405,000 bytes cannot be told"
    assert "AWS takes 409,600 bytes" in blocked.reason


def test_a_topic_that_takes_more_than_awss_cannot_vouch_for_it():
    more = SizeLimits((SizeTrial(262_145, aws_takes=False, taken=True),), 262_145)
    (blocked,) = blocked_conclusions(with_service(service_probe(SNS), limits=more))
    assert blocked.statement == "Whether SNS on AWS takes what it takes here cannot be told"
    assert "AWS refuses more than 262,144 bytes" in blocked.reason


def test_an_emulator_slower_than_its_target_is_said_to_be_with_both_times():
    probe = with_service(service_probe(S3, median_ms=60))
    targets = LatencyTargets("P", {"s3.PutObject": {256 * KB: 61, MB: 60, 6 * MB: 45}})
    (blocked,) = blocked_conclusions(probe, targets)
    assert blocked.topic == "latency"
    assert blocked.statement == "S3-first at 6 MB is emulator-bound under profile P"
    assert blocked.reason == (
        "the call alone takes 60 ms here (client 15 ms, emulator 45 ms), target 45 ms"
    )


def test_sizes_that_the_run_does_not_send_are_not_held_against_their_target():
    targets = LatencyTargets("P", {"s3.PutObject": {6 * MB: 45}})
    probe = with_service(service_probe(S3, median_ms=60))
    assert blocked_conclusions(probe, targets, largest_body_bytes=MB) == ()
    assert blocked_conclusions(probe, None) == ()


@pytest.mark.parametrize(
    ("together_per_s", "planned", "blocked"),
    [(119, 8, True), (121, 8, False), (119, 2, True), (119, 1, False), (60, 8, True)],
)
def test_a_rate_is_blocked_where_calls_queue_and_the_plan_needs_more(
    together_per_s, planned, blocked
):
    throughput = Throughput(MB, 100, together_per_s, client_together_per_s=1000)
    found = blocked_conclusions(
        with_service(service_probe(S3), throughput=throughput), planned_concurrency=planned
    )
    assert len(found) == blocked
    for each in found:
        assert each.statement == (
            f"Rates above {together_per_s}/s at 1 MB measure the emulator's queue, not S3"
        )


def test_a_client_that_does_no_more_alone_is_named_as_the_limit():
    throughput = Throughput(MB, 2600, 2500, client_together_per_s=2400)
    (blocked,) = blocked_conclusions(with_service(service_probe(REDIS), throughput=throughput))
    assert blocked.statement == (
        "Rates above 2,500/s at 1 MB measure this machine's client, not Redis"
    )
    assert "2,400/s" in blocked.reason


def test_calls_that_fail_together_are_told():
    throughput = Throughput(64 * KB, 100, 300, 1000, failed_calls=3)
    (blocked,) = blocked_conclusions(with_service(service_probe(SQS), throughput=throughput))
    assert blocked.reason == "3 calls failed when 8 came at once"


def test_a_rate_that_there_was_no_time_for_is_said_to_be_unknown():
    (blocked,) = blocked_conclusions(with_service(service_probe(SQS), throughput=None))
    assert blocked.statement == "The rate that SQS here can take is not known"
    nothing = replace(service_probe(S3).limits, largest_taken_bytes=KB)
    assert (
        blocked_conclusions(with_service(service_probe(S3), limits=nothing, throughput=None)) == ()
    )


def test_targets_are_the_profiles_medians_at_the_sizes_that_are_sent():
    targets = profile_targets(load_profile("aws-typical"))
    assert targets.profile == "aws-typical"
    assert set(targets.p50_ms) == {traits.operation for traits in ALL_TRAITS}
    # 40 ms, and 20 ms for each of 6.29 MB. Pointers have no size term: 7 ms.
    assert 155 < targets.p50_ms["s3.PutObject"][6 * MB] < 175
    assert list(targets.p50_ms["dynamodb.PutItem"]) == [KB]
    assert targets.p50_ms["dynamodb.PutItem"][KB] == pytest.approx(7, rel=1e-3)
    assert profile_targets(load_profile("raw")).p50_ms == {}
