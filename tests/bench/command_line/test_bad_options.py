"""What the command line refuses before it starts anything: one line, the mend, exit code 2."""

import socket
import subprocess
import sys

import pytest

from tests.bench.command_line.in_process import Ended, firstwrite


def refused_line(done: Ended) -> str:
    assert done.code == 2, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_send_names_a_missing_file(tmp_path, program_environment):
    line = refused_line(firstwrite(tmp_path, program_environment, "send", "nowhere.jpg"))
    assert line.startswith("firstwrite: nowhere.jpg cannot be read (No such file or directory)")


@pytest.mark.processes
def test_a_refusal_is_the_exit_code_and_the_last_line_of_the_program(tmp_path, program_environment):
    """The others of this file run the program's commands in this process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.command_line", "send", "nowhere.jpg"],
        cwd=tmp_path,
        env=program_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("firstwrite: nowhere.jpg cannot be read (No such file or directory)")


def test_send_names_a_folder(tmp_path, program_environment):
    (tmp_path / "scans").mkdir()
    line = refused_line(firstwrite(tmp_path, program_environment, "send", "scans"))
    assert "scans is a folder" in line


def test_send_names_an_empty_file(tmp_path, program_environment):
    (tmp_path / "empty.txt").touch()
    line = refused_line(firstwrite(tmp_path, program_environment, "send", "empty.txt"))
    assert "empty.txt is empty" in line


def test_send_does_not_write_over_a_file(tmp_path, program_environment):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("precious")
    line = refused_line(
        firstwrite(tmp_path, program_environment, "send", "a.txt", "--save-to", "out")
    )
    assert "out/a.txt exists" in line
    assert (tmp_path / "out" / "a.txt").read_text() == "precious"


def test_up_names_a_taken_port(tmp_path, program_environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused_line(firstwrite(tmp_path, program_environment, "up", "--port", port))
    assert f"The port {port} cannot be used: Address already in use." in line
    assert "--port" in line
    assert not (tmp_path / ".firstwrite" / "up").exists()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("0.0.0.0", "stands for every address"),  # noqa: S104 - which is refused
        ("example.org", "is no IPv4 address"),
        ("192.0.2.1", "cannot be listened on"),  # reserved for documentation: RFC 5737
    ],
)
def test_up_names_a_host_that_nobody_could_reach(tmp_path, program_environment, host, said):
    line = refused_line(firstwrite(tmp_path, program_environment, "up", "--host", host))
    assert said in line
    assert not (tmp_path / ".firstwrite" / "up").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "a/b"], "name is 'a/b'"),
        (["--rounds", "0"], "rounds is 0"),
        (["--size", "2 MB"], "'2 MB' is unknown"),
        (["--workers", "-1"], "workers is -1: use 0 to "),
        (["--workers", "100000"], "4 for each core of this machine"),
        (["--workers", "2", "-o", "in_flight_limit=1"], "in_flight_limit of 1 is divided"),
    ],
)
def test_bench_names_a_bad_option(tmp_path, program_environment, arguments, said):
    line = refused_line(firstwrite(tmp_path, program_environment, "bench", *arguments))
    assert said in line
    assert not (tmp_path / "results").exists()


def test_an_endpoint_where_nothing_answers_is_named(tmp_path, program_environment):
    environment = {**program_environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    line = refused_line(firstwrite(tmp_path, environment, "up"))
    assert "AWS_ENDPOINT_URL is http://127.0.0.1:9" in line
    assert "unset AWS_ENDPOINT_URL" in line


def test_a_cache_that_does_not_answer_is_named(tmp_path, program_environment):
    environment = {**program_environment, "REDIS_URL": "redis://127.0.0.1:9"}
    line = refused_line(firstwrite(tmp_path, environment, "up"))
    assert "REDIS_URL" in line


def test_doctor_says_what_will_be_used_and_why(tmp_path, program_environment):
    done = firstwrite(tmp_path, program_environment, "doctor")
    assert done.code == 0, done.stdout
    for subject in ("Python", "Ports", "Disk", "Memory", "Docker", "LocalStack", "Redis or Valkey"):
        assert subject in done.stdout
    assert "because" in done.stdout


def test_doctor_fails_where_the_stack_could_not_start(tmp_path, program_environment):
    environment = {**program_environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = firstwrite(tmp_path, environment, "doctor")
    assert done.code == 2
    assert "The stack cannot start" in done.stdout


@pytest.mark.parametrize("command", ["", "bench", "up", "send", "doctor"])
def test_help_teaches(tmp_path, program_environment, command):
    done = firstwrite(tmp_path, program_environment, *command.split(), "--help")
    assert done.code == 0
    assert "Usage" in done.stdout
    assert len(done.stdout.splitlines()) > 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("steady", "--find-max"), "give --slo p99=300ms"),
        (("steady", "--find-max", "--slo", "p99"), "'p99' is no objective"),
        (("--find-max", "--slo", "p99=300ms"), "choose one with --size"),
        (("steady", "--slo", "p99=300ms"), "add --find-max"),
        (("steady", "--max-rate", "3"), "add --find-max"),
        (
            ("steady", "--find-max", "--slo", "p99=1s", "--start-rate", "9", "--max-rate", "3"),
            "--max-rate is 3, below --start-rate 9",
        ),
        (("steady", "--find-max", "--slo", "p99=1s", "--resolution", "x"), "as in 10%"),
        (("steady", "--find-max", "--slo", "p99=1s", "--strategies", "sqs"), "'sqs' is unknown"),
    ],
)
def test_a_search_for_the_highest_rate_that_cannot_be_is_refused(
    tmp_path, program_environment, words, said
):
    assert said in refused_line(firstwrite(tmp_path, program_environment, "bench", *words))
    assert not (tmp_path / "results").exists()
