"""The measured process: gateway, Lambda service and the floor route, as `sim.server` joins them.

Started as `python -m bench.lambda_benchmark.server FOLDER [shaped]`; prints its port, ends with its
standard input. `shaped` runs it under a latency profile that adds nothing.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from sim.allocator import keep_freed_memory
from sim.gateway import FirstByteClock, Gateway, RestApi, Route
from sim.gateway.gateway_response import MAX_BODY_BYTES
from sim.lambda_service import FunctionConfiguration, LambdaService, invoke_api_routes
from sim.latency.call_record import CallFile
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaper import Shaper
from sim.latency.shaping import Shaping

FUNCTION = "at-once"
HANDLERS = Path(__file__).parent / "handlers"


def function_configuration() -> FunctionConfiguration:
    """Return the function whose handler returns at once."""
    return FunctionConfiguration(
        name=FUNCTION,
        arn=f"arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}",
        handler="at_once.handler",
        runtime="python3.12",
        code=HANDLERS,
        memory_mb=512,
        timeout_s=30,
        environment={},
    )


async def serve(folder: Path, *, shaped: bool) -> None:
    """Serve until standard input ends."""
    shaper = None
    if shaped:
        shaper = Shaper(Shaping("raw"), CallFile(folder / "calls.jsonl"), PreciseTimer())
    functions = LambdaService(
        region="us-east-1", endpoints={}, log_folder=folder / "functions", shaper=shaper
    )
    functions.create_function(function_configuration())
    api = RestApi("a", "v1", [Route("POST", "/at-once", FUNCTION, api_key_required=False)])
    gateway = Gateway({"v1": api}, functions, "us-east-1", shaper=shaper)
    clock = FirstByteClock()
    application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[clock.middleware])
    application.add_routes(
        [
            web.post("/floor", _floor),
            *invoke_api_routes(functions),
            web.route("*", "/{path:.*}", gateway.handle, expect_handler=gateway.expect),
        ]
    )
    runner = web.AppRunner(application, access_log=None, auto_decompress=False)
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("The runner has no server after its setup")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(clock.watch(runner.server), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    await functions.close()
    if shaper is not None:
        shaper.close()
    await runner.cleanup()


async def _floor(request: web.Request) -> web.Response:
    return web.json_response({"bytes": len(await request.read())})


if __name__ == "__main__":
    keep_freed_memory()
    asyncio.run(serve(Path(sys.argv[1]), shaped=sys.argv[2:] == ["shaped"]))
