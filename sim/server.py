"""The one process in which the local API Gateway, Lambda and Step Functions run, on one port.

Started by the supervisor as `python -m sim.server CONFIG`. It provisions the template, listens, and
only then writes the deployment file that others wait for.
"""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from sim.allocator import keep_freed_memory
from sim.errors import SimError
from sim.gateway import AccessLog, FirstByteClock, Gateway, RestApi
from sim.gateway.gateway_response import MAX_BODY_BYTES, MAX_HEADER_BYTES
from sim.lambda_service import LambdaService, ScaledClock, invoke_api_routes
from sim.lambda_service.cpu_share import find_cpu_controller
from sim.latency.call_record import CallFile
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaper import Shaper
from sim.latency.shaping import Shaping
from sim.provision import Cache, Target, provision
from sim.provision.stack import Stack
from sim.stack.deployment import Deployment, aws_client
from sim.stack.server_configuration import ServerConfiguration
from sim.states_service import AwsTaskInvoker, S3Storage, StatesService, states_api_handler
from sim.template import load_template

OWN_PREFIX = "/_firstwrite"
_log = logging.getLogger("sim")


async def serve(configuration: ServerConfiguration) -> None:
    """Provision the template and serve until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    listening = socket.create_server((configuration.host, configuration.port), backlog=1024)
    url = f"http://{configuration.host}:{listening.getsockname()[1]}"
    endpoints = {
        **configuration.endpoint_urls,
        "AWS_ENDPOINT_URL_LAMBDA": url,
        "AWS_ENDPOINT_URL_SFN": url,
        # On AWS, StartSyncExecution and TestState go to a host of their own: `sync-` before it.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
    folder = Path(configuration.folder)
    shaper = _shaper(configuration)
    client = partial(aws_client, region=configuration.region, endpoint_urls=endpoints)
    functions = LambdaService(
        region=configuration.region,
        endpoints=endpoints,
        log_folder=folder / "functions",
        watch_code=configuration.watch_code,
        client=client,
        event_clock=ScaledClock(configuration.event_time_scale),
        cpu=find_cpu_controller() if configuration.cpu_share else None,
        shaper=shaper,
    )
    invoker = AwsTaskInvoker(functions, client)
    storage = S3Storage(client)
    states = StatesService(invoker, region=configuration.region, shaper=shaper, storage=storage)
    target = Target(
        client=client,
        functions=functions,
        states=states,
        cache=_cache(configuration.redis_url),
        region=configuration.region,
    )
    stack = provision(
        load_template(Path(configuration.template)),
        name=configuration.stack_name,
        parameters=configuration.parameters,
        target=target,
    )
    clock = FirstByteClock()
    runner = web.AppRunner(
        _application(target, functions, states, clock, folder / "access.log", shaper),
        access_log=None,
        # Whatever has room for the gateway's own limit reaches it, and is answered as it answers.
        max_line_size=2 * MAX_HEADER_BYTES,
        max_field_size=2 * MAX_HEADER_BYTES,
        handle_signals=False,
        # The gateway hands a body on as it came; what its encoding means is the function's matter.
        auto_decompress=False,
    )
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("The runner has no server after its setup")
    await functions.provision()
    for event_source in target.event_sources:
        await event_source.start()
    api_server = await loop.create_server(clock.watch(runner.server), sock=listening)
    deployment = _deployment(configuration, stack, target.apis, endpoints, url)
    _write_whole(folder / "deployment.json", deployment.to_json())
    _log.info("serving %s at %s", configuration.stack_name, url)
    try:
        await stopping.wait()
    finally:
        for event_source in target.event_sources:
            await event_source.close()
        await states.close()
        invoker.close()
        storage.close()
        await functions.close()
        if shaper is not None:
            shaper.close()
        api_server.close()
        await runner.cleanup()


def _application(
    target: Target,
    functions: LambdaService,
    states: StatesService,
    clock: FirstByteClock,
    access_log: Path,
    shaper: Shaper | None,
) -> web.Application:
    gateway = Gateway(
        target.apis, functions, target.region, access_log=AccessLog(access_log), shaper=shaper
    )
    application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[clock.middleware])
    application.add_routes(
        [
            web.get(f"{OWN_PREFIX}/health", _health),
            web.post(f"{OWN_PREFIX}/floor", _floor),
            web.get(f"{OWN_PREFIX}/environments", partial(_environments, functions)),
            web.get(f"{OWN_PREFIX}/functions", partial(_functions, functions)),
            *invoke_api_routes(functions),
            web.post("/", states_api_handler(states)),
            web.route("*", "/{path:.*}", gateway.handle, expect_handler=gateway.expect),
        ]
    )
    return application


def _shaper(configuration: ServerConfiguration) -> Shaper | None:
    """Return what fills latencies up and keeps records, or None when neither is asked for."""
    shaping = Shaping.from_json(configuration.shaping)
    if shaping.adds_nothing and not configuration.records_calls:
        return None
    path = call_file(configuration)
    return Shaper(shaping, CallFile(path) if path else None, PreciseTimer())


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _floor(request: web.Request) -> web.Response:
    """Read the body and acknowledge: what sending the bytes costs with nothing behind it."""
    return web.json_response({"bytes": len(await request.read())})


async def _environments(functions: LambdaService, _: web.Request) -> web.Response:
    return web.json_response(functions.environment_pids())


async def _functions(functions: LambdaService, _: web.Request) -> web.Response:
    return web.json_response(functions.status())


def _cache(redis_url: str) -> Cache:
    parts = urlsplit(redis_url)
    return Cache(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        password=parts.password or "",
    )


def _deployment(
    configuration: ServerConfiguration,
    stack: Stack,
    apis: Mapping[str, RestApi],
    endpoints: Mapping[str, str],
    url: str,
) -> Deployment:
    outputs = stack.outputs()
    for api in apis.values():
        # On AWS the API answers under a name of its own; here, at the server's address.
        aws_url = f"https://{api.api_id}.execute-api.{configuration.region}.amazonaws.com"
        outputs = {name: value.replace(aws_url, url) for name, value in outputs.items()}
    keys = [key for api in apis.values() for key in api.api_keys]
    return Deployment(
        outputs=outputs,
        api_key=keys[0] if keys else "",
        region=configuration.region,
        endpoint_urls=endpoints,
        floor_url=f"{url}{OWN_PREFIX}/floor",
        redis_url=configuration.redis_url,
        status_url=f"{url}{OWN_PREFIX}/functions",
        log_folder=str(Path(configuration.folder) / "functions"),
        call_file=str(path) if (path := call_file(configuration)) else None,
    )


def call_file(configuration: ServerConfiguration) -> Path | None:
    """Return where the records of a stack's calls are, if it keeps any."""
    return Path(configuration.folder) / "calls.jsonl" if configuration.records_calls else None


def _write_whole(path: Path, text: str) -> None:
    """Write *text* so that a reader sees all of it or nothing, and only this user can."""
    partial_path = path.with_suffix(".partial")
    partial_path.touch(mode=0o600)
    partial_path.write_text(text, encoding="utf-8")
    partial_path.replace(path)


def main(arguments: list[str]) -> int:
    """Run the server with the configuration file that *arguments* names; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    keep_freed_memory()
    given: dict[str, Any] = orjson.loads(Path(arguments[0]).read_bytes())
    try:
        asyncio.run(serve(ServerConfiguration(**given)))
    except SimError as error:
        # The supervisor reads this line and passes it on.
        sys.stderr.write(f"firstwrite: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
