"""A provisioned system, local or on AWS: where it answers and what its parts are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.session
import orjson
from botocore.config import Config

from sim.errors import StackError


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a client of the system needs to know of it.

    Attributes
    ----------
    outputs
        The template's outputs, resolved.
    api_key
        The value for the header `x-api-key`.
    region
        The AWS Region.
    endpoint_urls
        The SDK's variables of endpoints, such as `AWS_ENDPOINT_URL_SFN`; empty on AWS.
    floor_url
        A route that only reads the body and acknowledges; `None` on AWS.
    redis_url
        The cache with its password; `None` where it cannot be reached from here, as on AWS.
    status_url
        What the local functions are doing now, as JSON; `None` on AWS.
    log_folder
        Where the local functions' log streams are, a folder a function; `None` on AWS.
    call_file
        Where each call's latency is recorded, a JSON line each (see `sim.latency.call_record`);
        `None` on AWS, and where nobody asked for it.
    """

    outputs: Mapping[str, str]
    api_key: str
    region: str
    endpoint_urls: Mapping[str, str] = field(default_factory=dict)
    floor_url: str | None = None
    redis_url: str | None = None
    status_url: str | None = None
    log_folder: str | None = None
    call_file: str | None = None

    def client(self, service: str) -> Any:
        """Return a new boto3 client for *service*, with this deployment's endpoint."""
        return aws_client(service, self.region, self.endpoint_urls)

    def to_json(self) -> str:
        """Return the deployment as JSON; it holds secrets."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2).decode()

    @classmethod
    def from_json(cls, text: str) -> "Deployment":
        """Read what `to_json` wrote.

        Raises
        ------
        StackError
            When *text* is something else.
        """
        try:
            return cls(**orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError) as error:
            raise StackError(
                f"The deployment file is not one: {error}.", "Run `firstwrite up` again."
            ) from error


def aws_client(service: str, region: str, endpoint_urls: Mapping[str, str]) -> Any:
    """Return a boto3 client whose endpoint is chosen as the SDK does it from its variables.

    With *endpoint_urls* empty it is a client for AWS with the caller's own credentials.
    """
    service_id = botocore.session.get_session().get_service_model(service).service_id
    variable = f"AWS_ENDPOINT_URL_{service_id.upper().replace(' ', '_')}"
    endpoint = endpoint_urls.get(variable) or endpoint_urls.get("AWS_ENDPOINT_URL")
    local = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if endpoint else {}
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        config=Config(max_pool_connections=32, inject_host_prefix=not endpoint),
        **local,
    )
