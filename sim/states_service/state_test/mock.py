"""What a call of TestState gives in place of a state's work, if it may.

Source: Step Functions API Reference, TestState and MockInput.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.states_service.refusal import Refusal
from sim.states_service.state_test.result_schema import check_result
from statemachine.definition.states import Map, Parallel, State, Task
from statemachine.errors import (
    RUNTIME,
    ExecutionError,
    FatalError,
    TaskFailed,
)
from statemachine.execution.resource import resource_of

_WITHOUT_MOCK: Final = "[Task, Wait, Pass, Succeed, Fail, Choice]"


@dataclass(frozen=True, slots=True)
class Mock:
    """A result, or an error."""

    result: Any = None
    error: ExecutionError | None = None

    def outcome(self) -> Any:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.result


def mock_of(given: Mapping[str, Any], state: State) -> Mock | None:
    """Return what stands for a state's work, None if it is to be carried out.

    Raises
    ------
    Refusal
        `ValidationException`, `InvalidDefinition` for a state that cannot be tested without one.
    """
    mock = given.get("mock")
    if mock is None:
        _check_without(given, state)
        return None
    if not isinstance(state, Task | Parallel | Map):
        kind = type(state).__name__
        message = f"State type '{kind}' is not supported when a mock is specified"
        raise Refusal("ValidationException", message)
    result, failure = mock.get("result"), mock.get("errorOutput")
    if (result is None) == (failure is None):
        message = "A test mock should have only one of the following fields: [result, errorOutput]."
        raise Refusal("ValidationException", message)
    if failure is not None:
        return Mock(error=_error(failure))
    return Mock(_result(result, state, mock.get("fieldValidationMode") or "STRICT"))


def _check_without(given: Mapping[str, Any], state: State) -> None:
    if isinstance(state, Parallel | Map):
        raise Refusal(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states. Supported state types "
            f"include: {_WITHOUT_MOCK}",
        )
    if given.get("context") is not None:
        message = "The context can only be specified when a mock is specified"
        raise Refusal("ValidationException", message)
    if not isinstance(state, Task):
        return
    resource = resource_of(state.resource)
    if resource.pattern or resource.events == "Activity":
        message = (
            "TestState API supports Activity tasks and the .sync and .waitForTaskToken service "
            "integration patterns only when a mock is specified"
        )
        raise Refusal("ValidationException", message)
    if given.get("roleArn") is None:
        raise Refusal("ValidationException", "RoleArn must be specified when testing a Task state")


def _error(given: Mapping[str, Any]) -> ExecutionError:
    name, cause = given.get("error"), given.get("cause") or ""
    if name is None:
        message = "The error of a mocked errorOutput must be specified"
        raise Refusal("ValidationException", message)
    return FatalError(name, cause) if name == RUNTIME else TaskFailed(name, cause)


def _result(text: str, state: Task | Parallel | Map, mode: str) -> Any:
    try:
        result = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("ValidationException", "Mocked result must be valid JSON") from error
    if isinstance(state, Task):
        check_result(resource_of(state.resource), result, mode)
        return result
    is_listed = isinstance(state, Parallel) or state.distributed is None
    if is_listed and not isinstance(result, list):
        raise Refusal("ValidationException", "Mocked result must be an array.")
    return result
