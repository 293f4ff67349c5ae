"""A folder stands in for S3: distributed maps read and write files."""

import asyncio
import json

import pytest
import yaml

from bench.asl.folder_storage import FolderStorage
from bench.asl.suite import read_suite
from bench.asl.suite_run import run_suite
from bench.micro.machines import distributed_map
from statemachine import parse
from statemachine.storage import StorageError


@pytest.fixture
def buckets(tmp_path):
    (tmp_path / "buckets" / "bucket" / "deep").mkdir(parents=True)
    (tmp_path / "buckets" / "bucket" / "items.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    (tmp_path / "buckets" / "bucket" / "deep" / "b").write_text("b")
    return tmp_path / "buckets"


def read(storage, **parameters):
    async def whole():
        return b"".join([piece async for piece in storage.get_object(parameters)])

    return asyncio.run(whole())


def keys(storage, **parameters):
    async def whole():
        return [each.key async for page in storage.list_objects(parameters) for each in page]

    return asyncio.run(whole())


def write(storage, content, **parameters):
    async def whole():
        writer = storage.put_object(parameters)
        await writer.write(content)
        await writer.close()

    asyncio.run(whole())


def test_objects_are_files_and_prefixes_need_not_be_folders(buckets):
    storage = FolderStorage(buckets)
    assert read(storage, Bucket="bucket", Key="deep/b") == b"b"
    assert keys(storage, Bucket="bucket") == ["deep/b", "items.jsonl"]
    assert keys(storage, Bucket="bucket", Prefix="it") == ["items.jsonl"]


def test_what_is_written_elsewhere_is_read_first_and_the_folder_stays(buckets, tmp_path):
    storage = FolderStorage(buckets, tmp_path / "written")
    write(storage, b"new", Bucket="bucket", Key="deep/b")
    write(storage, b"c", Bucket="bucket", Key="c")
    assert read(storage, Bucket="bucket", Key="deep/b") == b"new"
    assert keys(storage, Bucket="bucket") == ["c", "deep/b", "items.jsonl"]
    assert (buckets / "bucket" / "deep" / "b").read_text() == "b"


@pytest.mark.parametrize(
    "parameters",
    [
        {"Bucket": "bucket", "Key": "none"},
        {"Bucket": "bucket", "Key": "../../secret"},
        {"Bucket": "/", "Key": "etc/passwd"},
        {"Bucket": "bucket", "Key": "/etc/passwd"},
        {},
    ],
)
def test_nothing_outside_of_the_folder_is_read(buckets, parameters):
    with pytest.raises(StorageError):
        read(FolderStorage(buckets), **parameters)


def test_a_bucket_that_is_not_there_is_told(buckets):
    with pytest.raises(StorageError, match="bucket does not exist"):
        keys(FolderStorage(buckets), Bucket="other")


def test_a_suite_reads_from_its_folder_and_leaves_it_as_it_is(buckets, tmp_path):
    before = sorted(buckets.rglob("*"))
    suite = tmp_path / "suite.yaml"
    expect = {"path": ["Each"], "output_includes": {"ResultWriterDetails": {"Bucket": "bucket"}}}
    tests = [{"name": "reads", "expect": expect}]
    suite.write_text(yaml.safe_dump({"storage": "buckets", "tests": tests}))
    (outcome,) = run_suite(parse(distributed_map()), read_suite(suite))
    assert outcome.differences == (), json.dumps(outcome.differences)
    assert sorted(buckets.rglob("*")) == before
