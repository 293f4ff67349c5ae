"""A local API Gateway REST API: routes, keys, limits, the proxy event, and its error answers.

Not for running functions: `sim.lambda_service` does.
"""

from sim.gateway.first_byte import FirstByteClock
from sim.gateway.front import gateway_handler
from sim.gateway.proxy_event import GatewayRequest, envelope_bytes, proxy_event
from sim.gateway.rest_api import Cors, RestApi, Route, UsagePlan

__all__ = [
    "Cors",
    "FirstByteClock",
    "GatewayRequest",
    "RestApi",
    "Route",
    "UsagePlan",
    "envelope_bytes",
    "gateway_handler",
    "proxy_event",
]
