"""Which product of AWS's price list each price is: service code, attributes and usage type.

Usage types begin with a Region's code everywhere but in us-east-1 (`EUC1-Request`), so they are
matched here and not by a filter. Sources: S3 User Guide, "Understanding your AWS billing and usage
reports" (the usage types of S3); the price lists of the other services, as public cost tools read
them (Infracost's resources, and extracts of the bulk files).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_REGION_CODE: Final = r"(?!IA-)(?:[A-Z]{2,4}\d?-|[a-z]{2}(?:-[a-z]+)+-\d-)?"
"""`EU-`, `USW2-` or, in a few services, the Region's name. `IA-` is a storage class of DynamoDB."""


@dataclass(frozen=True, slots=True)
class Product:
    """Where a price stands in AWS's price list.

    Parameters
    ----------
    service
        The service code of `GetProducts`.
    usage_type
        A pattern of the usage type behind its Region code.
    attributes
        That the product must have, by name.
    region_attribute
        Which attribute has the Region.
    keeps_zero_tier
        Whether a first tier at price 0 is everybody's, and no free tier.
    """

    service: str
    usage_type: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    region_attribute: str = "regionCode"
    keeps_zero_tier: bool = False

    def filters(self, region: str) -> list[dict[str, str]]:
        """Return the filters of `GetProducts`."""
        wanted = {self.region_attribute: region, **self.attributes}
        return [
            {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in wanted.items()
        ]

    def has_usage_type(self, usage_type: str) -> bool:
        """Tell whether a product's usage type is this one's, of whatever Region."""
        return re.fullmatch(_REGION_CODE + f"(?:{self.usage_type})", usage_type) is not None


_ENGINES: Final = {"redis_oss": "Redis", "valkey": "Valkey"}
_NODES: Final = {
    "elasticache_node_hour_": ("AmazonElastiCache", "cacheEngine"),
    "memorydb_node_hour_": ("AmazonMemoryDB", "engine"),
}
_FAMILY: Final = "productFamily"
_REQUESTS: Final = {_FAMILY: "API Request"}
_THROUGHPUT: Final = {_FAMILY: "Amazon DynamoDB PayPerRequest Throughput"}

_PRODUCTS: Final = {
    "api_gateway_rest": Product("AmazonApiGateway", "ApiGatewayRequest", {_FAMILY: "API Calls"}),
    "lambda_request": Product("AWSLambda", "Request", {_FAMILY: "Serverless"}),
    "lambda_duration_x86_64": Product("AWSLambda", "Lambda-GB-Second", {_FAMILY: "Serverless"}),
    "lambda_duration_arm64": Product("AWSLambda", "Lambda-GB-Second-ARM", {_FAMILY: "Serverless"}),
    "step_functions_standard_transition": Product("AmazonStates", "StateTransition"),
    "step_functions_express_request": Product("AmazonStates", "StepFunctions-Request"),
    "step_functions_express_duration": Product("AmazonStates", "StepFunctions-GB-Second"),
    "s3_standard_put": Product("AmazonS3", "Requests-Tier1", _REQUESTS),
    "s3_standard_get": Product("AmazonS3", "Requests-Tier2", _REQUESTS),
    "s3_standard_storage": Product(
        "AmazonS3", "TimedStorage-ByteHrs", {_FAMILY: "Storage", "volumeType": "Standard"}
    ),
    "s3_express_put": Product("AmazonS3", "Requests-XZ-Tier1"),
    "s3_express_get": Product("AmazonS3", "Requests-XZ-Tier2"),
    "s3_express_upload": Product("AmazonS3", "Upload-XZ"),
    "s3_express_retrieval": Product("AmazonS3", "Retrieval-XZ"),
    "s3_express_storage": Product("AmazonS3", "TimedStorage-XZ-ByteHrs"),
    "dynamodb_on_demand_write": Product("AmazonDynamoDB", "WriteRequestUnits", _THROUGHPUT),
    "dynamodb_on_demand_read": Product("AmazonDynamoDB", "ReadRequestUnits", _THROUGHPUT),
    "dynamodb_storage": Product(
        "AmazonDynamoDB", "TimedStorage-ByteHrs", {_FAMILY: "Database Storage"}
    ),
    "sns_publish": Product("AmazonSNS", "Requests-Tier1", _REQUESTS),
    "sqs_request": Product(
        "AWSQueueService", "Requests-(?:RBP|Tier1)", {**_REQUESTS, "queueType": "Standard"}
    ),
    "kinesis_on_demand_stream_hour": Product("AmazonKinesis", "OnDemand-StreamHour"),
    "kinesis_on_demand_ingest": Product("AmazonKinesis", "OnDemand-BilledIncomingBytes"),
    "kinesis_on_demand_retrieval": Product("AmazonKinesis", "OnDemand-BilledOutgoingBytes"),
    "kinesis_shard_hour": Product("AmazonKinesis", "Storage-ShardHour"),
    "kinesis_put_payload_unit": Product("AmazonKinesis", "PutRequestPayloadUnits"),
    "secrets_manager_secret_month": Product("AWSSecretsManager", "AWSSecretsManager-Secrets"),
    "nat_gateway_hour": Product("AmazonEC2", "NatGateway-Hours", {_FAMILY: "NAT Gateway"}),
    "nat_gateway_data": Product("AmazonEC2", "NatGateway-Bytes", {_FAMILY: "NAT Gateway"}),
    "vpc_interface_endpoint_hour": Product(
        "AmazonVPC", "VpcEndpoint-Hours", {_FAMILY: "VpcEndpoint"}
    ),
    "vpc_interface_endpoint_data": Product(
        "AmazonVPC", "VpcEndpoint-Bytes", {_FAMILY: "VpcEndpoint"}
    ),
    "cloudwatch_logs_ingestion": Product(
        "AmazonCloudWatch", "DataProcessing-Bytes", {_FAMILY: "Data Payload"}
    ),
    "data_transfer_cross_az_each_way": Product(
        "AWSDataTransfer",
        "DataTransfer-Regional-Bytes",
        {"transferType": "IntraRegion"},
        region_attribute="fromRegionCode",
    ),
    "data_transfer_out_internet": Product(
        "AWSDataTransfer",
        "DataTransfer-Out-Bytes",
        {"transferType": "AWS Outbound", "toLocation": "External"},
        region_attribute="fromRegionCode",
    ),
}


def product_of(name: str) -> Product | None:
    """Return where a price stands; None if that is not known, and it has to be given by hand."""
    family, _, node_type = name.partition("/")
    for prefix, (service, engine_attribute) in _NODES.items():
        engine = _ENGINES.get(family.removeprefix(prefix))
        if family.startswith(prefix) and engine:
            attributes = {"instanceType": node_type, engine_attribute: engine}
            return Product(service, re.escape(f"NodeUsage:{node_type}"), attributes)
    return _PRODUCTS.get(name)
