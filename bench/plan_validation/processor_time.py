"""Processor time of a local stack, by what its processes are."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import psutil

SERVER: Final = "the API server"
LOCALSTACK: Final = "LocalStack"
TABLES: Final = "DynamoDB (moto)"
CACHE: Final = "Valkey"
"""Parts, as the supervisor names them."""

ENVIRONMENTS: Final = "environments"
"""The processes of the functions, which are the server's children."""

GENERATOR: Final = "the load generator"
"""On the same cores as all else; what it spends is told by itself."""


def processor_seconds(parts: Mapping[str, int]) -> dict[str, float]:
    """Return the processor seconds that each part of a stack has used so far.

    Parameters
    ----------
    parts
        Name to process id. Children count towards their parent's part, but for the execution
        environments: those of the server are counted as `ENVIRONMENTS`.

    Returns
    -------
    dict
        User and system time in seconds. A child that has ended is in none of it.
    """
    found: dict[str, float] = defaultdict(float)
    for name, process_id in parts.items():
        try:
            process = psutil.Process(process_id)
            found[name] += _seconds(process)
            children = process.children(recursive=True)
        except psutil.NoSuchProcess:
            continue
        for child in children:
            try:
                found[ENVIRONMENTS if name == SERVER else name] += _seconds(child)
            except psutil.NoSuchProcess:
                continue
    return dict(found)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
