"""`aws-sdk:service:action`: any call of any service that botocore has a model of.

Source: Step Functions Developer Guide, "Learning to use AWS service SDK integrations".
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.model import OperationModel

from sim.states_service.integrations.api_calls import ApiCalls, ApiError
from sim.states_service.integrations.failures import sdk_failure
from sim.states_service.integrations.sdk_names import member_name, service_name
from sim.states_service.integrations.sdk_values import from_answer, problems, to_request
from statemachine import TaskRequest
from statemachine.history import json_text

_STARTS: Final = frozenset({"StartExecution", "StartSyncExecution"})
"""Operations whose `Input` is JSON text, which a definition may give as the value itself."""


class SdkCall:
    """A call whose parameters and answer have the names that the SDK for Java 2 gives them."""

    def __init__(self, calls: ApiCalls, operation: OperationModel) -> None:
        self._calls = calls
        self._operation = operation

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        return problems(self._operation.input_shape, self._parameters(request), member_name)

    async def invoke(self, request: TaskRequest) -> Any:
        """Call the service and return its answer.

        Raises
        ------
        TaskFailed
            With AWS's error name and cause.
        """
        parameters = self._parameters(request)
        arguments = to_request(self._operation.input_shape, parameters, member_name)
        try:
            answer = await self._calls.call(self._operation, arguments or {})
        except ApiError as error:
            raise sdk_failure(
                service_name(self._operation.service_model.service_id), error
            ) from error
        shape = self._operation.output_shape
        return {} if shape is None else from_answer(shape, answer.body, member_name)

    def _parameters(self, request: TaskRequest) -> Any:
        """Return the parameters; an execution's input may be given as any JSON value."""
        given = request.parameters
        if self._operation.name not in _STARTS or not isinstance(given, Mapping):
            return given
        value = given.get("Input", "")
        return given if isinstance(value, str) else {**given, "Input": json_text(value)}
