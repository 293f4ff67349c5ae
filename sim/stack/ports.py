"""Free ports on the loopback interface."""

import os
import socket

from sim.errors import StackError


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def claimed_port(port: int) -> int:
    """Return *port* if it can be listened on.

    Raises
    ------
    StackError
        When it is taken or not allowed.
    """
    if not 0 < port < 65_536:
        raise StackError(f"The port {port} does not exist.", "Give one from 1 to 65535.")
    try:
        with socket.create_server(("127.0.0.1", port)):
            return port
    except OSError as error:
        raise StackError(
            f"The port {port} cannot be used: {os.strerror(error.errno or 0)}.",
            "Give another with --port, or leave it out for a free one.",
        ) from error
