"""The environment variables of an execution environment."""

import os
from collections.abc import Mapping

from sim.lambda_service.function import FunctionConfiguration


def runtime_variables(
    function: FunctionConfiguration,
    *,
    log_stream: str,
    region: str,
    endpoints: Mapping[str, str],
    initialization_type: str = "on-demand",
) -> dict[str, str]:
    """Return the variables of an execution environment: Lambda's own, and the function's.

    *initialization_type* is `on-demand` or `provisioned-concurrency`.

    Source of the names: Lambda Developer Guide, "Defined runtime environment variables".
    """
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_REGION": region,
        "LAMBDA_TASK_ROOT": str(function.code),
        "LANG": "en_US.UTF-8",
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        **endpoints,
        **function.environment,
    }
