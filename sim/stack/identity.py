"""What a running stack is made of: the kind and version of each server, for whoever reads a run."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

import redis

from sim.stack.health import json_at
from sim.stack.localstack import Mode
from sim.stack.supervisor import Supervisor


def stack_identity(supervisor: Supervisor) -> dict[str, Any]:
    """Return part → what it is, for a stack that runs."""
    deployment = supervisor.deployment
    choice = supervisor.choice
    mode = choice.mode if choice else Mode.EXISTING
    health = json_at(f"{deployment.endpoint_urls['AWS_ENDPOINT_URL']}/_localstack/health")
    version = health.get("version") if isinstance(health, Mapping) else None
    emulator = f"LocalStack {version or 'of unknown version'}, {mode.value} mode"
    own_dynamodb = "AWS_ENDPOINT_URL_DYNAMODB" in deployment.endpoint_urls
    return {
        "API Gateway, Lambda, Step Functions": f"firstwrite {metadata.version('firstwrite')}",
        "Lambda runtime client": f"awslambdaric {metadata.version('awslambdaric')}",
        "S3, SQS, SNS, Secrets Manager": emulator,
        "DynamoDB": f"moto {metadata.version('moto')}" if own_dynamodb else emulator,
        "cache": _cache(deployment.redis_url or ""),
        "region": deployment.region,
        "template parameters": dict(supervisor.settings.parameters),
    }


def _cache(url: str) -> str:
    with redis.Redis.from_url(url) as client:
        server: dict[str, Any] = client.info("server")
    if "valkey_version" in server:
        return f"Valkey {server['valkey_version']}"
    return f"Redis {server.get('redis_version', 'of unknown version')}"
