"""Kinesis first: the record goes into a stream, whose consumer archives it and starts the rest."""

import math
from typing import Final

import numpy as np

from sim.capacity.alternatives.alternative import Model, OwnLimit, Received, Setting
from sim.capacity.limits import LimitUse
from sim.capacity.network import Delay, Invoke, Mark, Network, Release, Take, TokenBucket
from sim.capacity.pipeline import names
from sim.capacity.pipeline.asynchronous import THROTTLED_RETRIES, asynchronous_steps
from sim.capacity.pipeline.blocking import entrance_steps
from sim.capacity.pipeline.calls import PAYLOAD_SHARE, delay, put_object, sdk_retry, task_retry
from sim.capacity.pipeline.handler_work import ARCHIVE_WORK
from sim.capacity.pipeline.resources import account, resources
from sim.month import HOURS_PER_MONTH
from sim.prices import Usage
from sim.quotas import read_quotas

WRITES: Final = "Kinesis shard writes"
REFUSED: Final = "503 PutRecord refused"

PAYLOAD_UNIT_BYTES: Final = 25 * 1_024
"""What a PUT payload unit is. Source: Kinesis Data Streams pricing."""

LARGE_RECORD_BYTES: Final = 2**20
LARGE_RECORD_SHARE: Final = 0.02
"""Above 1 MiB a record is large, and large ones should be below 2 % of all. Source: Kinesis Data
Streams Developer Guide, "Handle large records"."""

HEADROOM: Final = 0.7
"""Of a shard's rate that is planned to be used: keys are not spread evenly. Judgement."""


def kinesis(setting: Setting) -> Model:
    """Return the model of a first write to a stream of provisioned shards.

    A shard's burst is taken for one record of the largest size: the guide says that large records
    ride on a burst, and not how large it is.
    """
    design, profile, load = setting.design, setting.around.profile, setting.load
    quotas = read_quotas()
    shard_bytes_per_s = quotas.value("kinesis.shard-write-rate", setting.region)
    record_bytes = quotas.value("kinesis.record", setting.region)
    needed = setting.peak_payload_bytes_per_s / shard_bytes_per_s
    shards = max(1, math.ceil(needed / HEADROOM))
    pool = names.environments("ingest")
    network = Network(
        resources=(
            *resources(design, "s3-first", setting.around),
            TokenBucket(WRITES, shard_bytes_per_s * shards, record_bytes * shards),
        ),
        program=(
            *entrance_steps(design, "s3-first", profile, load.sender, setting.sizes),
            Take(WRITES, sdk_retry(REFUSED), tokens=0.0, tokens_per_byte=PAYLOAD_SHARE),
            delay(profile, "kinesis.PutRecord", "payload", PAYLOAD_SHARE),
            Release(pool),
            Mark(names.RECEIPT),
            delay(profile, "lambda.event-queue", "consume"),
            Invoke(pool, task_retry(THROTTLED_RETRIES), luck="consume"),
            delay(profile, "lambda.Invoke", "consume", 1.0),
            Delay(
                ARCHIVE_WORK.on(design.function("s3-first", "ingest").memory_mb),
                luck="consume work",
            ),
            *put_object(profile, task_retry(THROTTLED_RETRIES)),
            Take(names.STARTS, task_retry(THROTTLED_RETRIES)),
            delay(profile, "states.StartExecution", "consume"),
            Release(pool),
            *asynchronous_steps(design, "s3-first", profile),
        ),
        account=account(setting.around.limits),
        receipt=names.RECEIPT,
        sender=load.retries,
    )
    payloads = load.arrivals.body_bytes * PAYLOAD_SHARE
    units = float(np.ceil(payloads / PAYLOAD_UNIT_BYTES).mean())
    return Model(
        name="Kinesis first, records up to 10 MiB",
        base="s3-first",
        design=design,
        network=network,
        event_bytes=load.largest_body_bytes,
        own_limits={WRITES: OwnLimit("more shards", of_bytes=True)},
        fixed_limits=(
            _large_records(float((payloads > LARGE_RECORD_BYTES).mean())),
            LimitUse(
                name="Kinesis record size",
                used=float(payloads.max()) / 2**20,
                limit=record_bytes / 2**20,
                unit="MiB",
                share=float(payloads.max()) / record_bytes,
                refused=0,
                kind="hard limit",
                mend="smaller records, or an upload by presigned URL",
                grows=False,
            ),
        ),
        added=lambda received: _added(received, shards, units),
        gives_up=(
            f"1 MB/s a shard, so {shards} of them here; a record above 1 MiB rides on a burst that "
            "no document puts a figure to",
            "it is not made for a sustained flow of large records: below 2 % of all is advised",
            "a record that its consumer cannot take holds up those behind it in its shard",
            "the receipt says that the stream has it, not that the execution has started",
        ),
        operation="kinesis.PutRecord",
    )


def _large_records(share: float) -> LimitUse:
    return LimitUse(
        name="Kinesis records above 1 MiB",
        used=100 * share,
        limit=100 * LARGE_RECORD_SHARE,
        unit="% of all",
        share=share / LARGE_RECORD_SHARE,
        refused=0,
        kind="hard limit",
        mend="put large records elsewhere, and their key into the stream",
        grows=False,
    )


def _added(received: Received, shards: int, units: float) -> Usage:
    return Usage(
        kinesis_shard_hours=shards * HOURS_PER_MONTH,
        kinesis_put_payload_units=received.messages * units,
    )
