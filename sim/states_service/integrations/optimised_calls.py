"""Optimised integrations that are one API call: SNS, SQS and DynamoDB.

Source: Step Functions Developer Guide, "Integrating optimized services with Step Functions", each
service's page.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from botocore.model import OperationModel

from sim.states_service.integrations.api_calls import ApiAnswer, ApiCalls, ApiError
from sim.states_service.integrations.failures import (
    DYNAMODB,
    SNS,
    SQS,
    OptimisedService,
)
from sim.states_service.integrations.sdk_answers import with_metadata
from sim.states_service.integrations.sdk_names import capitalised, operation_model
from sim.states_service.integrations.sdk_values import from_answer, problems, to_request
from statemachine import TaskRequest
from statemachine.history import json_text

Prepare = Callable[[dict[str, Any], TaskRequest], dict[str, Any]]


class OptimisedCall:
    """An API call whose result also carries the answer's metadata.

    Parameters
    ----------
    calls
        Makes it.
    operation
        What is called.
    service
        How errors are named.
    prepare
        Makes the call's arguments out of parameters that have been found to be right.
    texts
        Parameters in which a definition may give any JSON value, which is sent as text.
    """

    def __init__(
        self,
        calls: ApiCalls,
        operation: OperationModel,
        service: OptimisedService,
        *,
        prepare: Prepare | None = None,
        texts: frozenset[str] = frozenset(),
    ) -> None:
        self._calls = calls
        self._operation = operation
        self._service = service
        self._prepare = prepare
        self._texts = texts

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        return self.problems_of(self._texted(request.parameters))

    def problems_of(self, parameters: Any) -> Iterator[str]:
        """Say in AWS's words what is wrong with parameters that are as they will be sent."""
        return problems(self._operation.input_shape, parameters, capitalised)

    async def invoke(self, request: TaskRequest) -> Any:
        """Call the service and return its answer with metadata.

        Raises
        ------
        TaskFailed
            With AWS's error name and cause.
        """
        parameters = self._texted(request.parameters)
        if self._prepare is not None:
            parameters = self._prepare(parameters, request)
        shape = self._operation.input_shape
        try:
            answer = await self._calls.call(
                self._operation, to_request(shape, parameters, capitalised)
            )
        except ApiError as error:
            raise self._service.failure(error) from error
        return self._result(answer)

    def _result(self, answer: ApiAnswer) -> dict[str, Any]:
        shape = self._operation.output_shape
        return with_metadata(from_answer(shape, answer.body, capitalised), answer)

    def _texted(self, parameters: Any) -> dict[str, Any]:
        given = parameters if isinstance(parameters, Mapping) else {}
        return {
            name: json_text(value) if name in self._texts and not isinstance(value, str) else value
            for name, value in given.items()
        }


_DYNAMODB_ACTIONS: Final = ("deleteItem", "getItem", "putItem", "updateItem")


def optimised_calls(calls: ApiCalls) -> dict[tuple[str, str], OptimisedCall]:
    """Return the integrations by service and action."""
    found = {
        ("sns", "publish"): OptimisedCall(
            calls, operation_model("sns", "publish"), SNS, texts=frozenset({"Message"})
        ),
        ("sqs", "sendMessage"): OptimisedCall(
            calls, operation_model("sqs", "sendMessage"), SQS, texts=frozenset({"MessageBody"})
        ),
    }
    for action in _DYNAMODB_ACTIONS:
        operation = operation_model("dynamodb", action)
        found["dynamodb", action] = OptimisedCall(calls, operation, DYNAMODB)
    return found
