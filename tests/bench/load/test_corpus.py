"""The user's own files as payloads: what fits is sent as it is, what does not is told of."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from bench.load import (
    BlockLoad,
    BodyFactory,
    Design,
    PayloadSizeError,
    PlanError,
    Stream,
    make_plan,
    poisson,
    read_corpus,
)

LARGEST_BYTES = 6_288_384
DATE_TIME = "2026-02-03T04:05:06.789Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "page.JPG").write_bytes(b"\xff\xd8" + b"j" * 300_000)
    (tmp_path / "notes.txt").write_bytes("grüße\n".encode() * 100)
    (tmp_path / "dump").write_bytes(b"d" * 1000)
    (tmp_path / "huge.bin").write_bytes(b"h" * 4_800_000)
    (tmp_path / "empty.json").touch()
    (tmp_path / ".hidden").write_bytes(b"x")
    return tmp_path


def test_files_that_fit_are_taken_with_their_kind_size_and_stratum(folder: Path) -> None:
    corpus = read_corpus(folder, LARGEST_BYTES)
    assert [(file.name, file.kind, file.size) for file in corpus.files] == [
        ("dump", "binary", "up to 256 KB"),
        ("notes.txt", "text", "up to 256 KB"),
        ("scans/page.JPG", "image", "up to 1 MB"),
    ]
    assert (corpus.too_large, corpus.empty) == (1, 1)


def test_a_message_holds_the_file_and_is_like_no_other_of_it(folder: Path) -> None:
    factory = BodyFactory(1, "run", folder)
    for file in read_corpus(folder, LARGEST_BYTES).files:
        made = [
            factory.body(file.kind, file.body_bytes, number, DATE_TIME, file.name)
            for number in (1, 2)
        ]
        assert made[0].payload_sha256 != made[1].payload_sha256
        for body in made:
            assert len(body.content) == file.body_bytes
            payload = base64.b64decode(json.loads(body.content)["messagePayload"], validate=True)
            assert hashlib.sha256(payload).hexdigest() == body.payload_sha256
            content = (folder / file.name).read_bytes()
            assert payload.startswith(content)
            assert len(content) + 24 <= len(payload) <= len(content) + 26


def test_a_plan_sends_the_files_in_equal_numbers_and_its_sizes_are_theirs(folder: Path) -> None:
    load = BlockLoad("mine", (Stream(poisson(5), {"3 MB": 1}),), requests=9, warm_up=3)
    corpus = read_corpus(folder, LARGEST_BYTES)
    plan = make_plan(
        [load], Design(1), largest_bytes=LARGEST_BYTES, seed=1, run_tag="t", corpus=corpus
    )
    assert plan.corpus == str(folder)
    for block in plan.blocks:
        sent = [arrival for arrival in block.arrivals if not arrival.warm_up]
        assert sorted(a.source for a in sent) == sorted([file.name for file in corpus.files] * 3)
        known = {file.name: (file.kind, file.body_bytes, file.size) for file in corpus.files}
        assert all((a.kind, a.body_bytes, a.size) == known[a.source] for a in block.arrivals)
    assert len({tuple(a.source for a in b.arrivals if not a.warm_up) for b in plan.blocks}) == 1


def test_the_largest_that_fits_is_the_deployment_s(folder: Path) -> None:
    (large,) = (f for f in read_corpus(folder, 2**30).files if f.name == "huge.bin")
    assert large in read_corpus(folder, large.body_bytes).files
    assert large not in read_corpus(folder, large.body_bytes - 1).files


def test_a_folder_without_files_that_fit_is_refused_with_the_reason(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(PlanError, match="none of 4 files fits a body of 1,000 bytes"):
        read_corpus(folder, 1000)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "empty").touch()
    with pytest.raises(PlanError, match="holds no file with content"):
        read_corpus(bare, LARGEST_BYTES)
    with pytest.raises(PlanError, match="is no folder"):
        read_corpus(tmp_path / "nowhere", LARGEST_BYTES)


def test_more_than_can_be_held_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.load.corpus.MOST_BYTES", 400_000)
    with pytest.raises(PlanError, match="take fewer files"):
        read_corpus(folder, LARGEST_BYTES)


def test_a_file_that_has_changed_or_gone_since_the_plan_is_told_of(folder: Path) -> None:
    (file,) = (f for f in read_corpus(folder, LARGEST_BYTES).files if f.name == "dump")
    (folder / "dump").write_bytes(b"other")
    with pytest.raises(PayloadSizeError, match="dump has changed its size"):
        BodyFactory(1, "run", folder).prepare(file.kind, file.body_bytes, "dump")
    (folder / "dump").unlink()
    with pytest.raises(PlanError, match="cannot be read"):
        BodyFactory(1, "run", folder).prepare(file.kind, file.body_bytes, "dump")
