"""`aws-sdk:service:action`: any call of any service that botocore has a model of.

Source: Step Functions Developer Guide, "Learning to use AWS service SDK integrations".
"""

from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel

from sim.states_service.integrations.api_calls import ApiCalls, ApiError
from sim.states_service.integrations.failures import sdk_failure
from sim.states_service.integrations.sdk_names import member_name, service_name
from sim.states_service.integrations.sdk_values import from_answer, problems, to_request
from statemachine import TaskRequest


class SdkCall:
    """A call whose parameters and answer have the names that the SDK for Java 2 gives them."""

    def __init__(self, calls: ApiCalls, operation: OperationModel) -> None:
        self._calls = calls
        self._operation = operation

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        return problems(self._operation.input_shape, request.parameters, member_name)

    async def invoke(self, request: TaskRequest) -> Any:
        """Call the service and return its answer.

        Raises
        ------
        TaskFailed
            With AWS's error name and cause.
        """
        arguments = to_request(self._operation.input_shape, request.parameters, member_name)
        try:
            answer = await self._calls.call(self._operation, arguments or {})
        except ApiError as error:
            raise sdk_failure(
                service_name(self._operation.service_model.service_id), error
            ) from error
        shape = self._operation.output_shape
        return {} if shape is None else from_answer(shape, answer.body, member_name)
