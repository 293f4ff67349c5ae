"""The samples table: one row a request, blocking stages that add up to its latency."""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.collect import (
    REQUEST_COLUMNS,
    SamplesTableError,
    read_blocks,
    read_samples,
    with_blocking_stages,
    write_samples,
)
from bench.load import SamplesFileError


def _request(**values: Any) -> dict[str, Any]:
    return {
        "block": 0,
        "round": 0,
        "strategy": "redis-first",
        "kind": "image",
        "size": "256 KB",
        "body_bytes": 262_144,
        "payload_bytes": 196_000,
        "payload_sha256": "00",
        "date_time": "2026-01-01T00:00:00.000Z",
        "warm_up": False,
        "due_s": 1.0,
        "sent_s": 1.002,
        "done_s": 1.05,
        "latency_ms": 50.0,
        "service_ms": 48.0,
        "status": 200,
        "error": "",
        "message_id": "m",
        "server_timing": "gateway-receive;dur=10.5, payload-store;dur=20",
        "request_transit_ms": 0.5,
        "response_transit_ms": None,
        **values,
    }


def _write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def _stage_columns(frame: pd.DataFrame) -> list[str]:
    return [column for column in frame.columns if column.startswith("stage_")]


def test_stages_of_a_file_become_columns_that_add_up(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "samples.jsonl",
        {"record": "run"},
        {"record": "request", **_request()},
        {"record": "request", **_request(server_timing="init;dur=5", status=500)},
        {
            "record": "request",
            **_request(strategy="redis-set", server_timing="", request_transit_ms=None),
        },
        {"record": "block_end", "block": 0, "late": 1},
        {"record": "end"},
    )
    frame = read_samples(path)
    assert frame.columns[: len(REQUEST_COLUMNS)].tolist() == list(REQUEST_COLUMNS)
    assert _stage_columns(frame) == [
        "stage_gateway_receive_ms",
        "stage_payload_store_ms",
        "stage_init_ms",
        "stage_request_transit_ms",
        "stage_response_transit_ms",
        "stage_client_wait_ms",
        "stage_remainder_ms",
    ]
    first = frame.loc[0]
    assert first["stage_client_wait_ms"] == pytest.approx(2.0)
    assert first["stage_remainder_ms"] == pytest.approx(17.0)
    assert math.isnan(first["stage_init_ms"])
    assert frame.loc[2, _stage_columns(frame)].isna().all()
    assert read_blocks(path).to_dict("records") == [{"block": 0, "late": 1}]
    write_samples(frame, tmp_path / "samples.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "samples.parquet"), frame)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1000),
            st.floats(0, 5),
            st.dictionaries(st.sampled_from(["init", "runtime", "handler-rest"]), st.floats(0, 99)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_stages_add_up_to_the_latency(rows: list[tuple[float, float, dict[str, float]]]) -> None:
    frame = with_blocking_stages(
        pd.DataFrame(
            [
                _request(
                    latency_ms=latency_ms,
                    sent_s=1.0 + wait_s,
                    server_timing=", ".join(f"{name};dur={dur:.3f}" for name, dur in each.items()),
                )
                for latency_ms, wait_s, each in rows
            ]
        )
    )
    totals = frame[_stage_columns(frame)].sum(axis=1)
    assert totals.tolist() == pytest.approx(frame["latency_ms"].tolist(), abs=1e-6)


def test_the_remainder_keeps_its_sign() -> None:
    frame = with_blocking_stages(pd.DataFrame([_request(server_timing="runtime;dur=60")]))
    assert frame.loc[0, "stage_remainder_ms"] == pytest.approx(-12.5)


def test_a_server_cannot_claim_the_clients_own_stages() -> None:
    timing = "client-wait;dur=7, remainder;dur=8, a-b;dur=1, a_b;dur=2"
    frame = with_blocking_stages(pd.DataFrame([_request(server_timing=timing)]))
    assert frame.loc[0, "stage_client_wait_ms"] == pytest.approx(2.0)
    assert frame.loc[0, "stage_a_b_ms"] == pytest.approx(3.0)
    assert frame.columns.is_unique


def test_the_file_of_a_killed_load_gives_what_had_finished(tmp_path: Path) -> None:
    path = _write(tmp_path / "s", {"record": "request", **_request()})
    path.write_text(path.read_text() + '{"record": "requ')
    assert len(read_samples(path)) == 1


def test_a_file_without_requests_gives_an_empty_table(tmp_path: Path) -> None:
    frame = read_samples(_write(tmp_path / "s", {"record": "run"}))
    assert frame.empty
    assert {"stage_client_wait_ms", "stage_remainder_ms"} <= set(frame.columns)


@pytest.mark.parametrize("line", ["no JSON", "[1]", '{"status": 200}'])
def test_a_file_of_something_else_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "other"
    path.write_text(f'{{"record": "run"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(SamplesFileError, match="line 2"):
        read_samples(path)


def test_a_table_without_a_needed_column_is_refused() -> None:
    with pytest.raises(SamplesTableError, match="no column sent_s"):
        with_blocking_stages(pd.DataFrame([_request()]).drop(columns="sent_s"))
