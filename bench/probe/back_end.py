"""Where a back end answers, and the clients that probe it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
import redis
from botocore.config import Config
from redis.backoff import NoBackoff
from redis.retry import Retry

from bench.probe.errors import ProbeError
from sim.stack import Deployment

AWS_SERVICES: Final = ("s3", "sqs", "sns", "dynamodb")
"""The services of AWS that are probed, by boto3's names."""

CONNECT_TIMEOUT_S: Final = 2.0
ANSWER_TIMEOUT_S: Final = 5.0
"""Far above what a local server takes for the largest body: 0.03 s were seen here."""

CONCURRENCY: Final = 8
"""The larger of the two concurrencies: more than two cores and their servers carry out at once."""


@dataclass(frozen=True, slots=True)
class BackEnd:
    """Where each service answers.

    Attributes
    ----------
    endpoint_urls
        boto3's name of a service → its URL.
    redis_url
        The cache with its password; `None`: it is not probed.
    region
        The AWS Region that requests are signed for.
    """

    endpoint_urls: Mapping[str, str]
    redis_url: str | None
    region: str = "us-east-1"


def back_end_of(deployment: Deployment) -> BackEnd:
    """Return where the services of a deployment answer.

    Raises
    ------
    ProbeError
        When a service has no endpoint of its own: on AWS, a probe would cost money and say nothing.
    """
    given = deployment.endpoint_urls
    found = {
        service: given.get(f"AWS_ENDPOINT_URL_{service.upper()}") or given.get("AWS_ENDPOINT_URL")
        for service in AWS_SERVICES
    }
    missing = [service for service, url in found.items() if not url]
    if missing:
        raise ProbeError(
            f"the deployment names no endpoint for {', '.join(missing)}, as on AWS: probe a local "
            "stack, such as that of `firstwrite up`"
        )
    urls = {service: url for service, url in found.items() if url}
    return BackEnd(urls, deployment.redis_url, deployment.region)


def aws_client(service: str, url: str, region: str) -> Any:
    """Return a boto3 client for the server at *url* that tries each call once.

    A second attempt would hide a refusal and count into a latency.
    """
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - emulators take any
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=ANSWER_TIMEOUT_S,
            retries={"total_max_attempts": 1},
            max_pool_connections=CONCURRENCY,
            # A bucket's name as the host's would need a name server that knows it.
            s3={"addressing_style": "path"},
        ),
    )


def redis_client(url: str) -> redis.Redis:
    """Return a client for the cache at *url* that tries each command once."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=ANSWER_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
