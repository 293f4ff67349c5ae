"""What has no local counterpart: networks, roles, permissions, log groups.

They are given ids, so that references to them resolve, and nothing else. The list is closed: a type
that is on none of the lists is refused.
"""

from typing import Final

from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve


def _nothing(stack: StackScope, resource: Resource) -> PhysicalResource:
    # Resolved all the same: a reference to what does not exist is an error here as on AWS.
    resolve(resource.properties, stack)
    name = physical_name(stack.name, resource.logical_id)
    arn = f"arn:aws:local:{stack.target.region}:{stack.target.account_id}:{name}"
    attributes = {
        "Arn": arn,
        "CidrBlock": "127.0.0.0/8",
        "DefaultSecurityGroup": name,
        "GroupId": name,
        "Id": name,
        "RoleId": name,
        "SubnetId": name,
        "VpcId": name,
    }
    return PhysicalResource(ref=name, attributes=attributes)


CREATORS: Final[dict[str, Creator]] = dict.fromkeys(
    (
        "AWS::EC2::Route",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::Subnet",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCEndpoint",
        "AWS::ElastiCache::ParameterGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::ApiGateway::Account",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::SecretsManager::SecretTargetAttachment",
    ),
    _nothing,
)
