"""A local API Gateway REST API: routes, keys, limits, the proxy event, and its error answers.

Not for running functions: `sim.lambda_service` does.
"""

from sim.gateway.access_log import AccessLog
from sim.gateway.first_byte import FirstByteClock
from sim.gateway.front import Gateway
from sim.gateway.proxy_event import GatewayRequest, envelope_bytes, proxy_event
from sim.gateway.rest_api import Cors, RestApi, Route, UsagePlan

__all__ = [
    "AccessLog",
    "Cors",
    "FirstByteClock",
    "Gateway",
    "GatewayRequest",
    "RestApi",
    "Route",
    "UsagePlan",
    "envelope_bytes",
    "proxy_event",
]
