"""What `bench SCENARIO` refuses before it starts anything: one line, the mend, exit code 2."""

import pytest

from tests.bench.command_line.in_process import firstwrite


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
    done = firstwrite(tmp_path, program_environment, "bench", *arguments)
    assert done.code == 2, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert said in line
    assert list(tmp_path.iterdir()) == []
