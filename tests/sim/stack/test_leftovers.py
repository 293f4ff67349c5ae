import os
import subprocess
import sys

import orjson
import psutil

from sim.stack import leftovers


def a_process():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_a_running_supervisor_is_found_and_left_alone(tmp_path):
    leftovers.write_record(tmp_path, {})
    assert leftovers.supervisor_pid(tmp_path) == os.getpid()
    assert leftovers.clear_leftovers(tmp_path) is None
    assert tmp_path.exists()


def test_parts_of_a_dead_supervisor_are_ended_and_its_folder_removed(tmp_path):
    part, supervisor = a_process(), a_process()
    folder = tmp_path / "stack"
    folder.mkdir()
    leftovers.write_record(folder, {"Valkey": part.pid})
    record = orjson.loads((folder / leftovers.RECORD).read_bytes())
    record["supervisor"] = {
        "pid": supervisor.pid,
        "started": psutil.Process(supervisor.pid).create_time(),
    }
    (folder / leftovers.RECORD).write_bytes(orjson.dumps(record))
    supervisor.kill()
    supervisor.wait()

    said = leftovers.clear_leftovers(folder)

    assert f"process {supervisor.pid}" in said
    assert "ended Valkey" in said
    assert part.wait(5) == -9
    assert not folder.exists()


def test_a_process_that_took_the_number_of_a_part_is_left_alone(tmp_path):
    other = a_process()
    try:
        leftovers.write_record(tmp_path, {"Valkey": other.pid})
        record = orjson.loads((tmp_path / leftovers.RECORD).read_bytes())
        record["supervisor"]["started"] -= 100
        record["parts"]["Valkey"]["started"] -= 100
        (tmp_path / leftovers.RECORD).write_bytes(orjson.dumps(record))
        assert "ended with it" in leftovers.clear_leftovers(tmp_path)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_folder_without_a_readable_record_is_no_stack(tmp_path):
    assert leftovers.clear_leftovers(tmp_path) is None
    (tmp_path / leftovers.RECORD).write_text("{")
    assert leftovers.supervisor_pid(tmp_path) is None
