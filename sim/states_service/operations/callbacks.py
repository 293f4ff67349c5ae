"""What whoever has a task token says of its task: success, failure, heartbeat.

Source of the errors: Step Functions API Reference, SendTaskSuccess, SendTaskFailure,
SendTaskHeartbeat.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.refusal import Refusal
from sim.states_service.service import StatesService
from statemachine.callbacks import InvalidTaskToken, TaskClosed
from statemachine.definition.json_syntax import refuse_constant
from statemachine.task import JsonAnswer


async def _send_task_success(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    output = _output(given["output"])
    with _known_token():
        service.callbacks.succeed(given["taskToken"], JsonAnswer(output, given["output"]))
    return {}


async def _send_task_failure(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    with _known_token():
        service.callbacks.fail(
            given["taskToken"], given.get("error") or "", given.get("cause") or ""
        )
    return {}


async def _send_task_heartbeat(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    with _known_token():
        service.callbacks.heartbeat(given["taskToken"])
    return {}


def _output(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("InvalidOutput", f"Invalid Output: '{error}'") from error


@contextlib.contextmanager
def _known_token() -> Iterator[None]:
    """Answer for tokens that are none, and for those whose task is over."""
    try:
        yield
    except InvalidTaskToken as error:
        raise Refusal("InvalidToken", "Invalid Token: 'Invalid token'") from error
    except TaskClosed as error:
        message = "Task Timed Out: 'Provided task does not exist anymore'"
        raise Refusal("TaskTimedOut", message) from error


CALLS: Final[dict[str, Call]] = {
    "SendTaskFailure": _send_task_failure,
    "SendTaskHeartbeat": _send_task_heartbeat,
    "SendTaskSuccess": _send_task_success,
}
