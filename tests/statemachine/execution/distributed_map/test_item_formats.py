"""What a distributed map reads from delimited text, JSON, JSON lines, Parquet and manifests."""

import asyncio
import csv
import gzip
import io
import json
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from statemachine.execution.distributed_map.content import lines, unpacked
from statemachine.execution.distributed_map.csv_items import csv_items, csv_rows
from statemachine.execution.distributed_map.json_items import (
    json_items,
    json_lines,
    pointer_steps,
)
from statemachine.execution.distributed_map.manifest import athena_files, inventory
from statemachine.execution.distributed_map.parquet_items import parquet_items

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def rows(whole: Any, pieces: Any) -> Any:
    return lambda text, delimiter=",": whole(csv_rows(lines(pieces(text)), delimiter))


@given(st.lists(JSON_VALUES, max_size=6), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_json_array_gives_its_elements_however_it_is_cut(values: list[Any], size: int) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=1)
    assert [value for _, value in _gathered(text, "", size)] == values


@given(st.dictionaries(st.text(), JSON_VALUES, min_size=1, max_size=6), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_pointer_leads_to_the_members_of_an_object(values: dict[str, Any], size: int) -> None:
    text = json.dumps({"a": [0], "b/c": [1, {"~": values}], "z": 2})
    assert dict(_gathered(text, "/b~1c/1/~0", size)) == values


def _gathered(text: str, pointer: str, size: int) -> list[tuple[Any, Any]]:
    async def cut() -> Any:
        content = text.encode()
        for start in range(0, len(content), size):
            yield content[start : start + size]

    async def gather() -> list[tuple[Any, Any]]:
        return [pair async for pair in json_items(cut(), pointer_steps(pointer))]

    return asyncio.run(gather())


def test_integers_of_any_size_stay_as_they_are() -> None:
    values = [10**30, 2**63, -1, 1.5, 1e-7]
    assert [value for _, value in _gathered(json.dumps(values), "", 5)] == values


@pytest.mark.parametrize(
    ("text", "pointer", "problem"),
    [
        ("5", "", "Attempting to map over non-iterable node."),
        ('"x"', "", "Attempting to map over non-iterable node."),
        ('{"a": 1}', "", "Attempting to map over non-iterable node."),
        ("[1,", "", "not valid JSON"),
        ("", "", "not valid JSON"),
        ('[1] "more"', "", "not valid JSON"),
        ('{"a": [1]}', "/b", "There is no field 'b'"),
        ('{"a": 1}', "/a", "Attempting to map over non-iterable node."),
        ('{"a": 1}', "/a/b", "Attempting to map over non-iterable node."),
        ("[[1]]", "/3", "There is no element 3"),
    ],
)
def test_what_has_no_items_there_is_refused(text: str, pointer: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        _gathered(text, pointer, 2)


FIELDS = st.text(st.characters(codec="utf-8", exclude_characters="\\\r\0"), max_size=8)


@given(
    st.lists(st.lists(FIELDS, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(",|;\t"),
)
@settings(max_examples=80, deadline=None)
def test_rows_are_what_the_csv_module_wrote(table: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(table)

    async def gather() -> list[list[str]]:
        async def cut() -> Any:
            content = text.getvalue().encode()
            for start in range(0, len(content), 4):
                yield content[start : start + 4]

        return [row async for row in csv_rows(lines(cut()), delimiter)]

    assert asyncio.run(gather()) == table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a""b","c,d",e\n', [['a"b', "c,d", "e"]]),
        ('a,"b\nc"\nd,e', [["a", "b\nc"], ["d", "e"]]),
        ("a\\,b,c\n", [["a,b", "c"]]),
        ('a\\"b,\\\\c,\\d\n', [['a"b', "\\c", "d"]]),
        ('a"b,c\nd,e\n', [['a"b', "c"], ["d", "e"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\ufeffa,b\n", [["a", "b"]]),
        ("", []),
    ],
)
def test_a_delimited_text_is_read_by_the_guide_s_rules(
    rows: Any, text: str, expected: list[list[str]]
) -> None:
    assert rows(text) == expected


def test_missing_values_are_empty_and_those_beyond_the_header_are_skipped(
    whole: Any, pieces: Any
) -> None:
    text = "H1,H2\n1,2\n3\n4,5,6\n"
    assert whole(csv_items(lines(pieces(text)), ",", None)) == [
        {"H1": "1", "H2": "2"},
        {"H1": "3", "H2": ""},
        {"H1": "4", "H2": "5"},
    ]


@pytest.mark.parametrize(
    ("headers", "text", "problem"),
    [
        (None, "a,a\n1,2\n", "CSV headers cannot contain duplicates."),
        (("b", "b"), "1,2\n", "CSV headers cannot contain duplicates."),
        (None, "h" * 10_300 + "\n1\n", "The CSV header is over 10240 bytes"),
    ],
)
def test_a_header_that_names_nothing_clearly_is_refused(
    whole: Any, pieces: Any, headers: tuple[str, ...] | None, text: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        whole(csv_items(lines(pieces(text, 4096)), ",", headers))


def test_json_lines_give_a_value_each_and_blank_lines_none(whole: Any, pieces: Any) -> None:
    assert whole(json_lines(lines(pieces('{"a":1}\n\n[2]\n3')))) == [{"a": 1}, [2], 3]


def test_a_line_that_is_no_json_is_named(whole: Any, pieces: Any) -> None:
    with pytest.raises(ValueError, match="Line 2"):
        whole(json_lines(lines(pieces("1\n{\n"))))


@pytest.mark.parametrize("members", [1, 3])
def test_a_gzip_file_is_unpacked_even_of_several_members(
    whole: Any, pieces: Any, members: int
) -> None:
    packed = b"".join(gzip.compress(f"part {n}\n".encode()) for n in range(members))
    unpacked_text = b"".join(whole(unpacked(pieces(packed, 5)))).decode()
    assert unpacked_text == "".join(f"part {n}\n" for n in range(members))


def test_half_a_gzip_file_is_refused(whole: Any, pieces: Any) -> None:
    with pytest.raises(ValueError, match="ends too early"):
        whole(unpacked(pieces(gzip.compress(b"x" * 1000)[:-9], 5)))


def test_a_parquet_file_gives_its_rows_as_json_values(whole: Any, pieces: Any) -> None:
    table = [{"n": 1, "t": "a", "l": [1.5], "b": b"\x00"}, {"n": None, "t": "b", "l": [], "b": b""}]
    file = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(table), file)
    assert whole(parquet_items(pieces(file.getvalue(), 100))) == [
        {"n": 1, "t": "a", "l": [1.5], "b": "AA=="},
        {"n": None, "t": "b", "l": [], "b": ""},
    ]


def test_what_is_no_parquet_file_is_refused(whole: Any, pieces: Any) -> None:
    with pytest.raises(ValueError, match="Parquet"):
        whole(parquet_items(pieces("not a table")))


def test_an_inventory_manifest_names_its_files_and_columns(pieces: Any) -> None:
    manifest = {
        "sourceBucket": "source",
        "destinationBucket": "arn:aws:s3:::reports",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "a.csv.gz", "size": 1, "MD5checksum": "x"}],
    }
    found = asyncio.run(inventory(pieces(json.dumps(manifest))))
    assert (found.bucket, found.keys) == ("reports", ("a.csv.gz",))
    assert found.columns == ("Bucket", "Key", "Size")


@pytest.mark.parametrize("text", ["[]", "{}", "x", '{"fileFormat": "ORC"}'])
def test_what_is_no_inventory_manifest_is_refused(pieces: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"manifest|ORC"):
        asyncio.run(inventory(pieces(text)))


def test_a_data_manifest_names_an_object_a_line(whole: Any, pieces: Any) -> None:
    text = "s3://bucket/a/1.gz\n\ns3://bucket/a/2.gz"
    assert whole(athena_files(lines(pieces(text)))) == [("bucket", "a/1.gz"), ("bucket", "a/2.gz")]
    with pytest.raises(ValueError, match="no address"):
        whole(athena_files(lines(pieces("https://bucket/a"))))
