"""A local Lambda: handlers under `awslambdaric` in processes of their own, with the APIs.

Not for HTTP events: `sim.gateway` makes those and hands them in as bytes.
"""

from sim.lambda_service.function import EventInvokeConfiguration, FunctionConfiguration
from sim.lambda_service.invocation import InvocationResult, InvokeError
from sim.lambda_service.invoke_api import invoke_api_routes
from sim.lambda_service.scaled_clock import ScaledClock
from sim.lambda_service.service import LambdaService

__all__ = [
    "EventInvokeConfiguration",
    "FunctionConfiguration",
    "InvocationResult",
    "InvokeError",
    "LambdaService",
    "ScaledClock",
    "invoke_api_routes",
]
