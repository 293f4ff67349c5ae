"""Where simulations run: in this process, on all cores, or on a Dask cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeVar

from sim.capacity.network import prepare
from sim.errors import SearchError

SCHEDULER_TIMEOUT_S: Final = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor, and how many jobs it works on at a time."""

    executor: Executor
    count: int


class InProcess(Executor):
    """An executor that does each job when it is submitted."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Do the job, and return it as done."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def workers(scheduler: str | None = None, processes: int | None = None) -> Iterator[Workers]:
    """Start workers, and leave none behind: not after an error, nor after Ctrl-C.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler, such as `tcp://10.0.0.5:8786`; its workers need this package
        installed, in the same version. None: processes of this machine.
    processes
        Of this machine, one a core by default; 1 starts none and works in this one.

    Raises
    ------
    SearchError
        If the scheduler does not answer or has no worker, or a process is killed.
    """
    if scheduler is not None:
        with _dask(scheduler) as found:
            yield found
        return
    count = processes or _cores()
    # Compiled once and kept on disk, before each process would do it for itself.
    prepare()
    if count == 1:
        yield Workers(InProcess(), 1)
        return
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    try:
        yield Workers(executor, count)
    except BrokenProcessPool as error:
        raise SearchError(
            "A worker process was ended from outside.",
            "Run it again; if memory is short, with fewer processes.",
        ) from error
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        # What is still being simulated is of no use to anybody any more.
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
            child.join()


def _cores() -> int:
    """Return how many cores this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _dask(scheduler: str) -> Iterator[Workers]:
    # Imported here: it takes a second, and few need it.
    client_of: Any = import_module("distributed").Client

    try:
        client = client_of(scheduler, timeout=SCHEDULER_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SearchError(
            f"No Dask scheduler answers at {scheduler} within {SCHEDULER_TIMEOUT_S} s.",
            "Start one with `dask scheduler`, and give the address that it prints.",
        ) from error
    try:
        count = sum(client.nthreads().values())
        if not count:
            raise SearchError(
                f"The Dask scheduler at {scheduler} has no worker.",
                f"Start some with `dask worker {scheduler}`.",
            )
        executor = client.get_executor(pure=False)
        try:
            yield Workers(executor, count)
        finally:
            executor.shutdown(wait=False)
    finally:
        client.close()


def _begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    prepare()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
