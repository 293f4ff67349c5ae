"""How much memory executions take, each measurement in a process of its own.

Started as `python -m bench.micro.memory waiting|items COUNT`; prints one JSON object.
"""

import asyncio
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import psutil

from bench.benchmark_table import Row
from bench.errors import RunFailure
from bench.micro.item_storage import CountedLines
from bench.micro.machines import NoOpTasks, distributed_map, waiting
from sim.states_service import StatesService
from statemachine import Interpreter

WAITING_TARGET_BYTES: Final = 20_480
ITEMS_TARGET: Final = 1.1
"""Ten times as many items may take a tenth more memory at most, the program itself included."""

_ROLE: Final = "arn:aws:iam::000000000000:role/r"
_LOOK_S: Final = 0.02


def memory_rows(executions: int, items: int) -> Iterable[Row]:
    """Measure executions that wait, and maps over few and over many items."""
    found = _measured("waiting", executions)
    each_bytes = found["grown_bytes"] / executions
    yield Row(
        "memory",
        f"{executions:,} executions waiting at once",
        f"{each_bytes / 1024:.1f} KB each",
        f"of the service's process, {found['grown_bytes'] / 1_048_576:.0f} MB in all",
        each_bytes / WAITING_TARGET_BYTES,
        f"at most {WAITING_TARGET_BYTES // 1024} KB each",
        each_bytes <= WAITING_TARGET_BYTES,
    )
    few, many = (_measured("items", count) for count in (items // 10, items))
    ratio = many["peak_bytes"] / few["peak_bytes"]
    yield Row(
        "memory",
        f"distributed Map over {items:,} items",
        f"{many['peak_bytes'] / 1_048_576:.0f} MB",
        f"the process's peak; over {items // 10:,} items {few['peak_bytes'] / 1_048_576:.0f} MB; "
        f"{many['status']} in {many['took_s']:.1f} s",
        ratio,
        f"at most {ITEMS_TARGET:g}",
        many["status"] == "SUCCEEDED" and ratio <= ITEMS_TARGET,
    )


def _measured(what: str, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.micro.memory", what, str(count)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RunFailure(f"the memory of {what} could not be measured: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def _waiting(count: int) -> dict[str, Any]:
    """Start executions that wait, and see by how much the process has grown."""
    service = StatesService(NoOpTasks(), region="us-east-1")
    machine = service.create_state_machine("waiting", waiting(3_600), _ROLE)

    async def start(number: int) -> None:
        for _ in range(number):
            service.start_execution(machine.arn, name=None, input_text=json.dumps({"n": 1}))
        await asyncio.sleep(_LOOK_S)

    await start(100)  # what the first executions bring with them is not theirs
    gc.collect()
    before = psutil.Process().memory_info().rss
    await start(count)
    gc.collect()
    grown = psutil.Process().memory_info().rss - before
    await service.close()
    return {"grown_bytes": grown}


async def _items(count: int) -> dict[str, Any]:
    """Run a distributed map, and see how large the process became."""
    storage = CountedLines(count)
    interpreter = Interpreter(distributed_map(), NoOpTasks(), storage=storage)
    begun_s = time.perf_counter()
    result = await interpreter.run({})
    took_s = time.perf_counter() - begun_s
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    status = result.status if storage.written_bytes else "without results"
    return {"peak_bytes": peak_bytes, "took_s": took_s, "status": status}


async def _main(what: str, count: int) -> dict[str, Any]:
    return await (_waiting(count) if what == "waiting" else _items(count))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_main(sys.argv[1], int(sys.argv[2])))) + "\n")
