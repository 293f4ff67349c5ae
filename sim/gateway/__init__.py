"""A local API Gateway REST API: routes, keys, limits, the proxy event, and its error answers.

Not for running functions: `sim.lambda_service` does.
"""

from sim.gateway.first_byte import FirstByteClock
from sim.gateway.front import gateway_handler
from sim.gateway.proxy_event import GatewayRequest, envelope_bytes, proxy_event
from sim.gateway.rest_api import RestApi, Route

__all__ = [
    "FirstByteClock",
    "GatewayRequest",
    "RestApi",
    "Route",
    "envelope_bytes",
    "gateway_handler",
    "proxy_event",
]
