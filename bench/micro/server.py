"""The measured service: the Step Functions API alone, with tasks that do nothing.

Started as `python -m bench.micro.server`; prints its port, ends with its standard input.
"""

import asyncio
import sys

from aiohttp import web

from bench.micro.machines import NoOpTasks
from sim.states_service import StatesService, states_api_handler


async def serve() -> None:
    """Serve until standard input ends."""
    service = StatesService(NoOpTasks(), region="us-east-1")
    application = web.Application()
    application.router.add_post("/", states_api_handler(service))
    runner = web.AppRunner(application, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await service.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
