"""DynamoDB where LocalStack has none: moto's server, which needs no download."""

import os
import sys
from pathlib import Path

from sim.stack.health import answers_http
from sim.stack.part import PartSpecification
from sim.stack.ports import free_port


def dynamodb_part(folder: Path) -> tuple[PartSpecification, str]:
    """Return how to start moto's server on a free port, and its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    specification = PartSpecification(
        name="DynamoDB (moto)",
        command=[sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        environment={**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
        folder=folder,
        answers=lambda: answers_http(f"{url}/moto-api/"),
        mend="Run `make setup`, then try again.",
    )
    return specification, url
