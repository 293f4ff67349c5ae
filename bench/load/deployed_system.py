"""What the bench knows of a system under test, and where a load generator finds it.

`sim.stack.deployment.Deployment` is the one implementation; tests stand in for the Protocol.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from bench.load.errors import DeploymentFileError
from bench.load.plan import Strategy

DEPLOYMENT_VARIABLE = "FIRSTWRITE_DEPLOYMENT"
"""Environment variable with the path of the deployment file."""
DEFAULT_DEPLOYMENT_FILE = Path(".firstwrite/deployment.json")


class DeployedSystem(Protocol):
    """Addresses and clients of one deployment, local or on AWS."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """Outputs of the SAM template."""

    @property
    def api_key(self) -> str:
        """Value for the header `x-api-key`."""

    @property
    def floor_url(self) -> str | None:
        """Route that reads a body and acknowledges it; None on AWS."""

    @property
    def redis_url(self) -> str | None:
        """URL of the cache, with its password; None on AWS."""

    def client(self, service: str) -> Any:
        """Return a boto3 client."""


def deployment_file(environment: Mapping[str, str]) -> Path:
    """Return where the deployment file should be, by `environment` or by default."""
    return Path(environment.get(DEPLOYMENT_VARIABLE) or DEFAULT_DEPLOYMENT_FILE)


def read_deployment(path: Path) -> DeployedSystem:
    """Read the deployment that `firstwrite up` wrote to `path`.

    Raises
    ------
    DeploymentFileError
        If there is no such file, or it is not a deployment.
    """
    # Here, since whoever only makes plans or payloads needs nothing of the stack.
    from sim.errors import StackError
    from sim.stack.deployment import Deployment

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DeploymentFileError(
            f"no deployment at {path} ({error.strerror}); run `firstwrite up`, or set"
            f" {DEPLOYMENT_VARIABLE} to the path of a deployment file"
        ) from error
    try:
        return Deployment.from_json(text)
    except (StackError, ValueError) as error:
        raise DeploymentFileError(
            f"{path} is not a deployment ({error}); run `firstwrite up` again"
        ) from error


def post_url(deployment: DeployedSystem, strategy: Strategy) -> str:
    """Return the URL that bodies of `strategy` are posted to.

    Raises
    ------
    DeploymentFileError
        If the deployment has no such route.
    """
    name = {"redis-first": "RedisFirstUrl", "s3-first": "S3FirstUrl"}.get(strategy)
    url = deployment.outputs.get(name) if name else deployment.floor_url
    if not url:
        raise DeploymentFileError(
            f"the deployment has no {name or 'floor_url'}, which {strategy} requests are posted to;"
            " leave them out of the plan or deploy again"
        )
    return url
