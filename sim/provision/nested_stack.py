"""Nested stacks."""

from typing import Final

from sim.provision.target import PhysicalResource
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve


def _nested_stack(stack: StackScope, resource: Resource) -> PhysicalResource:
    parameters = resolve(resource.properties.get("Parameters", {}), stack)
    outputs = stack.nested(resource, parameters).outputs()
    arn = f"arn:aws:cloudformation:{stack.target.region}:{stack.target.account_id}:stack/"
    return PhysicalResource(
        ref=f"{arn}{stack.name}-{resource.logical_id}/local",
        attributes={f"Outputs.{name}": value for name, value in outputs.items()},
    )


CREATORS: Final[dict[str, Creator]] = {
    "AWS::CloudFormation::Stack": _nested_stack,
    "AWS::Serverless::Application": _nested_stack,
}
