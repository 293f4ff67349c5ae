"""Names as AWS's SDK for Java 2 has them, which `aws-sdk` integrations show.

Step Functions calls other services through that SDK: services, parameters, results and errors are
named as its classes and methods are, in Pascal case. Source: Step Functions Developer Guide,
"Learning to use AWS service SDK integrations", API naming conventions and error names; AWS SDK for
Java 2, the code generator's naming rules.
"""

import re
from functools import lru_cache
from typing import Final

import botocore.session
from botocore.model import OperationModel, ServiceModel

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_VERSION: Final = re.compile(r"(?<=[^A-Z]{2})V(?=[0-9])|(?<=[^a-z]{2})v(?=[0-9])")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z][A-Za-z0-9])")
_ACRONYM: Final = re.compile(r"([A-Z]+)([A-Z][a-z])")
_DIGIT: Final = re.compile(r"([0-9])([A-Za-z])")

OPTIMISED_SERVICES: Final = {
    "dynamodb": "dynamodb",
    "events": "eventbridge",
    "lambda": "lambda",
    "sns": "sns",
    "sqs": "sqs",
    "states": "sfn",
}
"""Services of the optimised integrations whose results are an API's answer → the SDK's names of
them. Others are not looked at."""

_MEMBERS: Final = {"NULL": "Nul"}
"""Members that the SDK names otherwise, since their own names are words of Java."""


@lru_cache(maxsize=16_384)
def pascal_case(name: str) -> str:
    """Return a name of a service model as a class of the SDK: `MD5OfBody` is `Md5OfBody`."""
    text = _NO_NAME.sub(" ", name)
    for pattern, spaced in (
        (_VERSION, lambda match: f" {match[0]}"),
        (_CAMEL, lambda _: " "),
        (_ACRONYM, lambda match: f"{match[1]} {match[2]}"),
        (_DIGIT, lambda match: f"{match[1]} {match[2]}"),
    ):
        text = pattern.sub(spaced, text)
    return "".join(word.capitalize() for word in text.split())


def member_name(name: str) -> str:
    """Return the name of a member of a request or an answer."""
    return _MEMBERS.get(name) or pascal_case(name)


def capitalised(name: str) -> str:
    """Return a member's name as optimised integrations have it: `executionArn`, `ExecutionArn`."""
    return name[:1].upper() + name[1:]


def service_name(service_id: str) -> str:
    """Return what the SDK's classes of a service begin with: `DynamoDb`, `CloudWatchLogs`."""
    stripped = service_id.removeprefix("Amazon ").removeprefix("AWS ").removesuffix(" Service")
    return pascal_case(stripped)


def exception_name(shape_name: str) -> str:
    """Return the class of an error: `NoSuchKey` is `NoSuchKeyException`."""
    stem = shape_name.removesuffix("Fault").removesuffix("Exception")
    return f"{pascal_case(stem)}Exception"


_OTHERWISE: Final = {
    "applicationdiscovery": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntimev2": "lexv2-runtime",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}
"""Services whose name in resources is not botocore's without its hyphens. All other 416 of
botocore 1.44.5 are: that reading takes four seconds, so it is not done at run time."""


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@lru_cache(maxsize=1)
def _models() -> dict[str, str]:
    """Return botocore's names of all services by the names that resources have."""
    plain = {name.replace("-", ""): name for name in _session().get_available_services()}
    for name in _OTHERWISE.values():
        del plain[name.replace("-", "")]
    return {**plain, **_OTHERWISE}


@lru_cache(maxsize=512)
def service_model(resource_service: str) -> ServiceModel:
    """Return the model of a service that a resource names: `sfn`, `cloudwatchlogs`.

    Raises
    ------
    ValueError
        For one that there is not.
    """
    name = _models().get(resource_service)
    if name is None:
        raise ValueError(f"There is no service {resource_service}")
    return _session().get_service_model(name)


@lru_cache(maxsize=2_048)
def operation_model(resource_service: str, action: str) -> OperationModel:
    """Return the model of an action that a resource names: `s3`, `getObject`.

    Raises
    ------
    ValueError
        For one that there is not.
    """
    model = service_model(resource_service)
    for name in model.operation_names:
        if name[:1].lower() + name[1:] == action:
            return model.operation_model(name)
    raise ValueError(f"{resource_service} has no action {action}")
