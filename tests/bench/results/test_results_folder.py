import errno
import json
import os
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest

from bench.results import (
    DiskFullError,
    Results,
    ResultsNameError,
    ResultsReadError,
    ResultsWriteError,
    SchemaVersionError,
    list_results,
    load_results,
    write_results,
)
from bench.results.folder import write_file

STARTED = datetime(2026, 3, 1, 13, 30, 5, tzinfo=timezone(timedelta(hours=1)))
PLOTS = {"hero.png": b"\x89PNG hero", "stages.png": b"\x89PNG stages"}


def write(root, results, **changed):
    arguments = {
        "name": "test",
        "started": STARTED,
        "plots": PLOTS,
        "report_html": "<!doctype html><p>ü</p>",
        **changed,
    }
    return write_results(root, results, **arguments)


def test_a_run_is_read_back_as_it_was_written(tmp_path, results):
    folder = write(tmp_path / "results", results)
    assert folder.name == "20260301T123005Z-test"
    found = load_results(folder)
    pd.testing.assert_frame_equal(found.samples, results.samples)
    # JSON has lists only.
    assert found.summary == json.loads(json.dumps(results.summary))
    assert (found.run, found.verification) == (results.run, results.verification)
    assert (folder / "report.html").read_text(encoding="utf-8").endswith("<p>ü</p>")
    assert {path.name: path.read_bytes() for path in (folder / "plots").iterdir()} == PLOTS


def test_the_folder_may_be_read_by_all_who_may_read_its_parent(tmp_path, results):
    tmp_path.chmod(0o755)
    assert write(tmp_path, results).stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("fails_at", range(1, 8))
def test_a_failure_in_the_middle_leaves_nothing(tmp_path, results, fails_at):
    written = []

    def failing(path, content):
        written.append(path.name)
        if len(written) == fails_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        write_file(path, content)

    with pytest.raises(ResultsWriteError, match=r"cannot be written to .*: Input/output error"):
        write(tmp_path, results, write=failing)
    assert len(written) == fails_at
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_in_the_middle_leaves_nothing(tmp_path, results):
    def interrupted(_path, _content):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, results, write=interrupted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_with_the_space_that_is_wanted(tmp_path, results, code):
    def full(_path, _content):
        raise OSError(code, os.strerror(code))

    with pytest.raises(DiskFullError, match=r"they take \d+\.\d MB; free that much"):
        write(tmp_path, results, write=full)


def test_a_root_that_is_a_file_is_refused_without_its_whole_path(tmp_path, results):
    (tmp_path / "results").touch()
    with pytest.raises(ResultsWriteError, match="results/: File exists") as raised:
        write(tmp_path / "results", results)
    assert str(tmp_path) not in str(raised.value)


def test_a_second_run_of_the_same_second_gets_a_number(tmp_path, results):
    names = [write(tmp_path, results).name for _ in range(3)]
    assert names == [f"20260301T123005Z-test{suffix}" for suffix in ("", "-2", "-3")]


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a b", "x" * 65])
def test_a_name_that_cannot_be_a_folders_is_refused_before_anything_is_written(
    tmp_path, results, name
):
    with pytest.raises(ResultsNameError, match="use 1 to 64 letters"):
        write(tmp_path / "results", results, name=name)
    assert not (tmp_path / "results").exists()


def test_a_figure_that_json_cannot_hold_leaves_nothing(tmp_path, results):
    broken = Results(results.samples, results.calls, {"p50_ms": float("nan")}, {}, {})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(tmp_path, broken)
    assert list(tmp_path.iterdir()) == []


def test_only_whole_folders_are_listed_oldest_first(tmp_path, results):
    late = write(tmp_path, results, started=STARTED + timedelta(days=1))
    early = write(tmp_path, results, started=STARTED.astimezone(UTC))
    (tmp_path / ".partial-x").mkdir()
    (tmp_path / "20260101T000000Z-empty").mkdir()
    assert list_results(tmp_path) == [early, late]
    assert list_results(tmp_path / "absent") == []


@pytest.mark.parametrize(
    "missing", ["samples.parquet", "summary.json", "run.json", "verification.json"]
)
def test_a_folder_without_one_of_its_files_is_refused_by_the_files_name(tmp_path, results, missing):
    folder = write(tmp_path, results)
    (folder / missing).unlink()
    with pytest.raises(ResultsReadError, match=f"{missing} cannot be read"):
        load_results(folder)


@pytest.mark.parametrize("content", ["{", "[]", "null"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path, results, content):
    folder = write(tmp_path, results)
    (folder / "run.json").write_text(content)
    with pytest.raises(ResultsReadError, match=r"run\.json"):
        load_results(folder)


def test_a_schema_of_another_version_is_refused_with_both_versions(tmp_path, results):
    later = Results(results.samples, results.calls, {**results.summary, "schema_version": 99}, {}, {})
    with pytest.raises(SchemaVersionError, match="is 99, this version reads 1"):
        load_results(write(tmp_path, later))
