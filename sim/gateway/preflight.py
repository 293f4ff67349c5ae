"""The answer to a CORS preflight, as the mock integration that SAM makes gives it.

Source: SAM Developer Guide, "CorsConfiguration".
"""

from aiohttp import web

from sim.gateway.rest_api import RestApi


def preflight(api: RestApi, path: str) -> web.Response | None:
    """Return the answer to an OPTIONS request for *path*, or `None` when no resource has it."""
    methods = {route.method for route in api.routes if route.path_parameters(path) is not None}
    if api.cors is None or not methods:
        return None
    cors = api.cors
    if "ANY" in methods:
        methods = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
    headers = {
        "Access-Control-Allow-Origin": cors.allow_origin,
        "Access-Control-Allow-Methods": cors.allow_methods
        or ",".join(sorted(methods | {"OPTIONS"})),
        "Access-Control-Allow-Headers": cors.allow_headers,
        "Access-Control-Max-Age": cors.max_age,
        "Access-Control-Allow-Credentials": "true" if cors.allow_credentials else None,
        "Content-Type": "application/json",
    }
    given = {name: value for name, value in headers.items() if value is not None}
    return web.Response(status=200, headers=given)
