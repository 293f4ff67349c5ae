"""Functions that fail, under the real runtime client, each in its own process."""

import asyncio
import os
import signal
import textwrap
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from sim.lambda_service import FunctionConfiguration, InvocationResult, InvokeError, LambdaService

pytestmark = pytest.mark.integration

HANDLERS = """
    import os, signal, sys, time

    def echo(event, context):
        left_ms = context.get_remaining_time_in_millis()
        return {"pid": os.getpid(), "event": event, "left_ms": left_ms}

    def fail(event, context):
        raise KeyError("no such audit record")

    def fail_once(event, context):
        if event == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if event == "exit":
            sys.exit(3)
        if event == "hang":
            time.sleep(60)
        return os.getpid()

    def not_json(event, context):
        return {1, 2}

    def large(event, context):
        return "x" * event
"""

Use = Callable[[LambdaService], Coroutine[Any, Any, None]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str, Use], None]:
    """Run a coroutine on a service with one function, `f`, whose handler is named."""
    (tmp_path / "handlers.py").write_text(textwrap.dedent(HANDLERS))
    (tmp_path / "broken.py").write_text("import no_such_module_anywhere\n")
    (tmp_path / "logs").mkdir()

    def run_with(handler: str, use: Use) -> None:
        async def main() -> None:
            service = LambdaService(region="us-east-1", endpoints={}, log_folder=tmp_path / "logs")
            service.create_function(
                FunctionConfiguration(
                    name="f",
                    arn="arn:aws:lambda:us-east-1:000000000000:function:f",
                    handler=handler,
                    runtime="python3.11",
                    code=tmp_path,
                    memory_mb=128,
                    timeout_s=1.0,
                    environment={"OWN": "variable"},
                )
            )
            try:
                await use(service)
            finally:
                await service.close()

        asyncio.run(main())

    return run_with


def answer(result: InvocationResult) -> Any:
    return orjson.loads(result.outcome.payload)


def test_a_warm_environment_is_used_again_and_only_the_first_invocation_has_an_init(run):
    async def use(service: LambdaService) -> None:
        first = await service.invoke("f", b'{"a": [1, 2]}')
        second = await service.invoke("f", b"7")
        assert answer(first)["event"] == {"a": [1, 2]}
        assert answer(first)["pid"] == answer(second)["pid"]
        assert first.init_ms > 0
        assert second.init_ms == 0
        assert 0 < answer(second)["left_ms"] <= 1000

    run("handlers.echo", use)


def test_an_environment_takes_one_invocation_at_a_time(run):
    async def use(service: LambdaService) -> None:
        results = await asyncio.gather(*(service.invoke("f", b"1") for _ in range(3)))
        assert len({answer(result)["pid"] for result in results}) == 3

    run("handlers.echo", use)


def test_a_raised_error_is_reported_as_lambda_does_and_the_environment_lives_on(run):
    async def use(service: LambdaService) -> None:
        result = await service.invoke("f", b"{}")
        assert result.outcome.function_error == "Unhandled"
        assert answer(result)["errorType"] == "KeyError"
        assert "no such audit record" in answer(result)["errorMessage"]
        assert (await service.invoke("f", b"{}")).init_ms == 0

    run("handlers.fail", use)


@pytest.mark.parametrize(
    ("event", "error_type", "message"),
    [
        (b'"die"', "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        (b'"exit"', "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        (b'"hang"', "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
    ],
)
def test_after_a_death_the_next_invocation_gets_a_fresh_environment(
    run, event, error_type, message
):
    async def use(service: LambdaService) -> None:
        before = answer(await service.invoke("f", b'"live"'))
        result = await service.invoke("f", event)
        assert result.outcome.function_error == "Unhandled"
        assert answer(result)["errorType"] == error_type
        assert answer(result)["errorMessage"] == f"RequestId: {result.request_id} Error: {message}"
        assert not psutil.pid_exists(before)
        after = await service.invoke("f", b'"live"')
        assert after.outcome.function_error is None
        assert after.init_ms > 0
        assert answer(after) != before

    run("handlers.fail_once", use)


def test_an_environment_killed_while_idle_is_replaced(run):
    async def use(service: LambdaService) -> None:
        before = answer(await service.invoke("f", b"1"))["pid"]
        os.kill(before, signal.SIGKILL)
        # The service's own loop has to reap it, so nothing else may wait for it.
        while psutil.pid_exists(before):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        after = await service.invoke("f", b"1")
        assert after.outcome.function_error is None
        assert answer(after)["pid"] != before

    run("handlers.echo", use)


def test_garbage_as_a_result_is_a_marshal_error(run):
    async def use(service: LambdaService) -> None:
        result = await service.invoke("f", b"{}")
        assert result.outcome.function_error == "Unhandled"
        assert answer(result)["errorType"] == "Runtime.MarshalError"

    run("handlers.not_json", use)


def test_a_response_over_the_limit_is_refused(run):
    async def use(service: LambdaService) -> None:
        result = await service.invoke("f", b"6291555")  # two quotation marks come on top
        assert answer(result)["errorType"] == "Function.ResponseSizeTooLarge"

    run("handlers.large", use)


def test_a_handler_that_cannot_be_imported_fails_each_invocation_with_the_import_error(run):
    async def use(service: LambdaService) -> None:
        for _ in range(2):
            result = await service.invoke("f", b"{}")
            assert result.outcome.function_error == "Unhandled"
            assert answer(result)["errorType"] == "Runtime.ImportModuleError"
            assert "no_such_module_anywhere" in answer(result)["errorMessage"]
        assert service.environment_pids() == {"f": []}

    run("broken.handler", use)


def test_the_invoke_limit_is_exact(run):
    async def use(service: LambdaService) -> None:
        largest = b'"' + b"x" * (6_291_455 - 2) + b'"'
        result = await service.invoke("f", largest)
        assert len(answer(result)["event"]) == 6_291_455 - 2
        with pytest.raises(InvokeError) as refused:
            await service.invoke("f", largest + b" ")
        assert refused.value.status == 413

    run("handlers.echo", use)


def test_an_unknown_function_is_not_found(run):
    async def use(service: LambdaService) -> None:
        with pytest.raises(InvokeError) as refused:
            await service.invoke("g", b"{}")
        assert (refused.value.status, refused.value.code) == (404, "ResourceNotFoundException")

    run("handlers.echo", use)


def test_closing_the_service_leaves_no_process(run):
    seen: list[int] = []

    async def use(service: LambdaService) -> None:
        await asyncio.gather(*(service.invoke("f", b"1") for _ in range(2)))
        seen.extend(service.environment_pids()["f"])

    run("handlers.echo", use)
    assert len(seen) == 2
    assert not any(psutil.pid_exists(pid) for pid in seen)


def test_an_invocation_that_waits_for_its_turn_takes_the_first_environment_that_is_free(run):
    """More arrive than may initialise at once: those that wait need no environment of their own."""

    async def use(service: LambdaService) -> None:
        results = await asyncio.gather(*(service.invoke("f", b"1") for _ in range(20)))
        pids = {answer(result)["pid"] for result in results}
        started = [result for result in results if result.init_ms > 0]
        waited = [result for result in results if result.init_ms == 0]
        assert len(pids) == len(started) < 20
        assert all(result.environment_wait_ms > 10 for result in waited)

    run("handlers.echo", use)
