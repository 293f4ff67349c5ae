"""S3 buckets and DynamoDB tables."""

from typing import Final

from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve


def _bucket(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    name = properties.get("BucketName") or physical_name(
        stack.name, resource.logical_id, lower=True
    )
    s3 = stack.target.client("s3")
    s3.create_bucket(Bucket=name)
    versioning = properties.get("VersioningConfiguration")
    if versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    return PhysicalResource(
        ref=name,
        attributes={
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{stack.target.region}.amazonaws.com",
        },
    )


def _bucket_policy(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    # Policies are checked by AWS's IAM, which the emulator does not enforce: nothing to create.
    return PhysicalResource(ref=f"{properties['Bucket']}-policy")


def _table(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    name = properties.get("TableName") or physical_name(stack.name, resource.logical_id)
    given = {
        key: properties[key]
        for key in (
            "AttributeDefinitions",
            "KeySchema",
            "BillingMode",
            "ProvisionedThroughput",
            "GlobalSecondaryIndexes",
        )
        if key in properties
    }
    dynamodb = stack.target.client("dynamodb")
    table = dynamodb.create_table(TableName=name, **given)["TableDescription"]
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return PhysicalResource(ref=name, attributes={"Arn": table["TableArn"]})


CREATORS: Final[dict[str, Creator]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::DynamoDB::Table": _table,
}
