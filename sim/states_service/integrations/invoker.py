"""Which integration a Task state's resource goes to."""

from collections.abc import Iterator
from typing import Any

from sim.lambda_service import LambdaService
from sim.states_service.integrations.api_calls import ApiCalls, ClientFactory
from sim.states_service.integrations.integration import Integration
from sim.states_service.integrations.lambda_invoke import LambdaFunction, LambdaInvoke
from sim.states_service.integrations.optimised_calls import optimised_calls
from sim.states_service.integrations.put_events import PutEvents
from sim.states_service.integrations.sdk_call import SdkCall
from sim.states_service.integrations.sdk_names import operation_model
from statemachine import TaskFailed, TaskRequest
from statemachine.errors import RUNTIME
from statemachine.execution.resource import Resource, resource_of


class AwsTaskInvoker:
    """Carries out Task states: functions in this process, other services through boto3.

    Parameters
    ----------
    functions
        Where Lambda functions are.
    client
        Makes the boto3 client of a service.
    concurrency
        How many calls to other services run at a time.
    """

    def __init__(
        self, functions: LambdaService, client: ClientFactory, *, concurrency: int = 16
    ) -> None:
        self._calls = ApiCalls(client, concurrency=concurrency)
        self._function = LambdaFunction(functions)
        self._optimised: dict[tuple[str, str], Integration] = {
            **optimised_calls(self._calls),
            ("events", "putEvents"): PutEvents(self._calls),
            ("lambda", "invoke"): LambdaInvoke(functions),
        }

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        integration = self._integration(resource_of(request.resource))
        return iter(()) if integration is None else integration.parameter_problems(request)

    async def invoke(self, request: TaskRequest) -> Any:
        """Carry out one task and return its result.

        Raises
        ------
        TaskFailed
            With AWS's error name and cause.
        """
        integration = self._integration(resource_of(request.resource))
        if integration is None:
            raise TaskFailed(RUNTIME, f"The resource {request.resource} is not served here")
        return await integration.invoke(request)

    def _integration(self, resource: Resource) -> Integration | None:
        if resource.events == "LambdaFunction":
            return self._function
        if not resource.service.startswith("aws-sdk:"):
            return self._optimised.get((resource.service, resource.action))
        try:
            operation = operation_model(resource.service.removeprefix("aws-sdk:"), resource.action)
        except ValueError:
            return None
        return SdkCall(self._calls, operation)

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._calls.close()
