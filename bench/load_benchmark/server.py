"""A null server: reads each body and acknowledges it, so that what limits is the generator.

Started as `python -m bench.load_benchmark.server`; prints its port, ends with its standard input.
"""

import asyncio
import sys

from aiohttp import web

from sim.allocator import keep_freed_memory

_MAX_BODY_BYTES = 16 * 1_048_576
_ANSWER = b'{"messageID":"00000000-0000-0000-0000-000000000000"}'


async def _acknowledge(request: web.Request) -> web.Response:
    # Chunk by chunk: joining a body to throw it away would be the server's time, not the path's.
    async for _ in request.content.iter_any():
        pass
    return web.Response(body=_ANSWER, content_type="application/json")


async def serve() -> None:
    """Serve until standard input ends."""
    keep_freed_memory()
    application = web.Application(client_max_size=_MAX_BODY_BYTES)
    application.router.add_post("/{path:.*}", _acknowledge)
    runner = web.AppRunner(application, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
