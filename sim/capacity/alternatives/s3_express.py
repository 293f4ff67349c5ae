"""S3 Express One Zone first: a directory bucket beside the functions, archived to S3 behind it."""

from typing import Final

from sim.capacity.alternatives.alternative import Model, OwnLimit, Received, Setting
from sim.capacity.network import Network, Take, TokenBucket
from sim.capacity.pipeline import names
from sim.capacity.pipeline.asynchronous import FAILED_RETRIES, asynchronous_steps
from sim.capacity.pipeline.blocking import entrance_steps, receipt_steps
from sim.capacity.pipeline.calls import (
    PAYLOAD_SHARE,
    delay,
    put_object,
    sdk_retry,
    task_retry,
)
from sim.capacity.pipeline.resources import account, resources
from sim.month import HOURS_PER_MONTH
from sim.prices import Usage
from sim.quotas import read_quotas

PUTS: Final = "S3 Express PUT requests"

KEPT_HOURS: Final = 24.0
"""How long a copy stays: a lifecycle rule counts whole days (S3 User Guide, "Expiring objects")."""


def s3_express(setting: Setting) -> Model:
    """Return the model of a first write to S3 Express One Zone."""
    design, profile = setting.design, setting.around.profile
    rate_per_s = read_quotas().value("s3-express.put-rate", setting.region)
    network = Network(
        resources=(
            *resources(design, "s3-first", setting.around),
            TokenBucket(PUTS, rate_per_s, rate_per_s),
        ),
        program=(
            *entrance_steps(design, "s3-first", profile, setting.load.sender, setting.sizes),
            Take(PUTS, sdk_retry(names.PUT_REFUSED)),
            delay(profile, "s3express.PutObject", "payload", PAYLOAD_SHARE),
            *receipt_steps(profile),
            *asynchronous_steps(
                design,
                "s3-first",
                profile,
                [
                    delay(profile, "s3express.GetObject", "archive", PAYLOAD_SHARE),
                    *put_object(profile, task_retry(FAILED_RETRIES)),
                ],
            ),
        ),
        account=account(setting.around.limits),
        receipt=names.RECEIPT,
        sender=setting.load.retries,
    )
    return Model(
        name="S3 Express One Zone first",
        base="s3-first",
        design=design,
        network=network,
        event_bytes=setting.load.largest_body_bytes,
        own_limits={PUTS: OwnLimit("another directory bucket")},
        fixed_limits=(),
        added=_added,
        gives_up=(
            "one Availability Zone: until it is archived, a record is lost with its zone",
            "functions in the other zones pay a zone's distance at each call",
            "bodies above Lambda's event size still do not pass",
        ),
        operation="s3express.PutObject",
    )


def _added(received: Received) -> Usage:
    return Usage(
        s3_express_puts=received.messages,
        s3_express_gets=received.messages,
        s3_express_upload_gb=received.payload_gb,
        s3_express_retrieval_gb=received.payload_gb,
        s3_express_storage_gb_months=received.payload_gb * KEPT_HOURS / HOURS_PER_MONTH,
    )
