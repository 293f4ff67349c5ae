"""A Step Functions service in this process, spoken to through boto3."""

import asyncio
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config
from botocore.validate import ParamValidator

from sim.states_service import StatesService, states_api_handler
from sim.states_service.constraints import unmet
from statemachine import TaskFailed, TaskRequest

EVERY_OPERATION = {
    "ValidationException",
    "SerializationException",
    "UnknownOperationException",
    "RequestEntityTooLargeException",
}
ROLE = "arn:aws:iam::000000000000:role/test"


class ScriptedInvoker:
    """Answers each task with its parameters, after so many seconds as their `sleep` says.

    `fail` in them is the name of an error to fail with, unless all is `mended`.

    `failing` is how often each state's task still fails.
    """

    def __init__(self) -> None:
        self.requests: list[TaskRequest] = []
        self.failing: dict[str, int] = {}
        self.mended = False

    async def invoke(self, request: TaskRequest) -> Any:
        self.requests.append(request)
        if self.failing.get(request.state, 0) > 0:
            self.failing[request.state] -= 1
            raise TaskFailed("Scripted", f"{request.state} was to fail")
        given = request.parameters if isinstance(request.parameters, dict) else {}
        await asyncio.sleep(given.get("sleep", 0))
        if "fail" in given and not self.mended:
            raise TaskFailed(given["fail"], "it was asked to")
        return request.parameters


class Served:
    """A service on a port, its event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.invoker = ScriptedInvoker()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.url = self.do(self._start)

    def do(self, work: Callable[..., Any], *given: Any) -> Any:
        """Run a coroutine function on the service's loop."""
        return asyncio.run_coroutine_threadsafe(work(*given), self.loop).result(30)

    async def _start(self) -> str:
        self.service = StatesService(self.invoker, region="us-east-1")
        application = web.Application()
        application.add_routes([web.post("/", states_api_handler(self.service))])
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self.service.close()
        await self._runner.cleanup()

    def close(self) -> None:
        self.do(self._stop)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def client(self, *, validating: bool = True) -> Any:
        """Return a client that holds every answer against the service model."""
        client = boto3.client(
            "stepfunctions",
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(
                inject_host_prefix=False,
                parameter_validation=validating,
                retries={"max_attempts": 1},
                max_pool_connections=4,
            ),
        )
        client.meta.events.register("after-call.sfn", check_answer)
        return client


def check_answer(http_response: Any, model: Any, **_: Any) -> None:
    """Fail for an answer that is not of its operation's shape, or an error that it has not."""
    content = json.loads(http_response.content)
    content = {name: value for name, value in content.items() if value is not None}
    if http_response.status_code == 200:
        report = ParamValidator().validate(content, model.output_shape)
        assert not report.has_errors(), f"{model.name}: {report.generate_report()}"
        assert not unmet(model.output_shape, content), f"{model.name}: {content}"
        return
    code, members = content.pop("__type"), {name: str(text) for name, text in content.items()}
    declared = {shape.name for shape in model.error_shapes}
    assert code in declared | EVERY_OPERATION, f"{model.name} has no error {code}"
    if code in declared:
        shape = next(shape for shape in model.error_shapes if shape.name == code)
        assert set(members) <= set(shape.members), f"{code}: {members}"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    running = Served()
    yield running
    running.close()


@pytest.fixture(scope="module")
def client(served: Served) -> Any:
    return served.client()


@pytest.fixture(scope="module")
def unchecked(served: Served) -> Any:
    """A client that sends whatever it is given."""
    return served.client(validating=False)


@pytest.fixture(scope="module")
def create(client: Any) -> Callable[..., str]:
    """Create a state machine of a name of its own, and give its ARN."""

    def created(definition: Any, **more: Any) -> str:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        name = f"m-{uuid.uuid4()}"
        answer = client.create_state_machine(
            **{"name": name, "roleArn": ROLE, **more}, definition=text
        )
        return str(answer["stateMachineArn"])

    return created


@pytest.fixture(scope="module")
def ended(client: Any) -> Callable[[str], dict[str, Any]]:
    """Wait for an execution's end and give its description."""

    def waited(arn: str) -> dict[str, Any]:
        for _ in range(500):
            found: dict[str, Any] = client.describe_execution(executionArn=arn)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.005)
        raise AssertionError(f"{arn} still runs")

    return waited
