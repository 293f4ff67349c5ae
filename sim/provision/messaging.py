"""SQS queues and SNS topics, with their policies and subscriptions."""

from typing import Any, Final

import orjson

from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve

_QUEUE_ATTRIBUTES: Final = {
    "DelaySeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
}


def _queue(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    name = properties.get("QueueName") or physical_name(stack.name, resource.logical_id)
    attributes = {
        key: _text(value) for key, value in properties.items() if key in _QUEUE_ATTRIBUTES
    }
    url = stack.target.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = f"arn:aws:sqs:{stack.target.region}:{stack.target.account_id}:{name}"
    return PhysicalResource(ref=url, attributes={"Arn": arn, "QueueName": name, "QueueUrl": url})


def _queue_policy(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    sqs = stack.target.client("sqs")
    for url in properties["Queues"]:
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": _text(properties["PolicyDocument"])}
        )
    return PhysicalResource(ref=physical_name(stack.name, resource.logical_id))


def _topic(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    name = properties.get("TopicName") or physical_name(stack.name, resource.logical_id)
    arn = stack.target.client("sns").create_topic(Name=name)["TopicArn"]
    return PhysicalResource(ref=arn, attributes={"TopicArn": arn, "TopicName": name})


def _topic_policy(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    sns = stack.target.client("sns")
    for arn in properties["Topics"]:
        sns.set_topic_attributes(
            TopicArn=arn,
            AttributeName="Policy",
            AttributeValue=_text(properties["PolicyDocument"]),
        )
    return PhysicalResource(ref=physical_name(stack.name, resource.logical_id))


def _subscription(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    attributes = {
        key: _text(properties[key])
        for key in ("RawMessageDelivery", "FilterPolicy", "RedrivePolicy")
        if key in properties
    }
    arn = stack.target.client("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return PhysicalResource(ref=arn)


def _text(value: Any) -> str:
    """Return a property as the service's API takes attributes: text, whatever YAML made of it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else orjson.dumps(value).decode()


CREATORS: Final[dict[str, Creator]] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SNS::Subscription": _subscription,
}
