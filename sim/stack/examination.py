"""What this machine has for the stack, and what will therefore be used: the checks of `doctor`."""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import psutil

from sim.errors import StackError
from sim.stack import leftovers
from sim.stack.localstack import (
    Mode,
    choose_localstack,
    docker_answers,
    host_mode_installed,
    localstack_services,
)
from sim.stack.ports import claimed_port, free_port
from sim.stack.redis_server import choose_cache
from sim.stack.supervisor import MIN_FREE_DISK_BYTES

MIN_PYTHON: Final = (3, 11)
MIN_AVAILABLE_MEMORY_BYTES: Final = 2 * 1024**3
"""The servers, five workers and the load together take about 1.5 GiB at their most."""

DEFAULT_LOCALSTACK_URL: Final = "http://127.0.0.1:4566"
"""Where LocalStack listens unless told otherwise."""


class Verdict(Enum):
    """Whether a finding lets the stack start."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what will be used and why (or how to mend it)."""

    subject: str
    verdict: Verdict
    found: str
    consequence: str


def examine(folder: Path, port: int, environment: Mapping[str, str]) -> list[Finding]:
    """Return the findings for a stack in *folder* whose API listens on *port* (0: any)."""
    checks: list[Callable[[], Finding]] = [
        _python,
        lambda: _port(port),
        lambda: _disk(folder),
        _memory,
        _docker,
        lambda: _existing_localstack(environment),
        lambda: _localstack(environment),
        lambda: _dynamodb(environment),
        lambda: _cache(environment),
        lambda: _running_stack(folder),
    ]
    return [check() for check in checks]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < MIN_PYTHON:
        return Finding("Python", Verdict.PROBLEM, version, "Install Python 3.11 or later.")
    return Finding("Python", Verdict.GOOD, version, "runs the harness and the Lambda handlers")


def _port(port: int) -> Finding:
    try:
        chosen = claimed_port(port) if port else free_port()
    except StackError as error:
        return Finding("Ports", Verdict.PROBLEM, error.problem, error.mend)
    used = f"the API will use {chosen}" if port else "the API takes any free one (--port sets it)"
    return Finding("Ports", Verdict.GOOD, "127.0.0.1 can be listened on", used)


def _disk(folder: Path) -> Finding:
    existing = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free_bytes = shutil.disk_usage(existing).free
    found = f"{free_bytes / 1024**3:.1f} GiB free"
    if free_bytes < MIN_FREE_DISK_BYTES:
        return Finding(
            "Disk",
            Verdict.PROBLEM,
            found,
            f"Free some: {MIN_FREE_DISK_BYTES / 1024**3:.0f} GiB are needed.",
        )
    return Finding("Disk", Verdict.GOOD, found, f"the stack keeps its files in {folder}")


def _memory() -> Finding:
    available_bytes = psutil.virtual_memory().available
    found = f"{available_bytes / 1024**3:.1f} GiB available"
    if available_bytes < MIN_AVAILABLE_MEMORY_BYTES:
        return Finding(
            "Memory",
            Verdict.NOTE,
            found,
            f"Close something: under {MIN_AVAILABLE_MEMORY_BYTES / 1024**3:.0f} GiB it may swap.",
        )
    return Finding("Memory", Verdict.GOOD, found, "enough for the stack, the workers and the load")


def _docker() -> Finding:
    if docker_answers():
        return Finding("Docker", Verdict.GOOD, "an engine answers", "can run LocalStack 4.14.0")
    found = "no engine answers" if shutil.which("docker") else "not installed"
    return Finding("Docker", Verdict.NOTE, found, "not needed: LocalStack runs in host mode")


def _existing_localstack(environment: Mapping[str, str]) -> Finding:
    url = environment.get("AWS_ENDPOINT_URL")
    asked = url or DEFAULT_LOCALSTACK_URL
    if localstack_services(asked):
        consequence = (
            "will be used: AWS_ENDPOINT_URL names it"
            if url
            else f"will not be used: set AWS_ENDPOINT_URL={asked} to have it used"
        )
        verdict = Verdict.GOOD if url else Verdict.NOTE
        return Finding("Existing LocalStack", verdict, f"one answers at {asked}", consequence)
    verdict = Verdict.PROBLEM if url else Verdict.NOTE
    consequence = "Start one there, or unset AWS_ENDPOINT_URL." if url else "one will be started"
    return Finding("Existing LocalStack", verdict, f"none answers at {asked}", consequence)


def _localstack(environment: Mapping[str, str]) -> Finding:
    subject = "S3, SQS, SNS, Secrets Manager"
    try:
        choice = choose_localstack(environment)
    except StackError as error:
        return Finding(subject, Verdict.PROBLEM, error.problem, error.mend)
    if choice.mode is Mode.HOST:
        installed = host_mode_installed()
        found = "LocalStack 4.13.1, " + ("installed" if installed else "not installed yet")
        use = "will run in host mode" + ("" if installed else " after an install of half a minute")
        return Finding(subject, Verdict.GOOD, found, f"{use}, because {choice.reason}")
    return Finding(
        subject,
        Verdict.GOOD,
        f"LocalStack, {choice.mode.value}",
        f"will be used, because {choice.reason}",
    )


def _dynamodb(environment: Mapping[str, str]) -> Finding:
    try:
        has_dynamodb = choose_localstack(environment).has_dynamodb
    except StackError:
        has_dynamodb = False
    if has_dynamodb:
        return Finding("DynamoDB", Verdict.GOOD, "LocalStack's", "will be used")
    return Finding(
        "DynamoDB",
        Verdict.GOOD,
        "moto's server",
        "will be used, because LocalStack's needs a download of its own in host mode",
    )


def _cache(environment: Mapping[str, str]) -> Finding:
    try:
        choice = choose_cache(environment)
    except StackError as error:
        return Finding("Redis or Valkey", Verdict.PROBLEM, error.problem, error.mend)
    found = choice.program.name if choice.program else "the server at REDIS_URL"
    return Finding("Redis or Valkey", Verdict.GOOD, found, f"will be used: {choice.reason}")


def _running_stack(folder: Path) -> Finding:
    pid = leftovers.supervisor_pid(folder)
    if pid is None:
        return Finding("Running stack", Verdict.NOTE, "none", "`bench` and `send` start their own")
    return Finding(
        "Running stack", Verdict.GOOD, f"process {pid}", "`send` uses it; stop it with Ctrl-C"
    )
