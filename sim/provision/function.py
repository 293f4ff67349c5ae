"""Lambda functions, with the events that invoke them and what becomes of asynchronous ones."""

from collections.abc import Mapping
from typing import Any, Final

from sim.errors import TemplateError
from sim.event_source import SqsMapping, SqsPoller
from sim.event_source.sqs_mapping import DEFAULT_BATCH_SIZE, STARTING_CONCURRENCY
from sim.lambda_service import EventInvokeConfiguration, FunctionConfiguration, InvokeError
from sim.lambda_service.own_tmp import DEFAULT_SIZE_MB
from sim.provision.code_path import existing_path
from sim.provision.rest_api import add_route, is_true
from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve


def _function(stack: StackScope, resource: Resource) -> PhysicalResource:
    target = stack.target
    properties = resolve(
        {key: item for key, item in resource.properties.items() if key != "Policies"}, stack
    )
    where = f"{stack.template.path.name}:{resource.line}: {resource.logical_id}"
    code = existing_path(stack, str(properties.get("CodeUri", ".")), f"{where}: CodeUri")
    name = properties.get("FunctionName") or physical_name(stack.name, resource.logical_id)
    arn = f"arn:aws:lambda:{target.region}:{target.account_id}:function:{name}"
    variables = properties.get("Environment", {}).get("Variables", {})
    reserved = properties.get("ReservedConcurrentExecutions")
    provisioned = properties.get("ProvisionedConcurrencyConfig", {})
    configuration = FunctionConfiguration(
        name=name,
        arn=arn,
        handler=str(properties["Handler"]),
        runtime=str(properties["Runtime"]),
        code=code,
        # Defaults: Lambda API Reference, CreateFunction.
        memory_mb=int(properties.get("MemorySize", 128)),
        timeout_s=float(properties.get("Timeout", 3)),
        environment={key: _text(value) for key, value in variables.items()},
        reserved_concurrency=None if reserved is None else int(reserved),
        provisioned_concurrency=int(provisioned.get("ProvisionedConcurrentExecutions", 0)),
        event_invoke=_event_invoke(stack, resource.logical_id, properties),
        active_tracing=properties.get("Tracing") == "Active",
        ephemeral_storage_mb=int(
            properties.get("EphemeralStorage", {}).get("Size", DEFAULT_SIZE_MB)
        ),
    )
    try:
        target.functions.create_function(configuration)
    except InvokeError as error:
        raise TemplateError(f"{where}: {error.message}", "Reserve less.") from error
    for event_name, event in properties.get("Events", {}).items():
        if event["Type"] == "Api":
            add_route(stack, event["Properties"], name, f"{where}: the event {event_name}")
        else:
            _poll_queue(stack, event["Properties"], name)
    role = PhysicalResource(ref=f"{name}-role", attributes={"Arn": f"{arn}-role"})
    stack.generate(f"{resource.logical_id}Role", role)
    return PhysicalResource(ref=name, attributes={"Arn": arn})


def _event_invoke(
    stack: StackScope, logical_id: str, properties: Mapping[str, Any]
) -> EventInvokeConfiguration:
    given = properties.get("EventInvokeConfig", {})
    destinations = given.get("DestinationConfig", {})
    return EventInvokeConfiguration(
        maximum_retry_attempts=int(given.get("MaximumRetryAttempts", 2)),
        maximum_event_age_s=int(given.get("MaximumEventAgeInSeconds", 21_600)),
        on_success=_destination(stack, logical_id, "OnSuccess", destinations),
        on_failure=_destination(stack, logical_id, "OnFailure", destinations),
        dead_letter_arn=properties.get("DeadLetterQueue", {}).get("TargetArn"),
    )


def _destination(
    stack: StackScope, logical_id: str, when: str, destinations: Mapping[str, Any]
) -> str | None:
    given = destinations.get(when)
    if given is None:
        return None
    if given.get("Destination"):
        return str(given["Destination"])
    # SAM makes the queue or the topic that is not named: "EventInvokeDestinationConfiguration".
    name = physical_name(stack.name, f"{logical_id}{when}")
    target = stack.target
    if given.get("Type") == "SNS":
        return str(target.client("sns").create_topic(Name=name)["TopicArn"])
    target.client("sqs").create_queue(QueueName=name)
    return f"arn:aws:sqs:{target.region}:{target.account_id}:{name}"


def _poll_queue(stack: StackScope, event: Mapping[str, Any], function_name: str) -> None:
    if not is_true(event.get("Enabled", True)):
        return
    target = stack.target
    sqs = target.client("sqs")
    arn = str(event["Queue"])
    mapping = SqsMapping(
        function_name=function_name,
        queue_arn=arn,
        queue_url=sqs.get_queue_url(QueueName=arn.split(":")[5])["QueueUrl"],
        region=target.region,
        batch_size=int(event.get("BatchSize", DEFAULT_BATCH_SIZE)),
        batching_window_s=float(event.get("MaximumBatchingWindowInSeconds", 0)),
        maximum_concurrency=int(
            event.get("ScalingConfig", {}).get("MaximumConcurrency", STARTING_CONCURRENCY)
        ),
        report_batch_item_failures="ReportBatchItemFailures"
        in event.get("FunctionResponseTypes", ()),
    )
    target.event_sources.append(SqsPoller(mapping, target.functions, sqs))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


CREATORS: Final[dict[str, Creator]] = {"AWS::Serverless::Function": _function}
