"""Reads a request's body with one copy of it; the server's own `read` makes three."""

from aiohttp import web

from sim.gateway.gateway_response import MAX_BODY_BYTES


async def whole_body(request: web.Request) -> bytes:
    """Return the body.

    Raises
    ------
    aiohttp.web.HTTPRequestEntityTooLarge
        When more comes than the gateway takes, whatever the headers said.
    """
    pieces, size = [], 0
    while piece := await request.content.readany():
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, size)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
