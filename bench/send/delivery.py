"""Posts files one after the other and follows each to its end: object, row, notifications."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import urllib3

from bench.collect import (
    BRANCH_COLUMNS,
    RECORD_COLUMNS,
    SEQUENTIAL_STAGES,
    TOTAL,
    Verification,
    collect_execution_stages,
    verify,
    wait_for_executions,
    with_blocking_stages,
    with_execution_stages,
)
from bench.load import DeployedSystem
from bench.run import Display
from bench.send.message_file import MessageFile
from bench.send.posting import Strategy, post

EXECUTIONS_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Locations:
    """Where a message's parts are, by its row in the table."""

    payload: str
    row: str
    notifications: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file's way.

    Parameters
    ----------
    blocking_ms, asynchronous_ms
        Stage → milliseconds; each adds up to its total.
    branches_ms
        Branch of the state machine → milliseconds; they run at the same time.
    """

    file: MessageFile
    message_id: str
    latency_ms: float
    blocking_ms: dict[str, float]
    asynchronous_total_ms: float
    asynchronous_ms: dict[str, float]
    branches_ms: dict[str, float]
    locations: Locations


def deliver(
    files: Sequence[MessageFile],
    deployment: DeployedSystem,
    strategy: Strategy,
    display: Display,
) -> tuple[list[Delivery], Verification]:
    """Post files and follow them.

    Raises
    ------
    SendError
        If a file gets no receipt; those before it have been sent.
    bench.collect.CollectError
        If an execution does not end.
    """
    started = datetime.now(UTC)
    display.phase("Sending")
    requests = []
    with urllib3.PoolManager() as pool:
        for number, file in enumerate(files):
            display.detail(file.path.name)
            requests.append(post(pool, deployment, strategy, file))
            display.advance(number + 1, len(files))
    frame = pd.DataFrame([asdict(each) for each in requests], columns=list(RECORD_COLUMNS))
    samples = with_blocking_stages(frame)
    message_ids = [request.message_id for request in requests]
    display.phase("Waiting for executions to end")
    statuses = wait_for_executions(
        deployment, message_ids, timeout_s=EXECUTIONS_TIMEOUT_S, progress=display.advance
    )
    display.phase("Reading execution histories")
    stages = collect_execution_stages(deployment, message_ids, seed=0, progress=display.advance)
    samples = with_execution_stages(samples, stages)
    display.phase("Verifying what was stored")
    verification = verify(deployment, samples, statuses, progress=display.advance, since=started)
    dynamodb = deployment.client("dynamodb")
    deliveries = [
        _delivery(file, sample, dynamodb, deployment.outputs)
        for file, sample in zip(files, samples.to_dict("records"), strict=True)
    ]
    return deliveries, verification


def _delivery(
    file: MessageFile, sample: Mapping[Any, Any], dynamodb: Any, outputs: Mapping[str, str]
) -> Delivery:
    message_id = str(sample["message_id"])
    row = dynamodb.get_item(
        TableName=outputs["MetadataTableName"],
        Key={"messageID": {"S": message_id}},
        ConsistentRead=True,
    ).get("Item", {})
    blocking = {
        column.removeprefix("stage_").removesuffix("_ms").replace("_", "-"): float(value)
        for column, value in sample.items()
        if column.startswith("stage_") and pd.notna(value)
    }

    def named(columns: Sequence[str]) -> dict[str, float]:
        return {
            column.removeprefix("async_").removesuffix("_ms").replace("_", "-"): float(
                sample[column]
            )
            for column in columns
            if pd.notna(sample[column])
        }

    return Delivery(
        file=file,
        message_id=message_id,
        latency_ms=float(sample["latency_ms"]),
        blocking_ms=blocking,
        asynchronous_total_ms=float(sample[TOTAL]),
        asynchronous_ms=named(SEQUENTIAL_STAGES),
        branches_ms=named(BRANCH_COLUMNS),
        locations=_locations(row, message_id, outputs),
    )


def _locations(row: Mapping[str, Any], message_id: str, outputs: Mapping[str, str]) -> Locations:
    def reference(name: str) -> str:
        return str(row.get(name, {}).get("S") or "nowhere")

    return Locations(
        payload=reference("S3Reference"),
        row=f"dynamodb://{outputs['MetadataTableName']}/{message_id}" if row else "nowhere",
        notifications=outputs["NotificationQueueUrl"],
    )
