"""The supervisor: starts the local stack, checks its health, watches it, and stops all of it."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import orjson

from sim.errors import StackError
from sim.latency.shaping import Shaping
from sim.stack import leftovers
from sim.stack.checkout import TEMPLATE
from sim.stack.deployment import Deployment
from sim.stack.dynamodb import dynamodb_part
from sim.stack.localstack import (
    LocalStackChoice,
    Mode,
    choose_localstack,
    docker_part,
    host_mode_installed,
    host_mode_part,
    install_host_mode,
)
from sim.stack.part import Part, PartSpecification, start_part
from sim.stack.ports import LOOPBACK, claimed_host, claimed_port
from sim.stack.redis_server import choose_cache, redis_part
from sim.stack.server_configuration import ServerConfiguration

START_LIMIT_S: Final = 60.0
"""How long the parts may take to answer; seen here: 3 s, on a busy machine 10."""

MIN_FREE_DISK_BYTES: Final = 2 * 1024**3
"""A run of the default size archives under 1 GB; twice that leaves room for logs and results."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What to start and where.

    `folder` holds the stack's files while it runs; `host` is the address that the API, Lambda and
    Step Functions answer at, and `port` 0 means any free one; `environment` is
    read for `AWS_ENDPOINT_URL` and `REDIS_URL`. With `watch_code` an edited handler is in effect at
    its next invocation; waits of asynchronous invocations are divided by `event_time_scale`; with
    `cpu_share` a function's memory limits its processor. `shaping` is the latency profile;
    with `records_calls` each call's latency is written to a file, which grows for as long as the
    stack runs.
    """

    folder: Path
    host: str = LOOPBACK
    port: int = 0
    template: Path = TEMPLATE
    region: str = "us-east-1"
    stack_name: str = "firstwrite"
    parameters: Mapping[str, str] = field(
        default_factory=lambda: {"CacheTransitEncryption": "false"}
    )
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    watch_code: bool = False
    event_time_scale: float = 1.0
    cpu_share: bool = False
    records_calls: bool = True
    shaping: Shaping = field(default_factory=lambda: Shaping("raw"))


class Supervisor:
    """Runs the local stack for as long as it is entered.

    Parameters
    ----------
    settings
        What to start and where.
    report
        Is told what is being done, in short lines, for a progress display.

    Raises
    ------
    StackError
        On entering, when a part cannot start: all others are stopped again.
    """

    def __init__(self, settings: StackSettings, report: Report = lambda _: None) -> None:
        self.settings = settings
        self._report = report
        self._parts: list[Part] = []
        self._deployment: Deployment | None = None
        self.choice: LocalStackChoice | None = None

    @property
    def deployment(self) -> Deployment:
        """Where the stack answers."""
        if self._deployment is None:
            raise StackError("The stack does not run.", "Enter the supervisor first.")
        return self._deployment

    @property
    def parts(self) -> Mapping[str, int]:
        """The process id of each part."""
        return {part.name: part.process.pid for part in self._parts}

    def __enter__(self) -> Self:
        folder = self.settings.folder
        found = leftovers.clear_leftovers(folder)
        if found:
            self._report(found)
        running = leftovers.supervisor_pid(folder)
        if running is not None:
            raise StackError(
                f"A stack runs in {folder} already (process {running}).",
                "Use it, or stop it with Ctrl-C first.",
            )
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def check(self) -> None:
        """See that every part runs.

        Raises
        ------
        StackError
            Naming the part that has ended, and how.
        """
        for part in self._parts:
            if not part.running:
                raise part.death()

    def stop(self) -> None:
        """Stop every part, the last started first, and remove the folder."""
        while self._parts:
            self._parts.pop().stop()
        self._deployment = None
        shutil.rmtree(self.settings.folder, ignore_errors=True)

    def _start(self) -> None:
        settings = self.settings
        claimed_port(settings.port, claimed_host(settings.host))
        _make_folder(settings.folder)
        cache = choose_cache(settings.environment)
        self.choice = choose_localstack(settings.environment)
        specifications = []
        if cache.program is not None:
            specification, redis_url = redis_part(cache.program, settings.folder / "valkey")
            specifications.append(specification)
        else:
            redis_url = cache.url or ""
        endpoints = {}
        localstack, endpoints["AWS_ENDPOINT_URL"] = self._localstack(self.choice)
        specifications += localstack
        if not self.choice.has_dynamodb:
            specification, url = dynamodb_part(settings.folder / "dynamodb")
            specifications.append(specification)
            endpoints["AWS_ENDPOINT_URL_DYNAMODB"] = url
        self._report("Starting " + ", ".join(s.name for s in specifications))
        self._start_parts(specifications)
        self._report("Provisioning the template")
        self._start_parts([self._server(redis_url, endpoints)])
        text = (settings.folder / "deployment.json").read_text(encoding="utf-8")
        self._deployment = Deployment.from_json(text)

    def _localstack(self, choice: LocalStackChoice) -> tuple[list[PartSpecification], str]:
        folder = self.settings.folder / "localstack"
        if choice.mode is Mode.EXISTING and choice.url:
            return [], choice.url
        if choice.mode is Mode.DOCKER:
            specification, url = docker_part(folder)
            return [specification], url
        if not host_mode_installed():
            self._report("Installing LocalStack (once)")
            install_host_mode()
        specification, url = host_mode_part(folder)
        return [specification], url

    def _server(self, redis_url: str, endpoints: Mapping[str, str]) -> PartSpecification:
        settings = self.settings
        folder = settings.folder / "server"
        folder.mkdir(parents=True, exist_ok=True)
        configuration = ServerConfiguration(
            template=str(settings.template),
            stack_name=settings.stack_name,
            parameters=settings.parameters,
            region=settings.region,
            endpoint_urls=endpoints,
            redis_url=redis_url,
            folder=str(settings.folder),
            shaping=settings.shaping.to_json(),
            host=settings.host,
            port=settings.port,
            watch_code=settings.watch_code,
            event_time_scale=settings.event_time_scale,
            cpu_share=settings.cpu_share,
            records_calls=settings.records_calls,
        )
        path = folder / "configuration.json"
        path.touch(mode=0o600)
        path.write_bytes(orjson.dumps(asdict(configuration)))
        own = {n: v for n, v in os.environ.items() if not n.startswith("AWS_ENDPOINT_URL")}
        return PartSpecification(
            name="the API server",
            command=[sys.executable, "-m", "sim.server", str(path)],
            environment=own,
            folder=folder,
            answers=(settings.folder / "deployment.json").exists,
            mend="Mend what it names, then run again.",
        )

    def _start_parts(self, specifications: list[PartSpecification]) -> None:
        started = []
        for specification in specifications:
            part = start_part(specification)
            self._parts.append(part)
            started.append(part)
            leftovers.write_record(self.settings.folder, dict(self.parts))
        limit = time.monotonic() + START_LIMIT_S
        waiting = started
        while waiting:
            self.check()
            waiting = [part for part in waiting if not part.specification.answers()]
            if waiting and time.monotonic() > limit:
                names = ", ".join(part.name for part in waiting)
                raise StackError(
                    f"{names} did not answer within {START_LIMIT_S:.0f} s.",
                    waiting[0].specification.mend,
                )
            if waiting:
                time.sleep(0.05)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        free_bytes = shutil.disk_usage(folder).free
    except OSError as error:
        raise StackError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Run from a folder that you can write to.",
        ) from error
    if free_bytes < MIN_FREE_DISK_BYTES:
        raise StackError(
            f"{folder} has {free_bytes / 1024**3:.1f} GiB of free disk; "
            f"{MIN_FREE_DISK_BYTES / 1024**3:.0f} GiB are needed.",
            "Free some, or run from a folder on another disk.",
        )
