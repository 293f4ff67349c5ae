"""The template against the handlers, the definition and the provisioner."""

import re
from pathlib import Path

import pytest
import yaml
from cache import worst_case_s
from failure_channel import INVOKE_BUDGET
from ingest import START_BUDGET
from ingest_failure import PUT_BUDGET as RECORD_BUDGET
from redis_payload_store import SET_TRANSFER_S
from s3_payload_store import PUT_BUDGET

from sim.template import load_template

PIPELINE = Path(__file__).parents[2] / "pipeline"
TEMPLATE = load_template(PIPELINE / "template.yaml")
CACHE = load_template(PIPELINE / "cache.yaml")
FUNCTIONS = {
    name: resource.properties
    for name, resource in TEMPLATE.resources.items()
    if resource.type == "AWS::Serverless::Function"
}
OUTPUTS = {
    "RedisFirstUrl",
    "S3FirstUrl",
    "ApiKeyId",
    "StateMachineArn",
    "ArchiveBucketName",
    "FailureBucketName",
    "MetadataTableName",
    "NotificationQueueUrl",
    "MessageTopicArn",
    "IngestDeadLetterQueueUrl",
    "ArchiveDeadLetterQueueUrl",
    "MetadataDeadLetterQueueUrl",
    "AggregateDeadLetterQueueUrl",
    "CacheAddress",
    "CachePort",
    "CacheSecretArn",
}


def of_type(resource_type):
    return {n: r.properties for n, r in TEMPLATE.resources.items() if r.type == resource_type}


def test_outputs_are_what_the_bench_reads():
    assert set(TEMPLATE.outputs) >= OUTPUTS


def test_every_function_is_there_and_its_handler_exists():
    assert set(FUNCTIONS) == {
        f"{name}Function"
        for name in ("Ingest", "IngestS3First", "IngestFailure", "Archive", "Metadata", "Aggregate")
    }
    for properties in FUNCTIONS.values():
        module, _, handler = properties["Handler"].partition(".")
        code = (PIPELINE / properties["CodeUri"] / f"{module}.py").read_text()
        assert re.search(rf"^def {handler}\(", code, re.MULTILINE)


@pytest.mark.parametrize("store_s", [worst_case_s(SET_TRANSFER_S), PUT_BUDGET.worst_case_s])
def test_ingest_can_always_begin_and_still_record_a_failure(store_s):
    assert store_s + INVOKE_BUDGET.worst_case_s < 28
    assert START_BUDGET.worst_case_s + INVOKE_BUDGET.worst_case_s < 28
    for name in ("IngestFunction", "IngestS3FirstFunction"):
        assert FUNCTIONS[name]["Timeout"] == 28


def test_ingest_waits_for_ingest_failure_and_its_cold_start():
    timeout_s = FUNCTIONS["IngestFailureFunction"]["Timeout"]
    assert timeout_s + 2 <= INVOKE_BUDGET.answer_s
    assert RECORD_BUDGET.answer_s < timeout_s


def test_only_the_arn_of_the_caches_secret_is_in_an_environment():
    for properties in FUNCTIONS.values():
        for name, value in properties["Environment"]["Variables"].items():
            assert "PASSWORD" not in name
            assert "resolve:secretsmanager" not in str(value)


def test_definition_gets_exactly_the_substitutions_that_it_asks_for():
    (machine,) = of_type("AWS::Serverless::StateMachine").values()
    text = (PIPELINE / machine["DefinitionUri"]).read_text()
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(machine["DefinitionSubstitutions"])


def test_api_asks_for_a_key_of_a_usage_plan():
    (api,) = of_type("AWS::Serverless::Api").values()
    assert api["Auth"]["ApiKeyRequired"] is True
    assert api["Auth"]["UsagePlan"]["CreateUsagePlan"] == "PER_API"


def test_no_bucket_is_public_unencrypted_or_spoken_to_without_tls():
    policies = {
        policy["Bucket"]["Ref"]: policy["PolicyDocument"]["Statement"]
        for policy in of_type("AWS::S3::BucketPolicy").values()
    }
    for name, bucket in of_type("AWS::S3::Bucket").items():
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["BucketEncryption"]
        (statement,) = policies[name]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_queues_topic_and_table_are_encrypted_and_dead_letters_are_kept_for_14_days():
    for queue in of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert all(topic["KmsMasterKeyId"] for topic in of_type("AWS::SNS::Topic").values())
    assert all(
        t["SSESpecification"]["SSEEnabled"] for t in of_type("AWS::DynamoDB::Table").values()
    )


def test_only_the_topic_may_send_to_its_queues():
    (subscription,) = of_type("AWS::SNS::Subscription").values()
    assert subscription["RawMessageDelivery"] is True
    targets = {
        subscription["Endpoint"]["Fn::GetAtt"][0],
        subscription["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0],
    }
    allowed = set()
    for policy in of_type("AWS::SQS::QueuePolicy").values():
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "MessageTopic"}}}
        allowed.add(statement["Resource"]["Fn::GetAtt"][0])
    assert allowed == targets


def test_log_lines_do_not_live_for_ever():
    groups = of_type("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] for group in groups.values())
    for properties in FUNCTIONS.values():
        assert properties["LoggingConfig"]["LogGroup"]["Ref"] in groups


def test_no_policy_allows_a_wildcard_but_for_log_delivery():
    for resource in TEMPLATE.resources.values():
        for policy in resource.properties.get("Policies", []):
            assert policy["Version"] == "2012-10-17"
            for statement in policy["Statement"]:
                actions = statement["Action"]
                actions = [actions] if isinstance(actions, str) else actions
                assert not any("*" in action for action in actions)
                if statement["Resource"] == "*":
                    assert all(action.startswith("logs:") for action in actions)


def test_functions_bundle_what_was_measured():
    locked = (PIPELINE.parent / "requirements" / "run.txt").read_text()
    for line in (PIPELINE / "functions" / "requirements.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, version = re.fullmatch(r"(\w+)(?:\[\w+\])?==([\d.]+)", line).groups()
            assert re.search(rf"^{name}(\[\w+\])?=={re.escape(version)}\b", locked, re.MULTILINE)


def test_cache_refuses_instead_of_evicting_what_was_acknowledged():
    group = CACHE.resources["CacheParameterGroup"].properties
    assert group["Properties"] == {"maxmemory-policy": "noeviction"}
    for name in ("AtRestEncryptionEnabled", "AutomaticFailoverEnabled", "MultiAZEnabled"):
        assert CACHE.resources["ReplicationGroup"].properties[name] is True


def test_ignored_lint_rules_are_explained():
    lines = (PIPELINE / "template.yaml").read_text().splitlines()
    (index,) = [i for i, line in enumerate(lines) if "ignore_checks" in line]
    assert lines[index - 1].strip().startswith("#")
    assert yaml.safe_load(lines[index]) == {"ignore_checks": ["W3005"]}
