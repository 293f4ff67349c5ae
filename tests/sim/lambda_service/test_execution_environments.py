"""The life of execution environments: init, limits, reuse, expiry, reload and the end."""

import asyncio
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.lambda_service.own_tmp import own_tmp_possible

pytestmark = pytest.mark.integration


def invoke(service, payload=None, name="f", **arguments):
    answer = service.client.invoke(
        FunctionName=name, Payload=json.dumps(payload).encode(), **arguments
    )
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def until(condition, limit_s=10.0):
    ends = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.mark.parametrize("seconds", [0, 3], ids=["a short peak", "memory that is held"])
def test_a_function_that_passes_its_memory_is_killed(running, seconds):
    service = running()
    service.create("f", "handlers.fill")
    assert invoke(service, {"mb": 40}) == (None, 40 * 1048576)
    before = service.service.environment_pids()["f"]
    began = time.monotonic()
    error, answer = invoke(service, {"mb": 150, "seconds": seconds})
    assert time.monotonic() - began < 2.5
    assert (error, answer["errorType"]) == ("Unhandled", "Runtime.OutOfMemory")
    assert re.fullmatch(
        r"RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed",
        answer["errorMessage"],
    )
    report = [line for line in service.log("f").splitlines() if line.startswith("REPORT")][-1]
    assert "Max Memory Used: 128 MB" in report
    assert report.endswith("Status: error\tError Type: Runtime.OutOfMemory")
    assert invoke(service, {"mb": 40}) == (None, 40 * 1048576)
    assert service.service.environment_pids()["f"] != before


def test_a_timeout_is_reported_with_its_status(running):
    service = running()
    service.create("f", "handlers.nap", timeout_s=0.3)
    error, answer = invoke(service, 5)
    assert (error, answer["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert answer["errorMessage"].endswith("Error: Task timed out after 0.30 seconds")
    assert re.search(r"REPORT .*\tStatus: timeout", service.log("f"))


def test_the_context_and_the_variables_are_lambdas(running):
    service = running()
    service.create("f", "handlers.surroundings", active_tracing=True)
    _, seen = invoke(service)
    assert seen["group"] == "/aws/lambda/f"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", seen["stream"])
    assert seen["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:f"
    assert int(seen["memory"]) == 128
    assert 4000 < seen["left_ms"] <= 5000
    assert seen["initialization"] == "on-demand"
    trace = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]"
    assert re.fullmatch(trace, seen["trace"])
    assert f"XRAY TraceId: {seen['trace'].split(';')[0].removeprefix('Root=')}" in service.log("f")


def test_temporary_files_are_the_environments_own_and_end_with_it(running):
    service = running(idle_limit_s=0.2)
    for name in ("f", "g"):
        service.create(name, "handlers.surroundings")
    _, first = invoke(service, name="f")
    _, second = invoke(service, name="g")
    for seen in (first, second):
        if own_tmp_possible():
            assert Path(seen["file"]).parent == Path("/tmp")
            assert not Path(seen["file"]).exists()  # it is in the environment's /tmp alone
        else:
            until(lambda folder=Path(seen["file"]).parent: not folder.exists())
    assert first["file"] != second["file"]


@pytest.mark.skipif(not own_tmp_possible(), reason="the system allows no mount namespace")
def test_tmp_is_seen_by_its_environment_alone_and_no_larger_than_its_size(running):
    service = running()
    service.create("f", "handlers.write_tmp", ephemeral_storage_mb=600)
    service.create("g", "handlers.write_tmp")
    assert invoke(service, 1) == (None, ["written"])
    assert invoke(service, 1) == (None, ["written", "written"])  # kept while it is warm
    assert invoke(service, 1, name="g") == (None, ["written"])
    assert not Path("/tmp/written").exists()
    assert invoke(service, 550)[0] is None
    error, answer = invoke(service, 550, name="g")
    assert (error, answer["errorType"]) == ("Unhandled", "OSError")
    assert answer["errorMessage"] == "[Errno 28] No space left on device"


def test_an_idle_environment_expires(running):
    service = running(idle_limit_s=0.3)
    service.create("f", "handlers.nap")
    _, pid = invoke(service, 0)
    assert invoke(service, 0)[1] == pid
    until(lambda: service.service.environment_pids()["f"] == [])
    assert invoke(service, 0)[1] != pid


def test_the_environment_used_last_is_used_first(running):
    service = running()
    service.create("f", "handlers.nap")
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(invoke, service, 0.6)
        time.sleep(0.1)
        quick = threads.submit(invoke, service, 0)
        quick_pid = quick.result()[1]
        slow_pid = slow.result()[1]
    assert quick_pid != slow_pid
    assert [invoke(service, 0)[1] for _ in range(3)] == [slow_pid] * 3


def test_provisioned_concurrency_is_there_before_the_first_invocation(running):
    service = running(idle_limit_s=0.1)
    service.create("f", "handlers.surroundings", provisioned_concurrency=2)
    service.run(service.service.provision())
    ready = service.service.environment_pids()["f"]
    assert len(ready) == 2
    time.sleep(0.3)
    _, seen = invoke(service)
    assert seen["initialization"] == "provisioned-concurrency"
    assert service.service.environment_pids()["f"] == ready
    assert "Init Duration" not in service.log("f")


def test_an_edit_is_in_effect_at_the_next_invocation(running):
    service = running(watch_code=True)
    handler = service.code / "edited.py"
    handler.write_text("def handler(event, context):\n    return 'before'\n")
    service.create("f", "edited.handler")
    assert invoke(service) == (None, "before")
    handler.write_text("def handler(event, context):\n    return 'after the edit'\n")
    assert invoke(service) == (None, "after the edit")
    handler.write_text("def handler(event, context) return")
    assert invoke(service)[1]["errorType"] == "Runtime.UserCodeSyntaxError"
    handler.write_text("def handler(event, context):\n    return 'mended'\n")
    assert invoke(service) == (None, "mended")


def test_a_failed_init_is_tried_once_more_and_reported(running):
    service = running()
    marker = service.code / "marker"
    (service.code / "second.py").write_text(
        "import os\n"
        f"if not os.path.exists({str(marker)!r}):\n"
        f"    open({str(marker)!r}, 'w').close()\n"
        "    raise RuntimeError('the first init')\n"
        "def handler(event, context):\n    return 'ready'\n"
    )
    service.create("f", "second.handler")
    assert invoke(service) == (None, "ready")
    log = service.log("f")
    assert re.search(r"INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\t", log)
    assert "\tInit Duration" not in log.split("INIT_REPORT")[-1].split("REPORT", 1)[-1]


def test_an_init_that_hangs_ends_with_the_functions_timeout(running, monkeypatch):
    monkeypatch.setattr("sim.lambda_service.environment_pool.INIT_LIMIT_S", 0.5)
    service = running()
    (service.code / "hangs.py").write_text("import time\ntime.sleep(60)\n")
    service.create("f", "hangs.handler", timeout_s=1)
    began = time.monotonic()
    error, answer = invoke(service)
    assert 1.4 < time.monotonic() - began < 8
    assert (error, answer["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert re.search(r"Phase: init\tStatus: timeout", service.log("f"))
    assert re.search(r"Phase: invoke\tStatus: timeout", service.log("f"))


def test_an_environment_is_told_of_its_end_by_sigterm(running):
    service = running(idle_limit_s=0.1)
    told = service.code / "told"
    # The runtime client hears signals while it waits from Python 3.12 on.
    service.create("f", "handlers.remember_the_end", runtime="python3.12")
    invoke(service, str(told))
    until(told.exists)
    until(lambda: told.read_text() == "SIGTERM")


def test_the_status_counts_what_happened(running):
    service = running()
    service.create("f", "handlers.fail")
    for _ in range(3):
        invoke(service)
    (function,) = service.service.status()["functions"]
    counted = {name: function[name] for name in ("invocations", "errors", "cold_starts", "idle")}
    assert counted == {"invocations": 3, "errors": 3, "cold_starts": 1, "idle": 1}
    assert function["last_max_memory_mb"] > 8


def test_a_hundred_invocations_at_once_each_have_an_environment_and_leave_none_busy(running):
    service = running()
    service.create("f", "handlers.echo", memory_mb=256)

    async def all_at_once():
        return await asyncio.gather(
            *(service.service.invoke("f", str(number).encode()) for number in range(100))
        )

    results = service.run(all_at_once())
    assert [json.loads(r.outcome.payload)["event"] for r in results] == list(range(100))
    (function,) = service.service.status()["functions"]
    assert (function["busy"], function["starting"], function["waiting"]) == (0, 0, 0)
