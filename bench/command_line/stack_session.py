"""The stack that a command works on: the one of `firstwrite up`, or one of the command's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sim.latency.shaping import Shaping
from sim.stack import Deployment, StackSettings, Supervisor, leftovers
from sim.stack.supervisor import Report

STATE_FOLDER: Final = Path(".firstwrite")
"""Below the working directory: what runs from here, and where it answers."""

UP_FOLDER: Final = STATE_FOLDER / "up"
DEPLOYMENT_FILE: Final = STATE_FOLDER / "deployment.json"
"""Where other programs, `locust -f bench/locustfile.py` among them, find the stack of `up`."""


def state_folder() -> Path:
    """Return the state folder, which is made if need be."""
    STATE_FOLDER.mkdir(exist_ok=True)
    return STATE_FOLDER


def clear_killed_stacks(report: Report) -> None:
    """End and remove what killed supervisors have left below the state folder, and say so."""
    if not STATE_FOLDER.is_dir():
        return
    for folder in sorted(STATE_FOLDER.iterdir()):
        found = leftovers.clear_leftovers(folder) if folder.is_dir() else None
        if found:
            report(found)
            if folder == UP_FOLDER:
                DEPLOYMENT_FILE.unlink(missing_ok=True)


def running_deployment() -> Deployment | None:
    """Return the stack of a `firstwrite up` that runs from this folder, if there is one."""
    if leftovers.supervisor_pid(UP_FOLDER) is None or not DEPLOYMENT_FILE.exists():
        return None
    return Deployment.from_json(DEPLOYMENT_FILE.read_text(encoding="utf-8"))


@contextmanager
def own_stack(report: Report, shaping: Shaping | None = None) -> Iterator[Supervisor]:
    """Run a stack of this command's own while the block runs, raw unless *shaping* says else."""
    clear_killed_stacks(report)
    folder = STATE_FOLDER / f"run-{os.getpid()}"
    settings = StackSettings(folder=folder.absolute(), shaping=shaping or Shaping("raw"))
    with Supervisor(settings, report) as supervisor:
        yield supervisor


@contextmanager
def running_or_own_stack(report: Report) -> Iterator[tuple[Deployment, bool]]:
    """Give the stack of `up`, or one of this command's own, and whether it outlasts the block."""
    running = running_deployment()
    if running is not None:
        yield running, True
        return
    with own_stack(report) as stack:
        yield stack.deployment, False


@contextmanager
def up_stack(settings: StackSettings, report: Report) -> Iterator[Supervisor]:
    """Run the stack of `firstwrite up` while the block runs; `announced` lets others find it."""
    clear_killed_stacks(report)
    with Supervisor(settings, report) as supervisor:
        yield supervisor


@contextmanager
def announced(deployment: Deployment) -> Iterator[None]:
    """Let other commands find *deployment* while the block runs."""
    try:
        DEPLOYMENT_FILE.touch(mode=0o600)
        DEPLOYMENT_FILE.write_text(deployment.to_json(), encoding="utf-8")
        yield
    finally:
        DEPLOYMENT_FILE.unlink(missing_ok=True)
