"""An invoker whose boto3 clients get scripted HTTP answers, and whose functions are scripted."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from sim.lambda_service import InvocationResult, InvokeError
from sim.lambda_service.invocation import Outcome
from sim.states_service.integrations import AwsTaskInvoker
from statemachine import TaskRequest


class Body(BytesIO):
    def stream(self, *_: Any, **__: Any) -> Any:
        content = self.read()
        while content:
            yield content
            content = self.read()


@dataclass
class Sent:
    """A request as it left."""

    method: str
    url: str
    content: str
    target: str

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass
class World:
    """What answers, and what was asked."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    invoked: list[tuple[str, Any]] = field(default_factory=list)
    payload: bytes = b"{}"
    function_error: str | None = None
    invoke_error: InvokeError | None = None
    made: Callable[[str], Any] = field(kw_only=True)

    def client(self, service: str) -> Any:
        self.clients.append(service)
        return self.made(service)

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        body = request.body if request.body is not None else b""
        body = body.read() if hasattr(body, "read") else body
        text = body.decode() if isinstance(body, bytes | bytearray) else body
        target = request.headers.get("X-Amz-Target", b"")
        target = target.decode() if isinstance(target, bytes) else target
        self.sent.append(Sent(request.method, request.url, text, target))
        answer = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        ids = {} if "x-amz-id-2" in self.headers else {"x-amzn-RequestId": "id-1"}
        headers = {**ids, "Content-Length": str(len(answer)), **self.headers}
        return AWSResponse(request.url, self.status, headers, Body(answer))


class Functions:
    """A Lambda service with one function, `f`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def function(self, name: str) -> Any:
        if name != "f":
            arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
            raise InvokeError(404, "ResourceNotFoundException", f"Function not found: {arn}")
        return NamedFunction

    async def invoke(self, name: str, payload: bytes, **_: Any) -> InvocationResult:
        if self._world.invoke_error is not None:
            raise self._world.invoke_error
        self._world.invoked.append((name, json.loads(payload)))
        outcome = Outcome(self._world.payload, self._world.function_error)
        return InvocationResult("id-2", outcome, 0.0, 0.0, 0.0, 0.0)

    def invoke_event(self, name: str, payload: bytes, **_: Any) -> str:
        self._world.invoked.append((name, json.loads(payload)))
        return "id-3"


class NamedFunction:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:f"


@pytest.fixture(scope="session")
def made() -> Callable[[str], Any]:
    """Make a service's client once for all tests; `made.world` answers."""

    def client(service: str) -> Any:
        if service not in found:
            found[service] = boto3.session.Session().client(
                service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
            )
            found[service].meta.events.register("before-send", answer)
        return found[service]

    def answer(request: Any, **_: Any) -> AWSResponse:
        return client.world.answer(request)

    found: dict[str, Any] = {}
    return client


@pytest.fixture
def world(made: Any) -> World:
    made.world = World(made=made)
    return made.world


@pytest.fixture
def call(world: World) -> Callable[..., Any]:
    """Carry out one task; a resource may go without `arn:aws:states:::`."""
    functions: Any = Functions(world)
    invoker = AwsTaskInvoker(functions, world.client, concurrency=2)

    def carried_out(resource: str, parameters: Any) -> Any:
        arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
        request = TaskRequest(arn, parameters, execution_arn="arn:e", state_machine_arn="arn:m")
        problems = list(invoker.parameter_problems(request))
        if problems:
            return problems
        return asyncio.run(invoker.invoke(request))

    yield carried_out
    invoker.close()
