"""Reading log streams while they are written."""

import pytest

from bench.observe import ObserveError, function_folders, matching, read_new


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
