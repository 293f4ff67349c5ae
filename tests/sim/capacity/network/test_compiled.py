"""What is compiled is kept, found again, and not taken for what other sources would give."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.capacity.network.kernel import compiled


def test_a_change_of_any_file_of_the_kernel_is_seen(tmp_path):
    folder = Path(compiled.__file__).parent
    shutil.copytree(folder, tmp_path / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    before = compiled.sources_digest(tmp_path / "kernel")
    assert before == compiled.sources_digest()
    with (tmp_path / "kernel" / "draw.py").open("a") as file:
        file.write("\n")
    assert compiled.sources_digest(tmp_path / "kernel") != before


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same():
    # Code without a file has no folder beside it: numba refuses to keep it, as where none is
    # writable.
    made: dict = {}
    exec("def twice(x):\n    return 2 * x\n", made)  # noqa: S102
    assert compiled.kept(made["twice"])(21) == 42


@pytest.mark.processes
def test_another_process_finds_what_this_one_has_compiled(repository):
    program = (
        "from sim.capacity.network import prepare\n"
        "from sim.capacity.network.kernel.run import run\n"
        "prepare()\n"
        "print(sum(run.stats.cache_hits.values()), sum(run.stats.cache_misses.values()))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == ["1", "0"], run.stderr
