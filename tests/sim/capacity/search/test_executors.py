"""Sweeps in other processes: the same answer as in one, and no process left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.capacity.search.candidates import Grid, candidates
from sim.capacity.search.executors import InProcess, Workers, workers
from sim.capacity.search.search import Search
from sim.errors import SearchError
from sim.objective import parse_objectives

GRID = Grid(
    strategies=("redis-first", "s3-first"),
    node_types=("cache.t4g.medium", "cache.m7g.large", "cache.m7g.xlarge"),
    replicas=(1,),
    shards=(1, 2),
    time_to_live_s=(60.0,),
    ingest_memory_mb=(1_769,),
)


def found(design, around, load, prices, where):
    asked = parse_objectives(["p99<1s", "refused=0"])
    return Search(candidates(design, GRID), around, load, asked, prices, where).cheapest()


@pytest.mark.processes
@pytest.mark.usefixtures("kernel")
def test_two_dask_workers_find_what_one_process_finds_and_both_work(design, around, load, prices):
    from distributed import LocalCluster

    class Noting:
        """Note which worker did each job."""

        def __init__(self, executor):
            self.executor, self.keys = executor, []

        def submit(self, fn, /, *args):
            self.keys.append(self.executor.submit(_done_by, fn, *args))
            return _Second(self.keys[-1])

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        workers(cluster.scheduler_address) as remote,
    ):
        assert remote.count == 2
        noting = Noting(remote.executor)
        there = found(design, around, load, prices, Workers(noting, remote.count))
        by = {future.result()[0] for future in noting.keys}
    here = found(design, around, load, prices, Workers(InProcess(), 1))
    assert there == here
    assert there.best is not None
    assert len(by) == 2
    assert os.getpid() not in by


def _done_by(fn, *args):
    return os.getpid(), fn(*args)


class _Second:
    def __init__(self, future):
        self.future = future

    def result(self):
        return self.future.result()[1]


def test_a_scheduler_that_does_not_answer_is_named_with_the_mend(monkeypatch):
    monkeypatch.setattr("sim.capacity.search.executors.SCHEDULER_TIMEOUT_S", 0.2)
    with (
        pytest.raises(SearchError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9 .*Start"),
        workers("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.processes
@pytest.mark.usefixtures("kernel")
def test_a_worker_that_is_killed_is_said_so():
    with (
        pytest.raises(SearchError, match="ended from outside"),
        workers(processes=2) as here,
    ):
        here.executor.submit(os._exit, 9).result()
    # The executor's own thread may be just about to take note of an end.
    until_s = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < until_s:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


@pytest.mark.processes
def test_ctrl_c_leaves_no_worker(tmp_path: Path, repository, program_environment):
    program = tmp_path / "sweep.py"
    program.write_text(
        "import time\n"
        "from sim.capacity.search.executors import workers\n"
        "if __name__ == '__main__':\n"
        "    with workers(processes=2) as found:\n"
        "        waiting = [found.executor.submit(time.sleep, 60) for _ in range(4)]\n"
        "        print('begun', flush=True)\n"
        "        waiting[0].result()\n"
    )
    running = subprocess.Popen(
        [sys.executable, str(program)],
        env=program_environment, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert running.stdout.readline()
        time.sleep(1.0)
        children = psutil.Process(running.pid).children(recursive=True)
        assert len(children) >= 2
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(20) != 0
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
    finally:
        running.kill()
        running.stdout.close()
