"""What the template says of a Lambda function."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FunctionConfiguration:
    """A Lambda function as deployed.

    `code` is the folder that would be zipped; `environment` holds its own variables only.
    """

    name: str
    arn: str
    handler: str
    runtime: str
    code: Path
    memory_mb: int
    timeout_s: float
    environment: Mapping[str, str]
