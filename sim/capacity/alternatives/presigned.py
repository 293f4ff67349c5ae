"""Uploads by presigned URL: the sender puts the record into S3 itself (claim check)."""

from typing import Final

from sim.capacity.alternatives.alternative import Model, Setting
from sim.capacity.limits import LimitUse
from sim.capacity.network import (
    Bandwidth,
    Constant,
    Delay,
    Empirical,
    Fail,
    Invoke,
    Mark,
    Network,
    Release,
    Take,
)
from sim.capacity.pipeline import names
from sim.capacity.pipeline.asynchronous import THROTTLED_RETRIES, asynchronous_steps
from sim.capacity.pipeline.blocking import throttles
from sim.capacity.pipeline.calls import PAYLOAD_SHARE, delay, put_object, sdk_retry, task_retry
from sim.capacity.pipeline.handler_work import INGEST_WORK
from sim.capacity.pipeline.resources import account, resources
from sim.prices import Usage

REQUEST_BYTES: Final = 1_024
"""Of the first request, which asks for the URL: the record's metadata. Judgement."""

PUT_BYTES: Final = 5 * 2**30
"""The largest object of one PUT. Source: S3 User Guide, "Uploading objects"."""


def presigned(setting: Setting) -> Model:
    """Return the model: a small request for the URL, the PUT, and an event that starts the rest.

    The receipt is S3's answer to the PUT. What the function's work on the payload was falls away:
    S3 checks the checksum.
    """
    design, profile, sender = setting.design, setting.around.profile, setting.load.sender
    pool = names.environments("ingest")
    computing = INGEST_WORK.on(design.function("s3-first", "ingest").memory_mb)
    work = Bandwidth(bytes_per_s=1e15, seconds=computing.seconds)
    # The payload goes as it is, without Base64.
    uploads_ms = [sender.upload_ms(round(size * PAYLOAD_SHARE)) for size in setting.sizes]
    network = Network(
        resources=resources(design, "s3-first", setting.around),
        program=(
            Delay(Constant(sender.upload_ms(REQUEST_BYTES) / 1e3), luck="network.request"),
            *throttles(design),
            delay(profile, "apigateway.request", "ingest"),
            Take(names.LAMBDA_REQUESTS, Fail(names.NO_ENVIRONMENT)),
            Invoke(pool, Fail(names.NO_ENVIRONMENT), luck="ingest"),
            delay(profile, "lambda.Invoke", "ingest"),
            Delay(work, luck="ingest work"),
            Release(pool),
            Delay(
                Empirical(tuple(setting.sizes), tuple((each, each) for each in uploads_ms)),
                luck="network.upload",
            ),
            *put_object(profile, sdk_retry(names.PUT_REFUSED)),
            Mark(names.RECEIPT),
            delay(profile, "lambda.event-queue", "start"),
            Invoke(pool, task_retry(THROTTLED_RETRIES), luck="start"),
            delay(profile, "lambda.Invoke", "start"),
            Delay(work, luck="start work"),
            Take(names.STARTS, task_retry(THROTTLED_RETRIES)),
            delay(profile, "states.StartExecution", "start"),
            Release(pool),
            *asynchronous_steps(design, "s3-first", profile),
        ),
        account=account(setting.around.limits),
        receipt=names.RECEIPT,
        sender=setting.load.retries,
    )
    largest = setting.load.largest_body_bytes * PAYLOAD_SHARE
    return Model(
        name="upload by presigned URL",
        base="s3-first",
        design=design,
        network=network,
        event_bytes=REQUEST_BYTES,
        own_limits={},
        fixed_limits=(
            LimitUse(
                name="S3 object of one PUT",
                used=largest / 2**20,
                limit=PUT_BYTES / 2**20,
                unit="MiB",
                share=largest / PUT_BYTES,
                refused=0,
                kind="hard limit",
                mend="a multipart upload",
                grows=False,
            ),
        ),
        added=lambda _: Usage(),
        gives_up=(
            "senders have to send twice: for the URL, and to it",
            "nothing checks the payload before it is stored; what is wrong is found behind",
            "the receipt says that S3 has it, not that the execution has started",
            "a URL that was never used leaves nothing; one that leaks lets others write until it"
            " expires",
        ),
        operation="s3.PutObject",
    )
