"""Reading log streams while they are written."""

import pytest

from bench.observe import ObserveError, follow, function_folders, matching, read_new


@pytest.fixture
def folder(tmp_path):
    for name in ("app-IngestFunction-01", "app-IngestFailureFunction-02"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_only_whole_new_lines_are_given(folder):
    stream = folder / "app-IngestFunction-01" / "2026_11_24_[$LATEST]abcdef0123.log"
    positions = {}
    stream.write_text("START\nhalf")
    (line,) = read_new(function_folders(folder), positions)
    assert (line.text, line.short_stream) == ("START", "abcdef")
    with stream.open("a") as file:
        file.write(" a line\nEND\n")
    texts = [line.text for line in read_new(function_folders(folder), positions)]
    assert texts == ["half a line", "END"]
    assert read_new(function_folders(folder), positions) == []


@pytest.mark.parametrize("wanted", ["app-IngestFunction-01", "IngestFunction", "function-01"])
def test_a_function_is_found_by_its_name_its_logical_id_or_a_part(folder, wanted):
    assert list(matching(function_folders(folder), wanted)) == ["app-IngestFunction-01"]


@pytest.mark.parametrize("wanted", ["nothing", "Ingest"])
def test_a_name_that_fits_none_or_several_is_refused_with_the_names(folder, wanted):
    with pytest.raises(ObserveError, match="app-IngestFunction-01"):
        matching(function_folders(folder), wanted)


def test_a_line_separator_within_json_does_not_part_the_line(folder):
    text = '{"note": "x\u2028y"}'
    (folder / "app-IngestFunction-01" / "a.log").write_text(text + "\r\n", encoding="utf-8")
    assert [line.text for line in read_new(function_folders(folder), {})] == [text]


def test_streams_are_merged_by_the_times_in_their_lines(folder):
    def write(stream, *lines):
        path = folder / "app-IngestFunction-01" / f"{stream}.log"
        path.write_text("".join(f"{each}\n" for each in lines))

    write("b", "START RequestId: 1", "2026-11-24T08:00:02.5Z two", "END RequestId: 1")
    write("a", '{"timestamp": "2026-11-24T08:00:03.000+00:00"}', "END RequestId: 2")
    lines = [(line.stream, line.text[:5]) for line in read_new(function_folders(folder), {})]
    assert [stream for stream, _ in lines] == ["b", "b", "b", "a", "a"]
    assert lines[0] == ("b", "START")


def test_one_stream_is_picked_by_its_name_as_cloudwatch_writes_it(folder):
    for stream in ("2026_11_24_[$LATEST]aa", "2026_11_24_[$LATEST]bb"):
        (folder / "app-IngestFunction-01" / f"{stream}.log").write_text("x\n")
    (line,) = read_new(function_folders(folder), {}, "2026/11/24/[$LATEST]b")
    assert line.short_stream == "bb"


def test_a_function_that_has_not_run_is_followed_once_it_runs(folder):
    folders = matching(function_folders(folder, ["app-ArchiveFunction-03"]), "ArchiveFunction")
    lines = follow(folders, interval_s=0)
    assert next(lines) == []
    (path,) = folders.values()
    path.mkdir()
    (path / "a.log").write_text("first\n")
    assert [line.text for line in next(lines)] == ["first"]
