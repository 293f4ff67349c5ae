"""What `bench SCENARIO` refuses before it starts anything: one line, the mend, exit code 2."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no scenario nowhere: take one of sizes, burst"),
        (["steady", "-o", "load.steady.sizes.9 MB=1"], "steady.toml: load.steady.sizes.9 MB"),
        (["-o", "repetitions=none"], "sizes.toml: repetitions is 'none'; write a number"),
        (["--corpus", "."], "--corpus . holds no file with content"),
        (["--corpus", "nowhere"], "--corpus nowhere is no folder"),
    ],
)
def test_bench_names_what_is_wrong_with_a_scenario(tmp_path, program_environment, arguments, said):
    done = subprocess.run(
        [sys.executable, "-m", "bench.command_line", "bench", *arguments],
        cwd=tmp_path,
        env=program_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert said in line
    assert list(tmp_path.iterdir()) == []
