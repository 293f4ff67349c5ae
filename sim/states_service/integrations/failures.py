"""How a failed API call shows in a task: the error's name, and the cause's text.

Optimised integrations and `aws-sdk` ones differ: the former have the names and texts of the SDK for
Java 1, the latter those of the SDK for Java 2. Source: Step Functions Developer Guide, "Handling
errors in Step Functions workflows" (`DynamoDB.AmazonDynamoDBException`, `Lambda.ServiceException`)
and "Learning to use AWS service SDK integrations"; the SDKs' AmazonServiceException and
AwsServiceException, getMessage.
"""

from dataclasses import dataclass

from sim.states_service.integrations.api_calls import ApiError
from sim.states_service.integrations.sdk_names import exception_name
from statemachine import TaskFailed


@dataclass(frozen=True, slots=True)
class OptimisedService:
    """How an optimised integration names its service.

    Parameters
    ----------
    prefix
        What its errors begin with, such as `DynamoDB`.
    client
        The service in a cause, such as `AmazonDynamoDBv2`.
    base
        The error that stands for all that the service model does not name, such as
        `AmazonDynamoDBException`.
    """

    prefix: str
    client: str
    base: str

    def failure(self, error: ApiError) -> TaskFailed:
        """Return how a failed call shows."""
        if not error.status:
            return TaskFailed(f"{self.prefix}.SdkClientException", error.message)
        name = exception_name(error.shape_name) if error.shape_name else self.base
        return self.refused(name, error.code, error.message, error.status, error.request_id)

    def refused(
        self, name: str, code: str, message: str, status: int, request_id: str
    ) -> TaskFailed:
        """Return how a refused call shows whose error has a *name*."""
        details = (
            f"Service: {self.client}; Status Code: {status}; Error Code: {code}; "
            f"Request ID: {request_id}; Proxy: null"
        )
        return TaskFailed(f"{self.prefix}.{name}", f"{message} ({details})")


DYNAMODB = OptimisedService("DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException")
EVENTS = OptimisedService("EventBridge", "AmazonCloudWatchEvents", "AmazonEventBridgeException")
LAMBDA = OptimisedService("Lambda", "AWSLambda", "AWSLambdaException")
SNS = OptimisedService("SNS", "AmazonSNS", "AmazonSNSException")
SQS = OptimisedService("SQS", "AmazonSQS", "AmazonSQSException")
STATES = OptimisedService("StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException")


def sdk_failure(service: str, error: ApiError) -> TaskFailed:
    """Return how a failed call of an `aws-sdk` integration shows; *service* as `DynamoDb`."""
    if not error.status:
        return TaskFailed(f"{service}.SdkClientException", error.message)
    name = exception_name(error.shape_name) if error.shape_name else f"{service}Exception"
    details = f"Service: {service}, Status Code: {error.status}, Request ID: {error.request_id}"
    if error.extended_request_id:
        details += f", Extended Request ID: {error.extended_request_id}"
    return TaskFailed(f"{service}.{name}", f"{error.message} ({details})")
