import hashlib
import json
import subprocess
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bench.results import describe_machine, git_revision, run_facts, template_sha256

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def facts(repository, **changed):
    arguments = {
        "name": "test",
        "profile": "raw",
        "seed": 1,
        "started": NOW,
        "finished": NOW,
        "latency": {},
        "plan": {},
        "stack": {},
        "repository": repository,
        **changed,
    }
    return run_facts(**arguments)


@pytest.fixture
def working_tree(tmp_path):
    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=tmp_path, check=True
        )

    git("init", "--quiet")
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline" / "template.yaml").write_bytes(b"Resources: {}\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    return tmp_path


def test_the_commit_and_the_template_are_named(working_tree):
    run = facts(working_tree)
    assert len(run["git"]["commit"]) == 40
    assert run["git"]["dirty"] is False
    assert run["template_sha256"] == hashlib.sha256(b"Resources: {}\n").hexdigest()
    (working_tree / "new").touch()
    assert git_revision(working_tree).dirty is True


def test_without_git_and_template_both_are_null(tmp_path):
    run = facts(tmp_path)
    assert run["git"] is None
    assert run["template_sha256"] is None
    assert template_sha256(tmp_path / "absent") is None


def test_the_facts_name_no_folder_of_this_machine(working_tree):
    assert str(working_tree) not in json.dumps(facts(working_tree))


def test_times_are_written_in_utc(tmp_path):
    started = datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert facts(tmp_path, started=started)["started_utc"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize("field", ["started", "finished"])
def test_a_time_without_a_zone_is_refused_by_name(tmp_path, field):
    with pytest.raises(ValueError, match=f"{field} is .* no time zone"):
        facts(tmp_path, **{field: NOW.replace(tzinfo=None)})


def test_the_versions_of_what_measures_are_listed(tmp_path):
    assert {"boto3", "locust", "numpy", "pandas"} <= facts(tmp_path)["packages"].keys()


def test_the_processor_is_read_from_the_first_core(tmp_path):
    information = tmp_path / "cpuinfo"
    information.write_text(
        "processor\t: 0\nmodel name\t: Fast 9000\nflags\t: fpu hypervisor\n\nmodel name\t: Old\n"
    )
    machine = describe_machine(information)
    assert (machine.cpu_model, machine.virtual) == ("Fast 9000", True)
    assert machine.memory_bytes > 0
    assert describe_machine(tmp_path / "absent").virtual is None
