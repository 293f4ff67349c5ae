"""A latency profile: the model of each operation, and where each of its numbers comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.latency.function_network import FunctionNetwork
from sim.latency.operation_model import OperationModel

CONFIDENCES: Final = {
    "measured": "raw data or a paper's text was read",
    "secondary": "a measured figure, read through somebody else's text",
    "vendor": "the vendor's claim or document",
    "blog": "measured by a blog, often one figure",
    "judgement": "nobody's figure: a guess that ought to be measured",
    "calibrated": "fitted to samples of your own",
}
"""How far a number can be trusted, the best first but for the last."""

OPERATIONS: Final = {
    "apigateway.request": "API Gateway (REST) beside its integration",
    "lambda.Invoke": "a warm invocation beside its handler",
    "lambda.init": "a cold start, added to the invocation",
    "lambda.event-queue": "what an asynchronous invocation waits in Lambda's own queue",
    "elasticache.SET": "SET, same Availability Zone",
    "elasticache.GET": "GET, same Availability Zone",
    "elasticache.cross-az": "added where the node is in another Availability Zone",
    "elasticache.tls": "added by encryption in transit",
    "memorydb.SET": "SET in MemoryDB, written to its log in several Availability Zones",
    "s3.PutObject": "PUT",
    "s3.GetObject": "GET",
    "s3.HeadObject": "HEAD",
    "s3express.PutObject": "PUT into S3 Express One Zone",
    "s3express.GetObject": "GET from S3 Express One Zone",
    "dynamodb.GetItem": "GetItem of at most 4 KB",
    "dynamodb.PutItem": "PutItem of at most 4 KB; UpdateItem likewise",
    "states.StartExecution": "until StartExecution has answered",
    "states.first-state": "from that answer until the first state is entered",
    "states.transition": "between two states",
    "states.task": "added to a task state beside what it calls",
    "sns.Publish": "until Publish has answered",
    "sns.delivery": "from that answer until a queue has the message",
    "sqs.SendMessage": "until SendMessage has answered",
    "kinesis.PutRecord": "until PutRecord has answered",
    "secretsmanager.GetSecretValue": "GetSecretValue",
    "connection.open": "a new connection with TLS, added to the first call on it",
}
"""Every operation that a profile may describe, by the service's endpoint name and the API's name;
in small letters what is no call."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a parameter's value comes from. `date` is when it was measured, as far as is known."""

    source: str
    date: str
    region: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The operations' models, and each parameter's origin by (operation, parameter).

    An operation that it does not name takes no time of its own: `raw` names none.
    `function_network` limits each execution environment's bandwidth; its parameters' origins are
    under the operation `function-network`.
    """

    name: str
    description: str
    operations: Mapping[str, OperationModel]
    origins: Mapping[tuple[str, str], Origin]
    function_network: FunctionNetwork | None = None

    def model(self, operation: str) -> OperationModel:
        """Return an operation's model.

        Raises
        ------
        KeyError
            When there is no such operation in any profile.
        """
        if operation not in OPERATIONS:
            raise KeyError(operation)
        return self.operations.get(operation, OperationModel())
